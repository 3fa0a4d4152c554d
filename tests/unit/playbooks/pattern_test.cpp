#include "playbooks/pattern.hpp"

#include "tests/unit/playbooks/network.hpp"

#include <gtest/gtest.h>

namespace routeproof::playbooks {
namespace {

using Names = std::vector<std::string>;

Names routers(const char* pattern, Diagnostics& wrong) {
    return select_routers({pattern, {"f", 1, 1}}, testing::network(), wrong);
}

Names routers(const char* pattern) {
    Diagnostics wrong;
    auto names = routers(pattern, wrong);
    EXPECT_TRUE(wrong.empty()) << wrong.front();
    return names;
}

TEST(PlaybookPattern, MeansWhatItMeansInAnsible) {
    EXPECT_EQ(routers("leaf2,leaf1"), (Names{"leaf1", "leaf2"})) << "the inventory's order";
    EXPECT_EQ(routers("leaf*:!leaf3"), (Names{"leaf1", "leaf2", "leaf4"}));
    EXPECT_EQ(routers("leaf:&frr"), (Names{"leaf1", "leaf2"}));
    EXPECT_EQ(routers("leaf[34]"), (Names{"leaf3", "leaf4"}));
    EXPECT_EQ(routers("!leaf3:all"), (Names{"leaf1", "leaf2", "leaf4", "spine1"}));
    EXPECT_EQ(routers("!leaf"), Names{"spine1"});
    EXPECT_EQ(routers("junos"), Names{"leaf3"});
}

TEST(PlaybookPattern, ATermThatNamesNothingIsAMistakeAlsoWhereItExcludes) {
    for (const char* pattern : {"laef1", "leaf1:!laef1", "leaf*:&laef1"}) {
        Diagnostics wrong;
        EXPECT_TRUE(routers(pattern, wrong).empty());
        ASSERT_EQ(wrong.size(), 1U) << pattern;
        EXPECT_EQ(wrong.front().to_string().rfind(
                      "f:1:1: no router is meant by \"laef1\"; did you mean leaf1?", 0),
                  0U)
            << wrong.front();
    }
}

TEST(PlaybookPattern, OneThatLeavesNothingIsAMistake) {
    Diagnostics wrong;
    EXPECT_TRUE(routers("leaf1:&junos", wrong).empty());
    ASSERT_EQ(wrong.size(), 1U);
    EXPECT_EQ(wrong.front().what, "the pattern \"leaf1:&junos\" leaves no router");
}

TEST(PlaybookPattern, HostsAreSelectedByName) {
    Diagnostics wrong;
    EXPECT_EQ(select_hosts({"host[12]", {}}, testing::network(), wrong), (Names{"host1", "host2"}));
    EXPECT_TRUE(wrong.empty());
}

}  // namespace
}  // namespace routeproof::playbooks
