// How often the same complaint is worth a line: the first ten times, then each time the count has
// doubled. A faulty peer must not fill the log.
#pragma once

#include <cstdint>

namespace routeproof::bgp {

constexpr bool worth_a_line(std::uint64_t count) {
    return count <= 10 || (count & (count - 1)) == 0;
}

}  // namespace routeproof::bgp
