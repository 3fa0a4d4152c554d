#include "agent/app/shared_store.hpp"

#include "agent/ipam/allocation.hpp"
#include "agent/ipam/alone.hpp"
#include "agent/ipam/keys.hpp"
#include "inventory/time.hpp"

#include <boost/asio/post.hpp>
#include <nlohmann/json.hpp>

namespace routeproof::agent {

using log::Severity;

SharedStore::SharedStore(boost::asio::io_context& io, log::Sink log, Listener listener)
    : io_(io), log_(std::move(log)), listener_(std::move(listener)) {}

SharedStore::~SharedStore() {
    *alive_ = false;
    mirror_.reset();
}

store::Result<std::unique_ptr<SharedStore>> SharedStore::open(
    boost::asio::io_context& io,
    store::Store& own,
    const store::EtcdOptions& options,
    const ipam::Configuration& configuration,
    log::Sink log,
    Listener listener) {
    // Each handle is a client of its own to the store: see etcd_store.hpp about names.
    auto named = options;
    named.client = configuration.host;
    auto calls = store::EtcdStore::open(named);
    named.client = configuration.host + "-keeper";
    auto keeper = store::EtcdStore::open(named);
    if (!calls || !keeper) {
        return calls ? keeper.error() : calls.error();
    }
    std::unique_ptr<SharedStore> shared(new SharedStore(io, std::move(log), std::move(listener)));
    store::MirroredStore::Listener heard;
    // From any thread: handed to the agent's own.
    heard.touch_changed = [self = shared.get()](const store::MirrorHealth& health) {
        boost::asio::post(self->io_, [self, alive = self->alive_, health] {
            if (*alive) {
                self->touch_changed(health);
            }
        });
    };
    heard.lost = [self = shared.get()](const std::string& key, const auto& now) {
        boost::asio::post(self->io_, [self, alive = self->alive_, key, now] {
            if (*alive) {
                self->lost(key, now);
            }
        });
    };
    shared->mirror_ = std::make_unique<store::MirroredStore>(own,
                                                             std::move(*calls),
                                                             std::move(*keeper),
                                                             ipam::make_mirror_rules(configuration),
                                                             store::MirrorTimes(),
                                                             std::move(heard));
    if (const auto started = shared->mirror_->start(); !started) {
        return started.error();
    }
    if (const auto health = shared->health(); !health.in_touch) {
        shared->touch_changed(health);
    }
    return shared;
}

void SharedStore::touch_changed(const store::MirrorHealth& health) {
    if (!health.in_touch) {
        log_(Severity::Error, log::event::kStoreAway, {{"error", health.trouble}});
        return;
    }
    log_(Severity::Info, log::event::kStoreInTouch, {});
    if (listener_.in_touch) {
        listener_.in_touch();
    }
}

void SharedStore::lost(const std::string& key, const std::optional<std::string>& now) {
    const auto allocation = now ? ipam::allocation_from_json(*now) : std::nullopt;
    log_(Severity::Error,
         log::event::kStoreRecordLost,
         {{"key", key},
          {"host", allocation ? allocation->host : "nobody"},
          {"container", allocation ? allocation->container : ""}});
    const std::string folder = ipam::kAddresses;
    const auto address = key.starts_with(folder) ? net::Address::parse(key.substr(folder.size()))
                                                 : net::Address::parse("");
    if (address && listener_.address_lost) {
        listener_.address_lost(*address);
    }
}

std::string to_json(const store::MirrorHealth& health) {
    const auto since = std::chrono::floor<std::chrono::seconds>(health.since);
    return nlohmann::ordered_json{{"kind", "etcd"},
                                  {"in_touch", health.in_touch},
                                  {"since", to_rfc3339(since)},
                                  {"error", health.trouble},
                                  {"waiting", health.waiting},
                                  {"times_away", health.times_away},
                                  {"lost", health.lost}}
        .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void add_metrics(control::MetricText& text, const store::MirrorHealth& health) {
    using Type = control::MetricText::Type;
    text.family("routeproof_store_in_touch",
                Type::Gauge,
                "1: the store that hosts share answers and knows what this host did.");
    text.sample({}, health.in_touch ? 1 : 0);
    text.family("routeproof_store_waiting",
                Type::Gauge,
                "Changes made while the shared store was away, not yet brought to it.");
    text.sample({}, static_cast<double>(health.waiting));
    text.family("routeproof_store_times_away_total",
                Type::Counter,
                "How often touch with the shared store was lost.");
    text.sample({}, static_cast<double>(health.times_away));
    text.family("routeproof_store_lost_total",
                Type::Counter,
                "Records of this host that another host has by now.");
    text.sample({}, static_cast<double>(health.lost));
}

}  // namespace routeproof::agent
