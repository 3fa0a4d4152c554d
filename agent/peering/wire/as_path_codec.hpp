// AS_PATH and AS4_PATH on the wire, and how the two become one (RFC 4271 4.3, RFC 6793 4.2).
#pragma once

#include "agent/peering/wire/buffer.hpp"
#include "inventory/net/as_path.hpp"

namespace routeproof::bgp {

/// Reads segments to the reader's end. Returns what is wrong: a segment type outside RFC 4271 and
/// 5065, a segment of no AS numbers, one cut short, AS 0 (RFC 7607). Nullptr: nothing.
const char* read_as_path(Reader& reader, bool four_octets, net::AsPath& path);

/// With two octets, numbers that do not fit become AS_TRANS. Segments above 255 are split.
void write_as_path(Writer& writer, bool four_octets, const net::AsPath& path);

bool has_confederation_segments(const net::AsPath& path);
net::AsPath without_confederation_segments(const net::AsPath& path);
/// True if a two-octet AS_PATH cannot hold it.
bool needs_as4(const net::AsPath& path);

/// RFC 6793 4.2.3: the new path with as many leading AS numbers of the old one before it as it is
/// shorter. An as4_path longer than the as_path is ignored.
net::AsPath merge_as4_path(const net::AsPath& as_path, const net::AsPath& as4_path);

}  // namespace routeproof::bgp
