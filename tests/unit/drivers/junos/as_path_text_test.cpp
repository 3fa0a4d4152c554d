#include "drivers/junos/as_path_text.hpp"

#include <gtest/gtest.h>

namespace routeproof::junos {
namespace {

using drivers::Origin;

struct Case {
    std::string_view text;
    std::string_view path;
    Origin origin;
};

class AsPathTextForms : public testing::TestWithParam<Case> {};

TEST_P(AsPathTextForms, AreRead) {
    const auto& [text, path, origin] = GetParam();
    const auto read = parse_as_path_text(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->path.to_string(), path);
    EXPECT_EQ(read->origin, origin);
}

INSTANTIATE_TEST_SUITE_P(
    Junos,
    AsPathTextForms,
    testing::Values(Case{"64496 I", "64496", Origin::Igp},
                    Case{"  64496 I\n      ", "64496", Origin::Igp},
                    Case{"AS path: 64496 64497 ?\n", "64496 64497", Origin::Incomplete},
                    Case{"64496 E", "64496", Origin::Egp},
                    Case{"I", "", Origin::Igp},
                    Case{"AS path: I\n   AS path: Recorded\n", "", Origin::Igp},
                    Case{"(65151 65000) I", "(65151 65000)", Origin::Igp},
                    Case{"[64505] (65151 65000) 64496 I", "(65151 65000) 64496", Origin::Igp},
                    Case{"64496 {64510 64511} I", "64496 {64510 64511}", Origin::Igp},
                    Case{"1.34464 64496 I", "100000 64496", Origin::Igp},
                    Case{"64496 I (Originator)", "64496", Origin::Igp},
                    Case{"64496 64500 I (Looped: 64500)", "64496 64500", Origin::Igp},
                    Case{"64496 I (Atomic)\nAggregator: 64496 203.0.113.1", "64496", Origin::Igp}));

TEST(AsPathText, WhatIsNoPathIsNotGuessedAt) {
    EXPECT_FALSE(parse_as_path_text(""));
    EXPECT_FALSE(parse_as_path_text("64496"));  // no origin letter: cut off
    EXPECT_FALSE(parse_as_path_text("AS path: Recorded"));
    EXPECT_FALSE(parse_as_path_text("64496 {64510 I"));
    EXPECT_FALSE(parse_as_path_text("4294967296 I"));
}

}  // namespace
}  // namespace routeproof::junos
