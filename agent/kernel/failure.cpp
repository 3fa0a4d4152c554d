#include "agent/kernel/failure.hpp"

#include <ostream>
#include <stdexcept>

namespace routeproof::kernel {

std::string Failure::to_string() const {
    return "could not " + attempted + ": " + code.message();
}

std::ostream& operator<<(std::ostream& out, const Failure& failure) {
    return out << failure.to_string();
}

void throw_exception_from_error(const Failure& failure, const boost::source_location&) {
    throw std::logic_error("unchecked kernel failure: " + failure.to_string());
}

Failure failed(int error_number, std::string attempted) {
    return {{error_number, boost::system::system_category()}, std::move(attempted)};
}

}  // namespace routeproof::kernel
