// One agent per network namespace, held by a socket of the real kernel.
#include "agent/app/single_instance.hpp"

#include <gtest/gtest.h>
#include <sched.h>

namespace routeproof::agent {
namespace {

TEST(SingleInstance, IsHeldByOneAndGivenBackAtItsEnd) {
    // In a namespace of its own, where root may make one: beside an agent of this machine.
    (void)::unshare(CLONE_NEWNET);
    {
        auto first = SingleInstance::acquire();
        ASSERT_TRUE(first) << "a routeproof-agent runs in this network namespace";
        EXPECT_FALSE(SingleInstance::acquire());
        const SingleInstance moved = std::move(*first);
        first.reset();
        EXPECT_FALSE(SingleInstance::acquire()) << "who took it over holds it";
    }
    EXPECT_TRUE(SingleInstance::acquire());
}

}  // namespace
}  // namespace routeproof::agent
