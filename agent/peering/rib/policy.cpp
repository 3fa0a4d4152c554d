#include "agent/peering/rib/policy.hpp"

#include <algorithm>

namespace routeproof::bgp {
namespace {

const PolicySet kNoChange;

template <class T>
bool holds(const std::vector<T>& values, const T& wanted) {
    return std::find(values.begin(), values.end(), wanted) != values.end();
}

template <class T>
bool holds_all(const std::vector<T>& values, const std::vector<T>& wanted) {
    return std::all_of(
        wanted.begin(), wanted.end(), [&](const T& one) { return holds(values, one); });
}

/// No wish is always fulfilled.
template <class T>
bool holds_any(const std::vector<T>& values, const std::vector<T>& wanted) {
    return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const T& one) {
               return holds(values, one);
           });
}

bool path_matches(const PolicyMatch& match, const std::optional<net::AsPath>& path) {
    if (!match.path_contains.empty()) {
        const bool found = path && std::any_of(match.path_contains.begin(),
                                               match.path_contains.end(),
                                               [&](net::Asn asn) { return path->contains(asn); });
        if (!found) {
            return false;
        }
    }
    if (match.origin_as.empty()) {
        return true;
    }
    const auto origin = path ? path->origin() : std::nullopt;
    return origin && holds(match.origin_as, *origin);
}

bool matches(const PolicyMatch& match, const PolicySubject& subject) {
    const auto& attributes = subject.attributes;
    const bool prefix = match.prefixes.empty() ||
                        std::any_of(match.prefixes.begin(),
                                    match.prefixes.end(),
                                    [&](const auto& one) { return one.matches(subject.prefix); });
    const bool next_hop =
        match.next_hops.empty() ||
        std::any_of(match.next_hops.begin(), match.next_hops.end(), [&](const auto& one) {
            return one.contains(subject.next_hop);
        });
    return prefix && next_hop && holds_all(attributes.communities, match.communities) &&
           holds_any(attributes.communities, match.any_community) &&
           holds_all(attributes.large_communities, match.large_communities) &&
           holds_any(attributes.large_communities, match.any_large_community) &&
           path_matches(match, attributes.as_path);
}

template <class T>
void change_list(std::vector<T>& values,
                 const std::optional<std::vector<T>>& instead,
                 const std::vector<T>& remove,
                 const std::vector<T>& add) {
    if (instead) {
        values = *instead;
    }
    std::erase_if(values, [&](const T& one) { return holds(remove, one); });
    for (const T& one : add) {
        if (!holds(values, one)) {
            values.push_back(one);
        }
    }
}

void prepend(PathAttributes& attributes, net::Asn asn, unsigned count) {
    std::vector<net::AsPathSegment> segments;
    if (attributes.as_path) {
        segments = attributes.as_path->segments();
    }
    if (segments.empty() || segments.front().type != net::AsPathSegment::Type::Sequence) {
        segments.insert(segments.begin(), net::AsPathSegment{});
    }
    auto& first = segments.front().asns;
    first.insert(first.begin(), count, asn);
    attributes.as_path = net::AsPath(std::move(segments));
}

void apply(const PolicySet& set, PathAttributes& attributes, net::Asn own_as) {
    if (set.med) {
        attributes.med = set.med;
    }
    if (set.local_pref) {
        attributes.local_pref = set.local_pref;
    }
    change_list(
        attributes.communities, set.communities, set.remove_communities, set.add_communities);
    change_list(attributes.large_communities,
                set.large_communities,
                set.remove_large_communities,
                set.add_large_communities);
    if (set.prepend != 0) {
        prepend(attributes, own_as, set.prepend);
    }
}

}  // namespace

bool PrefixMatch::matches(const net::Prefix& other) const {
    return prefix.contains(other) && other.length() >= ge && other.length() <= le;
}

Policy Policy::accept_inside(const std::vector<net::Prefix>& prefixes) {
    if (prefixes.empty()) {
        return {};  // a term without prefixes would accept all
    }
    PolicyTerm term;
    for (const auto& prefix : prefixes) {
        term.match.prefixes.push_back(PrefixMatch::and_longer(prefix));
    }
    return {{}, {std::move(term)}};
}

PolicyResult evaluate(const Policy& policy, const PolicySubject& subject, net::Asn own_as) {
    PolicyResult result;
    for (const auto& term : policy.terms) {
        const PathAttributes& now = result.changed ? *result.changed : subject.attributes;
        if (!matches(term.match, {subject.prefix, now, subject.next_hop})) {
            continue;
        }
        if (term.action != PolicyAction::Reject && term.set != kNoChange) {
            if (!result.changed) {
                result.changed = subject.attributes;
            }
            apply(term.set, *result.changed, own_as);
        }
        if (term.action != PolicyAction::Next) {
            result.accepted = term.action == PolicyAction::Accept;
            break;
        }
    }
    if (!result.accepted) {
        result.changed.reset();
    }
    return result;
}

bool changes_attributes(const Policy& policy) {
    return std::any_of(policy.terms.begin(), policy.terms.end(), [](const PolicyTerm& term) {
        return term.set != kNoChange;
    });
}

bool ignores_prefixes(const Policy& policy) {
    return std::all_of(policy.terms.begin(), policy.terms.end(), [](const PolicyTerm& term) {
        return term.match.prefixes.empty();
    });
}

}  // namespace routeproof::bgp
