// The UDP of RFC 5881: one socket a family that receives, one socket a session that sends. Nothing
// here allocates once a socket is open.
#pragma once

#include "agent/peering/bfd/descriptor.hpp"
#include "agent/peering/bfd/status.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace routeproof::bfd {

/// What a socket call failed with: the call in a word or two, and its errno.
struct SocketFailure {
    const char* call = "";
    int error = 0;
};

struct Datagram {
    net::Address source;
    net::Address destination;
    unsigned interface = 0;  // index of the one it came in by
    int time_to_live = -1;   // -1: the kernel did not say
    std::span<const std::uint8_t> payload;
};

/// Port 3784 of one family, on all addresses: what arrives is matched with the sessions.
class Receiver {
public:
    /// On failure the receiver stays closed. EADDRINUSE: another BFD program runs here.
    std::optional<SocketFailure> open(net::Family family);
    void close() { socket_.reset(); }
    bool is_open() const { return static_cast<bool>(socket_); }
    int descriptor() const { return socket_.get(); }

    static constexpr std::size_t kBatch = 16;
    /// What has arrived, at most kBatch; valid until the next call. Never waits.
    std::span<const Datagram> receive();

private:
    // Length is an octet, so no packet needs more; the rest of a longer datagram may be lost.
    static constexpr std::size_t kPayload = 256;
    static constexpr std::size_t kControl = 128;

    Descriptor socket_;
    std::array<std::array<std::uint8_t, kPayload>, kBatch> payloads_{};
    alignas(cmsghdr) std::array<std::array<std::uint8_t, kControl>, kBatch> controls_{};
    std::array<sockaddr_storage, kBatch> sources_{};
    std::array<iovec, kBatch> vectors_{};
    std::array<mmsghdr, kBatch> headers_{};
    std::array<Datagram, kBatch> datagrams_{};
};

/// The sending socket of a session: source address, interface and port stay for its life.
class Sender {
public:
    /// Tries source ports from kSourcePortMin + `port_hint` on until one is free.
    std::optional<SocketFailure> open(const SessionKey& key, std::uint16_t port_hint);
    void close();
    bool is_open() const { return static_cast<bool>(socket_); }
    std::uint16_t port() const { return port_; }
    /// 0: the session is bound to no interface.
    unsigned interface() const { return interface_; }

    /// 0, or the errno. Never waits.
    int send(std::span<const std::uint8_t> payload);

private:
    Descriptor socket_;
    std::uint16_t port_ = 0;
    unsigned interface_ = 0;
    sockaddr_storage peer_{};
    socklen_t peer_size_ = 0;
};

}  // namespace routeproof::bfd
