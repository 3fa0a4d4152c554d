// The stand-alone mode: the speaker and its local API, nothing of Docker or the kernel. For tests,
// benchmarks, and hosts whose prefixes somebody else decides.
#pragma once

#include "agent/app/start_error.hpp"
#include "agent/config/peering_file.hpp"
#include "agent/log/events.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace routeproof::agent {

struct PeeringPlaces {
    std::filesystem::path control_socket = "/run/routeproof/agent.sock";
    std::filesystem::path state;  // folder; empty: nothing is kept
};

class PeeringOnly {
public:
    /// `ended` is called once, when a stop (by a call or through the local API) has done its work.
    PeeringOnly(boost::asio::io_context& io,
                config::PeeringFile file,
                PeeringPlaces places,
                log::Sink log,
                std::function<void()> ended);
    ~PeeringOnly();
    PeeringOnly(const PeeringOnly&) = delete;
    PeeringOnly& operator=(const PeeringOnly&) = delete;

    Started start();
    void stop(bgp::StopMode mode, const std::string& text);

private:
    struct Rooms;
    std::shared_ptr<Rooms> rooms_;
};

}  // namespace routeproof::agent
