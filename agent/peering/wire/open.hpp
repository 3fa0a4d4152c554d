// OPEN (RFC 4271 4.2) with its optional parameters (RFC 5492, RFC 9072).
#pragma once

#include "agent/peering/wire/capability.hpp"
#include "inventory/net/router_id.hpp"

#include <optional>

namespace routeproof::bgp {

struct OpenMessage {
    net::Asn my_as;               // the two octets as they stand there: AS_TRANS if it did not fit
    std::uint16_t hold_time = 0;  // seconds, proposed
    net::RouterId bgp_identifier;
    std::vector<Capability> capabilities;

    /// The AS of the four-octet capability if there is one (RFC 6793 4.1), else my_as.
    net::Asn asn() const;

    friend bool operator==(const OpenMessage&, const OpenMessage&) = default;
};

/// Reads what follows the header. Says whether it can be read, not whether it is agreeable: that is
/// negotiate(). Errors: 2/1 (data: our version), 2/4 (data: the parameter), 2/0.
Result<OpenMessage> decode_open(ByteView body);

/// What is wrong with it whoever it comes from (RFC 4271 6.2, RFC 6286 2.1, RFC 7607, RFC
/// 9234 4.2): 2/2 AS 0, 2/3 identifier 0, 2/6 hold time 1 or 2, 2/11 two roles that differ.
std::optional<Notification> check_open(const OpenMessage& open);

/// What follows the header. More than 255 octets of parameters take the form of RFC 9072.
Bytes encode_body(const OpenMessage& open);

}  // namespace routeproof::bgp
