#include "agent/app/announcer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace routeproof::agent {
namespace {

using inventory::AnnouncementKind;
using testing::ElementsAre;
using testing::IsEmpty;

net::Prefix prefix(const char* text) {
    return net::Prefix::parse(text).value();
}
net::Address address(const char* text) {
    return net::Address::parse(text).value();
}

class AnnouncerTest : public testing::Test {
protected:
    std::vector<std::string> wire_;
    Announcer announcer_{{prefix("172.16.100.0/26"), prefix("172.16.101.0/26")},
                         {[this](const net::Prefix& p) { wire_.push_back("+" + p.to_string()); },
                          [this](const net::Prefix& p) { wire_.push_back("-" + p.to_string()); }},
                         [] { return Timestamp(std::chrono::seconds(7)); }};
};

TEST_F(AnnouncerTest, OwnBlocksAreAnnouncedAtTheStart) {
    EXPECT_THAT(wire_, IsEmpty());
    announcer_.start();
    EXPECT_THAT(wire_, ElementsAre("+172.16.100.0/26", "+172.16.101.0/26"));
}

TEST_F(AnnouncerTest, ABlockThatIsClaimedLaterIsAnnouncedOnceAndCoversItsWorkloads) {
    for (int i = 0; i < 2; ++i) {
        announcer_.block_up(prefix("172.16.100.128/26"));
    }
    announcer_.workload_up(address("172.16.100.130"));
    EXPECT_THAT(wire_, ElementsAre("+172.16.100.128/26"));
    EXPECT_EQ(announcer_.covering(address("172.16.100.130")), prefix("172.16.100.128/26"));
}

TEST_F(AnnouncerTest, AWorkloadOfAnOwnBlockIsCoveredByIt) {
    announcer_.workload_up(address("172.16.100.1"));
    EXPECT_THAT(wire_, IsEmpty());
    EXPECT_EQ(announcer_.covering(address("172.16.100.1")), prefix("172.16.100.0/26"));
}

TEST_F(AnnouncerTest, ABorrowedAddressIsAHostRouteWhileItsContainerIsThere) {
    announcer_.workload_up(address("172.16.100.65"));
    EXPECT_EQ(announcer_.covering(address("172.16.100.65")), prefix("172.16.100.65/32"));
    EXPECT_EQ(announcer_.originated().at(prefix("172.16.100.65/32")).kind,
              AnnouncementKind::Workload);
    EXPECT_EQ(announcer_.originated().at(prefix("172.16.100.65/32")).since,
              Timestamp(std::chrono::seconds(7)));
    announcer_.workload_down(address("172.16.100.65"));
    EXPECT_THAT(wire_, ElementsAre("+172.16.100.65/32", "-172.16.100.65/32"));
    EXPECT_THAT(announcer_.originated(), IsEmpty());
}

TEST_F(AnnouncerTest, RepeatedCallsSayNothingTwice) {
    for (int i = 0; i < 2; ++i) {
        announcer_.start();
        announcer_.workload_up(address("172.16.100.65"));
    }
    for (int i = 0; i < 2; ++i) {
        announcer_.workload_down(address("172.16.100.65"));
    }
    EXPECT_THAT(
        wire_,
        ElementsAre(
            "+172.16.100.0/26", "+172.16.101.0/26", "+172.16.100.65/32", "-172.16.100.65/32"));
}

TEST(Announcer, ABlockOfOneAddressSurvivesItsWorkload) {
    std::vector<std::string> wire;
    Announcer announcer({prefix("172.16.100.9/32")},
                        {[&](const net::Prefix& p) { wire.push_back("+" + p.to_string()); },
                         [&](const net::Prefix& p) { wire.push_back("-" + p.to_string()); }});
    announcer.start();
    announcer.workload_up(address("172.16.100.9"));
    announcer.workload_down(address("172.16.100.9"));
    EXPECT_THAT(wire, ElementsAre("+172.16.100.9/32"));
}

}  // namespace
}  // namespace routeproof::agent
