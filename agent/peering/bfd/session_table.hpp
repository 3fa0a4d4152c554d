// The sessions of the process with their sockets: which are wanted, what arrives for which, what is
// due when. It knows neither clients nor the event loop; the daemon calls it.
#pragma once

#include "agent/peering/bfd/udp.hpp"

#include <bitset>
#include <memory>
#include <vector>

namespace routeproof::bfd {

class SessionTable {
public:
    SessionTable();
    ~SessionTable();
    SessionTable(const SessionTable&) = delete;
    SessionTable& operator=(const SessionTable&) = delete;

    // Slots are numbers below kMaxSessions. A session keeps its slot, and what is told about it
    // bears its key.

    /// The client's whole desired set, each sound by problem_of(). New ones begin, changed ones
    /// negotiate, those the same client had named before and now does not are taken down.
    /// false: there is no room for all of them (sessions that linger count too).
    bool set_wanted(const std::vector<SessionConfig>& wanted, Time now);
    /// The client is gone: sessions go on, and wait to be named again.
    void disown_all();
    /// Sessions that nobody named since disown_all() are taken down.
    void drop_unclaimed(Time now);
    void drop_all(Time now);
    bool has_unclaimed() const;
    bool empty() const { return used_ == 0; }
    std::size_t size() const { return used_; }

    /// Everything that has arrived.
    void receive(Time now);
    /// Does what is due. No peer is taken for silent before what it sent has been received.
    void expire(Time now);
    Time next_deadline() const;

    /// -1: not open. They change with set_wanted() and expire().
    int receiver(net::Family family) const;

    /// Calls `told(SessionStatus)` for each session that changed in a way worth telling since the
    /// last call, and `removed(SessionKey)` for each that ended.
    template <class Told, class Removed>
    void take_changes(Told told, Removed removed) {
        for (std::size_t i = 0; i < slots_.size() && changed_.any(); ++i) {
            if (changed_[i]) {
                changed_[i] = false;
                told(status(i));
            }
        }
        for (const SessionKey& key : removed_) {
            removed(key);
        }
        removed_.clear();
    }
    std::vector<SessionStatus> all() const;
    const Lateness& lateness() const { return lateness_; }
    const std::array<std::uint64_t, kDiscardReasons>& discarded() const { return discarded_; }

private:
    struct Slot;

    Slot* find(const SessionKey& key);
    bool begin(const SessionConfig& config, Time now);
    void open(Slot& slot, Time now);
    void take_down(Slot& slot, Time now);
    void end(std::size_t index);
    std::optional<SocketFailure> open_receiver(net::Family family);
    void close_unused_receivers();
    std::optional<Discard> dispatch(const Datagram& datagram, Time now);
    Slot* slot_for(const Datagram& datagram, const ControlPacket& packet);
    static bool belongs(const Datagram& datagram, const Slot& slot);
    void expire(std::size_t index, Time now);
    void act(Slot& slot, const Session::Output& output, Time now);
    void notice_change(Slot& slot, std::optional<Time> heard_before, Time now);
    SessionStatus status(std::size_t index) const;
    std::size_t index_of(const Slot& slot) const;

    std::vector<std::unique_ptr<Slot>> slots_;  // kMaxSessions; null: free
    std::size_t used_ = 0;
    std::unique_ptr<std::array<Receiver, 2>> receivers_;
    std::bitset<kMaxSessions> changed_;
    std::vector<SessionKey> removed_;
    Lateness lateness_;
    std::array<std::uint64_t, kDiscardReasons> discarded_{};
};

}  // namespace routeproof::bfd
