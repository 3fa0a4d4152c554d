// BFD for the speaker's peers: tells the BFD process which sessions are wanted, and the speaker
// what became of them. The process is started with the first peer that wants BFD, and survives us.
#pragma once

#include "agent/log/events.hpp"
#include "agent/peering/bfd/client.hpp"
#include "agent/peering/speaker.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace routeproof::agent {

class BfdLink {
public:
    /// `socket`: where the process listens, or shall. The speaker must outlive it.
    BfdLink(boost::asio::io_context& io,
            bgp::Speaker& speaker,
            std::filesystem::path socket,
            log::Sink log);
    ~BfdLink();
    BfdLink(const BfdLink&) = delete;
    BfdLink& operator=(const BfdLink&) = delete;

    void start(const std::vector<bgp::PeerConfig>& peers);
    /// `peer`: as it is now; nothing: it was removed.
    void peer_changed(const std::string& name, const bgp::PeerConfig* peer);
    /// An unnumbered peer was found, or found elsewhere.
    void session_changed(const bgp::SessionStatus& session);
    /// Tells the peers that it is on purpose. To be called when their BGP sessions have ended: some
    /// routers end those at once when they hear AdminDown.
    void leave(std::function<void()> done);

private:
    struct Wanted {
        bfd::SessionConfig session;  // its peer unspecified: not found yet
    };

    void tell_process();
    void heard(const bfd::SessionStatus& status);

    boost::asio::io_context& io_;
    bgp::Speaker& speaker_;
    const std::filesystem::path socket_;
    const log::Sink log_;
    std::map<std::string, Wanted> wanted_;  // by the peer's name in the speaker
    std::unique_ptr<bfd::Client> client_;
};

}  // namespace routeproof::agent
