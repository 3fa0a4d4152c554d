#include "agent/control/metrics.hpp"

#include "agent/control/metric_text.hpp"
#include "agent/peering/wire/attribute_table.hpp"

#include <array>
#include <charconv>

namespace routeproof::control {
namespace {

using bgp::SessionStatus;
using Type = MetricText::Type;
using Sessions = std::vector<SessionStatus>;

Labels labels_of(const SessionStatus& session) {
    return {{"peer", session.key}, {"name", session.name}};
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

void flaps(MetricText& text, const Sessions& sessions) {
    text.family(
        "routeproof_bgp_session_flaps_total", Type::Counter, "Sessions that were up and ended.");
    for (const auto& session : sessions) {
        text.sample(labels_of(session), static_cast<double>(session.flaps));
    }
    text.family("routeproof_bgp_session_held",
                Type::Gauge,
                "1 while a peer is kept down: by a shutdown, or by its prefix limit.");
    for (const auto& session : sessions) {
        text.sample(labels_of(session), session.held.empty() ? 0 : 1);
    }
    text.family("routeproof_bgp_draining",
                Type::Gauge,
                "1 while all that we announce carries GRACEFUL_SHUTDOWN (RFC 8326).");
    for (const auto& session : sessions) {
        text.sample(labels_of(session), session.draining ? 1 : 0);
    }
}

void prefixes(MetricText& text, const Sessions& sessions) {
    text.family("routeproof_bgp_prefixes",
                Type::Gauge,
                "Prefixes that a peer was told (advertised), told us (received), that its import "
                "policy let in (accepted), and that are kept while it restarts (stale).");
    for (const auto& session : sessions) {
        for (const auto& family : session.families) {
            const auto sample = [&](const char* table, std::size_t count) {
                text.sample(with(with(labels_of(session), "family", to_string(family.family)),
                                 "table",
                                 table),
                            static_cast<double>(count));
            };
            sample("advertised", family.advertised);
            sample("received", family.received);
            sample("accepted", family.accepted);
            sample("stale", family.stale);
        }
    }
}

void count_messages(MetricText& text,
                    const SessionStatus& session,
                    const char* direction,
                    const bgp::MessageCounts& counts) {
    const auto sample = [&](const char* type, std::uint64_t count) {
        text.sample(with(with(labels_of(session), "direction", direction), "type", type),
                    static_cast<double>(count));
    };
    sample("open", counts.open);
    sample("update", counts.update);
    sample("keepalive", counts.keepalive);
    sample("notification", counts.notification);
    sample("route_refresh", counts.route_refresh);
}

void messages(MetricText& text, const Sessions& sessions) {
    text.family("routeproof_bgp_messages_total", Type::Counter, "Messages, over all sessions.");
    for (const auto& session : sessions) {
        count_messages(text, session, "sent", session.sent_messages);
        count_messages(text, session, "received", session.received_messages);
    }
    text.family("routeproof_bgp_message_octets_total", Type::Counter, "Octets of all messages.");
    for (const auto& session : sessions) {
        text.sample(with(labels_of(session), "direction", "sent"),
                    static_cast<double>(session.sent_messages.octets));
        text.sample(with(labels_of(session), "direction", "received"),
                    static_cast<double>(session.received_messages.octets));
    }
    text.family("routeproof_bgp_updates_malformed_total",
                Type::Counter,
                "UPDATE messages with a fault that the session survived (RFC 7606).");
    for (const auto& session : sessions) {
        text.sample(labels_of(session), static_cast<double>(session.updates_malformed));
    }
}

void faults(MetricText& text, const Sessions& sessions) {
    text.family("routeproof_bgp_attribute_faults_total",
                Type::Counter,
                "Faults in attributes, by what RFC 7606 has done about them; a peer without faults "
                "has none.");
    for (const auto& session : sessions) {
        for (const auto& [fault, count] : session.faults) {
            const auto& [action, attribute] = fault;
            text.sample(with(with(labels_of(session), "action", std::string(to_string(action))),
                             "attribute",
                             bgp::attribute_name(attribute)),
                        static_cast<double>(count));
        }
    }
}

void bfd(MetricText& text, const Sessions& sessions) {
    text.family("routeproof_bfd_up",
                Type::Gauge,
                "1 while BFD says that the path to the peer works; peers without BFD have none.");
    for (const auto& session : sessions) {
        if (session.bfd) {
            text.sample(labels_of(session), *session.bfd == bgp::BfdState::Up ? 1 : 0);
        }
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
    flaps(text, sessions);
    prefixes(text, sessions);
    messages(text, sessions);
    faults(text, sessions);
    bfd(text, sessions);
    timers(text, lateness);
    return text.take();
}

}  // namespace routeproof::control
