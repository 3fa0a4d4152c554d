// The little UTF-8 (RFC 3629) that RFC 9003 asks for: walk it, cut it, know what may be printed.
#pragma once

#include <cstddef>
#include <string_view>

namespace routeproof::bgp::utf8 {

struct Decoded {
    char32_t code_point = 0;
    std::size_t size = 1;  // octets taken; 1 for an octet that begins nothing valid
    bool valid = false;
};

/// The first code point. Precondition: text is not empty.
Decoded decode(std::string_view text);
/// At most `limit` octets, ending between code points.
std::string_view prefix(std::string_view text, std::size_t limit);
/// False for C0 and C1 controls, DEL and the marks that change direction: they rewrite a log line.
bool printable(char32_t code_point);

}  // namespace routeproof::bgp::utf8
