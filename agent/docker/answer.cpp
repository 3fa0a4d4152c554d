#include "agent/docker/answer.hpp"

#include <ostream>
#include <stdexcept>

namespace routeproof::docker {

std::ostream& operator<<(std::ostream& out, const Refusal& refusal) {
    return out << refusal.sentence;
}

void throw_exception_from_error(const Refusal& refusal, const boost::source_location&) {
    throw std::logic_error("unchecked refusal: " + refusal.sentence);
}

}  // namespace routeproof::docker
