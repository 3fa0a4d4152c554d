#include "agent/peering/unnumbered/link.hpp"

#include "agent/peering/unnumbered/router_advertisement.hpp"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <random>

namespace routeproof::bgp::unnumbered {
namespace {

using boost::system::error_code;
using std::chrono::milliseconds;

constexpr const char* kAllNodes = "ff02::1";
constexpr const char* kAllRouters = "ff02::2";
// RFC 4861 6.2.1, 6.2.4, 10: a few soon after the start, then at leisure.
constexpr unsigned kInitial = 3;
constexpr milliseconds kMinDelay{3000};
constexpr milliseconds kInterval{10000};
// For kernels that told us nothing (a full netlink buffer).
constexpr std::chrono::seconds kLookAnyway{10};

milliseconds jittered(milliseconds time) {
    thread_local std::minstd_rand engine{std::random_device{}()};
    return milliseconds(
        static_cast<milliseconds::rep>(static_cast<double>(time.count()) *
                                       std::uniform_real_distribution<double>(0.75, 1.0)(engine)));
}

template <class T>
bool set(int socket, int level, int name, const T& value) {
    return ::setsockopt(socket, level, name, &value, sizeof value) == 0;
}

int open_kernel_socket() {
    const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    sockaddr_nl local{};
    local.nl_family = AF_NETLINK;
    local.nl_groups = RTMGRP_LINK | RTMGRP_IPV6_IFADDR;
    if (fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0) {
        ::close(fd);
        return -1;
    }
    return fd;
}

bool prepare(int fd, const std::string& interface, std::uint32_t index) {
    icmp6_filter filter{};
    ICMP6_FILTER_SETBLOCKALL(&filter);
    ICMP6_FILTER_SETPASS(kRouterAdvertisement, &filter);
    ICMP6_FILTER_SETPASS(kRouterSolicitation, &filter);
    ipv6_mreq all_routers{};
    ::inet_pton(AF_INET6, kAllRouters, &all_routers.ipv6mr_multiaddr);
    all_routers.ipv6mr_interface = index;
    return set(fd, IPPROTO_ICMPV6, ICMP6_FILTER, filter) &&
           ::setsockopt(fd,
                        SOL_SOCKET,
                        SO_BINDTODEVICE,
                        interface.c_str(),
                        static_cast<socklen_t>(interface.size() + 1)) == 0 &&
           set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, static_cast<int>(index)) &&
           set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, kHopLimit) &&
           set(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0) &&
           set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) &&
           set(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, all_routers);
}

int hop_limit_of(msghdr& header) {
    for (cmsghdr* one = CMSG_FIRSTHDR(&header); one != nullptr; one = CMSG_NXTHDR(&header, one)) {
        if (one->cmsg_level == IPPROTO_IPV6 && one->cmsg_type == IPV6_HOPLIMIT) {
            int value = 0;
            std::memcpy(&value, CMSG_DATA(one), sizeof value);
            return value;
        }
    }
    return -1;
}

}  // namespace

Link::Link(const boost::asio::any_io_executor& executor, std::string interface, Callbacks callbacks)
    : interface_(std::move(interface)),
      callbacks_(std::move(callbacks)),
      kernel_(executor),
      icmp_(executor),
      advertise_timer_(executor),
      look_timer_(executor) {}

void Link::start() {
    const int fd = open_kernel_socket();
    if (fd >= 0) {
        kernel_.assign(fd);
        watch_kernel();
    }
    look();
}

void Link::stop() {
    stopped_ = true;
    callbacks_ = {};
    close();
    look_timer_.cancel();
    error_code ignored;
    kernel_.close(ignored);
}

// What changed does not matter: the state is read anew.
void Link::watch_kernel() {
    kernel_.async_wait(
        boost::asio::posix::stream_descriptor::wait_read,
        [self = shared_from_this()](const error_code& error) {
            if (error || self->stopped_) {
                return;
            }
            std::array<char, 8192> octets{};
            while (::recv(self->kernel_.native_handle(), octets.data(), octets.size(), 0) > 0) {
            }
            self->look();
            self->watch_kernel();
        });
}

