// The local API of a speaker: JSON over HTTP (docs/peering.md has the list of paths). Knows no
// socket; the program hands it requests.
#pragma once

#include "agent/config/peer_reader.hpp"
#include "agent/control/lateness.hpp"
#include "agent/control/metric_text.hpp"
#include "agent/control/status.hpp"
#include "agent/http/server.hpp"

namespace routeproof::control {

class PeeringApi {
public:
    /// What only the program can do, or lets nobody do (empty function).
    struct Program {
        /// Called when the client has the answer.
        std::function<void(bgp::StopMode mode, const std::string& text)> stop;
        /// Answers what only the program knows; nothing: not its path.
        std::function<std::optional<http::Reply>(const http::Request& request)> other;
        /// What the program adds to the status (names and JSON texts) and to the metrics.
        std::function<std::vector<std::pair<std::string, std::string>>()> status_parts;
        std::function<void(MetricText&)> metrics;
        /// Our own timers fired so late.
        std::function<void(Lateness::Seconds)> late;
        /// Why a peer cannot be had here, in a sentence; nothing: it can.
        std::function<std::optional<std::string>(const bgp::PeerConfig& peer)> refuses_peer;
        /// A peer was added or changed (as it is now), or removed (nothing but its name).
        std::function<void(const std::string& name, const bgp::PeerConfig* peer)> peer_changed;
        /// What the configuration says about every peer, for those that are added.
        config::PeerDefaults defaults;
        /// May clients announce and withdraw? Not where prefixes follow containers.
        bool prefixes = false;
    };

    /// The speaker must outlive it.
    PeeringApi(const boost::asio::any_io_executor& executor,
               bgp::Speaker& speaker,
               Identity identity,
               Program program);

    http::Reply answer(const http::Request& request);
    /// What may be asked from the network: GET /metrics and nothing else.
    http::Reply answer_scrape(const http::Request& request) const;

    /// Ends its timers.
    void stop() { lateness_.stop(); }

private:
    http::Reply post(std::string_view path, std::string_view body);
    http::Reply post_peer(std::string_view body);
    http::Reply post_to_peer(std::string_view rest, std::string_view body);
    http::Reply delete_peer(std::string_view name);
    http::Reply drain(bool draining);
    http::Reply post_prefixes(std::string_view body);
    http::Reply post_stop(std::string_view body);

    http::Reply metrics() const;

    bgp::Speaker& speaker_;
    Identity identity_;
    Program program_;
    Lateness lateness_;
};

}  // namespace routeproof::control
