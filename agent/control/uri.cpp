#include "agent/control/uri.hpp"

#include <algorithm>
#include <charconv>

namespace routeproof::control {

std::string percent_decoded(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned code = 0;
        const char* const digits = text.data() + i + 1;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(digits, digits + 2, code, 16).ptr == digits + 2) {
            plain += static_cast<char>(code);
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

std::map<std::string, std::string> query_of(std::string_view text) {
    std::map<std::string, std::string> query;
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const auto word = text.substr(0, end);
        const auto equals = std::min(word.find('='), word.size());
        query[percent_decoded(word.substr(0, equals))] =
            percent_decoded(word.substr(std::min(equals + 1, word.size())));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return query;
}

}  // namespace routeproof::control
