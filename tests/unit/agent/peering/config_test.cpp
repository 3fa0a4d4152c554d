#include "agent/peering/config.hpp"

#include "tests/unit/agent/peering/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace routeproof::bgp {
namespace {

using testing::HasSubstr;

constexpr net::Asn kOwn(65100);

PeerConfig leaf() {
    PeerConfig peer;
    peer.address = address("192.0.2.1");
    peer.local_address = address("192.0.2.2");
    peer.asn = net::Asn(65000);
    return peer;
}

PeerConfig unnumbered() {
    PeerConfig peer;
    peer.interface = "eth1";
    peer.any_external_asn = true;
    return peer;
}

TEST(BgpPeerConfig, IsNamedByWhatItIsReachedAt) {
    EXPECT_EQ(peer_key(leaf()), "192.0.2.1");
    EXPECT_EQ(peer_key(unnumbered()), "eth1");
    PeerConfig scoped = leaf();
    scoped.address = address("fe80::1");
    scoped.interface = "eth1";
    EXPECT_EQ(peer_key(scoped), "fe80::1%eth1");
    EXPECT_TRUE(is_unnumbered(unnumbered()));
    EXPECT_FALSE(is_unnumbered(scoped));
}

TEST(BgpPeerConfig, OffersTheFamilyOfItsAddressUnlessToldOtherwise) {
    EXPECT_EQ(families_of(leaf()), std::vector{kIpv4Unicast});
    EXPECT_EQ(families_of(unnumbered()), (std::vector{kIpv4Unicast, kIpv6Unicast}));
    PeerConfig told = leaf();
    told.families = {kIpv6Unicast};
    EXPECT_EQ(families_of(told), std::vector{kIpv6Unicast});
}

TEST(BgpPeerConfig, GoodOnesPass) {
    EXPECT_NO_THROW(check(leaf(), kOwn));
    EXPECT_NO_THROW(check(unnumbered(), kOwn));
}

struct Wrong {
    const char* sentence;
    void (*spoil)(PeerConfig&);
};

TEST(BgpPeerConfig, WhatCannotBeMeantIsRefusedInASentence) {
    const Wrong rows[] = {
        {"peer 192.0.2.1: AS number 0", [](PeerConfig& peer) { peer.asn = net::Asn(0); }},
        {"neither an address nor an interface",
         [](PeerConfig& peer) { peer.address = net::Address(); }},
        {"local_address must be an address of this host",
         [](PeerConfig& peer) { peer.local_address = net::Address(); }},
        {"of different families",
         [](PeerConfig& peer) { peer.local_address = address("2001:db8::1"); }},
        {"a link-local address needs an interface",
         [](PeerConfig& peer) {
             peer.address = address("fe80::1");
             peer.local_address = address("fe80::2");
         }},
        {"hold time must be 0 or 3-65535",
         [](PeerConfig& peer) { peer.hold_time = std::chrono::seconds(2); }},
        {"exclude each other",
         [](PeerConfig& peer) {
             peer.ttl_security_hops = 1;
             peer.multihop = 2;
         }},
        {"ttl security must be 1-254 hops", [](PeerConfig& peer) { peer.ttl_security_hops = 255; }},
        {"multihop must be 1-255", [](PeerConfig& peer) { peer.multihop = 0; }},
        {"the password is longer than 80 octets",
         [](PeerConfig& peer) { peer.password = Secret(std::string(81, 'x')); }},
        {"restart time must be 1-4095 seconds",
         [](PeerConfig& peer) {
             peer.graceful_restart.enabled = true;
             peer.graceful_restart.restart_time = std::chrono::seconds(4096);
         }},
        {"a role means nothing within one AS",
         [](PeerConfig& peer) {
             peer.asn = kOwn;
             peer.role = Role::Customer;
         }},
    };
    for (const auto& row : rows) {
        PeerConfig peer = leaf();
        row.spoil(peer);
        try {
            check(peer, kOwn);
            ADD_FAILURE() << "passed: " << row.sentence;
        } catch (const std::invalid_argument& error) {
            EXPECT_THAT(error.what(), HasSubstr(row.sentence));
        }
    }
}

}  // namespace
}  // namespace routeproof::bgp
