#include "agent/peering/bfd/session_table.hpp"

#include "agent/peering/bfd/errno_text.hpp"
#include "agent/peering/bfd/log_line.hpp"

#include <net/if.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>

namespace routeproof::bfd {
namespace {

constexpr std::chrono::seconds kReopenAfter{1};

// A discriminator is a random number with the slot in its last octet: unique, hard to guess, and
// the session of a packet is found without a search.
static_assert(kMaxSessions == 256);

std::uint32_t random_u32() {
    std::uint32_t value = 0;
    // getrandom(2): a few octets never block once the system is up.
    if (::getrandom(&value, sizeof value, 0) != sizeof value) {
        value =
            static_cast<std::uint32_t>(std::chrono::steady_clock::now().time_since_epoch().count());
    }
    return value;
}

std::uint32_t discriminator_for(std::size_t slot) {
    constexpr std::uint32_t kSlotMask = 0xFF;
    std::uint32_t random = random_u32() & ~kSlotMask;
    while (random == 0) {
        random = random_u32() & ~kSlotMask;
    }
    return random | static_cast<std::uint32_t>(slot);
}

/// The socket is worth nothing any more: the link or the address is gone, or the name is another
/// link's by now.
bool wants_reopening(int error, const SessionKey& key, const Sender& sender) {
    return error == ENODEV || error == ENXIO || error == EADDRNOTAVAIL || error == EINVAL ||
           (!key.interface.empty() &&
            ::if_nametoindex(key.interface.c_str()) != sender.interface());
}

}  // namespace

struct SessionTable::Slot {
    Slot(std::size_t index, SessionConfig wanted)
        : config(std::move(wanted)),
          session(discriminator_for(index), config.timing, random_u32()) {}

    SessionConfig config;
    Session session;
    bool started = false;
    bool claimed = true;
    Sender sender;
    SocketFailure failure;
    Time reopen_at = kNever;
    Time gone_at = kNever;  // taken down; ends then, or as soon as the peer knows
    Session::View told;
    std::chrono::system_clock::time_point since = std::chrono::system_clock::now();
    microseconds silence{0};
    std::uint64_t packets_in = 0;
    std::uint64_t packets_out = 0;
    std::uint64_t send_failures = 0;

