// The same change in the words of each OS.
#include "drivers/frr/render.hpp"

#include "drivers/junos/render.hpp"
#include "drivers/nxos/render.hpp"
#include "tests/unit/drivers/change/example.hpp"

#include <gmock/gmock.h>

namespace routeproof::drivers {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string text_of(const std::vector<std::string>& lines) {
    std::string all;
    for (const auto& line : lines) {
        all += line + '\n';
    }
    return all;
}

constexpr const char* kFrr = R"(ip prefix-list CONTAINERS seq 5 permit 198.51.100.0/24 le 32
ip prefix-list CONTAINERS seq 10 permit 203.0.113.7/32
route-map FROM-HOSTS permit 10
 match ip address prefix-list CONTAINERS
 set as-path prepend 64500 64500
 set community 64500:7 additive
 set local-preference 200
 set metric 10
exit
route-map FROM-HOSTS deny 20
router bgp 64500
 neighbor 192.0.2.1 remote-as 64511
 neighbor 192.0.2.1 description dockerhost3 (rack 4)
 neighbor 192.0.2.1 password tcp-md5
 address-family ipv4 unicast
  neighbor 192.0.2.1 route-map FROM-HOSTS in
  neighbor 192.0.2.1 route-map TO-HOSTS out
  neighbor 192.0.2.1 soft-reconfiguration inbound
 exit
 neighbor 192.0.2.1 bfd
exit
)";

constexpr const char* kNxos = R"(ip prefix-list CONTAINERS seq 5 permit 198.51.100.0/24 le 32
ip prefix-list CONTAINERS seq 10 permit 203.0.113.7/32
route-map FROM-HOSTS permit 10
 match ip address prefix-list CONTAINERS
 set as-path prepend 64500 64500
 set community 64500:7 additive
 set local-preference 200
 set metric 10
exit
route-map FROM-HOSTS deny 20
router bgp 64500
 neighbor 192.0.2.1
  remote-as 64511
  description dockerhost3 (rack 4)
  password 0 tcp-md5
  address-family ipv4 unicast
   route-map FROM-HOSTS in
   route-map TO-HOSTS out
   soft-reconfiguration inbound always
  exit
  bfd
 exit
exit
)";

constexpr const char* kJunos = R"junos(delete policy-options prefix-list CONTAINERS
set policy-options prefix-list CONTAINERS 198.51.100.0/24
set policy-options prefix-list CONTAINERS 203.0.113.7/32
delete policy-options policy-statement FROM-HOSTS
set policy-options policy-statement FROM-HOSTS term t10 from prefix-list-filter CONTAINERS orlonger
set policy-options policy-statement FROM-HOSTS term t10 then as-path-prepend "64500 64500"
set policy-options community routeproof-64500-7 members 64500:7
set policy-options policy-statement FROM-HOSTS term t10 then community add routeproof-64500-7
set policy-options policy-statement FROM-HOSTS term t10 then local-preference 200
set policy-options policy-statement FROM-HOSTS term t10 then metric 10
set policy-options policy-statement FROM-HOSTS term t10 then accept
set policy-options policy-statement FROM-HOSTS term t20 then reject
set policy-options policy-statement FROM-HOSTS term rest then reject
set protocols bgp group HOSTS type external
set protocols bgp group HOSTS neighbor 192.0.2.1 peer-as 64511
set protocols bgp group HOSTS neighbor 192.0.2.1 description "dockerhost3 (rack 4)"
delete protocols bgp group HOSTS neighbor 192.0.2.1 import
set protocols bgp group HOSTS neighbor 192.0.2.1 import FROM-HOSTS
delete protocols bgp group HOSTS neighbor 192.0.2.1 export
set protocols bgp group HOSTS neighbor 192.0.2.1 export TO-HOSTS
set protocols bgp group HOSTS neighbor 192.0.2.1 authentication-key "tcp-md5"
activate protocols bgp group HOSTS neighbor 192.0.2.1
set protocols bgp group HOSTS neighbor 192.0.2.1 bfd-liveness-detection minimum-interval 300
set protocols bgp group HOSTS neighbor 192.0.2.1 bfd-liveness-detection multiplier 3
)junos";

TEST(RenderedChange, Frr) {
    const auto scopes = frr::scopes_of(example_change());
    EXPECT_EQ(text_of(commands(plan({}, scopes))), kFrr);
}

TEST(RenderedChange, Nxos) {
    const auto scopes = nxos::scopes_of(example_change());
    EXPECT_EQ(text_of(commands(plan({}, scopes))), kNxos);
}

TEST(RenderedChange, Junos) {
    EXPECT_EQ(text_of(junos::set_commands(example_change())), kJunos);
}

TEST(RenderedChange, ASecondTimeChangesNothing) {
    EXPECT_THAT(plan(read_indented(kFrr), frr::scopes_of(example_change())), IsEmpty());
    EXPECT_THAT(plan(read_indented(kNxos), nxos::scopes_of(example_change())), IsEmpty());
}

TEST(RenderedChange, WhatGoesDoesSoBeforeWhatItRefersTo) {
    EXPECT_EQ(text_of(commands(plan(read_indented(kFrr), frr::scopes_of(example_removal())))),
              "router bgp 64500\n no neighbor 192.0.2.1 bfd\n no neighbor 192.0.2.1\nexit\n"
              "no route-map FROM-HOSTS\nno ip prefix-list CONTAINERS\n");
    EXPECT_EQ(text_of(commands(plan(read_indented(kNxos), nxos::scopes_of(example_removal())))),
              "router bgp 64500\n neighbor 192.0.2.1\n  no bfd\n exit\n no neighbor 192.0.2.1\n"
              "exit\nno route-map FROM-HOSTS\nno ip prefix-list CONTAINERS\n");
    EXPECT_THAT(junos::set_commands(example_removal()),
                ElementsAre("delete protocols bgp group HOSTS neighbor 192.0.2.1 "
                            "bfd-liveness-detection",
                            "delete protocols bgp group HOSTS neighbor 192.0.2.1",
                            "delete policy-options policy-statement FROM-HOSTS",
                            "delete policy-options prefix-list CONTAINERS"));
}

TEST(RenderedChange, OtherTimersOfBfdAreAProfileInFrr) {
    Change change;
    change.router_as = net::Asn(64500);
    PeerBfd bfd;
    bfd.peer = address("2001:db8::1");
    bfd.timers = PeerBfd::Timers{std::chrono::milliseconds(400), 3};
    change.items = {bfd};
    EXPECT_EQ(text_of(commands(plan({}, frr::scopes_of(change)))),
              "bfd\n profile routeproof-400-3\n  transmit-interval 400\n  receive-interval 400\n"
              " exit\nexit\nrouter bgp 64500\n neighbor 2001:db8::1 bfd\n"
              " neighbor 2001:db8::1 bfd profile routeproof-400-3\nexit\n");
}

TEST(RenderedChange, JunosTextIsToldFromSetCommands) {
    EXPECT_TRUE(junos::is_set_commands("# why\nset a b\n\n delete c\n"));
    EXPECT_FALSE(junos::is_set_commands("protocols {\n  bgp;\n}\n"));
    EXPECT_FALSE(junos::is_set_commands("set a b\nprotocols { bgp; }\n"));
    EXPECT_FALSE(junos::is_set_commands("\n"));
}

}  // namespace
}  // namespace routeproof::drivers
