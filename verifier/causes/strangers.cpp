// Prefixes that have no business in a pool, and those that have too many owners.
#include "verifier/causes/folding.hpp"
#include "verifier/text.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

std::string describe_way(const Finding& finding) {
    std::string text =
        "path " + (finding.evidence.as_path.empty() ? std::string("empty")
                                                    : finding.evidence.as_path.to_string());
    return text + ", next hop " + join_values(finding.evidence.next_hops);
}

std::string by_as(const Finding& finding) {
    return finding.evidence.asn ? " from AS " + finding.evidence.asn->to_string() : "";
}

std::string seen_routers(const std::vector<const Finding*>& findings) {
    std::set<std::string> routers;
    for (const Finding* finding : findings) {
        routers.insert(finding->subject.router);
    }
    return join({routers.begin(), routers.end()});
}

// "it takes the traffic of demo1 (172.16.100.1 on dockerhost1)", if it does.
std::string victims(const std::vector<const Finding*>& taken) {
    std::set<std::string> names;
    for (const Finding* finding : taken) {
        const std::string& container = finding->subject.container;
        names.insert((container.empty() ? std::string("a container") : container) + " (" +
                     finding->subject.address->to_string() + " on " + finding->subject.host + ")");
    }
    if (names.empty()) {
        return "";
    }
    std::string text = "; it takes the traffic of " + *names.begin();
    if (names.size() > 1) {
        text += " and " + std::to_string(names.size() - 1) + " more";
    }
    return text;
}

std::string command(const Folding& folding, const Finding& finding) {
    const RouterView* view = folding.views().find(finding.subject.router);
    std::optional<net::Address> peer = finding.evidence.from;
    if (!peer && !finding.evidence.next_hops.empty()) {
        peer = finding.evidence.next_hops.front();
    }
    const std::string text =
        view == nullptr || !peer ? std::string() : view->observation().command(*peer);
    return text.empty() ? "" : "on " + finding.subject.router + ": " + text;
}

// One cause for one prefix of one AS, on however many routers.
void fold_prefix(Folding& folding, const Finding& first) {
    const net::Prefix prefix = *first.subject.prefix;
    const auto seen = [&](const Finding& finding) {
        return finding.check == CheckId::Stranger && finding.code == first.code &&
               finding.subject.prefix == prefix && finding.evidence.asn == first.evidence.asn;
    };
    const auto taken = [&](const Finding& finding) {
        return finding.code == Code::OtherMatch && finding.evidence.match == prefix &&
               finding.evidence.asn == first.evidence.asn;
    };
    const bool stale = first.code == Code::Stale;
    std::string text = (stale ? "stale " : "stranger ") + prefix.to_string() + by_as(first) + " (" +
                       describe_way(first) + ") on " + seen_routers(folding.open(seen)) + ": ";
    if (!stale) {
        text += "nobody in the inventory announces it";
    } else {
        text += "the agent of " + first.subject.host + " says that it does not announce it";
    }
    text += victims(folding.open(taken));
    folding.claim(stale ? CauseCode::Stale : CauseCode::Stranger,
                  std::move(text),
                  command(folding, first),
                  [&](const Finding& finding) { return seen(finding) || taken(finding); });
}

// Somebody else originates exactly a host's prefix.
void fold_hijack(Folding& folding, const Finding& first) {
    const net::Asn asn = *first.evidence.asn;
    const net::Prefix prefix = *first.subject.prefix;
    const auto here = [&](const Finding& finding) {
        return finding.verdict != Verdict::Ok && finding.verdict != Verdict::Unknown &&
               finding.evidence.asn == asn && finding.subject.prefix == prefix &&
               finding.check != CheckId::HostView;
    };
    const auto open = folding.open(here);
    const inventory::Host* owner = folding.expected().host_of(asn);
    std::string text = prefix.to_string() + " of " + first.subject.host + " is originated by AS " +
                       asn.to_string() + (owner == nullptr ? "" : " (" + owner->name + ")") + " (" +
                       describe_way(first) + ") as well: seen on " + seen_routers(open);
    folding.claim(CauseCode::Hijack, std::move(text), command(folding, first), here);
}

}  // namespace

void fold_strangers(Folding& folding) {
    const auto is_stranger = [](const Finding& finding) {
        return finding.check == CheckId::Stranger && finding.verdict == Verdict::Fail;
    };
    for (auto open = folding.open(is_stranger); !open.empty(); open = folding.open(is_stranger)) {
        fold_prefix(folding, *open.front());
    }
    const auto is_hijack = [&](const Finding& finding) {
        if (finding.verdict != Verdict::Fail || !finding.evidence.asn || !finding.subject.prefix ||
            (finding.code != Code::WrongOrigin && finding.code != Code::NotBest)) {
            return false;
        }
        const inventory::Host* host = folding.expected().inventory.host(finding.subject.host);
        return host != nullptr && host->asn != *finding.evidence.asn;
    };
    for (auto open = folding.open(is_hijack); !open.empty(); open = folding.open(is_hijack)) {
        fold_hijack(folding, *open.front());
    }
}

void fold_duplicates(Folding& folding) {
    const auto is_duplicate = [](const Finding& finding) {
        return finding.code == Code::Duplicate;
    };
    for (auto open = folding.open(is_duplicate); !open.empty(); open = folding.open(is_duplicate)) {
        const net::Prefix prefix = *open.front()->subject.prefix;
        folding.claim(CauseCode::Duplicate,
                      prefix.to_string() + " is held by " + open.front()->actual +
                          " at the same time, and is not anycast",
                      "find out which of them is right; stop the other's container",
                      [&](const Finding& finding) {
                          return (is_duplicate(finding) && finding.subject.prefix == prefix) ||
                                 (finding.code == Code::OtherMatch && finding.subject.address &&
                                  net::Prefix::host(*finding.subject.address) == prefix);
                      });
    }
}

}  // namespace routeproof::verifier
