// Adj-RIB-In: what one peer has told us (RFC 4271 3.2), and what of it may be used.
#pragma once

#include "agent/peering/import_policy.hpp"
#include "agent/peering/route.hpp"
#include "agent/peering/wire/update.hpp"

#include <map>

namespace routeproof::bgp {

/// Whether a route takes part in the decision.
enum class Admission : std::uint8_t {
    Accepted,
    NotInPolicy,    // kept, so that it can be shown
    OwnAs,          // RFC 4271 9.1.2: a loop; not even kept, as many leaves return all we send
    ForeignPath,    // RFC 4271 6.3: an external path that does not begin with the peer's AS
    UselessNextHop  // not an address one can send to, or our own
};
std::string_view to_string(Admission admission);

/// What the rules of admission need to know of ourselves.
struct AdmissionContext {
    net::Asn local_as;
    net::Address local_address;
    const ImportPolicy& policy;
};

class AdjRibIn {
public:
    explicit AdjRibIn(RouteSource source) : source_(source) {}

    /// Takes an UPDATE in. Returns the prefixes about which the decision must be made again.
    std::vector<net::Prefix> apply(const Update& update, const AdmissionContext& context);

    /// The usable route to the prefix, or nullptr.
    const Route* find(const net::Prefix& prefix) const;

    std::vector<net::Prefix> prefixes() const;
    std::size_t size() const { return routes_.size(); }
    std::size_t accepted() const { return accepted_; }
    const RouteSource& source() const { return source_; }

private:
    struct Entry {
        Route route;
        Admission admission;
    };

    void withdraw(const net::Prefix& prefix, std::vector<net::Prefix>& changed);
    void insert(const net::Prefix& prefix,
                const Route& route,
                const AdmissionContext& context,
                std::vector<net::Prefix>& changed);

    RouteSource source_;
    std::map<net::Prefix, Entry> routes_;
    std::size_t accepted_ = 0;
};

/// By all rules but the policy.
Admission admit(const Route& route, const AdmissionContext& context);

}  // namespace routeproof::bgp
