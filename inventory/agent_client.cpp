#include "inventory/agent_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

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

asio::awaitable<void> get(Stream& stream,
                          const std::filesystem::path& socket,
                          const std::string& path,
                          std::optional<Outcome>& outcome) {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    const asio::local::stream_protocol::endpoint endpoint(socket.string());
    co_await stream.async_connect(endpoint, token);
    http::request<http::empty_body> request(http::verb::get, path, 11);
    request.set(http::field::host, "localhost");
    request.set(http::field::connection, "close");
    if (!error) {
        co_await http::async_write(stream, request, token);
    }
    boost::beast::flat_buffer buffer;
    http::response<http::string_body> response;
    if (!error) {
        co_await http::async_read(stream, buffer, response, token);
    }
    if (error) {
        outcome = explain(socket, error);
    } else if (response.result() != http::status::ok) {
        outcome = AgentError(AgentError::Kind::Broken,
                             socket.string() + ": the agent answers " +
                                 std::to_string(response.result_int()) + " to " + path);
    } else {
        outcome = std::move(response.body());
    }
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
    asio::io_context io(1);
    Stream stream(io);
    std::optional<Outcome> outcome;
    asio::co_spawn(io, get(stream, socket, path, outcome), asio::detached);
    io.run_for(deadline);
    if (!outcome) {
        return AgentError(
            AgentError::Kind::Broken,
            socket.string() + ": no answer within " + std::to_string(deadline.count()) + " ms");
    }
    return *outcome;
}

}  // namespace routeproof::inventory
