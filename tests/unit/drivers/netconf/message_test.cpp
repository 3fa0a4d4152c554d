#include "drivers/netconf/message.hpp"

#include <gtest/gtest.h>

namespace routeproof::netconf {
namespace {

using drivers::Failure;
using drivers::Stage;

std::string hello(std::string_view capability, std::string_view prefix = "") {
    const std::string p(prefix);
    return "<" + p + "hello><" + p + "capabilities><" + p + "capability>\n  " +
           std::string(capability) + " \n</" + p + "capability></" + p + "capabilities><" + p +
           "session-id>1440463116</" + p + "session-id></" + p + "hello>";
}

TEST(NetconfHello, CommentsBeforeItAndPrefixesInItAreNoMatter) {
    const auto read = parse_hello("<!-- No zombies were killed -->\n<!-- user ops -->\n" +
                                  hello("urn:ietf:params:netconf:base:1.0", "nc:"));
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(read->session_id, 1440463116U);
    EXPECT_TRUE(read->offers_base("1.0"));
    EXPECT_FALSE(read->offers_base("1.1"));
}

TEST(NetconfHello, BothSpellingsOfBaseCountAndParametersDoNot) {
    EXPECT_TRUE(
        parse_hello(hello("urn:ietf:params:xml:ns:netconf:base:1.0?module=x"))->offers_base("1.0"));
    EXPECT_TRUE(parse_hello(hello("urn:ietf:params:netconf:base:1.1"))->offers_base("1.1"));
    EXPECT_FALSE(parse_hello(hello("urn:ietf:params:netconf:base:1.10")));
}

TEST(NetconfHello, ALatin1DeclarationIsFollowed) {
    const auto read =
        parse_hello("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><!-- Z\xFCrich -->" +
                    hello("urn:ietf:params:netconf:base:1.0"));
    EXPECT_TRUE(read) << read.error();
}

TEST(NetconfHello, AnErrorInItsPlaceIsReportedEvenUnbalanced) {
    const auto read = parse_hello(
        "<rpc-reply><rpc-error><error-severity>error</error-severity><error-message>\nToo many "
        "sessions\n</error-message></rpc-error></rpc-reply></hello>");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error(),
              (Failure{Stage::Hello, Failure::Kind::Protocol, "answers: Too many sessions"}));
}

TEST(NetconfHello, WithoutSessionIdOrBaseOrAtAllItIsRefused) {
    EXPECT_EQ(parse_hello("<hello><capabilities><capability>urn:ietf:params:netconf:base:1.0"
                          "</capability></capabilities></hello>")
                  .error()
                  .what,
              "sends a NETCONF hello without a session-id");
    EXPECT_EQ(parse_hello(hello("urn:example:x")).error().what,
              "sends a NETCONF hello that offers neither base:1.0 nor base:1.1");
    EXPECT_EQ(parse_hello("% Bad command\n").error().what,
              "sends no NETCONF hello but \"% Bad command\"");
}

TEST(NetconfReply, ErrorsAreCollectedAtAnyDepthAndInAnyVocabulary) {
    const auto reply = Reply::parse(
        R"(<nc:rpc-reply xmlns:nc="x" message-id="7"><commit-results>
             <xnm:warning xmlns="http://xml.juniper.net/xnm/1.1/xnm"><message>mind the gap</message></xnm:warning>
             <xnm:error><edit-path>[edit
 protocols]</edit-path><message>
check-out failed
</message></xnm:error></commit-results>
           <nc:rpc-error><nc:error-tag>operation-failed</nc:error-tag><nc:error-severity>error</nc:error-severity>
             <nc:error-message>syntax error</nc:error-message><nc:error-info><nc:bad-element>bgp</nc:bad-element></nc:error-info>
           </nc:rpc-error></nc:rpc-reply>)");
    ASSERT_TRUE(reply) << reply.error();
    ASSERT_EQ(reply->notices().size(), 3U);
    EXPECT_TRUE(reply->notices()[0].is_warning());
    EXPECT_EQ(reply->error()->to_string(), "check-out failed ([edit protocols])");
    EXPECT_EQ(reply->notices()[2].to_string(), "syntax error (bgp)");
    EXPECT_EQ(reply->message_id(), "7");
}

TEST(NetconfReply, AWarningBesideOkIsNoError) {
    const auto reply = Reply::parse(
        "<rpc-reply "
        "message-id=\"1\"><rpc-error><error-severity>warning</error-severity></rpc-error>"
        "<ok/></rpc-reply>");
    EXPECT_EQ(reply->error(), nullptr);
    EXPECT_EQ(reply->notices().size(), 1U);
}

TEST(NetconfReply, PermissionDeniedIsDeniedAlsoAsABareError) {
    const auto reply = Reply::parse(
        "<rpc-error><error-severity>error</error-severity><error-info><bad-element>get-x"
        "</bad-element></error-info><error-message>permission denied</error-message></rpc-error>");
    ASSERT_NE(reply->error(), nullptr);
    EXPECT_EQ(to_failure(*reply->error()),
              (Failure{Stage::Rpc, Failure::Kind::Denied, "answers: permission denied (get-x)"}));
}

TEST(NetconfReply, ElementsWithoutEndInsideOneAnotherDoNotTakeOurStack) {
    constexpr std::size_t kDepth = 500'000;
    std::string text = "<rpc-reply message-id=\"1\">";
    for (std::size_t i = 0; i < kDepth; ++i) {
        text += "<a>";
    }
    text += "<output>x</output>";
    for (std::size_t i = 0; i < kDepth; ++i) {
        text += "</a>";
    }
    const auto reply = Reply::parse(text + "</rpc-reply>");
    ASSERT_TRUE(reply) << reply.error();
    EXPECT_EQ(reply->error(), nullptr);
    EXPECT_EQ(reply->output(), "");
}

TEST(NetconfReply, ForbiddenBytesBecomeQuestionMarks) {
    const auto reply =
        Reply::parse("<rpc-reply message-id=\"1\"><output>a\x07z</output></rpc-reply>");
    ASSERT_TRUE(reply) << reply.error();
    EXPECT_EQ(reply->output(), "a?z");
}

TEST(NetconfReply, BrokenXmlNamesTheByteAndTheForbiddenOneBefore) {
    const auto reply = Reply::parse("<rpc-reply>\x07<output>a</rpc-reply>");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().stage, Stage::Parse);
    EXPECT_NE(reply.error().what.find("forbidden byte at 11"), std::string::npos) << reply.error();
}

TEST(NetconfReply, AByteOrderMarkAndAShortReplyAreRead) {
    EXPECT_TRUE(Reply::parse("\xEF\xBB\xBF<rpc-reply/>"));
    auto reply = Reply::parse("<rpc-reply/>");
    const auto moved = std::move(*reply);
    EXPECT_EQ(local_name(moved.root()), "rpc-reply");
}

}  // namespace
}  // namespace routeproof::netconf
