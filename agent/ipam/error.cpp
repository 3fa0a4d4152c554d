#include "agent/ipam/error.hpp"

#include <ostream>
#include <stdexcept>

namespace routeproof::ipam {

std::ostream& operator<<(std::ostream& out, const Error& error) {
    return out << error.what;
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw std::logic_error("unchecked ipam error: " + error.what);
}

}  // namespace routeproof::ipam
