#include "tests/unit/verifier/lab.hpp"

#include <gtest/gtest.h>

namespace routeproof::verifier {
namespace {

using drivers::Failure;
using drivers::Stage;
using testing::Lab;

int code_when_all_fail(Failure::Kind first, Failure::Kind second) {
    Lab lab;
    lab.unreachable("leaf1", {Stage::Auth, first, "x"});
    lab.unreachable("leaf2", {Stage::Auth, second, "x"});
    return lab.judged().exit_code;
}

TEST(ExitCode, NothingLookedAtIsNamedByItsKind) {
    using Kind = Failure::Kind;
    EXPECT_EQ(code_when_all_fail(Kind::Unreachable, Kind::Unreachable), 69);
    EXPECT_EQ(code_when_all_fail(Kind::Denied, Kind::Denied), 77);
    EXPECT_EQ(code_when_all_fail(Kind::Protocol, Kind::Protocol), 76);
    EXPECT_EQ(code_when_all_fail(Kind::Trouble, Kind::Trouble), 66);
    EXPECT_EQ(code_when_all_fail(Kind::Denied, Kind::Unreachable), 69);
}

TEST(ExitCode, ARouterThatShowedNeitherSessionsNorATableWasNotLookedAt) {
    Lab lab;
    for (const char* router : {"leaf1", "leaf2"}) {
        lab.observations.at(router).sessions =
            Failure{Stage::Rpc, Failure::Kind::Protocol, "answers nothing"};
        lab.observations.at(router).routes = drivers::RouteTable{};
    }
    EXPECT_EQ(lab.judged().exit_code, 76);
}

TEST(ExitCode, AMismatchWinsOverWhatIsUnknown) {
    Lab lab;
    lab.unreachable("leaf2", testing::refused());
    EXPECT_EQ(lab.judged().exit_code, 2);
    lab.routes("leaf1")[0].as_path = testing::path("65199");
    EXPECT_EQ(lab.judged().exit_code, 1);
}

TEST(ExitCode, WarningsAloneAreProven) {
    Lab lab;
    lab.report("dockerhost1").workloads[0].container.clear();
    EXPECT_EQ(lab.judged().summary.warn, 1U);
    EXPECT_EQ(lab.judged().exit_code, 0);
}

TEST(ExitCode, ASignalWinsOverAll) {
    EXPECT_EQ(exit_code(Summary{.fail = 3}, {}, 2), 130);
    EXPECT_EQ(exit_code(Summary{}, {}, 15), 143);
}

}  // namespace
}  // namespace routeproof::verifier
