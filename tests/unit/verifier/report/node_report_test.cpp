#include "verifier/report/node_report.hpp"

#include "tests/unit/verifier/lab.hpp"

#include <gtest/gtest.h>

namespace routeproof::verifier {
namespace {

constexpr const char* kStatus = R"({"schema": "routeproof.node-status/1", "host": "dockerhost1",
 "asn": 65100, "router_id": "10.100.0.254", "sessions": [
  {"peer": "10.100.0.253", "name": "leaf1", "peer_as": 65000, "state": "Established",
   "since": "2026-11-23T08:36:56Z", "last_error": ""},
  {"peer": "10.100.1.253", "name": "leaf2", "peer_as": 65001, "state": "Active",
   "since": "2026-11-20T08:36:56Z", "last_error": "connection refused"}]})";

TEST(NodeStatus, PrintsOneFramedTablePerFamily) {
    EXPECT_EQ(node_status_table(kStatus, testing::at("2026-11-23T12:00:00Z")).value(),
              R"(routeproof-agent is running: host dockerhost1, AS 65100, router id 10.100.0.254.

IPv4 BGP status
+--------------+---------------+-------+------------+----------------------------+
| PEER ADDRESS | PEER TYPE     | STATE | SINCE      | INFO                       |
+--------------+---------------+-------+------------+----------------------------+
| 10.100.0.253 | node specific | up    | 08:36:56   | Established                |
| 10.100.1.253 | node specific | down  | 2026-11-20 | Active: connection refused |
+--------------+---------------+-------+------------+----------------------------+

IPv6 BGP status
No IPv6 peers found.
)");
}

TEST(NodeStatus, RefusesWhatIsNotAStatus) {
    for (const char* text : {"",
                             "[]",
                             "{}",
                             R"({"schema": "routeproof.node-status/1"})",
                             R"({"schema": "routeproof.node-status/1", "host": 7})"}) {
        EXPECT_TRUE(node_status_table(text, {}).has_error()) << text;
    }
}

}  // namespace
}  // namespace routeproof::verifier