    bool leaving() const { return gone_at != kNever; }
    Time next_deadline() const {
        return std::min({started ? session.next_deadline() : kNever, reopen_at, gone_at});
    }
};

SessionTable::SessionTable()
    : slots_(kMaxSessions), receivers_(std::make_unique<std::array<Receiver, 2>>()) {
    removed_.reserve(kMaxSessions);
}

SessionTable::~SessionTable() = default;

std::size_t SessionTable::index_of(const Slot& slot) const {
    return slot.session.local_discriminator() % kMaxSessions;
}

SessionTable::Slot* SessionTable::find(const SessionKey& key) {
    for (const auto& slot : slots_) {
        if (slot && slot->config.key == key) {
            return slot.get();
        }
    }
    return nullptr;
}

bool SessionTable::set_wanted(const std::vector<SessionConfig>& wanted, Time now) {
    for (const auto& slot : slots_) {
        if (slot && slot->claimed && !slot->leaving() &&
            std::none_of(wanted.begin(), wanted.end(), [&](const SessionConfig& config) {
                return config.key == slot->config.key;
            })) {
            take_down(*slot, now);
        }
    }
    bool room = true;
    for (const SessionConfig& config : wanted) {
        Slot* slot = find(config.key);
        if (slot == nullptr) {
            room = begin(config, now) && room;
            continue;
        }
        slot->claimed = true;
        slot->gone_at = kNever;
        const auto heard = slot->session.last_received();
        if (slot->session.state() == State::AdminDown) {
            act(*slot, slot->session.admin_up(now), now);
        }
        if (slot->config.timing != config.timing) {
            slot->config.timing = config.timing;
            act(*slot, slot->session.set_timing(config.timing, now), now);
        }
        changed_[index_of(*slot)] = true;
        notice_change(*slot, heard, now);
    }
    return room;
}

bool SessionTable::begin(const SessionConfig& config, Time now) {
    const auto free = std::find(slots_.begin(), slots_.end(), nullptr);
    if (free == slots_.end()) {
        return false;
    }
    const auto index = static_cast<std::size_t>(free - slots_.begin());
    *free = std::make_unique<Slot>(index, config);
    ++used_;
    open(**free, now);
    changed_[index] = true;
    return true;
}

void SessionTable::open(Slot& slot, Time now) {
    slot.sender.close();
    slot.reopen_at = kNever;
    const SessionKey& key = slot.config.key;
    const auto hint = static_cast<std::uint16_t>(slot.session.local_discriminator() >> 8);
    auto failure = open_receiver(key.peer.family());
    if (!failure) {
        failure = slot.sender.open(key, hint);
    }
    if (failure) {
        if (failure->error != slot.failure.error) {
            log_line(Level::Warning,
                     "event=bfd.session.waiting peer=%s interface=%s call=\"%s\" error=\"%s\"",
                     key.peer.to_string().c_str(),
                     key.interface.c_str(),
                     failure->call,
                     errno_text(failure->error).c_str());
            changed_[index_of(slot)] = true;
        }
        slot.failure = *failure;
        slot.reopen_at = now + kReopenAfter;
        return;
    }
    slot.failure = {};
    changed_[index_of(slot)] = true;
    if (!slot.started) {
        slot.started = true;
        act(slot, slot.session.start(now), now);
    }
}

// RFC 5880 6.8.16: the peer is told, for as long as it could still take us for Up.
void SessionTable::take_down(Slot& slot, Time now) {
    const auto heard = slot.session.last_received();
    act(slot, slot.session.admin_down(now), now);
    slot.gone_at = now;
    if (slot.started && !slot.session.peer_knows_admin_down()) {
        slot.gone_at = now + slot.config.timing.detect_mult *
                                 std::max(slot.config.timing.interval, kSlowInterval);
    }
    notice_change(slot, heard, now);
}

void SessionTable::end(std::size_t index) {
    removed_.push_back(slots_[index]->config.key);
    slots_[index].reset();
    changed_[index] = false;
    --used_;
}

void SessionTable::disown_all() {
    for (const auto& slot : slots_) {
        if (slot) {
            slot->claimed = false;
        }
    }
}

bool SessionTable::has_unclaimed() const {
    return std::any_of(slots_.begin(), slots_.end(), [](const auto& slot) {
        return slot && !slot->claimed && !slot->leaving();
    });
}

void SessionTable::drop_unclaimed(Time now) {
    for (const auto& slot : slots_) {
        if (slot && !slot->claimed && !slot->leaving()) {
            take_down(*slot, now);
        }
    }
}

void SessionTable::drop_all(Time now) {
    for (const auto& slot : slots_) {
        if (slot && !slot->leaving()) {
            take_down(*slot, now);
        }
    }
}

int SessionTable::receiver(net::Family family) const {
    return (*receivers_)[static_cast<std::size_t>(family)].descriptor();
}

/// A family's port is open only while a session needs it.
std::optional<SocketFailure> SessionTable::open_receiver(net::Family family) {
    Receiver& receiver = (*receivers_)[static_cast<std::size_t>(family)];
    return receiver.is_open() ? std::nullopt : receiver.open(family);
}

void SessionTable::close_unused_receivers() {
    for (const net::Family family : {net::Family::IPv4, net::Family::IPv6}) {
        const bool used = std::any_of(slots_.begin(), slots_.end(), [&](const auto& slot) {
            return slot && slot->config.key.peer.family() == family;
        });
        if (!used) {
            (*receivers_)[static_cast<std::size_t>(family)].close();
        }
    }
}

void SessionTable::receive(Time now) {
    // Enough for all sessions at once; a flood beyond it waits for the next turn.
    constexpr int kBatches = 64;
    for (Receiver& receiver : *receivers_) {
        for (int i = 0; i < kBatches && receiver.is_open(); ++i) {
            const auto datagrams = receiver.receive();
            for (const Datagram& datagram : datagrams) {
                if (const auto reason = dispatch(datagram, now)) {
                    ++discarded_[static_cast<std::size_t>(*reason)];
                }
            }
            if (datagrams.size() < Receiver::kBatch) {
                break;
            }
        }
    }
}

std::optional<Discard> SessionTable::dispatch(const Datagram& datagram, Time now) {
    if (datagram.time_to_live != kTimeToLive) {
        return Discard::TimeToLive;
    }
    const auto packet = decode(datagram.payload);
    if (!packet) {
        return packet.error();
    }
    Slot* slot = slot_for(datagram, *packet);
    if (slot == nullptr) {
        return Discard::NoSession;
    }
    const auto heard = slot->session.last_received();
    const Session::Output output = slot->session.receive(*packet, now);
    if (!output.discarded) {
        ++slot->packets_in;
    }
    act(*slot, output, now);
    notice_change(*slot, heard, now);
    return output.discarded;
}

/// RFC 5881 3: by our discriminator, or, before the peer knows it, by link and addresses. Those
/// must agree in the first case too: a guessed number from elsewhere is not enough.
SessionTable::Slot* SessionTable::slot_for(const Datagram& datagram, const ControlPacket& packet) {
    if (packet.your_discriminator != 0) {
        Slot* slot = slots_[packet.your_discriminator % kMaxSessions].get();
        const bool ours = slot != nullptr && slot->started &&
                          slot->session.local_discriminator() == packet.your_discriminator &&
                          belongs(datagram, *slot);
        return ours ? slot : nullptr;
    }
    for (const auto& slot : slots_) {
        if (slot && slot->started && belongs(datagram, *slot)) {
            return slot.get();
        }
    }
    return nullptr;
}

bool SessionTable::belongs(const Datagram& datagram, const Slot& slot) {
    const SessionKey& key = slot.config.key;
    const unsigned interface = slot.sender.interface();
    return key.peer == datagram.source &&
           (key.local.is_unspecified() || key.local == datagram.destination) &&
           (key.interface.empty() || interface == datagram.interface);
}

Time SessionTable::next_deadline() const {
    Time next = kNever;
    for (const auto& slot : slots_) {
        if (slot) {
            next = std::min(next, slot->next_deadline());
        }
    }
    return next;
}

void SessionTable::expire(Time now) {
    const std::size_t before = used_;
    const bool silence = std::any_of(slots_.begin(), slots_.end(), [now](const auto& slot) {
        return slot && slot->session.detection_deadline() <= now;
    });
    if (silence) {
        receive(now);
    }
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i] && slots_[i]->next_deadline() <= now) {
            expire(i, now);
        }
    }
    if (used_ != before) {
        close_unused_receivers();
    }
}

