// Many prefixes into few UPDATEs: each message is filled to the limit.
#pragma once

#include "agent/peering/wire/update.hpp"

#include <span>

namespace routeproof::bgp {

/// Attributes encoded once for all the prefixes that share them.
struct EncodedAttributes {
    Bytes octets;           // all but MP_REACH
    net::Address next_hop;  // IPv4: in `octets` as NEXT_HOP. IPv6: goes into MP_REACH

    friend bool operator==(const EncodedAttributes&, const EncodedAttributes&) = default;
};

/// Communities are sorted and made unique. Empty octets with a value of no error cannot be:
/// ORIGIN and AS_PATH are always there. Error: too large for any message.
boost::system::result<EncodedAttributes> encode_attributes(PathAttributes attributes,
                                                           const net::Address& next_hop,
                                                           const UpdateContext& context);

struct Packed {
    Bytes message;          // empty if not even one prefix fits beside the attributes
    std::size_t taken = 0;  // prefixes, from the front
};

/// All prefixes are of one family. One message with as many of them as fit `limit` octets.
Packed pack_announcements(const EncodedAttributes& attributes,
                          AfiSafi family,
                          std::span<const net::Prefix> prefixes,
                          std::size_t limit);
/// Without attributes; for IPv6 with MP_UNREACH alone.
Packed pack_withdrawals(AfiSafi family, std::span<const net::Prefix> prefixes, std::size_t limit);

/// RFC 4724 2.
Bytes encode_end_of_rib(AfiSafi family);

}  // namespace routeproof::bgp
