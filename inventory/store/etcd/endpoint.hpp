// Where a member of etcd answers clients: "https://10.0.0.1:2379".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace routeproof::store::etcd {

struct Endpoint {
    bool tls = false;
    std::string host;  // a name or an address, without brackets
    std::uint16_t port = 2379;

    std::string to_string() const;
    /// Nothing if it is no http or https URL of a host.
    static std::optional<Endpoint> parse(std::string_view url);

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

}  // namespace routeproof::store::etcd
