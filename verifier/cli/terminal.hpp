// What the terminal on standard output can do.
#pragma once

#include <cstddef>
#include <string>

namespace routeproof::verifier {

/// `wish`: auto, always or never. auto: only on a terminal that is not dumb, and NO_COLOR (any
/// value but empty) is not set.
bool use_colour(const std::string& wish);

/// Columns of the terminal on standard output; 0 if it is none.
std::size_t terminal_width();

}  // namespace routeproof::verifier
