// The listeners of a speaker: one per local address, each made for the peers that are now behind
// it.
#pragma once

#include "agent/peering/listener.hpp"

namespace routeproof::bgp {

/// A local address and, of a link-local one, its interface index.
using ListenerPlace = std::pair<net::Address, std::uint32_t>;

/// What all peers behind one listener need together; see ListenerOptions.
class ListenerPlan {
public:
    void add(const SocketOptions& peer, const net::Address& remote);
    const ListenerOptions& options() const { return options_; }

private:
    ListenerOptions options_;
    bool first_ = true;
};

class Listeners {
public:
    Listeners(boost::asio::any_io_executor executor,
              std::uint16_t port,
              Listener::Accepted accepted,
              log::Sink log);
    ~Listeners() { stop(); }
    Listeners(const Listeners&) = delete;
    Listeners& operator=(const Listeners&) = delete;

    /// Opens, changes and closes until there are just these. Connections are not touched.
    void serve(const std::map<ListenerPlace, ListenerPlan>& plans);
    void stop();

private:
    boost::asio::any_io_executor executor_;
    std::uint16_t port_;
    Listener::Accepted accepted_;
    log::Sink log_;
    std::map<ListenerPlace, std::shared_ptr<Listener>> listeners_;
};

}  // namespace routeproof::bgp
