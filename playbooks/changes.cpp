#include "playbooks/changes.hpp"

#include "inventory/duration.hpp"
#include "inventory/suggest.hpp"

#include <algorithm>
#include <charconv>
#include <span>

namespace routeproof::playbooks {
namespace {

using drivers::ChangeItem;
using drivers::Presence;
using net::Family;

/// Values of one step. The first that does not fit makes it bad; the others are read all the same,
/// so that one run tells everything.
class Values {
public:
    Values(const Task& task, const Variables& variables, Diagnostics& diagnostics)
        : task_(task), variables_(variables), diagnostics_(diagnostics) {}

    bool good() const { return good_; }

    void wrong(const Text& text, const std::string& what, const std::string& remedy = {}) {
        good_ = false;
        diagnostics_.emplace_back(text.where.line == 0 ? task_.where : text.where,
                                  std::string(verb(task_.step)) + ": " + what,
                                  remedy);
    }

    std::string text(const Text& from) {
        auto value = substitute(from, variables_, diagnostics_);
        good_ = good_ && value.has_value();
        return value.value_or("");
    }

    template <class T>
    std::optional<T> parsed(const Text& from, const char* example) {
        const std::string value = text(from);
        return value.empty() ? std::nullopt : parse<T>(from, value, example);
    }

    template <class T>
    std::vector<T> list(const std::vector<Text>& from, const char* example) {
        std::vector<T> values;
        for (const Text& each : from) {
            for (const std::string& part : parts_of(text(each))) {
                if (const auto value = parse<T>(each, part, example)) {
                    values.push_back(*value);
                }
            }
        }
        return values;
    }

    std::optional<std::uint32_t> number(const Text& from) {
        const std::string value = text(from);
        if (value.empty()) {
            return std::nullopt;
        }
        std::uint32_t read = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), read);
        if (error != std::errc{} || end != value.data() + value.size()) {
            wrong(from, "\"" + value + "\" is no number from 0 to 4294967295");
            return std::nullopt;
        }
        return read;
    }

    /// Nothing if it is empty.
    std::optional<std::string> choice(const Text& from, std::span<const std::string_view> words) {
        std::string value = text(from);
        if (value.empty()) {
            return std::nullopt;
        }
        if (std::find(words.begin(), words.end(), value) == words.end()) {
            wrong(from, "\"" + value + "\" is not known", inventory::suggestion(value, words));
            return std::nullopt;
        }
        return value;
    }

    std::optional<bool> flag(const Text& from) {
        constexpr std::string_view kWords[] = {"true", "false"};
        const auto word = choice(from, kWords);
        return word ? std::optional(*word == "true") : std::nullopt;
    }

    Presence presence(const Text& from) {
        constexpr std::string_view kWords[] = {"present", "absent"};
        return choice(from, kWords) == "absent" ? Presence::Absent : Presence::Present;
    }

    std::optional<Family> family(const Text& from) {
        constexpr std::string_view kWords[] = {"ipv4", "ipv6"};
        const auto word = choice(from, kWords);
        if (!word) {
            return std::nullopt;
        }
        return *word == "ipv6" ? Family::IPv6 : Family::IPv4;
    }

    /// A variable of the play's scope, for what a step leaves out.
    Text or_variable(const Text& from, const char* name) const {
        if (from.given() || variables_.known(name) == Variables::Known::No) {
            return from;
        }
        return {"{{ " + std::string(name) + " }}", task_.where};
    }

private:
    template <class T>
    std::optional<T> parse(const Text& from, const std::string& value, const char* example) {
        const auto read = T::parse(value);
        if (!read) {
            wrong(from,
                  "\"" + value + "\": " + read.error().message(),
                  std::string("write one such as ") + example);
            return std::nullopt;
        }
        return *read;
    }

    const Task& task_;
    const Variables& variables_;
    Diagnostics& diagnostics_;
    bool good_ = true;
};

std::optional<ChangeItem> make(const PeerStep& step, Values& values) {
    drivers::BgpPeer peer;
    const auto address = values.parsed<net::Address>(
        values.or_variable(step.address, "peering.host_address"), "10.100.0.254");
    if (!address && values.good()) {
        values.wrong(step.address,
                     "has no address",
                     "write address: 10.100.0.254, or make it a play over hosts");
    }
    peer.address = address.value_or(net::Address());
    peer.presence = values.presence(step.state);
    peer.remote_as = values.parsed<net::Asn>(values.or_variable(step.as, "host.asn"), "65100");
    peer.group = values.text(step.group);
    peer.description = values.text(step.description);
    peer.import_policy = values.text(step.import_policy);
    peer.export_policy = values.text(step.export_policy);
    peer.shutdown = values.flag(step.shutdown);
    peer.keep_received = values.flag(step.keep_received);
    return peer;
}

