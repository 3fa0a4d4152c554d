// A host's announcement that did not get where it belongs: rejected, never sent, or lost later.
#include "verifier/causes/folding.hpp"
#include "verifier/text.hpp"

#include <algorithm>
#include <tuple>

namespace routeproof::verifier {
namespace {

using Prefixes = std::set<net::Prefix>;

std::string name_prefixes(const Prefixes& prefixes) {
    if (prefixes.size() == 1) {
        return prefixes.begin()->to_string();
    }
    return std::to_string(prefixes.size()) + " prefixes (" + prefixes.begin()->to_string() +
           ", ...)";
}

std::string command(const Folding& folding, const Finding& finding) {
    const RouterView* view = folding.views().find(finding.subject.router);
    if (view == nullptr || !finding.evidence.from) {
        return "";
    }
    const std::string text = view->observation().command(*finding.evidence.from);
    return text.empty() ? "" : "on " + finding.subject.router + ": " + text;
}

bool has(const Prefixes& prefixes, const Finding& finding) {
    return finding.subject.prefix && prefixes.contains(*finding.subject.prefix);
}

// Claims direct findings of one host on one router for these prefixes, and notes that their
// absence elsewhere follows.
void claim_direct(Folding& folding,
                  CauseCode code,
                  std::string text,
                  std::string next,
                  const std::string& host,
                  const std::string& router,
                  const Prefixes& prefixes) {
    const auto cause = folding.claim(code, std::move(text), std::move(next), [&](const Finding& f) {
        const bool told_by_host = f.code == Code::NotAnnounced && code == CauseCode::NotAnnounced;
        return f.verdict == Verdict::Fail && f.subject.host == host && has(prefixes, f) &&
               ((is_absence(f) && f.subject.router == router) || told_by_host);
    });
    if (cause) {
        for (const net::Prefix& prefix : prefixes) {
            folding.explains_absence(*cause, host, prefix);
        }
    }
}

std::string host_says(const Folding& folding, const std::string& host, const net::Prefix& prefix) {
    const HostAccount* account = folding.expected().account(host);
    if (account == nullptr || !account->report) {
        return "the inventory gives it to the host, its agent was not heard";
    }
    for (const inventory::Announcement& announcement : account->report->announcements) {
        if (announcement.prefix == prefix) {
            return "its agent says " + std::string(inventory::to_string(announcement.state));
        }
    }
    return "its agent does not announce it, though the inventory gives it to the host";
}

bool agent_announces(const Folding& folding, const std::string& host, const net::Prefix& prefix) {
    const HostAccount* account = folding.expected().account(host);
    return account != nullptr && account->report &&
           std::any_of(account->report->announcements.begin(),
                       account->report->announcements.end(),
                       [&](const inventory::Announcement& announcement) {
                           return announcement.prefix == prefix &&
                                  announcement.state != inventory::AnnouncementState::Withdrawn;
                       });
}

}  // namespace

void fold_rejected(Folding& folding) {
    using Key = std::tuple<std::string, std::string, std::string, std::string>;
    std::map<Key, std::pair<Prefixes, const Finding*>> groups;
    for (const Finding* finding : folding.open([](const Finding& f) {
             return f.check == CheckId::PrefixAccepted && f.code == Code::Rejected &&
                    f.evidence.direct;
         })) {
        auto& [prefixes, first] = groups[{finding->subject.host,
                                          finding->subject.router,
                                          finding->evidence.policy,
                                          finding->evidence.reason}];
        prefixes.insert(*finding->subject.prefix);
        first = finding;
    }
    for (const auto& [key, group] : groups) {
        const auto& [host, router, policy, reason] = key;
        const auto& [prefixes, finding] = group;
        std::string text = router + " rejects " + name_prefixes(prefixes) + " from " +
                           introduce(folding.expected(), host, router);
        if (!policy.empty()) {
            text += " by import policy " + policy;
        }
        text += ": received, not accepted";
        if (!reason.empty()) {
            text += " (" + reason + ")";
        }
        claim_direct(folding,
                     CauseCode::PolicyReject,
                     std::move(text),
                     command(folding, *finding),
                     host,
                     router,
                     prefixes);
    }
}

void fold_not_announced(Folding& folding) {
    using Key = std::tuple<std::string, std::string, std::string>;
    std::map<Key, std::pair<Prefixes, const Finding*>> groups;
    for (const Finding* finding : folding.open([](const Finding& f) {
             return f.check == CheckId::PrefixAccepted && f.evidence.direct &&
                    (f.code == Code::NoPath || f.code == Code::NotAccepted);
         })) {
        std::string says = host_says(folding, finding->subject.host, *finding->subject.prefix);
        if (finding->code == Code::NotAccepted) {
            says += "; whether it was received cannot be told";
        } else if (agent_announces(folding, finding->subject.host, *finding->subject.prefix)) {
            // An import policy that keeps nothing (Junos: keep none) leaves no trace of what it
            // rejected.
            says += "; it did not arrive, or was rejected and not kept";
        }
        auto& [prefixes, first] =
            groups[{finding->subject.host, finding->subject.router, std::move(says)}];
        prefixes.insert(*finding->subject.prefix);
        first = finding;
    }
    for (const auto& [key, group] : groups) {
        const auto& [host, router, says] = key;
        const auto& [prefixes, finding] = group;
        std::string text = router + " has no " + name_prefixes(prefixes) + " from " +
                           introduce(folding.expected(), host, router) + ": " + says;
        claim_direct(folding,
                     CauseCode::NotAnnounced,
                     std::move(text),
                     command(folding, *finding),
                     host,
                     router,
                     prefixes);
    }
}

void fold_lost_on_the_way(Folding& folding) {
    std::map<std::pair<std::string, std::string>, Prefixes> groups;  // host, router
    for (const Finding* finding : folding.open([](const Finding& f) {
             return is_absence(f) && !f.evidence.direct && f.subject.prefix;
         })) {
        groups[{finding->subject.host, finding->subject.router}].insert(*finding->subject.prefix);
    }
    for (const auto& group : groups) {
        const auto& [host, router] = group.first;
        const Prefixes& prefixes = group.second;
        const auto leaves = folding.accepting_leaves(host, *prefixes.begin());
        std::string text = router + " lacks " + name_prefixes(prefixes) + " of " +
                           introduce(folding.expected(), host, "");
        if (leaves.empty()) {
            text += ": no leaf of the host was seen to have it";
        } else {
            text += ", which " + join(leaves) + " accepted: lost on the way";
        }
        if (!folding.expected().not_looked_into.empty()) {
            text += "; not looked into: " + join(folding.expected().not_looked_into);
        }
        folding.claim(CauseCode::LostOnTheWay,
                      std::move(text),
                      "look at what the routers between them advertise to " + router,
                      [&group](const Finding& f) {
                          return is_absence(f) && f.subject.host == group.first.first &&
                                 f.subject.router == group.first.second && has(group.second, f);
                      });
    }
}

}  // namespace routeproof::verifier
