// Resolve, connect to any of the addresses, exchange keys.
#include "drivers/ssh/algorithms.hpp"
#include "drivers/ssh/link.hpp"

#include <boost/asio/ip/address.hpp>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace routeproof::ssh {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using drivers::Failure;
using drivers::Stage;
using Clock = std::chrono::steady_clock;

drivers::Asked<void> Link::resolve_and_connect() {
    const auto& access = target_.access;
    std::vector<tcp::endpoint> endpoints;
    enter(Stage::Resolve);
    error_code no_literal;
    const auto literal = asio::ip::make_address(access.address, no_literal);
    if (!no_literal) {
        endpoints.emplace_back(literal, access.port);
    } else {
        // Not awaited directly: getaddrinfo cannot be interrupted, the wait for it can.
        struct Lookup {
            error_code error;
            std::vector<tcp::endpoint> found;
            bool done = false;
        };
        const auto lookup = std::make_shared<Lookup>();
        const std::weak_ptr<char> alive = alive_;
        resolver_.async_resolve(
            access.address,
            std::to_string(access.port),
            [this, alive, lookup](error_code error, const tcp::resolver::results_type& results) {
                lookup->error = error;
                for (const auto& entry : results) {
                    lookup->found.push_back(entry.endpoint());
                }
                lookup->done = true;
                if (!alive.expired()) {
                    gate_.cancel();
                }
            });
        const bool woken = co_await gate(deadline_);
        if (!woken) {
            resolver_.cancel();
            co_return late();
        }
        if (lookup->error || lookup->found.empty()) {
            co_return failure(
                Failure::Kind::Unreachable,
                "has no address: " + lookup->error.message() + "; check the name in the inventory");
        }
        endpoints = std::move(lookup->found);
    }

    enter(Stage::Connect);
    Failure last;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        // Each address gets its share of what is left, so that a silent one does not use up all.
        const auto now = Clock::now();
        const auto share = (deadline_ - now) / static_cast<int>(endpoints.size() - i);
        struct Attempt {
            std::optional<error_code> outcome;
        };
        const auto attempt = std::make_shared<Attempt>();
        const std::weak_ptr<char> alive = alive_;
        error_code ignored;
        const asio::generic::stream_protocol::endpoint endpoint(endpoints[i]);
        socket_.close(ignored);
        socket_.open(endpoint.protocol(), ignored);
        // Asio does not: a command that is started for a secret must not inherit our connections.
        ::fcntl(socket_.native_handle(), F_SETFD, FD_CLOEXEC);
        socket_.async_connect(endpoint, [this, alive, attempt](error_code error) {
            attempt->outcome = error;
            if (!alive.expired()) {
                gate_.cancel();
            }
        });
        while (!attempt->outcome && Clock::now() < now + share) {
            co_await gate(now + share);  // an aborted attempt before this one may open it too
        }
        if (!attempt->outcome) {
            last = late();
            continue;
        }
        if (!*attempt->outcome) {
            co_return drivers::Answer<void>();
        }
        const auto error = *attempt->outcome;
        const bool refused = error == asio::error::connection_refused;
        last = failure(Failure::Kind::Unreachable,
                       refused ? "refuses the connection: nobody listens on this port"
                               : "cannot be reached: " + error.message());
    }
    co_return last;
}

bool Link::set_options(int fd) {
    const auto set = [this](ssh_options_e option, const void* value) {
        ssh_options_set(session_, option, value);
    };
    const int no = 0;
    const long verbosity = SSH_LOG_NOLOG;
    set(SSH_OPTIONS_HOST, target_.access.address.c_str());
    set(SSH_OPTIONS_USER, target_.access.credentials.user.c_str());
    set(SSH_OPTIONS_PROCESS_CONFIG,
        &no);  // else every login parses ssh_config, Match exec included
    set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
    set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
    set(SSH_OPTIONS_LOG_VERBOSITY, &verbosity);
    const std::string ciphers = cipher_list(target_.access.ciphers);
    if (ssh_options_set(session_, SSH_OPTIONS_CIPHERS_C_S, ciphers.c_str()) != SSH_OK ||
        ssh_options_set(session_, SSH_OPTIONS_CIPHERS_S_C, ciphers.c_str()) != SSH_OK) {
        return false;
    }
    set(SSH_OPTIONS_HMAC_C_S, kHmacs);
    set(SSH_OPTIONS_HMAC_S_C, kHmacs);
    set(SSH_OPTIONS_KEY_EXCHANGE, kKeyExchanges);
    set(SSH_OPTIONS_HOSTKEYS, host_key_algorithms(known_key_types()).c_str());
    set(SSH_OPTIONS_FD, &fd);
    ssh_set_counters(session_, &counter_, nullptr);
    ssh_set_blocking(session_, 0);
    return true;
}

drivers::Asked<void> Link::exchange_keys() {
    enter(Stage::KeyExchange);
    const int on = 1;
    const int idle = 30;      // s, then a probe every
    const int interval = 10;  // s, and so many of them without an answer
    const int probes = 3;
    const int dead = 60'000;  // ms; no router keeps us longer on a broken path
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &dead, sizeof dead);
    error_code ignored;
    socket_.non_blocking(true, ignored);

    const int copy = ::fcntl(socket_.native_handle(), F_DUPFD_CLOEXEC, 3);
    session_ = copy < 0 ? nullptr : ssh_new();
    if (session_ == nullptr) {
        if (copy >= 0) {
            ::close(copy);
        }
        co_return failure(Failure::Kind::Trouble, "cannot be talked to: out of descriptors");
    }
    if (!set_options(copy)) {
        ::close(copy);
        co_return failure(
            Failure::Kind::Trouble,
            "cannot be talked to: libssh knows none of the ciphers " + target_.access.ciphers);
    }

    auto connect = [this] { return ssh_connect(session_); };
    const auto rc = co_await drive(connect, SSH_AGAIN);
    if (!rc) {
        co_return rc.error();
    }
    if (*rc != SSH_OK) {
        const std::string_view text = ssh_get_error(session_);
        if (text.find("host key algo") != std::string_view::npos) {
            stage_ = Stage::HostKey;
            co_return failure(Failure::Kind::Denied,
                              "offers no host key of a kind that " +
                                  (target_.access.host_keys.empty()
                                       ? target_.access.known_hosts.string() + " has for it"
                                       : std::string("the inventory pins")) +
                                  "; the machine was replaced or somebody is in between");
        }
        const bool cut = text.find("ocket") != std::string_view::npos;
        co_return library_failure(cut ? Failure::Kind::Unreachable : Failure::Kind::Protocol);
    }
    // libssh made the descriptor blocking again, and the flag is shared with our socket; one write
    // to a stuck peer would hold every session of this thread.
    const int flags = ::fcntl(ssh_get_fd(session_), F_GETFL);
    ::fcntl(ssh_get_fd(session_), F_SETFL, flags | O_NONBLOCK);
    co_return drivers::Answer<void>();
}

}  // namespace routeproof::ssh
