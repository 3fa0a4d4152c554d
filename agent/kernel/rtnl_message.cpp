#include "agent/kernel/rtnl_message.hpp"

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace routeproof::kernel {
namespace {

constexpr std::size_t kRoom = 4096;  // far more than any request here needs

std::uint8_t family_number(net::Family family) {
    return family == net::Family::IPv4 ? AF_INET : AF_INET6;
}

/// A message under construction in a buffer of its own, zeroed as libmnl asks for.
class Builder {
public:
    Builder(std::uint16_t type, int flags) : buffer_(kRoom) {
        header_ = mnl_nlmsg_put_header(buffer_.data());
        header_->nlmsg_type = type;
        header_->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    }

    template <class T>
    T* extra() {
        return static_cast<T*>(mnl_nlmsg_put_extra_header(header_, sizeof(T)));
    }
    void put(std::uint16_t type, std::uint32_t value) { mnl_attr_put_u32(header_, type, value); }
    void put(std::uint16_t type, const net::Address& address) {
        mnl_attr_put(header_, type, address.octets().size(), address.octets().data());
    }
    void put(std::uint16_t type, const MacAddress& mac) {
        mnl_attr_put(header_, type, mac.size(), mac.data());
    }
    void put(std::uint16_t type, std::string_view text) {
        mnl_attr_put_strz(header_, type, std::string(text).c_str());
    }
    nlattr* nest(std::uint16_t type) { return mnl_attr_nest_start(header_, type); }
    void end(nlattr* nested) { mnl_attr_nest_end(header_, nested); }
    nlmsghdr* header() { return header_; }

    Bytes bytes() {
        buffer_.resize(header_->nlmsg_len);
        return std::move(buffer_);
    }

private:
    Bytes buffer_;
    nlmsghdr* header_;
};

/// The attributes of one message or nest by their type; the last of equal ones wins.
template <std::size_t Size>
using Attributes = std::array<const nlattr*, Size>;

template <std::size_t Size>
int keep(const nlattr* attribute, void* into) {
    auto& attributes = *static_cast<Attributes<Size>*>(into);
    const std::uint16_t type = mnl_attr_get_type(attribute);
    if (type < Size) {
        attributes[type] = attribute;
    }
    return MNL_CB_OK;
}

template <std::size_t Size>
Attributes<Size> attributes_of(const nlmsghdr* message, unsigned offset) {
    Attributes<Size> attributes{};
    mnl_attr_parse(message, offset, keep<Size>, &attributes);
    return attributes;
}

std::optional<std::uint32_t> number(const nlattr* attribute) {
    if (attribute == nullptr || mnl_attr_validate(attribute, MNL_TYPE_U32) < 0) {
        return std::nullopt;
    }
    return mnl_attr_get_u32(attribute);
}

std::string text(const nlattr* attribute) {
    if (attribute == nullptr || mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) < 0) {
        return {};
    }
    return mnl_attr_get_str(attribute);
}

std::optional<net::Address> address(const nlattr* attribute) {
    if (attribute == nullptr) {
        return std::nullopt;
    }
    const auto* octets = static_cast<const std::uint8_t*>(mnl_attr_get_payload(attribute));
    const auto read = net::Address::from_octets({octets, mnl_attr_get_payload_len(attribute)});
    return read ? std::optional(*read) : std::nullopt;
}

Bytes dump(std::uint16_t type, std::uint8_t family) {
    Builder builder(type, NLM_F_DUMP);
    // The kernel checks the size of the header, which differs by type, on strict sockets only.
    if (type == RTM_GETLINK) {
        builder.extra<ifinfomsg>()->ifi_family = family;
    } else if (type == RTM_GETADDR) {
        builder.extra<ifaddrmsg>()->ifa_family = family;
    } else {
        builder.extra<rtmsg>()->rtm_family = family;
    }
    return builder.bytes();
}

void put_next_hops(Builder& builder, const std::vector<NextHop>& hops) {
    if (hops.size() == 1) {
        if (hops.front().gateway) {
            builder.put(RTA_GATEWAY, *hops.front().gateway);
        }
        if (hops.front().link != 0) {
            builder.put(RTA_OIF, static_cast<std::uint32_t>(hops.front().link));
        }
        return;
    }
    // rtnexthop is a header of its own kind inside the attribute: length, then attributes.
    nlattr* const multipath = builder.nest(RTA_MULTIPATH);
    for (const NextHop& hop : hops) {
        nlmsghdr* const message = builder.header();
        const auto start = message->nlmsg_len;
        auto* const entry =
            static_cast<rtnexthop*>(mnl_nlmsg_put_extra_header(message, sizeof(rtnexthop)));
        entry->rtnh_ifindex = hop.link;
        if (hop.gateway) {
            builder.put(RTA_GATEWAY, *hop.gateway);
        }
        entry->rtnh_len = static_cast<std::uint16_t>(message->nlmsg_len - start);
    }
    builder.end(multipath);
}

void put_route(Builder& builder, const Route& route) {
    auto* const header = builder.extra<rtmsg>();
    header->rtm_family = family_number(route.destination.family());
    header->rtm_dst_len = static_cast<std::uint8_t>(route.destination.length());
    // Eight bits do not hold every table; RTA_TABLE below does and wins.
    header->rtm_table = RT_TABLE_UNSPEC;
    header->rtm_protocol = route.protocol;
    header->rtm_scope = route.scope;
    header->rtm_type = static_cast<std::uint8_t>(route.type);
    builder.put(RTA_DST, route.destination.address());
    builder.put(RTA_TABLE, route.table);
    if (route.metric != 0) {
        builder.put(RTA_PRIORITY, route.metric);
    }
    if (route.preferred_source) {
        builder.put(RTA_PREFSRC, *route.preferred_source);
    }
    if (!route.next_hops.empty()) {
        put_next_hops(builder, route.next_hops);
    }
}

std::vector<NextHop> read_multipath(const nlattr* attribute) {
    std::vector<NextHop> hops;
    const auto* entry = static_cast<const rtnexthop*>(mnl_attr_get_payload(attribute));
    auto left = static_cast<int>(mnl_attr_get_payload_len(attribute));
    while (left >= static_cast<int>(sizeof(rtnexthop)) && entry->rtnh_len >= sizeof(rtnexthop) &&
           entry->rtnh_len <= left) {
        NextHop hop{std::nullopt, entry->rtnh_ifindex};
        Attributes<RTA_MAX + 1> attributes{};
        mnl_attr_parse_payload(
            RTNH_DATA(entry), entry->rtnh_len - sizeof(rtnexthop), keep<RTA_MAX + 1>, &attributes);
        hop.gateway = address(attributes[RTA_GATEWAY]);
        hops.push_back(hop);
        left -= static_cast<int>(RTNH_ALIGN(entry->rtnh_len));
        entry = RTNH_NEXT(entry);
    }
    return hops;
}

}  // namespace

