#include "agent/config/policy_reader.hpp"

#include "agent/config/communities.hpp"
#include "inventory/suggest.hpp"

#include <charconv>

namespace routeproof::config {
namespace {

using bgp::Policy;
using bgp::PolicyAction;
using bgp::PolicyMatch;
using bgp::PolicySet;
using bgp::PolicyTerm;
using inventory::yaml::File;
using inventory::yaml::Map;
using inventory::yaml::Need;

constexpr unsigned kLongestPrepend = 32;
constexpr const char* kPrefixForm =
    "write a prefix, and the lengths inside it that match: 172.16.0.0/16 ge 24 le 32";

/// Every word of a list, or the only one.
void each_word(const Map& map,
               const char* key,
               const std::function<void(const YAML::Node&, const std::string&)>& visit) {
    const YAML::Node value = map.get(key, Need::Optional);
    if (!value.IsDefined()) {
        return;
    }
    if (value.IsScalar()) {
        visit(value, value.Scalar());
        return;
    }
    map.each(key, Need::Optional, [&](const YAML::Node& element) {
        if (element.IsScalar()) {
            visit(element, element.Scalar());
        } else {
            map.file().fail(element, map.name() + ": " + key + ": expected a word");
        }
    });
}

/// Every word of a list, each read by `parse` (an optional, or a result).
template <class T, class Parse>
std::vector<T> values(const Map& map, const char* key, Parse parse, const char* form) {
    std::vector<T> all;
    const YAML::Node list = map.get(key, Need::Optional);
    if (list.IsDefined() && list.IsSequence() && list.size() == 0 &&
        map.name().ends_with(": match")) {
        map.file().fail(list,
                        map.name() + ": " + key + ": an empty list would match everything",
                        "name what it shall match, or leave the key out");
    }
    each_word(map, key, [&](const YAML::Node& at, const std::string& word) {
        if (const auto value = parse(word)) {
            all.push_back(*value);
        } else {
            map.file().fail(
                at, map.name() + ": " + key + ": \"" + word + "\" is not understood", form);
        }
    });
    return all;
}

std::vector<net::Community> communities(const Map& map, const char* key) {
    return values<net::Community>(map, key, parse_community, kCommunityForm);
}

std::vector<bgp::LargeCommunity> large_communities(const Map& map, const char* key) {
    return values<bgp::LargeCommunity>(map, key, parse_large_community, kLargeCommunityForm);
}

std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words;
    std::size_t at = 0;
    while ((at = text.find_first_not_of(' ', at)) != std::string::npos) {
        const auto end = std::min(text.find(' ', at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

std::optional<unsigned> length_of(const std::string& word) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool whole = error == std::errc{} && end == word.data() + word.size();
    return whole ? std::optional(value) : std::nullopt;
}

// "P": P alone. "P ge G": from G to the family's width. "P le L": from P's length to L.
std::optional<bgp::PrefixMatch> parse_prefix_match(const std::string& text) {
    const auto words = words_of(text);
    const auto prefix = net::Prefix::parse(words.empty() ? "" : words[0]);
    if (!prefix || words.size() % 2 == 0) {
        return std::nullopt;
    }
    bgp::PrefixMatch match = bgp::PrefixMatch::exact(*prefix);
    bool has_le = false;
    for (std::size_t i = 1; i < words.size(); i += 2) {
        const auto length = length_of(words[i + 1]);
        if (!length || (words[i] != "ge" && words[i] != "le")) {
            return std::nullopt;
        }
        (words[i] == "ge" ? match.ge : match.le) = *length;
        has_le = has_le || words[i] == "le";
    }
    if (words.size() > 1 && !has_le) {
        match.le = net::width(prefix->family());
    }
    const bool sane = match.ge >= prefix->length() && match.ge <= match.le &&
                      match.le <= net::width(prefix->family());
    return sane ? std::optional(match) : std::nullopt;
}

PolicyMatch read_match(const Map& term) {
    const YAML::Node node = term.get("match", Need::Optional);
    if (!node.IsDefined()) {
        return {};
    }
    const Map map(term.file(),
                  node,
                  term.name() + ": match",
                  {"prefix",
                   "community",
                   "any_community",
                   "large_community",
                   "any_large_community",
                   "as_path_contains",
                   "origin_as",
                   "next_hop"});
    const auto asn = [](const std::string& word) { return net::Asn::parse(word); };
    const auto prefix = [](const std::string& word) { return net::Prefix::parse(word); };
    PolicyMatch match;
    match.prefixes = values<bgp::PrefixMatch>(map, "prefix", parse_prefix_match, kPrefixForm);
    match.communities = communities(map, "community");
    match.any_community = communities(map, "any_community");
    match.large_communities = large_communities(map, "large_community");
    match.any_large_community = large_communities(map, "any_large_community");
    match.path_contains =
        values<net::Asn>(map, "as_path_contains", asn, "write an AS number such as 65100");
    match.origin_as = values<net::Asn>(map, "origin_as", asn, "write an AS number such as 65100");
    match.next_hops =
        values<net::Prefix>(map, "next_hop", prefix, "write a prefix such as 10.0.0.0/24");
    return match;
}

std::optional<std::uint32_t> number(const Map& map, const char* key) {
    const auto value = map.number(key, Need::Optional, 0, 0xFFFFFFFF);
    return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

PolicySet read_set(const Map& term) {
    const YAML::Node node = term.get("set", Need::Optional);
    if (!node.IsDefined()) {
        return {};
    }
    const Map map(term.file(),
                  node,
                  term.name() + ": set",
                  {"med",
                   "local_pref",
                   "communities",
                   "community_add",
                   "community_remove",
                   "large_communities",
                   "large_community_add",
                   "large_community_remove",
                   "prepend"});
    PolicySet set;
    set.med = number(map, "med");
    set.local_pref = number(map, "local_pref");
    if (map.has("communities")) {
        set.communities = communities(map, "communities");
    }
    set.add_communities = communities(map, "community_add");
    set.remove_communities = communities(map, "community_remove");
    if (map.has("large_communities")) {
        set.large_communities = large_communities(map, "large_communities");
    }
    set.add_large_communities = large_communities(map, "large_community_add");
    set.remove_large_communities = large_communities(map, "large_community_remove");
    set.prepend = static_cast<unsigned>(
        map.number("prepend", Need::Optional, 0, kLongestPrepend).value_or(0));
    return set;
}

PolicyTerm read_term(File& file, const YAML::Node& node, const std::string& policy) {
    const Map map(file, node, "policy " + policy, {"name", "match", "set", "then"});
    PolicyTerm term;
    term.name = map.text("name", Need::Optional).value_or("");
    term.match = read_match(map);
    term.set = read_set(map);
    const auto action = map.choice("then", Need::Required, {"accept", "reject", "next"});
    term.action = action == "accept"   ? PolicyAction::Accept
                  : action == "reject" ? PolicyAction::Reject
                                       : PolicyAction::Next;
    return term;
}

Policy read_terms(File& file, const YAML::Node& list, const std::string& name) {
    Policy policy{name, {}};
    if (!list.IsSequence()) {
        file.fail(list, "policy " + name + ": expected a list of terms");
        return policy;
    }
    for (const auto& node : list) {
        policy.terms.push_back(read_term(file, node, name));
    }
    return policy;
}

}  // namespace

Policies read_policies(const Map& root) {
    Policies all;
    root.each_named(
        "policies", Need::Optional, [&](const std::string& name, const YAML::Node& list) {
            if (name == "all" || name == "none") {
                root.file().fail(list,
                                 "policies: \"" + name + "\" has a meaning of its own",
                                 "choose another name");
                return;
            }
            all.emplace(name, read_terms(root.file(), list, name));
        });
    return all;
}

std::optional<Policy> read_policy_choice(const Map& peer, const char* key, const Policies& known) {
    const YAML::Node value = peer.get(key, Need::Optional);
    if (!value.IsDefined()) {
        return std::nullopt;
    }
    if (!value.IsScalar()) {
        return read_terms(peer.file(), value, key);
    }
    const std::string& name = value.Scalar();
    if (name == "all") {
        return Policy::accept_all();
    }
    if (name == "none") {
        return Policy{"none", {}};
    }
    if (const auto found = known.find(name); found != known.end()) {
        return found->second;
    }
    std::vector<std::string_view> names{"all", "none"};
    for (const auto& [other, policy] : known) {
        names.emplace_back(other);
    }
    peer.file().fail(value,
                     peer.name() + ": " + key + ": there is no policy \"" + name + "\"",
                     inventory::suggestion(name, names));
    return std::nullopt;
}

}  // namespace routeproof::config
