#include "agent/peering/rib/adj_rib_in.hpp"

#include <algorithm>

namespace routeproof::bgp {
namespace {

bool useless(const net::Address& next_hop,
             const RouteSource& source,
             const AdmissionContext& context) {
    // Loopback leads nowhere, unless the session itself runs over it (tests, route servers).
    const bool loopback = next_hop.is_loopback() && !source.peer.is_loopback();
    const bool reserved = next_hop.is_v4() && next_hop.octets()[0] >= 240;
    const bool this_network = next_hop.is_v4() && next_hop.octets()[0] == 0;
    const auto& own = context.own_addresses;
    return loopback || reserved || this_network || next_hop.is_unspecified() ||
           next_hop.is_multicast() || std::find(own.begin(), own.end(), next_hop) != own.end();
}

// RFC 9234 5: the marks that tell a route which must not come this way.
bool leaked(const PathAttributes& path, const RouteSource& source, std::optional<Role> role) {
    if (!role || !path.only_to_customer) {
        return false;
    }
    switch (*role) {
        case Role::Provider:
        case Role::RouteServer:
            return true;
        case Role::Peer:
            return *path.only_to_customer != source.peer_as;
        case Role::Customer:
        case Role::RouteServerClient:
            break;
    }
    return false;
}

// RFC 9234 5: from above or from beside, the route may go down only; who did not say so is helped.
void mark_only_to_customer(PathAttributes& path,
                           const RouteSource& source,
                           std::optional<Role> role) {
    const bool from_above =
        role == Role::Customer || role == Role::Peer || role == Role::RouteServerClient;
    if (from_above && !path.only_to_customer) {
        path.only_to_customer = source.peer_as;
    }
}

// The field sends three forms of a next hop with a link-local address; the decoder has put the
// global one first where there is one. The kernel needs no interface for that.
NextHop next_hop_of(const MpReach& reach, std::uint32_t interface) {
    NextHop next_hop{reach.next_hop, 0};
    if (reach.next_hop.is_link_local() && !reach.next_hop.is_v4()) {
        next_hop.interface = interface;
    }
    return next_hop;
}

bool speaks(const std::vector<AfiSafi>& families, AfiSafi family) {
    return std::find(families.begin(), families.end(), family) != families.end();
}

}  // namespace

std::string_view to_string(Admission admission) {
    switch (admission) {
        case Admission::Accepted:
            return "accepted";
        case Admission::NotInPolicy:
            return "not in the import policy";
        case Admission::OwnAs:
            return "our own AS is in the path";
        case Admission::ForeignPath:
            return "the path does not begin with the peer's AS";
        case Admission::UselessNextHop:
            return "the next hop cannot be used";
        case Admission::RouteLeak:
            break;
    }
    return "a route leak: its only-to-customer mark forbids this way";
}

Admission admit(const ReceivedAttributes& attributes,
                const RouteSource& source,
                const AdmissionContext& context) {
    const auto& path = attributes.path.as_path;
    if (path && path->contains(context.local_as) && !source.internal) {
        return Admission::OwnAs;
    }
    if (!source.internal && (!path || path->first() != source.peer_as)) {
        return Admission::ForeignPath;
    }
    if (leaked(attributes.path, source, context.role)) {
        return Admission::RouteLeak;
    }
    if (useless(attributes.next_hop.address, source, context)) {
        return Admission::UselessNextHop;
    }
    return Admission::Accepted;
}

AdjRibIn::~AdjRibIn() {
    std::vector<Slot> ignored;
    drop(std::nullopt, ignored);
}

void AdjRibIn::set_session(RouteSource source, AdmissionContext context) {
    source_ = source;
    context_ = std::move(context);
    policy_changes_ = context_.policy != nullptr && changes_attributes(*context_.policy);
    policy_ignores_prefixes_ = context_.policy == nullptr || ignores_prefixes(*context_.policy);
}

void AdjRibIn::apply(const Update& update, std::vector<Slot>& changed) {
    for (const auto& prefix : update.withdrawn_routes) {
        withdraw(prefix, changed);
    }
    if (update.mp_unreach) {
        for (const auto& prefix : update.mp_unreach->withdrawn_routes) {
            withdraw(prefix, changed);
        }
    }
    if (update.mp_reach) {
        take(update.mp_reach->nlri,
             update.mp_reach->family,
             update,
             next_hop_of(*update.mp_reach, context_.interface),
             changed);
    }
    if (!update.nlri.empty()) {
        const NextHop next_hop{update.attributes.next_hop.value_or(net::Address{}), 0};
        take(update.nlri, kIpv4Unicast, update, next_hop, changed);
    }
}

void AdjRibIn::take(const std::vector<net::Prefix>& nlri,
                    AfiSafi family,
                    const Update& update,
                    NextHop next_hop,
                    std::vector<Slot>& changed) {
    if (update.action >= ErrorAction::TreatAsWithdraw) {  // RFC 7606 2
        for (const auto& prefix : nlri) {
            withdraw(prefix, changed);
        }
        return;
    }
    ReceivedAttributes attributes{update.attributes, next_hop};
    Admission by_rules = admit(attributes, source_, context_);
    // The kernel would refuse a next hop of a family that nobody agreed on, together with the good
    // ones beside it.
    const bool foreign_family = (family == kIpv4Unicast) != next_hop.address.is_v4() &&
                                !speaks(context_.extended_next_hop, family);
    if (by_rules == Admission::Accepted && foreign_family) {
        by_rules = Admission::UselessNextHop;
    }
    if (by_rules == Admission::OwnAs) {
        for (const auto& prefix : nlri) {
            withdraw(prefix, changed);  // it replaces what the peer said before
        }
        return;
    }
    mark_only_to_customer(attributes.path, source_, context_.role);
    const auto id = pool_.acquire(std::move(attributes));
    Admission admission = by_rules;
    for (const auto& prefix : nlri) {
        if (!policy_ignores_prefixes_ || &prefix == nlri.data()) {  // else as the one before
            admission = judge(prefix, pool_[id], by_rules);
        }
        insert(prefixes_.add(prefix), id, admission, changed);
    }
    pool_.release(id);
}

Admission AdjRibIn::judge(const net::Prefix& prefix,
                          const ReceivedAttributes& attributes,
                          Admission by_rules) const {
    if (by_rules != Admission::Accepted || context_.policy == nullptr) {
        return by_rules == Admission::Accepted ? Admission::NotInPolicy : by_rules;
    }
    const PolicySubject subject{prefix, attributes.path, attributes.next_hop.address};
    return evaluate(*context_.policy, subject, context_.local_as).accepted ? Admission::Accepted
                                                                           : Admission::NotInPolicy;
}

void AdjRibIn::judge_again(std::vector<Slot>& changed) {
    for_family(std::nullopt, [&](Slot slot, Entry& entry) {
        const auto before = static_cast<Admission>(entry.admission);
        const auto& attributes = pool_[entry.attributes];
        Admission now = before;
        if (before == Admission::Accepted || before == Admission::NotInPolicy) {
            now = judge(prefixes_[slot], attributes, Admission::Accepted);
        }
        auto& count = counts(prefixes_[slot].family()).accepted;
        count =
            count + (now == Admission::Accepted ? 1 : 0) - (before == Admission::Accepted ? 1 : 0);
        entry.admission = static_cast<std::uint8_t>(now) & 7U;
        if (now == Admission::Accepted || before == Admission::Accepted) {
            changed.push_back(slot);  // the changes that the policy makes may be others
        }
    });
}

template <class Do>
void AdjRibIn::for_family(std::optional<AfiSafi> family, Do action) {
    const auto wanted = family ? family_of(*family) : std::nullopt;
    for (Slot slot = 0; slot < entries_.size(); ++slot) {
        if (entries_[slot].attributes != 0 && (!wanted || prefixes_[slot].family() == *wanted)) {
            action(slot, entries_[slot]);
        }
    }
}

void AdjRibIn::set_stale(Slot slot, std::uint8_t bits) {
    constexpr auto kRestart = static_cast<std::uint8_t>(Stale::Restart);
    Entry& entry = entries_[slot];
    auto& count = counts(prefixes_[slot].family()).stale;
    count = count + ((bits & kRestart) != 0 ? 1 : 0) - ((entry.stale & kRestart) != 0 ? 1 : 0);
    entry.stale = bits & 3U;
}

void AdjRibIn::mark_stale(AfiSafi family, Stale why) {
    for_family(family, [&](Slot slot, const Entry& entry) {
        set_stale(slot, static_cast<std::uint8_t>(entry.stale | static_cast<unsigned>(why)));
    });
}

void AdjRibIn::mark_fresh(AfiSafi family, Stale why) {
    for_family(family, [&](Slot slot, const Entry& entry) {
        set_stale(slot, static_cast<std::uint8_t>(entry.stale & ~static_cast<unsigned>(why)));
    });
}

void AdjRibIn::sweep(AfiSafi family, Stale why, std::vector<Slot>& changed) {
    for_family(family, [&](Slot slot, const Entry& entry) {
        if ((entry.stale & static_cast<unsigned>(why)) != 0) {
            erase(slot, changed);
        }
    });
}

void AdjRibIn::drop(std::optional<AfiSafi> family, std::vector<Slot>& changed) {
    for_family(family, [&](Slot slot, const Entry&) { erase(slot, changed); });
}

bool AdjRibIn::accepts(Slot slot) const {
    return speaks_of(slot) &&
           static_cast<Admission>(entries_[slot].admission) == Admission::Accepted;
}

std::optional<Route> AdjRibIn::find(Slot slot, std::optional<PathAttributes>& scratch) const {
    if (!accepts(slot)) {
        return std::nullopt;
    }
    const ReceivedAttributes& received = pool_[entries_[slot].attributes];
    scratch.reset();
    if (policy_changes_) {
        scratch = evaluate(*context_.policy,
                           {prefixes_[slot], received.path, received.next_hop.address},
                           context_.local_as)
                      .changed;
    }
    return Route{scratch ? &*scratch : &received.path, received.next_hop, source_};
}

std::optional<AdjRibIn::Shown> AdjRibIn::show(Slot slot) const {
    if (!speaks_of(slot)) {
        return std::nullopt;
    }
    const Entry& entry = entries_[slot];
    return Shown{slot,
                 pool_[entry.attributes],
                 static_cast<Admission>(entry.admission),
                 (entry.stale & static_cast<unsigned>(Stale::Restart)) != 0};
}

void AdjRibIn::for_each(const std::function<void(const Shown&)>& show_one) const {
    for (Slot slot = 0; slot < entries_.size(); ++slot) {
        if (const auto shown = show(slot)) {
            show_one(*shown);
        }
    }
}

AdjRibIn::Entry& AdjRibIn::at(Slot slot) {
    if (slot >= entries_.size()) {
        entries_.resize(slot + 1);
    }
    return entries_[slot];
}

void AdjRibIn::withdraw(const net::Prefix& prefix, std::vector<Slot>& changed) {
    if (const auto slot = prefixes_.find(prefix); slot && speaks_of(*slot)) {
        erase(*slot, changed);
    }
}

void AdjRibIn::erase(Slot slot, std::vector<Slot>& changed) {
    Entry& entry = entries_[slot];
    Counts& count = counts(prefixes_[slot].family());
    set_stale(slot, 0);
    --count.received;
    if (static_cast<Admission>(entry.admission) == Admission::Accepted) {
        --count.accepted;
        changed.push_back(slot);
    }
    pool_.release(entry.attributes);
    entry = Entry{};
    // Whoever decides again needs the slot for a moment longer than we do: see RouteTables.
    prefixes_.unuse(slot);
}

void AdjRibIn::insert(Slot slot,
                      std::uint32_t attributes,
                      Admission admission,
                      std::vector<Slot>& changed) {
    Entry& entry = at(slot);
    Counts& count = counts(prefixes_[slot].family());
    const bool is_accepted = admission == Admission::Accepted;
    pool_.retain(attributes);
    bool was_accepted = false;
    bool same = false;
    if (entry.attributes == 0) {
        ++count.received;
        prefixes_.use(slot);
    } else {
        was_accepted = static_cast<Admission>(entry.admission) == Admission::Accepted;
        same = entry.attributes == attributes && was_accepted == is_accepted;
        set_stale(slot, 0);
        pool_.release(entry.attributes);
    }
    count.accepted = count.accepted + (is_accepted ? 1 : 0) - (was_accepted ? 1 : 0);
    entry.attributes = attributes & 0x7FFFFFFU;
    entry.admission = static_cast<std::uint8_t>(admission) & 7U;
    if ((was_accepted || is_accepted) && !same) {
        changed.push_back(slot);
    }
}

}  // namespace routeproof::bgp
