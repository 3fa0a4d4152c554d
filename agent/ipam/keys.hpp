// Where IPAM's records stand in the store.
#pragma once

#include "inventory/net/prefix.hpp"

#include <string>

namespace routeproof::ipam {

inline constexpr const char* kAddresses = "ipam/addresses/";
inline constexpr const char* kBlocks = "ipam/blocks/";
inline constexpr const char* kCooling = "ipam/cooling/";
inline constexpr const char* kCursors = "ipam/cursors/";

inline std::string address_key(const net::Address& address) {
    return kAddresses + address.to_string();
}
/// Freed lately: not yet to be chosen by itself.
inline std::string cooling_key(const net::Address& address) {
    return kCooling + address.to_string();
}
inline std::string block_key(const net::Prefix& block) {
    return kBlocks + block.to_string();
}
/// The address that was chosen last in a block.
inline std::string cursor_key(const net::Prefix& block) {
    return kCursors + block.to_string();
}
/// There while the host's agent is in touch with a shared store, kept by leases. Without the long
/// one its addresses may be taken over; without the short one nobody borrows from its blocks, for
/// it may decide about them alone.
inline std::string alive_key(const std::string& host) {
    return "hosts/" + host + "/alive";
}
inline std::string heard_key(const std::string& host) {
    return "hosts/" + host + "/heard";
}

}  // namespace routeproof::ipam
