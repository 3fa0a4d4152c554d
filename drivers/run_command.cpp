#include "drivers/device.hpp"
#include "drivers/ssh/command.hpp"
#include "drivers/trust.hpp"

namespace routeproof::drivers {
namespace {

std::string last_line(std::string_view text) {
    const auto end = text.find_last_not_of(" \t\r\n");
    if (end == std::string_view::npos) {
        return {};
    }
    text = text.substr(0, end + 1);
    return std::string(text.substr(text.find_last_of('\n') + 1));
}

}  // namespace

Asked<std::string> run_command(boost::asio::any_io_executor executor,
                               Target target,
                               std::string command) {
    ssh::Session session(std::move(executor), std::move(target));
    const auto logged_in = co_await session.log_in();
    if (!logged_in) {
        co_return logged_in.error();
    }
    auto output = co_await ssh::run(session, command, ssh::kOutputCap);
    if (!output) {
        co_return output.error();
    }
    if (output->exit_status != 0) {
        const std::string why = last_line(output->standard_error);
        std::string what =
            output->exit_status < 0
                ? "ended '" + command + "' without an exit status"
                : "runs '" + command + "' with exit status " + std::to_string(output->exit_status);
        if (!why.empty()) {
            what += ": " + why;
        }
        co_return session.failure(Failure::Kind::Protocol, what);
    }
    co_return std::move(output->standard_output);
}

Asked<HostKeySight> look_at_host_key(boost::asio::any_io_executor executor, Target target) {
    ssh::Session session(std::move(executor), std::move(target));
    co_return co_await session.look_at_host_key();
}

}  // namespace routeproof::drivers
