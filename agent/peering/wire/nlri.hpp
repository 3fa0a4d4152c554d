// Prefixes on the wire (RFC 4271 4.3): a length in bits and as many octets as it needs.
#pragma once

#include "agent/peering/wire/afi_safi.hpp"
#include "agent/peering/wire/buffer.hpp"
#include "inventory/net/prefix.hpp"

#include <vector>

namespace routeproof::bgp {

/// Reads to the reader's end and appends. Fails the reader at a length above the family's width or
/// an address cut short. Host bits are masked, not refused (RFC 4271 4.3: they are irrelevant).
void read_prefixes(Reader& reader, net::Family family, std::vector<net::Prefix>& prefixes);

/// The same for NLRI that carry path identifiers (RFC 7911 3): both vectors grow by one for each.
void read_prefixes(Reader& reader,
                   net::Family family,
                   std::vector<net::Prefix>& prefixes,
                   std::vector<std::uint32_t>& path_ids);

void write_prefix(Writer& writer, const net::Prefix& prefix);
/// One after the other; with their path identifiers unless `path_ids` is empty.
void write_prefixes(Writer& writer,
                    const std::vector<net::Prefix>& prefixes,
                    const std::vector<std::uint32_t>& path_ids);

/// Octets that write_prefix takes: 1 to 17.
inline std::size_t encoded_size(const net::Prefix& prefix) {
    return 1 + (prefix.length() + 7) / 8;
}

}  // namespace routeproof::bgp
