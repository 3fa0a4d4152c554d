#include "agent/peering/listeners.hpp"

#include "agent/peering/endpoint.hpp"

namespace routeproof::bgp {

void ListenerPlan::add(const SocketOptions& peer, const net::Address& remote) {
    constexpr unsigned kSystemTtl = 64;
    const bool first = std::exchange(first_, false);
    const unsigned ttl = peer.ttl.value_or(kSystemTtl);
    options_.ttl = std::max(options_.ttl.value_or(ttl), ttl);
    if (first) {
        options_.min_ttl = peer.min_ttl;
    } else if (peer.min_ttl && options_.min_ttl) {
        options_.min_ttl = std::min(*peer.min_ttl, *options_.min_ttl);
    } else {
        options_.min_ttl.reset();
    }
    if (!peer.password.empty()) {
        options_.passwords.emplace(remote, peer.password);
    }
    if (remote.is_link_local()) {
        options_.interface = peer.interface;
    }
}

Listeners::Listeners(boost::asio::any_io_executor executor,
                     std::uint16_t port,
                     Listener::Accepted accepted,
                     log::Sink log)
    : executor_(std::move(executor)),
      port_(port),
      accepted_(std::move(accepted)),
      log_(std::move(log)) {}

void Listeners::serve(const std::map<ListenerPlace, ListenerPlan>& plans) {
    std::erase_if(listeners_, [&plans](const auto& one) {
        const bool gone = !plans.contains(one.first);
        if (gone) {
            one.second->stop();
        }
        return gone;
    });
    for (const auto& [place, plan] : plans) {
        auto& listener = listeners_[place];
        if (listener) {
            listener->change(plan.options());
            continue;
        }
        const auto local = to_endpoint(place.first, port_, place.second);
        listener = std::make_shared<Listener>(executor_, local, plan.options(), accepted_, log_);
        listener->start();
    }
}

void Listeners::stop() {
    for (const auto& [place, listener] : listeners_) {
        listener->stop();
    }
    listeners_.clear();
}

}  // namespace routeproof::bgp
