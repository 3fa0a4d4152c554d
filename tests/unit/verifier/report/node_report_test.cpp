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

constexpr const char* kDetailed = R"({"schema": "routeproof.node-status/1", "host": "",
 "asn": 65100, "router_id": "10.100.0.254", "sessions": [
  {"peer": "10.100.0.253", "name": "leaf1", "peer_as": 65000, "local_address": "10.100.0.254",
   "state": "Established", "since": "2026-11-23T08:36:56Z", "last_error": "", "flaps": 2,
   "agreed": {"hold_time": 9, "max_message": 65535,
              "capabilities": ["ipv4-unicast", "4-octet AS", "route refresh"],
              "graceful_restart": {"restart_time": 120, "notification": true}},
   "bfd": "Up", "updates_malformed": 3,
   "families": [{"family": "ipv4-unicast", "advertised": 3, "received": 5, "accepted": 4,
                 "stale": 1, "end_of_rib": true}],
   "messages_sent": {"open": 1, "update": 7, "keepalive": 100, "octets": 4711},
   "last_error_received": "Cease/Administrative Shutdown: \"a\u001bb\""},
  {"peer": "2001:db8::1", "name": "2001:db8::1", "peer_as": 65001, "state": "Idle",
   "local_address": "2001:db8::2", "since": "2026-11-20T08:36:56Z", "held": "shut down: works"}]})";

TEST(NodeStatus, DetailsSayWhatWasAgreedSentAndReceivedAndWhatWentWrong) {
    const auto details = node_status_details(kDetailed);
    ASSERT_TRUE(details.has_value());
    EXPECT_EQ(*details,
              R"(routeproof-agent is running: AS 65100, router id 10.100.0.254.

peer 10.100.0.253 (leaf1), AS 65000: Established since 2026-11-23T08:36:56Z
  session         from 10.100.0.254, ended 2 times
  agreed          ipv4-unicast, 4-octet AS, route refresh; hold time 9 s, messages up to 65535 octets
  restart         the peer offers to be waited for 120 s, after a NOTIFICATION too
  BFD             Up
  ipv4-unicast    sent 3, received 5, accepted 4, stale 1, End-of-RIB received
  messages out    1 open, 7 update, 100 keepalive, 0 notification, 0 route_refresh; 4711 octets
  malformed       3 UPDATEs with faults (RFC 7606); see the log
  last received   Cease/Administrative Shutdown: "a b"

peer 2001:db8::1, AS 65001: Idle since 2026-11-20T08:36:56Z
  session         from 2001:db8::2, ended 0 times
  kept down       shut down: works

)");
}

TEST(NodePrefix, SaysWhoWasToldAndWhyAnotherWasNot) {
    constexpr const char* kOut = R"({"schema": "routeproof.prefix/1", "prefix": "192.0.2.0/24",
        "originated": true, "peers": [
          {"peer": "10.0.0.2", "advertised": "sent", "next_hop": "10.0.0.1"},
          {"peer": "10.0.0.6", "advertised": "the export policy rejects it",
           "received": "accepted", "stale": true}]})";
    EXPECT_EQ(node_prefix_table(kOut).value(),
              R"(192.0.2.0/24: originated by this host.
+----------+------------------------------+----------+-----------------+
| PEER     | TOLD                         | NEXT HOP | RECEIVED        |
+----------+------------------------------+----------+-----------------+
| 10.0.0.2 | sent                         | 10.0.0.1 | -               |
| 10.0.0.6 | the export policy rejects it | -        | accepted, stale |
+----------+------------------------------+----------+-----------------+
)");
    constexpr const char* kIn = R"({"schema": "routeproof.prefix/1", "prefix": "192.0.2.0/24",
        "originated": false, "peers": [],
        "learned": {"next_hops": ["10.0.0.2", "10.0.0.6"], "best_peer": "10.0.0.2",
                    "reason": "router id", "candidates": 2}})";
    EXPECT_TRUE(node_prefix_table(kIn).value().starts_with(
        "192.0.2.0/24: learned, next hops 10.0.0.2, 10.0.0.6; best is that of 10.0.0.2 (router "
        "id).\n"));
    EXPECT_TRUE(node_prefix_table("{}").has_error());
}

TEST(NodeStatus, RefusesWhatIsNotAStatus) {
    for (const char* text : {"",
                             "[]",
                             "{}",
                             R"({"schema": "routeproof.node-status/1"})",
                             R"({"schema": "routeproof.node-status/1", "host": 7})"}) {
        EXPECT_TRUE(node_status_table(text, {}).has_error()) << text;
        EXPECT_TRUE(node_status_details(text).has_error()) << text;
    }
}

}  // namespace
}  // namespace routeproof::verifier
