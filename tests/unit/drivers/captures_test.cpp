// Real recordings, where somebody has them: ROUTEPROOF_CAPTURES names a folder with junos/ and
// nxos/ inside. They are not part of the repository.
#include "drivers/junos/parse_routes.hpp"
#include "drivers/junos/parse_sessions.hpp"
#include "drivers/netconf/message.hpp"
#include "drivers/nxos/parse_sessions.hpp"
#include "drivers/nxos/parse_version.hpp"
#include "drivers/saved/read.hpp"
#include "tests/unit/drivers/support/read_reply.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <regex>
#include <set>
#include <string>

namespace routeproof::drivers {
namespace {

namespace fs = std::filesystem;

class Captures : public testing::Test {
protected:
    void SetUp() override {
        const char* folder = std::getenv("ROUTEPROOF_CAPTURES");
        ASSERT_TRUE(folder != nullptr && fs::is_directory(folder))
            << "ROUTEPROOF_CAPTURES must name a folder";
        folder_ = folder;
    }

    template <class Use>
    void for_each(std::string_view os, std::string_view begin, std::string_view end, Use use) {
        int seen = 0;
        for (const auto& entry : fs::recursive_directory_iterator(folder_ / os)) {
            const std::string name = entry.path().filename();
            if (name.starts_with(begin) && name.ends_with(end)) {
                SCOPED_TRACE(entry.path());
                use(read_file(entry.path()));
                ++seen;
            }
        }
        EXPECT_GT(seen, 0);
    }

