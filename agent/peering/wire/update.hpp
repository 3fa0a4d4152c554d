// UPDATE (RFC 4271 4.3), read by the rules of RFC 7606.
#pragma once

#include "agent/peering/wire/attribute.hpp"
#include "agent/peering/wire/notification.hpp"

#include <string>

namespace routeproof::bgp {

/// What a session agreed on that changes how octets are read and written.
struct UpdateContext {
    bool four_octet_as = true;  // both sides sent the capability (RFC 6793)
    bool internal = false;      // iBGP: LOCAL_PREF and the reflector's attributes mean something
    std::vector<AfiSafi> families{kIpv4Unicast};
    std::vector<AfiSafi> add_path;           // NLRI of these carry a path identifier (RFC 7911)
    std::vector<AfiSafi> extended_next_hop;  // of these a next hop of the other AFI is agreed
    std::size_t max_message = 4096;          // what the peer takes: 65535 after RFC 8654
};

/// True if NLRI of the family are read and written with path identifiers.
bool carries_path_ids(const UpdateContext& context, AfiSafi family);

/// RFC 7606 2, weakest first, so that the strongest of several is their maximum.
enum class ErrorAction : std::uint8_t { None, AttributeDiscard, TreatAsWithdraw, SessionReset };
std::string_view to_string(ErrorAction action);
std::ostream& operator<<(std::ostream& out, ErrorAction action);

/// One fault in the attributes, with the NOTIFICATION that RFC 4271 6.3 would have sent for it.
struct AttributeError {
    ErrorAction action = ErrorAction::None;
    std::uint8_t attribute = 0;
    std::string why;
    Notification notification;
    friend bool operator==(const AttributeError&, const AttributeError&) = default;
};

struct Update {
    std::vector<net::Prefix> withdrawn_routes;
    PathAttributes attributes;
    std::optional<MpReach> mp_reach;
    std::optional<MpUnreach> mp_unreach;
    std::vector<net::Prefix> nlri;
    // RFC 7911: one for each prefix where the session carries them, else none at all.
    std::vector<std::uint32_t> withdrawn_path_ids{};
    std::vector<std::uint32_t> nlri_path_ids{};
    // The strongest action of `errors`. With TreatAsWithdraw, nlri and mp_reach count as withdrawn
    // and the attributes mean nothing.
    ErrorAction action = ErrorAction::None;
    std::vector<AttributeError> errors;

    friend bool operator==(const Update&, const Update&) = default;
};

/// Reads what follows the header. An error is a session reset; everything that can be survived is
/// in the result.
Result<Update> decode_update(ByteView body, const UpdateContext& context);

/// Path attributes without their message: what is there, and what is wrong with it. Whether
/// mandatory ones are missing depends on the message and is not looked at.
struct DecodedAttributes {
    PathAttributes attributes;
    std::optional<MpReach> mp_reach;
    std::optional<MpUnreach> mp_unreach;
    std::vector<AttributeError> errors;

    ErrorAction action() const;  // the strongest of `errors`
};
DecodedAttributes decode_attributes(ByteView octets, const UpdateContext& context);
/// The way back. Error: more than a message may hold.
boost::system::result<Bytes> encode_attributes_of(const Update& update,
                                                  const UpdateContext& context);

/// The family whose initial table is complete, if this is an End-of-RIB marker (RFC 4724 2).
std::optional<AfiSafi> end_of_rib(const Update& update);

/// A whole message; `errors` and `action` play no part. Error: it would not fit `limit` octets.
boost::system::result<Bytes> encode_update(const Update& update,
                                           const UpdateContext& context,
                                           std::size_t limit);

}  // namespace routeproof::bgp
