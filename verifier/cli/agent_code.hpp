// The exit code for an agent that does not answer as it should.
#pragma once

#include "inventory/agent_client.hpp"

#include <sysexits.h>

namespace routeproof::verifier {

inline int code_of(inventory::AgentError::Kind kind) {
    switch (kind) {
        case inventory::AgentError::Kind::NotRunning:
            return EX_UNAVAILABLE;
        case inventory::AgentError::Kind::Denied:
            return EX_NOPERM;
        case inventory::AgentError::Kind::Refused:
        case inventory::AgentError::Kind::Broken:
            break;
    }
    return EX_PROTOCOL;
}

}  // namespace routeproof::verifier
