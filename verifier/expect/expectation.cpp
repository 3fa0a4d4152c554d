#include "verifier/expect/expectation.hpp"

#include <algorithm>

namespace routeproof::verifier {
namespace {

bool empty_or_has(const std::vector<std::string>& names, std::string_view name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool Scope::has_router(std::string_view name) const {
    return empty_or_has(routers, name);
}

bool Scope::has_host(std::string_view name) const {
    return empty_or_has(hosts, name);
}

const HostAccount* Expectations::account(std::string_view host) const {
    const auto found = std::find_if(
        hosts.begin(), hosts.end(), [host](const HostAccount& a) { return a.host == host; });
    return found == hosts.end() ? nullptr : &*found;
}

bool Expectations::is_unknown(std::string_view host) const {
    const HostAccount* of = account(host);
    return of != nullptr && of->failure.has_value();
}

bool Expectations::announces(std::string_view host, const net::Prefix& prefix) const {
    const auto found = announcers.find(prefix);
    return found != announcers.end() &&
           std::find(found->second.begin(), found->second.end(), host) != found->second.end();
}

const inventory::Host* Expectations::host_of(net::Asn asn) const {
    const inventory::Host* found = nullptr;
    for (const inventory::Host& host : inventory.hosts) {
        if (host.asn == asn) {
            if (found != nullptr) {
                return nullptr;
            }
            found = &host;
        }
    }
    return found;
}

bool Expectations::knows(net::Asn asn) const {
    const auto has = [asn](const auto& item) { return item.asn == asn; };
    return std::any_of(inventory.routers.begin(), inventory.routers.end(), has) ||
           std::any_of(inventory.hosts.begin(), inventory.hosts.end(), has);
}

}  // namespace routeproof::verifier
