#include "agent/peering/rib/adj_rib_out.hpp"

#include "agent/peering/wire/header.hpp"
#include "agent/peering/wire/nlri.hpp"
#include "agent/peering/wire/route_refresh.hpp"

#include <boost/container_hash/hash.hpp>

#include <algorithm>

namespace routeproof::bgp {
namespace {

constexpr AfiSafi kFamilies[] = {kIpv4Unicast, kIpv6Unicast};

void append(Bytes& out, const Bytes& message) {
    out.insert(out.end(), message.begin(), message.end());
}

Bytes refresh_mark(AfiSafi family, RefreshSubtype subtype) {
    return encode_message(MessageType::RouteRefresh, encode_body(RouteRefresh{family, subtype}));
}

}  // namespace

std::size_t AdjRibOut::HashSet::operator()(const Set& set) const {
    const auto& octets = set.attributes.octets;
    std::size_t seed = index(set.family);
    boost::hash_range(seed, octets.begin(), octets.end());
    return seed;
}

AdjRibOut::~AdjRibOut() {
    for (Slot slot = 0; slot < entries_.size(); ++slot) {
        if (entries_[slot].set != 0 || entries_[slot].sent || entries_[slot].queued) {
            prefixes_.unuse(slot);
        }
    }
}

AdjRibOut::SetId AdjRibOut::add_set(AfiSafi family, EncodedAttributes attributes) {
    const SetId id = sets_.acquire({family, std::move(attributes)});
    if (id > queues_.size()) {
        queues_.resize(id);
    }
    return id;
}

void AdjRibOut::release_set(SetId set) {
    sets_.release(set);
}

void AdjRibOut::announce(Slot slot, SetId set) {
    Entry& entry = at(slot);
    if (entry.set == set) {
        return;
    }
    if (entry.set == kNoSet && !entry.sent) {
        prefixes_.use(slot);
    }
    unqueue(slot, entry);
    want(entry, set);
    queue(slot, entry);
}

void AdjRibOut::withdraw(Slot slot) {
    if (slot >= entries_.size() || entries_[slot].set == kNoSet) {
        return;
    }
    Entry& entry = entries_[slot];
    unqueue(slot, entry);
    want(entry, kNoSet);
    if (entry.sent) {
        queue(slot, entry);
    } else {
        prefixes_.unuse(slot);
    }
}

void AdjRibOut::readvertise(AfiSafi family, bool marked) {
    // RFC 7313 4: none before End-of-RIB; all that is asked for again is on its way already.
    if (marked && !marks(family).end_of_rib) {
        marks(family).begin_refresh = true;
        marks(family).end_refresh = true;
    }
    for (Slot slot = 0; slot < entries_.size(); ++slot) {
        Entry& entry = entries_[slot];
        if (entry.set != kNoSet && !entry.queued && unicast(prefixes_[slot].family()) == family) {
            queue(slot, entry);
        }
    }
}

bool AdjRibOut::next_message(Bytes& out) {
    while (pending()) {
        if (next_mark(out) || next_withdrawals(out, kIpv4Unicast) ||
            next_withdrawals(out, kIpv6Unicast) || next_announcements(out)) {
            return true;
        }
    }
    return false;
}

bool AdjRibOut::pending() const {
    const auto marked = [](const Marks& one) {
        return one.begin_refresh || one.end_refresh || one.end_of_rib;
    };
    return counts_[0].queued + counts_[1].queued != 0 || marked(marks_[0]) || marked(marks_[1]);
}

bool AdjRibOut::sent(Slot slot) const {
    return slot < entries_.size() && entries_[slot].sent && entries_[slot].set != kNoSet;
}

const EncodedAttributes* AdjRibOut::announced(Slot slot) const {
    const bool wanted = slot < entries_.size() && entries_[slot].set != kNoSet;
    return wanted ? &sets_[entries_[slot].set].attributes : nullptr;
}

AdjRibOut::Entry& AdjRibOut::at(Slot slot) {
    if (slot >= entries_.size()) {
        entries_.resize(slot + 1);
    }
    return entries_[slot];
}

AdjRibOut::Queue& AdjRibOut::queue_of(Slot slot, const Entry& entry) {
    return entry.set == kNoSet ? withdrawals_[index(prefixes_[slot].family())]
                               : queues_[entry.set - 1];
}

void AdjRibOut::queue(Slot slot, Entry& entry) {
    entry.queued = 1;
    ++counts(prefixes_[slot].family()).queued;
    Queue& queue = queue_of(slot, entry);
    // A peer that does not read while prefixes flap must not make it grow without bound.
    if (queue.slots.size() - queue.next > 2 * queue.live + 64) {
        compact(queue, entry.set);
    }
    queue.slots.push_back(slot);
    ++queue.live;
    if (entry.set != kNoSet && !std::exchange(queue.in_line, true)) {
        ready_.push_back(entry.set);
    }
}

void AdjRibOut::unqueue(Slot slot, Entry& entry) {
    if (entry.queued) {
        entry.queued = 0;
        --counts(prefixes_[slot].family()).queued;
        --queue_of(slot, entry).live;
    }
}

// Called while the slot that is about to be queued is not in the queue yet, though marked so.
void AdjRibOut::compact(Queue& queue, SetId set) const {
    auto& slots = queue.slots;
    slots.erase(slots.begin(), slots.begin() + static_cast<std::ptrdiff_t>(queue.next));
    queue.next = 0;
    std::sort(slots.begin(), slots.end());
    slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
    const auto skipped = [&](Slot slot) {
        return !entries_[slot].queued || entries_[slot].set != set;
    };
    slots.erase(std::remove_if(slots.begin(), slots.end(), skipped), slots.end());
}

void AdjRibOut::want(Entry& entry, SetId set) {
    if (set != kNoSet) {
        sets_.retain(set);
    }
    if (entry.set != kNoSet) {
        sets_.release(entry.set);
    }
    entry.set = set & 0x3FFFFFFFU;
}

bool AdjRibOut::next_mark(Bytes& out) {
    for (const AfiSafi family : kFamilies) {
        Marks& due = marks(family);
        if (std::exchange(due.begin_refresh, false)) {
            append(out, refresh_mark(family, RefreshSubtype::Begin));
            return true;
        }
        if (counts_[index(family)].queued != 0) {
            continue;
        }
        if (std::exchange(due.end_of_rib, false)) {
            append(out, encode_end_of_rib(family));
            return true;
        }
        if (std::exchange(due.end_refresh, false)) {
            append(out, refresh_mark(family, RefreshSubtype::End));
            return true;
        }
    }
    return false;
}

bool AdjRibOut::fill(UpdateFiller& filler, Queue& queue, SetId set) {
    for (; queue.next < queue.slots.size(); ++queue.next) {
        const Slot slot = queue.slots[queue.next];
        Entry& entry = entries_[slot];
        if (!entry.queued || entry.set != set) {
            continue;
        }
        if (!filler.add(prefixes_[slot])) {
            break;
        }
        entry.queued = 0;
        --queue.live;
        Counts& count = counts(prefixes_[slot].family());
        --count.queued;
        if (set == kNoSet) {
            entry.sent = 0;
            --count.sent;
            prefixes_.unuse(slot);
        } else {
            count.sent += entry.sent ? 0 : 1;
            entry.sent = 1;
        }
    }
    if (queue.next == queue.slots.size()) {
        queue.slots = decltype(queue.slots)();  // memory too: a table's worth is needed once
        queue.next = 0;
    }
    return filler.count() != 0;
}

bool AdjRibOut::next_withdrawals(Bytes& out, AfiSafi family) {
    Queue& queue = withdrawals_[index(family)];
    if (queue.live == 0) {
        return false;
    }
    const auto limit = std::min(max_message_, UpdateFiller::enough({}, queue.live));
    UpdateFiller filler = UpdateFiller::withdrawals(out, family, limit);
    const bool some = fill(filler, queue, kNoSet);
    if (some) {
        filler.finish();
    }
    return some;
}

bool AdjRibOut::next_announcements(Bytes& out) {
    while (!ready_.empty()) {
        const SetId id = ready_.front();
        Queue& queue = queues_[id - 1];
        if (queue.live == 0) {
            queue = {};
            ready_.pop_front();
            continue;
        }
        const Set& set = sets_[id];
        bool some = false;
        {
            const auto limit =
                std::min(max_message_, UpdateFiller::enough(set.attributes, queue.live));
            UpdateFiller filler =
                UpdateFiller::announcements(out, set.family, set.attributes, limit);
            some = fill(filler, queue, id);
            if (some) {
                filler.finish();
            }
        }
        if (some) {
            return true;
        }
        give_up(queue.slots[queue.next]);
        return false;  // what it leaves behind may be a withdrawal
    }
    return false;
}

// The peer must not go on believing the attributes it was sent before.
void AdjRibOut::give_up(Slot slot) {
    unsendable_.push_back(prefixes_[slot]);
    withdraw(slot);
}

}  // namespace routeproof::bgp
