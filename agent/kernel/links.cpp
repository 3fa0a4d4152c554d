#include "agent/kernel/links.hpp"

#include "agent/kernel/sysctls.hpp"

#include <linux/rtnetlink.h>

#include <algorithm>
#include <cerrno>

namespace routeproof::kernel {
namespace {

constexpr std::string_view kHostPrefix = "rp";
constexpr std::string_view kContainerPrefix = "rc";
constexpr std::size_t kDigits = 11;

std::string link_name(std::string_view prefix, std::string_view endpoint_id) {
    return std::string(prefix).append(endpoint_id.substr(0, kDigits));
}

bool is_hex_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool is_link_name(std::string_view prefix, std::string_view name) {
    return name.size() == prefix.size() + kDigits && name.starts_with(prefix) &&
           std::all_of(name.begin() + prefix.size(), name.end(), is_hex_digit);
}

const Link* by_name(const std::vector<Link>& links, std::string_view name) {
    const auto at = std::find_if(
        links.begin(), links.end(), [name](const Link& link) { return link.name == name; });
    return at == links.end() ? nullptr : &*at;
}

Result<Link> find_link(RtnlSocket& socket, const std::string& name) {
    const auto links = socket.links();
    if (!links) {
        return links.error();
    }
    const Link* const link = by_name(*links, name);
    return link != nullptr ? Result<Link>(*link)
                           : Result<Link>(failed(ENODEV, "find link " + name));
}

/// True if the pair waits as a Join would make it, so that it can be used as it is.
Result<bool> pair_waits(RtnlSocket& socket, const VethRequest& wanted) {
    const auto links = socket.links();
    if (!links) {
        return links.error();
    }
    const Link* const host = by_name(*links, wanted.host_name);
    const Link* const container = by_name(*links, wanted.container_name);
    return host != nullptr && container != nullptr && host->mtu == wanted.mtu &&
           container->mtu == wanted.mtu && host->mac == wanted.host_mac;
}

Result<void> add_gateway_address(RtnlSocket& socket, const Link& host_end) {
    // Scope host: the address is for the container on this link only, and must never be chosen as
    // the source of a packet of the host.
    const InterfaceAddress gateway{gateway_address(), 32, host_end.index, RT_SCOPE_HOST};
    const std::string attempted =
        "add address " + gateway.address.to_string() + " to link " + host_end.name;
    return socket.request(new_address(gateway), attempted);
}

Result<Link> finish(RtnlSocket& socket, const std::string& name) {
    if (const auto done = set_host_link_sysctls(name); !done) {
        return done.error();
    }
    auto host_end = find_link(socket, name);
    if (!host_end) {
        return host_end.error();
    }
    if (const auto done = add_gateway_address(socket, *host_end); !done) {
        return done.error();
    }
    if (const auto done = socket.request(set_link_up(host_end->index), "bring up link " + name);
        !done) {
        return done.error();
    }
    host_end->up = true;
    return host_end;
}

}  // namespace

std::string host_link_name(std::string_view endpoint_id) {
    return link_name(kHostPrefix, endpoint_id);
}

std::string container_link_name(std::string_view endpoint_id) {
    return link_name(kContainerPrefix, endpoint_id);
}

bool is_host_link(std::string_view name) {
    return is_link_name(kHostPrefix, name);
}

net::Address gateway_address() {
    return net::Address::v4(0xA9FE0101);
}

Result<Link> create_link(RtnlSocket& socket, const ContainerLink& wanted) {
    const VethRequest pair{host_link_name(wanted.endpoint_id),
                           container_link_name(wanted.endpoint_id),
                           kHostMac,
                           wanted.mtu};
    const auto waits = pair_waits(socket, pair);
    if (!waits) {
        return waits.error();
    }
    if (!*waits) {
        if (const auto gone = remove_link_by_name(socket, pair.host_name); !gone) {
            return gone.error();
        }
        const auto made = socket.request(new_veth(pair), "add veth pair " + pair.host_name);
        if (!made) {
            return made.error();
        }
    }
    auto host_end = finish(socket, pair.host_name);
    if (!host_end) {
        // Half a link is worse than none. If this fails too, the next start finds it.
        (void)remove_link_by_name(socket, pair.host_name);
    }
    return host_end;
}

Result<void> remove_link(RtnlSocket& socket, std::string_view endpoint_id) {
    return remove_link_by_name(socket, host_link_name(endpoint_id));
}

Result<void> remove_link_by_name(RtnlSocket& socket, std::string_view name) {
    auto done = socket.request(delete_link(name), "delete link " + std::string(name));
    return !done && done.error().code.value() == ENODEV ? Result<void>() : done;
}

Result<std::vector<Link>> host_links(RtnlSocket& socket) {
    auto links = socket.links();
    if (links) {
        std::erase_if(*links, [](const Link& link) {
            return link.kind != "veth" || !is_host_link(link.name);
        });
    }
    return links;
}

Result<std::vector<std::string>> container_ends(RtnlSocket& socket) {
    const auto links = socket.links();
    if (!links) {
        return links.error();
    }
    std::vector<std::string> names;
    for (const Link& link : *links) {
        if (link.kind == "veth" && is_link_name(kContainerPrefix, link.name)) {
            names.push_back(link.name);
        }
    }
    return names;
}

Result<std::optional<std::uint32_t>> mtu_of_address(RtnlSocket& socket,
                                                    const net::Address& address) {
    const auto addresses = socket.addresses();
    if (!addresses) {
        return addresses.error();
    }
    const auto links = socket.links();
    if (!links) {
        return links.error();
    }
    for (const InterfaceAddress& one : *addresses) {
        const auto link = std::find_if(links->begin(), links->end(), [&one](const Link& candidate) {
            return candidate.index == one.link;
        });
        if (one.address == address && link != links->end()) {
            return std::optional(link->mtu);
        }
    }
    return std::optional<std::uint32_t>();
}

}  // namespace routeproof::kernel
