#include "verifier/report/grid.hpp"

#include "verifier/text.hpp"

#include <algorithm>
#include <numeric>

namespace routeproof::verifier {
namespace {

std::string_view escape(Colour colour) {
    switch (colour) {
        case Colour::Green:
            return "\033[32m";
        case Colour::Yellow:
            return "\033[33m";
        case Colour::Red:
            return "\033[31m";
        case Colour::Bold:
            return "\033[1m";
        case Colour::None:
            break;
    }
    return "";
}

std::string pad(const std::string& text, std::size_t width) {
    return text + std::string(width - std::min(width, columns(text)), ' ');
}

}  // namespace

std::string paint(std::string_view text, Colour colour, bool on) {
    if (!on || colour == Colour::None) {
        return std::string(text);
    }
    return std::string(escape(colour)) + std::string(text) + "\033[0m";
}

std::vector<std::size_t> Grid::widths() const {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < headers_.size(); ++i) {
        std::size_t width = columns(headers_[i]);
        for (const auto& row : rows_) {
            width = std::max(width, columns(row[i].text));
        }
        result.push_back(width);
    }
    return result;
}

std::size_t Grid::width() const {
    const auto all = widths();
    return std::accumulate(all.begin(), all.end(), std::size_t{0}) + 2 * (all.size() - 1);
}

std::string Grid::print(bool colour) const {
    const auto width = widths();
    std::string out;
    const auto line = [&](const auto& text_of, const auto& colour_of) {
        for (std::size_t i = 0; i < width.size(); ++i) {
            const std::string text = text_of(i);
            const bool last = i + 1 == width.size();
            out += paint(text, colour_of(i), colour);
            if (!last) {
                out += std::string(width[i] - columns(text) + 2, ' ');
            }
        }
        while (!out.empty() && out.back() == ' ') {
            out.pop_back();
        }
        out += '\n';
    };
    line([&](std::size_t i) { return headers_[i]; }, [](std::size_t) { return Colour::Bold; });
    for (const auto& row : rows_) {
        line([&](std::size_t i) { return row[i].text; },
             [&](std::size_t i) { return row[i].colour; });
    }
    return out;
}

std::string Grid::print_framed() const {
    const auto width = widths();
    std::string rule = "+";
    for (const std::size_t w : width) {
        rule += std::string(w + 2, '-') + "+";
    }
    rule += "\n";
    std::string out = rule + "|";
    for (std::size_t i = 0; i < width.size(); ++i) {
        out += " " + pad(headers_[i], width[i]) + " |";
    }
    out += "\n" + rule;
    for (const auto& row : rows_) {
        out += "|";
        for (std::size_t i = 0; i < width.size(); ++i) {
            out += " " + pad(row[i].text, width[i]) + " |";
        }
        out += "\n";
    }
    return out + rule;
}

}  // namespace routeproof::verifier
