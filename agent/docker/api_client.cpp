#include "agent/docker/api_client.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace routeproof::docker {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Stream = boost::beast::basic_stream<asio::local::stream_protocol>;

/// A list of 10,000 containers is about 20 MB.
constexpr std::uint64_t kLargestReply = 64ULL << 20;

Refusal failed(const std::filesystem::path& socket, const error_code& why) {
    const std::string reason =
        why == boost::beast::error::timeout ? "it did not answer in time" : why.message();
    return Refusal("dockerd cannot be asked on " + socket.string() + ": " + reason);
}

}  // namespace

struct ApiClient::State {
    State(asio::io_context& context, std::filesystem::path path, std::chrono::milliseconds limit)
        : io(context), socket(std::move(path)), time_limit(limit) {}

    asio::awaitable<Answer<std::string>> get(std::string target);

    template <class T>
    static asio::awaitable<void> get_and_read(std::shared_ptr<State> self,
                                              std::string target,
                                              Answer<T> (*read)(std::string_view),
                                              Callback<T> done);

    asio::io_context& io;
    std::filesystem::path socket;
    std::chrono::milliseconds time_limit;
    bool closed = false;
};

asio::awaitable<Answer<std::string>> ApiClient::State::get(std::string target) {
    constexpr std::size_t kLongestPath = 107;  // sun_path of sockaddr_un; Asio throws beyond it
    if (socket.string().size() > kLongestPath) {
        co_return Refusal("the path of dockerd's socket is too long: " + socket.string());
    }
    Stream stream(io);
    stream.expires_after(time_limit);
    error_code why;
    const asio::local::stream_protocol::endpoint endpoint(socket.string());
    co_await stream.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, why));
    if (why) {
        co_return failed(socket, why);
    }
    http::request<http::empty_body> request(http::verb::get, target, 11);
    request.set(http::field::host, "docker");
    request.keep_alive(false);
    co_await http::async_write(stream, request, asio::redirect_error(asio::use_awaitable, why));
    if (why) {
        co_return failed(socket, why);
    }
    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(kLargestReply);
    co_await http::async_read(
        stream, buffer, parser, asio::redirect_error(asio::use_awaitable, why));
    if (why) {
        co_return failed(socket, why);
    }
    if (parser.get().result() != http::status::ok) {
        co_return Refusal("dockerd answered " + std::to_string(parser.get().result_int()) +
                          " to GET " + target);
    }
    // In place: a text could also be read as the sentence of a refusal.
    co_return Answer<std::string>(boost::system::in_place_value, std::move(parser.get().body()));
}

template <class T>
asio::awaitable<void> ApiClient::State::get_and_read(std::shared_ptr<State> self,
                                                     std::string target,
                                                     Answer<T> (*read)(std::string_view),
                                                     Callback<T> done) {
    const Answer<std::string> body = co_await self->get(target);
    if (!self->closed) {
        done(body ? read(*body) : Answer<T>(body.error()));
    }
}

ApiClient::ApiClient(asio::io_context& io,
                     std::filesystem::path socket,
                     std::chrono::milliseconds time_limit)
    : state_(std::make_shared<State>(io, std::move(socket), time_limit)) {}

ApiClient::~ApiClient() {
    state_->closed = true;
}

void ApiClient::network(const std::string& id, Callback<NetworkInfo> done) {
    asio::co_spawn(state_->io,
                   State::get_and_read<NetworkInfo>(
                       state_, "/networks/" + id, decode_network_info, std::move(done)),
                   asio::detached);
}

void ApiClient::containers(Callback<std::vector<ContainerInfo>> done) {
    asio::co_spawn(state_->io,
                   State::get_and_read<std::vector<ContainerInfo>>(
                       state_, "/containers/json?all=1", decode_containers, std::move(done)),
                   asio::detached);
}

}  // namespace routeproof::docker
