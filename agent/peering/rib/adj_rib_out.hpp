// Adj-RIB-Out: what one peer has been told and what it must still be told (RFC 4271 3.2).
//
// The single truth about withdrawals: a prefix is withdrawn from a peer if and only if it stands
// here. Changes wait in the queue of their attribute set until next_message() drains it, so that
// packing is how the data lie and no extra work; a prefix that changes twice in between is sent
// once, and one that comes and goes in between not at all.
#pragma once

#include "agent/peering/rib/intern_pool.hpp"
#include "agent/peering/rib/prefix_table.hpp"
#include "agent/peering/wire/update_packer.hpp"

#include <boost/container/small_vector.hpp>

#include <array>
#include <deque>

namespace routeproof::bgp {

class AdjRibOut {
public:
    /// A set of encoded attributes, of one family, as add_set() numbered it.
    using SetId = std::uint32_t;
    static constexpr SetId kNoSet = 0;

    /// `max_message`: what the peer takes.
    AdjRibOut(PrefixTable& prefixes, std::size_t max_message)
        : prefixes_(prefixes), max_message_(max_message) {}
    ~AdjRibOut();
    AdjRibOut(const AdjRibOut&) = delete;
    AdjRibOut& operator=(const AdjRibOut&) = delete;

    /// The number of a set that encodes alike, or of a new one. The caller holds a reference;
    /// every prefix announced with it holds one more.
    SetId add_set(AfiSafi family, EncodedAttributes attributes);
    void release_set(SetId set);

    /// With the set that the peer was sent, or waits to be sent: nothing happens.
    void announce(Slot slot, SetId set);
    void withdraw(Slot slot);
    /// Queues all of the family again, also what equals the last sending (RFC 2918 4); between
    /// BoRR and EoRR if `marked` (RFC 7313 4).
    void readvertise(AfiSafi family, bool marked);
    /// An End-of-RIB marker once nothing of the family waits any more.
    void mark_end_of_rib(AfiSafi family) { marks(family).end_of_rib = true; }

    /// Appends the next message: marks, withdrawals, announcements. False: nothing to say.
    bool next_message(Bytes& out);
    bool pending() const;

    /// The peer has been sent this prefix and not its withdrawal.
    bool sent(Slot slot) const;
    /// Waits to be sent, or to be withdrawn.
    bool queued(Slot slot) const { return slot < entries_.size() && entries_[slot].queued; }
    std::size_t sent_count(net::Family family) const { return counts(family).sent; }
    /// What it was announced with; nullptr if it is not announced to this peer.
    const EncodedAttributes* announced(Slot slot) const;
    Slot end() const { return static_cast<Slot>(entries_.size()); }
    /// Prefixes whose attributes leave no room for them; given up, for the caller to report.
    std::vector<net::Prefix> take_unsendable() { return std::exchange(unsendable_, {}); }

private:
    struct Entry {
        std::uint32_t set : 30 = 0;    // wanted; 0: none
        std::uint32_t sent : 1 = 0;    // the peer holds the prefix, maybe with other attributes
        std::uint32_t queued : 1 = 0;  // waits in the queue of `set`, or of the withdrawals
    };
    /// Entries that were queued elsewhere since are skipped when they come up.
    struct Queue {
        // Many a set is of one prefix.
        boost::container::small_vector<Slot, 2> slots;
        std::size_t next = 0;  // the first that has not come up
        std::size_t live = 0;  // that are not to be skipped
        bool in_line = false;  // in ready_
    };
    struct Set {
        AfiSafi family;
        EncodedAttributes attributes;

        friend bool operator==(const Set&, const Set&) = default;
    };
    struct HashSet {
        std::size_t operator()(const Set& set) const;
    };
    struct Counts {
        std::size_t sent = 0;
        std::size_t queued = 0;
    };
    struct Marks {
        bool begin_refresh = false;
        bool end_refresh = false;
        bool end_of_rib = false;
    };

    static std::size_t index(net::Family family) { return family == net::Family::IPv4 ? 0 : 1; }
    static std::size_t index(AfiSafi family) { return family == kIpv4Unicast ? 0 : 1; }
    Counts& counts(net::Family family) { return counts_[index(family)]; }
    const Counts& counts(net::Family family) const { return counts_[index(family)]; }
    Marks& marks(AfiSafi family) { return marks_[index(family)]; }

    Entry& at(Slot slot);
    Queue& queue_of(Slot slot, const Entry& entry);
    void queue(Slot slot, Entry& entry);
    void unqueue(Slot slot, Entry& entry);
    void compact(Queue& queue, SetId set) const;
    void want(Entry& entry, SetId set);

    bool next_mark(Bytes& out);
    bool next_withdrawals(Bytes& out, AfiSafi family);
    bool next_announcements(Bytes& out);
    /// Fills one message from the queue. False: not even its first prefix fits.
    bool fill(UpdateFiller& filler, Queue& queue, SetId set);
    void give_up(Slot slot);

    PrefixTable& prefixes_;
    std::size_t max_message_;
    std::vector<Entry> entries_;  // by slot
    InternPool<Set, HashSet> sets_;
    std::deque<Queue> queues_;          // by set
    std::deque<SetId> ready_;           // sets whose queue is not empty, the longest waiting first
    std::array<Queue, 2> withdrawals_;  // by family
    std::array<Counts, 2> counts_{};
    std::array<Marks, 2> marks_{};
    std::vector<net::Prefix> unsendable_;
};

}  // namespace routeproof::bgp
