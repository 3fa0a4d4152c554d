#include "agent/peering/peer_routes.hpp"

#include "agent/peering/table_view.hpp"
#include "agent/peering/wire/header.hpp"
#include "tests/unit/agent/peering/rib/rib_support.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace routeproof::bgp {
namespace {

const net::Prefix kBlock = prefix("172.16.100.0/26");
const net::Prefix kHost = prefix("172.16.100.99/32");
const net::Prefix kBlock6 = prefix("2001:db8:64::/122");
const net::Asn kOwn{65100};

// A peer's own view of what it was told, made from nothing but the octets.
class Listener {
public:
    explicit Listener(const Negotiated& negotiated) {
        context_.families = negotiated.families;
        context_.extended_next_hop = negotiated.extended_next_hop;
        context_.internal = negotiated.internal;
    }
    void hear(ByteView octets) {
        const auto header = decode_header(octets.first(kHeaderSize), kMaxExtendedMessage).value();
        ASSERT_EQ(header.length, octets.size());
        if (header.type != MessageType::Update) {
            return;
        }
        ++messages;
        const auto update = decode_update(octets.subspan(kHeaderSize), context_);
        ASSERT_TRUE(update) << update.error();
        ASSERT_EQ(update->action, ErrorAction::None);
        if (const auto family = end_of_rib(*update)) {
            ends.push_back(*family);
            return;
        }
        for (const auto& gone : update->withdrawn_routes) {
            ASSERT_EQ(holds.erase(gone), 1U) << gone << " was withdrawn, but never announced";
        }
        if (update->mp_unreach) {
            for (const auto& gone : update->mp_unreach->withdrawn_routes) {
                ASSERT_EQ(holds.erase(gone), 1U) << gone;
            }
        }
        for (const auto& one : update->nlri) {
            holds[one] = update->attributes;
        }
        if (update->mp_reach) {
            for (const auto& one : update->mp_reach->nlri) {
                holds[one] = update->attributes;
                holds[one].next_hop = update->mp_reach->next_hop;
            }
        }
    }

    std::map<net::Prefix, PathAttributes> holds;
    std::vector<AfiSafi> ends;
    int messages = 0;

private:
    UpdateContext context_;
};

Negotiated agreed(std::vector<AfiSafi> families = {kIpv4Unicast}) {
    Negotiated negotiated;
    negotiated.peer_as = leaf1().peer_as;
    negotiated.peer_id = leaf1().peer_id;
    negotiated.four_octet_as = true;
    negotiated.families = std::move(families);
    return negotiated;
}

class BgpPeerRoutes : public testing::Test {
protected:
    void up(Negotiated negotiated = agreed()) {
        routes = std::make_unique<PeerRoutes>(
            tables, config, kOwn, config.import_policy.value_or(kPool));
        come_up(std::move(negotiated));
    }
    void come_up(Negotiated negotiated = agreed()) {
        listener.emplace(negotiated);
        routes->session_up({negotiated, address("10.100.0.254"), leaf1().peer, 0});
    }
    void originate(const net::Prefix& where, const AnnounceAttributes& attributes = {}) {
        if (const auto slot = tables.originate(where, attributes); slot && routes) {
            routes->originated_changed(*slot);
        }
    }
    void withdraw_own(const net::Prefix& where) {
        if (const auto slot = tables.withdraw(where)) {
            if (routes) {
                routes->originated_changed(*slot);
            }
            tables.withdrawn(*slot);
        }
    }
    bool hear_one() {
        Bytes message;
        const bool some = routes->next_message(message);
        if (some) {
            listener->hear(message);
        }
        return some;
    }
    void hear_all() {
        while (hear_one()) {
        }
    }
    std::vector<net::Prefix> held() const {
        std::vector<net::Prefix> prefixes;
        for (const auto& [where, attributes] : listener->holds) {
            prefixes.push_back(where);
        }
        return prefixes;
    }

