// The run over routers that do as they are told here: every way in which one of several can fail.
#include "playbooks/runner.hpp"

#include "tests/support/temp_dir.hpp"
#include "tests/unit/playbooks/network.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <iterator>

namespace routeproof::playbooks {
namespace {

namespace asio = boost::asio;
using drivers::ChangeState;
using drivers::Failure;
using drivers::Outcome;
using ::testing::HasSubstr;

/// One router: what it holds, and how it misbehaves.
struct Fake {
    std::string difference = "+ line\n";
    ChangeState holds = ChangeState::Unchanged;
    bool weaker = false;
    std::string held_by;
    std::optional<Failure> stage_fails, confirm_fails, roll_back_fails;
    ChangeState commits_to = ChangeState::Pending;
    std::optional<ChangeState> rolls_back_to;
    std::function<void()> at_commit;
};

struct World {
    std::map<std::string, Fake> routers;
    std::vector<std::string> calls;
    std::vector<std::string> said;
    std::function<Look()> look;
};

class FakeChanger final : public drivers::Changer {
public:
    FakeChanger(World& world, std::string name, asio::any_io_executor executor)
        : world_(world), name_(std::move(name)), executor_(std::move(executor)) {}

    drivers::Asked<drivers::Promise> promise() override {
        drivers::Promise promise;
        promise.guarantee =
            me().weaker ? drivers::Guarantee::OnlyUs : drivers::Guarantee::TimerOnRouter;
        promise.sentence = "checkpoint only";
        promise.longest = std::chrono::hours(1);
        co_return promise;
    }
    drivers::Asked<drivers::Staged> stage(drivers::Change, std::chrono::seconds) override {
        co_await turn("stage");
        if (me().stage_fails) {
            co_return *me().stage_fails;
        }
        drivers::Staged staged;
        staged.ticket = {"id-" + name_, name_, "", ""};
        staged.held_by = me().held_by;
        staged.difference = me().difference;
        co_return std::move(staged);
    }
    drivers::Asked<void> discard(drivers::Ticket) override {
        co_await turn("discard");
        co_return drivers::Answer<void>();
    }
    drivers::Asked<Outcome> commit(drivers::Ticket, std::chrono::seconds) override {
        co_await turn("commit");
        if (me().at_commit) {
            me().at_commit();
        }
        co_return now(me().commits_to);
    }
    drivers::Asked<Outcome> confirm(drivers::Ticket) override {
        co_await turn("confirm");
        if (me().confirm_fails) {
            co_return *me().confirm_fails;
        }
        co_return now(ChangeState::Confirmed);
    }
    drivers::Asked<Outcome> roll_back(drivers::Ticket) override {
        co_await turn("roll back");
        if (me().roll_back_fails) {
            co_return *me().roll_back_fails;
        }
        co_return now(me().rolls_back_to.value_or(ChangeState::RolledBack));
    }
    drivers::Asked<Outcome> inspect(drivers::Ticket) override {
        co_await turn("inspect");
        co_return now(me().holds);
    }

private:
    Fake& me() const { return world_.routers.at(name_); }
    Outcome now(ChangeState state) {
        me().holds = state;
        Outcome outcome;
        outcome.state = state;
        outcome.what = "said " + name_;
        if (state == ChangeState::Broken) {
            outcome.remedy = "type this on " + name_;
        }
        return outcome;
    }
    asio::awaitable<void> turn(const char* verb) {
        world_.calls.push_back(std::string(verb) + ' ' + name_);
        co_await asio::post(executor_, asio::use_awaitable);
    }

    World& world_;
    std::string name_;
    asio::any_io_executor executor_;
};

Obligation route(const std::string& router, Verdict verdict) {
    return {router + "|host1",
            router,
            "host1",
            "prefix-received",
            "",
            verdict,
            router + " host1 172.16.100.0/26 prefix-received"};
}

class PlaybookRun : public ::testing::Test {
protected:
    PlaybookRun() {
        world.routers["leaf1"];
        world.routers["leaf2"];
        // leaf2 loses the route while it holds a change that is called bad.
        world.look = [this] {
            Look look;
            const bool lost =
                bad_change && (world.routers["leaf2"].holds == ChangeState::Pending ||
                               world.routers["leaf2"].holds == ChangeState::Confirmed);
            look.obligations = {route("leaf1", Verdict::Ok),
                                route("leaf2", lost ? Verdict::Mismatch : Verdict::Ok)};
            return look;
        };
        options.yes = true;
        options.state = folder.path();
    }

    RunReport play(const std::string& more = "", const std::string& tasks = "") {
        const auto text =
            testing::play("    routers: leaf1:leaf2\n    confirm_within: 1m\n" + more +
                          "    tasks:\n      - config: {frr: \"ip forwarding\"}\n" +
                          (tasks.empty() ? "      - prove: {wait: 0s, stable_for: 0s}\n"
                                           "      - confirm:\n"
                                         : tasks));
        const auto book = load_text("play.yml", text);
        EXPECT_TRUE(book) << testing::complaints(text);
        const auto plan = make_plan(*book, testing::network(), {{}, "", "run1", "alice"});
        EXPECT_TRUE(plan) << testing::plan_complaints(text);
        RunReport report;
        report.run = "run" + std::to_string(++runs);
        return run(*plan, testing::network(), options, reach(), std::move(report));
    }

