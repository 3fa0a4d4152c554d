#include "agent/control/lateness.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace routeproof::control {
namespace {

using Seconds = Lateness::Seconds;

TEST(Lateness, IsCountedInEveryBucketThatHoldsIt) {
    boost::asio::io_context io;
    std::vector<double> told;
    Lateness lateness(io.get_executor(), [&](Seconds late) { told.push_back(late.count()); });
    for (const double late : {0.0005, 0.2, 0.5, 7.0}) {
        lateness.record(Seconds(late));
    }
    const auto& counts = lateness.counts();
    EXPECT_THAT(counts.within, testing::ElementsAre(1, 1, 1, 3, 3, 3));
    EXPECT_EQ(counts.all, 4U);
    EXPECT_DOUBLE_EQ(counts.sum.count(), 7.7005);
    EXPECT_EQ(counts.longest, Seconds(7));
    EXPECT_THAT(told, testing::ElementsAre(7.0)) << "half a second is no news";
}

}  // namespace
}  // namespace routeproof::control