    fs::path folder_;
};

TEST_F(Captures, EveryTableOfEveryJunosRouteReplyIsRead) {
    for (const auto* begin : {"route-bgp", "route-brief", "route-detail"}) {
        for_each("junos", begin, ".xml", [](const std::string& text) {
            const auto reply = netconf::Reply::parse(text);
            ASSERT_TRUE(reply) << reply.error();
            for (const auto& table : netconf::descendants(reply->root(), "route-table")) {
                const std::string name(netconf::text(table, "table-name"));
                const auto routes = junos::parse_routes(*reply, name, {});
                ASSERT_TRUE(routes) << routes.error();
                EXPECT_TRUE(routes->table_seen);
                // Every BGP entry with a prefix became a route; EVPN tables have no prefixes.
                if (!name.ends_with("inet.0")) {
                    continue;
                }
                std::size_t entries = 0;
                for (const auto& entry : netconf::descendants(table, "rt-entry")) {
                    entries += netconf::text(entry, "protocol-name") == "BGP" ? 1U : 0U;
                }
                EXPECT_EQ(routes->routes.size(), entries) << name;
                for (const auto& route : routes->routes) {
                    EXPECT_FALSE(route.next_hops.empty()) << route.prefix;
                }
            }
        });
    }
}

TEST_F(Captures, EveryJunosNeighbourReplyIsRead) {
    for_each("junos", "bgp-neighbor", ".xml", [](const std::string& text) {
        const auto reply = netconf::Reply::parse(text);
        ASSERT_TRUE(reply) << reply.error();
        const auto sessions = junos::parse_sessions(*reply);
        ASSERT_TRUE(sessions) << sessions.error();
        EXPECT_FALSE(sessions->empty());
    });
}

TEST_F(Captures, ErrorsAreFoundInEveryShape) {
    for (const auto* begin : {"rpc-error", "commit-", "load-configuration"}) {
        for_each("junos", begin, ".xml", [](const std::string& text) {
            const auto reply = netconf::Reply::parse(text);
            ASSERT_TRUE(reply) << reply.error();
            EXPECT_NE(reply->error(), nullptr);
        });
    }
}

TEST_F(Captures, EveryNxosHelloIsAHello) {
    for_each("nxos", "netconf-hello", ".xml", [](const std::string& text) {
        const auto hello = netconf::parse_hello(text);
        // Published capability lists may lack the session-id that a live hello has.
        if (!hello) {
            EXPECT_EQ(hello.error().what, "sends a NETCONF hello without a session-id");
            return;
        }
        EXPECT_TRUE(hello->offers_base("1.0"));
    });
}

TEST_F(Captures, NxosSummariesAndVersionsAreRead) {
    const auto summary = [](const std::string& text) {
        const auto sessions = nxos::parse_sessions(text);
        EXPECT_TRUE(sessions) << sessions.error();
    };
    for_each("nxos", "nxapi-show-bgp-all-summary", ".json", summary);
    for_each("nxos", "json-native-show-bgp-all-summary", ".json", summary);
    for_each("nxos", "json-native-show-version", ".json", [](const std::string& text) {
        const auto facts = nxos::parse_version(text);
        ASSERT_TRUE(facts) << facts.error();
        EXPECT_FALSE(facts->hostname.empty());
        EXPECT_FALSE(facts->version.empty());
    });
}

// --- every file, by `routes --reply`, against a count that knows nothing of the parsers --------

std::size_t matches(const std::string& text, const std::string& pattern) {
    const std::regex regex(pattern, std::regex::ECMAScript | std::regex::multiline);
    return static_cast<std::size_t>(
        std::distance(std::sregex_iterator(text.begin(), text.end(), regex), {}));
}

std::size_t occurrences(const std::string& text, const std::string& word) {
    std::size_t count = 0;
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        ++count;
    }
    return count;
}

/// How many entries the file holds, by counting words; nothing if it is no table of routes.
std::optional<std::size_t> counted(const std::string& os, const std::string& text) {
    const auto has = [&](const char* word) { return text.find(word) != std::string::npos; };
    if (os == "junos") {
        if (has("<route-information")) {
            return matches(text, "<rt-entry( [^>]*)?>");
        }
        if (has("\"route-information\"")) {
            return occurrences(text, "\"protocol-name\"");
        }
        if (has("destinations,") && has("AS path:")) {
            return occurrences(text, "AS path:");
        }
        return has("destinations,") ? std::optional(matches(text, R"(/\d+ .* [IE?] *$)"))
                                    : std::nullopt;
    }
    if (has("TABLE_addrf")) {
        return occurrences(text, R"("ubest":"true")");
    }
    if (has("<ROW_path>") && has("<ipnexthop>")) {
        return occurrences(text, "<ROW_path>");
    }
    if (has("routing table entry for")) {
        return matches(text, "^ *Path type: ") - matches(text, "^ *Path type: i-");
    }
    if (has("Network ") && has("Next Hop")) {
        return matches(text, R"(^(?![ \t]*Network).*[ \t]\d+ +([0-9.{} ,]* )?[ie?]$)");
    }
    return has("Table for VRF") ? std::optional(matches(text, R"(^ +\*+via )")) : std::nullopt;
}

TEST_F(Captures, EveryFileIsReadWholeOrRefusedInASentence) {
    for (const std::string os : {"junos", "nxos"}) {
        std::set<fs::path> files;
        for (const auto& entry : fs::recursive_directory_iterator(folder_ / os)) {
            if (entry.is_regular_file() && entry.path().filename() != "INDEX.md") {
                files.insert(entry.path());
            }
        }
        for (const auto& file : files) {
            SCOPED_TRACE(file);
            const std::string text = read_file(file);
            const auto reply =
                read_saved(os == "junos" ? inventory::Os::Junos : inventory::Os::Nxos, text, "");
            const auto expected = counted(os, text);
            std::string seen;
            if (!reply) {
                EXPECT_FALSE(expected) << reply.error();
                EXPECT_FALSE(reply.error().what.empty());
                seen = "no routes: " + reply.error().what;
            } else if (reply->kind == SavedReply::Kind::NoBgp) {
                EXPECT_FALSE(reply->notes.empty());
                seen = reply->notes.front();
            } else {
                std::size_t entries = reply->routes.size() + reply->skipped;
                for (const auto& entry : reply->forwarding) {
                    entries += std::max<std::size_t>(1, entry.hops.size());
                }
                ASSERT_TRUE(expected);
                EXPECT_EQ(entries, *expected);
                seen = std::to_string(entries) + " entries";
            }
            std::printf("%-72s %-6s %s\n",
                        fs::relative(file, folder_).c_str(),
                        HasFailure() ? "FAIL" : "ok",
                        seen.c_str());
        }
    }
}

}  // namespace
}  // namespace routeproof::drivers
