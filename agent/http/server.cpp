#include "agent/http/server.hpp"

#include "agent/http/unix_listener.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <list>
#include <ostream>
#include <set>
#include <stdexcept>

namespace routeproof::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast::http;
using boost::system::error_code;
using Socket = asio::generic::stream_protocol::socket;  // unix or TCP
using TcpAcceptor = asio::ip::tcp::acceptor;
using Parser = beast::request_parser<beast::string_body>;

/// How long to rest when the process has no descriptor left for a new connection.
constexpr std::chrono::milliseconds kAcceptRest{100};

template <class Body>
beast::response<Body> head_of(const Reply& reply,
                              const Dialect& dialect,
                              unsigned version,
                              bool keep) {
    beast::response<Body> response(static_cast<beast::status>(reply.status), version);
    response.set(beast::field::content_type,
                 reply.content_type.empty() ? dialect.content_type : reply.content_type);
    response.keep_alive(keep);
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

/// One client, with the time that is left to it.
struct Connection {
    explicit Connection(asio::io_context& io) : socket(io), deadline(io) {}

    Socket socket;
    asio::steady_timer deadline;
    boost::beast::flat_buffer buffer;  // keeps what a pipelining client sent ahead
};

using Client = std::shared_ptr<Connection>;

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

    template <class Acceptor>
    static asio::awaitable<void> accept_loop(Self self, std::shared_ptr<Acceptor> acceptor);
    static asio::awaitable<void> connection(Self self, Client client);
    asio::awaitable<void> serve_requests(Client client);
    void start_deadline(const Client& client) const;
    asio::awaitable<error_code> read(Connection& client, Parser& parser) const;
    asio::awaitable<Reply> ask(const beast::request<beast::string_body>& request);
    asio::awaitable<error_code> write(Socket& socket, Reply& reply, unsigned version, bool keep);
    asio::awaitable<error_code> write_head(Socket& socket, const Reply& reply, unsigned version);
    asio::awaitable<error_code> write_pieces(Socket& socket,
                                             Reply& reply,
                                             unsigned version,
                                             bool keep);
    void stop();

    asio::io_context& io;
    Handler handler;
    Options options;
    bool stopped = false;
    std::list<UnixListener> unix_listeners;
    std::list<std::shared_ptr<TcpAcceptor>> tcp_listeners;
    std::set<Client> connections;
};

template <class Acceptor>
asio::awaitable<void> Server::State::accept_loop(Self self, std::shared_ptr<Acceptor> acceptor) {
    while (!self->stopped) {
        auto client = std::make_shared<Connection>(self->io);
        error_code why;
        co_await acceptor->async_accept(client->socket,
                                        asio::redirect_error(asio::use_awaitable, why));
        if (self->stopped) {
            co_return;
        }
        if (why) {
            asio::steady_timer rest(self->io, kAcceptRest);
            co_await rest.async_wait(asio::redirect_error(asio::use_awaitable, why));
            continue;
        }
        const auto limit = self->options.connection_limit;
        if (limit == 0 || self->connections.size() < limit) {
            asio::co_spawn(self->io, connection(self, std::move(client)), asio::detached);
        }
    }
}

asio::awaitable<void> Server::State::connection(Self self, Client client) {
    self->connections.insert(client);
    co_await self->serve_requests(client);
    client->deadline.cancel();
    self->connections.erase(client);
}

asio::awaitable<void> Server::State::serve_requests(Client client) {
    bool keep = true;
    while (keep && !stopped) {
        start_deadline(client);
        Parser parser;
        parser.body_limit(options.body_limit);
        error_code why = co_await read(*client, parser);
        if (stopped) {
            co_return;  // whom the handler would call may be gone already
        }
        Reply reply;
        if (!why) {
            keep = parser.get().keep_alive();
            reply = co_await ask(parser.get());
            // Pieces without a length end with the connection (RFC 9112 6.3).
            keep = keep && !(reply.more && parser.get().version() < 11);
        } else if (auto excuse = reply_to_unreadable(why, options.dialect)) {
            keep = false;
            reply = std::move(*excuse);
        } else {
            co_return;
        }
        const unsigned version = parser.is_header_done() ? parser.get().version() : 11;
        const bool head = parser.is_header_done() && parser.get().method() == beast::verb::head;
        keep = keep && !head;
        if (head) {  // GCC 12 awaits both sides of a conditional expression
            why = co_await write_head(client->socket, reply, version);
        } else {
            why = co_await write(client->socket, reply, version, keep);
        }
        if (reply.sent) {
            reply.sent();
        }
        if (why) {
            co_return;
        }
    }
    error_code ignored;
    client->socket.shutdown(Socket::shutdown_both, ignored);
}

void Server::State::start_deadline(const Client& client) const {
    if (options.patience.count() == 0) {
        return;
    }
    client->deadline.expires_after(options.patience);
    client->deadline.async_wait([client](const error_code& postponed) {
        if (!postponed) {
            error_code ignored;
            client->socket.close(ignored);
        }
    });
}

