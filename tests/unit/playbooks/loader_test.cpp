#include "playbooks/loader.hpp"

#include "tests/support/temp_dir.hpp"
#include "tests/unit/playbooks/network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace routeproof::playbooks {
namespace {

using testing::complaints;
using ::testing::HasSubstr;
using testing::play;
using ::testing::StartsWith;

constexpr const char* kWhole = R"(routeproof: 1
name: whole
vars: {host: , list: [a, b], policy: P}
plays:
  - name: first
    hosts: "{{ host }}"
    routers: [leaf1, leaf2]
    serial: [1, 50%]
    confirm_within: 2m
    vars: {extra: "x-{{ policy }}"}
    tasks:
      - snapshot:
      - name: the list
        when: [extra is defined, router.os == 'frr']
        register: change
        prefix_list: {name: L, prefixes: ["{{ pools }}"], or_longer: true}
      - policy: {name: P, terms: [{prefix_list: L, action: accept, med: 5, prepend: [65000]}]}
      - peer: {import: P, bfd: {interval: 300ms, multiplier: 3}}
      - config: {frr: "ip forwarding\n", junos: "set system"}
      - diff: {max_lines: 40}
      - pause: look at it
      - prove: {wait: 30s, stable_for: 5s, require: kept, hosts: "{{ host }}"}
      - wait: 10s
      - pause: {prompt: "keep it?", within: 20s}
      - confirm:
    on_failure:
      - prove: {wait: 10s, require: kept}
)";

TEST(PlaybookLoader, ReadsEverythingThatCanBeWritten) {
    const auto loaded = load_text("play.yml", kWhole);
    ASSERT_TRUE(loaded) << complaints(kWhole);
    ASSERT_EQ(loaded->plays.size(), 1U);
    const Play& first = loaded->plays.front();
    EXPECT_EQ(first.routers.raw, "leaf1:leaf2");
    EXPECT_EQ(first.serial, (std::vector<Wave>{{1, false}, {50, true}}));
    EXPECT_EQ(first.confirm_within, std::chrono::seconds(120));
    ASSERT_EQ(first.tasks.size(), 11U);
    EXPECT_EQ(verb(first.tasks[0].step), "snapshot");
    EXPECT_EQ(first.tasks[1].name, "the list");
    EXPECT_EQ(first.tasks[1].when.size(), 2U);
    EXPECT_EQ(first.tasks[1].where.line, 16);
    const auto& prove = std::get<ProveStep>(first.tasks[7].step);
    EXPECT_EQ(prove.wait, std::chrono::seconds(30));
    EXPECT_EQ(prove.require, ProveStep::Require::Kept);
    EXPECT_FALSE(loaded->vars[0].value.has_value());
    EXPECT_EQ(loaded->vars[1].value->raw, "a, b");
}

TEST(PlaybookLoader, StepsThatAreNotCarriedOutYetAreRefusedByName) {
    for (const auto step : refused_steps()) {
        const auto said = complaints(
            play("    routers: all\n    tasks:\n      - " + std::string(step) + ": {a: b}\n"));
        EXPECT_THAT(said,
                    StartsWith("play.yml:6:9: this version does not carry out the step \"" +
                               std::string(step) + "\" yet"));
    }
}

struct Bad {
    const char* lines;
    const char* said;
};

class PlaybookLoaderRefuses : public ::testing::TestWithParam<Bad> {};

TEST_P(PlaybookLoaderRefuses, WithPlaceAndRemedy) {
    EXPECT_THAT(complaints(play(GetParam().lines)), HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Table,
    PlaybookLoaderRefuses,
    ::testing::Values(
        Bad{"    routers: all\n    tasks:\n      - prov: {}\n",
            "play.yml:6:9: task: unknown step \"prov\"; did you mean prove?"},
        Bad{"    routers: all\n    tasks:\n      - {prove: , wait: 5s}\n", "are two steps"},
        Bad{"    routers: all\n    tasks:\n      - name: x\n", "there is no step in it"},
        Bad{"    routers: all\n    tasks:\n      - prove: {wiat: 5s}\n",
            "prove: unknown key \"wiat\"; did you mean wait?"},
        Bad{"    routers: all\n    tasks:\n      - prove: {wait: 30}\n",
            "play.yml:6:23: prove: wait: \"30\" has no unit; write 90s or 5m"},
        Bad{"    routers: all\n    confirm_within: 5\n    tasks: []\n",
            "confirm_within: \"5\" has no unit"},
        Bad{"    routers: all\n    tasks:\n      - wait: 5\n", "expected a duration with its unit"},
        Bad{"    tasks: []\n", "neither routers nor hosts are named"},
        Bad{"    routers: all\n    serial: 0\n    tasks: []\n", "serial: expected a number"},
        Bad{"    routers: all\n    serial: 120%\n    tasks: []\n", "serial: expected a number"},
        Bad{"    routers: {{ x }}\n    tasks: []\n", "a variable stands in quotes"},
        Bad{"    routers: all\n    tasks:\n      - register: x\n        wait: 5s\n",
            "the step \"wait\" has no result"},
        Bad{"    routers: all\n    tasks: []\n    on_failure:\n      - confirm:\n",
            "\"confirm\" cannot stand under on_failure"},
        Bad{"    routers: all\n    vars: {a.b: c}\n    tasks: []\n",
            "a name is of letters, digits and '_'"},
        Bad{"    routers: all\n    tasks:\n      - config: {frr: {file: gone.conf}}\n",
            "gone.conf: cannot be read"},
        Bad{"    routers: all\n    tasks:\n      - config: {}\n", "has no configuration"}));

TEST(PlaybookLoader, ANewerFormatIsRefused) {
    EXPECT_THAT(complaints("routeproof: 2\nplays: []\n"), HasSubstr("newer than this program"));
}

TEST(PlaybookLoader, ConfigurationMayStandInAFileBesideThePlaybook) {
    const test::TempDir folder;
    std::ofstream(folder.path() / "leaf.conf") << "ip forwarding\n";
    const auto loaded =
        load_text(folder.path() / "play.yml",
                  play("    routers: all\n    tasks:\n      - config: {frr: {file: leaf.conf}}\n"));
    ASSERT_TRUE(loaded);
    EXPECT_EQ(std::get<ConfigStep>(loaded->plays[0].tasks[0].step).texts.at(inventory::Os::Frr).raw,
              "ip forwarding\n");
}

}  // namespace
}  // namespace routeproof::playbooks
