#include "inventory/store/mirrored_store.hpp"

#include <algorithm>

namespace routeproof::store {
namespace {

constexpr std::string_view kWaiting = "shared/waiting/";
constexpr const char* kJoined = "shared/joined";
constexpr const char* kHeld = "held";
constexpr const char* kNew = "new";
/// A lease may live longer than its time: etcd looks for ended ones twice a second, and a clock
/// that counts our time is not the one that counts etcd's.
constexpr std::chrono::seconds kMargin{2};

Revision negative(Revision revision) {
    return static_cast<Revision>(-static_cast<std::int64_t>(revision));
}

bool of_copy(Revision revision) {
    return static_cast<std::int64_t>(revision) < 0;
}

bool is_away(const Failure& failure) {
    return failure == Errc::Unavailable || failure == Errc::Unknown || failure == Errc::Refused;
}

std::optional<std::string> value_of(const std::optional<Entry>& entry) {
    return entry ? std::optional(entry->value) : std::nullopt;
}

std::string waiting_key(const std::string& key) {
    return std::string(kWaiting) + key;
}

}  // namespace

MirroredStore::MirroredStore(Store& copy,
                             std::unique_ptr<Store> shared,
                             std::unique_ptr<Store> keeper,
                             MirrorRules rules,
                             MirrorTimes times,
                             Listener listener)
    : copy_(copy),
      shared_(std::move(shared)),
      keeper_(std::move(keeper)),
      rules_(std::move(rules)),
      times_(times),
      listener_(std::move(listener)),
      // An earlier life may have given a sign just before its end.
      unheard_from_(Clock::now() + times.heard + kMargin),
      alive_{rules_.alive_key, times.alive},
      heard_{rules_.heard_key, times.heard} {
    health_.since = std::chrono::system_clock::now();
    health_.trouble = "not asked yet";
}

MirroredStore::~MirroredStore() {
    stop();
}

Result<void> MirroredStore::start() {
    {
        const std::lock_guard lock(mutex_);
        if (auto noted = note_first_time(); !noted) {
            return noted;
        }
        if (auto loaded = load_waiting(); !loaded) {
            return loaded;
        }
    }
    get_in_touch();
    thread_ = std::thread([this] { keep(); });
    return {};
}

void MirroredStore::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_all();
    }
    if (thread_.joinable()) {
        thread_.join();
    }
}

MirrorHealth MirroredStore::health() const {
    const std::lock_guard lock(mutex_);
    MirrorHealth health = health_;
    health.waiting = waiting_.size();
    return health;
}

// A host that had a store of its own until now: what it gave must be known to the others.
Result<void> MirroredStore::note_first_time() {
    const auto joined = copy_.get(kJoined);
    if (!joined || *joined) {
        return joined ? Result<void>() : joined.error();
    }
    Transaction note{{}, {{kJoined, "yes"}}, {}};
    for (const std::string& folder : rules_.folders) {
        const auto entries = copy_.list(folder);
        if (!entries) {
            return entries.error();
        }
        for (const Entry& entry : *entries) {
            if (rules_.ours(entry.key, entry.value)) {
                note.puts.push_back({waiting_key(entry.key), kNew});
            }
        }
    }
    const auto noted = copy_.commit(note);
    return noted ? Result<void>() : noted.error();
}

Result<void> MirroredStore::load_waiting() {
    const auto entries = copy_.list(kWaiting);
    if (!entries) {
        return entries.error();
    }
    for (const Entry& entry : *entries) {
        waiting_[entry.key.substr(kWaiting.size())] = entry.value == kHeld;
    }
    return {};
}

bool MirroredStore::is_shared(std::string_view key) const {
    return std::any_of(rules_.folders.begin(), rules_.folders.end(), [key](const auto& folder) {
        return key.starts_with(folder);
    });
}

// The keeper.

void MirroredStore::keep() {
    for (;;) {
        bool in_touch = false;
        {
            const std::lock_guard lock(mutex_);
            if (stopping_) {
                return;
            }
            in_touch = health_.in_touch;
        }
        if (!in_touch) {
            if (!rest()) {
                return;
            }
            get_in_touch();
        } else if (const auto stayed = stay_in_touch(); !stayed) {
            const std::lock_guard lock(mutex_);
            lose_touch(stayed.error());
        }
    }
}

/// False: it is time to stop.
bool MirroredStore::rest() {
    std::unique_lock lock(mutex_);
    return !wake_.wait_for(lock, times_.retry, [this] { return stopping_; });
}

