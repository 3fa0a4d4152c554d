#include "drivers/failure.hpp"

#include <ostream>
#include <stdexcept>

namespace routeproof::drivers {

std::string_view to_string(Stage stage) {
    switch (stage) {
        case Stage::Resolve:
            return "resolve";
        case Stage::Connect:
            return "connect";
        case Stage::KeyExchange:
            return "key exchange";
        case Stage::HostKey:
            return "host key";
        case Stage::Auth:
            return "auth";
        case Stage::Channel:
            return "channel";
        case Stage::Hello:
            return "hello";
        case Stage::Rpc:
            return "rpc";
        case Stage::Parse:
            return "parse";
    }
    return "?";
}

std::ostream& operator<<(std::ostream& out, const Failure& failure) {
    return out << to_string(failure.stage) << ": " << failure.what;
}

void throw_exception_from_error(const Failure& failure, const boost::source_location&) {
    throw std::logic_error(std::string(to_string(failure.stage)) + ": " + failure.what);
}

}  // namespace routeproof::drivers
