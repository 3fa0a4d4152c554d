// Messages and tables out of MRT files (RFC 6396, RFC 8050).
#pragma once

#include "verifier/bgpdump/item.hpp"

#include <istream>
#include <string>

namespace routeproof::bgpdump {

/// BGP4MP messages come out as Kind::Message in the context that the record names; entries of
/// TABLE_DUMP and TABLE_DUMP_V2 as Kind::Attributes with prefix and peer in their source. State
/// changes are handed to `note` as JSON. `families` of `assumed` are kept. Gives one sentence about
/// what is wrong with the file, empty if nothing is; a record that cannot be read is complained of
/// and skipped.
std::string read_mrt(std::istream& in,
                     const std::string& name,
                     const Context& assumed,
                     const Sink& sink,
                     const std::function<void(const Source&)>& note,
                     const Complain& complain);

/// Could a file with these first twelve octets be one?
bool is_mrt(bgp::ByteView first);

}  // namespace routeproof::bgpdump
