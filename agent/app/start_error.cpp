#include "agent/app/start_error.hpp"

#include <ostream>
#include <stdexcept>

namespace routeproof::agent {

std::ostream& operator<<(std::ostream& out, const StartError& error) {
    return out << error.what;
}

void throw_exception_from_error(const StartError& error, const boost::source_location&) {
    throw std::logic_error(error.what);
}

}  // namespace routeproof::agent
