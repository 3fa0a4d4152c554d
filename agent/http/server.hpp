// HTTP/1.1 over unix sockets: for dockerd (one path per driver name, all with the same handler) and
// for the agent's local API; over TCP too, for whoever scrapes metrics.
//
// Tolerant where clients are odd (dockerd's empty Host header, no Content-Type), strict in size.
// Connections are kept alive, each has a coroutine of its own, and a broken one ends alone.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace routeproof::http {

struct Request {
    std::string_view verb;  // "POST"
    std::string_view path;  // without its first slash
    std::string_view body;
};

struct Reply {
    unsigned status = 200;
    std::string body;
    std::string content_type = {};  // empty: the dialect's
    /// A body that is too large to be held: appends the next piece (behind `body`) and says whether
    /// there may be more. Asked when the client has taken the piece before, so that a slow one
    /// costs nothing but its own time.
    std::function<bool(std::string& piece)> more = {};
    std::function<void()> sent = {};  // called when the client has it, or is gone
};

/// Who may connect to a unix socket.
struct Permissions {
    unsigned mode = 0600;
    std::string group = {};  // empty: the process's own
};

/// How replies look: their content type, and a sentence about a bad request as a body.
struct Dialect {
    std::string content_type = "application/json";
    std::function<std::string(std::string_view sentence)> error;
};

struct ServerError {
    ServerError() = default;
    explicit ServerError(std::string text) : what(std::move(text)) {}
    std::string what;  // a sentence with the path and the remedy
    friend bool operator==(const ServerError&, const ServerError&) = default;
};
std::ostream& operator<<(std::ostream& out, const ServerError& error);
[[noreturn]] void throw_exception_from_error(const ServerError& error,
                                             const boost::source_location& where);

class Server {
public:
    using Respond = std::function<void(Reply)>;
    /// Must call `respond` once, now or later, on the server's thread. The request lives until
    /// then. An exception instead of a call is answered with status 500. Not called after stop().
    using Handler = std::function<void(const Request&, Respond)>;

    struct Options {
        Dialect dialect;
        std::size_t body_limit = 1 << 20;  // octets; the largest real request is a few kilobytes
        Permissions permissions = {};      // dockerd and operators are root: nobody else
        std::size_t connection_limit = 0;  // more are closed at once; 0: as many as come
        std::chrono::seconds patience{0};  // for a whole request, and its answer; 0: no end
    };

    Server(boost::asio::io_context& io, Handler handler, Options options);
    /// Stops.
    ~Server();

    /// Makes the folder and takes the path: a stale socket is replaced, one on which another live
    /// process listens is not, nor anything that is not a socket. Serves from then on.
    boost::system::result<void, ServerError> listen(const std::filesystem::path& path);
    /// The same on a TCP port of one address; gives the port (for 0, the one chosen).
    boost::system::result<std::uint16_t, ServerError> listen(const std::string& address,
                                                             std::uint16_t port);

    /// Closes everything and removes the socket files: a socket without a listener delays every
    /// plugin look-up of dockerd by 15 s.
    void stop();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace routeproof::http
