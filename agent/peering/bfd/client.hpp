// The agent's end of the socket to the BFD process: says which sessions are wanted, hears how they
// are, starts the process if nobody answers, and comes back for ever when the connection breaks.
//
// A broken connection says nothing about any path: the sessions go on without us, and what is known
// of them stays until the process says otherwise.
#pragma once

#include "agent/log/events.hpp"
#include "agent/peering/bfd/messages.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace routeproof::bfd {

class Client {
public:
    struct Options {
        std::filesystem::path socket = "/run/routeproof/bfd.sock";
        /// Started with --detach when the socket is not answered; empty: somebody else does that.
        std::filesystem::path program;
        std::chrono::milliseconds retry{500};
    };
    struct Callbacks {
        /// A session's view differs from the one told before. What a protocol is to make of it says
        /// view.liveness: Failed takes a BGP session down, NeverUp and AdminDown never do.
        std::function<void(const SessionStatus&)> changed;
        /// The session has ended, as asked.
        std::function<void(const SessionKey&)> removed;
    };

    Client(boost::asio::io_context& io, Options options, Callbacks callbacks, log::Sink log);
    /// The sessions go on; no callback comes any more.
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// The whole desired set; told again after each reconnection. An unsound one (problem_of) is
    /// logged and left out.
    void set_sessions(std::vector<SessionConfig> sessions);
    /// After a start: everything wanted has been named, and whatever else the process still holds
    /// for a former agent may end. Without it those end a minute after the first set_sessions().
    void sync_done();
    /// The host leaves: peers are told AdminDown. set_sessions() later begins again. `done` is
    /// called when the process has been told, or will not be: it is not there, or does not listen.
    void leave(std::function<void()> done);

    bool connected() const;
    /// As last heard; empty before the first connection.
    std::optional<ProcessStatus> process() const;
    std::vector<SessionStatus> sessions() const;
    /// Fresh counters: `done` is called with true when process() and sessions() are up to date,
    /// with false if the process is not there.
    void refresh(std::function<void(bool)> done);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace routeproof::bfd
