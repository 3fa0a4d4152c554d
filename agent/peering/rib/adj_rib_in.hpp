// Adj-RIB-In: what one peer has told us (RFC 4271 3.2), and what of it may be used.
//
// Held as received; the import policy's changes are made when a decision looks at the route, so a
// changed policy needs no new copy of the table.
#pragma once

#include "agent/peering/rib/policy.hpp"
#include "agent/peering/rib/prefix_table.hpp"
#include "agent/peering/rib/route.hpp"
#include "agent/peering/wire/update.hpp"

#include <array>
#include <functional>
#include <string_view>

namespace routeproof::bgp {

/// Whether a route takes part in the decision.
enum class Admission : std::uint8_t {
    Accepted,
    NotInPolicy,     // kept, so that it can be shown
    OwnAs,           // RFC 4271 9.1.2: a loop; not even kept, as many leaves return all we send
    ForeignPath,     // RFC 4271 6.3: an external path that does not begin with the peer's AS
    UselessNextHop,  // not an address one can send to, or our own
    RouteLeak,       // RFC 9234 5: it came back from where it must not
};
std::string_view to_string(Admission admission);

/// What the rules of admission need to know of the session.
struct AdmissionContext {
    net::Asn local_as;
    std::vector<net::Address> own_addresses;  // no next hop of anybody's
    const Policy* policy = nullptr;
    std::uint32_t interface = 0;             // where link-local next hops are
    std::vector<AfiSafi> extended_next_hop;  // of these, next hops of the other family are agreed
    std::optional<Role> role;                // ours towards the peer (RFC 9234)
};

class AdjRibIn {
public:
    AdjRibIn(PrefixTable& prefixes, AttributePool& pool) : prefixes_(prefixes), pool_(pool) {}
    ~AdjRibIn();
    AdjRibIn(const AdjRibIn&) = delete;
    AdjRibIn& operator=(const AdjRibIn&) = delete;

    /// Of the session that now stands; routes kept from the last one count as its own.
    void set_session(RouteSource source, AdmissionContext context);

    /// Takes an UPDATE in and appends the slots about which the decision must be made again.
    void apply(const Update& update, std::vector<Slot>& changed);

    /// Judges every route again, after the policy changed.
    void judge_again(std::vector<Slot>& changed);

    // RFC 4724 4.2: while the peer is away its routes are stale, and so they are between the marks
    // of an enhanced refresh (RFC 7313 4). What is said again is fresh.
    enum class Stale : std::uint8_t { Restart = 1, Refresh = 2 };
    void mark_stale(AfiSafi family, Stale why);
    void mark_fresh(AfiSafi family, Stale why);
    /// Drops what is still stale for this reason.
    void sweep(AfiSafi family, Stale why, std::vector<Slot>& changed);
    /// Drops the family's routes; without one, all.
    void drop(std::optional<AfiSafi> family, std::vector<Slot>& changed);

    /// The usable route to the prefix, the import policy's changes made. `scratch` keeps changed
    /// attributes alive.
    std::optional<Route> find(Slot slot, std::optional<PathAttributes>& scratch) const;
    bool accepts(Slot slot) const;
    /// The next hop of the usable route, which no policy changes; nullptr if there is none.
    const NextHop* next_hop(Slot slot) const {
        return accepts(slot) ? &pool_[entries_[slot].attributes].next_hop : nullptr;
    }

    std::size_t size(net::Family family) const { return counts(family).received; }
    std::size_t accepted(net::Family family) const { return counts(family).accepted; }
    std::size_t stale(net::Family family) const { return counts(family).stale; }
    bool empty() const { return counts_[0].received + counts_[1].received == 0; }
    const RouteSource& source() const { return source_; }

    struct Shown {
        Slot slot = 0;
        const ReceivedAttributes& attributes;
        Admission admission = Admission::Accepted;
        bool stale = false;
    };
    void for_each(const std::function<void(const Shown&)>& show) const;
    std::optional<Shown> show(Slot slot) const;

private:
    struct Entry {
        std::uint32_t attributes : 27 = 0;  // in the pool; 0: the peer said nothing of this prefix
        std::uint32_t admission : 3 = 0;
        std::uint32_t stale : 2 = 0;  // Stale, as bits
    };
    struct Counts {
        std::size_t received = 0;
        std::size_t accepted = 0;
        std::size_t stale = 0;  // while restarting
    };

    Entry& at(Slot slot);
    Counts& counts(net::Family family) { return counts_[family == net::Family::IPv4 ? 0 : 1]; }
    const Counts& counts(net::Family family) const {
        return counts_[family == net::Family::IPv4 ? 0 : 1];
    }
    bool speaks_of(Slot slot) const { return slot < entries_.size() && entries_[slot].attributes; }
    void take(const std::vector<net::Prefix>& nlri,
              AfiSafi family,
              const Update& update,
              NextHop next_hop,
              std::vector<Slot>& changed);
    void withdraw(const net::Prefix& prefix, std::vector<Slot>& changed);
    void erase(Slot slot, std::vector<Slot>& changed);
    void insert(Slot slot,
                std::uint32_t attributes,
                Admission admission,
                std::vector<Slot>& changed);
    void set_stale(Slot slot, std::uint8_t bits);
    Admission judge(const net::Prefix& prefix,
                    const ReceivedAttributes& attributes,
                    Admission by_rules) const;
    template <class Do>
    void for_family(std::optional<AfiSafi> family, Do action);

    PrefixTable& prefixes_;
    AttributePool& pool_;
    RouteSource source_;
    AdmissionContext context_;
    bool policy_changes_ = false;  // attributes
    bool policy_ignores_prefixes_ = false;
    std::vector<Entry> entries_;  // by slot
    std::array<Counts, 2> counts_{};
};

/// By all rules but the policy.
Admission admit(const ReceivedAttributes& attributes,
                const RouteSource& source,
                const AdmissionContext& context);

}  // namespace routeproof::bgp
