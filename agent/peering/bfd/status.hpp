// What the agent asks of the BFD process, and what the process tells about it: plain values that
// both programs share.
#pragma once

#include "agent/peering/bfd/session.hpp"
#include "inventory/net/address.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace routeproof::bfd {

/// What makes a session that session. `local` unspecified: whatever the kernel sends from.
/// `interface` empty: any; an IPv6 link-local peer needs one.
struct SessionKey {
    net::Address peer;
    net::Address local;
    std::string interface;

    friend bool operator==(const SessionKey&, const SessionKey&) = default;
    friend auto operator<=>(const SessionKey&, const SessionKey&) = default;
};

struct SessionConfig {
    SessionKey key;
    Timing timing;

    friend bool operator==(const SessionConfig&, const SessionConfig&) = default;
};

inline constexpr microseconds kIntervalMin = std::chrono::milliseconds(10);
inline constexpr microseconds kIntervalMax = std::chrono::seconds(60);
/// A host has a few leaves; the number bounds what a client can make the process hold.
inline constexpr std::size_t kMaxSessions = 256;

/// What is wrong with it, in a sentence for whoever configured it; empty: nothing.
std::string problem_of(const SessionConfig& config);

struct SessionStatus {
    SessionConfig config;
    Session::View view;
    std::chrono::system_clock::time_point since{};  // of view.state
    /// At the last detection: how long the peer had been silent. 0: none yet.
    microseconds silence{0};
    std::uint32_t local_discriminator = 0;
    std::uint16_t source_port = 0;  // 0: no socket, see `problem`
    std::uint64_t packets_in = 0;
    std::uint64_t packets_out = 0;
    std::uint64_t send_failures = 0;
    std::string problem;  // why it cannot send, in words; empty: it can

    friend bool operator==(const SessionStatus&, const SessionStatus&) = default;
};

/// How late the process was woken, which is what turns into false alarms at the peer.
struct Lateness {
    static constexpr std::array<unsigned, 7> kBoundsMs{1, 2, 5, 10, 20, 50, 100};

    void add(std::chrono::nanoseconds late);

    /// One more than there are bounds: the last counts what was later than all of them.
    std::array<std::uint64_t, kBoundsMs.size() + 1> counts{};
    microseconds max{0};

    friend bool operator==(const Lateness&, const Lateness&) = default;
};

struct ProcessStatus {
    std::string version;
    std::int64_t pid = 0;
    std::string scheduling;  // "fifo", "nice -20" …: what the kernel permitted
    bool memory_locked = false;
    std::chrono::system_clock::time_point started{};
    Lateness lateness;
    std::array<std::uint64_t, kDiscardReasons> discarded{};

    friend bool operator==(const ProcessStatus&, const ProcessStatus&) = default;
};

}  // namespace routeproof::bfd
