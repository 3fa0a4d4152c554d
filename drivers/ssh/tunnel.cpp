#include "drivers/ssh/tunnel.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace routeproof::ssh {

namespace asio = boost::asio;
using drivers::Failure;
using drivers::Stage;

namespace {

constexpr std::size_t kPiece = 32U << 10;       // the largest packet of most servers
constexpr std::size_t kFairShare = 256U << 10;  // bytes before others get their turn
constexpr auto kNever = std::chrono::steady_clock::time_point::max();

}  // namespace

Tunnel::Tunnel(const asio::any_io_executor& executor, drivers::Target hop)
    : link_(executor, std::move(hop)), inner_(executor) {}

Tunnel::~Tunnel() {
    if (channel_ != nullptr) {
        ssh_channel_free(channel_);
    }
}

drivers::Asked<int> Tunnel::open(std::string host, std::uint16_t port) {
    const auto logged_in = co_await link_.log_in();
    if (!logged_in) {
        co_return logged_in.error();
    }
    link_.enter(Stage::Connect);
    const bool v6 = host.find(':') != std::string::npos;
    const std::string there = (v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
    channel_ = ssh_channel_new(link_.handle());
    if (channel_ == nullptr) {
        co_return link_.library_failure(Failure::Kind::Trouble);
    }
    auto ask = [this, &host, port] {
        return ssh_channel_open_forward(channel_, host.c_str(), port, "127.0.0.1", 0);
    };
    const auto rc = co_await link_.drive(ask, SSH_AGAIN);
    if (!rc) {
        co_return link_.failure(
            Failure::Kind::Unreachable,
            "is silent: no answer about the connection to " + there + " in time");
    }
    if (*rc != SSH_OK) {
        const std::string why = one_line(ssh_get_error(link_.handle()));
        if (ssh_is_connected(link_.handle()) == 0) {
            co_return link_.library_failure(Failure::Kind::Unreachable);
        }
        const bool prohibited = why.find("error (1)") != std::string::npos;  // RFC 4254 5.1
        co_return link_.failure(prohibited ? Failure::Kind::Denied : Failure::Kind::Unreachable,
                                prohibited ? "does not let us through to " + there + ": " + why
                                           : "cannot reach " + there + ": " + why);
    }
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data()) != 0) {
        co_return link_.failure(Failure::Kind::Trouble, "cannot be used: out of descriptors");
    }
    inner_.assign(asio::local::stream_protocol(), pair[0]);
    link_.logged_in();
    asio::co_spawn(inner_.get_executor(), carry(shared_from_this()), asio::detached);
    co_return pair[1];
}

Tunnel::Step Tunnel::to_machine() {
    if (outgoing_.empty()) {
        std::array<char, kPiece> bytes;
        const auto n = ::recv(inner_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
            return Step::Ended;  // the session on the other end has gone
        }
        if (n < 0) {
            return Step::Waits;
        }
        outgoing_.assign(bytes.data(), static_cast<std::size_t>(n));
    }
    const int n =
        ssh_channel_write(channel_, outgoing_.data(), static_cast<std::uint32_t>(outgoing_.size()));
    if (n < 0) {
        broken_ = link_.library_failure(Failure::Kind::Unreachable);
        return Step::Ended;
    }
    outgoing_.erase(0, static_cast<std::size_t>(n));
    return n > 0 ? Step::Moved : Step::Waits;
}

Tunnel::Step Tunnel::from_machine() {
    if (incoming_.empty()) {
        std::array<char, kPiece> bytes;
        const int n = ssh_channel_read(channel_, bytes.data(), bytes.size(), 0);
        if (n == SSH_ERROR) {
            broken_ = link_.library_failure(Failure::Kind::Unreachable);
            return Step::Ended;
        }
        if (n <= 0) {
            if (ssh_is_connected(link_.handle()) == 0) {
                broken_ = link_.failure(Failure::Kind::Unreachable, "closed the connection");
                return Step::Ended;
            }
            const bool over =
                ssh_channel_is_eof(channel_) != 0 || ssh_channel_is_closed(channel_) != 0;
            return over ? Step::Ended : Step::Waits;
        }
        incoming_.assign(bytes.data(), static_cast<std::size_t>(n));
    }
    const auto n = ::send(
        inner_.native_handle(), incoming_.data(), incoming_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0) {
        return errno == EAGAIN || errno == EINTR ? Step::Waits : Step::Ended;
    }
    incoming_.erase(0, static_cast<std::size_t>(n));
    return Step::Moved;
}

void Tunnel::arm() {
    const auto self = shared_from_this();
    if (outgoing_.empty() && !read_armed_) {
        read_armed_ = true;
        inner_.async_wait(asio::socket_base::wait_read, [self](boost::system::error_code) {
            self->read_armed_ = false;
            self->link_.wake();
        });
    }
    if (!incoming_.empty() && !write_armed_) {
        write_armed_ = true;
        inner_.async_wait(asio::socket_base::wait_write, [self](boost::system::error_code) {
            self->write_armed_ = false;
            self->link_.wake();
        });
    }
}

asio::awaitable<void> Tunnel::carry(std::shared_ptr<Tunnel> self) {
    self->link_.without_deadline();
    std::size_t streak = 0;
    for (;;) {
        const auto taken = self->link_.bytes_in();
        const Step out = self->to_machine();
        const Step in = self->from_machine();
        if (out == Step::Ended || in == Step::Ended) {
            break;
        }
        if (out == Step::Moved || in == Step::Moved) {
            streak += kPiece;
            if (streak < kFairShare) {
                continue;
            }
            streak = 0;
            const auto breath = co_await self->link_.breathe();
            if (!breath) {
                break;
            }
            continue;
        }
        if (self->link_.bytes_in() != taken) {
            continue;  // some call took what another one shall find
        }
        streak = 0;
        self->arm();
        const auto moved = co_await self->link_.io_until(kNever);
        if (!moved) {
            self->broken_ = moved.error();
            break;
        }
    }
    boost::system::error_code ignored;
    self->inner_.close(ignored);
}

}  // namespace routeproof::ssh
