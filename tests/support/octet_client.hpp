// A client of plain octets, on a unix socket or a TCP port of loopback, so that a test can say what
// no HTTP library would.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace routeproof::test {

inline sockaddr_un address_of(const std::filesystem::path& path) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::strncpy(where.sun_path, path.c_str(), sizeof where.sun_path - 1);
    return where;
}

class OctetClient {
public:
    explicit OctetClient(const std::filesystem::path& path)
        : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const sockaddr_un where = address_of(path);
        connected_ =
            ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
    }
    explicit OctetClient(std::uint16_t port)
        : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(port);
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ =
            ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
    }
    ~OctetClient() { ::close(descriptor_); }
    OctetClient(const OctetClient&) = delete;
    OctetClient& operator=(const OctetClient&) = delete;

    bool connected() const { return connected_; }
    void send(std::string_view octets) const {
        while (!octets.empty()) {
            const auto sent = ::send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                return;
            }
            octets.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    void end_of_requests() const { ::shutdown(descriptor_, SHUT_WR); }
    /// Everything until the server closes.
    std::string rest() const {
        std::string all;
        while (const auto more = read_some()) {
            all += *more;
        }
        return all;
    }
    /// Until the text ends with `end`, or the server closes.
    std::string until(std::string_view end) const {
        std::string all;
        while (!all.ends_with(end)) {
            const auto more = read_some();
            if (!more) {
                break;
            }
            all += *more;
        }
        return all;
    }

private:
    std::optional<std::string> read_some() const {
        char buffer[4096];
        const auto size = ::recv(descriptor_, buffer, sizeof buffer, 0);
        return size > 0 ? std::optional(std::string(buffer, static_cast<std::size_t>(size)))
                        : std::nullopt;
    }

    int descriptor_;
    bool connected_ = false;
};

}  // namespace routeproof::test
