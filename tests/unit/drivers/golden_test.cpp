// tests/data/drivers/<os>/<question>/<case>: the reply of a router, and the facts it must give.
#include "tests/unit/drivers/support/read_reply.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <vector>

namespace routeproof::drivers {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = fs::path(ROUTEPROOF_TEST_DATA) / "drivers";

std::vector<std::string> cases() {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(kRoot)) {
        if (entry.path().stem() == "reply") {
            found.push_back(fs::relative(entry.path(), kRoot).string());
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

class GoldenReply : public testing::TestWithParam<std::string> {};

TEST_P(GoldenReply, GivesTheFacts) {
    const fs::path reply = kRoot / GetParam();
    const fs::path folder = reply.parent_path();
    const std::string question = folder.parent_path().filename();
    const std::string os = folder.parent_path().parent_path().filename();
    std::string asked;
    if (fs::exists(folder / "asked.txt")) {
        asked = read_file(folder / "asked.txt");
        asked.erase(asked.find_last_not_of(" \n") + 1);
    }
    const auto facts = read_reply(os, question, asked, read_file(reply));
    const fs::path golden = folder / "facts.json";
    const char* mode = std::getenv("GOLDEN");
    if (mode != nullptr && std::string(mode) == "update") {
        std::ofstream(golden) << facts.dump(2) << '\n';
    }
    ASSERT_TRUE(fs::exists(golden)) << "GOLDEN=update writes it";
    const auto expected = nlohmann::ordered_json::parse(read_file(golden));
    EXPECT_EQ(facts, expected) << nlohmann::ordered_json::diff(expected, facts).dump(2);
}

INSTANTIATE_TEST_SUITE_P(Drivers,
                         GoldenReply,
                         testing::ValuesIn(cases()),
                         [](const testing::TestParamInfo<std::string>& param) {
                             std::string name = param.param.substr(0, param.param.rfind('/'));
                             std::replace_if(
                                 name.begin(),
                                 name.end(),
                                 [](unsigned char c) { return std::isalnum(c) == 0; },
                                 '_');
                             return name;
                         });

}  // namespace
}  // namespace routeproof::drivers
