// The reports as people and scripts see them: tests/data/verifier/<scenario>.{txt,json}.
// GOLDEN=update rewrites the files; the diff is then for a person to read.
#include "tests/unit/verifier/lab.hpp"
#include "verifier/report/json.hpp"
#include "verifier/report/table.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace routeproof::verifier {
namespace {

using testing::best;
using testing::Lab;

struct Scenario {
    const char* name;
    void (*break_it)(Lab&);
    std::size_t width = 0;
    bool all = false;
};

void PrintTo(const Scenario& scenario, std::ostream* out) {
    *out << scenario.name;
}

void reject(Lab& lab) {
    lab.remove("leaf1", "172.16.100.0/26");
    lab.remove("leaf2", "172.16.100.0/26");
    drivers::ReceivedRoute rejected;
    rejected.route = best("172.16.100.0/26", "65100", "10.100.0.254");
    lab.received("leaf1", "10.100.0.254", {rejected});
}

void announce_with_wrong_as(Lab& lab) {
    lab.routes("leaf1")[0].as_path = testing::path("65199");
    lab.routes("leaf2")[0].as_path = testing::path("64900 65000 65199");
    lab.session("leaf1", "10.100.0.254").peer_as = net::Asn(65199);
    lab.report("dockerhost1").asn = net::Asn(65199);
}

const Scenario kScenarios[] = {
    {"healthy", [](Lab&) {}},
    {"policy-reject", &reject},
    {"policy-reject-all", &reject, 0, true},
    {"stranger",
     [](Lab& lab) {
         lab.routes("leaf2").push_back(best("172.16.100.1/32", "64900 64666", "10.200.2.0"));
     }},
    {"wrong-as", &announce_with_wrong_as},
    {"wrong-as-80-columns", &announce_with_wrong_as, 80},
    {"leaf-unreachable", [](Lab& lab) { lab.unreachable("leaf2", testing::refused()); }},
    {"agent-unreachable", [](Lab& lab) { lab.silent("dockerhost1", testing::refused()); }},
};

std::string read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void compare(const std::string& name, const std::string& actual) {
    const std::filesystem::path file =
        std::filesystem::path(ROUTEPROOF_TEST_DATA) / "verifier" / name;
    const char* golden = std::getenv("GOLDEN");  // NOLINT(concurrency-mt-unsafe)
    if (golden != nullptr && std::string(golden) == "update") {
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << actual;
    }
    EXPECT_EQ(read(file), actual) << file;
}

class Report : public ::testing::TestWithParam<Scenario> {};

TEST_P(Report, IsAsInTheGoldenFile) {
    Lab lab;
    GetParam().break_it(lab);
    const RunResult result = lab.judged();
    const std::string name = GetParam().name;
    compare(name + ".txt", table_report(result, {false, GetParam().width, GetParam().all}));
    if (GetParam().width == 0 && !GetParam().all) {
        compare(name + ".json", json_report(result));
    }
}

INSTANTIATE_TEST_SUITE_P(Golden, Report, ::testing::ValuesIn(kScenarios));

TEST(TableReport, ColoursOnlyWhenAsked) {
    const RunResult result = Lab().judged();
    EXPECT_EQ(table_report(result, {false, 0, false}).find('\033'), std::string::npos);
    EXPECT_NE(table_report(result, {true, 0, false}).find("\033[32mok\033[0m"), std::string::npos);
}

TEST(TableReport, FitsTheTerminal) {
    Lab lab;
    announce_with_wrong_as(lab);
    std::string text = table_report(lab.judged(), {false, 80, false});
    text =
        text.substr(0, text.rfind("MISMATCH: "));  // the summary is one line, whatever its length
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        EXPECT_LE(end - at, 80U) << text.substr(at, end - at);
        at = end + 1;
    }
}

TEST(TableReport, ManyRowsThatAreOkAreCountedNotShown) {
    Lab lab;
    for (unsigned i = 2; i < 62; ++i) {
        auto more = lab.report("dockerhost1").workloads[0];
        more.address = net::Address::v4(0xAC106400 + i);
        lab.report("dockerhost1").workloads.push_back(more);
    }
    const std::string text = table_report(lab.judged(), {});
    EXPECT_NE(text.find("... and 124 further rows (--all)"), std::string::npos) << text;
}

TEST(JsonReport, BytesOfARouterThatAreNotUtf8DoNotStopIt) {
    Lab lab;
    lab.session("leaf1", "10.100.0.254").established = false;
    lab.session("leaf1", "10.100.0.254").last_error = "\xff\x01 bad";
    EXPECT_NE(json_report(lab.judged()).find("\"exit_code\": 1"), std::string::npos);
}

TEST(SummaryLine, AnInterruptedRunSaysSo) {
    Lab lab;
    RunInfo run;
    run.interrupted_by = 2;
    const RunResult result = judge(run, lab.expectations(), lab.observations);
    EXPECT_NE(summary_line(result).find("INCOMPLETE"), std::string::npos);
    EXPECT_NE(json_report(result).find("\"complete\": false"), std::string::npos);
    EXPECT_EQ(result.exit_code, 130);
}

}  // namespace
}  // namespace routeproof::verifier
