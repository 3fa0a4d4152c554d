#include "agent/peering/adj_rib_out.hpp"

#include <algorithm>
#include <utility>

namespace routeproof::bgp {
namespace {

// As many as a message of 4096 octets can hold at most; more are not looked at.
std::vector<net::Prefix> front(const std::set<net::Prefix>& prefixes, std::size_t max_message) {
    std::vector<net::Prefix> taken;
    auto at = prefixes.begin();
    while (at != prefixes.end() && taken.size() < max_message) {
        taken.push_back(*at++);
    }
    return taken;
}

bool same(const OutAttributes& a, const OutAttributes& b) {
    return a == b || *a == *b;
}

}  // namespace

void AdjRibOut::announce(const net::Prefix& prefix, const OutAttributes& attributes) {
    auto [at, added] = routes_.try_emplace(prefix);
    Entry& entry = at->second;
    if (added) {
        // Withdrawn a moment ago and that has not left yet: the announcement replaces it.
        const bool unsent_withdrawal = withdrawals_.erase(prefix) != 0;
        entry.sent = unsent_withdrawal;
        sent_count_ += unsent_withdrawal ? 1 : 0;
    } else if (same(entry.attributes, attributes)) {
        return;
    }
    unqueue(prefix, entry);
    entry.attributes = attributes;
    queue(prefix, entry);
}

void AdjRibOut::withdraw(const net::Prefix& prefix) {
    const auto found = routes_.find(prefix);
    if (found == routes_.end()) {
        return;
    }
    unqueue(prefix, found->second);
    if (found->second.sent) {
        withdrawals_.insert(prefix);
        --sent_count_;
    }
    routes_.erase(found);
}

void AdjRibOut::readvertise() {
    for (auto& [prefix, entry] : routes_) {
        queue(prefix, entry);
    }
}

Bytes AdjRibOut::next_message() {
    if (!withdrawals_.empty()) {
        return next_withdrawals();
    }
    while (!buckets_.empty()) {
        if (Bytes message = next_announcements(); !message.empty()) {
            return message;
        }
    }
    if (!withdrawals_.empty()) {  // of a prefix that had to be given up just now
        return next_withdrawals();
    }
    return std::exchange(end_of_rib_due_, false) ? encode_end_of_rib(family_) : Bytes{};
}

bool AdjRibOut::pending() const {
    return !withdrawals_.empty() || !buckets_.empty() || end_of_rib_due_;
}

bool AdjRibOut::sent(const net::Prefix& prefix) const {
    const auto found = routes_.find(prefix);
    return found != routes_.end() && found->second.sent;
}

std::vector<net::Prefix> AdjRibOut::take_unsendable() {
    return std::exchange(unsendable_, {});
}

void AdjRibOut::queue(const net::Prefix& prefix, Entry& entry) {
    entry.queued = true;
    buckets_[entry.attributes].insert(prefix);
}

void AdjRibOut::unqueue(const net::Prefix& prefix, Entry& entry) {
    if (!std::exchange(entry.queued, false)) {
        return;
    }
    const auto bucket = buckets_.find(entry.attributes);
    bucket->second.erase(prefix);
    if (bucket->second.empty()) {
        buckets_.erase(bucket);
    }
}

Bytes AdjRibOut::next_withdrawals() {
    const auto prefixes = front(withdrawals_, max_message_);
    Packed packed = pack_withdrawals(family_, prefixes, max_message_);
    for (std::size_t i = 0; i < packed.taken; ++i) {
        withdrawals_.erase(prefixes[i]);
    }
    return std::move(packed.message);
}

Bytes AdjRibOut::next_announcements() {
    const auto bucket = buckets_.begin();
    const auto prefixes = front(bucket->second, max_message_);
    Packed packed = pack_announcements(*bucket->first, family_, prefixes, max_message_);
    if (packed.taken == 0) {
        give_up(prefixes.front());
        return {};
    }
    for (std::size_t i = 0; i < packed.taken; ++i) {
        Entry& entry = routes_.find(prefixes[i])->second;
        sent_count_ += entry.sent ? 0 : 1;
        entry.sent = true;
        entry.queued = false;
        bucket->second.erase(prefixes[i]);
    }
    if (bucket->second.empty()) {
        buckets_.erase(bucket);
    }
    return std::move(packed.message);
}

// The peer must not go on believing the attributes it was sent before.
void AdjRibOut::give_up(const net::Prefix& prefix) {
    unsendable_.push_back(prefix);
    withdraw(prefix);
}

}  // namespace routeproof::bgp
