#include "agent/peering/bfd/udp.hpp"

#include <linux/filter.h>
#include <net/if.h>

#include <cerrno>
#include <cstring>

namespace routeproof::bfd {
namespace {

// RFC 5881 leaves the marking open; control traffic of a network is CS6 (RFC 4594 3.2).
constexpr int kCs6 = 0xC0;
constexpr int kControlPriority = 7;  // TC_PRIO_CONTROL, where a qdisc looks at it

int domain_of(net::Family family) {
    return family == net::Family::IPv4 ? AF_INET : AF_INET6;
}

bool set(int socket, int level, int option, int value) {
    return ::setsockopt(socket, level, option, &value, sizeof value) == 0;
}

socklen_t fill(sockaddr_storage& into,
               const net::Address& address,
               std::uint16_t port,
               unsigned scope) {
    into = {};
    if (address.is_v4()) {
        auto& v4 = reinterpret_cast<sockaddr_in&>(into);
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        v4.sin_addr.s_addr = htonl(address.to_v4());
        return sizeof v4;
    }
    auto& v6 = reinterpret_cast<sockaddr_in6&>(into);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, address.octets().data(), sizeof v6.sin6_addr);
    v6.sin6_scope_id = address.is_link_local() ? scope : 0;
    return sizeof v6;
}

net::Address from(const in_addr& address) {
    return net::Address::v4(ntohl(address.s_addr));
}

net::Address from(const in6_addr& address) {
    return net::Address::from_octets({address.s6_addr, sizeof address.s6_addr}).value();
}

net::Address from(const sockaddr_storage& source) {
    return source.ss_family == AF_INET
               ? from(reinterpret_cast<const sockaddr_in&>(source).sin_addr)
               : from(reinterpret_cast<const sockaddr_in6&>(source).sin6_addr);
}

template <class T>
T value_of(const cmsghdr* control) {
    T value;
    std::memcpy(&value, CMSG_DATA(control), sizeof value);
    return value;
}

void read_controls(msghdr& header, Datagram& into) {
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
        const bool v4 = c->cmsg_level == IPPROTO_IP;
        const bool v6 = c->cmsg_level == IPPROTO_IPV6;
        if ((v4 && c->cmsg_type == IP_TTL) || (v6 && c->cmsg_type == IPV6_HOPLIMIT)) {
            into.time_to_live = value_of<int>(c);
        } else if (v4 && c->cmsg_type == IP_PKTINFO) {
            const auto info = value_of<in_pktinfo>(c);
            into.destination = from(info.ipi_addr);
            into.interface = static_cast<unsigned>(info.ipi_ifindex);
        } else if (v6 && c->cmsg_type == IPV6_PKTINFO) {
            const auto info = value_of<in6_pktinfo>(c);
            into.destination = from(info.ipi6_addr);
            into.interface = info.ipi6_ifindex;
        }
    }
}

/// Nothing is to arrive at the source port; without this it would pile up there.
bool drop_everything_received(int socket) {
    sock_filter nothing{BPF_RET | BPF_K, 0, 0, 0};
    const sock_fprog program{1, &nothing};
    return ::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

bool set_time_to_live(int socket, net::Family family) {
    return family == net::Family::IPv4 ? set(socket, IPPROTO_IP, IP_TTL, kTimeToLive)
                                       : set(socket, IPPROTO_IPV6, IPV6_UNICAST_HOPS, kTimeToLive);
}

/// Helps where queues look at it; a session lives without.
void mark_as_control_traffic(int socket, net::Family family) {
    if (family == net::Family::IPv4) {
        set(socket, IPPROTO_IP, IP_TOS, kCs6);
    } else {
        set(socket, IPPROTO_IPV6, IPV6_TCLASS, kCs6);
    }
    set(socket, SOL_SOCKET, SO_PRIORITY, kControlPriority);
}

bool bind_to_free_port(int socket, const SessionKey& key, unsigned scope, std::uint16_t& port) {
    constexpr unsigned kPorts = kSourcePortMax - kSourcePortMin + 1;
    constexpr unsigned kTries = 256;
    const net::Address local =
        key.local.is_unspecified() ? net::Address::any(key.peer.family()) : key.local;
    for (unsigned i = 0; i < kTries; ++i) {
        const auto next =
            static_cast<std::uint16_t>(kSourcePortMin + (port - kSourcePortMin + i) % kPorts);
        sockaddr_storage where{};
        const socklen_t size = fill(where, local, next, scope);
        if (::bind(socket, reinterpret_cast<const sockaddr*>(&where), size) == 0) {
            port = next;
            return true;
        }
        if (errno != EADDRINUSE) {
            return false;
        }
    }
    return false;
}

}  // namespace

