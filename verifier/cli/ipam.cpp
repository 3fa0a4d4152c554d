#include "inventory/agent_client.hpp"
#include "verifier/cli/agent_code.hpp"
#include "verifier/cli/commands.hpp"
#include "verifier/report/ipam_report.hpp"

#include <nlohmann/json.hpp>
#include <sysexits.h>

#include <iostream>

namespace routeproof::verifier {
namespace {

constexpr int kTrouble = 1;
constexpr int kUnknown = 2;

}  // namespace

int run_ipam_show(const IpamOptions& options) {
    const auto answer = inventory::ask_agent(options.socket, "/v1/ipam");
    if (!answer) {
        return complain(code_of(answer.error().kind), answer.error().what);
    }
    if (options.format == Format::Json) {
        std::cout << *answer;
        return EX_OK;
    }
    const auto text = ipam_table(*answer);
    if (!text) {
        return complain(EX_PROTOCOL, text.error().what);
    }
    std::cout << *text;
    return EX_OK;
}

int run_ipam_check(const IpamOptions& options) {
    const auto answer = inventory::ask_agent(options.socket, "/v1/ipam");
    if (!answer) {
        return complain(code_of(answer.error().kind), answer.error().what);
    }
    const auto check = ipam_check(*answer);
    if (!check) {
        return complain(EX_PROTOCOL, check.error().what);
    }
    std::cout << check->text;
    if (check->troubles > 0) {
        return kTrouble;
    }
    return check->blind ? kUnknown : EX_OK;
}

int run_ipam_release(const IpamOptions& options) {
    const std::string body = nlohmann::json({{"address", options.address}}).dump();
    const auto answer = inventory::post_to_agent(options.socket, "/v1/ipam/release", body);
    if (!answer) {
        return complain(code_of(answer.error().kind), answer.error().what);
    }
    std::cout << options.address << " is free\n";
    return EX_OK;
}

}  // namespace routeproof::verifier
