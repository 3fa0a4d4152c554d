#include "agent/peering/peer_routes.hpp"

#include <algorithm>

namespace routeproof::bgp {
namespace {

std::size_t index(net::Family family) {
    return family == net::Family::IPv4 ? 0 : 1;
}

bool contains(const std::vector<AfiSafi>& families, AfiSafi family) {
    return std::find(families.begin(), families.end(), family) != families.end();
}

bool has(const std::vector<net::Community>& communities, net::Community wanted) {
    return std::find(communities.begin(), communities.end(), wanted) != communities.end();
}

// RFC 9234 5: what goes down or sideways is marked, so that it is never passed up again.
bool marks_only_to_customer(std::optional<Role> role) {
    return role == Role::Provider || role == Role::RouteServer || role == Role::Peer;
}

}  // namespace

std::string_view to_string(Advertised advertised) {
    switch (advertised) {
        case Advertised::Sent:
            return "sent";
        case Advertised::Waiting:
            return "waits to be sent: the peer reads slowly or the session has just come up";
        case Advertised::NotOriginated:
            return "this host does not originate it";
        case Advertised::NoSession:
            return "the session is not established";
        case Advertised::FamilyNotAgreed:
            return "the peer did not agree to its address family";
        case Advertised::NoNextHop:
            return "no next hop of its address family: set next_hop_v4 or next_hop_v6";
        case Advertised::PolicyRejects:
            return "the export policy rejects it";
        case Advertised::NoAdvertise:
            return "it carries NO_ADVERTISE";
        case Advertised::TooLarge:
            return "its attributes leave no room for it in one message";
        case Advertised::Leaving:
            break;
    }
    return "everything is being withdrawn from this peer";
}

PeerRoutes::PeerRoutes(RouteTables& tables,
                       const PeerConfig& config,
                       net::Asn own_as,
                       Policy import)
    : tables_(tables),
      config_(config),
      own_as_(own_as),
      import_(std::move(import)),
      export_(config.export_policy),
      export_ignores_prefixes_(ignores_prefixes(export_)),
      in_(tables.prefixes(), tables.attributes()) {
    tables_.add(&in_);
}

PeerRoutes::~PeerRoutes() {
    out_.reset();
    in_.drop(std::nullopt, changed_);
    tables_.remove(&in_);
    decide_again();
}

bool PeerRoutes::agreed(AfiSafi family) const {
    return contains(facts_.negotiated.families, family);
}

// RFC 4271 5.1.3, RFC 2545 3, RFC 8950 4: the address of the session where it is of the family, and
// of the other family where the peer can take that; else what the configuration names.
PeerRoutes::NextHopPlan PeerRoutes::plan_next_hop(net::Family family) const {
    const auto& configured =
        family == net::Family::IPv4 ? config_.next_hop_v4 : config_.next_hop_v6;
    if (configured) {
        return {configured, std::nullopt};
    }
    const bool same = facts_.local_address.family() == family;
    const bool other =
        family == net::Family::IPv4 && contains(facts_.negotiated.extended_next_hop, kIpv4Unicast);
    if (same || other) {
        return {facts_.local_address, std::nullopt};
    }
    return {};
}

AdmissionContext PeerRoutes::admission() const {
    AdmissionContext context;
    context.local_as = own_as_;
    context.own_addresses.push_back(facts_.local_address);
    for (const auto& own : {config_.next_hop_v4, config_.next_hop_v6}) {
        if (own) {
            context.own_addresses.push_back(*own);
        }
    }
    context.policy = &import_;
    context.interface = facts_.interface;
    context.extended_next_hop = facts_.negotiated.extended_next_hop;
    context.role = config_.role;
    return context;
}

void PeerRoutes::session_up(SessionFacts facts) {
    facts_ = std::move(facts);
    const auto& negotiated = facts_.negotiated;
    in_.set_session(
        {facts_.peer_address, negotiated.peer_as, negotiated.peer_id, negotiated.internal},
        admission());
    // What the peer did not agree to again cannot be refreshed (RFC 4724 4.2).
    for (const AfiSafi family : {kIpv4Unicast, kIpv6Unicast}) {
        if (!agreed(family)) {
            in_.drop(family, changed_);
        }
    }
    decide_again();
    warned_ = {};
    leaving_ = false;
    forget_encoded();
    out_ = std::make_unique<AdjRibOut>(tables_.prefixes(), negotiated.max_message);
    for (const net::Family family : {net::Family::IPv4, net::Family::IPv6}) {
        next_hops_[index(family)] = plan_next_hop(family);
    }
    announce_all();
    for (const AfiSafi family : negotiated.families) {
        out_->mark_end_of_rib(family);
    }
}

void PeerRoutes::session_down(const std::vector<AfiSafi>& keep) {
    forget_encoded();
    out_.reset();
    for (const AfiSafi family : {kIpv4Unicast, kIpv6Unicast}) {
        in_.sweep(family, AdjRibIn::Stale::Restart, changed_);
        if (contains(keep, family)) {
            // A refresh that the session did not live through has taken nothing back.
            in_.mark_fresh(family, AdjRibIn::Stale::Refresh);
            in_.mark_stale(family, AdjRibIn::Stale::Restart);
        } else {
            in_.drop(family, changed_);
        }
    }
    decide_again();
}

void PeerRoutes::drop_stale(std::optional<AfiSafi> family) {
    for (const AfiSafi one : {kIpv4Unicast, kIpv6Unicast}) {
        if (!family || *family == one) {
            in_.sweep(one, AdjRibIn::Stale::Restart, changed_);
        }
    }
    decide_again();
}

PeerRoutes::Received PeerRoutes::apply(const Update& update) {
    Received received;
    received.end_of_rib = end_of_rib(update);
    if (received.end_of_rib) {
        drop_stale(received.end_of_rib);
        return received;
    }
    in_.apply(update, changed_);
    decide_again();
    for (const auto& [family, limit] : config_.max_prefix) {
        const auto kind = family_of(family);
        if (limit.limit == 0 || !kind) {
            continue;
        }
        const LimitVerdict verdict = check_limit(*kind, limit.limit, limit.warning_percent);
        if (verdict > received.limit) {
            received.limit = verdict;
            received.family = family;
            received.maximum = limit.limit;
        }
    }
    return received;
}

LimitVerdict PeerRoutes::check_limit(net::Family family,
                                     std::uint32_t maximum,
                                     unsigned warning_percent) {
    const std::size_t count = in_.size(family);
    if (count > maximum) {
        return LimitVerdict::Exceeded;
    }
    const bool near = warning_percent != 0 &&
                      std::uint64_t{count} * 100 >= std::uint64_t{maximum} * warning_percent;
    // One line each time the level is crossed upwards.
    const bool before = std::exchange(warned_[index(family)], near);
    return near && !before ? LimitVerdict::Warn : LimitVerdict::Fine;
}

void PeerRoutes::refresh_begin(AfiSafi family) {
    in_.mark_stale(family, AdjRibIn::Stale::Refresh);
}

void PeerRoutes::refresh_end(AfiSafi family) {
    in_.sweep(family, AdjRibIn::Stale::Refresh, changed_);
    decide_again();
}

void PeerRoutes::readvertise(AfiSafi family) {
    if (out_ && agreed(family)) {
        out_->readvertise(family, facts_.negotiated.enhanced_route_refresh);
    }
}

void PeerRoutes::originated_changed(Slot slot) {
    if (!out_ || leaving_) {
        return;
    }
    const Exported now = exported(slot);
    if (now.set == AdjRibOut::kNoSet) {
        out_->withdraw(slot);
    } else {
        out_->announce(slot, now.set);
    }
}

void PeerRoutes::set_draining(bool draining) {
    if (std::exchange(draining_, draining) != draining) {
        forget_encoded();
        announce_all();
    }
}

void PeerRoutes::withdraw_all() {
    leaving_ = true;
    if (out_) {
        for (Slot slot = 0; slot < out_->end(); ++slot) {
            out_->withdraw(slot);
        }
    }
}

bool PeerRoutes::next_message(Bytes& out) {
    if (!out_) {
        return false;
    }
    const bool some = out_->next_message(out);
    for (auto& prefix : out_->take_unsendable()) {
        unsendable_.push_back(prefix);
    }
    return some;
}

std::vector<net::Prefix> PeerRoutes::take_unsendable() {
    return std::exchange(unsendable_, {});
}

void PeerRoutes::set_policies(Policy import, Policy exported) {
    if (import != import_) {
        import_ = std::move(import);
        in_.set_session(in_.source(), admission());
        in_.judge_again(changed_);
        decide_again();
    }
    if (exported != export_) {
        export_ = std::move(exported);
        export_ignores_prefixes_ = ignores_prefixes(export_);
        forget_encoded();
        announce_all();
    }
}

Advertised PeerRoutes::advertised(const net::Prefix& prefix) const {
    const auto slot = tables_.prefixes().find(prefix);
    if (!slot || tables_.originated(*slot) == RouteTables::AnnouncePool::kNone) {
        return Advertised::NotOriginated;
    }
    if (!out_) {
        return Advertised::NoSession;
    }
    if (leaving_) {
        return Advertised::Leaving;
    }
    if (out_->sent(*slot)) {
        return out_->queued(*slot) ? Advertised::Waiting : Advertised::Sent;
    }
    if (out_->queued(*slot)) {
        return Advertised::Waiting;
    }
    if (!agreed(unicast(prefix.family()))) {
        return Advertised::FamilyNotAgreed;
    }
    const auto& next_hop = next_hops_[index(prefix.family())].address;
    if (!next_hop) {
        return Advertised::NoNextHop;
    }
    const auto& attributes = tables_.announced()[tables_.originated(*slot)];
    if (has(attributes.communities, net::kNoAdvertise)) {
        return Advertised::NoAdvertise;
    }
    const bool passes =
        evaluate(export_, {prefix, originate(attributes), *next_hop}, own_as_).accepted;
    return passes ? Advertised::TooLarge : Advertised::PolicyRejects;
}

std::optional<net::Address> PeerRoutes::next_hop_of(const net::Prefix& prefix) const {
    const auto slot = tables_.prefixes().find(prefix);
    if (!slot || !out_ || !out_->sent(*slot)) {
        return std::nullopt;
    }
    return out_->announced(*slot)->next_hop;
}

void PeerRoutes::announce_all() {
    if (!out_ || leaving_) {
        return;
    }
    for (Slot slot = 0; slot < tables_.originated_end(); ++slot) {
        if (tables_.originated(slot) != RouteTables::AnnouncePool::kNone) {
            originated_changed(slot);
        }
    }
}

PeerRoutes::Exported PeerRoutes::exported(Slot slot) {
    const auto id = tables_.originated(slot);
    if (id == RouteTables::AnnouncePool::kNone) {
        return {Advertised::NotOriginated};
    }
    const net::Family family = tables_.prefixes()[slot].family();
    if (!agreed(unicast(family))) {
        return {Advertised::FamilyNotAgreed};
    }
    const AnnounceAttributes& attributes = tables_.announced()[id];
    if (!export_ignores_prefixes_) {
        const Exported one = encode(slot, attributes);
        if (one.set == AdjRibOut::kNoSet) {
            return one;
        }
        // The reference goes to the cache under the set's own number, where forget_encoded() finds
        // it: until then the set stays, whoever announces with it.
        const std::uint64_t key = (std::uint64_t{one.set} << 2) | 2U;
        if (!encoded_.emplace(key, one).second) {
            out_->release_set(one.set);
        }
        return one;
    }
    // Attributes come and go; what nobody announces any more need not be remembered.
    if (encoded_.size() > 2 * tables_.announced().size() + 1024) {
        forget_encoded();
    }
    const std::uint64_t key = tables_.announced().serial(id) << 2 | index(family);
    const auto [at, added] = encoded_.try_emplace(key);
    if (added) {
        at->second = encode(slot, attributes);
    }
    return at->second;
}

// The caller holds a reference to the set that comes back.
PeerRoutes::Exported PeerRoutes::encode(Slot slot, const AnnounceAttributes& attributes) {
    const net::Prefix& prefix = tables_.prefixes()[slot];
    const NextHopPlan& next_hop = next_hops_[index(prefix.family())];
    if (!next_hop.address) {
        return {Advertised::NoNextHop};
    }
    if (has(attributes.communities, net::kNoAdvertise)) {  // RFC 1997
        return {Advertised::NoAdvertise};
    }
    PathAttributes path = originate(attributes);
    PolicyResult result = evaluate(export_, {prefix, path, *next_hop.address}, own_as_);
    if (!result.accepted) {
        return {Advertised::PolicyRejects};
    }
    if (result.changed) {
        path = std::move(*result.changed);
    }
    if (draining_) {  // after the policy, which may replace all communities
        path.communities.push_back(net::kGracefulShutdown);
    }
    auto octets = encode_attributes(std::move(path), *next_hop.address, sent_context());
    if (!octets) {  // more communities than any message holds: reported when it cannot be packed
        octets = EncodedAttributes{Bytes(0xFFFF), *next_hop.address, std::nullopt};
    }
    octets->link_local = next_hop.link_local;
    return {Advertised::Waiting, out_->add_set(unicast(prefix.family()), std::move(*octets))};
}

UpdateContext PeerRoutes::sent_context() const {
    UpdateContext context;
    context.four_octet_as = facts_.negotiated.four_octet_as;
    context.internal = facts_.negotiated.internal;
    return context;
}

PathAttributes PeerRoutes::originate(const AnnounceAttributes& attributes) const {
    const bool internal = facts_.negotiated.internal;
    PathAttributes path;
    path.origin = Origin::Igp;
    path.as_path = internal ? net::AsPath() : net::AsPath::sequence({own_as_});
    path.med = attributes.med;
    if (internal) {
        path.local_pref = 100;  // RFC 4271 5.1.5: always there within an AS
    }
    path.communities = attributes.communities;
    path.large_communities = attributes.large_communities;
    if (marks_only_to_customer(config_.role)) {
        path.only_to_customer = own_as_;
    }
    return path;
}

void PeerRoutes::forget_encoded() {
    for (const auto& [key, one] : encoded_) {
        if (out_ && one.set != AdjRibOut::kNoSet) {
            out_->release_set(one.set);
        }
    }
    encoded_.clear();
}

void PeerRoutes::decide_again() {
    tables_.decide_again(changed_);
    changed_.clear();
}

}  // namespace routeproof::bgp
