#include "playbooks/pattern.hpp"

#include "inventory/suggest.hpp"

#include <fnmatch.h>

#include <algorithm>

namespace routeproof::playbooks {
namespace {

/// Something that can be selected, and the words besides its name that mean it.
struct Candidate {
    std::string name;
    std::vector<std::string> words;
    bool chosen = false;
};

struct Term {
    enum class Sign { Or, And, Not } sign = Sign::Or;
    std::string text;
};

std::vector<Term> terms_of(std::string_view pattern) {
    std::vector<Term> terms;
    for (std::size_t at = 0; at <= pattern.size();) {
        const auto end = std::min(pattern.find_first_of(":,", at), pattern.size());
        std::string_view part = pattern.substr(at, end - at);
        at = end + 1;
        const auto trim = [&part] {
            while (!part.empty() && part.front() == ' ') {
                part.remove_prefix(1);
            }
            while (!part.empty() && part.back() == ' ') {
                part.remove_suffix(1);
            }
        };
        trim();
        Term term;
        if (part.starts_with('&') || part.starts_with('!')) {
            term.sign = part.front() == '&' ? Term::Sign::And : Term::Sign::Not;
            part.remove_prefix(1);
            trim();
        }
        if (!part.empty()) {
            term.text = part;
            terms.push_back(std::move(term));
        }
    }
    // Ansible's order: everything that adds, then what narrows, then what takes out.
    std::stable_sort(
        terms.begin(), terms.end(), [](const Term& a, const Term& b) { return a.sign < b.sign; });
    return terms;
}

bool means(const std::string& term, const Candidate& candidate) {
    return term == "all" || ::fnmatch(term.c_str(), candidate.name.c_str(), 0) == 0 ||
           std::find(candidate.words.begin(), candidate.words.end(), term) != candidate.words.end();
}

void apply(const Term& term, std::vector<Candidate>& all) {
    for (Candidate& candidate : all) {
        const bool meant = means(term.text, candidate);
        switch (term.sign) {
            case Term::Sign::Or:
                candidate.chosen = candidate.chosen || meant;
                break;
            case Term::Sign::And:
                candidate.chosen = candidate.chosen && meant;
                break;
            case Term::Sign::Not:
                candidate.chosen = candidate.chosen && !meant;
                break;
        }
    }
}

std::vector<std::string> select(const Text& pattern,
                                std::vector<Candidate> all,
                                const std::string& kind,
                                Diagnostics& diagnostics) {
    auto terms = terms_of(pattern.raw);
    if (!terms.empty() && terms.front().sign != Term::Sign::Or) {
        terms.insert(terms.begin(), {Term::Sign::Or, "all"});  // "!leaf3" is all but leaf3
    }
    for (const Term& term : terms) {
        const bool any = std::any_of(all.begin(), all.end(), [&](const Candidate& candidate) {
            return means(term.text, candidate);
        });
        if (!any) {
            std::vector<std::string_view> known;
            for (const Candidate& candidate : all) {
                known.push_back(candidate.name);
                known.insert(known.end(), candidate.words.begin(), candidate.words.end());
            }
            std::sort(known.begin(), known.end());
            known.erase(std::unique(known.begin(), known.end()), known.end());
            diagnostics.emplace_back(pattern.where,
                                     "no " + kind + " is meant by \"" + term.text + "\"",
                                     inventory::suggestion(term.text, known));
            return {};
        }
        apply(term, all);
    }
    std::vector<std::string> chosen;
    for (const Candidate& candidate : all) {
        if (candidate.chosen) {
            chosen.push_back(candidate.name);
        }
    }
    if (chosen.empty()) {
        diagnostics.emplace_back(pattern.where,
                                 "the pattern \"" + pattern.raw + "\" leaves no " + kind);
    }
    return chosen;
}

}  // namespace

std::vector<std::string> select_routers(const Text& pattern,
                                        const inventory::Inventory& inventory,
                                        Diagnostics& diagnostics) {
    std::vector<Candidate> all;
    for (const auto& router : inventory.routers) {
        all.push_back({router.name,
                       {std::string(to_string(router.role)), std::string(to_string(router.os))}});
    }
    return select(pattern, std::move(all), "router", diagnostics);
}

std::vector<std::string> select_hosts(const Text& pattern,
                                      const inventory::Inventory& inventory,
                                      Diagnostics& diagnostics) {
    std::vector<Candidate> all;
    for (const auto& host : inventory.hosts) {
        all.push_back({host.name, {}});
    }
    return select(pattern, std::move(all), "host", diagnostics);
}

}  // namespace routeproof::playbooks
