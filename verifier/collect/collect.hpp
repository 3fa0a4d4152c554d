// All routers and all hosts at once, on one thread: one login each, every failure kept per target.
#pragma once

#include "drivers/device.hpp"
#include "verifier/collect/observation.hpp"
#include "verifier/expect/expectation.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace routeproof::verifier {

/// How targets are reached; tests put fakes here.
struct Reach {
    std::function<std::unique_ptr<drivers::Device>(boost::asio::any_io_executor, drivers::Target)>
        device;
    std::function<drivers::Asked<std::string>(
        boost::asio::any_io_executor, drivers::Target, std::string command)>
        command;
};

/// The drivers that log in for real.
Reach real_reach();

struct CollectRequest {
    inventory::Inventory inventory;
    Scope scope;
    /// --expect: these reports instead of asking the agents.
    std::optional<std::vector<inventory::HostReport>> reports;
    /// What has not answered by then is "not asked"; the default never comes.
    std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
};

struct Collected {
    Expectations expectations;
    Observations observations;
    int interrupted_by = 0;  // SIGINT or SIGTERM; what was not answered by then is "not asked"
    bool cut_off = false;    // CollectRequest::until came first
};

/// Blocks until everything has answered or failed, or a signal came. `catch_signals`: SIGINT and
/// SIGTERM end the collection instead of the program.
Collected collect(const CollectRequest& request, const Reach& reach, bool catch_signals = true);

}  // namespace routeproof::verifier
