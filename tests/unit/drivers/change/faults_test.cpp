#include "tests/unit/drivers/change/example.hpp"

#include <gmock/gmock.h>

namespace routeproof::drivers {
namespace {

using inventory::Os;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Change with(ChangeItem item) {
    Change change;
    change.router_as = net::Asn(64500);
    change.author = "alice@ops";
    change.items = {std::move(item)};
    return change;
}

TEST(ChangeFaults, AGoodChangeHasNoneOnAnyOs) {
    for (const auto os : {Os::Junos, Os::Nxos, Os::Frr}) {
        EXPECT_THAT(faults(example_change(), os), IsEmpty()) << inventory::to_string(os);
        EXPECT_THAT(faults(example_removal(), os), IsEmpty()) << inventory::to_string(os);
    }
}

TEST(ChangeFaults, BirdCannotBeChanged) {
    EXPECT_THAT(faults(example_change(), Os::Bird),
                ElementsAre(HasSubstr("not supported by bird")));
}

TEST(ChangeFaults, NothingInANameOrTextCanEndItsPlace) {
    for (const char c : std::string("\n\r\t\0\"'\\;|<>{}!?$&`*^~\x1b\x7f\xc3", 23)) {
        BgpPeer peer = example_peer();
        peer.description = std::string("a") + c + "b";
        EXPECT_THAT(faults(with(peer), Os::Frr), ElementsAre(HasSubstr("description: holds")))
            << static_cast<int>(c);
        peer = example_peer();
        peer.import_policy = std::string("A") + c;
        EXPECT_THAT(faults(with(peer), Os::Junos), ElementsAre(HasSubstr("import policy")));
        peer = example_peer();
        peer.group = std::string("G") + c;
        EXPECT_THAT(faults(with(peer), Os::Junos), ElementsAre(HasSubstr("group")));
        Change change = with(example_peer());
        change.author = std::string("a") + c;
        EXPECT_THAT(faults(change, Os::Nxos), ElementsAre(HasSubstr("author: holds")));
    }
}

TEST(ChangeFaults, ABlankIsNoPartOfAName) {
    PrefixList list;
    list.name = "A B";
    list.prefixes = {prefix("192.0.2.0/24")};
    EXPECT_THAT(faults(with(list), Os::Frr),
                ElementsAre("prefix list 'A B': holds a blank at character 2; it may hold letters, "
                            "digits, '_', '-' and '.'"));
}

TEST(ChangeFaults, APasswordIsNeverPartOfTheSentence) {
    BgpPeer peer = example_peer();
    peer.password = Secret("geheim\"; delete");
    const auto found = faults(with(peer), Os::Junos);
    ASSERT_THAT(found, ElementsAre(HasSubstr("peer 192.0.2.1 password: holds a character")));
    EXPECT_THAT(found.front(), Not(HasSubstr("geheim")));
}

TEST(ChangeFaults, EachOsSaysWhatItCannotDo) {
    PeerBfd bfd;
    bfd.peer = address("192.0.2.1");
    bfd.group = "HOSTS";
    bfd.timers = PeerBfd::Timers{std::chrono::milliseconds(400), 5};
    EXPECT_THAT(faults(with(bfd), Os::Nxos), ElementsAre(HasSubstr("not supported: NX-OS")));
    EXPECT_THAT(faults(with(bfd), Os::Frr), IsEmpty());
    BgpPeer peer = example_peer();
    peer.group.clear();
    EXPECT_THAT(faults(with(peer), Os::Junos),
                ElementsAre(HasSubstr("needs the name of its group")));
    EXPECT_THAT(faults(with(peer), Os::Frr), IsEmpty());
}

TEST(ChangeFaults, EveryFaultIsToldOnce) {
    PrefixList list;
    list.name = "L";
    list.prefixes = {prefix("192.0.2.0/24"), prefix("192.0.2.0/24"), prefix("2001:db8::/32")};
    RoutePolicy policy;
    policy.name = "P";
    Change change = with(list);
    change.items.push_back(list);
    change.items.push_back(policy);
    EXPECT_THAT(faults(change, Os::Frr),
                ElementsAre("prefix list L: 192.0.2.0/24 stands twice",
                            "prefix list L: 2001:db8::/32 is of the other address family",
                            "prefix list L: stands twice in one change",
                            "prefix list L: 192.0.2.0/24 stands twice",
                            "prefix list L: 2001:db8::/32 is of the other address family",
                            "route policy P: has no term: it would reject everything"));
}

TEST(ChangeFaults, FreeTextMayConfigureAndNothingElse) {
    struct Row {
        Os os;
        const char* text;
        const char* says;
    };
    const std::vector<Row> rows{
        {Os::Frr, "router bgp 65000\n write memory\n", "line 2: 'write' acts on the router"},
        {Os::Frr, "end\n", "line 1: 'end' acts"},
        {Os::Frr, "ip route 192.0.2.0/24 Null0\x01\n", "line 1: holds the byte 0x01"},
        {Os::Nxos, "router bgp 1 ; copy running-config startup-config", "holds ';'"},
        {Os::Nxos, "copy running-config startup-config", "'copy' is nothing"},
        {Os::Nxos, "no feature bgp", "'no feature' is nothing"},
        {Os::Junos, " \n\t\n", "is empty"},
    };
    for (const auto& row : rows) {
        EXPECT_THAT(faults(with(ConfigText{row.text}), row.os), ElementsAre(HasSubstr(row.says)))
            << row.text;
    }
    EXPECT_THAT(
        faults(with(ConfigText{"router bgp 1\n neighbor 192.0.2.1 remote-as 2\nexit\n"}), Os::Frr),
        IsEmpty());
}

}  // namespace
}  // namespace routeproof::drivers
