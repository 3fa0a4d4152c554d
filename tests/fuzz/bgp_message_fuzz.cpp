// Any octets as a BGP message, in any context: never a crash, and what was accepted means the same
// after it was written and read again.
#include "agent/peering/wire/header.hpp"
#include "agent/peering/wire/open.hpp"
#include "agent/peering/wire/route_refresh.hpp"
#include "agent/peering/wire/update.hpp"

#include <cstdlib>

namespace {

using namespace routeproof::bgp;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

UpdateContext context_of(std::uint8_t bits) {
    UpdateContext context;
    context.four_octet_as = (bits & 1U) != 0;
    context.internal = (bits & 2U) != 0;
    context.families = {kIpv4Unicast, kIpv6Unicast};
    if ((bits & 4U) != 0) {
        context.add_path = {kIpv4Unicast};
    }
    if ((bits & 8U) != 0) {
        context.add_path.push_back(kIpv6Unicast);
    }
    return context;
}

void try_update(ByteView body, const UpdateContext& context) {
    const auto update = decode_update(body, context);
    if (!update || update->action != ErrorAction::None) {
        return;
    }
    (void)end_of_rib(*update);
    // Path identifiers and four-octet numbers may make it longer than it was.
    const auto again = encode_update(*update, context, kMaxExtendedMessage);
    if (!again) {
        return;
    }
    const auto second = decode_update(ByteView(*again).subspan(kHeaderSize), context);
    require(second.has_value());
    require(*second == *update);
}

void try_open(ByteView body) {
    const auto open = decode_open(body);
    if (!open) {
        return;
    }
    (void)check_open(*open);
    const Bytes again = encode_body(*open);
    const auto second = decode_open(again);
    require(second.has_value());
    require(*second == *open);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1 + kHeaderSize) {
        return 0;
    }
    const UpdateContext context = context_of(data[0]);
    const ByteView octets(data + 1, size - 1);
    const auto header = decode_header(octets.first(kHeaderSize), kMaxExtendedMessage);
    // Fuzzers rarely guess lengths: the body is tried whatever the header says.
    const ByteView body = octets.subspan(kHeaderSize);
    switch (header ? header->type : static_cast<MessageType>(octets[18])) {
        case MessageType::Open:
            try_open(body);
            break;
        case MessageType::Update:
            try_update(body, context);
            break;
        case MessageType::Notification:
            (void)to_string(decode_notification(body));
            break;
        case MessageType::RouteRefresh:
            (void)decode_route_refresh(body);
            break;
        default:
            (void)decode_attributes(body, context);
            break;
    }
    return 0;
}
