// The local API of a speaker: JSON over HTTP (docs/peering.md has the list of paths). Knows no
// socket; the program hands it requests.
#pragma once

#include "agent/control/status.hpp"
#include "agent/http/server.hpp"

namespace routeproof::control {

class PeeringApi {
public:
    /// What only the program can do, or lets nobody do (empty function).
    struct Program {
        /// Called when the client has the answer.
        std::function<void(bgp::StopMode mode, const std::string& text)> stop;
        /// May clients announce and withdraw? Not where prefixes follow containers.
        bool prefixes = false;
    };

    /// The speaker must outlive it.
    PeeringApi(bgp::Speaker& speaker, Identity identity, Program program);

    http::Reply answer(const http::Request& request);

    /// {"error": sentence}
    static std::string error_body(std::string_view sentence);

private:
    http::Reply post(std::string_view path, std::string_view body);
    http::Reply post_prefixes(std::string_view body);
    http::Reply post_stop(std::string_view body);

    bgp::Speaker& speaker_;
    Identity identity_;
    Program program_;
};

}  // namespace routeproof::control
