// Why a router (or host) could not be looked at: the stage and one sentence. Never a verdict.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

namespace routeproof::drivers {

enum class Stage { Resolve, Connect, KeyExchange, HostKey, Auth, Channel, Hello, Rpc, Parse };

/// "resolve", "connect", "key exchange", "host key", "auth", "channel", "hello", "rpc", "parse".
std::string_view to_string(Stage stage);

struct Failure {
    enum class Kind {
        Unreachable,   // no answer, refused, closed, deadline
        Denied,        // host key, authentication, authorisation
        Protocol,      // what came is not what was asked for
        NotSupported,  // this OS or this driver cannot answer the question
        Trouble,       // our own: a key file that cannot be read
    };

    Failure() = default;
    Failure(Stage at, Kind why, std::string text) : stage(at), kind(why), what(std::move(text)) {}

    Stage stage = Stage::Connect;
    Kind kind = Kind::Unreachable;
    std::string what;  // one line, no secret

    friend bool operator==(const Failure&, const Failure&) = default;
};

std::ostream& operator<<(std::ostream& out, const Failure& failure);
[[noreturn]] void throw_exception_from_error(const Failure& failure,
                                             const boost::source_location& where);

template <class T>
using Answer = boost::system::result<T, Failure>;

}  // namespace routeproof::drivers
