// HTTP/1.1 over unix sockets for dockerd: one path per driver name, all with the same handler.
//
// Tolerant where dockerd is odd (empty Host header, no Content-Type), strict in size. Connections
// are kept alive, each has a coroutine of its own, and a broken one ends alone.
#pragma once

#include "agent/docker/plugin.hpp"

#include <boost/system/error_code.hpp>

#include <filesystem>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace routeproof::docker {

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
    /// Must call `respond` once, now or later, on the server's thread. `method` and `body` live
    /// until then.
    using Handler = std::function<void(std::string_view method, std::string_view body, Respond)>;

    struct Limits {
        std::size_t body = 1 << 20;  // octets; the largest real request is a few kilobytes
    };

    Server(boost::asio::io_context& io, Handler handler, Limits limits);
    Server(boost::asio::io_context& io, Handler handler);
    /// Stops.
    ~Server();

    /// Makes the folder and takes the path: a stale socket is replaced, one on which another live
    /// process listens is not, nor anything that is not a socket. Serves from then on.
    boost::system::result<void, ServerError> listen(const std::filesystem::path& path);

    /// Closes everything and removes the socket files: a socket without a listener delays every
    /// plugin look-up of dockerd by 15 s.
    void stop();

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// A Handler that answers from a Plugin at once. The plugin must outlive it.
Server::Handler serve(Plugin& plugin);

}  // namespace routeproof::docker
