#include "inventory/agent_client.hpp"
#include "verifier/cli/agent_code.hpp"
#include "verifier/cli/commands.hpp"
#include "verifier/report/node_report.hpp"

#include <sysexits.h>

#include <iostream>

namespace routeproof::verifier {
namespace {

/// What the agent answers to a path, printed as it is or as `table` shows it.
template <class Table>
int print(const NodeOptions& options, const std::string& path, Table table) {
    const auto answer = inventory::ask_agent(options.socket, path);
    if (!answer) {
        return complain(code_of(answer.error().kind), answer.error().what);
    }
    if (options.format == Format::Json) {
        std::cout << *answer;
        return EX_OK;
    }
    const auto text = table(*answer);
    if (!text) {
        return complain(EX_PROTOCOL, text.error().what);
    }
    std::cout << *text;
    return EX_OK;
}

}  // namespace

int run_node_status(const NodeOptions& options) {
    return print(options, "/v1/status", [&options](const std::string& answer) {
        return options.details ? node_status_details(answer) : node_status_table(answer, now());
    });
}

int run_node_prefix(const NodeOptions& options) {
    return print(options, "/v1/prefixes/" + options.prefix, node_prefix_table);
}

}  // namespace routeproof::verifier
