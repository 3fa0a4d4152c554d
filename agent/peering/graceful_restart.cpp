#include "agent/peering/graceful_restart.hpp"

#include <algorithm>

namespace routeproof::bgp {
namespace {

bool keeps_routes(const Negotiated& session, const Ending& ending) {
    if (!ending.notification) {
        // Lost, closed by the peer without a word, or opened anew by it. What we close silently is
        // our own restart or stop: then nobody is left to keep anything for.
        return ending.by != Ending::By::Us;
    }
    const auto reason = unwrapped(*ending.notification);
    const bool path_dead = reason.code == ErrorCode::Cease && reason.subcode == cease::kBfdDown;
    return session.notification_restart && !is_hard_reset(*ending.notification) && !path_dead;
}

}  // namespace

std::vector<AfiSafi> families_to_keep(const Negotiated& session, const Ending& ending) {
    std::vector<AfiSafi> keep;
    if (!session.graceful_restart || !keeps_routes(session, ending)) {
        return keep;
    }
    for (const auto& entry : session.graceful_restart->entries) {
        const auto& agreed = session.families;
        if (std::find(agreed.begin(), agreed.end(), entry.family) != agreed.end()) {
            keep.push_back(entry.family);
        }
    }
    return keep;
}

std::vector<AfiSafi> families_to_drop(const std::vector<AfiSafi>& kept, const Negotiated& session) {
    std::vector<AfiSafi> drop;
    std::copy_if(kept.begin(), kept.end(), std::back_inserter(drop), [&session](AfiSafi family) {
        if (!session.graceful_restart) {
            return true;
        }
        const auto& entries = session.graceful_restart->entries;
        return std::none_of(entries.begin(), entries.end(), [family](const auto& entry) {
            return entry.family == family && entry.forwarding_preserved;
        });
    });
    return drop;
}

std::chrono::seconds stale_time(const Negotiated& session, std::chrono::seconds at_most) {
    const std::chrono::seconds asked(
        session.graceful_restart ? session.graceful_restart->restart_time : 0);
    return at_most.count() > 0 ? std::min(asked, at_most) : asked;
}

}  // namespace routeproof::bgp
