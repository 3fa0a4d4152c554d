#include "agent/peering/wire/route_refresh.hpp"

#include "agent/peering/wire/header.hpp"

namespace routeproof::bgp {

Result<RouteRefresh> decode_route_refresh(ByteView body) {
    // RFC 7313 5: other subtypes are ignored, and may be of any length.
    constexpr std::size_t kSubtype = 2;
    const bool known =
        body.size() <= kSubtype || body[kSubtype] <= static_cast<unsigned>(RefreshSubtype::End);
    if (known && body.size() != 4) {
        return Notification(ErrorCode::RouteRefresh,
                            route_refresh_error::kInvalidLength,
                            encode_message(MessageType::RouteRefresh, body));
    }
    Reader reader(body);
    RouteRefresh refresh;
    refresh.family.afi = static_cast<Afi>(reader.u16());
    refresh.subtype = static_cast<RefreshSubtype>(reader.u8());
    refresh.family.safi = static_cast<Safi>(reader.u8());
    return refresh;
}

Bytes encode_body(const RouteRefresh& refresh) {
    Writer writer(4);
    writer.u16(static_cast<std::uint16_t>(refresh.family.afi));
    writer.u8(static_cast<std::uint8_t>(refresh.subtype));
    writer.u8(static_cast<std::uint8_t>(refresh.family.safi));
    return writer.take();
}

}  // namespace routeproof::bgp
