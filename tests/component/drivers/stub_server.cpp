#include "tests/component/drivers/stub_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace routeproof::drivers {
namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

int bound_socket(std::uint16_t& port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no loopback port");
    }
    port = ntohs(address.sin_port);
    return fd;
}

int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(fd);
        return -1;
    }
    return fd;
}

constexpr std::size_t kNever = Wire::kNever;

/// What the wire makes of bytes that begin at `offset` of the server's stream.
void spoil(const Wire& wire, std::size_t offset, char* bytes, std::size_t size) {
    if (wire.flip_at >= offset && wire.flip_at - offset < size) {
        bytes[wire.flip_at - offset] ^= 0x10;
    }
}

bool send_all(int to, const char* bytes, std::size_t size, std::size_t piece) {
    while (size > 0) {
        const auto n = ::send(to, bytes, std::min(size, piece), MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        bytes += n;
        size -= static_cast<std::size_t>(n);
    }
    return true;
}

/// Nothing moves any more; returns when the client has gone.
void stand_still(int client) {
    pollfd gone{client, POLLRDHUP, 0};
    ::poll(&gone, 1, -1);
}

/// Copies both ways until one side ends or the wire does.
void relay(int client, int server, const Wire& wire) {
    std::array<char, 4096> bytes{};
    std::array<std::size_t, 2> copied{};  // from the client, from the server
    std::array<pollfd, 2> both{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    while (::poll(both.data(), both.size(), -1) > 0) {
        for (std::size_t from = 0; from < 2; ++from) {
            if (both[from].revents == 0) {
                continue;
            }
            const std::size_t limit =
                from == 1 ? std::min(wire.cut_after, wire.freeze_after) : wire.deaf_after;
            const std::size_t room = limit == kNever ? bytes.size() : limit - copied[from];
            const auto n = ::read(both[from].fd, bytes.data(), std::min(bytes.size(), room));
            if (n < 0 || (n == 0 && room > 0)) {
                return;
            }
            const auto size = static_cast<std::size_t>(n);
            if (from == 1) {
                spoil(wire, copied[1], bytes.data(), size);
            }
            copied[from] += size;
            if (!send_all(both[1 - from].fd, bytes.data(), size, wire.piece)) {
                return;
            }
            if (copied[from] == limit) {
                if (from == 0 || wire.freeze_after == limit) {
                    stand_still(client);
                }
                return;
            }
        }
    }
}

}  // namespace

std::uint16_t free_port() {
    std::uint16_t port = 0;
    ::close(bound_socket(port));
    return port;
}

bool accepts_connections(std::uint16_t port) {
    const int fd = connect_to(port);
    if (fd >= 0) {
        ::close(fd);
    }
    return fd >= 0;
}

StubServer::StubServer(std::function<void(int)> serve) : listener_(bound_socket(port_)) {
    ::listen(listener_, 8);
    thread_ = std::thread([this, serve = std::move(serve)] {
        for (;;) {
            const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (connection < 0) {
                return;
            }
            hold(connection);
            serve(connection);
            hold(-1);
            ::close(connection);
        }
    });
}

StubServer::~StubServer() {
    ::shutdown(listener_, SHUT_RDWR);  // wakes accept
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        ::shutdown(connection_, SHUT_RDWR);  // a full wire keeps the client's FIN back
    }
    thread_.join();
    ::close(listener_);
}

void StubServer::hold(int connection) {
    const std::lock_guard lock(mutex_);
    connection_ = connection;
    if (ended_) {
        ::shutdown(connection_, SHUT_RDWR);
    }
}

StubServer silent_server(std::string greeting) {
    return StubServer([greeting = std::move(greeting)](int connection) {
        ::send(connection, greeting.data(), greeting.size(), MSG_NOSIGNAL);
        std::array<char, 512> ignored{};
        while (::read(connection, ignored.data(), ignored.size()) > 0) {
        }
    });
}

StubServer proxy(std::uint16_t port, Wire wire) {
    return StubServer([port, wire](int client) {
        const int server = connect_to(port);
        const int on = 1;
        ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        relay(client, server, wire);
        ::close(server);
    });
}

}  // namespace routeproof::drivers
