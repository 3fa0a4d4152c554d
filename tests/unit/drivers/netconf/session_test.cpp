#include "drivers/netconf/session.hpp"

#include <gtest/gtest.h>

namespace routeproof::netconf {
namespace {

constexpr std::string_view kHello10 =
    "<hello><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability></capabilities>"
    "<session-id>4</session-id></hello>]]>]]>";
constexpr std::string_view kHello11 =
    "<hello><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability>"
    "<capability>urn:ietf:params:netconf:base:1.1</capability></capabilities>"
    "<session-id>4</session-id></hello>]]>]]>";

bool feed(Session& session, std::string_view bytes) {
    const auto complete = session.receive(bytes);
    EXPECT_TRUE(complete) << complete.error();
    return complete && *complete;
}

TEST(NetconfSession, OurHelloEndsWithTheMarkerAndOffersBothVersions) {
    const Session session;
    EXPECT_TRUE(session.start().ends_with("</hello>]]>]]>"));
    EXPECT_NE(session.start().find("base:1.0<"), std::string::npos);
    EXPECT_NE(session.start().find("base:1.1<"), std::string::npos);
}

TEST(NetconfSession, AServerOfBase10IsSpokenToWithMarkers) {
    Session session;
    ASSERT_TRUE(feed(session, kHello10));
    EXPECT_TRUE(session.request("<get/>").ends_with("<get/></rpc>]]>]]>"));
    ASSERT_TRUE(feed(session, "\n<rpc-reply message-id=\"101\"><ok/></rpc-reply>]]>]]>"));
    EXPECT_TRUE(session.take_reply());
}

TEST(NetconfSession, AServerOfBase11IsSpokenToInChunks) {
    Session session;
    ASSERT_TRUE(feed(session, kHello11));
    EXPECT_TRUE(session.request("<get/>").starts_with("\n#"));
    const std::string reply = "<rpc-reply x=\"1\"\n message-id=\"101\"/>";
    EXPECT_FALSE(feed(session, "\n#" + std::to_string(reply.size()) + "\n" + reply));
    EXPECT_TRUE(feed(session, "\n##\n"));
    EXPECT_TRUE(session.take_reply());
}

TEST(NetconfSession, MessageIdsGoUpAndAForeignOneKillsTheSession) {
    Session session;
    ASSERT_TRUE(feed(session, kHello10));
    EXPECT_NE(session.request("<get/>").find("message-id=\"101\""), std::string::npos);
    EXPECT_NE(session.request("<get/>").find("message-id=\"102\""), std::string::npos);
    ASSERT_TRUE(feed(session, "<rpc-reply message-id=\"101\"><ok/></rpc-reply>]]>]]>"));
    const auto reply = session.take_reply();
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().what, "answers message-id \"101\", asked was 102");
}

TEST(NetconfSession, AnErrorWithoutAnIdAnswersTheOutstandingQuestion) {
    Session session;
    ASSERT_TRUE(feed(session, kHello10));
    session.request("<get/>");
    ASSERT_TRUE(feed(session, "<rpc-reply><rpc-error/></rpc-reply>]]>]]>"));
    EXPECT_TRUE(session.take_reply());
}

TEST(NetconfSession, BinaryDataInPlaceOfTheHelloIsNotWaitedOut) {
    Session session;
    std::string_view bytes("<!-- hi -->\x00\x17", 13);
    const auto taken = session.receive(bytes);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().stage, drivers::Stage::Hello);
    EXPECT_EQ(taken.error().kind, drivers::Failure::Kind::Protocol);
}

TEST(NetconfSession, OctetsOfAHelloThatIsNotWholeAreCounted) {
    Session session;
    EXPECT_EQ(session.pending(), 0U);
    EXPECT_FALSE(feed(session, "Welcome to leaf1"));
    EXPECT_EQ(session.pending(), 16U);
    EXPECT_FALSE(session.open());
}

TEST(NetconfSession, AMessageBeyondTheLimitIsRefusedBeforeItEnds) {
    Session session(Limits{1U << 20, 2U << 20});
    ASSERT_TRUE(feed(session, kHello10));
    session.request("<get/>");
    const std::string much(3U << 20, 'x');
    std::string_view input = much;
    const auto complete = session.receive(input);
    ASSERT_FALSE(complete);
    EXPECT_EQ(complete.error().what, "sends a message of more than 2 MiB; ask for less");
}

TEST(NetconfSession, BytesBehindAMessageStayInTheInput) {
    Session session;
    const std::string both = std::string(kHello10) + "<next";
    std::string_view input = both;
    ASSERT_TRUE(*session.receive(input));
    EXPECT_EQ(input, "<next");
}

}  // namespace
}  // namespace routeproof::netconf
