#include "agent/log/logger.hpp"

#include <gtest/gtest.h>

namespace routeproof::log {
namespace {

TEST(LogLine, IsEventAndFields) {
    EXPECT_EQ(format("bgp.session.up", {{"peer", "10.100.0.253"}, {"name", "leaf1"}}),
              "event=bgp.session.up peer=10.100.0.253 name=leaf1");
}

TEST(LogLine, QuotesWhatAGrepWouldMisread) {
    EXPECT_EQ(format("e", {{"reason", "hold timer expired"}}),
              "event=e reason=\"hold timer expired\"");
    EXPECT_EQ(format("e", {{"k", ""}}), "event=e k=\"\"");
    EXPECT_EQ(format("e", {{"k", "a=b"}}), "event=e k=\"a=b\"");
    EXPECT_EQ(format("e", {{"k", "say \"hi\" \\"}}), "event=e k=\"say \\\"hi\\\" \\\\\"");
}

TEST(LogLine, APeersTextCannotBreakTheLineOrFakeAField) {
    EXPECT_EQ(format("e", {{"text", "bye\nevent=bgp.session.up\x1b[2J"}}),
              "event=e text=\"bye\\nevent=bgp.session.up\\x1b[2J\"");
}

}  // namespace
}  // namespace routeproof::log
