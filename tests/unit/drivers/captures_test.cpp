// Real recordings, where somebody has them: ROUTEPROOF_CAPTURES names a folder with junos/ and
// nxos/ inside. They are not part of the repository.
#include "drivers/junos/parse_routes.hpp"
#include "drivers/junos/parse_sessions.hpp"
#include "drivers/netconf/message.hpp"
#include "drivers/nxos/parse_sessions.hpp"
#include "drivers/nxos/parse_version.hpp"
#include "tests/unit/drivers/support/read_reply.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
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

}  // namespace
}  // namespace routeproof::drivers
