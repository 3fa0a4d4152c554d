// Adj-RIB-Out: what one peer has been told and what it must still be told (RFC 4271 3.2).
//
// The single truth about withdrawals: a prefix is withdrawn from a peer if and only if it stands
// here. Changes collect in buckets of equal attributes until next_message() drains them, so that
// packing is how the data lie and no extra work; a prefix that changes twice in between is sent
// once, and one that comes and goes in between not at all.
#pragma once

#include "agent/peering/wire/update_packer.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>

namespace routeproof::bgp {

/// Encoded for this peer; shared by all prefixes announced alike.
using OutAttributes = std::shared_ptr<const EncodedAttributes>;

class AdjRibOut {
public:
    AdjRibOut(AfiSafi family, std::size_t max_message)
        : family_(family), max_message_(max_message) {}

    /// Same attributes object or equal value as sent: nothing is queued.
    void announce(const net::Prefix& prefix, const OutAttributes& attributes);
    void withdraw(const net::Prefix& prefix);
    /// Queues all again, also what equals the last sending (RFC 2918 4).
    void readvertise();
    /// An End-of-RIB marker after all that is queued now and may be queued until it leaves.
    void mark_end_of_rib() { end_of_rib_due_ = true; }

    /// The next UPDATE: withdrawals, then announcements, then End-of-RIB. Empty: nothing to say.
    Bytes next_message();
    bool pending() const;

    /// The peer has been sent this prefix and not its withdrawal.
    bool sent(const net::Prefix& prefix) const;
    std::size_t sent_count() const { return sent_count_; }
    std::size_t size() const { return routes_.size(); }
    /// Prefixes whose attributes leave no room for them; given up, for the caller to report.
    std::vector<net::Prefix> take_unsendable();

private:
    struct Entry {
        OutAttributes attributes;
        bool sent = false;    // the peer holds it, maybe with other attributes
        bool queued = false;  // waits in the bucket of `attributes`
    };

    void queue(const net::Prefix& prefix, Entry& entry);
    void unqueue(const net::Prefix& prefix, Entry& entry);
    Bytes next_withdrawals();
    Bytes next_announcements();
    void give_up(const net::Prefix& prefix);

    AfiSafi family_;
    std::size_t max_message_;
    std::map<net::Prefix, Entry> routes_;
    std::map<OutAttributes, std::set<net::Prefix>> buckets_;
    std::set<net::Prefix> withdrawals_;
    std::vector<net::Prefix> unsendable_;
    std::size_t sent_count_ = 0;
    bool end_of_rib_due_ = false;
};

}  // namespace routeproof::bgp
