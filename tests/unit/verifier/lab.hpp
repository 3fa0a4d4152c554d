// The small network that most tests of the verifier speak about, healthy until a test breaks it:
//
//   dockerhost1 AS 65100 -- leaf1 AS 65000 -- spine1 AS 64900 -- leaf2 AS 65001 -- dockerhost2 AS
//   65101
//
// demo1 (172.16.100.1) runs on dockerhost1, demo2 (172.16.100.65) on dockerhost2.
#pragma once

#include "verifier/collect/view.hpp"
#include "verifier/expect/build.hpp"
#include "verifier/report/result.hpp"

#include <string>
#include <vector>

namespace routeproof::verifier::testing {

net::Address addr(std::string_view text);
net::Prefix pfx(std::string_view text);
net::AsPath path(std::string_view text);
/// RFC 3339.
Timestamp at(std::string_view text);

/// An accepted, selected path.
drivers::Route best(std::string_view prefix, std::string_view as_path, std::string_view next_hop);

struct Lab {
    Lab();

    inventory::Inventory inventory;
    std::vector<HostAccount> accounts;  // dockerhost1, dockerhost2
    Observations observations;          // leaf1, leaf2
    Scope scope;

    inventory::Router& router(std::string_view name);
    inventory::Host& host(std::string_view name);
    inventory::HostReport& report(std::string_view host);
    std::vector<drivers::Route>& routes(const std::string& router);
    drivers::BgpSession& session(const std::string& router, std::string_view peer);
    /// Takes every path of the prefix away.
    void remove(const std::string& router, std::string_view prefix);
    /// The router received this from the peer; what it did not accept, and why.
    void received(const std::string& router,
                  std::string_view peer,
                  std::vector<drivers::ReceivedRoute> routes);
    void unreachable(const std::string& router, const drivers::Failure& failure);
    void silent(const std::string& host, const drivers::Failure& failure);

    Expectations expectations() const;
    RunResult judged() const;
};

/// The findings of one check about one router ("" for those about a host only).
Findings only(const Findings& findings, CheckId check, std::string_view router = "*");
/// The one finding of that check about that router and prefix; fails the test if there is none.
Finding one(const RunResult& result,
            CheckId check,
            std::string_view router,
            std::string_view prefix);
std::vector<std::string> texts(const std::vector<Cause>& causes);

drivers::Failure refused();

}  // namespace routeproof::verifier::testing
