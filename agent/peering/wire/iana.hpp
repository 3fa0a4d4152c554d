// Numbers that IANA keeps for BGP: one enum per registry. Values off the wire that stand in no
// enum are still valid objects of these types; switch with a way out.
#pragma once

#include <cstdint>

namespace routeproof::bgp {

// https://www.iana.org/assignments/bgp-parameters: BGP Message Types
enum class MessageType : std::uint8_t {
    Open = 1,
    Update = 2,
    Notification = 3,
    Keepalive = 4,
    RouteRefresh = 5,  // RFC 2918
};

// https://www.iana.org/assignments/address-family-numbers
enum class Afi : std::uint16_t { IPv4 = 1, IPv6 = 2 };

// https://www.iana.org/assignments/safi-namespace
enum class Safi : std::uint8_t { Unicast = 1 };

// https://www.iana.org/assignments/bgp-parameters: BGP OPEN Optional Parameter Types
enum class OptionalParameter : std::uint8_t {
    Capabilities = 2,      // RFC 5492
    ExtendedLength = 255,  // RFC 9072
};

// https://www.iana.org/assignments/capability-codes
enum class CapabilityCode : std::uint8_t {
    Multiprotocol = 1,          // RFC 4760
    RouteRefresh = 2,           // RFC 2918
    ExtendedNextHop = 5,        // RFC 8950
    ExtendedMessage = 6,        // RFC 8654
    Role = 9,                   // RFC 9234
    GracefulRestart = 64,       // RFC 4724
    FourOctetAs = 65,           // RFC 6793
    AddPath = 69,               // RFC 7911
    EnhancedRouteRefresh = 70,  // RFC 7313
    LongLivedRestart = 71,      // RFC 9494
    Fqdn = 73,                  // draft-walton-bgp-hostname-capability
    SoftwareVersion = 75,       // draft-abraitis-bgp-version-capability
};

// https://www.iana.org/assignments/bgp-parameters: BGP Role Value (RFC 9234 4.1)
enum class Role : std::uint8_t {
    Provider = 0,
    RouteServer = 1,
    RouteServerClient = 2,
    Customer = 3,
    Peer = 4,
};

// https://www.iana.org/assignments/bgp-parameters: BGP Route Refresh Subcodes
enum class RefreshSubtype : std::uint8_t {
    Request = 0,  // RFC 2918
    Begin = 1,    // BoRR (RFC 7313)
    End = 2,      // EoRR
};

// https://www.iana.org/assignments/bgp-parameters: BGP Path Attributes
enum class AttributeCode : std::uint8_t {
    Origin = 1,
    AsPath = 2,
    NextHop = 3,
    Med = 4,
    LocalPref = 5,
    AtomicAggregate = 6,
    Aggregator = 7,
    Communities = 8,               // RFC 1997
    OriginatorId = 9,              // RFC 4456
    ClusterList = 10,              // RFC 4456
    MpReach = 14,                  // RFC 4760
    MpUnreach = 15,                // RFC 4760
    ExtendedCommunities = 16,      // RFC 4360
    As4Path = 17,                  // RFC 6793
    As4Aggregator = 18,            // RFC 6793
    Ipv6ExtendedCommunities = 25,  // RFC 5701
    Aigp = 26,                     // RFC 7311
    LargeCommunities = 32,         // RFC 8092
    OnlyToCustomer = 35,           // RFC 9234
    PrefixSid = 40,                // RFC 8669
};

// RFC 4271 4.3, Attribute Flags
namespace flag {
inline constexpr std::uint8_t kOptional = 0x80;
inline constexpr std::uint8_t kTransitive = 0x40;
inline constexpr std::uint8_t kPartial = 0x20;
inline constexpr std::uint8_t kExtendedLength = 0x10;
}  // namespace flag

// RFC 4271 4.3, ORIGIN
enum class Origin : std::uint8_t { Igp = 0, Egp = 1, Incomplete = 2 };

// https://www.iana.org/assignments/bgp-parameters: BGP Error (Notification) Codes
enum class ErrorCode : std::uint8_t {
    MessageHeader = 1,
    Open = 2,
    Update = 3,
    HoldTimerExpired = 4,
    FiniteStateMachine = 5,
    Cease = 6,
    RouteRefresh = 7,          // RFC 7313
    SendHoldTimerExpired = 8,  // RFC 9687
};

// Subcodes are per code, hence plain numbers in a namespace each.
namespace header_error {
inline constexpr std::uint8_t kNotSynchronized = 1;
inline constexpr std::uint8_t kBadLength = 2;
inline constexpr std::uint8_t kBadType = 3;
}  // namespace header_error

namespace open_error {
inline constexpr std::uint8_t kUnspecific = 0;
inline constexpr std::uint8_t kUnsupportedVersion = 1;
inline constexpr std::uint8_t kBadPeerAs = 2;
inline constexpr std::uint8_t kBadBgpIdentifier = 3;
inline constexpr std::uint8_t kUnsupportedOptionalParameter = 4;
inline constexpr std::uint8_t kUnacceptableHoldTime = 6;
inline constexpr std::uint8_t kUnsupportedCapability = 7;  // RFC 5492
inline constexpr std::uint8_t kRoleMismatch = 11;          // RFC 9234
}  // namespace open_error

namespace update_error {
inline constexpr std::uint8_t kMalformedAttributeList = 1;
inline constexpr std::uint8_t kUnrecognizedWellKnown = 2;
inline constexpr std::uint8_t kMissingWellKnown = 3;
inline constexpr std::uint8_t kAttributeFlags = 4;
inline constexpr std::uint8_t kAttributeLength = 5;
inline constexpr std::uint8_t kInvalidOrigin = 6;
inline constexpr std::uint8_t kInvalidNextHop = 8;
inline constexpr std::uint8_t kOptionalAttribute = 9;
inline constexpr std::uint8_t kInvalidNetworkField = 10;
inline constexpr std::uint8_t kMalformedAsPath = 11;
}  // namespace update_error

// RFC 6608
namespace fsm_error {
inline constexpr std::uint8_t kUnspecific = 0;
inline constexpr std::uint8_t kInOpenSent = 1;
inline constexpr std::uint8_t kInOpenConfirm = 2;
inline constexpr std::uint8_t kInEstablished = 3;
}  // namespace fsm_error

// RFC 4486, 8538, 9384
namespace cease {
inline constexpr std::uint8_t kMaximumPrefixes = 1;
inline constexpr std::uint8_t kAdministrativeShutdown = 2;
inline constexpr std::uint8_t kPeerDeconfigured = 3;
inline constexpr std::uint8_t kAdministrativeReset = 4;
inline constexpr std::uint8_t kConnectionRejected = 5;
inline constexpr std::uint8_t kOtherConfigurationChange = 6;
inline constexpr std::uint8_t kConnectionCollision = 7;
inline constexpr std::uint8_t kOutOfResources = 8;
inline constexpr std::uint8_t kHardReset = 9;
inline constexpr std::uint8_t kBfdDown = 10;
}  // namespace cease

namespace route_refresh_error {
inline constexpr std::uint8_t kInvalidLength = 1;
}  // namespace route_refresh_error

inline constexpr std::uint8_t kBgpVersion = 4;

}  // namespace routeproof::bgp