std::optional<SocketFailure> Receiver::open(net::Family family) {
    constexpr int kBuffer = 256 * 1024;
    Descriptor socket(::socket(domain_of(family), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) {
        return SocketFailure{"socket", errno};
    }
    const int fd = socket.get();
    const bool told = family == net::Family::IPv4
                          ? set(fd, IPPROTO_IP, IP_PKTINFO, 1) && set(fd, IPPROTO_IP, IP_RECVTTL, 1)
                          : set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) &&
                                set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) &&
                                set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
    if (!told) {
        return SocketFailure{"setsockopt", errno};
    }
    set(fd, SOL_SOCKET, SO_RCVBUF, kBuffer);
    sockaddr_storage where{};
    const socklen_t size = fill(where, net::Address::any(family), kControlPort, 0);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&where), size) != 0) {
        return SocketFailure{"bind to port 3784", errno};
    }
    socket_ = std::move(socket);
    return std::nullopt;
}

std::span<const Datagram> Receiver::receive() {
    for (std::size_t i = 0; i < kBatch; ++i) {
        vectors_[i] = {payloads_[i].data(), kPayload};
        msghdr& header = headers_[i].msg_hdr;
        header = {};
        header.msg_name = &sources_[i];
        header.msg_namelen = sizeof sources_[i];
        header.msg_iov = &vectors_[i];
        header.msg_iovlen = 1;
        header.msg_control = controls_[i].data();
        header.msg_controllen = kControl;
    }
    const int count = ::recvmmsg(socket_.get(), headers_.data(), kBatch, MSG_DONTWAIT, nullptr);
    const auto received = static_cast<std::size_t>(count > 0 ? count : 0);
    for (std::size_t i = 0; i < received; ++i) {
        Datagram& datagram = datagrams_[i] = Datagram{};
        datagram.source = from(sources_[i]);
        datagram.payload = {payloads_[i].data(), headers_[i].msg_len};
        read_controls(headers_[i].msg_hdr, datagram);
    }
    return {datagrams_.data(), received};
}

std::optional<SocketFailure> Sender::open(const SessionKey& key, std::uint16_t port_hint) {
    const net::Family family = key.peer.family();
    Descriptor socket(::socket(domain_of(family), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) {
        return SocketFailure{"socket", errno};
    }
    const int fd = socket.get();
    unsigned interface = 0;
    if (!key.interface.empty()) {
        interface = ::if_nametoindex(key.interface.c_str());
        if (interface == 0) {
            return SocketFailure{"look up the interface", errno};
        }
        if (::setsockopt(fd,
                         SOL_SOCKET,
                         SO_BINDTODEVICE,
                         key.interface.c_str(),
                         static_cast<socklen_t>(key.interface.size() + 1)) != 0) {
            return SocketFailure{"bind to the interface", errno};
        }
    }
    if (!set_time_to_live(fd, family)) {
        return SocketFailure{"set the time to live", errno};
    }
    if (!drop_everything_received(fd)) {
        return SocketFailure{"attach a filter", errno};
    }
    mark_as_control_traffic(fd, family);
    auto port = static_cast<std::uint16_t>(kSourcePortMin +
                                           port_hint % (kSourcePortMax - kSourcePortMin + 1U));
    if (!bind_to_free_port(fd, key, interface, port)) {
        return SocketFailure{"bind to the local address", errno};
    }
    socket_ = std::move(socket);
    port_ = port;
    interface_ = interface;
    peer_size_ = fill(peer_, key.peer, kControlPort, interface);
    return std::nullopt;
}

void Sender::close() {
    socket_.reset();
    port_ = 0;
}

int Sender::send(std::span<const std::uint8_t> payload) {
    const ssize_t sent = ::sendto(socket_.get(),
                                  payload.data(),
                                  payload.size(),
                                  MSG_DONTWAIT | MSG_NOSIGNAL,
                                  reinterpret_cast<const sockaddr*>(&peer_),
                                  peer_size_);
    return sent < 0 ? errno : 0;
}

}  // namespace routeproof::bfd
