#include "drivers/ssh/link.hpp"

#include "drivers/ssh/tunnel.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>

namespace routeproof::ssh {

namespace asio = boost::asio;
using drivers::Failure;
using drivers::Stage;
using Clock = std::chrono::steady_clock;

namespace {

std::chrono::milliseconds time_for(Stage stage, const drivers::Deadlines& deadlines) {
    switch (stage) {
        case Stage::Resolve:
            return deadlines.resolve;
        case Stage::Connect:
            return deadlines.connect;
        case Stage::KeyExchange:
        case Stage::HostKey:
            return deadlines.key_exchange;
        case Stage::Auth:
            return deadlines.auth;
        case Stage::Channel:
            return deadlines.channel;
        case Stage::Hello:
            return deadlines.hello;
        case Stage::Rpc:
        case Stage::Parse:
            break;
    }
    return deadlines.rpc;
}

std::string_view what_was_awaited(Stage stage) {
    switch (stage) {
        case Stage::Resolve:
            return "the name was not resolved";
        case Stage::Connect:
            return "no answer to the connection attempt";
        case Stage::KeyExchange:
        case Stage::HostKey:
            return "connected, but no SSH key exchange";
        case Stage::Auth:
            return "no answer to the login";
        case Stage::Channel:
            return "logged in, but no channel was opened";
        case Stage::Hello:
            return "logged in, but no NETCONF hello came";
        case Stage::Rpc:
        case Stage::Parse:
            break;
    }
    return "no complete answer";
}

std::string in_words(std::chrono::milliseconds time) {
    return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s"
                                    : std::to_string(time.count()) + " ms";
}

}  // namespace

std::string one_line(std::string_view text) {
    constexpr std::size_t kLongest = 240;
    std::string line;
    bool blank = false;
    for (const char c : text) {
        if (std::isspace(static_cast<unsigned char>(c)) != 0) {
            blank = !line.empty();
            continue;
        }
        if (line.size() >= kLongest) {
            return line + "...";
        }
        if (blank) {
            line += ' ';
            blank = false;
        }
        line += std::iscntrl(static_cast<unsigned char>(c)) != 0 ? '?' : c;
    }
    return line;
}

Link::Link(const asio::any_io_executor& executor, drivers::Target target)
    : target_(std::move(target)), resolver_(executor), socket_(executor), gate_(executor) {}

Link::~Link() {
    if (session_ == nullptr) {
        return;
    }
    // libssh leaves a given descriptor open after a disconnect and closes it after its own errors;
    // then ssh_get_fd says -1. Asking afterwards would read freed memory.
    const int copy = ssh_get_fd(session_);
    ssh_disconnect(session_);
    ssh_free(session_);
    if (copy >= 0) {
        ::close(copy);
    }
}

drivers::Asked<void> Link::log_in() {
    const auto keys = co_await read_keys();
    if (!keys) {
        co_return keys.error();
    }
    auto step = co_await reach();
    if (!step) {
        co_return step.error();
    }
    step = co_await exchange_keys();
    if (!step) {
        co_return step.error();
    }
    step = check_host_key();
    if (!step) {
        co_return step.error();
    }
    co_return co_await authenticate(*keys);
}

drivers::Asked<drivers::HostKeySight> Link::look() {
    auto step = co_await reach();
    if (!step) {
        co_return step.error();
    }
    step = co_await exchange_keys();
    if (!step) {
        co_return step.error();
    }
    co_return look_at_host_key();
}

drivers::Asked<void> Link::reach() {
    if (target_.access.jumps.empty()) {
        co_return co_await resolve_and_connect();
    }
    drivers::Target hop;
    hop.name = target_.name;
    hop.access = target_.access.jumps.back();
    hop.access.jumps = target_.access.jumps;
    hop.access.jumps.pop_back();
    hop.deadlines = target_.deadlines;
    hop.is_jump = true;
    via_ = std::make_shared<Tunnel>(gate_.get_executor(), std::move(hop));
    const auto fd = co_await via_->open(target_.access.address, target_.access.port);
    if (!fd) {
        co_return fd.error();
    }
    socket_.assign(asio::generic::stream_protocol(AF_UNIX, 0), *fd);
    co_return drivers::Answer<void>();
}

void Link::enter(Stage stage) {
    stage_ = stage;
    allowed_ = time_for(stage, target_.deadlines);
    deadline_ = Clock::now() + allowed_;
}

Failure Link::failure(Failure::Kind kind, std::string_view what) const {
    const std::string& host = target_.access.address;
    const bool v6 = host.find(':') != std::string::npos;
    std::string text = target_.is_jump ? "jump host " : "";
    text += (v6 ? '[' + host + ']' : host) + ':' + std::to_string(target_.access.port) + ' ' +
            std::string(what);
    if (via_ != nullptr && via_->broken()) {
        text += " (" + via_->broken()->what + ')';
    }
    return {stage_, kind, text};
}

Failure Link::library_failure(Failure::Kind kind) const {
    const std::string text = one_line(ssh_get_error(session_));
    if (text.empty() || text.find("disconnected") != std::string::npos ||
        text.find("Remote channel is closed") != std::string::npos) {
        return failure(Failure::Kind::Unreachable, "closed the connection");
    }
    return failure(kind, "failed: " + text);
}

Failure Link::late() const {
    return failure(
        Failure::Kind::Unreachable,
        "is silent: " + std::string(what_was_awaited(stage_)) + " within " + in_words(allowed_));
}

asio::awaitable<bool> Link::gate(Clock::time_point until) {
    gate_.expires_at(until);
    boost::system::error_code woken;
    auto token = asio::redirect_error(asio::use_awaitable, woken);
    co_await gate_.async_wait(token);
    co_return static_cast<bool>(woken);
}

void Link::arm() {
    const std::weak_ptr<char> alive = alive_;
    if (!read_armed_) {
        read_armed_ = true;
        socket_.async_wait(asio::socket_base::wait_read, [this, alive](boost::system::error_code) {
            if (!alive.expired()) {
                read_armed_ = false;
                gate_.cancel();
            }
        });
    }
    if ((ssh_get_poll_flags(session_) & SSH_WRITE_PENDING) != 0 && !write_armed_) {
        write_armed_ = true;
        socket_.async_wait(asio::socket_base::wait_write, [this, alive](boost::system::error_code) {
            if (!alive.expired()) {
                write_armed_ = false;
                gate_.cancel();
            }
        });
    }
}

drivers::Asked<void> Link::io() {
    return io_until(deadline_);
}

drivers::Asked<void> Link::io_until(Clock::time_point until) {
    until = std::min(until, deadline_);
    if (Clock::now() >= until) {
        co_return late();
    }
    if (logging_in_) {  // without it each step of the handshake waits for a delayed ACK
        const int on = 1;
        ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    }
    arm();
    const bool woken = co_await gate(until);
    if (!woken) {
        boost::system::error_code ignored;
        socket_.cancel(ignored);  // nobody waits any more, so the io_context may come to its end
        co_return late();
    }
    co_return drivers::Answer<void>();
}

drivers::Asked<void> Link::breathe() {
    auto executor = gate_.get_executor();
    co_await asio::post(executor, asio::use_awaitable);
    if (Clock::now() >= deadline_) {
        co_return late();
    }
    co_return drivers::Answer<void>();
}

}  // namespace routeproof::ssh
