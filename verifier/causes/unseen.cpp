// What could not be looked at: one cause per router, host and error.
#include "verifier/causes/folding.hpp"
#include "verifier/checks/judge.hpp"
#include "verifier/text.hpp"

namespace routeproof::verifier {
namespace {

bool is_of_host(const Finding& finding) {
    return finding.check == CheckId::HostView || finding.code == Code::OwnerNotAsked ||
           (finding.check == CheckId::WorkloadReachable && !finding.subject.address);
}

std::string next_step(const drivers::Failure& failure, const std::string& machine) {
    switch (failure.kind) {
        case drivers::Failure::Kind::Unreachable:
            if (failure.stage >= drivers::Stage::Channel) {
                return "look into the log of " + machine +
                       ": it let us in, and gave no whole answer";
            }
            return "check that " + machine + " answers at its management address";
        case drivers::Failure::Kind::Denied:
            if (failure.stage == drivers::Stage::HostKey) {
                return "compare the host key of " + machine + " with known_hosts";
            }
            return failure.stage == drivers::Stage::Rpc
                       ? "give our user on " + machine + " a role or class that may ask this"
                       : "check user and key of " + machine + " in the inventory's credentials";
        case drivers::Failure::Kind::Protocol:
            return "look at what " + machine + " answers; it is not what was asked for";
        case drivers::Failure::Kind::NotSupported:
        case drivers::Failure::Kind::Trouble:
            break;
    }
    return "";
}

void fold_host(Folding& folding, const HostAccount& host) {
    folding.claim(CauseCode::HostNotAsked,
                  "the agent of " + host.host + " could not be asked: " + describe(*host.failure) +
                      ": its containers are unknown, only its blocks of the inventory are proven",
                  host.failure->stage < drivers::Stage::Rpc
                      ? next_step(*host.failure, host.host)
                      : "on " + host.host + ": systemctl status routeproof-agent; from here: ssh " +
                            folding.expected().inventory.host(host.host)->access.address,
                  [&](const Finding& finding) {
                      return finding.verdict == Verdict::Unknown && is_of_host(finding) &&
                             finding.subject.host == host.host;
                  });
}

// Nobody was to be asked: no address, or --expect says nothing about it. Its blocks are known from
// the inventory; what else stands there under its AS may be right or not.
void fold_host_without_report(Folding& folding, const HostAccount& host) {
    folding.claim(CauseCode::HostNotAsked,
                  host.host + " was not asked what it announces (" +
                      (host.missing_in_file ? "the expectation file does not mention it"
                                            : "no address in the inventory") +
                      "): only its blocks of the inventory are proven",
                  "",
                  [&](const Finding& finding) {
                      return finding.code == Code::OwnerNotAsked &&
                             finding.subject.host == host.host;
                  });
}

void fold_router(Folding& folding, const std::string& router) {
    const auto of_router = [&](const Finding& finding) {
        return finding.verdict == Verdict::Unknown && finding.subject.router == router;
    };
    for (;;) {
        const auto open = folding.open(of_router);
        if (open.empty()) {
            return;
        }
        const Finding& first = *open.front();
        const auto same = [&](const Finding& finding) {
            return of_router(finding) && finding.code == first.code &&
                   finding.evidence.failure == first.evidence.failure;
        };
        const RouterView* view = folding.views().find(router);
        const bool partly = view != nullptr && view->observation().looked_into();
        std::string text = router;
        std::string next;
        if (first.code == Code::TableNotSeen) {
            text += " showed no BGP table, so that nothing can be concluded from it";
        } else if (first.evidence.failure) {
            text += (partly ? " could not be looked at wholly: " : " could not be looked at: ") +
                    describe(*first.evidence.failure);
            next = next_step(*first.evidence.failure, router);
        }
        folding.claim(CauseCode::RouterNotSeen, std::move(text), std::move(next), same);
    }
}

void fold_unlinked(Folding& folding, const std::string& router) {
    const auto of_router = [&](const Finding& finding) {
        return finding.code == Code::NotLinked && finding.subject.router == router;
    };
    std::vector<std::string> hosts;
    for (const Finding* finding : folding.open(of_router)) {
        hosts.push_back(finding->subject.host);
    }
    std::string text = router.empty() ? "no router is looked into that could show the prefixes of "
                                      : "the inventory has no links from " + router + " to ";
    text += join(hosts);
    if (!router.empty()) {
        text += ": what it must hold of their prefixes cannot be told";
    }
    folding.claim(CauseCode::NotLinked,
                  std::move(text),
                  router.empty() ? "give a router an address in the inventory"
                                 : "list the links between the routers in the inventory",
                  of_router);
}

}  // namespace

void fold_unseen(Folding& folding) {
    fold_unlinked(folding, "");
    for (const std::string& router : folding.expected().routers) {
        fold_unlinked(folding, router);
    }
    for (const HostAccount& host : folding.expected().hosts) {
        if (host.failure) {
            fold_host(folding, host);
        } else if (!host.report) {
            fold_host_without_report(folding, host);
        }
    }
    for (const std::string& router : folding.expected().routers) {
        fold_router(folding, router);
    }
}

}  // namespace routeproof::verifier
