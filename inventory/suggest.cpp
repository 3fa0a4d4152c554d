#include "inventory/suggest.hpp"

#include <algorithm>
#include <vector>

namespace routeproof::inventory {
namespace {

// Optimal string alignment distance: Levenshtein and the swap of two neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> known) {
    const std::size_t limit = std::max<std::size_t>(2, word.size() / 3);
    std::optional<std::string_view> best;
    std::size_t fewest = limit + 1;
    for (const auto candidate : known) {
        const std::size_t edits = distance(word, candidate);
        if (edits < fewest && edits < std::max(word.size(), candidate.size())) {
            fewest = edits;
            best = candidate;
        }
    }
    return best;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
    if (const auto near = nearest(word, known)) {
        return "did you mean " + std::string(*near) + "?";
    }
    if (known.empty()) {
        return {};
    }
    std::string text = "expected one of: ";
    for (std::size_t i = 0; i < known.size(); ++i) {
        text += (i == 0 ? "" : ", ") + std::string(known[i]);
    }
    return text;
}

}  // namespace routeproof::inventory
