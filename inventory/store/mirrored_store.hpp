// A store that hosts share, with a copy on this host for when it is away.
//
// In touch: every call goes to the shared store, and what it says is copied. Away: reading is from
// the copy, and of changes only those are made which this host may decide alone (a rule that the
// owner hands in); they are noted, and brought to the shared store when it is back, before anybody
// hears that we are. What it has otherwise by then wins, and the owner is told what he lost.
//
// Two signs of life are kept by leases: the long one says that the host lives, the short one that
// others may still count on being heard by it. Changes that others could make too are allowed only
// when the short one has surely ended.
//
// A revision that was read from the copy is negative, so that it cannot be taken for one of the
// shared store.
#pragma once

#include "inventory/store/store.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace routeproof::store {

/// What the rule is told besides the transaction.
struct Situation {
    /// Nobody counts on our being heard any more.
    bool unheard = false;
    /// The shared store has a record of ours under this key, whatever we did to it since.
    std::function<bool(const std::string& key)> holds;
};

struct MirrorRules {
    std::vector<std::string> folders;  // prefixes that are shared; no other key is used
    /// May this be done while the shared store is away?
    std::function<bool(const Transaction&, Store& copy, const Situation&)> alone;
    /// Is this record (nothing: none) ours to replace?
    std::function<bool(const std::string& key, const std::optional<std::string>& value)> ours;
    std::string alive_key;  // the long sign of life
    std::string heard_key;  // the short one
};

struct MirrorTimes {
    std::chrono::seconds alive{30};
    std::chrono::seconds heard{5};
    std::chrono::milliseconds retry{500};   // while it is away
    std::chrono::milliseconds glance{200};  // how long one look at the watch may take
};

struct MirrorHealth {
    bool in_touch = false;
    std::chrono::system_clock::time_point since;
    std::string trouble;      // why it is away; empty in touch
    std::size_t waiting = 0;  // changes that were made alone
    std::uint64_t times_away = 0;
    std::uint64_t lost = 0;  // records that were ours and are somebody else's
};

class MirroredStore final : public Store {
public:
    /// Called from any thread and under our lock: hand it on, do not ask the store anything.
    struct Listener {
        std::function<void(const MirrorHealth&)> touch_changed;
        std::function<void(const std::string& key, const std::optional<std::string>& now)> lost;
    };

    /// `copy` must outlive it; it is this host's own store, with other keys beside ours. `shared`
    /// is for calls, `keeper` another handle of the same store for the thread that keeps touch.
    MirroredStore(Store& copy,
                  std::unique_ptr<Store> shared,
                  std::unique_ptr<Store> keeper,
                  MirrorRules rules,
                  MirrorTimes times,
                  Listener listener);
    ~MirroredStore() override;
    MirroredStore(const MirroredStore&) = delete;
    MirroredStore& operator=(const MirroredStore&) = delete;

    /// Reads what an earlier life left to do, tries once to get in touch, and goes on trying (or
    /// keeping touch) in the background. Errors: those of the copy.
    Result<void> start();
    void stop();
    MirrorHealth health() const;

    Result<std::optional<Entry>> get(std::string_view key) override;
    Result<std::vector<Entry>> list(std::string_view prefix) override;
    Result<Revision> commit(const Transaction& transaction) override;
    // The shared store's, and only in touch.
    Result<Lease> grant(std::chrono::seconds time_to_live) override;
    Result<void> keep_alive(Lease lease) override;
    Result<void> revoke(Lease lease) override;
    std::unique_ptr<Watch> watch(std::string prefix, Revision after) override;

private:
    using Clock = std::chrono::steady_clock;
    struct Sign {
        std::string key;
        std::chrono::seconds time_to_live;
        Lease lease = Lease::None;
    };

    // On the keeper's thread.
    void keep();
    void get_in_touch();
    Result<void> try_to_get_in_touch();
    Result<void> stay_in_touch();
    Result<void> push();
    Result<void> push_one(const std::string& key);
    Result<void> give_sign(Sign& sign);
    Result<void> keep_sign(Sign& sign);
    Result<void> copy_batch(const Batch& batch);
    bool rest();

    // Under the lock.
    void lose_touch(const Failure& why);
    Result<Revision> commit_shared(const Transaction& transaction);
    Result<Revision> commit_alone(const Transaction& transaction);
    Result<void> in_shared_terms(Transaction& transaction);
    Result<bool> in_copys_terms(Transaction& transaction);
    Result<void> note_first_time();
    Result<void> load_waiting();
    Result<void> copy_value(const std::string& key, const std::optional<std::string>& value);
    /// Adds to `copied` what has to be done to the copy.
    Result<void> take_change(const Change& change, Transaction& copied);
    bool is_shared(std::string_view key) const;
    Failure away() const;

    Store& copy_;
    const std::unique_ptr<Store> shared_;
    const std::unique_ptr<Store> keeper_;
    const MirrorRules rules_;
    const MirrorTimes times_;
    const Listener listener_;

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    MirrorHealth health_;
    Clock::time_point unheard_from_;
    std::map<std::string, Revision> committed_;  // by us, not yet seen in the watch
    /// Changed alone. True: the shared store has a record of ours there.
    std::map<std::string, bool> waiting_;

    // The keeper's own.
    std::unique_ptr<Watch> watch_;
    Sign alive_;
    Sign heard_;
    Clock::time_point next_sign_;
    std::thread thread_;
};

}  // namespace routeproof::store
