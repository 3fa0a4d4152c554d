#include "agent/kernel/rtnl_socket.hpp"

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cerrno>

namespace routeproof::kernel {
namespace {

// NLMSG_GOODSIZE of the kernel is at most 8 kB; a dump fills up to 32 kB if the reader offers it.
constexpr std::size_t kReceiveRoom = 32768;
constexpr int kDumpAttempts = 10;

template <class T>
struct Collection {
    std::vector<T> values;
    std::optional<T> (*read)(const nlmsghdr*);
    bool interrupted = false;
};

template <class T>
int collect(const nlmsghdr* message, void* into) {
    auto& collection = *static_cast<Collection<T>*>(into);
    collection.interrupted |= (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
    if (auto value = collection.read(message)) {
        collection.values.push_back(std::move(*value));
    }
    return MNL_CB_OK;
}

}  // namespace

void RtnlSocket::Close::operator()(mnl_socket* socket) const {
    mnl_socket_close(socket);
}

RtnlSocket::RtnlSocket(mnl_socket* socket) : socket_(socket) {}

Result<RtnlSocket> RtnlSocket::open() {
    mnl_socket* const raw = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
    if (raw == nullptr) {
        return failed(errno, "open a NETLINK_ROUTE socket");
    }
    RtnlSocket socket(raw);
    if (mnl_socket_bind(raw, 0, MNL_SOCKET_AUTOPID) < 0) {
        return failed(errno, "bind a NETLINK_ROUTE socket");
    }
    return socket;
}

Result<void> RtnlSocket::request(Bytes message, const std::string& attempted) {
    auto* const header = reinterpret_cast<nlmsghdr*>(message.data());
    header->nlmsg_seq = ++sequence_;
    if (mnl_socket_sendto(socket_.get(), message.data(), message.size()) < 0) {
        return failed(errno, attempted);
    }
    const unsigned port = mnl_socket_get_portid(socket_.get());
    std::vector<char> buffer(kReceiveRoom);
    int more = MNL_CB_OK;
    while (more == MNL_CB_OK) {
        const auto size = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
        if (size < 0) {
            return failed(errno, attempted);
        }
        more = mnl_cb_run(
            buffer.data(), static_cast<std::size_t>(size), sequence_, port, nullptr, nullptr);
        // EPROTO: the answer to an earlier request whose reader gave up.
        if (more < 0 && errno == EPROTO) {
            more = MNL_CB_OK;
        } else if (more < 0) {
            return failed(errno, attempted);
        }
    }
    return {};
}

template <class T>
Result<std::vector<T>> RtnlSocket::dump(const Bytes& request,
                                        std::optional<T> (*read)(const nlmsghdr*),
                                        const std::string& attempted) {
    for (int attempt = 0; attempt < kDumpAttempts; ++attempt) {
        Collection<T> collection{{}, read};
        Bytes message = request;
        auto* const header = reinterpret_cast<nlmsghdr*>(message.data());
        header->nlmsg_seq = ++sequence_;
        if (mnl_socket_sendto(socket_.get(), message.data(), message.size()) < 0) {
            return failed(errno, attempted);
        }
        const unsigned port = mnl_socket_get_portid(socket_.get());
        std::vector<char> buffer(kReceiveRoom);
        int more = MNL_CB_OK;
        while (more == MNL_CB_OK) {
            const auto size = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
            if (size < 0) {
                return failed(errno, attempted);
            }
            more = mnl_cb_run(buffer.data(),
                              static_cast<std::size_t>(size),
                              sequence_,
                              port,
                              collect<T>,
                              &collection);
        }
        // libmnl reports an interrupted dump as EINTR where it sees the flag first.
        if (more < 0 && errno != EINTR) {
            return failed(errno, attempted);
        }
        if (more >= 0 && !collection.interrupted) {
            return std::move(collection.values);
        }
        if (auto fresh = open()) {  // what is left of the old dump must not mix with the new one
            *this = std::move(*fresh);
        }
    }
    return failed(EAGAIN, attempted);
}

Result<std::vector<Link>> RtnlSocket::links() {
    return dump<Link>(dump_links(), read_link, "list links");
}

Result<std::vector<InterfaceAddress>> RtnlSocket::addresses() {
    return dump<InterfaceAddress>(dump_addresses(), read_address, "list addresses");
}

Result<std::vector<Route>> RtnlSocket::routes(net::Family family) {
    return dump<Route>(dump_routes(family), read_route, "list routes");
}

}  // namespace routeproof::kernel
