#include "drivers/nxos/rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace routeproof::nxos {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Recorder final : public RowReader {
public:
    void enter(std::string_view key) override { events.push_back('+' + std::string(key)); }
    void leave(std::string_view key, const Row& row) override {
        events.push_back('-' + std::string(key) + ' ' + std::string(row["x"]));
    }
    std::vector<std::string> events;
};

std::vector<std::string> events(std::string_view json) {
    Recorder recorder;
    const auto read = read_rows(json, recorder);
    EXPECT_TRUE(read) << read.error();
    return recorder.events;
}

TEST(NxosRows, OneObjectAndAnArrayOfOneLookTheSame) {
    EXPECT_EQ(events(R"({"ROW_a": {"x": "7"}})"), events(R"({"ROW_a": [{"x": 7}]})"));
}

TEST(NxosRows, RowsOfAnArrayStandUnderItsKeyAlsoAfterNestedOnes) {
    EXPECT_THAT(events(R"({"ROW_a": [{"T": {"ROW_b": [{"x": 1}]}, "x": 2}, {"x": 3}]})"),
                ElementsAre("+",
                            "+ROW_a",
                            "+T",
                            "+ROW_b",
                            "-ROW_b 1",
                            "-T ",
                            "-ROW_a 2",
                            "+ROW_a",
                            "-ROW_a 3",
                            "- "));
}

TEST(NxosRows, EveryScalarIsTextAndAsdotKeepsItsDot) {
    EXPECT_THAT(events(R"({"x": 8.1200})"), ElementsAre("+", "- 8.1200"));
    EXPECT_THAT(events(R"({"x": true})"), ElementsAre("+", "- true"));
    EXPECT_THAT(events(R"({"x": null})"), ElementsAre("+", "- "));
    EXPECT_THAT(events(R"({"x": " 5 "})"), ElementsAre("+", "- 5"));
}

TEST(NxosRows, AnythingButOneWholeValueIsAFailure) {
    const std::string whole = R"({"TABLE_vrf": {"ROW_vrf": [{"x": "a}b"}]}})";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        Recorder recorder;
        EXPECT_FALSE(read_rows(std::string_view(whole).substr(0, size), recorder)) << size;
    }
    Recorder recorder;
    EXPECT_FALSE(read_rows(whole + "leaf2# ", recorder));
    EXPECT_TRUE(read_rows(whole + "\r\n", recorder));
}

TEST(NxosRows, ACutIsCalledACutAndABreakABreak) {
    Recorder recorder;
    EXPECT_THAT(read_rows(R"({"x": "abc)", recorder).error().what, HasSubstr("ends in the middle"));
    EXPECT_THAT(read_rows(R"({"x": what, "y": 1})", recorder).error().what,
                HasSubstr("broken at byte"));
}

TEST(NxosRows, DeepNestingIsNoMatter) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) {
        deep += "{\"a\":";
    }
    Recorder recorder;
    EXPECT_FALSE(read_rows(deep, recorder));
}

}  // namespace
}  // namespace routeproof::nxos
