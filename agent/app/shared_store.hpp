// The agent's part in a store that hosts share: opened with two handles, mirrored in the host's own
// store, its troubles in the log.
#pragma once

#include "agent/control/metric_text.hpp"
#include "agent/ipam/configuration.hpp"
#include "agent/log/events.hpp"
#include "inventory/net/address.hpp"
#include "inventory/store/etcd_store.hpp"
#include "inventory/store/mirrored_store.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <string>

namespace routeproof::agent {

class SharedStore {
public:
    struct Listener {
        // Called on the io_context's thread.
        std::function<void()> in_touch;                         // again
        std::function<void(const net::Address&)> address_lost;  // another host has it
    };

    /// Tries to get in touch, and goes on without if it cannot. Errors: Refused (certificates), and
    /// those of `own`, which must outlive it.
    static store::Result<std::unique_ptr<SharedStore>> open(
        boost::asio::io_context& io,
        store::Store& own,
        const store::EtcdOptions& options,
        const ipam::Configuration& configuration,
        log::Sink log,
        Listener listener);
    ~SharedStore();

    store::Store& store() { return *mirror_; }
    store::MirrorHealth health() const { return mirror_->health(); }
    void stop() { mirror_->stop(); }

private:
    SharedStore(boost::asio::io_context& io, log::Sink log, Listener listener);
    void touch_changed(const store::MirrorHealth& health);
    void lost(const std::string& key, const std::optional<std::string>& now);

    boost::asio::io_context& io_;
    const log::Sink log_;
    const Listener listener_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // what is posted may come late
    std::unique_ptr<store::MirroredStore> mirror_;
};

/// For the status.
std::string to_json(const store::MirrorHealth& health);
void add_metrics(control::MetricText& text, const store::MirrorHealth& health);

}  // namespace routeproof::agent
