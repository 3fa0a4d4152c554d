#include "agent/control/metrics.hpp"

#include "agent/control/metric_text.hpp"

#include <array>
#include <charconv>

namespace routeproof::control {
namespace {

using bgp::SessionStatus;
using Type = MetricText::Type;
using Sessions = std::vector<SessionStatus>;

Labels labels_of(const SessionStatus& session) {
    return {{"peer", session.peer.to_string()}, {"name", session.name}};
}

Labels with(Labels labels, std::string_view label, std::string value) {
    labels.emplace_back(label, std::move(value));
    return labels;
}

double seconds_since_epoch(std::chrono::system_clock::time_point time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

void build_info(MetricText& text, const Identity& identity) {
    text.family("routeproof_build_info", Type::Gauge, "Who speaks; always 1.");
    text.sample({{"version", ROUTEPROOF_VERSION},
                 {"host", identity.host},
                 {"asn", identity.asn.to_string()},
                 {"router_id", identity.router_id.to_string()}},
                1);
}

// RFC 4273 counts from idle(1) to established(6).
void states(MetricText& text, const Sessions& sessions) {
    text.family("routeproof_bgp_session_up", Type::Gauge, "1 while the session is Established.");
    for (const auto& session : sessions) {
        text.sample(labels_of(session), session.state == bgp::State::Established ? 1 : 0);
    }
    text.family("routeproof_bgp_session_state",
                Type::Gauge,
                "As bgpPeerState of RFC 4273: 1 Idle, 2 Connect, 3 Active, 4 OpenSent, "
                "5 OpenConfirm, 6 Established.");
    for (const auto& session : sessions) {
        text.sample(labels_of(session), static_cast<double>(session.state) + 1);
    }
    text.family("routeproof_bgp_session_state_since_timestamp_seconds",
                Type::Gauge,
                "When the session entered its state.");
    for (const auto& session : sessions) {
        text.sample(labels_of(session), seconds_since_epoch(session.since));
    }
}

void prefixes(MetricText& text, const Sessions& sessions) {
    text.family("routeproof_bgp_prefixes",
                Type::Gauge,
                "Prefixes that a peer was told (advertised), told us (received), and that its "
                "import policy let in (accepted).");
    for (const auto& session : sessions) {
        const auto sample = [&](const char* table, std::size_t count) {
            text.sample(with(labels_of(session), "table", table), static_cast<double>(count));
        };
        sample("advertised", session.advertised);
        sample("received", session.received);
        sample("accepted", session.accepted);
    }
}

void messages(MetricText& text, const Sessions& sessions) {
    text.family("routeproof_bgp_updates_total", Type::Counter, "UPDATE messages.");
    for (const auto& session : sessions) {
        text.sample(with(labels_of(session), "direction", "sent"),
                    static_cast<double>(session.updates_sent));
        text.sample(with(labels_of(session), "direction", "received"),
                    static_cast<double>(session.updates_received));
    }
    text.family("routeproof_bgp_updates_malformed_total",
                Type::Counter,
                "UPDATE messages with a fault that the session survived (RFC 7606).");
    for (const auto& session : sessions) {
        text.sample(labels_of(session), static_cast<double>(session.updates_malformed));
    }
}

std::string bound_text(double bound) {
    std::array<char, 32> digits{};
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), bound).ptr};
}

void timers(MetricText& text, const Lateness::Counts& counts) {
    text.family(
        "routeproof_timer_lateness_seconds",
        Type::Histogram,
        "How late a timer of one second fired: large values mean that the host starves us.");
    for (std::size_t i = 0; i < Lateness::kBounds.size(); ++i) {
        text.sample({{"le", bound_text(Lateness::kBounds[i])}},
                    static_cast<double>(counts.within[i]),
                    "_bucket");
    }
    text.sample({{"le", "+Inf"}}, static_cast<double>(counts.all), "_bucket");
    text.sample({}, counts.sum.count(), "_sum");
    text.sample({}, static_cast<double>(counts.all), "_count");
    text.family("routeproof_timer_lateness_longest_seconds",
                Type::Gauge,
                "The latest that the timer ever was.");
    text.sample({}, counts.longest.count());
}

}  // namespace

std::string make_metrics(const Identity& identity,
                         const Sessions& sessions,
                         const Lateness::Counts& lateness) {
    MetricText text;
    build_info(text, identity);
    states(text, sessions);
    prefixes(text, sessions);
    messages(text, sessions);
    timers(text, lateness);
    return text.take();
}

}  // namespace routeproof::control
