#include "agent/peering/listener.hpp"

#include "agent/peering/endpoint.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/unicast.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace routeproof::bgp {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds kOpenRetry{5};
constexpr std::chrono::milliseconds kAcceptRetry{100};  // out of descriptors, most likely

}  // namespace

Listener::Listener(const asio::any_io_executor& executor,
                   asio::ip::tcp::endpoint local,
                   std::optional<int> ttl,
                   Accepted accepted,
                   log::Sink log)
    : acceptor_(executor),
      pause_(executor),
      local_(std::move(local)),
      ttl_(ttl),
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

error_code Listener::open() {
    error_code error;
    acceptor_.open(local_.protocol(), error);
    if (!error) {
        acceptor_.set_option(asio::ip::tcp::acceptor::reuse_address(true), error);
    }
    if (!error && ttl_) {
        acceptor_.set_option(asio::ip::unicast::hops(*ttl_), error);
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

asio::awaitable<void> Listener::run(std::shared_ptr<Listener> self) {
    error_code last;
    while (!self->stopped_) {
        if (!self->acceptor_.is_open()) {
            const error_code error = self->open();
            if (error && error != last && self->log_) {
                const log::Fields fields{
                    {"address", to_address(self->local_.address()).to_string()},
                    {"port", std::to_string(self->local_.port())},
                    {"reason", error.message()}};
                self->log_(log::Severity::Warning, log::event::kBgpListenFailed, fields);
            }
            last = error;
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
