// A block of a pool and the host that owns it, as hosts that share a store agree on it.
#pragma once

#include "inventory/net/prefix.hpp"
#include "inventory/time.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace routeproof::ipam {

/// A claim has two phases, so that a host which dies in between leaves a trace that is no
/// ownership: only confirmed blocks are announced.
enum class BlockState { Pending, Confirmed, Releasing };

struct Block {
    net::Prefix block;
    net::Prefix pool;
    std::string host;
    BlockState state = BlockState::Pending;
    std::string why;  // what it was claimed for, for people
    Timestamp since{};

    friend bool operator==(const Block&, const Block&) = default;
};

/// The block of a pool that holds the address.
net::Prefix block_around(const net::Address& address, unsigned block_size);

std::string_view to_string(BlockState state);
std::ostream& operator<<(std::ostream& out, const Block& block);
/// The form in the store: one JSON object. Unknown members are ignored on reading.
std::string to_json(const Block& block);
/// Nothing if the text is not a block.
std::optional<Block> block_from_json(std::string_view text);

}  // namespace routeproof::ipam