asio::awaitable<error_code> Server::State::read(Connection& client, Parser& parser) const {
    error_code why;
    auto token = asio::redirect_error(asio::use_awaitable, why);
    co_await beast::async_read_header(client.socket, client.buffer, parser, token);
    if (why) {
        co_return why;
    }
    // curl waits a second for leave to send a large body.
    if (parser.get()[beast::field::expect] == "100-continue" && !parser.is_done()) {
        beast::response<beast::empty_body> go_on(beast::status::continue_, 11);
        co_await beast::async_write(client.socket, go_on, token);
    }
    if (!why && !parser.is_done()) {
        co_await beast::async_read(client.socket, client.buffer, parser, token);
    }
    co_return why;
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

asio::awaitable<error_code> Server::State::write(Socket& socket,
                                                 Reply& reply,
                                                 unsigned version,
                                                 bool keep) {
    if (reply.more) {
        co_return co_await write_pieces(socket, reply, version, keep);
    }
    error_code why;
    auto response = head_of<beast::string_body>(reply, options.dialect, version, keep);
    response.body() = std::move(reply.body);
    response.prepare_payload();
    co_await beast::async_write(socket, response, asio::redirect_error(asio::use_awaitable, why));
    co_return why;
}

// RFC 9110 9.3.2: HEAD is answered without the body.
asio::awaitable<error_code> Server::State::write_head(Socket& socket,
                                                      const Reply& reply,
                                                      unsigned version) {
    error_code why;
    const auto response = head_of<beast::empty_body>(reply, options.dialect, version, false);
    beast::response_serializer<beast::empty_body> head(response);
    co_await beast::async_write_header(
        socket, head, asio::redirect_error(asio::use_awaitable, why));
    co_return why;
}

// RFC 9112 7.1: chunks, so that a client knows a whole answer from one that was cut off. A client
// of HTTP/1.0 does not know them.
asio::awaitable<error_code> Server::State::write_pieces(Socket& socket,
                                                        Reply& reply,
                                                        unsigned version,
                                                        bool keep) {
    error_code why;
    auto token = asio::redirect_error(asio::use_awaitable, why);
    auto response = head_of<beast::empty_body>(reply, options.dialect, version, keep);
    const bool chunks = version >= 11;
    response.chunked(chunks);
    beast::response_serializer<beast::empty_body> head(response);
    co_await beast::async_write_header(socket, head, token);
    std::string piece = std::move(reply.body);
    bool more = true;
    while (!why && more && !stopped) {
        more = reply.more(piece);
        if (!piece.empty() && chunks) {
            co_await asio::async_write(socket, beast::make_chunk(asio::buffer(piece)), token);
        } else if (!piece.empty()) {
            co_await asio::async_write(socket, asio::buffer(piece), token);
        }
        piece.clear();
    }
    if (!why && !more && chunks) {
        co_await asio::async_write(socket, beast::make_chunk_last(), token);
    }
    co_return why;
}

void Server::State::stop() {
    stopped = true;
    error_code ignored;
    for (const auto& listener : unix_listeners) {
        listener.acceptor->close(ignored);
        listener.remove();
    }
    for (const auto& acceptor : tcp_listeners) {
        acceptor->close(ignored);
    }
    for (const auto& client : connections) {
        client->deadline.cancel();
        client->socket.close(ignored);
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

boost::system::result<void, ServerError> Server::listen(const std::filesystem::path& path) {
    auto taken = take_path(state_->io, path, state_->options.permissions);
    if (!taken) {
        return taken.error();
    }
    const auto& listener = state_->unix_listeners.emplace_back(std::move(*taken));
    asio::co_spawn(state_->io, State::accept_loop(state_, listener.acceptor), asio::detached);
    return {};
}

boost::system::result<std::uint16_t, ServerError> Server::listen(const std::string& address,
                                                                 std::uint16_t port) {
    error_code why;
    const asio::ip::tcp::endpoint where(asio::ip::make_address(address, why), port);
    auto acceptor = std::make_shared<TcpAcceptor>(state_->io);
    if (!why) {
        acceptor->open(where.protocol(), why);
    }
    if (!why) {
        acceptor->set_option(TcpAcceptor::reuse_address(true), why);
    }
    if (!why) {
        acceptor->bind(where, why);
    }
    if (!why) {
        acceptor->listen(asio::socket_base::max_listen_connections, why);
    }
    if (why) {
        return ServerError("cannot listen on " + address + " port " + std::to_string(port) + ": " +
                           why.message());
    }
    state_->tcp_listeners.push_back(acceptor);
    asio::co_spawn(state_->io, State::accept_loop(state_, acceptor), asio::detached);
    return acceptor->local_endpoint().port();
}

}  // namespace routeproof::http
