#include "tests/bench/peering/bgp_peer.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace routeproof::bench {
namespace {

constexpr std::size_t kBuffer = std::size_t{1} << 20;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr int kAnswerMs = 5000;  // how long an engine may think about an OPEN
constexpr std::chrono::milliseconds kBetweenTries{50};

sockaddr_in name_of(const std::string& address, std::uint16_t port) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(address_of(address));
    name.sin_port = htons(port);
    return name;
}

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

bool readable(int descriptor, int milliseconds) {
    pollfd poll_for{descriptor, POLLIN, 0};
    return ::poll(&poll_for, 1, milliseconds) > 0;
}

}  // namespace

std::int64_t now() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * kSecond + time.tv_nsec;
}

Peer::Peer(const Ends& ends, const Identity& identity, std::chrono::seconds patience)
    : buffer_(kBuffer), keepalive_interval_(identity.hold_time / 3 * kSecond) {
    const std::int64_t give_up = now() + patience.count() * kSecond;
    while (true) {
        connect(ends);
        if (socket_ >= 0 && negotiate(identity)) {
            break;
        }
        if (socket_ >= 0) {
            ::close(socket_);
            socket_ = -1;
        }
        if (now() > give_up) {
            throw std::runtime_error("no session with " + ends.to + " came up in " +
                                     std::to_string(patience.count()) + " s");
        }
        std::this_thread::sleep_for(kBetweenTries);
    }
    keepalive_due_ = established_ + keepalive_interval_;
}

Peer::~Peer() {
    for (const int descriptor : {socket_, listener_}) {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }
}

void Peer::connect(const Ends& ends) {
    const int one = 1;
    const sockaddr_in own = name_of(ends.from, ends.listen ? ends.port : 0);
    const auto* own_name = reinterpret_cast<const sockaddr*>(&own);
    if (ends.listen) {
        if (listener_ < 0) {
            listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
            if (::bind(listener_, own_name, sizeof own) != 0 || ::listen(listener_, 4) != 0) {
                fail("listen");
            }
        }
        if (!readable(listener_, 1000)) {
            return;
        }
        socket_ = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    } else {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::bind(socket_, own_name, sizeof own) != 0) {
            fail("bind");
        }
        const sockaddr_in other = name_of(ends.to, ends.port);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&other), sizeof other) != 0) {
            ::close(socket_);
            socket_ = -1;
            return;
        }
    }
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    begin_ = end_ = 0;
}

bool Peer::negotiate(const Identity& identity) {
    try {
        write(open(identity));
        bool said = false;
        while (true) {
            Type type{};
            View body;
            while (!next(type, body)) {
                if (!readable(socket_, kAnswerMs) || !fill(true)) {
                    return false;
                }
            }
            if (type == Type::Open && !said) {
                established_ = now();
                write(message(Type::Keepalive, {}));
                said = true;
            } else if (type == Type::Keepalive && said) {
                return true;
            } else {
                return false;  // a NOTIFICATION: the engine rests
            }
        }
    } catch (const std::system_error&) {
        return false;
    }
}

void Peer::write(View octets) {
    while (!octets.empty()) {
        const ssize_t count = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
        if (count < 0) {
            fail("the engine closed the session while we wrote");
        }
        octets = octets.subspan(static_cast<std::size_t>(count));
    }
}

// False: nothing there now (without `wait`), or the engine has closed (with it).
bool Peer::fill(bool wait) {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    const ssize_t count =
        ::recv(socket_, buffer_.data() + end_, buffer_.size() - end_, wait ? 0 : MSG_DONTWAIT);
    if (count < 0 && !wait && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        return false;
    }
    if (count <= 0) {
        if (wait) {
            return false;
        }
        throw std::runtime_error("the engine closed the session");
    }
    last_read_ = now();
    end_ += static_cast<std::size_t>(count);
    return true;
}

bool Peer::next(Type& type, View& body) {
    const std::uint8_t* at = buffer_.data() + begin_;
    if (end_ - begin_ < kHeader || end_ - begin_ < u16(at + 16)) {
        return false;
    }
    const std::size_t length = u16(at + 16);
    if (length < kHeader) {
        throw std::runtime_error("the engine sent a message shorter than its header");
    }
    type = static_cast<Type>(at[18]);
    body = View(at + kHeader, length - kHeader);
    begin_ += length;
    return true;
}

bool Peer::drain_input(const OnLine& line) {
    char some[4096];
    const ssize_t count = ::read(STDIN_FILENO, some, sizeof some);
    if (count <= 0) {
        return false;
    }
    input_.append(some, static_cast<std::size_t>(count));
    for (auto end = input_.find('\n'); end != std::string::npos; end = input_.find('\n')) {
        line(input_.substr(0, end));
        input_.erase(0, end + 1);
    }
    return true;
}

void Peer::live(const OnMessage& message_came, const OnLine& line) {
    while (true) {
        Type type{};
        View body;
        while (next(type, body)) {
            message_came(type, body);
        }
        if (now() >= keepalive_due_ && keepalive_interval_ > 0) {
            write(message(Type::Keepalive, {}));
            keepalive_due_ = now() + keepalive_interval_;
        }
        if (fill(false)) {
            continue;
        }
        pollfd poll_for[2] = {{socket_, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
        ::poll(poll_for, 2, 1000);
        if (poll_for[1].revents != 0 && !drain_input(line)) {
            write(message(Type::Notification, Octets{6, 2}));  // Cease, administrative shutdown
            return;
        }
    }
}

}  // namespace routeproof::bench
