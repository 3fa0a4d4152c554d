// A jump host: a login of its own, with its own host key, credentials and deadlines, and a channel
// from there to the next machine (direct-tcpip, RFC 4254 7.2).
//
// The channel's bytes come and go through a pair of sockets, so that the next session sees a
// descriptor as if it were a TCP connection. They are carried by a coroutine on the same thread,
// which lives as long as the other end of the pair and the login do.
#pragma once

#include "drivers/ssh/link.hpp"

#include <boost/asio/local/stream_protocol.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace routeproof::ssh {

class Tunnel : public std::enable_shared_from_this<Tunnel> {
public:
    /// Made by std::make_shared only. `hop` may itself lie behind further hops.
    Tunnel(const boost::asio::any_io_executor& executor, drivers::Target hop);
    ~Tunnel();
    Tunnel(const Tunnel&) = delete;
    Tunnel& operator=(const Tunnel&) = delete;

    /// Logs in and opens the way to `host`; the descriptor is the caller's to close, which ends the
    /// tunnel.
    drivers::Asked<int> open(std::string host, std::uint16_t port);
    /// Why the way broke; nothing while it stands or after an orderly end.
    const std::optional<drivers::Failure>& broken() const { return broken_; }

private:
    enum class Step { Moved, Waits, Ended };

    static boost::asio::awaitable<void> carry(std::shared_ptr<Tunnel> self);
    Step to_machine();    // pair -> channel
    Step from_machine();  // channel -> pair
    void arm();

    Link link_;
    ssh_channel channel_ = nullptr;
    boost::asio::local::stream_protocol::socket inner_;
    std::string outgoing_;  // read from the pair, not yet taken by the channel
    std::string incoming_;
    bool read_armed_ = false;
    bool write_armed_ = false;
    std::optional<drivers::Failure> broken_;
};

}  // namespace routeproof::ssh
