// The lines between the agent and the BFD process: one JSON object each (docs/bfd.md). Unknown
// members are ignored on both sides, so that either may be newer.
#pragma once

#include "agent/peering/bfd/status.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace routeproof::bfd {

/// A line longer than this is refused.
inline constexpr std::size_t kLongestLine = 65536;

/// What a client asks.
namespace request {
/// Its whole desired set. From now on it is the one client that sessions are reported to.
struct Set {
    std::vector<SessionConfig> sessions;

    friend bool operator==(const Set&, const Set&) = default;
};
/// Sessions of a former client that were not named by now are not wanted any more.
struct SyncDone {
    friend bool operator==(const SyncDone&, const SyncDone&) = default;
};
/// All sessions end with AdminDown: the host leaves.
struct Leave {
    friend bool operator==(const Leave&, const Leave&) = default;
};
/// Everything once, then End.
struct Status {
    friend bool operator==(const Status&, const Status&) = default;
};
}  // namespace request
using Request = std::variant<request::Set, request::SyncDone, request::Leave, request::Status>;

/// What the process tells.
namespace event {
struct Removed {
    SessionKey key;

    friend bool operator==(const Removed&, const Removed&) = default;
};
struct Error {
    std::string text;

    friend bool operator==(const Error&, const Error&) = default;
};
struct End {
    friend bool operator==(const End&, const End&) = default;
};
}  // namespace event
using Event = std::variant<ProcessStatus, SessionStatus, event::Removed, event::Error, event::End>;

/// Why a line could not be read, in a sentence for the other side.
struct BadLine {
    BadLine() = default;
    explicit BadLine(std::string sentence) : what(std::move(sentence)) {}

    std::string what;

    friend bool operator==(const BadLine&, const BadLine&) = default;
};
std::ostream& operator<<(std::ostream& out, const BadLine& error);
[[noreturn]] void throw_exception_from_error(const BadLine& error, const boost::source_location&);

// Lines end in '\n' when encoded and may lack it when decoded.
std::string encode(const Request& request);
std::string encode(const Event& event);
boost::system::result<Request, BadLine> decode_request(std::string_view line);
boost::system::result<Event, BadLine> decode_event(std::string_view line);

}  // namespace routeproof::bfd
