// The BFD process: one thread, one epoll, the sessions and the clients that want them.
//
//   - Sessions outlive clients. A client that comes back names its set again; what it has not named
//     a minute later, or when it says so, is taken down.
//   - Packets first: in each turn everything received is heard before any session may expire.
#pragma once

#include "agent/peering/bfd/control_server.hpp"
#include "agent/peering/bfd/messages.hpp"
#include "agent/peering/bfd/session_table.hpp"

#include <array>
#include <filesystem>
#include <string>

namespace routeproof::bfd {

class Daemon {
public:
    Daemon();

    /// Empty, or why the process cannot serve, in a sentence.
    std::string start(const std::filesystem::path& socket);
    /// Until SIGTERM or SIGINT, and then until the peers know that we go.
    void run();

private:
    void turn();
    void arm_timer(Time deadline);
    void watch_receivers();
    void read_signals();
    void on_line(ControlServer::Client& client, std::string_view line);
    void answer(ControlServer::Client& client, const request::Set& set);
    void answer(ControlServer::Client& client, const request::SyncDone&);
    void answer(ControlServer::Client& client, const request::Leave&);
    void answer(ControlServer::Client& client, const request::Status&);
    void on_gone(ControlServer::Client& client);
    void tell_owner();
    ProcessStatus process_status() const;

    Descriptor epoll_;
    Descriptor timer_;
    Descriptor signals_;
    Descriptor instance_;
    ControlServer server_;
    SessionTable sessions_;
    ControlServer::Client* owner_ = nullptr;  // the one that named the sessions last
    Time unclaimed_until_ = kNever;
    Time armed_ = kNever;
    std::array<int, 2> watched_{-1, -1};
    bool leaving_ = false;
    ProcessStatus self_;
};

}  // namespace routeproof::bfd
