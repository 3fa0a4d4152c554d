// Many prefixes into few UPDATEs: each message is filled to the limit, in place, at the end of the
// buffer that goes to the socket.
#pragma once

#include "agent/peering/wire/update.hpp"

namespace routeproof::bgp {

/// Attributes encoded once for all the prefixes that share them.
struct EncodedAttributes {
    Bytes octets;           // all but MP_REACH
    net::Address next_hop;  // IPv4: in `octets` as NEXT_HOP. IPv6: goes into MP_REACH
    std::optional<net::Address> link_local;  // beside a global IPv6 next hop (RFC 2545 3)

    friend bool operator==(const EncodedAttributes&, const EncodedAttributes&) = default;
};

/// Communities are sorted and made unique. Empty octets with a value of no error cannot be:
/// ORIGIN and AS_PATH are always there. Error: too large for any message.
boost::system::result<EncodedAttributes> encode_attributes(PathAttributes attributes,
                                                           const net::Address& next_hop,
                                                           const UpdateContext& context);

/// Builds one UPDATE behind what `out` holds: add() until it says no, then finish(). One that is
/// not finished leaves `out` as it was.
class UpdateFiller {
public:
    /// Announcements. IPv4 prefixes with an IPv4 next hop stand in the message's NLRI, all others
    /// in MP_REACH. `attributes` must outlive the filler.
    static UpdateFiller announcements(Bytes& out,
                                      AfiSafi family,
                                      const EncodedAttributes& attributes,
                                      std::size_t limit);
    /// No UPDATE with these attributes and so many prefixes is larger. A `limit` of that much, if
    /// it is below the peer's, saves making room for what will not come.
    static std::size_t enough(const EncodedAttributes& attributes, std::size_t prefixes);
    /// Withdrawals: IPv4 in the message's own field, others in MP_UNREACH alone.
    static UpdateFiller withdrawals(Bytes& out, AfiSafi family, std::size_t limit);

    UpdateFiller(UpdateFiller&& other) noexcept;
    UpdateFiller& operator=(UpdateFiller&&) = delete;
    ~UpdateFiller();

    /// False if it does not fit any more; nothing is written then.
    bool add(const net::Prefix& prefix);
    /// Prefixes so far.
    std::size_t count() const { return count_; }
    /// Fills in the lengths. Precondition: count() != 0.
    void finish();

private:
    UpdateFiller(Bytes& out, std::size_t limit);
    void u8(std::uint8_t value) { *at_++ = value; }
    void u16(std::size_t value);
    void bytes(ByteView octets);
    void open_mp(AttributeCode code, AfiSafi family);
    static void patch(std::uint8_t* at, std::size_t value);

    Bytes* out_;  // nullptr once finished or moved from
    std::size_t begin_;
    std::uint8_t* at_;
    std::uint8_t* end_;  // of the room for prefixes
    std::uint8_t* attributes_length_ = nullptr;
    std::uint8_t* prefixes_length_ = nullptr;  // of MP_REACH, MP_UNREACH or the withdrawn routes
    ByteView behind_;                          // attributes that stand behind the prefixes
    bool withdrawn_field_ = false;
    std::size_t count_ = 0;
};

/// RFC 4724 2.
Bytes encode_end_of_rib(AfiSafi family);

}  // namespace routeproof::bgp
