// One neighbour's routes: what it told us, what it was told, under which policies. No I/O; the Peer
// that owns the connections hands in messages and takes out messages.
#pragma once

#include "agent/peering/config.hpp"
#include "agent/peering/negotiation.hpp"
#include "agent/peering/rib/adj_rib_out.hpp"
#include "agent/peering/route_tables.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <memory>
#include <string_view>

namespace routeproof::bgp {

/// What the session that now stands has of its own.
struct SessionFacts {
    Negotiated negotiated;
    net::Address local_address;  // of the connection, ours
    net::Address peer_address;
    std::uint32_t interface = 0;  // index; of a link-local peer
};

/// Why a peer has been sent a prefix, or not.
enum class Advertised : std::uint8_t {
    Sent,
    Waiting,  // in the queue: the peer reads slowly, or the session has just come up
    NotOriginated,
    NoSession,
    FamilyNotAgreed,  // the OPENs have no such family in common
    NoNextHop,        // no address of ours that the family could name
    PolicyRejects,    // the export policy
    NoAdvertise,      // the prefix carries NO_ADVERTISE
    TooLarge,         // its attributes leave no room in a message
    Leaving,          // all is being withdrawn
};
std::string_view to_string(Advertised advertised);

enum class LimitVerdict : std::uint8_t { Fine, Warn, Exceeded };

class PeerRoutes {
public:
    /// All references must outlive it.
    PeerRoutes(RouteTables& tables, const PeerConfig& config, net::Asn own_as, Policy import);
    ~PeerRoutes();
    PeerRoutes(const PeerRoutes&) = delete;
    PeerRoutes& operator=(const PeerRoutes&) = delete;

    // --- the session ---
    /// Queues the table for every family agreed on, an End-of-RIB mark behind each.
    void session_up(SessionFacts facts);
    /// The routes of `keep` stay, stale, until they are said again or dropped (RFC 4724 4.2); those
    /// that were stale already go (a peer that restarts twice), and all others.
    void session_down(const std::vector<AfiSafi>& keep);
    bool up() const { return out_ != nullptr; }
    /// How attributes in the Adj-RIB-Out are encoded.
    UpdateContext sent_context() const;
    /// Drops what is stale; of all families without one.
    void drop_stale(std::optional<AfiSafi> family);

    // --- what the peer says ---
    struct Received {
        LimitVerdict limit = LimitVerdict::Fine;
        AfiSafi family;             // whose limit it is
        std::uint32_t maximum = 0;  // the limit
        std::optional<AfiSafi> end_of_rib;
    };
    Received apply(const Update& update);
    void refresh_begin(AfiSafi family);
    void refresh_end(AfiSafi family);
    void readvertise(AfiSafi family);

    // --- what we say ---
    void originated_changed(Slot slot);
    /// RFC 8326: everything announced carries GRACEFUL_SHUTDOWN from now on, or no longer.
    void set_draining(bool draining);
    bool draining() const { return draining_; }
    /// Withdraws everything; nothing is announced to this peer any more.
    void withdraw_all();
    /// Appends one message; false: nothing to say.
    bool next_message(Bytes& out);
    std::vector<net::Prefix> take_unsendable();

    /// What the peer holds and what it was told is judged and said again as far as it differs.
    void set_policies(Policy import, Policy exported);

    // --- for people ---
    Advertised advertised(const net::Prefix& prefix) const;
    /// The next hop it was told with; nothing unless Sent.
    std::optional<net::Address> next_hop_of(const net::Prefix& prefix) const;
    const AdjRibIn& rib_in() const { return in_; }
    /// Nullptr while there is no session.
    const AdjRibOut* rib_out() const { return out_.get(); }

private:
    struct Exported {
        Advertised verdict = Advertised::Waiting;
        AdjRibOut::SetId set = AdjRibOut::kNoSet;
    };
    struct NextHopPlan {
        std::optional<net::Address> address;
        std::optional<net::Address> link_local;
    };

    bool agreed(AfiSafi family) const;
    NextHopPlan plan_next_hop(net::Family family) const;
    AdmissionContext admission() const;
    void announce_all();
    Exported exported(Slot slot);
    Exported encode(Slot slot, const AnnounceAttributes& attributes);
    PathAttributes originate(const AnnounceAttributes& attributes) const;
    void forget_encoded();
    void decide_again();
    LimitVerdict check_limit(net::Family family, std::uint32_t maximum, unsigned warning_percent);

    RouteTables& tables_;
    const PeerConfig& config_;
    const net::Asn own_as_;
    Policy import_;
    Policy export_;
    bool export_ignores_prefixes_ = true;

    AdjRibIn in_;
    SessionFacts facts_;
    std::unique_ptr<AdjRibOut> out_;
    std::array<NextHopPlan, 2> next_hops_;
    /// By the serial number of what is announced, and family: the same attributes are looked at and
    /// encoded once, unless the policy asks for the prefix too.
    boost::unordered_flat_map<std::uint64_t, Exported> encoded_;
    std::vector<net::Prefix> unsendable_;
    std::vector<Slot> changed_;
    std::array<bool, 2> warned_{};
    bool draining_ = false;
    bool leaving_ = false;
};

}  // namespace routeproof::bgp
