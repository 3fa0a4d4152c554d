// Text in columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace routeproof::verifier {

enum class Colour { None, Green, Yellow, Red, Bold };

/// The text between the escape sequences of the colour, if `on`.
std::string paint(std::string_view text, Colour colour, bool on);

struct Cell {
    std::string text;
    Colour colour = Colour::None;
};

/// Left-aligned columns, two blanks between them, none at the end of a line.
class Grid {
public:
    explicit Grid(std::vector<std::string> headers) : headers_(std::move(headers)) {}
    /// Precondition: as many cells as headers.
    void add(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }
    std::size_t width() const;
    std::string print(bool colour) const;
    /// The frame of +---+ and | that network people know from their boxes.
    std::string print_framed() const;

private:
    std::vector<std::size_t> widths() const;

    std::vector<std::string> headers_;
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace routeproof::verifier
