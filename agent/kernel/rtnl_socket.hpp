// A NETLINK_ROUTE socket: one request, its acknowledgement, in turn. Blocking, which is right here:
// the kernel answers in microseconds and from memory.
#pragma once

#include "agent/kernel/failure.hpp"
#include "agent/kernel/rtnl_message.hpp"

#include <functional>
#include <memory>
#include <string>

struct mnl_socket;

namespace routeproof::kernel {

class RtnlSocket {
public:
    /// Belongs to the network namespace the calling thread is in, and stays there.
    static Result<RtnlSocket> open();

    /// Sends and waits for the acknowledgement. The failure carries the kernel's errno and
    /// `attempted`.
    Result<void> request(Bytes message, const std::string& attempted);

    /// Reads a whole dump; one that the kernel had to interrupt (NLM_F_DUMP_INTR: something changed
    /// meanwhile) is started again.
    Result<std::vector<Link>> links();
    Result<std::vector<InterfaceAddress>> addresses();
    Result<std::vector<Route>> routes(net::Family family = net::Family::IPv4);

private:
    struct Close {
        void operator()(mnl_socket* socket) const;
    };
    explicit RtnlSocket(mnl_socket* socket);

    template <class T>
    Result<std::vector<T>> dump(const Bytes& request,
                                std::optional<T> (*read)(const nlmsghdr*),
                                const std::string& attempted);

    std::unique_ptr<mnl_socket, Close> socket_;
    std::uint32_t sequence_ = 0;
};

}  // namespace routeproof::kernel
