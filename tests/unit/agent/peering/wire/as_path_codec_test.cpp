#include "agent/peering/wire/as_path_codec.hpp"

#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

net::AsPath text(std::string_view path) {
    return net::AsPath::parse(path).value();
}

struct MergeCase {
    const char* name;
    const char* as_path;
    const char* as4_path;
    const char* merged;
};

class As4PathMerge : public testing::TestWithParam<MergeCase> {};

INSTANTIATE_TEST_SUITE_P(
    Rfc6793,
    As4PathMerge,
    testing::Values(
        MergeCase{"SameLength", "23456 23456", "70000 70001", "70000 70001"},
        MergeCase{"OldSpeakersInFront", "64500 23456 64501", "70000 64501", "64500 70000 64501"},
        MergeCase{"LongerNewPathIsIgnored", "64500 23456", "1 2 70000", "64500 23456"},
        MergeCase{"EmptyNewPath", "64500 23456", "", "64500 23456"},
        MergeCase{"ASetIsOneHop", "{64500 64501} 23456", "70000", "{64500 64501} 70000"},
        MergeCase{
            "SetInTheNewPath", "64500 23456 {23456}", "70000 {70001}", "64500 70000 {70001}"}),
    [](const auto& row) { return row.param.name; });

TEST_P(As4PathMerge, KeepsTheLeadingNumbersOfTheOldPath) {
    EXPECT_EQ(merge_as4_path(text(GetParam().as_path), text(GetParam().as4_path)),
              text(GetParam().merged));
}

// RFC 6793 4.2.3: what leads the old path and has no length comes along.
TEST(BgpAsPathCodec, AMergeKeepsALeadingConfederationSegmentThoughNothingIsMissing) {
    const net::AsPathSegment inside{net::AsPathSegment::Type::ConfedSequence,
                                    {net::Asn(65001), net::Asn(65002)}};
    const auto sequence = [](std::vector<net::Asn> asns) {
        return net::AsPathSegment{net::AsPathSegment::Type::Sequence, std::move(asns)};
    };
    const net::AsPath old_path({inside, sequence({net::kAsTrans, net::Asn(64501)})});
    EXPECT_EQ(merge_as4_path(old_path, path({70000, 64501})),
              net::AsPath({inside, sequence({net::Asn(70000), net::Asn(64501)})}));
}

TEST(BgpAsPathCodec, SplitsSegmentsAbove255Numbers) {
    const net::AsPath longer = net::AsPath::sequence(std::vector<net::Asn>(300, net::Asn(65000)));
    Writer writer(4096);
    write_as_path(writer, true, longer);
    const Bytes octets = writer.take();
    EXPECT_EQ(octets.size(), 2U + 255U * 4U + 2U + 45U * 4U);
    Reader reader(octets);
    net::AsPath decoded;
    EXPECT_EQ(read_as_path(reader, true, decoded), nullptr);
    EXPECT_EQ(decoded.length(), 300U);
}

TEST(BgpAsPathCodec, WritesAsTransWhereANumberDoesNotFit) {
    Writer writer(100);
    write_as_path(writer, false, path({65000, 70000}));
    EXPECT_EQ(writer.take(), hex("02 02 fde8 5ba0"));
    EXPECT_TRUE(needs_as4(path({65000, 70000})));
    EXPECT_FALSE(needs_as4(path({65000})));
}

}  // namespace
}  // namespace routeproof::bgp
