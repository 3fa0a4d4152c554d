#include "drivers/ssh/command.hpp"

namespace routeproof::ssh {

using drivers::Answer;
using drivers::Failure;

drivers::Asked<Output> run(Session& session,
                           std::string command,
                           std::size_t cap,
                           std::string input) {
    auto channel = co_await session.exec(std::move(command));
    if (!channel) {
        co_return channel.error();
    }
    session.enter(drivers::Stage::Rpc);
    if (!input.empty()) {
        const auto written = co_await channel->write(std::move(input));
        if (!written) {
            co_return written.error();
        }
    }
    Output output;
    for (;;) {
        const auto bytes = co_await channel->read();
        if (!bytes) {
            co_return bytes.error();
        }
        if (bytes->empty()) {
            break;
        }
        if (output.standard_output.size() + bytes->size() > cap) {
            co_return session.failure(
                Failure::Kind::Protocol,
                "answers with more than " + std::to_string(cap >> 20) + " MiB; ask for less");
        }
        output.standard_output += *bytes;
    }
    output.standard_error = channel->standard_error();
    output.exit_status = channel->exit_status();
    co_return output;
}

}  // namespace routeproof::ssh
