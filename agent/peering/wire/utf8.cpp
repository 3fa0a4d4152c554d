#include "agent/peering/wire/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace routeproof::bgp::utf8 {
namespace {

std::uint8_t octet(char c) {
    return static_cast<std::uint8_t>(c);
}

// Length of the sequence that begins so, 0 if none does.
std::size_t sequence_length(std::uint8_t first) {
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first <= 0xDF) {
        return 2;
    }
    if (first >= 0xE0 && first <= 0xEF) {
        return 3;
    }
    return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

// Overlong forms, surrogates and what lies above U+10FFFF are not UTF-8.
bool well_formed(char32_t code_point, std::size_t size) {
    if (size == 3) {
        return code_point >= 0x800 && (code_point < 0xD800 || code_point > 0xDFFF);
    }
    return size != 4 || (code_point >= 0x10000 && code_point <= 0x10FFFF);
}

}  // namespace

Decoded decode(std::string_view text) {
    const std::size_t size = sequence_length(octet(text[0]));
    if (size == 0 || size > text.size()) {
        return {};
    }
    char32_t code_point = size == 1 ? octet(text[0]) : octet(text[0]) & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((octet(text[i]) & 0xC0) != 0x80) {
            return {};
        }
        code_point = code_point << 6 | (octet(text[i]) & 0x3FU);
    }
    if (!well_formed(code_point, size)) {
        return {};
    }
    return {code_point, size, true};
}

std::string_view prefix(std::string_view text, std::size_t limit) {
    std::size_t end = 0;
    while (end < text.size()) {
        const std::size_t next = end + decode(text.substr(end)).size;
        if (next > limit) {
            break;
        }
        end = next;
    }
    return text.substr(0, end);
}

bool printable(char32_t code_point) {
    const bool control = code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F);
    const bool direction = (code_point >= 0x200E && code_point <= 0x200F) ||
                           (code_point >= 0x2028 && code_point <= 0x202E) ||
                           (code_point >= 0x2066 && code_point <= 0x2069);
    return !control && !direction;
}

}  // namespace routeproof::bgp::utf8
