#include "inventory/net/as_path.hpp"

#include <gtest/gtest.h>

namespace routeproof::net {
namespace {

AsPath path(const char* text) {
    return AsPath::parse(text).value();
}

TEST(AsPath, PrintsWhatItReads) {
    for (const char* text : {"",
                             "65100",
                             "64900 65000 65100",
                             "65001 {65010 65011}",
                             "(65151 65000) 65001",
                             "[65171] (65151 65000)",
                             "4200000017 65001"}) {
        EXPECT_EQ(path(text).to_string(), text);
    }
    EXPECT_EQ(path("64086.59921 1.10").to_string(), "4200000017 65546") << "asdot is read";
}

TEST(AsPath, RefusesBrokenText) {
    for (const char* text : {"65001 I", "{65001", "65001}", "{65001)", "{}", "({65001})", "0"}) {
        EXPECT_FALSE(AsPath::parse(text)) << text;
    }
}

TEST(AsPath, OriginIsTheLastNumberOfASequence) {
    EXPECT_EQ(path("64900 65000 65100").origin(), Asn(65100));
    EXPECT_EQ(path("65100 (65151)").origin(), Asn(65100)) << "confederations do not originate";
    EXPECT_EQ(path("").origin(), std::nullopt);
    EXPECT_EQ(path("(65151)").origin(), std::nullopt);
}

TEST(AsPath, ASetHasNoSingleOrigin) {
    EXPECT_EQ(path("65001 {65010 65011}").origin(), std::nullopt);
    EXPECT_TRUE(path("65001 {65010 65011}").origin_is_set());
    EXPECT_FALSE(path("{65010 65011} 65001").origin_is_set());
    EXPECT_EQ(path("{65010 65011} 65001").origin(), Asn(65001));
}

TEST(AsPath, LengthCountsASetOnceAndConfederationsNever) {
    EXPECT_EQ(path("1 2 3").length(), 3U);
    EXPECT_EQ(path("1 {2 3 4}").length(), 2U);
    EXPECT_EQ(path("(7 8) 1").length(), 1U);
}

TEST(AsPath, FirstIsTheNeighbour) {
    EXPECT_EQ(path("64900 65100").first(), Asn(64900));
    EXPECT_EQ(path("{64900} 65100").first(), std::nullopt);
    EXPECT_EQ(path("").first(), std::nullopt);
}

TEST(AsPath, ContainsLooksIntoEverySegment) {
    EXPECT_TRUE(path("1 {2 3} (4)").contains(Asn(3)));
    EXPECT_TRUE(path("1 {2 3} (4)").contains(Asn(4)));
    EXPECT_FALSE(path("1 {2 3} (4)").contains(Asn(5)));
}

}  // namespace
}  // namespace routeproof::net
