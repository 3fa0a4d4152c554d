#include "playbooks/proof.hpp"

#include <algorithm>

namespace routeproof::playbooks {
namespace {

using Index = std::map<std::string_view, const Obligation*>;

/// By key; of several with one key the worst.
Index index_of(const Look& look) {
    Index index;
    for (const Obligation& obligation : look.obligations) {
        auto& place = index[obligation.key];
        if (place == nullptr || place->verdict < obligation.verdict) {
            place = &obligation;
        }
    }
    return index;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_proven(Verdict verdict) {
    return verdict == Verdict::Ok || verdict == Verdict::Warn;
}

class Judge {
public:
    Judge(const Look* before, const Look& after, const Claim& claim)
        : before_(before), after_(after), claim_(claim), now_(index_of(after)) {}

    Judgement all() {
        if (before_ != nullptr) {
            kept();
        }
        if (claim_.require == ProveStep::Require::All) {
            required();
        }
        for (const std::string& host : claim_.gone) {
            gone(host);
        }
        if (!after_.whole) {
            result_.unknown.emplace_back("the look at the network was cut off before its end");
        }
        const bool bad =
            !result_.lost.empty() || !result_.broken.empty() || !result_.missing.empty();
        result_.verdict = bad                        ? Verdict::Mismatch
                          : !result_.unknown.empty() ? Verdict::Unknown
                                                     : Verdict::Ok;
        return std::move(result_);
    }

private:
    void add(std::vector<std::string>& list, const Obligation& obligation) {
        auto& place = obligation.verdict == Verdict::Unknown ? result_.unknown : list;
        if (!contains(place, obligation.text)) {
            place.push_back(obligation.text);
        }
    }

    void kept() {
        const Index then = index_of(*before_);
        // In the order of the look, which is that of causes: sessions come before their prefixes.
        for (const Obligation& each : before_->obligations) {
            const Obligation* old = &each;
            const std::string_view key = each.key;
            if (then.at(key) != old || !is_proven(old->verdict) ||
                contains(claim_.gone, old->host)) {
                continue;
            }
            const auto found = now_.find(key);
            if (found == now_.end()) {
                vanished(*old);
            } else if (is_proven(found->second->verdict)) {
                ++result_.proven;
            } else {
                add(result_.lost, *found->second);
            }
        }
        for (const Obligation& each : after_.obligations) {
            const Obligation* obligation = &each;
            if (now_.at(each.key) == obligation && !then.contains(each.key) &&
                obligation->verdict == Verdict::Mismatch &&
                !contains(claim_.gone, obligation->host)) {
                result_.broken.push_back(obligation->text);
            }
        }
    }

    /// The host no longer announces it, or nobody can tell.
    void vanished(const Obligation& old) {
        if (after_.not_heard.contains(old.host)) {
            result_.unknown.push_back(old.text + " before; now " + old.host +
                                      " could not be asked");
        } else if (!old.host.empty()) {
            result_.notes.push_back(old.text + " before; " + old.host + " no longer claims it");
        }
    }

    void required() {
        for (const Obligation& each : after_.obligations) {
            const Obligation* obligation = &each;
            if (now_.at(each.key) != obligation) {
                continue;
            }
            const bool here = obligation->router.empty()
                                  ? !claim_.hosts.empty()
                                  : contains(claim_.routers, obligation->router);
            const bool of_host = claim_.hosts.empty() || contains(claim_.hosts, obligation->host);
            if (here && of_host && !contains(claim_.gone, obligation->host) &&
                !is_proven(obligation->verdict) && !contains(result_.lost, obligation->text) &&
                !contains(result_.broken, obligation->text)) {
                add(result_.missing, *obligation);
            }
        }
        for (const std::string& host : claim_.hosts) {
            const bool any = std::any_of(now_.begin(), now_.end(), [&](const auto& entry) {
                return entry.second->host == host && contains(claim_.routers, entry.second->router);
            });
            if (!any && !contains(claim_.gone, host)) {
                // A claim about nothing would be proven by nothing.
                result_.unknown.push_back("there is nothing to prove about " + host + " there");
            }
        }
    }

    void gone(const std::string& host) {
        bool any = false;
        for (const auto& [key, obligation] : now_) {
            if (obligation->host != host || obligation->check != "session-established" ||
                !contains(claim_.routers, obligation->router)) {
                continue;
            }
            any = true;
            if (obligation->verdict == Verdict::Unknown) {
                result_.unknown.push_back(obligation->text);
            } else if (obligation->code != "session-missing") {
                result_.missing.push_back(obligation->router + " still has its session with " +
                                          host);
            }
        }
        if (!any) {
            result_.unknown.push_back("the inventory knows no session of " + host +
                                      " there, so that its end cannot be seen");
        }
    }

    const Look* before_;
    const Look& after_;
    const Claim& claim_;
    Index now_;
    Judgement result_;
};

}  // namespace

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::Ok:
            return "proven";
        case Verdict::Warn:
            return "warning";
        case Verdict::Unknown:
            return "unknown";
        case Verdict::Mismatch:
            return "mismatch";
    }
    return "?";
}

std::size_t Look::count(Verdict verdict) const {
    return static_cast<std::size_t>(
        std::count_if(obligations.begin(), obligations.end(), [verdict](const auto& obligation) {
            return obligation.verdict == verdict;
        }));
}

std::vector<std::string> Judgement::against() const {
    std::vector<std::string> all;
    for (const auto& [list, word] : {std::pair(&lost, "lost: "),
                                     std::pair(&broken, "new mismatch: "),
                                     std::pair(&missing, "not proven: "),
                                     std::pair(&unknown, "unknown: ")}) {
        for (const std::string& sentence : *list) {
            all.push_back(word + sentence);
        }
    }
    return all;
}

Judgement judge(const Look* before, const Look& after, const Claim& claim) {
    return Judge(before, after, claim).all();
}

}  // namespace routeproof::playbooks
