// Path attributes as values (RFC 4271 5 and the RFCs named below).
#pragma once

#include "agent/peering/wire/afi_safi.hpp"
#include "agent/peering/wire/buffer.hpp"
#include "inventory/net/as_path.hpp"
#include "inventory/net/community.hpp"
#include "inventory/net/prefix.hpp"

#include <array>
#include <optional>
#include <vector>

namespace routeproof::bgp {

struct Aggregator {
    net::Asn asn;
    net::Address address;
    friend bool operator==(const Aggregator&, const Aggregator&) = default;
};

struct ExtendedCommunity {  // RFC 4360: opaque; type and subtype are the first octets
    std::array<std::uint8_t, 8> octets{};
    friend auto operator<=>(const ExtendedCommunity&, const ExtendedCommunity&) = default;
};

struct LargeCommunity {  // RFC 8092
    std::uint32_t global_administrator = 0;
    std::uint32_t local_data1 = 0;
    std::uint32_t local_data2 = 0;
    friend auto operator<=>(const LargeCommunity&, const LargeCommunity&) = default;
};

struct UnknownAttribute {  // kept with its flags: who passes routes on must pass on the transitive
    std::uint8_t flags = 0;  // without the extended-length bit, which is of the encoding
    std::uint8_t code = 0;
    Bytes value;
    friend bool operator==(const UnknownAttribute&, const UnknownAttribute&) = default;
};

/// What describes a route, without its prefix and without MP_REACH's framing. Nothing set means
/// the attribute was not there.
struct PathAttributes {
    std::optional<Origin> origin;
    std::optional<net::AsPath> as_path;    // AS4_PATH already merged in (RFC 6793 4.2.3)
    std::optional<net::Address> next_hop;  // NEXT_HOP: IPv4 in withdrawn_routes/NLRI encoding only
    std::optional<std::uint32_t> med;
    std::optional<std::uint32_t> local_pref;
    bool atomic_aggregate = false;
    std::optional<Aggregator> aggregator;
    std::optional<net::Address> originator_id;  // RFC 4456; within one AS only, as is the next
    std::vector<net::Address> cluster_list;
    std::vector<net::Community> communities;
    std::vector<ExtendedCommunity> extended_communities;
    std::vector<LargeCommunity> large_communities;
    std::optional<net::Asn> only_to_customer;  // OTC (RFC 9234 5)
    std::vector<UnknownAttribute> unknown;

    friend bool operator==(const PathAttributes&, const PathAttributes&) = default;
};

struct MpReach {
    AfiSafi family;
    net::Address next_hop;
    std::optional<net::Address>
        link_local;  // RFC 2545 3: the second address of a 32-octet next hop
    std::vector<net::Prefix> nlri;
    std::vector<std::uint32_t> path_ids{};  // one for each of nlri, or none at all (RFC 7911)
    friend bool operator==(const MpReach&, const MpReach&) = default;
};

struct MpUnreach {
    AfiSafi family;
    std::vector<net::Prefix> withdrawn_routes;
    std::vector<std::uint32_t> path_ids{};
    friend bool operator==(const MpUnreach&, const MpUnreach&) = default;
};

}  // namespace routeproof::bgp
