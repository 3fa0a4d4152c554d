// Sentences from values: joins and counts, so that every message counts and lists alike.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::verifier {

/// "leaf1, leaf2, spine1".
std::string join(const std::vector<std::string>& items, std::string_view separator = ", ");

/// Values that print themselves with to_string().
template <class Range>
std::string join_values(const Range& values, std::string_view separator = ", ") {
    std::vector<std::string> items;
    for (const auto& value : values) {
        items.push_back(value.to_string());
    }
    return join(items, separator);
}

/// "1 obligation", "3 obligations".
std::string count(std::size_t number, std::string_view noun);

/// One printable line: control characters, which a router may send, become blanks.
std::string one_line(std::string_view text);

/// The number of columns that UTF-8 text takes on a terminal (no wide characters expected).
std::size_t columns(std::string_view text);

}  // namespace routeproof::verifier