void SessionTable::expire(std::size_t index, Time now) {
    Slot& slot = *slots_[index];
    if (slot.gone_at <= now) {
        end(index);
        return;
    }
    if (slot.reopen_at <= now) {
        open(slot, now);
        return;
    }
    lateness_.add(now - slot.session.next_deadline());
    const auto heard = slot.session.last_received();
    act(slot, slot.session.expire(now), now);
    notice_change(slot, heard, now);
}

void SessionTable::act(Slot& slot, const Session::Output& output, Time now) {
    if (!output.send || !slot.sender.is_open()) {
        return;
    }
    const int error = slot.sender.send(encode(*output.send));
    if (error == 0) {
        ++slot.packets_out;
        return;
    }
    ++slot.send_failures;
    if (wants_reopening(error, slot.config.key, slot.sender)) {
        slot.sender.close();
        slot.failure = {"send", error};
        slot.reopen_at = now + kReopenAfter;
        changed_[index_of(slot)] = true;
    }
}

void SessionTable::notice_change(Slot& slot, std::optional<Time> heard_before, Time now) {
    if (slot.leaving() && slot.session.peer_knows_admin_down()) {
        slot.gone_at = now;
    }
    const Session::View view = slot.session.view();
    if (view == slot.told) {
        return;
    }
    changed_[index_of(slot)] = true;
    if (view.state != slot.told.state) {
        slot.since = std::chrono::system_clock::now();
        const bool detected = slot.told.state == State::Up && view.state == State::Down &&
                              view.diagnostic == Diagnostic::ControlDetectionTimeExpired;
        if (detected && heard_before) {
            slot.silence = std::chrono::duration_cast<microseconds>(now - *heard_before);
        }
        const bool news = view.state == State::Up || slot.told.state == State::Up;
        log_line(news ? Level::Info : Level::Debug,
                 "event=bfd.session.state peer=%s interface=%s state=%s before=%s "
                 "diagnostic=\"%s\" remote_state=%s remote_diagnostic=\"%s\" silence_us=%lld",
                 slot.config.key.peer.to_string().c_str(),
                 slot.config.key.interface.c_str(),
                 to_string(view.state).data(),
                 to_string(slot.told.state).data(),
                 to_string(view.diagnostic).data(),
                 to_string(view.remote_state).data(),
                 to_string(view.remote_diagnostic).data(),
                 static_cast<long long>(detected ? slot.silence.count() : 0));
    }
    slot.told = view;
}

SessionStatus SessionTable::status(std::size_t index) const {
    const Slot& slot = *slots_[index];
    SessionStatus status;
    status.config = slot.config;
    status.view = slot.session.view();
    status.since = slot.since;
    status.silence = slot.silence;
    status.local_discriminator = slot.session.local_discriminator();
    status.source_port = slot.sender.port();
    status.packets_in = slot.packets_in;
    status.packets_out = slot.packets_out;
    status.send_failures = slot.send_failures;
    if (slot.failure.error != 0) {
        status.problem = std::string("cannot ") + slot.failure.call + ": " +
                         errno_text(slot.failure.error) + "; tried again every second";
    }
    return status;
}

std::vector<SessionStatus> SessionTable::all() const {
    std::vector<SessionStatus> statuses;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i]) {
            statuses.push_back(status(i));
        }
    }
    return statuses;
}

}  // namespace routeproof::bfd
