#include "drivers/ssh/shell.hpp"

#include "drivers/ping.hpp"
#include "drivers/text.hpp"

namespace routeproof::ssh {

drivers::Asked<Output> Shell::execute(std::string command, std::string input) {
    if (dead_) {
        co_return *dead_;
    }
    if (!logged_in_) {
        const auto logged_in = co_await session_.log_in();
        if (!logged_in) {
            dead_ = logged_in.error();
            co_return *dead_;
        }
        logged_in_ = true;
    }
    auto output = co_await run(session_, std::move(command), kOutputCap, std::move(input));
    if (!output) {
        dead_ = output.error();
        co_return *dead_;
    }
    co_return std::move(*output);
}

drivers::Asked<drivers::PingResult> Shell::ping(net::Address destination) {
    const std::string command = "ping -n -c 3 -W 1 " + destination.to_string();
    auto output = co_await execute(command);
    if (!output) {
        co_return output.error();
    }
    if (const auto result = drivers::parse_ping(output->standard_output)) {
        co_return *result;
    }
    const std::string said = output->standard_error + output->standard_output;
    const std::string_view line = drivers::trim(said);
    co_return failure(drivers::Stage::Rpc,
                      drivers::Failure::Kind::NotSupported,
                      "not supported: '" + command +
                          "' answers: " + std::string(line.substr(0, line.find('\n'))));
}

drivers::Failure Shell::failure(drivers::Stage stage,
                                drivers::Failure::Kind kind,
                                const std::string& what) const {
    drivers::Failure failure = session_.failure(kind, what);
    failure.stage = stage;
    return failure;
}

}  // namespace routeproof::ssh
