#include "verifier/text.hpp"

#include <algorithm>

namespace routeproof::verifier {

std::string join(const std::vector<std::string>& items, std::string_view separator) {
    std::string text;
    for (const std::string& item : items) {
        if (!text.empty()) {
            text += separator;
        }
        text += item;
    }
    return text;
}

std::string count(std::size_t number, std::string_view noun) {
    std::string text = std::to_string(number) + " " + std::string(noun);
    if (number != 1) {
        text += "s";
    }
    return text;
}

std::string one_line(std::string_view text) {
    std::string line(text);
    unsigned char before = 0;
    for (char& c : line) {
        const auto code = static_cast<unsigned char>(c);
        // U+0080 to U+009F are C2 80 to C2 9F; some terminals take U+009B for ESC [.
        const bool is_c1 = before == 0xC2 && code < 0xA0;
        before = code;
        if (is_c1) {
            c = static_cast<char>(0xA0);  // C2 A0: a blank that does not break
        } else if (code < 0x20 || code == 0x7F) {
            c = ' ';
        }
    }
    return line;
}

std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // continuation bytes take no room
    }));
}

}  // namespace routeproof::verifier
