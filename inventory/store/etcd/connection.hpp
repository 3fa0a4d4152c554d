// One HTTP/1.1 connection to one member of etcd. Every call blocks until its deadline at most; who
// lets it pass closes the connection, except for a line of a stream that has not come yet.
#pragma once

#include "inventory/store/etcd/endpoint.hpp"
#include "inventory/store/failure.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace boost::asio::ssl {
class context;
}

namespace routeproof::store::etcd {

using Deadline = std::chrono::steady_clock::time_point;

struct HttpReply {
    unsigned status = 0;
    std::string body;
};

class Connection {
public:
    /// Resolves, connects, shakes hands. `tls` is needed for an https endpoint. Errors:
    /// Unavailable, Refused (certificates).
    static Result<std::unique_ptr<Connection>> open(const Endpoint& endpoint,
                                                    std::shared_ptr<boost::asio::ssl::context> tls,
                                                    Deadline deadline);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Errors: Unavailable (nothing was sent), Unknown (the answer did not come), Refused.
    /// After an error the connection is of no use any more.
    Result<HttpReply> post(std::string_view path, std::string_view body, Deadline deadline);

    /// Asks for an answer that comes line by line and has no end.
    Result<void> open_stream(std::string_view path, std::string_view body, Deadline deadline);
    /// The next line of it; empty when the deadline passed, and then the line may be waited for
    /// again. Errors: Unavailable, Refused.
    Result<std::string> next_line(Deadline deadline);

private:
    struct Impl;
    explicit Connection(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace routeproof::store::etcd
