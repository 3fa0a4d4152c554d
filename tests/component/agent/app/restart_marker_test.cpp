#include "agent/app/restart_marker.hpp"

#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace routeproof::agent {
namespace {

TEST(RestartMarker, IsFoundByTheNextLifeUnlessTheLastOneLeft) {
    const test::TempDir folder;
    const auto place = folder.path() / "state";
    EXPECT_FALSE(RestartMarker(place).found());
    const RestartMarker first(place);
    EXPECT_EQ(first.set(), "");
    EXPECT_TRUE(RestartMarker(place).found());
    first.remove();
    EXPECT_FALSE(RestartMarker(place).found());
}

TEST(RestartMarker, OfAnotherBootMeansNothing) {
    const test::TempDir folder;
    std::ofstream(folder.path() / "running") << "00000000-0000-0000-0000-000000000000\n";
    EXPECT_FALSE(RestartMarker(folder.path()).found());
}

TEST(RestartMarker, WithoutAFolderNothingIsKept) {
    const RestartMarker none{std::filesystem::path()};
    EXPECT_EQ(none.set(), "");
    EXPECT_FALSE(none.found());
}

}  // namespace
}  // namespace routeproof::agent
