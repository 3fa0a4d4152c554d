#include "inventory/pattern.hpp"

#include <algorithm>
#include <cctype>

namespace routeproof::inventory {

bool matches_pattern(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool matches_pattern_list(std::string_view list, std::string_view text) {
    bool found = false;
    while (!list.empty()) {
        const auto end = std::min(list.find(','), list.size());
        auto pattern = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        const bool negated = pattern.starts_with('!');
        pattern.remove_prefix(negated ? 1 : 0);
        if (matches_pattern(pattern, text)) {
            if (negated) {
                return false;
            }
            found = true;
        }
    }
    return found;
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return out;
}

}  // namespace routeproof::inventory
