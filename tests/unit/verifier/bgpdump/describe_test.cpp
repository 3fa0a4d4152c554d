#include "verifier/bgpdump/describe.hpp"

#include "tests/unit/verifier/bgpdump/support.hpp"
#include "verifier/bgpdump/compose.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgpdump {
namespace {

Json describe_message(const Bytes& octets, const Context& context = {}) {
    return describe(Source::object(), Kind::Message, octets, context);
}

TEST(BgpDescribe, SaysEverythingOfAnUpdate) {
    const Json line = describe_message(kUpdate);
    EXPECT_EQ(line["schema"], "routeproof.bgp-decode/1");
    EXPECT_EQ(line["verdict"], "accepted");
    EXPECT_FALSE(line.contains("notification"));
    const Json& message = line["message"];
    EXPECT_EQ(message["type"], "UPDATE");
    EXPECT_EQ(message["nlri"], Json::array({"198.51.100.0/24"}));
    EXPECT_EQ(message["attributes"]["origin"], "igp");
    EXPECT_EQ(message["attributes"]["as_path"], "65000");
    EXPECT_EQ(message["attributes"]["next_hop"], "10.0.0.1");
    EXPECT_EQ(message["attribute_octets"].size(), 3U);
}

TEST(BgpDescribe, SaysEverythingOfAnOpen) {
    const Json line = describe_message(kOpen);
    EXPECT_EQ(line["verdict"], "accepted");
    EXPECT_EQ(line["message"]["hold_time"], 90);
    EXPECT_EQ(line["message"]["bgp_identifier"], "10.0.0.1");
    EXPECT_EQ(line["message"]["capabilities"][2]["asn"], 65000);
}

struct VerdictCase {
    const char* name;
    Bytes octets;
    const char* verdict;
    int code;  // of the NOTIFICATION; 0: none
    int subcode;
    const char* data;
};

class BgpVerdict : public testing::TestWithParam<VerdictCase> {};

TEST_P(BgpVerdict, IsThatOfTheRfcs) {
    const Json line = describe_message(GetParam().octets);
    EXPECT_EQ(line["verdict"], GetParam().verdict) << line;
    if (GetParam().code == 0) {
        EXPECT_FALSE(line.contains("notification")) << line;
        return;
    }
    ASSERT_TRUE(line.contains("notification")) << line;
    EXPECT_EQ(line["notification"]["code"], GetParam().code);
    EXPECT_EQ(line["notification"]["subcode"], GetParam().subcode);
    EXPECT_EQ(line["notification"]["data"], GetParam().data);
}

Bytes spoilt(Bytes octets, std::size_t at, std::uint8_t value) {
    octets[at] = value;
    return octets;
}

INSTANTIATE_TEST_SUITE_P(
    All,
    BgpVerdict,
    testing::Values(
        VerdictCase{"Keepalive", kKeepalive, "accepted", 0, 0, ""},
        VerdictCase{"Nothing", {}, "reset", 1, 1, ""},
        VerdictCase{"BadMarker", spoilt(kKeepalive, 3, 0), "reset", 1, 1, ""},
        VerdictCase{"BadLength", spoilt(kKeepalive, 17, 18), "reset", 1, 2, "0012"},
        VerdictCase{"LongKeepalive", message(4, hex("00")), "reset", 1, 2, "0014"},
        VerdictCase{"BadType", message(9, {}), "reset", 1, 3, "09"},
        VerdictCase{"CutShort", Bytes(kUpdate.begin(), kUpdate.end() - 1), "reset", 1, 2, "002f"},
        VerdictCase{"WrongVersion", spoilt(kOpen, 19, 3), "reset", 2, 1, "0004"},
        VerdictCase{"HoldTimeOfOneSecond", spoilt(kOpen, 23, 1), "reset", 2, 6, ""},
        VerdictCase{"IdentifierZero", spoilt(spoilt(kOpen, 24, 0), 27, 0), "reset", 2, 3, ""},
        VerdictCase{"UnknownParameter", spoilt(kOpen, 29, 9), "reset", 2, 4, "09"},
        VerdictCase{"TwoRoles",
                    message(1, hex("04 fde8 005a 0a000001 08 02 06 09 01 00 09 01 03")),
                    "reset",
                    2,
                    11,
                    ""},
        VerdictCase{"OriginOutOfRange", spoilt(kUpdate, 26, 7), "treat-as-withdraw", 0, 0, ""},
        VerdictCase{"AttributesOverrunTheMessage", spoilt(kUpdate, 22, 0x40), "reset", 3, 1, ""},
        VerdictCase{"PrefixTooLong", spoilt(kUpdate, 43, 33), "reset", 3, 10, ""},
        VerdictCase{"RefreshTooLong",
                    message(5, hex("0001 00 01 00")),
                    "reset",
                    7,
                    1,
                    "ffffffffffffffffffffffffffffffff0018050001000100"},
        VerdictCase{"LocalPrefFromAnExternalPeer",
                    message(2,
                            hex("0000 001b 400101 00 400206 0201 0000fde8 400304 0a000001 "
                                "400504 00000064 18 c63364")),
                    "attribute-discard",
                    0,
                    0,
                    ""}),
    [](const auto& one) { return one.param.name; });

TEST(BgpDescribe, NamesTheAttributeItsActionAndWhy) {
    const Json line = describe_message(spoilt(kUpdate, 26, 7));
    ASSERT_EQ(line["errors"].size(), 1U);
    EXPECT_EQ(line["errors"][0]["attribute"], "ORIGIN");
    EXPECT_EQ(line["errors"][0]["action"], "treat-as-withdraw");
    EXPECT_EQ(line["errors"][0]["notification"]["subcode"], 6);
    EXPECT_EQ(line["errors"][0]["notification"]["data"], "40010107");
}

TEST(BgpDescribe, ShowsWhatAHardResetWraps) {
    const Json line = describe_message(message(3, hex("0609 06 02 02 6869")));
    EXPECT_EQ(line["message"]["name"], "Cease/Hard Reset");
    EXPECT_EQ(line["message"]["wraps"]["text"], "hi");
}

TEST(BgpDescribe, AHardResetInAHardResetEndsThere) {
    const Json line = describe_message(message(3, hex("0609 0609 06 02 02 6869")));
    EXPECT_EQ(line["message"]["data"], "06090602026869");
    EXPECT_FALSE(line["message"].contains("wraps"));
}

TEST(BgpDescribe, ReadsPathIdentifiersWhereTheContextSaysSo) {
    Context context;
    context.update.add_path = {bgp::kIpv4Unicast};
    const Json line = describe(Source::object(), Kind::Nlri, hex("00000007 18 c63364"), context);
    EXPECT_EQ(line["message"]["nlri"],
              Json::parse(R"([{"prefix":"198.51.100.0/24","path_id":7}])"));
    EXPECT_EQ(describe(Source::object(), Kind::Nlri, hex("00000007"), context)["verdict"], "reset");
}

TEST(BgpDescribe, ReadsAttributesAndCapabilitiesByThemselves) {
    const Json attributes =
        describe(Source::object(), Kind::Attributes, hex("800404 00000032 c02304 0000fde8"), {});
    EXPECT_EQ(attributes["verdict"], "accepted");
    EXPECT_EQ(attributes["message"]["attributes"]["med"], 50);
    EXPECT_EQ(attributes["message"]["attributes"]["otc"], 65000);
    const Json capability = describe(Source::object(), Kind::Capability, hex("46 00 06 00"), {});
    EXPECT_EQ(capability["message"]["capabilities"][1]["name"], "extended-message");
    EXPECT_EQ(describe(Source::object(), Kind::Capability, hex("41 03 000000"), {})["verdict"],
              "reset");
}

// What was decoded and is encoded again decodes to the same.
class BgpRoundTrip : public testing::TestWithParam<const char*> {};

TEST_P(BgpRoundTrip, KeepsTheMessage) {
    Context context;
    context.update.internal = std::string_view(GetParam()).starts_with('i');
    context.update.four_octet_as = !std::string_view(GetParam()).starts_with('2');
    const Bytes octets = hex(std::string_view(GetParam()).substr(1));
    const Json line = describe_message(octets, context);
    ASSERT_EQ(line["verdict"], "accepted") << line;
    const Bytes again = compose(line);
    const Json second = describe_message(again, context);
    Json one = line["message"];
    Json two = second["message"];
    one.erase("attribute_octets");
    two.erase("attribute_octets");
    EXPECT_EQ(one, two);
}

std::string as_hex(char kind, const Bytes& octets) {
    return kind + bgp::to_hex(octets, octets.size());
}

const std::vector<std::string>& samples() {
    static const std::vector<std::string> all{
        as_hex('e', kKeepalive),
        as_hex('e', kOpen),
        as_hex('e', kUpdate),
        as_hex('e', message(3, hex("0602 02 6869"))),
        as_hex('e', message(5, hex("0002 01 01"))),
        // every attribute that a router sends, and one that nobody knows
        as_hex('i',
               message(2,
                       hex("0000 0077 400101 02 400210 0202 0000fde8 0000fde9 0101 fa56ea01 "
                           "400304 0a000001 800404 00000005 400504 00000064 400600 "
                           "c00708 fa56ea01 c0000201 c00808 ffff0000 fde80001 800904 c0000202 "
                           "800a08 c0000203 c0000204 c01008 0002fde800000064 "
                           "c0200c 0000fde8 00000001 00000002 e06303 010203 20 c6336401"))),
        as_hex('2',
               message(2,
                       hex("0000 002a 400101 00 400206 0202 5ba0 fde8 400304 0a000001 "
                           "c0110a 0202 fa56ea01 0000fde8 c00706 5ba0 c0000201 18 c63364"))),
        as_hex('e',
               message(2,
                       hex("0000 0043 80 0e 2c 0002 01 20 20010db8000000000000000000000001 "
                           "fe800000000000000000000000000001 00 30 20010db80064 400101 00 "
                           "400206 0201 0000fde8 800404 00000001"))),
        as_hex('e', message(2, hex("0000 000d 80 0f 0a 0002 01 30 20010db80064"))),
        as_hex('e', message(2, hex("0004 18 c63364 0000"))),
        as_hex('e', message(2, hex("0000 0000"))),
    };
    return all;
}

std::vector<const char*> sample_texts() {
    std::vector<const char*> texts;
    for (const auto& sample : samples()) {
        texts.push_back(sample.c_str());
    }
    return texts;
}

INSTANTIATE_TEST_SUITE_P(Samples, BgpRoundTrip, testing::ValuesIn(sample_texts()));

TEST(BgpCompose, SaysInOneSentenceWhatItCannotWrite) {
    const auto sentence = [](const char* json) -> std::string {
        try {
            compose(Json::parse(json));
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "nothing";
    };
    EXPECT_EQ(sentence(R"({})"), "\"message\" is missing");
    EXPECT_EQ(sentence(R"({"message":{"type":"HELLO"}})"),
              "\"HELLO\" is no message type: write OPEN, UPDATE, NOTIFICATION, KEEPALIVE, "
              "ROUTE-REFRESH");
    EXPECT_EQ(sentence(R"({"message":{"type":"UPDATE","nlri":["10.0.0.0/33"]}})"),
              "\"10.0.0.0/33\" is no prefix");
    EXPECT_EQ(sentence(R"({"kind":"nlri","context":{"peer":"me"},"message":{}})"),
              "\"me\" is no kind of peer: write ebgp or ibgp");
    EXPECT_EQ(sentence(R"({"context":{"as-4":true},"message":{"type":"KEEPALIVE"}})"),
              "\"as-4\" is no key of a context: as4, extended_message, addpath, peer, families");
    EXPECT_EQ(sentence(R"({"context":[],"message":{"type":"KEEPALIVE"}})"),
              "\"context\" must be an object");
}

// What is cut to fit would be another message than the one that was asked for.
TEST(BgpCompose, RefusesACapabilityThatCannotBeWritten) {
    const auto sentence = [](Json capabilities) -> std::string {
        try {
            compose(Json{{"message",
                          {{"type", "OPEN"},
                           {"my_as", 65000U},
                           {"hold_time", 90U},
                           {"bgp_identifier", "192.0.2.1"},
                           {"capabilities", std::move(capabilities)}}}});
        } catch (const std::invalid_argument& error) {
            return error.what();
        }
        return "nothing";
    };
    const auto of_octets = [](std::size_t octets) {
        return Json{{"code", 73U}, {"value", std::string(2 * octets, '0')}};
    };
    EXPECT_EQ(sentence(Json::array({of_octets(255)})), "nothing");
    EXPECT_EQ(sentence(Json::array({of_octets(300)})), "a capability holds more than 255 octets");
    EXPECT_EQ(sentence(Json::array_t(15, of_octets(255))), "nothing");
    EXPECT_EQ(sentence(Json::array_t(16, of_octets(255))),
              "the capabilities do not fit an OPEN of 4096 octets");
    const auto restart = [](unsigned seconds) {
        return Json::array({{{"code", 64U}, {"restart_time", seconds}}});
    };
    EXPECT_EQ(sentence(restart(4095)), "nothing");
    EXPECT_EQ(sentence(restart(5000)), "\"restart_time\" must be a number from 0 to 4095");
    const auto add_path = [](const char* mode) {
        return Json::array(
            {{{"code", 69U},
              {"families", Json::array({{{"family", "ipv4-unicast"}, {"mode", mode}}})}}});
    };
    EXPECT_EQ(sentence(add_path("both")), "nothing");
    EXPECT_EQ(sentence(add_path("sned")), "\"sned\" is no mode: write receive, send or both");
}

}  // namespace
}  // namespace routeproof::bgpdump
