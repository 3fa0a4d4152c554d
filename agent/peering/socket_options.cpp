#include "agent/peering/socket_options.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>

namespace routeproof::bgp {
namespace {

error_code last_error() {
    return {errno, boost::system::system_category()};
}

template <class T>
error_code set(int socket, int level, int name, const T& value) {
    return ::setsockopt(socket, level, name, &value, sizeof value) == 0 ? error_code()
                                                                        : last_error();
}

sockaddr_storage to_sockaddr(const net::Address& address) {
    sockaddr_storage storage{};
    const auto octets = address.octets();
    if (address.is_v4()) {
        auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
        v4->sin_family = AF_INET;
        std::memcpy(&v4->sin_addr, octets.data(), octets.size());
    } else {
        auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
        v6->sin6_family = AF_INET6;
        std::memcpy(&v6->sin6_addr, octets.data(), octets.size());
    }
    return storage;
}

// What the SYN of an accepted connection looked like.
struct Syn {
    unsigned ttl = 0;
    bool signed_with_md5 = false;
};

// TCP options: kind, and for all but the first two kinds, length (RFC 9293 3.1).
bool has_md5_option(std::span<const std::uint8_t> options) {
    constexpr std::uint8_t kEnd = 0;
    constexpr std::uint8_t kNoOperation = 1;
    constexpr std::uint8_t kMd5 = 19;
    while (!options.empty() && options[0] != kEnd) {
        if (options[0] == kMd5) {
            return true;
        }
        const std::size_t size = options[0] == kNoOperation ? 1
                                 : options.size() > 1       ? options[1]
                                                            : 0;
        if (size == 0 || size > options.size()) {
            return false;
        }
        options = options.subspan(size);
    }
    return false;
}

std::optional<Syn> saved_syn(int socket, net::Family family) {
    std::array<std::uint8_t, 512> octets{};  // IP and TCP header
    auto size = static_cast<socklen_t>(octets.size());
    if (::getsockopt(socket, IPPROTO_TCP, TCP_SAVED_SYN, octets.data(), &size) != 0) {
        return std::nullopt;
    }
    const auto packet = std::span(octets).first(std::min<std::size_t>(size, octets.size()));
    const bool v4 = family == net::Family::IPv4;
    constexpr std::size_t kTtl = 8;       // RFC 791
    constexpr std::size_t kHopLimit = 7;  // RFC 8200
    constexpr std::size_t kIpv6Header = 40;
    constexpr std::size_t kTcpHeader = 20;
    if (packet.size() < kTcpHeader) {
        return std::nullopt;
    }
    const std::size_t ip_header = v4 ? 4U * (packet[0] & 0x0FU) : kIpv6Header;
    if (packet.size() < ip_header + kTcpHeader) {
        return std::nullopt;
    }
    return Syn{packet[v4 ? kTtl : kHopLimit],
               has_md5_option(packet.subspan(ip_header + kTcpHeader))};
}

error_code set_user_timeout(int socket, std::chrono::milliseconds timeout) {
    return set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<unsigned>(timeout.count()));
}

// What a connection has for its whole life.
error_code apply(int socket, net::Family family, const SocketOptions& options) {
    error_code error = set_precedence(socket, family);
    if (!error && options.ttl) {
        error = set_ttl(socket, family, *options.ttl);
    }
    if (!error && options.min_ttl) {
        error = set_min_ttl(socket, family, *options.min_ttl);
    }
    if (!error && options.user_timeout.count() > 0) {
        error = set_user_timeout(socket, options.user_timeout);
    }
    return error;
}

}  // namespace

error_code prepare_to_connect(int socket, const net::Address& peer, const SocketOptions& options) {
    error_code error = apply(socket, peer.family(), options);
    if (!error && !options.interface.empty()) {
        error = bind_to_interface(socket, options.interface);
    }
    if (!error && !options.password.empty()) {
        error = set_md5_key(socket, peer, options.password);
    }
    return error;
}

error_code secure_accepted(int socket, net::Family family, const SocketOptions& options) {
    if (options.min_ttl || !options.password.empty()) {
        const auto syn = saved_syn(socket, family);
        const bool fine = syn && syn->ttl >= options.min_ttl.value_or(0) &&
                          (options.password.empty() || syn->signed_with_md5);
        if (!fine) {
            return make_error_code(boost::system::errc::permission_denied);
        }
    }
    return apply(socket, family, options);
}

error_code set_precedence(int socket, net::Family family) {
    constexpr int kInternetworkControl = 0xC0;
    return family == net::Family::IPv4
               ? set(socket, IPPROTO_IP, IP_TOS, kInternetworkControl)
               : set(socket, IPPROTO_IPV6, IPV6_TCLASS, kInternetworkControl);
}

error_code set_ttl(int socket, net::Family family, unsigned ttl) {
    const int value = static_cast<int>(ttl);
    return family == net::Family::IPv4 ? set(socket, IPPROTO_IP, IP_TTL, value)
                                       : set(socket, IPPROTO_IPV6, IPV6_UNICAST_HOPS, value);
}

error_code set_min_ttl(int socket, net::Family family, unsigned min_ttl) {
    const int value = static_cast<int>(min_ttl);
    return family == net::Family::IPv4 ? set(socket, IPPROTO_IP, IP_MINTTL, value)
                                       : set(socket, IPPROTO_IPV6, IPV6_MINHOPCOUNT, value);
}

error_code set_md5_key(int socket, const net::Address& peer, const Secret& password) {
    tcp_md5sig key{};
    const auto text = password.reveal();
    if (text.size() > sizeof key.tcpm_key) {
        return make_error_code(boost::system::errc::argument_list_too_long);
    }
    key.tcpm_addr = to_sockaddr(peer);
    key.tcpm_keylen = static_cast<std::uint16_t>(text.size());
    std::copy(text.begin(), text.end(), key.tcpm_key);
    const error_code error = set(socket, IPPROTO_TCP, TCP_MD5SIG, key);
    ::explicit_bzero(&key, sizeof key);
    const bool nothing_to_remove = text.empty() && error.value() == ENOENT;
    return nothing_to_remove ? error_code() : error;
}

error_code bind_to_interface(int socket, const std::string& interface) {
    return ::setsockopt(socket,
                        SOL_SOCKET,
                        SO_BINDTODEVICE,
                        interface.c_str(),
                        static_cast<socklen_t>(interface.size() + 1)) == 0
               ? error_code()
               : last_error();
}

error_code save_syn(int listener) {
    return set(listener, IPPROTO_TCP, TCP_SAVE_SYN, 1);
}

}  // namespace routeproof::bgp
