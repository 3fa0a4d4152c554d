#include "inventory/store/etcd/connection.hpp"

#include "inventory/store/etcd/resolve.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <netinet/tcp.h>

#include <optional>
#include <variant>

namespace routeproof::store::etcd {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Plain = tcp::socket;
using Tls = asio::ssl::stream<tcp::socket>;

/// A stream that is silent because its member is gone without a word ends after about ten seconds.
constexpr int kKeepIdle = 4;
constexpr int kKeepInterval = 2;
constexpr int kKeepCount = 3;

}  // namespace

struct Connection::Impl {
    Impl(Endpoint where, std::shared_ptr<asio::ssl::context> context)
        : endpoint(std::move(where)), tls(std::move(context)) {
        if (endpoint.tls) {
            stream.emplace<Tls>(io, *tls);
        } else {
            stream.emplace<Plain>(io);
        }
    }

    tcp::socket& socket() {
        auto* const plain = std::get_if<Plain>(&stream);
        return plain != nullptr ? *plain : std::get<Tls>(stream).next_layer();
    }

    template <class Call>
    void on_stream(Call call) {
        if (auto* const plain = std::get_if<Plain>(&stream)) {
            call(*plain);
        } else {
            call(std::get<Tls>(stream));
        }
    }

    /// `start` begins one asynchronous operation with the completion that it is given.
    template <class Start>
    error_code run(Start start, Deadline deadline) {
        std::optional<error_code> outcome;
        start([&outcome](const error_code& why, auto&&...) { outcome = why; });
        io.restart();
        io.run_until(deadline);
        if (outcome) {
            return *outcome;
        }
        error_code ignored;
        socket().close(ignored);
        io.restart();
        io.run();  // the operation ends at once, before what it works on does
        return asio::error::timed_out;
    }

    Failure failure(Errc code, const char* stage, const error_code& why);
    Result<void> connect(Deadline deadline);
    Result<void> shake_hands(Deadline deadline);
    http::request<http::string_body> request(std::string_view path, std::string_view body) const;
    bool take_line(std::string& line);

    Endpoint endpoint;
    std::shared_ptr<asio::ssl::context> tls;
    asio::io_context io{1};
    std::variant<std::monostate, Plain, Tls> stream;
    boost::beast::flat_buffer buffer;
    std::optional<http::response_parser<http::string_body>> streamed;
    bool reading = false;  // a read of the stream is under way
    error_code read_outcome;
};

// TLS 1.3: a server that does not like our certificate says so after the handshake, in its answer.
Failure Connection::Impl::failure(Errc code, const char* stage, const error_code& why) {
    const bool of_tls = why.category() == asio::error::get_ssl_category();
    std::string text = endpoint.to_string() + ": " + stage + ": " +
                       (why == asio::error::timed_out ? "no answer in time" : why.message());
    if (of_tls && std::holds_alternative<Tls>(stream)) {
        const long verdict = SSL_get_verify_result(std::get<Tls>(stream).native_handle());
        if (verdict != X509_V_OK) {
            text.append(": ").append(X509_verify_cert_error_string(verdict));
        }
    }
    return {of_tls ? Errc::Refused : code, std::move(text)};
}

Result<void> Connection::Impl::connect(Deadline deadline) {
    const auto found = resolve(endpoint.host, endpoint.port, deadline);
    if (!found) {
        return Failure(found.error().code, endpoint.to_string() + ": " + found.error().detail);
    }
    error_code why;
    for (const tcp::endpoint& address : *found) {
        error_code ignored;
        socket().close(ignored);
        why = run([&](auto done) { socket().async_connect(address, done); }, deadline);
        if (!why) {
            break;
        }
    }
    if (why) {
        return failure(Errc::Unavailable, "connect", why);
    }
    error_code ignored;
    socket().set_option(tcp::no_delay(true), ignored);
    socket().set_option(asio::socket_base::keep_alive(true), ignored);
    for (const auto& [name, value] : {std::pair{TCP_KEEPIDLE, kKeepIdle},
                                      {TCP_KEEPINTVL, kKeepInterval},
                                      {TCP_KEEPCNT, kKeepCount}}) {
        ::setsockopt(socket().native_handle(), IPPROTO_TCP, name, &value, sizeof value);
    }
    return {};
}

