// The agent: builds every room, joins them, and lives on one thread (one io_context).
#pragma once

#include "agent/app/config.hpp"
#include "agent/log/events.hpp"

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <filesystem>
#include <iosfwd>
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

/// Why the agent cannot start: one sentence and the exit code (sysexits).
struct StartError {
    StartError() = default;
    StartError(int exit_code, std::string sentence) : code(exit_code), what(std::move(sentence)) {}

    int code = 70;
    std::string what;

    friend bool operator==(const StartError&, const StartError&) = default;
};

std::ostream& operator<<(std::ostream& out, const StartError& error);
[[noreturn]] void throw_exception_from_error(const StartError& error,
                                             const boost::source_location& where);

class App {
public:
    App(boost::asio::io_context& io, Config config, Places places, log::Sink log);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    /// Order: store, kernel, announcements, then dockerd's calls: what is confirmed is announced
    /// without waiting for Docker, which may itself be waiting for us. On failure nothing that this
    /// call made is left.
    boost::system::result<void, StartError> start();

    /// Closes the sockets and the sessions; containers keep links and routes. `done` is called
    /// when the io_context has nothing left to do for us.
    void stop(std::function<void()> done);

private:
    struct Rooms;
    std::unique_ptr<Rooms> rooms_;
};

}  // namespace routeproof::agent