void MirroredStore::get_in_touch() {
    const auto done = try_to_get_in_touch();
    const std::lock_guard lock(mutex_);
    if (!done) {
        health_.trouble = done.error().message();
        return;
    }
}

// What was done alone first, then what others did, then the signs of life; and only when nothing is
// left to be told does the shared store decide again.
Result<void> MirroredStore::try_to_get_in_touch() {
    if (auto pushed = push(); !pushed) {
        return pushed;
    }
    watch_ = keeper_->watch("", Revision::Absent);
    const auto snapshot = watch_->next(times_.retry * 4);
    if (!snapshot) {
        return snapshot.error();
    }
    if (!snapshot->snapshot) {
        return Failure(Errc::Unavailable, "no answer in time");
    }
    if (auto copied = copy_batch(*snapshot); !copied) {
        return copied;
    }
    if (auto given = give_sign(alive_); !given) {
        return given;
    }
    {
        const std::lock_guard lock(mutex_);
        unheard_from_ = Clock::time_point::max();
    }
    if (auto given = give_sign(heard_); !given) {
        const std::lock_guard lock(mutex_);
        unheard_from_ = Clock::now() + times_.heard + kMargin;
        return given;
    }
    for (;;) {
        {
            const std::lock_guard lock(mutex_);
            if (waiting_.empty()) {
                next_sign_ = Clock::now() + times_.heard / 3;
                health_.in_touch = true;
                health_.since = std::chrono::system_clock::now();
                health_.trouble.clear();
                if (listener_.touch_changed) {
                    listener_.touch_changed(health_);
                }
                return {};
            }
        }
        if (auto pushed = push(); !pushed) {
            const std::lock_guard lock(mutex_);
            unheard_from_ = Clock::now() + times_.heard + kMargin;
            return pushed;
        }
    }
}

Result<void> MirroredStore::push() {
    std::vector<std::string> keys;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [key, held] : waiting_) {
            keys.push_back(key);
        }
    }
    for (const std::string& key : keys) {
        if (auto pushed = push_one(key); !pushed) {
            return pushed;
        }
    }
    return {};
}

Result<void> MirroredStore::push_one(const std::string& key) {
    for (;;) {
        const auto theirs = keeper_->get(key);
        if (!theirs) {
            return theirs.error();
        }
        const auto mine = copy_.get(key);
        if (!mine) {
            return mine.error();
        }
        const auto now = value_of(*theirs);
        if (now != value_of(*mine) && rules_.ours(key, now)) {
            Transaction change{{{key, *theirs ? (*theirs)->revision : Revision::Absent}}, {}, {}};
            if (*mine) {
                change.puts.push_back({key, (*mine)->value});
            } else {
                change.deletes.push_back(key);
            }
            const auto done = keeper_->commit(change);
            if (!done && done.error() != Errc::Conflict) {
                return done.error();
            }
            if (done) {
                const std::lock_guard lock(mutex_);
                committed_[key] = *done;
            }
            continue;  // and look whether they are the same now
        }
        const std::lock_guard lock(mutex_);
        const auto still = copy_.get(key);
        if (!still) {
            return still.error();
        }
        if (value_of(*still) != value_of(*mine)) {
            continue;  // changed again meanwhile
        }
        if (now != value_of(*mine)) {
            ++health_.lost;
            if (listener_.lost) {
                listener_.lost(key, now);
            }
            if (auto copied = copy_value(key, now); !copied) {
                return copied;
            }
        }
        const auto done = copy_.commit({{}, {}, {waiting_key(key)}});
        if (!done) {
            return done.error();
        }
        waiting_.erase(key);
        return {};
    }
}

Result<void> MirroredStore::give_sign(Sign& sign) {
    const auto lease = keeper_->grant(sign.time_to_live);
    if (!lease) {
        return lease.error();
    }
    const auto put = keeper_->commit({{}, {{sign.key, "yes", *lease}}, {}});
    if (!put) {
        return put.error();
    }
    sign.lease = *lease;
    return {};
}

Result<void> MirroredStore::keep_sign(Sign& sign) {
    const auto kept = keeper_->keep_alive(sign.lease);
    if (!kept && kept.error() == Errc::LeaseGone) {
        return give_sign(sign);  // we slept, and nobody took anything that we know of
    }
    return kept;
}

