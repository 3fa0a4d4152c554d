#include "inventory/model.hpp"

#include <algorithm>

namespace routeproof::inventory {
namespace {

template <class Range>
auto named(const Range& range, std::string_view name) -> decltype(range.data()) {
    const auto found = std::find_if(
        range.begin(), range.end(), [name](const auto& item) { return item.name == name; });
    return found == range.end() ? nullptr : &*found;
}

}  // namespace

const Router* Inventory::router(std::string_view name) const {
    return named(routers, name);
}

const Host* Inventory::host(std::string_view name) const {
    return named(hosts, name);
}

const Pool* Inventory::pool_of(const net::Prefix& prefix) const {
    const auto found = std::find_if(pools.begin(), pools.end(), [&prefix](const Pool& pool) {
        return pool.cidr.contains(prefix);
    });
    return found == pools.end() ? nullptr : &*found;
}

std::string_view to_string(Os os) {
    switch (os) {
        case Os::Junos:
            return "junos";
        case Os::Nxos:
            return "nxos";
        case Os::Frr:
            return "frr";
        case Os::Bird:
            return "bird";
    }
    return "?";
}

std::string_view to_string(Role role) {
    return role == Role::Leaf ? "leaf" : "spine";
}

}  // namespace routeproof::inventory
