#include "drivers/nxos/output.hpp"

#include <gtest/gtest.h>

namespace routeproof::nxos {
namespace {

using Kind = Output::Kind;

TEST(NxosOutput, NothingIsNoTable) {
    EXPECT_EQ(classify("").kind, Kind::Empty);
    EXPECT_EQ(classify(" \r\n\n").kind, Kind::Empty);
}

TEST(NxosOutput, AnAnswerMayStandBehindABannerOrAComplaint) {
    EXPECT_EQ(classify("{\"a\": 1}").body, "{\"a\": 1}");
    EXPECT_EQ(classify("Authorized use only {ops}\n\n  {\"a\": 1}\n").body, "{\"a\": 1}\n");
    EXPECT_EQ(classify("Can't find neighbor 198.51.100.9\n{}").kind, Kind::Answer);
}

TEST(NxosOutput, XmlAndTablesAreAnswersToo) {
    EXPECT_EQ(classify("Welcome\n<?xml version=\"1.0\"?><a/>").body, "<?xml version=\"1.0\"?><a/>");
    EXPECT_EQ(classify("<nf:rpc-reply/>").kind, Kind::Answer);
    EXPECT_EQ(classify("<none of your business>\n<- see there").kind, Kind::Answer)
        << "for the reader of XML to refuse";
    EXPECT_EQ(classify("< no tag").kind, Kind::Refused);
    for (const auto* table : {"BGP routing table information for VRF default, address family IPv4",
                              "BGP summary information for VRF default, address family IPv4",
                              "IP Route Table for VRF \"default\"",
                              "Cisco Nexus Operating System (NX-OS) Software"}) {
        EXPECT_EQ(classify(table).kind, Kind::Answer) << table;
        EXPECT_EQ(classify(table).body, table);
    }
}

TEST(NxosOutput, ErrorsAreToldFromSentences) {
    EXPECT_EQ(classify("            ^\n% Invalid command at '^' marker.\n"),
              (Output{Kind::NoSuchForm, {}, "% Invalid command at '^' marker."}));
    EXPECT_EQ(classify("% Incomplete command at '^' marker.").kind, Kind::NoSuchForm);
    EXPECT_EQ(classify("Syntax error while parsing 'show bgp | json'").kind, Kind::NoSuchForm);
    EXPECT_EQ(classify("Error: structured output unsupported").kind, Kind::NoSuchForm);
    EXPECT_EQ(classify("% Permission denied for the role\n").kind, Kind::Denied);
    EXPECT_EQ(classify("\nCan't find neighbor 198.51.100.9\n"),
              (Output{Kind::Refused, {}, "Can't find neighbor 198.51.100.9"}));
}

TEST(NxosOutput, OctetsThatAreNoTextAreNotQuoted) {
    EXPECT_EQ(classify(std::string_view("\x00\x17\xFE%% \x1b[2J\n", 10)),
              (Output{Kind::Garbage, {}, "10 octets that are no text"}));
    EXPECT_EQ(classify("\x07% no such thing").kind, Kind::Refused) << "a bell is usual";
}

TEST(NxosOutput, ABannerBeforeASentenceIsNotTheSentence) {
    EXPECT_EQ(classify("Authorized use only\n\nRoute not found\n"),
              (Output{Kind::Refused, {}, "Route not found"}));
}

TEST(NxosOutput, AnErrorBeforeJsonIsAnError) {
    EXPECT_EQ(classify("% Invalid command at '^' marker.\n{\"a\": 1}").kind, Kind::NoSuchForm);
}

}  // namespace
}  // namespace routeproof::nxos
