#include "agent/http/server.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <sys/stat.h>

#include <cerrno>
#include <list>
#include <ostream>
#include <set>
#include <stdexcept>

namespace routeproof::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast::http;
using boost::system::error_code;
using Socket = asio::local::stream_protocol::socket;
using Acceptor = asio::local::stream_protocol::acceptor;

/// sun_path of sockaddr_un, less the final zero.
constexpr std::size_t kLongestPath = 107;
/// How long to rest when the process has no descriptor left for a new connection.
constexpr std::chrono::milliseconds kAcceptRest{100};

/// Which file a path means, to tell ours from a successor's.
struct FileId {
    dev_t device = 0;
    ino_t inode = 0;

    friend bool operator==(const FileId&, const FileId&) = default;
};

std::optional<struct stat> status_of(const std::filesystem::path& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? std::optional(status) : std::nullopt;
}

std::optional<FileId> file_id(const std::filesystem::path& path) {
    const auto status = status_of(path);
    return status ? std::optional(FileId{status->st_dev, status->st_ino}) : std::nullopt;
}

beast::response<beast::string_body> http_reply(const Reply& reply,
                                               const Dialect& dialect,
                                               unsigned version,
                                               bool keep) {
    beast::response<beast::string_body> response(static_cast<beast::status>(reply.status), version);
    response.set(beast::field::content_type, dialect.content_type);
    response.keep_alive(keep);
    response.body() = reply.body;
    response.prepare_payload();
    return response;
}

/// What to tell a client whose request could not be read; nothing if it just went away.
std::optional<Reply> reply_to_unreadable(const error_code& why, const Dialect& dialect) {
    constexpr unsigned kBadRequest = 400;
    constexpr unsigned kTooLarge = 413;
    if (why == beast::error::body_limit || why == beast::error::header_limit) {
        return Reply{kTooLarge, dialect.error("the request is too large")};
    }
    const bool http_error =
        why.category() == beast::make_error_code(beast::error::bad_method).category();
    if (!http_error || why == beast::error::end_of_stream || why == beast::error::partial_message) {
        return std::nullopt;
    }
    return Reply{kBadRequest, dialect.error("the request is not HTTP/1.1: " + why.message())};
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const ServerError& error) {
    return out << error.what;
}

void throw_exception_from_error(const ServerError& error, const boost::source_location&) {
    throw std::logic_error("unchecked server error: " + error.what);
}

/// Shared by the server and its coroutines, which may outlive it by one turn of the io_context.
struct Server::State {
    using Self = std::shared_ptr<State>;  // what each coroutine holds from its first moment

    State(asio::io_context& context, Handler function, Options chosen)
        : io(context), handler(std::move(function)), options(std::move(chosen)) {}

    struct Listener {
        Acceptor acceptor;
        std::filesystem::path path;
        std::optional<FileId> file;
    };

    static asio::awaitable<void> accept_loop(Self self, Listener& listener);
    static asio::awaitable<void> connection(Self self, std::shared_ptr<Socket> socket);
    asio::awaitable<void> serve_requests(Socket& socket);
    asio::awaitable<Reply> ask(const beast::request<beast::string_body>& request);
    void stop();

    asio::io_context& io;
    Handler handler;
    Options options;
    bool stopped = false;
    std::list<Listener> listeners;  // a list: coroutines hold references
    std::set<std::shared_ptr<Socket>> connections;
};

asio::awaitable<void> Server::State::accept_loop(Self self, Listener& listener) {
    while (!self->stopped) {
        auto socket = std::make_shared<Socket>(self->io);
        error_code why;
        co_await listener.acceptor.async_accept(*socket,
                                                asio::redirect_error(asio::use_awaitable, why));
        if (self->stopped) {
            co_return;
        }
        if (why) {
            asio::steady_timer rest(self->io, kAcceptRest);
            co_await rest.async_wait(asio::redirect_error(asio::use_awaitable, why));
            continue;
        }
        asio::co_spawn(self->io, connection(self, std::move(socket)), asio::detached);
    }
}

asio::awaitable<void> Server::State::connection(Self self, std::shared_ptr<Socket> socket) {
    self->connections.insert(socket);
    co_await self->serve_requests(*socket);
    self->connections.erase(socket);
}

