// The agent: builds every room, joins them, and lives on one thread (one io_context).
#pragma once

#include "agent/app/config.hpp"
#include "agent/app/start_error.hpp"
#include "agent/log/events.hpp"
#include "agent/peering/speaker.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace routeproof::agent {

struct Places {
    std::filesystem::path control_socket = "/run/routeproof/agent.sock";
    std::filesystem::path state = "/var/lib/routeproof/agent.db";
    std::filesystem::path plugins = "/run/docker/plugins";
};

class App {
public:
    /// `ended` is called once, when a stop (by a call or through the local API) has done its work.
    App(boost::asio::io_context& io,
        Config config,
        Places places,
        log::Sink log,
        std::function<void()> ended);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    /// Order: store, kernel, announcements, then dockerd's calls: what is confirmed is announced
    /// without waiting for Docker, which may itself be waiting for us. On failure nothing that this
    /// call made is left.
    Started start();

    /// Closes the sockets and the sessions; containers keep links and routes. Leave tells the
    /// leaves why and withdraws everything first, Restart closes silently.
    void stop(bgp::StopMode mode, const std::string& text);

private:
    struct Rooms;
    std::unique_ptr<Rooms> rooms_;
};

}  // namespace routeproof::agent
