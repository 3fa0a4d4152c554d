#include "drivers/change/indented.hpp"

#include <gmock/gmock.h>

namespace routeproof::drivers {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kRunning = R"(Building configuration...

Current configuration:
!
hostname leaf1
!
router bgp 64500
 neighbor 192.0.2.1 remote-as 64511
 neighbor 192.0.2.1 description old
 !
 address-family ipv4 unicast
  neighbor 192.0.2.1 route-map A in
 exit-address-family
exit
!
ip prefix-list L seq 5 permit 198.51.100.0/24
ip prefix-list L seq 10 permit 203.0.113.0/24
!
route-map A permit 10
 match ip address prefix-list L
 set metric 5
exit
!
end
)";

std::vector<ConfigStep> planned(const Scope& scope) {
    return plan(read_indented(kRunning), {scope});
}

TEST(IndentedConfig, EveryLineKnowsItsHeaders) {
    const auto lines = read_indented(kRunning);
    ASSERT_EQ(lines.size(), 11U);
    EXPECT_EQ(lines[5],
              (ConfigLine{{"router bgp 64500", "address-family ipv4 unicast"},
                          "neighbor 192.0.2.1 route-map A in"}));
    EXPECT_EQ(lines[6], (ConfigLine{{}, "ip prefix-list L seq 5 permit 198.51.100.0/24"}));
}

TEST(IndentedConfig, WhatIsThereNeedsNothing) {
    EXPECT_THAT(planned({{"router bgp 64500"},
                         "neighbor 192.0.2.1 remote-as ",
                         "",
                         {"neighbor 192.0.2.1 remote-as 64511"},
                         Scope::Unwanted::Overwritten}),
                IsEmpty());
    Scope block;
    block.is_block = true;
    block.wanted = {"route-map A permit 10"};
    block.block = {"set metric 5", "match ip address prefix-list L"};  // in another order
    EXPECT_THAT(planned(block), IsEmpty());
}

TEST(IndentedConfig, AnOverwrittenLineIsNotTakenAwayFirst) {
    const auto steps = planned({{"router bgp 64500"},
                                "neighbor 192.0.2.1 description ",
                                "",
                                {"neighbor 192.0.2.1 description new"},
                                Scope::Unwanted::Overwritten});
    EXPECT_THAT(commands(steps),
                ElementsAre("router bgp 64500", " neighbor 192.0.2.1 description new", "exit"));
    EXPECT_EQ(difference(steps),
              "[router bgp 64500]\n- neighbor 192.0.2.1 description old\n"
              "+ neighbor 192.0.2.1 description new\n");
}

TEST(IndentedConfig, AListLosesWhatItShallNotHold) {
    const auto steps = planned({{},
                                "ip prefix-list L ",
                                "",
                                {"ip prefix-list L seq 5 permit 198.51.100.0/24",
                                 "ip prefix-list L seq 10 permit 192.0.2.0/24"},
                                Scope::Unwanted::Removed});
    EXPECT_THAT(commands(steps),
                ElementsAre("no ip prefix-list L seq 10 permit 203.0.113.0/24",
                            "ip prefix-list L seq 10 permit 192.0.2.0/24"));
}

TEST(IndentedConfig, ABlockThatDiffersIsWrittenAnew) {
    Scope block;
    block.is_block = true;
    block.wanted = {"route-map A permit 10"};
    block.block = {"match ip address prefix-list M"};
    const auto steps = planned(block);
    EXPECT_THAT(commands(steps),
                ElementsAre("no route-map A permit 10",
                            "route-map A permit 10",
                            " match ip address prefix-list M",
                            "exit"));
    EXPECT_EQ(difference(steps),
              "- route-map A permit 10\n[route-map A permit 10]\n- match ip address prefix-list L\n"
              "- set metric 5\n+ route-map A permit 10\n[route-map A permit 10]\n"
              "+ match ip address prefix-list M\n");
}

TEST(IndentedConfig, WhatGoesAsAWholeIsNamedOnce) {
    const auto steps = planned(
        {{"router bgp 64500"}, "neighbor 192.0.2.1 ", "", {}, Scope::Unwanted::RemovedWhole});
    EXPECT_THAT(commands(steps), ElementsAre("router bgp 64500", " no neighbor 192.0.2.1", "exit"));
    EXPECT_THAT(planned({{}, "ip prefix-list M ", "", {}, Scope::Unwanted::RemovedWhole}),
                IsEmpty());
}

TEST(IndentedConfig, SecretsAreMasked) {
    EXPECT_EQ(masked("neighbor 192.0.2.1 password geheim"),
              "neighbor 192.0.2.1 password (not shown)");
    EXPECT_EQ(masked("password 3 1f2e"), "password (not shown)");
    EXPECT_EQ(masked("+ set x authentication-key \"a b\""),
              "+ set x authentication-key (not shown)");
    EXPECT_EQ(masked("description passwordless"), "description passwordless");
}

}  // namespace
}  // namespace routeproof::drivers
