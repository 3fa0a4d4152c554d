#include "inventory/duration.hpp"

#include <gtest/gtest.h>

namespace routeproof {
namespace {

using std::chrono::milliseconds;

TEST(Duration, IsReadWithAndWithoutAUnit) {
    EXPECT_EQ(parse_duration("300ms"), milliseconds(300));
    EXPECT_EQ(parse_duration("30s"), milliseconds(30'000));
    EXPECT_EQ(parse_duration("2m"), milliseconds(120'000));
    EXPECT_EQ(parse_duration("1h"), milliseconds(3'600'000));
    EXPECT_EQ(parse_duration("5"), milliseconds(5'000)) << "seconds";
    EXPECT_EQ(parse_duration("0.2"), milliseconds(200));
    EXPECT_EQ(parse_duration("0"), milliseconds(0));
}

TEST(Duration, WhatIsNoneIsRefused) {
    for (const char* text :
         {"", "s", "-1s", "1 s", "1d", "1e3", "nan", "inf", "1s1", "9999999999h"}) {
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
    }
}

TEST(Duration, IsPrintedInTheLargestUnitWithoutAFraction) {
    EXPECT_EQ(to_string(milliseconds(1500)), "1500ms");
    EXPECT_EQ(to_string(milliseconds(30'000)), "30s");
    EXPECT_EQ(to_string(milliseconds(120'000)), "2m");
    EXPECT_EQ(to_string(milliseconds(0)), "0ms");
}

}  // namespace
}  // namespace routeproof
