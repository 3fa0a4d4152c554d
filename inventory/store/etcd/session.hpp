// Calls to a cluster: one connection at a time, to the next member when one fails, until a
// deadline. Every call that is made here may safely be made twice (see etcd_store.hpp).
#pragma once

#include "inventory/store/etcd/connection.hpp"
#include "inventory/store/etcd_store.hpp"

#include <functional>

namespace routeproof::store::etcd {

class Session {
public:
    /// The context is null if no endpoint is https.
    Session(const EtcdOptions& options, std::shared_ptr<boost::asio::ssl::context> tls);

    /// The body of the answer. Errors: Unavailable, Unknown (some member was told and did not
    /// answer), LeaseGone, Refused; each names what every member said.
    Result<std::string> call(std::string_view path, std::string_view body, Deadline deadline);

    /// A connection of its own, to the member whose turn it is.
    Result<std::unique_ptr<Connection>> connect(Deadline deadline);
    /// The turn is the next member's.
    void fail_over();

    const Endpoint& endpoint() const { return endpoints_[current_]; }

private:
    Result<std::string> try_once(std::string_view path, std::string_view body, Deadline deadline);

    std::vector<Endpoint> endpoints_;
    std::shared_ptr<boost::asio::ssl::context> tls_;
    std::chrono::milliseconds attempt_;
    std::size_t current_ = 0;
    std::unique_ptr<Connection> connection_;
};

}  // namespace routeproof::store::etcd