asio::awaitable<void> Server::State::serve_requests(Socket& socket) {
    boost::beast::flat_buffer buffer;  // keeps what a pipelining client sent ahead
    bool keep = true;
    while (keep && !stopped) {
        beast::request_parser<beast::string_body> parser;
        parser.body_limit(options.body_limit);
        error_code why;
        co_await beast::async_read(
            socket, buffer, parser, asio::redirect_error(asio::use_awaitable, why));
        if (stopped) {
            co_return;  // whom the handler would call may be gone already
        }
        Reply reply;
        if (!why) {
            keep = parser.get().keep_alive();
            reply = co_await ask(parser.get());
        } else if (auto excuse = reply_to_unreadable(why, options.dialect)) {
            keep = false;
            reply = std::move(*excuse);
        } else {
            co_return;
        }
        const unsigned version = parser.is_header_done() ? parser.get().version() : 11;
        auto response = http_reply(reply, options.dialect, version, keep);
        co_await beast::async_write(
            socket, response, asio::redirect_error(asio::use_awaitable, why));
        if (reply.sent) {
            reply.sent();
        }
        if (why) {
            co_return;
        }
    }
    error_code ignored;
    socket.shutdown(Socket::shutdown_both, ignored);
}

asio::awaitable<Reply> Server::State::ask(const beast::request<beast::string_body>& request) {
    const auto verb = request.method_string();
    const auto target = request.target();
    Request asked{{verb.data(), verb.size()}, {target.data(), target.size()}, request.body()};
    asked.path.remove_prefix(asked.path.starts_with('/') ? 1 : 0);
    // Named first, not written inside co_await: GCC 12.2 would destroy it twice.
    auto initiate = [this, &asked](auto completion) {
        // std::function wants copies, a completion can only be moved.
        auto shared = std::make_shared<decltype(completion)>(std::move(completion));
        const auto respond = [this, shared](Reply reply) {
            auto resume = [shared, answer = std::move(reply)]() mutable {
                (*shared)(std::move(answer));
            };
            asio::post(io, std::move(resume));
        };
        try {
            handler(asked, respond);
        } catch (const std::exception& mistake) {
            // Ours. Without an answer dockerd would wait for ever, and its whole daemon with it.
            constexpr unsigned kInternal = 500;
            respond({kInternal,
                     options.dialect.error(std::string("internal error: ") + mistake.what())});
        }
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Reply)>(
        std::move(initiate), asio::use_awaitable);
}

void Server::State::stop() {
    stopped = true;
    error_code ignored;
    for (Listener& listener : listeners) {
        listener.acceptor.close(ignored);
        if (file_id(listener.path) == listener.file) {
            std::error_code gone_already;
            std::filesystem::remove(listener.path, gone_already);
        }
    }
    for (const auto& socket : connections) {
        socket->close(ignored);
    }
}

Server::Server(asio::io_context& io, Handler handler, Options options)
    : state_(std::make_shared<State>(io, std::move(handler), std::move(options))) {}

Server::~Server() {
    stop();
}

void Server::stop() {
    if (!state_->stopped) {
        state_->stop();
    }
}

namespace {

using Listened = boost::system::result<void, ServerError>;

/// Clears the way: removes a socket file behind which nobody listens.
Listened take_path(asio::io_context& io, const std::filesystem::path& path) {
    const auto status = status_of(path);
    if (!status) {
        return {};
    }
    if (!S_ISSOCK(status->st_mode)) {
        return ServerError(path.string() + " exists and is not a socket; move it away");
    }
    Socket probe(io);
    error_code why;
    probe.connect(asio::local::stream_protocol::endpoint(path.string()), why);
    if (!why) {
        return ServerError("another process listens on " + path.string() +
                           "; stop it first (is a second routeproof-agent running?)");
    }
    std::error_code failed;
    if (!std::filesystem::remove(path, failed) && failed) {
        return ServerError("cannot replace the stale socket " + path.string() + ": " +
                           failed.message());
    }
    return {};
}

ServerError cannot_listen(const std::filesystem::path& path, const std::string& why) {
    return ServerError("cannot listen on " + path.string() + ": " + why);
}

}  // namespace

Listened Server::listen(const std::filesystem::path& path) {
    if (path.string().size() > kLongestPath) {
        return cannot_listen(path, "the path is longer than a socket's may be (107 octets)");
    }
    std::error_code folder_failed;
    std::filesystem::create_directories(path.parent_path(), folder_failed);
    if (folder_failed) {
        return cannot_listen(path, folder_failed.message());
    }
    if (auto free = take_path(state_->io, path); !free) {
        return free;
    }
    Acceptor acceptor(state_->io);
    error_code why;
    acceptor.open(asio::local::stream_protocol(), why);
    if (!why) {
        acceptor.bind(asio::local::stream_protocol::endpoint(path.string()), why);
    }
    // dockerd and operators are root; nobody else has any business here.
    if (!why && ::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) {
        why.assign(errno, boost::system::system_category());
    }
    if (!why) {
        acceptor.listen(asio::socket_base::max_listen_connections, why);
    }
    if (why) {
        return cannot_listen(path, why.message());
    }
    auto& listener =
        state_->listeners.emplace_back(State::Listener{std::move(acceptor), path, file_id(path)});
    asio::co_spawn(state_->io, State::accept_loop(state_, listener), asio::detached);
    return {};
}

}  // namespace routeproof::http