Result<void> MirroredStore::stay_in_touch() {
    if (Clock::now() >= next_sign_) {
        for (Sign* sign : {&alive_, &heard_}) {
            if (auto kept = keep_sign(*sign); !kept) {
                return kept;
            }
        }
        next_sign_ = Clock::now() + times_.heard / 3;
    }
    const auto batch = watch_->next(times_.glance);
    if (!batch) {
        // A watch that looks for another member is not the end: the next sign of life tells.
        return batch.error() == Errc::Unavailable ? keep_sign(heard_) : batch.error();
    }
    return copy_batch(*batch);
}

// One transaction: each is a wait for the disk.
Result<void> MirroredStore::copy_batch(const Batch& batch) {
    const std::lock_guard lock(mutex_);
    std::map<std::string, Change> last;  // of each key
    for (const Change& change : batch.changes) {
        last.insert_or_assign(change.key, change);
    }
    if (batch.snapshot) {
        for (const std::string& folder : rules_.folders) {
            const auto entries = copy_.list(folder);
            if (!entries) {
                return entries.error();
            }
            for (const Entry& entry : *entries) {
                last.try_emplace(entry.key, Change{entry.key, std::nullopt, batch.revision});
            }
        }
    }
    Transaction copied;
    for (const auto& [key, change] : last) {
        if (auto taken = take_change(change, copied); !taken) {
            return taken;
        }
    }
    if (copied.puts.empty() && copied.deletes.empty()) {
        return {};
    }
    const auto done = copy_.commit(copied);
    return done ? Result<void>() : done.error();
}

Result<void> MirroredStore::take_change(const Change& change, Transaction& copied) {
    if (!is_shared(change.key) || waiting_.contains(change.key)) {
        return {};
    }
    if (const auto own = committed_.find(change.key); own != committed_.end()) {
        if (change.revision < own->second) {
            return {};  // older than what we put since
        }
        const bool same = change.revision == own->second;
        committed_.erase(own);
        if (same) {
            return {};
        }
    }
    const auto before = copy_.get(change.key);
    if (!before) {
        return before.error();
    }
    if (value_of(*before) == change.value) {
        return {};
    }
    const bool was_ours = *before && rules_.ours(change.key, (*before)->value);
    if (was_ours && change.value && !rules_.ours(change.key, change.value)) {
        ++health_.lost;
        if (listener_.lost) {
            listener_.lost(change.key, change.value);
        }
    }
    if (change.value) {
        copied.puts.push_back({change.key, *change.value});
    } else {
        copied.deletes.push_back(change.key);
    }
    return {};
}

Result<void> MirroredStore::copy_value(const std::string& key,
                                       const std::optional<std::string>& value) {
    Transaction change;
    if (value) {
        change.puts.push_back({key, *value});
    } else {
        change.deletes.push_back(key);
    }
    const auto done = copy_.commit(change);
    return done ? Result<void>() : done.error();
}

// The calls.

void MirroredStore::lose_touch(const Failure& why) {
    if (!health_.in_touch) {
        return;
    }
    health_.in_touch = false;
    health_.since = std::chrono::system_clock::now();
    health_.trouble = why.message();
    ++health_.times_away;
    // The last sign was kept before now, so it ends before this.
    unheard_from_ = Clock::now() + times_.heard + kMargin;
    if (listener_.touch_changed) {
        listener_.touch_changed(health_);
    }
}

Failure MirroredStore::away() const {
    std::string text = health_.trouble;
    if (const auto left = unheard_from_ - Clock::now(); left > Clock::duration::zero()) {
        text += "; what this host may decide alone it decides in " +
                std::to_string(std::chrono::ceil<std::chrono::seconds>(left).count()) + " s";
    }
    return {Errc::Unavailable, std::move(text)};
}

Result<std::optional<Entry>> MirroredStore::get(std::string_view key) {
    const std::lock_guard lock(mutex_);
    if (health_.in_touch) {
        auto entry = shared_->get(key);
        if (entry || !is_away(entry.error())) {
            return entry;
        }
        lose_touch(entry.error());
    }
    auto entry = copy_.get(key);
    if (entry && *entry) {
        (*entry)->revision = negative((*entry)->revision);
    }
    return entry;
}

Result<std::vector<Entry>> MirroredStore::list(std::string_view prefix) {
    const std::lock_guard lock(mutex_);
    if (health_.in_touch) {
        auto entries = shared_->list(prefix);
        if (entries || !is_away(entries.error())) {
            return entries;
        }
        lose_touch(entries.error());
    }
    auto entries = copy_.list(prefix);
    if (entries) {
        for (Entry& entry : *entries) {
            entry.revision = negative(entry.revision);
        }
    }
    return entries;
}

