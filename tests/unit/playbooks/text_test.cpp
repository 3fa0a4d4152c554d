#include "playbooks/text.hpp"

#include <gtest/gtest.h>

namespace routeproof::playbooks {
namespace {

Variables some() {
    Variables variables;
    variables.set("host", "dock1");
    variables.set("host.asn", "65100");
    variables.later("proof.verdict");
    return variables;
}

std::string complaint(const std::string& raw) {
    Diagnostics wrong;
    EXPECT_FALSE(substitute({raw, {"f", 3, 7}}, some(), wrong).has_value()) << raw;
    return wrong.empty() ? "" : wrong.front().to_string();
}

TEST(PlaybookText, ReplacesEveryVariableAndNothingElse) {
    Diagnostics wrong;
    EXPECT_EQ(substitute({"{{ host }} has AS {{host.asn}}, {not} {{ host }}", {}}, some(), wrong),
              "dock1 has AS 65100, {not} dock1");
    EXPECT_EQ(substitute({"", {}}, some(), wrong), "");
    EXPECT_TRUE(wrong.empty());
}

TEST(PlaybookText, AValueIsNotLookedIntoAgain) {
    Variables variables;
    variables.set("a", "{{ b }}");
    Diagnostics wrong;
    EXPECT_EQ(substitute({"{{ a }}", {}}, variables, wrong), "{{ b }}");
}

TEST(PlaybookText, AnUnknownVariableIsSaidWithItsPlaceAndTheNearestName) {
    EXPECT_EQ(complaint("{{ hots }}"), "f:3:7: there is no variable \"hots\"; did you mean host?");
    EXPECT_EQ(complaint("{{ host"), "f:3:7: \"{{\" is never closed; write \"{{ name }}\"");
    EXPECT_NE(complaint("{{ proof.verdict }}").find("is the result of a step"), std::string::npos);
}

TEST(PlaybookText, ListsAreSplitAtCommas) {
    EXPECT_EQ(parts_of(" a, b ,,c "), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_TRUE(parts_of(" ").empty());
}

}  // namespace
}  // namespace routeproof::playbooks
