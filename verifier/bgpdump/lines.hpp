// Messages as lines of text: hex digits, or JSON objects with a context of their own.
#pragma once

#include "verifier/bgpdump/item.hpp"

#include <istream>
#include <string>

namespace routeproof::bgpdump {

/// Hex lines are messages in `context`. JSON lines: {"kind", "context", "hex"}; what a line's
/// context does not say is as in the RFCs' plainest session with four-octet AS numbers. Empty lines
/// and those that begin with '#' are skipped. A line that is neither is complained of and the next
/// one is read. `name` is what complaints call the input.
void read_lines(std::istream& in,
                const std::string& name,
                const Context& context,
                const Sink& sink,
                const Complain& complain);

}  // namespace routeproof::bgpdump
