#include "agent/peering/listener.hpp"

#include "agent/peering/endpoint.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace routeproof::bgp {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kOpenRetry{1};
constexpr std::chrono::milliseconds kAcceptRetry{100};  // out of descriptors, most likely

}  // namespace

Listener::Listener(const asio::any_io_executor& executor,
                   asio::ip::tcp::endpoint local,
                   ListenerOptions options,
                   Accepted accepted,
                   log::Sink log)
    : acceptor_(executor),
      pause_(executor),
      local_(std::move(local)),
      options_(std::move(options)),
      accepted_(std::move(accepted)),
      log_(std::move(log)) {}

void Listener::start() {
    asio::co_spawn(acceptor_.get_executor(), run(shared_from_this()), asio::detached);
}

void Listener::stop() {
    stopped_ = true;
    accepted_ = nullptr;
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
}

// A listener that could not be made what its peers need must not listen: it would let in what they
// are guarded against.
void Listener::change(ListenerOptions options) {
    if (options == options_) {
        return;
    }
    const ListenerOptions before = std::exchange(options_, std::move(options));
    if (!acceptor_.is_open()) {
        return;
    }
    if (const error_code error = apply(before)) {
        complain(error);
        error_code ignored;
        acceptor_.close(ignored);  // run() opens it anew
    }
}

error_code Listener::apply(const ListenerOptions& before) {
    const int socket = acceptor_.native_handle();
    const net::Family family = to_address(local_.address()).family();
    error_code error = set_precedence(socket, family);
    if (!error && options_.ttl) {
        error = set_ttl(socket, family, *options_.ttl);
    }
    if (!error && (options_.min_ttl || before.min_ttl)) {
        error = set_min_ttl(socket, family, options_.min_ttl.value_or(0));
    }
    for (const auto& [peer, password] : before.passwords) {
        if (!error && !options_.passwords.contains(peer)) {
            error = set_md5_key(socket, peer, {});
        }
    }
    for (const auto& [peer, password] : options_.passwords) {
        const auto old = before.passwords.find(peer);
        if (!error && (old == before.passwords.end() || old->second != password)) {
            error = set_md5_key(socket, peer, password);
        }
    }
    return error;
}

error_code Listener::open() {
    error_code error;
    acceptor_.open(local_.protocol(), error);
    if (!error) {
        acceptor_.set_option(asio::ip::tcp::acceptor::reuse_address(true), error);
    }
    if (!error && !options_.interface.empty()) {
        error = bind_to_interface(acceptor_.native_handle(), options_.interface);
    }
    if (!error) {
        error = save_syn(acceptor_.native_handle());
    }
    if (!error) {
        error = apply({});
    }
    if (!error) {
        acceptor_.bind(local_, error);
    }
    if (!error) {
        acceptor_.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        error_code ignored;
        acceptor_.close(ignored);
    }
    return error;
}

// The same again every few seconds is news only once.
void Listener::complain(const error_code& error) {
    if (error && error != last_error_ && log_) {
        const log::Fields fields{{"address", to_address(local_.address()).to_string()},
                                 {"port", std::to_string(local_.port())},
                                 {"reason", error.message()}};
        log_(log::Severity::Warning, log::event::kBgpListenFailed, fields);
    }
    last_error_ = error;
}

asio::awaitable<void> Listener::run(std::shared_ptr<Listener> self) {
    while (!self->stopped_) {
        if (!self->acceptor_.is_open()) {
            const error_code error = self->open();
            self->complain(error);
            if (error) {
                self->pause_.expires_after(kOpenRetry);
                (void)co_await self->pause_.async_wait(kAsTuple);
                continue;
            }
        }
        auto [error, socket] = co_await self->acceptor_.async_accept(kAsTuple);
        if (!error && self->accepted_) {
            self->accepted_(std::move(socket));
        } else if (error && !self->stopped_) {
            self->pause_.expires_after(kAcceptRetry);
            (void)co_await self->pause_.async_wait(kAsTuple);
        }
    }
}

}  // namespace routeproof::bgp
