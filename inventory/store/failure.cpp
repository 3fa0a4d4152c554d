#include "inventory/store/failure.hpp"

#include <ostream>
#include <stdexcept>

namespace routeproof::store {

std::string_view to_string(Errc code) {
    switch (code) {
        case Errc::None:
            return "no failure";
        case Errc::Conflict:
            return "somebody else changed the same entry";
        case Errc::Unavailable:
            return "the store cannot be reached or written";
        case Errc::Unknown:
            return "the store did not answer in time, so the change may or may not be made";
        case Errc::Corrupt:
            return "the store's file is damaged or is not a Routeproof store";
        case Errc::Locked:
            return "another process has the store open";
        case Errc::TooNew:
            return "the store was written by a later version of Routeproof";
        case Errc::LeaseGone:
            return "the lease has expired, and what was kept by it is gone";
        case Errc::Refused:
            return "the store refuses";
        case Errc::Fenced:
            return "another program uses the store under this host's name";
    }
    return "unknown failure";
}

std::string Failure::message() const {
    std::string text(to_string(code));
    if (!detail.empty()) {
        text.append(": ").append(detail);
    }
    return text;
}

std::ostream& operator<<(std::ostream& out, const Failure& failure) {
    return out << failure.message();
}

void throw_exception_from_error(const Failure& failure, const boost::source_location&) {
    throw std::logic_error("unchecked store failure: " + failure.message());
}

}  // namespace routeproof::store
