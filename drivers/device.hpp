// The vendor-neutral questions to one router, and how to run one command on one host.
//
// A Device is one login: the first question connects, later ones reuse the session, the destructor
// closes it. All questions of one device run one after another on the executor it was made with;
// many devices run side by side on the same thread. A question never throws and never waits
// without a deadline; cancelling is by destroying the device's coroutine.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"
#include "inventory/model.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::drivers {

/// Upper bounds per stage; what is reached becomes a Failure of that stage.
struct Deadlines {
    std::chrono::milliseconds resolve{5000};
    std::chrono::milliseconds connect{3000};
    std::chrono::milliseconds key_exchange{10000};
    std::chrono::milliseconds auth{15000};
    std::chrono::milliseconds channel{5000};
    std::chrono::milliseconds hello{10000};
    std::chrono::milliseconds rpc{60000};
};

struct Target {
    std::string name;  // as in the inventory, for messages
    inventory::Os os = inventory::Os::Junos;
    inventory::Access access;
    Deadlines deadlines{};
    bool is_jump = false;  // a machine on the way to `name`
};

template <class T>
using Asked = boost::asio::awaitable<Answer<T>>;

/// The questions below, for asking what an OS can say.
enum class Question { Facts, Sessions, Routes, Received, Forwarding, Ping };

/// "facts", "sessions", "routes", "received", "forwarding", "ping".
std::string_view to_string(Question question);

class Device {
public:
    virtual ~Device() = default;

    /// Empty if this OS answers the question, else "not supported by OS: why". Says what the OS can
    /// do, not what this router's configuration and our login allow.
    virtual std::string cannot(Question) const { return {}; }

    /// Who answers: used to notice that we are wired to the wrong box.
    virtual Asked<DeviceFacts> facts() = 0;
    /// All BGP sessions of the default instance.
    virtual Asked<std::vector<BgpSession>> sessions() = 0;
    /// BGP paths after import policy (Loc-RIB view, best and not best) whose prefix lies inside one
    /// of `pools`, the prefixes themselves included; default instance, unicast.
    virtual Asked<RouteTable> routes(std::vector<net::Prefix> pools) = 0;
    /// What `peer` sent inside `pools`, before import policy (Adj-RIB-In), with the reason where
    /// the policy rejected it. Failure NotSupported where the OS keeps no such view.
    virtual Asked<std::vector<ReceivedRoute>> received(net::Address peer,
                                                       std::vector<net::Prefix> pools) = 0;
    /// What the router forwards by inside `pools`: entries of every protocol, default instance.
    virtual Asked<ForwardingTable> forwarding(std::vector<net::Prefix> pools) = 0;
    /// Three echo requests from the router to `destination`.
    virtual Asked<PingResult> ping(net::Address destination) = 0;
    /// A command for people that shows the same as received(): put into findings as the next step.
    virtual std::string received_command(const net::Address& peer) const = 0;
};

/// A driver for the target's OS; for an OS without one every question answers NotSupported.
std::unique_ptr<Device> make_device(boost::asio::any_io_executor executor, Target target);

/// Runs one command on a host over SSH (exec, no terminal) and gives its standard output.
/// A non-zero exit status is a Failure of stage Rpc that quotes the last line of stderr.
Asked<std::string> run_command(boost::asio::any_io_executor executor,
                               Target target,
                               std::string command);

}  // namespace routeproof::drivers
