#include "inventory/agent_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

#include <optional>
#include <ostream>
#include <stdexcept>

namespace routeproof::inventory {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Stream = asio::local::stream_protocol::socket;
using Outcome = boost::system::result<std::string, AgentError>;

AgentError explain(const std::filesystem::path& socket, error_code error) {
    const std::string path = socket.string();
    if (error == boost::system::errc::no_such_file_or_directory ||
        error == boost::system::errc::connection_refused) {
        return {AgentError::Kind::NotRunning,
                "no agent listens on " + path +
                    "; start routeproof-agent, or name its socket with --socket"};
    }
    if (error == boost::system::errc::permission_denied) {
        return {AgentError::Kind::Denied,
                path + ": permission denied; run as root or as a member of the socket's group"};
    }
    return {AgentError::Kind::Broken, path + ": " + error.message()};
}

// The agent's own sentence, if its answer has one.
AgentError refusal(const std::filesystem::path& socket,
                   const std::string& path,
                   const http::response<http::string_body>& response) {
    const auto json = nlohmann::json::parse(response.body(), nullptr, false);
    if (json.is_object() && json.contains("error") && json["error"].is_string()) {
        return {AgentError::Kind::Refused, json["error"].get<std::string>()};
    }
    return {AgentError::Kind::Broken,
            socket.string() + ": the agent answers " + std::to_string(response.result_int()) +
                " to " + path};
}

struct Asked {
    http::verb verb = http::verb::get;
    std::string path;
    std::string body;
};

asio::awaitable<void> talk(Stream& stream,
                           const std::filesystem::path& socket,
                           const Asked& asked,
                           std::optional<Outcome>& outcome) {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    const asio::local::stream_protocol::endpoint endpoint(socket.string());
    co_await stream.async_connect(endpoint, token);
    http::request<http::string_body> request(asked.verb, asked.path, 11, asked.body);
    request.set(http::field::host, "localhost");
    request.set(http::field::connection, "close");
    request.prepare_payload();
    if (!error) {
        co_await http::async_write(stream, request, token);
    }
    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(boost::none);  // a table may be large, and the agent is trusted
    if (!error) {
        co_await http::async_read(stream, buffer, parser, token);
    }
    if (error) {
        outcome = explain(socket, error);
    } else if (parser.get().result() != http::status::ok) {
        outcome = refusal(socket, asked.path, parser.get());
    } else {
        outcome = std::move(parser.get().body());
    }
}

Outcome talk_within(const std::filesystem::path& socket,
                    const Asked& asked,
                    std::chrono::milliseconds deadline) {
    asio::io_context io(1);
    Stream stream(io);
    std::optional<Outcome> outcome;
    asio::co_spawn(io, talk(stream, socket, asked, outcome), asio::detached);
    io.run_for(deadline);
    if (!outcome) {
        return AgentError(
            AgentError::Kind::Broken,
            socket.string() + ": no answer within " + std::to_string(deadline.count()) + " ms");
    }
    return *outcome;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const AgentError& error) {
    return out << error.what;
}

void throw_exception_from_error(const AgentError& error, const boost::source_location&) {
    throw std::logic_error(error.what);
}

Outcome ask_agent(const std::filesystem::path& socket,
                  const std::string& path,
                  std::chrono::milliseconds deadline) {
    return talk_within(socket, {http::verb::get, path, {}}, deadline);
}

Outcome post_to_agent(const std::filesystem::path& socket,
                      const std::string& path,
                      const std::string& body,
                      std::chrono::milliseconds deadline) {
    return talk_within(socket, {http::verb::post, path, body}, deadline);
}

}  // namespace routeproof::inventory