    std::map<net::Prefix, NextHops> learned;
    RouteTables tables{[this](const net::Prefix& where, const NextHops& next_hops) {
        learned[where] = next_hops;
        if (next_hops.empty()) {
            learned.erase(where);
        }
    }};
    PeerConfig config;
    std::unique_ptr<PeerRoutes> routes;
    std::optional<Listener> listener;
};

using Prefixes = std::vector<net::Prefix>;

TEST_F(BgpPeerRoutes, TellsTheTableAndEndsItPerFamily) {
    config.next_hop_v6 = address("2001:db8::1");
    originate(kBlock);
    originate(kBlock6);
    up(agreed({kIpv4Unicast, kIpv6Unicast}));
    EXPECT_EQ(routes->advertised(kBlock), Advertised::Waiting);
    hear_all();
    EXPECT_EQ(held(), (Prefixes{kBlock, kBlock6}));
    EXPECT_EQ(listener->holds[kBlock].next_hop, address("10.100.0.254"));
    EXPECT_EQ(listener->holds[kBlock6].next_hop, address("2001:db8::1"));
    EXPECT_EQ(listener->ends, (std::vector{kIpv4Unicast, kIpv6Unicast}));
    EXPECT_EQ(routes->advertised(kBlock), Advertised::Sent);
    EXPECT_EQ(routes->next_hop_of(kBlock6), address("2001:db8::1"));
}

TEST_F(BgpPeerRoutes, SaysWhyAPrefixIsNotOut) {
    EXPECT_EQ((up(), routes->advertised(kBlock)), Advertised::NotOriginated);
    originate(kBlock6);
    EXPECT_EQ(routes->advertised(kBlock6), Advertised::FamilyNotAgreed);
    AnnounceAttributes quiet;
    quiet.communities = {net::kNoAdvertise};
    originate(kBlock, quiet);
    EXPECT_EQ(routes->advertised(kBlock), Advertised::NoAdvertise);
    come_up(agreed({kIpv4Unicast, kIpv6Unicast}));
    EXPECT_EQ(routes->advertised(kBlock6), Advertised::NoNextHop);
    routes->set_policies(kPool, Policy{});
    originate(kHost);
    EXPECT_EQ(routes->advertised(kHost), Advertised::PolicyRejects);
    routes->session_down({});
    EXPECT_EQ(routes->advertised(kHost), Advertised::NoSession);
    come_up();
    routes->withdraw_all();
    EXPECT_EQ(routes->advertised(kHost), Advertised::Leaving);
}

TEST_F(BgpPeerRoutes, APrefixTooLargeForAMessageIsGivenUpAndSaidSo) {
    up();
    AnnounceAttributes huge;
    for (std::uint32_t i = 0; i < 1100; ++i) {
        huge.communities.emplace_back(i);
    }
    originate(kBlock, huge);
    hear_all();
    EXPECT_EQ(routes->take_unsendable(), Prefixes{kBlock});
    EXPECT_EQ(routes->advertised(kBlock), Advertised::TooLarge);
    EXPECT_TRUE(listener->holds.empty());
}

TEST_F(BgpPeerRoutes, AnExportPolicyChangesAttributesAndAChangedOneWithdraws) {
    PolicyTerm term;
    term.match.prefixes = {PrefixMatch::exact(kBlock)};
    term.set.med = 50;
    term.set.prepend = 1;
    config.export_policy = {"TO-LEAVES", {term, PolicyTerm{}}};
    originate(kBlock);
    originate(kHost);
    up();
    hear_all();
    EXPECT_EQ(listener->holds[kBlock].med, 50U);
    EXPECT_EQ(listener->holds[kBlock].as_path, path({65100, 65100}));
    EXPECT_EQ(listener->holds[kHost].med, std::nullopt);
    routes->set_policies(kPool, Policy::accept_inside({kBlock}));
    hear_all();
    EXPECT_EQ(held(), Prefixes{kBlock});
    EXPECT_EQ(listener->holds[kBlock].med, std::nullopt);
}

TEST_F(BgpPeerRoutes, DrainingMarksAllAndKeepsTheirCommunities) {
    AnnounceAttributes marked;
    marked.communities = {net::Community(65100, 7)};
    originate(kBlock, marked);
    up();
    hear_all();
    routes->set_draining(true);
    hear_all();
    EXPECT_EQ(listener->holds[kBlock].communities,
              (std::vector{net::Community(65100, 7), net::kGracefulShutdown}));
    routes->set_draining(false);
    hear_all();
    EXPECT_EQ(listener->holds[kBlock].communities, std::vector{net::Community(65100, 7)});
}

TEST_F(BgpPeerRoutes, NoExportPolicyTakesTheMarkOfDrainingAway) {
    PolicyTerm replacing;
    replacing.set.communities = std::vector{net::Community(65100, 8)};
    config.export_policy = Policy{"replacing", {replacing}};
    originate(kBlock);
    up();
    routes->set_draining(true);
    hear_all();
    EXPECT_EQ(listener->holds[kBlock].communities,
              (std::vector{net::Community(65100, 8), net::kGracefulShutdown}));
}

TEST_F(BgpPeerRoutes, RolesMarkWhatGoesDownOrSideways) {
    config.role = Role::Peer;
    originate(kBlock);
    up();
    hear_all();
    EXPECT_EQ(listener->holds[kBlock].only_to_customer, kOwn);
}

TEST_F(BgpPeerRoutes, AnswersARefreshWithTheWholeTable) {
    originate(kBlock);
    up();
    hear_all();
    listener->holds.clear();
    routes->readvertise(kIpv4Unicast);
    hear_all();
    EXPECT_EQ(held(), Prefixes{kBlock});
}

TEST_F(BgpPeerRoutes, KeepsStaleRoutesOverARestartUntilEndOfRib) {
    up();
    routes->apply(announce(leaf1(), {kBlock, kHost}));
    EXPECT_EQ(learned.size(), 2U);
    routes->session_down({kIpv4Unicast});
    EXPECT_EQ(learned.size(), 2U);
    come_up();
    routes->apply(announce(leaf1(), {kHost}));
    EXPECT_EQ(learned.size(), 2U);
    EXPECT_EQ(routes->apply(Update{}).end_of_rib, kIpv4Unicast);
    EXPECT_EQ(learned.size(), 1U);
    EXPECT_TRUE(learned.contains(kHost));
}

TEST_F(BgpPeerRoutes, ASecondRestartDropsWhatWasStaleAlready) {
    up();
    routes->apply(announce(leaf1(), {kBlock, kHost}));
    routes->session_down({kIpv4Unicast});
    come_up();
    routes->apply(announce(leaf1(), {kHost}));
    routes->session_down({kIpv4Unicast});
    EXPECT_EQ(learned.size(), 1U);
    routes->drop_stale(std::nullopt);
    EXPECT_TRUE(learned.empty());
}

TEST_F(BgpPeerRoutes, ARefreshThatTheSessionDidNotLiveThroughTakesNothingBack) {
    up();
    routes->apply(announce(leaf1(), {kBlock, kHost}));
    routes->refresh_begin(kIpv4Unicast);
    routes->apply(announce(leaf1(), {kHost}));
    routes->session_down({kIpv4Unicast});
    EXPECT_EQ(learned.size(), 2U);
    come_up();
    routes->refresh_end(kIpv4Unicast);  // of the former session's marks nothing is left
    EXPECT_EQ(learned.size(), 2U);
    routes->apply(Update{});
    EXPECT_TRUE(learned.empty()) << "stale all the same";
}

TEST_F(BgpPeerRoutes, AFamilyThatIsNotAgreedToAgainIsDropped) {
    config.import_policy = Policy::accept_all();
    up(agreed({kIpv4Unicast, kIpv6Unicast}));
    routes->apply(announce(leaf1(), {kBlock}));
    routes->session_down({kIpv4Unicast, kIpv6Unicast});
    come_up(agreed({kIpv6Unicast}));
    EXPECT_TRUE(learned.empty());
}

TEST_F(BgpPeerRoutes, CountsAgainstTheLimitBeforePolicyAndWarnsOnce) {
    config.max_prefix[kIpv4Unicast] = {4, 75, std::chrono::seconds(0)};
    up();
    const auto give = [&](const char* where) {
        return routes->apply(announce(leaf1(), {prefix(where)})).limit;
    };
    EXPECT_EQ(give("192.0.2.1/32"), LimitVerdict::Fine);
    EXPECT_EQ(give("192.0.2.2/32"), LimitVerdict::Fine);
    EXPECT_EQ(give("192.0.2.3/32"), LimitVerdict::Warn);
    EXPECT_EQ(give("192.0.2.4/32"), LimitVerdict::Fine);
    EXPECT_EQ(give("192.0.2.4/32"), LimitVerdict::Fine);
    EXPECT_EQ(give("192.0.2.5/32"), LimitVerdict::Exceeded);
}

// Read with the wrong width of AS numbers, they would be malformed and not be shown.
TEST_F(BgpPeerRoutes, WhatATwoOctetPeerWasToldCanBeShown) {
    AnnounceAttributes marked;
    marked.med = 7;
    originate(kBlock, marked);
    Negotiated old = agreed();
    old.four_octet_as = false;
    up(old);
    std::vector<std::pair<net::AsPath, std::optional<std::uint32_t>>> shown;
    walk_adj_rib_out(tables, *routes, 0, 100, [&](const TableRow& row) {
        EXPECT_EQ(row.prefix, kBlock);
        ASSERT_NE(row.attributes, nullptr);
        shown.emplace_back(row.attributes->as_path.value_or(net::AsPath()), row.attributes->med);
    });
    ASSERT_EQ(shown.size(), 1U);
    EXPECT_EQ(shown[0].first, path({kOwn.value()}));
    EXPECT_EQ(shown[0].second, 7U);
}

TEST_F(BgpPeerRoutes, GoneWithAllItHeldAndLearned) {
    originate(kBlock);
    up();
    hear_all();
    routes->apply(announce(leaf1(), {kHost}));
    routes.reset();
    EXPECT_TRUE(learned.empty());
    withdraw_own(kBlock);
    EXPECT_EQ(tables.prefixes().size(), 0U);
}

// Whatever happens in whatever order, what the peer holds in the end is what a plain map says it
// should: that is all an Adj-RIB-Out is for.
TEST_F(BgpPeerRoutes, WhatThePeerHoldsIsTheTruthAfterAnyHistory) {
    config.next_hop_v6 = address("2001:db8::1");
    for (unsigned seed = 1; seed <= 30; ++seed) {
        std::mt19937 random(seed);
        const auto below = [&](unsigned limit) { return static_cast<unsigned>(random() % limit); };
        const auto some_prefix = [&] {
            const std::uint32_t number = below(400);
            return number < 300 ? net::Prefix::host(net::Address::v4(0xAC106400 + number))
                                : prefix(("2001:db8:" + std::to_string(number) + "::/48").c_str());
        };
        std::map<net::Prefix, std::uint32_t> truth;
        const Policy policies[] = {
            Policy::accept_all(), Policy::accept_inside({prefix("172.16.100.0/25")}), Policy{}};
        unsigned policy = 0;
        config.export_policy = policies[0];
        up(agreed({kIpv4Unicast, kIpv6Unicast}));
        for (int step = 0; step < 2000; ++step) {
            const unsigned what = below(100);
            if (what < 50) {
                const auto where = some_prefix();
                AnnounceAttributes attributes;
                attributes.med = below(5);
                truth[where] = *attributes.med;
                originate(where, attributes);
            } else if (what < 80) {
                const auto where = some_prefix();
                truth.erase(where);
                withdraw_own(where);
            } else if (what < 95) {
                hear_one();
            } else if (what < 97) {
                routes->session_down({});
                come_up(agreed({kIpv4Unicast, kIpv6Unicast}));
            } else if (what < 98) {
                routes->readvertise(kIpv4Unicast);
            } else {
                policy = below(3);
                routes->set_policies(kPool, policies[policy]);
            }
            ASSERT_FALSE(HasFatalFailure()) << "seed " << seed << " step " << step;
        }
        hear_all();
        std::map<net::Prefix, std::uint32_t> expected;
        for (const auto& [where, med] : truth) {
            const bool inside = prefix("172.16.100.0/25").contains(where);
            if (policy == 0 || (policy == 1 && inside)) {
                expected[where] = med;
            }
        }
        std::map<net::Prefix, std::uint32_t> heard;
        for (const auto& [where, attributes] : listener->holds) {
            heard[where] = attributes.med.value_or(99);
        }
        ASSERT_EQ(heard, expected) << "seed " << seed;
        for (const auto& [where, med] : truth) {
            withdraw_own(where);
        }
        hear_all();
        ASSERT_TRUE(listener->holds.empty());
        ASSERT_EQ(tables.prefixes().size(), 0U) << "seed " << seed;
        routes.reset();
    }
}

}  // namespace
}  // namespace routeproof::bgp
