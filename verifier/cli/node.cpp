#include "inventory/agent_client.hpp"
#include "verifier/cli/commands.hpp"
#include "verifier/report/node_report.hpp"

#include <sysexits.h>

#include <iostream>

namespace routeproof::verifier {
namespace {

int code_of(inventory::AgentError::Kind kind) {
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

}  // namespace

int run_node_status(const NodeOptions& options) {
    const auto answer = inventory::ask_agent(options.socket, "/v1/status");
    if (!answer) {
        return complain(code_of(answer.error().kind), answer.error().what);
    }
    if (options.format == Format::Json) {
        std::cout << *answer;
        return EX_OK;
    }
    const auto table =
        options.details ? node_status_details(*answer) : node_status_table(*answer, now());
    if (!table) {
        return complain(EX_PROTOCOL, table.error().what);
    }
    std::cout << *table;
    return EX_OK;
}

}  // namespace routeproof::verifier
