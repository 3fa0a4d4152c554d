#include "agent/app/report.hpp"

#include <algorithm>

namespace routeproof::agent {
namespace {

using inventory::AnnouncedNextHop;

Timestamp seconds_of(std::chrono::system_clock::time_point time) {
    return std::chrono::floor<std::chrono::seconds>(time);
}

inventory::SessionReport session_report(const bgp::SessionStatus& status) {
    inventory::SessionReport session;
    session.peer = status.peer;
    session.peer_as = status.peer_as;
    session.name = status.name;
    session.state = std::string(to_string(status.state));
    session.since = seconds_of(status.since);
    session.last_error = status.last_error;
    session.advertised = status.advertised;
    session.received = status.received;
    return session;
}

}  // namespace

inventory::HostReport make_report(const Config& config,
                                  const Announcer& announcer,
                                  const bgp::Speaker& speaker,
                                  const docker::Registry& registry) {
    inventory::HostReport report;
    report.host = config.host;
    report.asn = config.asn;
    report.router_id = config.router_id;
    report.generated = now();
    for (const auto& [prefix, origination] : announcer.originated()) {
        inventory::Announcement announcement;
        announcement.prefix = prefix;
        announcement.kind = origination.kind;
        announcement.origin_as = config.asn;
        announcement.since = origination.since;
        for (const auto& sent : speaker.advertised(prefix)) {
            announcement.next_hops.push_back({sent.peer, sent.next_hop});
        }
        report.announcements.push_back(std::move(announcement));
    }
    for (const auto& [id, endpoint] : registry.endpoints()) {
        if (!endpoint.is_joined() || !endpoint.address) {
            continue;
        }
        const docker::Network* network = registry.network(endpoint.network_id);
        report.workloads.push_back({*endpoint.address,
                                    endpoint.container,
                                    network == nullptr ? std::string() : network->name,
                                    announcer.covering(*endpoint.address),
                                    endpoint.created});
    }
    // The registry is in the order of Docker's random IDs; people read addresses.
    std::sort(report.workloads.begin(), report.workloads.end(), [](const auto& a, const auto& b) {
        return a.address < b.address;
    });
    for (const auto& status : speaker.sessions()) {
        report.sessions.push_back(session_report(status));
    }
    return report;
}

}  // namespace routeproof::agent