void Link::look() {
    if (stopped_) {
        return;
    }
    look_timer_.expires_after(kLookAnyway);
    look_timer_.async_wait([weak = weak_from_this()](const error_code& error) {
        const auto self = weak.lock();
        if (!error && self) {
            self->look();
        }
    });
    std::optional<LinkState> now;
    if (!read_link_state(interface_, now)) {
        return complain("the addresses of the interface could not be read: " +
                        std::string(std::strerror(errno)));
    }
    if (now == state_ && (!now || icmp_.is_open())) {
        return;
    }
    const bool was_known = learner_.neighbour().has_value();
    close();
    learner_.forget();
    state_ = now;
    if (was_known) {
        tell(std::nullopt);
    }
    if (state_ && !stopped_) {
        open();
    }
}

void Link::open() {
    const int fd = ::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6);
    if (fd < 0 || !prepare(fd, interface_, state_->index)) {
        const int why = errno;
        if (fd >= 0) {
            ::close(fd);
        }
        return complain("router advertisements can be neither sent nor heard: " +
                        std::string(std::strerror(why)));
    }
    if (!ignore_advertisements_in_kernel(interface_)) {
        complain(
            "accept_ra could not be set to 0: the kernel may take a default route from the "
            "peer's advertisements");
    }
    icmp_.assign(fd);
    sent_ = 0;
    wait_for_packet();
    send(encode_solicitation(), kAllRouters);
    advertise();
}

void Link::close() {
    advertise_timer_.cancel();
    error_code ignored;
    icmp_.close(ignored);
}

void Link::wait_for_packet() {
    icmp_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [self = shared_from_this()](const error_code& error) {
                         if (!error && !self->stopped_ && self->icmp_.is_open()) {
                             self->receive();
                         }
                     });
}

void Link::receive() {
    std::array<std::uint8_t, 1500> octets{};
    std::array<std::uint8_t, 128> control{};
    sockaddr_in6 source{};
    iovec vector{octets.data(), octets.size()};
    msghdr header{};
    header.msg_name = &source;
    header.msg_namelen = sizeof source;
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const auto size = ::recvmsg(icmp_.native_handle(), &header, 0);
    wait_for_packet();
    if (size <= 0) {
        return;
    }
    const auto icmp = std::span(octets).first(static_cast<std::size_t>(size));
    const auto message = decode(icmp, hop_limit_of(header));
    const auto from = net::Address::from_octets(std::span(source.sin6_addr.s6_addr, 16));
    if (message == Message::Solicitation) {
        // RFC 4861 6.2.6: soon, but never two within this time.
        const auto now = std::chrono::steady_clock::now();
        const auto soon = std::max(now + kMinDelay / 6, advertised_ + kMinDelay);
        if (advertise_timer_.expiry() > soon) {
            schedule(std::chrono::ceil<milliseconds>(soon - now));
        }
    } else if (message == Message::Advertisement && from && *from != state_->link_local &&
               learner_.heard(*from, std::chrono::steady_clock::now())) {
        tell(Ends{state_->link_local, *from, state_->index});
    }
}

void Link::advertise() {
    send(encode_advertisement(state_->mac), kAllNodes);
    advertised_ = std::chrono::steady_clock::now();
    schedule(++sent_ < kInitial ? kMinDelay : jittered(kInterval));
}

void Link::schedule(milliseconds after) {
    advertise_timer_.expires_after(after);
    advertise_timer_.async_wait([weak = weak_from_this()](const error_code& error) {
        const auto self = weak.lock();
        if (!error && self && self->icmp_.is_open()) {
            self->advertise();
        }
    });
}

void Link::send(const std::vector<std::uint8_t>& icmp, const char* destination) {
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_scope_id = state_->index;
    ::inet_pton(AF_INET6, destination, &to.sin6_addr);
    // Lost like any packet may be: the next one comes.
    (void)::sendto(icmp_.native_handle(),
                   icmp.data(),
                   icmp.size(),
                   0,
                   reinterpret_cast<const sockaddr*>(&to),
                   sizeof to);
}

// A copy, because what is called may stop us.
void Link::tell(const std::optional<Ends>& ends) {
    if (const auto changed = callbacks_.changed) {
        changed(ends);
    }
}

void Link::complain(const std::string& sentence) {
    if (sentence != last_trouble_ && callbacks_.trouble) {
        last_trouble_ = sentence;
        callbacks_.trouble(sentence);
    }
}

}  // namespace routeproof::bgp::unnumbered
