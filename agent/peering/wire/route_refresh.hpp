// ROUTE-REFRESH (RFC 2918, the middle octet as in RFC 7313).
#pragma once

#include "agent/peering/wire/afi_safi.hpp"
#include "agent/peering/wire/notification.hpp"

namespace routeproof::bgp {

struct RouteRefresh {
    AfiSafi family;
    RefreshSubtype subtype = RefreshSubtype::Request;  // RFC 7313 3.2; others are to be ignored

    friend bool operator==(const RouteRefresh&, const RouteRefresh&) = default;
};

/// Error 7/1 (data: the whole message) when there is more or less than four octets: the longer ORF
/// form (RFC 5291) is never negotiated by us.
Result<RouteRefresh> decode_route_refresh(ByteView body);
Bytes encode_body(const RouteRefresh& refresh);

}  // namespace routeproof::bgp