Result<void> Connection::Impl::shake_hands(Deadline deadline) {
    auto& secure = std::get<Tls>(stream);
    secure.set_verify_callback(asio::ssl::host_name_verification(endpoint.host));
    error_code not_an_address;
    asio::ip::make_address(endpoint.host, not_an_address);
    if (not_an_address) {
        SSL_set_tlsext_host_name(secure.native_handle(), endpoint.host.c_str());
    }
    const error_code why = run(
        [&](auto done) { secure.async_handshake(asio::ssl::stream_base::client, done); }, deadline);
    if (why) {
        return failure(Errc::Unavailable, "TLS", why);
    }
    return {};
}

http::request<http::string_body> Connection::Impl::request(std::string_view path,
                                                           std::string_view body) const {
    http::request<http::string_body> request(
        http::verb::post, {path.data(), path.size()}, 11, std::string(body));
    request.set(http::field::host, endpoint.host);
    request.set(http::field::content_type, "application/json");
    // gRPC metadata: a member that has lost the others says so instead of being silent.
    request.set("Grpc-Metadata-hasleader", "true");
    request.prepare_payload();
    return request;
}

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Connection::~Connection() {
    error_code ignored;
    impl_->socket().close(ignored);
    impl_->io.restart();
    impl_->io.run();  // a read that is under way ends before what it reads into
}

Result<std::unique_ptr<Connection>> Connection::open(const Endpoint& endpoint,
                                                     std::shared_ptr<asio::ssl::context> tls,
                                                     Deadline deadline) {
    auto impl = std::make_unique<Impl>(endpoint, std::move(tls));
    if (const auto connected = impl->connect(deadline); !connected) {
        return connected.error();
    }
    if (endpoint.tls) {
        if (const auto secure = impl->shake_hands(deadline); !secure) {
            return secure.error();
        }
    }
    return std::unique_ptr<Connection>(new Connection(std::move(impl)));
}

Result<HttpReply> Connection::post(std::string_view path,
                                   std::string_view body,
                                   Deadline deadline) {
    const auto request = impl_->request(path, body);
    error_code why;
    impl_->on_stream([&](auto& stream) {
        why = impl_->run([&](auto done) { http::async_write(stream, request, done); }, deadline);
    });
    if (why) {
        // Part of it may have gone out; only the whole of it is a request.
        return impl_->failure(Errc::Unavailable, "send", why);
    }
    http::response_parser<http::string_body> parser;
    parser.body_limit(boost::none);  // a store may be large, and etcd is trusted
    impl_->on_stream([&](auto& stream) {
        why = impl_->run([&](auto done) { http::async_read(stream, impl_->buffer, parser, done); },
                         deadline);
    });
    if (why) {
        return impl_->failure(Errc::Unknown, "answer", why);
    }
    auto response = parser.release();
    return HttpReply{response.result_int(), std::move(response.body())};
}

Result<void> Connection::open_stream(std::string_view path,
                                     std::string_view body,
                                     Deadline deadline) {
    const auto request = impl_->request(path, body);
    error_code why;
    impl_->on_stream([&](auto& stream) {
        why = impl_->run([&](auto done) { http::async_write(stream, request, done); }, deadline);
    });
    if (why) {
        return impl_->failure(Errc::Unavailable, "send", why);
    }
    impl_->streamed.emplace();
    impl_->streamed->body_limit(boost::none);
    return {};
}

bool Connection::Impl::take_line(std::string& line) {
    if (!streamed->is_header_done()) {
        return false;
    }
    std::string& body = streamed->get().body();
    const auto end = body.find('\n');
    if (end == std::string::npos) {
        return false;
    }
    line = body.substr(0, end);
    body.erase(0, end + 1);
    return true;
}

Result<std::string> Connection::next_line(Deadline deadline) {
    std::string line;
    while (!impl_->take_line(line)) {
        if (impl_->streamed->is_done()) {
            return Failure(Errc::Unavailable, impl_->endpoint.to_string() + ": the stream ended");
        }
        if (!impl_->reading) {
            impl_->reading = true;
            impl_->on_stream([this](auto& stream) {
                http::async_read_some(
                    stream, impl_->buffer, *impl_->streamed, [this](const error_code& why, auto) {
                        impl_->reading = false;
                        impl_->read_outcome = why;
                    });
            });
        }
        impl_->io.restart();
        impl_->io.run_until(deadline);
        if (impl_->reading) {
            return std::string();
        }
        if (impl_->read_outcome) {
            return impl_->failure(Errc::Unavailable, "watch", impl_->read_outcome);
        }
    }
    return line;
}

}  // namespace routeproof::store::etcd
