#include "drivers/nxos/driver.hpp"

#include "drivers/nxos/commands.hpp"
#include "drivers/nxos/output.hpp"
#include "drivers/nxos/parse_routes.hpp"
#include "drivers/nxos/parse_sessions.hpp"
#include "drivers/nxos/parse_version.hpp"
#include "drivers/nxos/received.hpp"
#include "drivers/ssh/command.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

namespace routeproof::nxos {

using drivers::Answer;
using drivers::Asked;
using drivers::Failure;
using drivers::RouteTable;
using drivers::Stage;

namespace {

constexpr std::string_view kReceivedHint =
    " (set 'soft-reconfiguration inbound always' for the neighbor)";

class Device final : public drivers::Device {
public:
    Device(boost::asio::any_io_executor executor, drivers::Target target)
        : ssh_(std::move(executor), std::move(target)) {}

    Asked<drivers::DeviceFacts> facts() override {
        const auto json = co_await ask_for_something(show_version());
        if (!json) {
            co_return json.error();
        }
        co_return located(parse_version(*json));
    }

    Asked<std::vector<drivers::BgpSession>> sessions() override {
        const auto json = co_await ask_for_something(show_bgp_summary());
        if (!json) {
            co_return json.error();
        }
        co_return located(parse_sessions(*json));
    }

    Asked<RouteTable> routes(std::vector<net::Prefix> pools) override {
        RouteTable all{true, {}};
        for (const auto family : net::families_of(pools)) {
            auto part = co_await table_for(show_bgp(family), family, pools);
            if (!part) {
                co_return part.error();
            }
            all.table_seen = all.table_seen && part->table_seen;
            std::move(part->routes.begin(), part->routes.end(), std::back_inserter(all.routes));
        }
        co_return std::move(all);
    }

    Asked<std::vector<drivers::ReceivedRoute>> received(net::Address peer,
                                                        std::vector<net::Prefix> pools) override {
        std::vector<drivers::ReceivedRoute> all;
        for (const auto family : net::families_of(pools)) {
            const auto before = co_await table_for(
                show_received_routes(peer, family), family, pools, kReceivedHint);
            if (!before) {
                co_return before.error();
            }
            if (!before->table_seen) {
                co_return failure(Stage::Rpc,
                                  Failure::Kind::NotSupported,
                                  "keeps no routes as received from " + peer.to_string() +
                                      std::string(kReceivedHint));
            }
            const auto after =
                co_await table_for(show_accepted_routes(peer, family), family, pools);
            if (!after) {
                co_return after.error();
            }
            auto part = merge_received(peer, *before, *after);
            std::move(part.begin(), part.end(), std::back_inserter(all));
        }
        co_return std::move(all);
    }

    std::string received_command(const net::Address& peer) const override {
        return show_received_routes(peer, peer.family());
    }

private:
    Failure failure(Stage stage, Failure::Kind kind, const std::string& what) const {
        Failure failure = ssh_.failure(kind, what);
        failure.stage = stage;
        return failure;
    }

    template <class T>
    Answer<T> located(Answer<T> answer) const {
        if (!answer) {
            const Failure& error = answer.error();
            return failure(error.stage, error.kind, error.what);
        }
        return answer;
    }

    Asked<RouteTable> table_for(std::string command,
                                net::Family family,
                                const std::vector<net::Prefix>& pools,
                                std::string_view hint = {}) {
        const auto json = co_await ask(std::move(command), hint);
        if (!json) {
            co_return json.error();
        }
        if (!*json) {
            co_return RouteTable{};
        }
        co_return located(parse_routes(**json, family, pools));
    }

    /// As ask, but nothing at all is a failure.
    Asked<std::string> ask_for_something(std::string command) {
        auto json = co_await ask(command);
        if (!json) {
            co_return json.error();
        }
        if (!*json) {
            co_return failure(
                Stage::Rpc, Failure::Kind::Protocol, "answers nothing to '" + command + "'");
        }
        co_return std::move(**json);
    }

    /// The JSON of one show command; nothing if NX-OS has nothing to say. Which of the two output
    /// filters this release knows is found out once. `hint` follows a sentence in place of JSON.
    Asked<std::optional<std::string>> ask(std::string command, std::string_view hint = {}) {
        std::string sentence;
        const bool probing = filter_.empty();
        for (const std::string filter : {" | json", " | json native"}) {
            if (!probing && filter != filter_) {
                continue;
            }
            auto text = co_await execute(command + filter);
            if (!text) {
                co_return text.error();
            }
            const auto output = classify(*text);
            using Kind = Output::Kind;
            switch (output.kind) {
                case Kind::Empty:
                    co_return std::nullopt;
                case Kind::Json:
                    filter_ = filter;
                    co_return std::string(output.json);
                case Kind::Denied:
                    co_return refusal(Failure::Kind::Denied, command, output.sentence);
                case Kind::Garbage:
                    co_return refusal(Failure::Kind::Protocol, command, output.sentence);
                case Kind::Refused:
                    co_return refusal(
                        Failure::Kind::NotSupported, command, output.sentence + std::string(hint));
                case Kind::NoSuchForm:
                    sentence = output.sentence;
                    break;
            }
        }
        const bool bgp = command.find(" bgp ") != std::string::npos;
        co_return refusal(Failure::Kind::NotSupported,
                          command,
                          sentence + (bgp ? " (is 'feature bgp' on, and does this release print "
                                            "JSON?)"
                                          : " (does this release print JSON?)"));
    }

    Failure refusal(Failure::Kind kind,
                    const std::string& command,
                    const std::string& sentence) const {
        return failure(Stage::Rpc, kind, "answers '" + command + "' with: " + sentence);
    }

    /// Logs in with the first command. A connection that failed is not tried again.
    Asked<std::string> execute(std::string command) {
        if (dead_) {
            co_return *dead_;
        }
        if (!logged_in_) {
            const auto logged_in = co_await ssh_.log_in();
            if (!logged_in) {
                dead_ = logged_in.error();
                co_return *dead_;
            }
            logged_in_ = true;
        }
        auto output = co_await ssh::run(ssh_, std::move(command), ssh::kOutputCap);
        if (!output) {
            dead_ = output.error();
            co_return *dead_;
        }
        co_return std::move(output->standard_output);
    }

    ssh::Session ssh_;
    bool logged_in_ = false;
    std::optional<Failure> dead_;
    std::string filter_;  // empty until one worked
};

}  // namespace

std::unique_ptr<drivers::Device> make_device(boost::asio::any_io_executor executor,
                                             drivers::Target target) {
    return std::make_unique<Device>(std::move(executor), std::move(target));
}

}  // namespace routeproof::nxos
