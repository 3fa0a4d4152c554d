#include "verifier/checks/catalogue.hpp"

#include "verifier/checks/checks.hpp"

#include <array>
#include <iterator>

namespace routeproof::verifier {
namespace {

// In the order of CheckId.
constexpr std::array<CatalogueEntry, 11> kCatalogue{{
    {CheckId::SessionEstablished,
     "session-established",
     "Every peering between a host and a router, and every link between routers, carries a "
     "session.",
     "the router shows the session Established with the AS number of the inventory",
     "the router shows another state, another AS number, or no such session",
     &check_session_established},
    {CheckId::PrefixReceived,
     "prefix-received",
     "A leaf has received each announcement from the host that makes it.",
     "the table or the Adj-RIB-In of the leaf holds the prefix from the host's address",
     "both were seen and neither holds it",
     &check_prefix_received},
    {CheckId::PrefixAccepted,
     "prefix-accepted",
     "Import policy let the announcement into the table.",
     "the router's table holds an accepted path for the prefix; on a leaf, from the host itself",
     "there is no accepted path; the finding names the policy and the router's reason",
     &check_prefix_accepted},
    {CheckId::OriginAs,
     "origin-as",
     "The AS that originates the prefix is the AS of its host.",
     "the AS path ends in the inventory's AS of the host (of any of them for anycast)",
     "it ends in another AS, in an AS set, or is empty",
     &check_origin_as},
    {CheckId::AsPath,
     "as-path",
     "The way that the announcement took is one that the topology has.",
     "every AS of the path belongs to a router or host of the inventory",
     "an AS stands in the path that nobody in the inventory has (a path longer than the shortest, "
     "prepends not counted, is a warning)",
     &check_as_path},
    {CheckId::NextHop,
     "next-hop",
     "Traffic for the prefix leaves by the right neighbours.",
     "next hops are the host's own addresses on a leaf, elsewhere neighbours on a shortest way: "
     "any one of them, or as a multipath set all of them",
     "another next hop, or a multipath set that is not the whole set",
     &check_next_hop},
    {CheckId::BestPath,
     "best-path",
     "The host's path is the one in use.",
     "it is best, or part of the multipath set",
     "it is there, and another path or none is selected",
     &check_best_path},
    {CheckId::WorkloadReachable,
     "workload-reachable",
     "The longest match for a container's address leads to its host.",
     "the most specific selected prefix is one that the host announces, from the host's AS",
     "a more specific prefix leads elsewhere, or the covering one is missing",
     &check_workload_reachable},
    {CheckId::Stranger,
     "stranger",
     "Nothing stands inside a managed pool that nobody announces.",
     "every prefix inside the pool is announced by a host",
     "a prefix that no host announces: stale, leaked or hijacked",
     &check_stranger},
    {CheckId::Duplicate,
     "duplicate",
     "No address is originated by two hosts, unless it is anycast.",
     "every prefix and every container's address has one host",
     "two hosts announce the same prefix or hold the same address",
     &check_duplicate},
    {CheckId::HostView,
     "host-view",
     "The host's own agent sees what the inventory says.",
     "AS number, sessions, next hops, static blocks and containers agree",
     "they differ; where the router was seen as well, the finding says both",
     &check_host_view},
}};

}  // namespace

std::span<const CatalogueEntry> catalogue() {
    return kCatalogue;
}

const CatalogueEntry& catalogue_entry(CheckId check) {
    return kCatalogue[static_cast<std::size_t>(check)];
}

Findings run_checks(const Expectations& expectations, const Views& views) {
    Findings all;
    for (const CatalogueEntry& entry : kCatalogue) {
        Findings some = entry.run(expectations, views);
        all.insert(
            all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
    }
    return all;
}

}  // namespace routeproof::verifier
