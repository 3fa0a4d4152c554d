// A client of the agent's local API: HTTP over its unix socket, with a deadline.
//
// Stands here because both programs use it: the agent's own sub-commands, and `routeproof node`.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <utility>

namespace routeproof::inventory {

inline constexpr const char* kAgentSocket = "/run/routeproof/agent.sock";

/// One sentence: the socket, what happened, what to do.
struct AgentError {
    enum class Kind { NotRunning, Denied, Refused, Broken };  // Refused: the agent says why

    AgentError() = default;
    AgentError(Kind why, std::string sentence) : kind(why), what(std::move(sentence)) {}

    Kind kind = Kind::Broken;
    std::string what;

    friend bool operator==(const AgentError&, const AgentError&) = default;
};

std::ostream& operator<<(std::ostream& out, const AgentError& error);
[[noreturn]] void throw_exception_from_error(const AgentError& error,
                                             const boost::source_location& where);

/// The body of the reply to `GET path`.
boost::system::result<std::string, AgentError> ask_agent(
    const std::filesystem::path& socket,
    const std::string& path,
    std::chrono::milliseconds deadline = std::chrono::seconds(5));

/// The body of the reply to `POST path` with a JSON body.
boost::system::result<std::string, AgentError> post_to_agent(
    const std::filesystem::path& socket,
    const std::string& path,
    const std::string& body,
    std::chrono::milliseconds deadline = std::chrono::seconds(5));

}  // namespace routeproof::inventory