    Reach reach() {
        return {[this](asio::any_io_executor executor, drivers::Target target) {
                    return std::make_unique<FakeChanger>(world, target.name, std::move(executor));
                },
                [this](auto) { return world.look(); },
                [this](const std::string& line) { world.said.push_back(line); }};
    }

    bool called(const std::string& call) const {
        return std::find(world.calls.begin(), world.calls.end(), call) != world.calls.end();
    }

    std::vector<std::string> states(const RunReport& report) const {
        std::vector<std::string> all;
        for (const auto& batch : report.plays.front().batches) {
            for (const auto& result : batch.results) {
                all.push_back(result.router + ' ' + result.state);
            }
        }
        return all;
    }

    std::string journal(const RunReport& report) const {
        std::ifstream in(report.journal);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    using States = std::vector<std::string>;
    test::TempDir folder;
    World world;
    RunOptions options;
    bool bad_change = false;
    int runs = 0;
};

TEST_F(PlaybookRun, AGoodChangeIsConfirmedOnAll) {
    const auto report = play();
    EXPECT_EQ(report.exit_code, 0) << report.sentence;
    EXPECT_EQ(states(report), (States{"leaf1 confirmed", "leaf2 confirmed"}));
    EXPECT_EQ(world.calls,
              (States{"stage leaf1",
                      "stage leaf2",
                      "commit leaf1",
                      "commit leaf2",
                      "inspect leaf1",
                      "inspect leaf2",
                      "confirm leaf1",
                      "confirm leaf2"}));
    EXPECT_TRUE(unfinished_in(journal(report))->empty());
}

TEST_F(PlaybookRun, ARouteThatIsLostTakesTheChangeBackEverywhere) {
    bad_change = true;
    const auto report = play();
    EXPECT_EQ(report.exit_code, 1);
    EXPECT_THAT(report.sentence, HasSubstr("lost: leaf2 host1"));
    EXPECT_EQ(states(report), (States{"leaf1 rolled back", "leaf2 rolled back"}));
    EXPECT_FALSE(called("confirm leaf1"));
    EXPECT_THAT(world.said, ::testing::Contains(HasSubstr("as before: all 2")));
    EXPECT_TRUE(unfinished_in(journal(report))->empty());
}

TEST_F(PlaybookRun, WithOneRouterAfterAnotherTheSecondIsNotTouchedAfterTheFirstFailed) {
    world.look = [this] {
        Look look;
        const bool lost = world.routers["leaf1"].holds == ChangeState::Pending;
        look.obligations = {route("leaf1", lost ? Verdict::Unknown : Verdict::Ok),
                            route("leaf2", Verdict::Ok)};
        return look;
    };
    const auto report = play("    serial: 1\n");
    EXPECT_EQ(report.exit_code, 2) << "unknown is not proven";
    EXPECT_FALSE(called("stage leaf2"));
    EXPECT_EQ(states(report), States{"leaf1 rolled back"});
}

TEST_F(PlaybookRun, ARouterThatRejectsTheCommitTakesItBackOnTheOther) {
    world.routers["leaf2"].commits_to = ChangeState::Unchanged;
    const auto report = play();
    EXPECT_EQ(report.exit_code, 1);
    EXPECT_EQ(states(report), (States{"leaf1 rolled back", "leaf2 unchanged"}));
}

TEST_F(PlaybookRun, ARouterThatCannotStageLeavesTheOtherUntouched) {
    world.routers["leaf2"].stage_fails =
        Failure(drivers::Stage::Auth, Failure::Kind::Denied, "leaf2 refused us");
    const auto report = play();
    EXPECT_EQ(report.exit_code, 77);
    EXPECT_TRUE(called("discard leaf1"));
    EXPECT_FALSE(called("commit leaf1"));
}

TEST_F(PlaybookRun, ALockOfSomebodyElseIsNamed) {
    world.routers["leaf2"].held_by = "bob@laptop, since 10:00";
    const auto report = play();
    EXPECT_EQ(report.exit_code, 75);
    EXPECT_THAT(report.sentence, HasSubstr("bob@laptop"));
    EXPECT_TRUE(called("discard leaf1"));
}

TEST_F(PlaybookRun, NoDifferenceIsNoChange) {
    world.routers["leaf1"].difference = "";
    world.routers["leaf2"].difference = "";
    const auto report = play();
    EXPECT_EQ(report.exit_code, 0);
    EXPECT_EQ(states(report), (States{"leaf1 no change", "leaf2 no change"}));
    EXPECT_FALSE(called("commit leaf1"));
    EXPECT_TRUE(called("discard leaf1"));
}

TEST_F(PlaybookRun, CheckStagesShowsAndDiscards) {
    options.check = true;
    const auto report = play();
    EXPECT_EQ(report.exit_code, 0);
    EXPECT_EQ(states(report), (States{"leaf1 would change", "leaf2 would change"}));
    EXPECT_FALSE(called("commit leaf1"));
    EXPECT_TRUE(called("discard leaf2"));
    EXPECT_THAT(world.said, ::testing::Contains("    leaf2 | + line"));
    EXPECT_EQ(report.journal, "");
}

TEST_F(PlaybookRun, AWeakerPromiseIsAskedFor) {
    world.routers["leaf2"].weaker = true;
    auto report = play();
    EXPECT_EQ(report.exit_code, 65);
    EXPECT_THAT(report.sentence, HasSubstr("give --accept-weaker"));
    EXPECT_TRUE(world.calls.empty());
    options.accept_weaker = true;
    report = play();
    EXPECT_EQ(report.exit_code, 0);
}

TEST_F(PlaybookRun, ARollBackThatFailsIsLoudAndSaysWhatToType) {
    bad_change = true;
    world.routers["leaf2"].rolls_back_to = ChangeState::Broken;
    const auto report = play();
    EXPECT_EQ(report.exit_code, kPeopleNeeded);
    const auto lines = last_lines(report);
    EXPECT_THAT(lines, HasSubstr("PEOPLE ARE NEEDED"));
    EXPECT_THAT(lines, HasSubstr("type this on leaf2"));
    const auto left = unfinished_in(journal(report));
    ASSERT_EQ(left->size(), 1U);
    EXPECT_EQ(left->front().ticket.router, "leaf2");
}

TEST_F(PlaybookRun, IfTheFirstCannotBeConfirmedNoneIs) {
    world.routers["leaf1"].commits_to = ChangeState::Pending;
    world.look = [this, inner = world.look] {
        // Between proof and confirmation somebody's timer took it back.
        if (world.routers["leaf1"].holds == ChangeState::Pending) {
            world.routers["leaf1"].holds = ChangeState::RolledBack;
        }
        return inner();
    };
    const auto report = play();
    EXPECT_EQ(report.exit_code, 1);
    EXPECT_THAT(report.sentence, HasSubstr("leaf1 no longer holds the change"));
    EXPECT_EQ(states(report), (States{"leaf1 rolled back", "leaf2 rolled back"}));
}

TEST_F(PlaybookRun, ASignalBetweenCommitAndConfirmRollsBack) {
    world.routers["leaf1"].at_commit = [] { ::raise(SIGINT); };
    const auto report = play();
    EXPECT_EQ(report.exit_code, 130);
    EXPECT_EQ(states(report), (States{"leaf1 rolled back", "leaf2 rolled back"}));
}

TEST_F(PlaybookRun, ARouterThatCouldNotBeSeenBeforeIsNotChanged) {
    world.look = [] {
        Look look;
        look.obligations = {route("leaf1", Verdict::Ok), route("leaf2", Verdict::Unknown)};
        look.not_seen = {"leaf2"};
        return look;
    };
    const auto report = play();
    EXPECT_EQ(report.exit_code, 2);
    EXPECT_TRUE(world.calls.empty());
}

TEST_F(PlaybookRun, WithoutATerminalNothingIsAskedAndNothingDone) {
    options.yes = false;
    const auto report = play();
    EXPECT_EQ(report.exit_code, 64);
    EXPECT_TRUE(world.calls.empty());
}

TEST_F(PlaybookRun, ARollBackStepTriesAChangeOut) {
    const auto report = play("", "      - prove: {stable_for: 0s}\n      - rollback:\n");
    EXPECT_EQ(report.exit_code, 0) << report.sentence;
    EXPECT_EQ(states(report), (States{"leaf1 rolled back", "leaf2 rolled back"}));
}

TEST_F(PlaybookRun, ANetworkThatIsSlowToLookAtIsNoticedBeforeTheCommit) {
    world.look = [inner = world.look] {
        Look look = inner();
        look.took = std::chrono::seconds(40);
        return look;
    };
    const auto report = play();
    EXPECT_EQ(report.exit_code, 65);
    EXPECT_THAT(report.sentence, HasSubstr("there is not enough time"));
    EXPECT_FALSE(called("commit leaf1"));
    EXPECT_TRUE(called("discard leaf1"));
}

TEST_F(PlaybookRun, ResumeTakesBackWhatWasNotDecidedAndKeepsWhatWas) {
    const auto file = folder.path() / "runs" / "dead.jsonl";
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << R"({"event":"begin","schema":"routeproof.journal/1"})" << '\n';
    world.routers["leaf1"].holds = ChangeState::Pending;
    const auto resumed =
        resume({{{"id-leaf1", "leaf1", "", ""}, true}, {{"id-leaf2", "leaf2", "", ""}, false}},
               file,
               testing::network(),
               options,
               reach(),
               {});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.sentence;
    EXPECT_TRUE(called("confirm leaf1"));
    EXPECT_TRUE(called("roll back leaf2"));
    EXPECT_FALSE(called("roll back leaf1"));
}

}  // namespace
}  // namespace routeproof::playbooks
