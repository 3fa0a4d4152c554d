#include "tests/component/drivers/stub_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
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

/// Copies both ways until one side ends or `limit` bytes came from the server.
void relay(int client, int server, std::size_t limit) {
    std::array<char, 4096> bytes{};
    std::array<pollfd, 2> both{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    while (::poll(both.data(), both.size(), -1) > 0) {
        for (std::size_t from = 0; from < 2; ++from) {
            if (both[from].revents == 0) {
                continue;
            }
            const auto n = ::read(both[from].fd, bytes.data(), bytes.size());
            if (n <= 0) {
                return;
            }
            auto size = static_cast<std::size_t>(n);
            if (from == 1) {
                size = std::min(size, limit);
                limit -= size;
            }
            if (::send(both[1 - from].fd, bytes.data(), size, MSG_NOSIGNAL) < 0 || limit == 0) {
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
    thread_ = std::thread([fd = listener_, serve = std::move(serve)] {
        for (;;) {
            const int connection = ::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC);
            if (connection < 0) {
                return;
            }
            serve(connection);
            ::close(connection);
        }
    });
}

StubServer::~StubServer() {
    ::shutdown(listener_, SHUT_RDWR);  // wakes accept
    thread_.join();
    ::close(listener_);
}

StubServer silent_server(std::string greeting) {
    return StubServer([greeting = std::move(greeting)](int connection) {
        ::send(connection, greeting.data(), greeting.size(), MSG_NOSIGNAL);
        std::array<char, 512> ignored{};
        while (::read(connection, ignored.data(), ignored.size()) > 0) {
        }
    });
}

StubServer cutting_proxy(std::uint16_t port, std::size_t limit) {
    return StubServer([port, limit](int client) {
        const int server = connect_to(port);
        relay(client, server, limit);
        ::close(server);
    });
}

}  // namespace routeproof::drivers
