#include "playbooks/condition.hpp"

#include <gtest/gtest.h>

namespace routeproof::playbooks {
namespace {

struct Row {
    const char* text;
    Holds expected;
};

class PlaybookCondition : public ::testing::TestWithParam<Row> {};

TEST_P(PlaybookCondition, Holds) {
    Variables variables;
    variables.set("os", "frr");
    variables.set("quiet", "false");
    variables.set("count", "3");
    variables.set("blocks", "a, b");
    variables.later("proof.verdict");
    Diagnostics wrong;
    Condition condition;
    read_condition({GetParam().text, {}}, condition, wrong);
    EXPECT_EQ(holds(condition, variables, wrong), GetParam().expected);
    EXPECT_TRUE(wrong.empty()) << wrong.front();
}

INSTANTIATE_TEST_SUITE_P(Table,
                         PlaybookCondition,
                         ::testing::Values(Row{"os == 'frr'", Holds::Yes},
                                           Row{"os != \"frr\"", Holds::No},
                                           Row{"not os == 'junos' and count == 3", Holds::Yes},
                                           Row{"quiet", Holds::No},
                                           Row{"not quiet", Holds::Yes},
                                           Row{"os in ['junos', 'frr']", Holds::Yes},
                                           Row{"os not in ['junos', 'frr']", Holds::No},
                                           Row{"'b' in blocks", Holds::Yes},
                                           Row{"'c' in blocks", Holds::No},
                                           Row{"os is defined", Holds::Yes},
                                           Row{"nothing is not defined", Holds::Yes},
                                           Row{"proof.verdict == 'proven'", Holds::Later},
                                           Row{"quiet and proof.verdict == 'proven'", Holds::No}));

TEST(PlaybookConditionText, WhatIsNotUnderstoodIsSaid) {
    for (const char* text : {"",
                             "os ==",
                             "os = 'frr'",
                             "os or quiet",
                             "os == 'frr",
                             "in os",
                             "os in ['a'",
                             "os is nice",
                             "(os)"}) {
        Diagnostics wrong;
        Condition condition;
        read_condition({text, {"f", 1, 2}}, condition, wrong);
        ASSERT_EQ(wrong.size(), 1U) << text;
        EXPECT_EQ(wrong.front().to_string().rfind("f:1:2: when: ", 0), 0U) << wrong.front();
    }
}

TEST(PlaybookConditionText, AnUnknownVariableNeverPassesForFalse) {
    Diagnostics wrong;
    Condition condition;
    read_condition({"not hots", {"f", 1, 2}}, condition, wrong);
    Variables variables;
    variables.set("host", "x");
    EXPECT_EQ(holds(condition, variables, wrong), Holds::No);
    ASSERT_EQ(wrong.size(), 1U);
    EXPECT_NE(wrong.front().remedy.find("did you mean host?"), std::string::npos);
}

}  // namespace
}  // namespace routeproof::playbooks
