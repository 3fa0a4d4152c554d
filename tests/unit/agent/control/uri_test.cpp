#include "agent/control/uri.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace routeproof::control {
namespace {

using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(Uri, PercentSignsAreDecodedAndWhatIsNoneOfThemStays) {
    EXPECT_EQ(percent_decoded("fe80%3A%3a1%2F128"), "fe80::1/128");
    EXPECT_EQ(percent_decoded("100%"), "100%");
    EXPECT_EQ(percent_decoded("%4"), "%4");
    EXPECT_EQ(percent_decoded("%zz"), "%zz");
}

TEST(Uri, AQueryIsWordsAndTheirValues) {
    EXPECT_THAT(query_of(""), IsEmpty());
    EXPECT_THAT(query_of("peer=10.0.0.2&prefix=192.0.2.0%2F24&all"),
                UnorderedElementsAre(
                    Pair("peer", "10.0.0.2"), Pair("prefix", "192.0.2.0/24"), Pair("all", "")));
}

}  // namespace
}  // namespace routeproof::control