Result<Revision> MirroredStore::commit(const Transaction& transaction) {
    const std::lock_guard lock(mutex_);
    if (health_.in_touch) {
        auto done = commit_shared(transaction);
        if (done || !is_away(done.error())) {
            return done;
        }
        lose_touch(done.error());
    }
    return commit_alone(transaction);
}

// A revision of the copy, read before we were in touch, stands for its value.
Result<void> MirroredStore::in_shared_terms(Transaction& transaction) {
    for (Condition& condition : transaction.conditions) {
        if (!of_copy(condition.revision)) {
            continue;
        }
        const auto theirs = shared_->get(condition.key);
        const auto mine = copy_.get(condition.key);
        if (!theirs || !mine) {
            return theirs ? mine.error() : theirs.error();
        }
        const bool as_read = *mine && negative((*mine)->revision) == condition.revision;
        if (!as_read || value_of(*theirs) != value_of(*mine)) {
            return Errc::Conflict;
        }
        condition.revision = (*theirs)->revision;
    }
    return {};
}

Result<Revision> MirroredStore::commit_shared(const Transaction& asked) {
    Transaction transaction = asked;
    if (const auto translated = in_shared_terms(transaction); !translated) {
        return translated.error();
    }
    const auto done = shared_->commit(transaction);
    if (!done) {
        return done;
    }
    Transaction copied{{}, transaction.puts, transaction.deletes};
    for (Put& put : copied.puts) {
        put.lease = Lease::None;
        committed_[put.key] = *done;
    }
    for (const std::string& key : copied.deletes) {
        committed_[key] = *done;
    }
    // The watch will repeat it, should the copy fail now.
    if (const auto kept = copy_.commit(copied); !kept) {
        for (const Put& put : copied.puts) {
            committed_.erase(put.key);
        }
        for (const std::string& key : copied.deletes) {
            committed_.erase(key);
        }
    }
    return done;
}

// A revision of the shared store, read before we lost touch, stands for the record being there.
// False: a condition does not hold.
Result<bool> MirroredStore::in_copys_terms(Transaction& transaction) {
    for (Condition& condition : transaction.conditions) {
        const auto entry = copy_.get(condition.key);
        if (!entry) {
            return entry.error();
        }
        const auto actual = *entry ? (*entry)->revision : Revision::Absent;
        const bool holds = of_copy(condition.revision)
                               ? negative(actual) == condition.revision
                               : (condition.revision == Revision::Absent) == !*entry;
        if (!holds) {
            return false;
        }
        condition.revision = actual;
    }
    return true;
}

Result<Revision> MirroredStore::commit_alone(const Transaction& asked) {
    Situation situation;
    situation.unheard = Clock::now() >= unheard_from_;
    situation.holds = [this](const std::string& key) {
        if (const auto noted = waiting_.find(key); noted != waiting_.end()) {
            return noted->second;
        }
        const auto entry = copy_.get(key);
        return entry && *entry && rules_.ours(key, (*entry)->value);
    };
    if (!rules_.alone(asked, copy_, situation)) {
        return away();
    }
    Transaction transaction = asked;
    const auto hold = in_copys_terms(transaction);
    if (!hold || !*hold) {
        return hold ? Result<Revision>(Errc::Conflict) : hold.error();
    }
    std::map<std::string, bool> noted;
    for (const Put& put : asked.puts) {
        noted[put.key] = situation.holds(put.key);
    }
    for (const std::string& key : asked.deletes) {
        noted[key] = situation.holds(key);
    }
    for (const auto& [key, held] : noted) {
        transaction.puts.push_back({waiting_key(key), held ? kHeld : kNew});
    }
    const auto done = copy_.commit(transaction);
    if (!done) {
        return done;
    }
    for (const auto& [key, held] : noted) {
        waiting_[key] = held;
    }
    return negative(*done);
}

Result<Lease> MirroredStore::grant(std::chrono::seconds time_to_live) {
    return shared_->grant(time_to_live);
}

Result<void> MirroredStore::keep_alive(Lease lease) {
    return shared_->keep_alive(lease);
}

Result<void> MirroredStore::revoke(Lease lease) {
    return shared_->revoke(lease);
}

std::unique_ptr<Watch> MirroredStore::watch(std::string prefix, Revision after) {
    return shared_->watch(std::move(prefix), after);
}

}  // namespace routeproof::store
