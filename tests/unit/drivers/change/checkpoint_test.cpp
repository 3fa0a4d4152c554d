#include "drivers/nxos/checkpoint.hpp"

#include <gmock/gmock.h>

namespace routeproof::nxos {
namespace {

using drivers::ConfigLine;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(NxosCheckpoints, AreReadWithWhoMadeThem) {
    EXPECT_THAT(parse_checkpoints("User Checkpoint Summary\n-----\n1) before-upgrade:\nCreated by "
                                  "admin\nCreated at Mon, 15:25:08 31 Aug 2020\nSize is 16,384 "
                                  "bytes\nDescription: None\n\nSystem Checkpoint Summary\n----\n"
                                  "2) system-fm-bfd:\nCreated by bob\nDescription: by hand\n"),
                ElementsAre(Checkpoint{"before-upgrade",
                                       "Created by admin, Created at Mon, 15:25:08 31 Aug 2020"},
                            Checkpoint{"system-fm-bfd", "Created by bob, Description: by hand"}));
    EXPECT_THAT(parse_checkpoints(""), IsEmpty());
}

TEST(NxosCheckpoints, ANeighborIsReadInBothFormsOfTheReleases) {
    const auto one = read_running("router bgp 1\n  neighbor 10.0.0.1 remote-as 2\n    bfd\n");
    const auto two = read_running("router bgp 1\n  neighbor 10.0.0.1\n    remote-as 2\n    bfd\n");
    EXPECT_EQ(one, two);
    EXPECT_EQ(one[2], (ConfigLine{{"router bgp 1", "neighbor 10.0.0.1"}, "remote-as 2"}));
    EXPECT_EQ(fingerprint(one), fingerprint(two));
    const auto other = read_running("!Time: now\nrouter bgp 1\n  neighbor 10.0.0.1\n    bfd\n");
    EXPECT_NE(fingerprint(one), fingerprint(other));
    EXPECT_EQ(fingerprint(other),
              fingerprint(read_running("router bgp 1\n  neighbor 10.0.0.1\n    bfd\n")));
}

TEST(NxosCheckpoints, ComplaintsAreFoundAndWhatIsShownIsNone) {
    EXPECT_EQ(complaint("\n      ^\n% Invalid command at '^' marker.\n"),
              "% Invalid command at '^' marker.");
    EXPECT_EQ(complaint("Collecting Running-Config\nRollback failed.\n"), "Rollback failed.");
    EXPECT_EQ(complaint("ERROR: password 3 abc is wrong"), "ERROR: password (not shown)");
    EXPECT_EQ(complaint("..Done\n"), "");
    EXPECT_EQ(refusal("\n   ^\n% Invalid command at '^' marker.\n"),
              "% Invalid command at '^' marker.");
    EXPECT_EQ(refusal("version 9\nhostname x\ninterface a\n  description Invalid ERROR: x\n"), "");
    EXPECT_EQ(refusal("% Permission denied for the role"), "% Permission denied for the role");
    EXPECT_EQ(refusal(""), "");
}

TEST(NxosCheckpoints, EachBlockIsOneRequest) {
    EXPECT_THAT(configure({"ip prefix-list A seq 5 permit 10.0.0.0/8",
                           "router bgp 1",
                           " neighbor 10.0.0.1",
                           "\tremote-as 2",
                           " exit",
                           "exit",
                           "! a comment",
                           ""}),
                ElementsAre("configure terminal ; ip prefix-list A seq 5 permit 10.0.0.0/8",
                            "configure terminal ; router bgp 1 ; neighbor 10.0.0.1 ; remote-as 2 ; "
                            "exit"));
}

TEST(NxosCheckpoints, APatchIsReadWithoutTheWordsAroundIt) {
    EXPECT_THAT(parse_patch("Collecting Running-Config\n#Generating Rollback Patch\n..\n!!\n"
                            "router bgp 1\n  neighbor 10.0.0.1\n    password 3 abc\n"),
                ElementsAre("router bgp 1", "  neighbor 10.0.0.1", "    password (not shown)"));
    EXPECT_THAT(parse_patch("Rollback Patch is Empty\n"), IsEmpty());
}

TEST(NxosCheckpoints, WhatOthersChangedIsNamedLineByLine) {
    const auto before = read_running("hostname a\nrouter bgp 1\n  neighbor 10.0.0.1\n    bfd\n");
    const auto after =
        read_running("hostname a\nrouter bgp 1\n  neighbor 10.0.0.1\n    password 3 x\n");
    EXPECT_THAT(changes(before, after),
                ElementsAre("- router bgp 1 / neighbor 10.0.0.1 / bfd",
                            "+ router bgp 1 / neighbor 10.0.0.1 / password (not shown)"));
    EXPECT_THAT(changes(before, before), IsEmpty());
}

}  // namespace
}  // namespace routeproof::nxos
