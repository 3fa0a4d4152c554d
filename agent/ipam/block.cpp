#include "agent/ipam/block.hpp"

#include "agent/ipam/names.hpp"

#include <ostream>

namespace routeproof::ipam {
namespace {

constexpr Names<BlockState, 3> kStates{{
    {BlockState::Pending, "pending"},
    {BlockState::Confirmed, "confirmed"},
    {BlockState::Releasing, "releasing"},
}};

}  // namespace

net::Prefix block_around(const net::Address& address, unsigned block_size) {
    return {address, block_size};
}

std::string_view to_string(BlockState state) {
    return name_of(kStates, state);
}

std::ostream& operator<<(std::ostream& out, const Block& block) {
    return out << to_json(block);
}

std::string to_json(const Block& block) {
    return nlohmann::json{{"block", block.block.to_string()},
                          {"pool", block.pool.to_string()},
                          {"host", block.host},
                          {"state", to_string(block.state)},
                          {"why", block.why},
                          {"since", to_rfc3339(block.since)}}
        .dump();
}

std::optional<Block> block_from_json(std::string_view text) {
    const auto object = nlohmann::json::parse(text, nullptr, false);
    if (!object.is_object()) {
        return std::nullopt;
    }
    const auto block = net::Prefix::parse(text_at(object, "block"));
    const auto pool = net::Prefix::parse(text_at(object, "pool"));
    const auto state = value_of(kStates, text_at(object, "state"));
    const auto since = from_rfc3339(text_at(object, "since"));
    if (!block || !pool || !state || !since) {
        return std::nullopt;
    }
    return Block{*block, *pool, text_at(object, "host"), *state, text_at(object, "why"), *since};
}

}  // namespace routeproof::ipam