Bytes new_veth(const VethRequest& request) {
    Builder builder(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
    builder.extra<ifinfomsg>()->ifi_family = AF_UNSPEC;
    builder.put(IFLA_IFNAME, request.host_name);
    builder.put(IFLA_MTU, request.mtu);
    builder.put(IFLA_ADDRESS, request.host_mac);
    nlattr* const info = builder.nest(IFLA_LINKINFO);
    builder.put(IFLA_INFO_KIND, std::string_view("veth"));
    nlattr* const data = builder.nest(IFLA_INFO_DATA);
    // The peer is a whole link message inside an attribute.
    nlattr* const peer = builder.nest(VETH_INFO_PEER);
    builder.extra<ifinfomsg>()->ifi_family = AF_UNSPEC;
    builder.put(IFLA_IFNAME, request.container_name);
    builder.put(IFLA_MTU, request.mtu);
    builder.end(peer);
    builder.end(data);
    builder.end(info);
    return builder.bytes();
}

Bytes set_link_up(int link) {
    Builder builder(RTM_NEWLINK, NLM_F_ACK);
    auto* const header = builder.extra<ifinfomsg>();
    header->ifi_family = AF_UNSPEC;
    header->ifi_index = link;
    header->ifi_flags = IFF_UP;
    header->ifi_change = IFF_UP;
    return builder.bytes();
}

Bytes delete_link(std::string_view name) {
    Builder builder(RTM_DELLINK, NLM_F_ACK);
    builder.extra<ifinfomsg>()->ifi_family = AF_UNSPEC;
    builder.put(IFLA_IFNAME, name);
    return builder.bytes();
}

Bytes new_address(const InterfaceAddress& wanted) {
    Builder builder(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
    auto* const header = builder.extra<ifaddrmsg>();
    header->ifa_family = family_number(wanted.address.family());
    header->ifa_prefixlen = static_cast<std::uint8_t>(wanted.prefix_length);
    header->ifa_scope = wanted.scope;
    header->ifa_index = static_cast<std::uint32_t>(wanted.link);
    builder.put(IFA_LOCAL, wanted.address);
    builder.put(IFA_ADDRESS, wanted.address);
    return builder.bytes();
}

Bytes replace_route(const Route& route) {
    Builder builder(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);
    put_route(builder, route);
    return builder.bytes();
}

Bytes delete_route(const Route& route) {
    Builder builder(RTM_DELROUTE, NLM_F_ACK);
    put_route(builder, route);
    return builder.bytes();
}

Bytes dump_links() {
    return dump(RTM_GETLINK, AF_UNSPEC);
}
Bytes dump_addresses() {
    return dump(RTM_GETADDR, AF_UNSPEC);
}
Bytes dump_routes(net::Family family) {
    return dump(RTM_GETROUTE, family_number(family));
}

std::optional<Link> read_link(const nlmsghdr* message) {
    if (message->nlmsg_type != RTM_NEWLINK ||
        mnl_nlmsg_get_payload_len(message) < sizeof(ifinfomsg)) {
        return std::nullopt;
    }
    const auto* const header = static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(message));
    const auto attributes = attributes_of<IFLA_MAX + 1>(message, sizeof(ifinfomsg));
    Link link;
    link.index = header->ifi_index;
    link.up = (header->ifi_flags & IFF_UP) != 0;
    link.name = text(attributes[IFLA_IFNAME]);
    link.mtu = number(attributes[IFLA_MTU]).value_or(0);
    if (const nlattr* mac = attributes[IFLA_ADDRESS];
        mac != nullptr && mnl_attr_get_payload_len(mac) == link.mac.size()) {
        const auto* octets = static_cast<const std::uint8_t*>(mnl_attr_get_payload(mac));
        std::copy_n(octets, link.mac.size(), link.mac.begin());
    }
    if (attributes[IFLA_LINKINFO] != nullptr) {
        Attributes<IFLA_INFO_MAX + 1> info{};
        mnl_attr_parse_nested(attributes[IFLA_LINKINFO], keep<IFLA_INFO_MAX + 1>, &info);
        link.kind = text(info[IFLA_INFO_KIND]);
    }
    return link;
}

std::optional<InterfaceAddress> read_address(const nlmsghdr* message) {
    if (message->nlmsg_type != RTM_NEWADDR ||
        mnl_nlmsg_get_payload_len(message) < sizeof(ifaddrmsg)) {
        return std::nullopt;
    }
    const auto* const header = static_cast<const ifaddrmsg*>(mnl_nlmsg_get_payload(message));
    const auto attributes = attributes_of<IFA_MAX + 1>(message, sizeof(ifaddrmsg));
    // IPv4 has the interface's own address in IFA_LOCAL; IPv6 has IFA_ADDRESS only.
    const auto local =
        address(attributes[IFA_LOCAL] != nullptr ? attributes[IFA_LOCAL] : attributes[IFA_ADDRESS]);
    if (!local) {
        return std::nullopt;
    }
    return InterfaceAddress{
        *local, header->ifa_prefixlen, static_cast<int>(header->ifa_index), header->ifa_scope};
}

std::optional<Route> read_route(const nlmsghdr* message) {
    if (message->nlmsg_type != RTM_NEWROUTE || mnl_nlmsg_get_payload_len(message) < sizeof(rtmsg)) {
        return std::nullopt;
    }
    const auto* const header = static_cast<const rtmsg*>(mnl_nlmsg_get_payload(message));
    if (header->rtm_family != AF_INET && header->rtm_family != AF_INET6) {
        return std::nullopt;
    }
    const auto family = header->rtm_family == AF_INET ? net::Family::IPv4 : net::Family::IPv6;
    const auto attributes = attributes_of<RTA_MAX + 1>(message, sizeof(rtmsg));
    Route route;
    route.destination = net::Prefix(
        address(attributes[RTA_DST]).value_or(net::Address::any(family)), header->rtm_dst_len);
    route.type = static_cast<RouteType>(header->rtm_type);
    route.protocol = header->rtm_protocol;
    route.scope = header->rtm_scope;
    route.table = number(attributes[RTA_TABLE]).value_or(header->rtm_table);
    route.metric = number(attributes[RTA_PRIORITY]).value_or(0);
    route.preferred_source = address(attributes[RTA_PREFSRC]);
    if (attributes[RTA_MULTIPATH] != nullptr) {
        route.next_hops = read_multipath(attributes[RTA_MULTIPATH]);
    } else if (attributes[RTA_GATEWAY] != nullptr || attributes[RTA_OIF] != nullptr) {
        route.next_hops = {{address(attributes[RTA_GATEWAY]),
                            static_cast<int>(number(attributes[RTA_OIF]).value_or(0))}};
    }
    return route;
}

}  // namespace routeproof::kernel