std::optional<ChangeItem> make(const PrefixListStep& step, Values& values) {
    drivers::PrefixList list;
    list.presence = values.presence(step.state);
    list.name = values.text(step.name);
    list.or_longer = values.flag(step.or_longer).value_or(false);
    list.prefixes = values.list<net::Prefix>(step.prefixes, "172.16.100.0/24");
    const auto families = net::families_of(list.prefixes);
    if (const auto family = values.family(step.family)) {
        list.family = *family;
    } else if (families.size() > 1) {
        values.wrong(step.name,
                     "the list holds prefixes of both address families",
                     "write two lists, from pools.ipv4 and from pools.ipv6 for example");
    } else if (!families.empty()) {
        list.family = families.front();
    }
    return list;
}

std::optional<ChangeItem> make(const PolicyStep& step,
                               Values& values,
                               const std::vector<ChangeItem>& before) {
    drivers::RoutePolicy policy;
    policy.presence = values.presence(step.state);
    policy.name = values.text(step.name);
    for (const PolicyStep::Term& term : step.terms) {
        drivers::RoutePolicy::Term made;
        made.prefix_list = values.text(term.prefix_list);
        for (const ChangeItem& item : before) {
            const auto* list = std::get_if<drivers::PrefixList>(&item);
            if (list != nullptr && list->name == made.prefix_list) {
                made.family = list->family;
                made.or_longer = list->or_longer;
            }
        }
        made.family = values.family(term.family).value_or(made.family);
        made.or_longer = values.flag(term.or_longer).value_or(made.or_longer);
        constexpr std::string_view kActions[] = {"accept", "reject"};
        if (values.choice(term.action, kActions) == "reject") {
            made.action = drivers::RoutePolicy::Term::Action::Reject;
        }
        made.local_preference = values.number(term.local_preference);
        made.med = values.number(term.med);
        made.add_communities = values.list<net::Community>(term.communities, "65000:100");
        made.prepend = values.list<net::Asn>(term.prepend, "65000");
        policy.terms.push_back(std::move(made));
    }
    return policy;
}

std::optional<ChangeItem> make(const ConfigStep& step,
                               Values& values,
                               inventory::Os os,
                               const Variables& variables) {
    const auto found = step.texts.find(os);
    if (found == step.texts.end()) {
        const std::string* router = variables.find("router.name");
        values.wrong({},
                     "holds no configuration for " + std::string(to_string(os)) + ", which " +
                         (router == nullptr ? "a router of the play" : *router) + " runs",
                     "add " + std::string(to_string(os)) + ": to it, or narrow the play");
        return std::nullopt;
    }
    return drivers::ConfigText{values.text(found->second)};
}

}  // namespace

std::optional<ChangeItem> item_of(const Task& task,
                                  inventory::Os os,
                                  const Variables& variables,
                                  const std::vector<ChangeItem>& before,
                                  Diagnostics& diagnostics) {
    Values values(task, variables, diagnostics);
    std::optional<ChangeItem> item;
    if (const auto* peer = std::get_if<PeerStep>(&task.step)) {
        item = make(*peer, values);
    } else if (const auto* list = std::get_if<PrefixListStep>(&task.step)) {
        item = make(*list, values);
    } else if (const auto* policy = std::get_if<PolicyStep>(&task.step)) {
        item = make(*policy, values, before);
    } else if (const auto* config = std::get_if<ConfigStep>(&task.step)) {
        item = make(*config, values, os, variables);
    }
    return values.good() ? item : std::nullopt;
}

std::optional<ChangeItem> bfd_of(const PeerStep& step,
                                 const drivers::BgpPeer& peer,
                                 const Variables& variables,
                                 Diagnostics& diagnostics) {
    if (!step.bfd) {
        return std::nullopt;
    }
    drivers::PeerBfd bfd;
    bfd.presence = peer.presence;
    bfd.peer = peer.address;
    bfd.group = peer.group;
    const auto interval = substitute(step.bfd->interval, variables, diagnostics);
    const auto multiplier = substitute(step.bfd->multiplier, variables, diagnostics);
    if (!interval || !multiplier) {
        return std::nullopt;
    }
    if (interval->empty() && multiplier->empty()) {
        return bfd;
    }
    drivers::PeerBfd::Timers timers;
    if (!interval->empty()) {
        const auto read = parse_duration(*interval);
        if (!read || interval->find_first_of("hms") == std::string::npos) {
            diagnostics.emplace_back(
                step.bfd->interval.where,
                "peer: bfd: interval: \"" + *interval + "\" is no duration with a unit",
                "write 300ms");
            return std::nullopt;
        }
        timers.interval = *read;
    }
    if (!multiplier->empty()) {
        const auto [end, error] = std::from_chars(
            multiplier->data(), multiplier->data() + multiplier->size(), timers.multiplier);
        if (error != std::errc{} || end != multiplier->data() + multiplier->size()) {
            diagnostics.emplace_back(step.bfd->multiplier.where,
                                     "peer: bfd: multiplier: \"" + *multiplier + "\" is no number");
            return std::nullopt;
        }
    }
    bfd.timers = timers;
    return bfd;
}

}  // namespace routeproof::playbooks
