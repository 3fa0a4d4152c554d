// The playbooks and the schema that ship are held to what the loader reads.
#include "playbooks/loader.hpp"
#include "tests/unit/playbooks/network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace routeproof::playbooks {
namespace {

namespace fs = std::filesystem;

TEST(ShippedPlaybooks, EachOneMakesAPlan) {
    std::size_t seen = 0;
    for (const auto& entry : fs::directory_iterator(ROUTEPROOF_PLAYBOOKS)) {
        if (entry.path().extension() != ".yml") {
            continue;
        }
        ++seen;
        const auto loaded = load(entry.path());
        ASSERT_TRUE(loaded) << loaded.error().front();
        auto network = testing::network();
        network.routers.pop_back();  // without a way in; "all" would mean it, too
        PlanRequest request;
        for (const Variable& variable : loaded->vars) {
            if (!variable.value) {
                request.variables[variable.name] = "host1";
            }
        }
        if (entry.path().filename() == "remove-host.yml") {
            request.limit = "leaf1";  // leaf2 would be left without any peer
        }
        const auto plan = make_plan(*loaded, network, request);
        EXPECT_TRUE(plan) << entry.path() << ": " << plan.error().front();
    }
    EXPECT_GE(seen, 4U);
}

TEST(PlaybookSchema, NamesTheStepsThatAreCarriedOut) {
    std::ifstream in(fs::path(ROUTEPROOF_PLAYBOOKS) / "playbook.schema.json");
    const auto schema = nlohmann::json::parse(in);
    std::set<std::string> written;
    for (const auto& [key, unused] : schema["definitions"]["task"]["properties"].items()) {
        written.insert(key);
    }
    std::set<std::string> known{"name", "when", "register"};
    for (const auto step : known_steps()) {
        known.insert(std::string(step));
    }
    for (const auto step : refused_steps()) {
        known.erase(std::string(step));
    }
    EXPECT_EQ(written, known);
}

/// Every key of the schema is one that the loader knows: it may complain of the value only.
TEST(PlaybookSchema, NamesKeysThatTheLoaderKnows) {
    std::ifstream in(fs::path(ROUTEPROOF_PLAYBOOKS) / "playbook.schema.json");
    const auto schema = nlohmann::json::parse(in);
    const auto& steps = schema["definitions"]["task"]["properties"];
    std::size_t tried = 0;
    for (const auto step : known_steps()) {
        const std::string name(step);
        if (!steps.contains(name) || !steps[name].contains("properties")) {
            continue;
        }
        for (const auto& [key, unused] : steps[name]["properties"].items()) {
            const auto said = testing::complaints(testing::play(
                "    routers: all\n    tasks:\n      - " + name + ": {" + key + ": [[]]}\n"));
            EXPECT_THAT(said, ::testing::Not(::testing::HasSubstr("unknown key")));
            EXPECT_NE(said, "") << name << ": " << key << " is not read";
            ++tried;
        }
    }
    EXPECT_GT(tried, 25U);
}

}  // namespace
}  // namespace routeproof::playbooks
