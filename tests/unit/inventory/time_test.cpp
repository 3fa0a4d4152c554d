#include "inventory/time.hpp"

#include <gtest/gtest.h>

namespace routeproof {
namespace {

TEST(Time, PrintsWhatItReads) {
    for (const char* text :
         {"1970-01-01T00:00:00Z", "2026-11-23T11:59:07Z", "2024-02-29T23:59:59Z"}) {
        const auto time = from_rfc3339(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(to_rfc3339(*time), text);
    }
}

TEST(Time, RefusesOtherForms) {
    for (const char* text : {"",
                             "2026-11-23",
                             "2026-11-23T11:59:07",
                             "2026-11-23T11:59:07+01:00",
                             "2026-02-29T00:00:00Z",
                             "2026-13-01T00:00:00Z",
                             "2026-11-23T24:00:00Z",
                             "2026-11-23T11:59:07Z trailing"}) {
        EXPECT_FALSE(from_rfc3339(text)) << text;
    }
}

}  // namespace
}  // namespace routeproof
