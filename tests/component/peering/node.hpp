// A speaker that notes what it says, and a configuration for two of them over loopback.
#pragma once

#include "agent/peering/speaker.hpp"
#include "tests/unit/agent/peering/support.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <map>

namespace routeproof::bgp {

inline constexpr std::chrono::seconds kPatience{20};

// A port of this test run, so that two of them can run side by side.
inline std::uint16_t port() {
    return static_cast<std::uint16_t>(20000 + ::getpid() % 20000);
}

inline RetryTimes quick() {
    RetryTimes times;
    times.connect_retry = std::chrono::milliseconds(100);
    times.idle_hold = std::chrono::milliseconds(50);
    times.idle_hold_max = std::chrono::milliseconds(200);
    return times;
}

// A speaker and what it has told us.
struct Node {
    Node(boost::asio::io_context& io, SpeakerConfig config)
        : speaker(io, std::move(config), callbacks()) {}

    SpeakerCallbacks callbacks() {
        SpeakerCallbacks wanted;
        wanted.route = [this](const net::Prefix& where, const NextHops& next_hops) {
            routes[where].clear();
            interfaces[where].clear();
            for (const auto& next_hop : next_hops) {
                routes[where].push_back(next_hop.address);
                interfaces[where].push_back(next_hop.interface);
            }
            if (next_hops.empty()) {
                routes.erase(where);
            }
            if (on_route) {
                on_route(where);
            }
        };
        wanted.session = [this](const SessionStatus& status) {
            states.push_back(status.state);
            if (on_session) {
                on_session(status);
            }
        };
        wanted.log = [this](log::Severity, std::string_view event, const log::Fields& fields) {
            std::string line(event);
            for (const auto& field : fields) {
                line += " " + field.key + "=" + field.value;
            }
            lines.push_back(line);
        };
        return wanted;
    }

    bool up() const { return speaker.sessions().front().state == State::Established; }
    bool logged(std::string_view text) const {
        return std::any_of(lines.begin(), lines.end(), [text](const std::string& line) {
            return line.find(text) != std::string::npos;
        });
    }
    long established() const {
        return std::count(states.begin(), states.end(), State::Established);
    }

    std::uint64_t flaps() const { return speaker.sessions().front().flaps; }

    std::function<void(const net::Prefix&)> on_route;  // after it was noted
    std::function<void(const SessionStatus&)> on_session;
    std::map<net::Prefix, std::vector<net::Address>> routes;
    std::map<net::Prefix, std::vector<std::uint32_t>> interfaces;  // of these next hops
    std::vector<State> states;
    std::vector<std::string> lines;
    Speaker speaker;
};

inline SpeakerConfig config(std::uint32_t asn,
                            const char* local,
                            std::uint32_t peer_as,
                            const char* peer) {
    SpeakerConfig speaker;
    speaker.asn = net::Asn(asn);
    speaker.router_id = net::RouterId(address(local).to_v4());
    speaker.import = Policy::accept_inside({prefix("172.16.0.0/16")});
    speaker.listen_port = port();
    speaker.retry = quick();
    PeerConfig leaf;
    leaf.name = "peer";
    leaf.address = address(peer);
    leaf.asn = net::Asn(peer_as);
    leaf.local_address = address(local);
    leaf.hold_time = std::chrono::seconds(9);
    leaf.port = port();
    speaker.peers = {leaf};
    return speaker;
}

inline SpeakerConfig host_config() {
    return config(4200000100, "127.0.0.2", 65000, "127.0.0.3");
}
inline SpeakerConfig leaf_config() {
    return config(65000, "127.0.0.3", 4200000100, "127.0.0.2");
}

class BgpSpeaker : public testing::Test {
protected:
    template <class Condition>
    void run_until(Condition condition, const char* what) {
        const auto end = std::chrono::steady_clock::now() + kPatience;
        while (!condition()) {
            ASSERT_LT(std::chrono::steady_clock::now(), end) << "waited in vain for " << what;
            io.run_one_for(std::chrono::milliseconds(100));
        }
    }

    boost::asio::io_context io{1};
};

inline const net::Prefix kBlock = prefix("172.16.100.0/26");

}  // namespace routeproof::bgp
