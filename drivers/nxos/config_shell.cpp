#include "drivers/nxos/config_shell.hpp"

namespace routeproof::nxos {

using drivers::Asked;
using drivers::Failure;

Asked<ConfigShell::Said> ConfigShell::perform(std::string command) {
    auto output = co_await shell_.execute(std::move(command));
    if (!output) {
        co_return output.error();
    }
    Said said;
    said.complaint = complaint(output->standard_output + '\n' + output->standard_error);
    said.output = std::move(output->standard_output);
    co_return std::move(said);
}

Asked<std::string> ConfigShell::show(std::string command) {
    auto output = co_await shell_.execute(command);
    if (!output) {
        co_return output.error();
    }
    auto wrong = refusal(output->standard_output);
    if (wrong.empty()) {
        wrong = refusal(output->standard_error);
    }
    if (!wrong.empty()) {
        co_return refused(command, wrong);
    }
    co_return std::move(output->standard_output);
}

Asked<std::vector<drivers::ConfigLine>> ConfigShell::running() {
    const auto text = co_await show("show running-config");
    if (!text) {
        co_return text.error();
    }
    auto lines = read_running(*text);
    if (lines.empty()) {
        co_return failure(Failure::Kind::Protocol, "shows no running configuration");
    }
    co_return std::move(lines);
}

Asked<std::vector<Checkpoint>> ConfigShell::checkpoints() {
    const auto text = co_await show("show checkpoint summary");
    if (!text) {
        co_return text.error();
    }
    co_return parse_checkpoints(*text);
}

Failure ConfigShell::refused(const std::string& command, const std::string& complaint) const {
    const bool denied = complaint.find("ermission denied") != std::string::npos;
    return failure(denied ? Failure::Kind::Denied : Failure::Kind::Protocol,
                   "answers '" + drivers::masked(command) + "' with: " + complaint);
}

}  // namespace routeproof::nxos
