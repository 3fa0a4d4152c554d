#include "drivers/nxos/driver.hpp"

#include "drivers/each_family.hpp"
#include "drivers/nxos/commands.hpp"
#include "drivers/nxos/output.hpp"
#include "drivers/nxos/parse_forwarding.hpp"
#include "drivers/nxos/parse_routes.hpp"
#include "drivers/nxos/parse_sessions.hpp"
#include "drivers/nxos/parse_version.hpp"
#include "drivers/nxos/received.hpp"
#include "drivers/ping.hpp"
#include "drivers/ssh/shell.hpp"

#include <algorithm>
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
    Device(const boost::asio::any_io_executor& executor, drivers::Target target)
        : ssh_(executor, std::move(target)) {}

    Asked<drivers::DeviceFacts> facts() override {
        const auto reply = co_await ask_for_something(show_version());
        if (!reply) {
            co_return reply.error();
        }
        co_return ssh_.located(parse_version(*reply));
    }

    Asked<std::vector<drivers::BgpSession>> sessions() override {
        const auto reply = co_await ask_for_something(show_bgp_summary());
        if (!reply) {
            co_return reply.error();
        }
        co_return ssh_.located(parse_sessions(*reply));
    }

    Asked<RouteTable> routes(std::vector<net::Prefix> pools) override {
        auto ask_one = [this](net::Family family, std::vector<net::Prefix> inside) {
            return table_for(show_bgp(family), family, std::move(inside));
        };
        return drivers::each_family(std::move(pools), RouteTable{true, {}}, std::move(ask_one));
    }

    Asked<std::vector<drivers::ReceivedRoute>> received(net::Address peer,
                                                        std::vector<net::Prefix> pools) override {
        auto ask_one = [this, peer](net::Family family, std::vector<net::Prefix> inside) {
            return received_in(family, peer, std::move(inside));
        };
        return drivers::each_family(
            std::move(pools), std::vector<drivers::ReceivedRoute>{}, std::move(ask_one));
    }

    Asked<drivers::ForwardingTable> forwarding(std::vector<net::Prefix> pools) override {
        auto ask_one = [this](net::Family family, std::vector<net::Prefix> inside) {
            return forwarding_in(family, std::move(inside));
        };
        return drivers::each_family(
            std::move(pools), drivers::ForwardingTable{true, {}}, std::move(ask_one));
    }

    Asked<drivers::PingResult> ping(net::Address destination) override {
        const std::string command = nxos::ping(destination);
        const auto output = co_await ssh_.execute(command);
        if (!output) {
            co_return output.error();
        }
        if (const auto result = drivers::parse_ping(output->standard_output)) {
            co_return *result;
        }
        co_return refusal(
            Failure::Kind::NotSupported, command, classify(output->standard_output).sentence);
    }

    std::string received_command(const net::Address& peer) const override {
        return show_received_routes(peer, peer.family());
    }

private:
    Asked<std::vector<drivers::ReceivedRoute>> received_in(net::Family family,
                                                           net::Address peer,
                                                           std::vector<net::Prefix> pools) {
        const auto before =
            co_await table_for(show_received_routes(peer, family), family, pools, kReceivedHint);
        if (!before) {
            co_return before.error();
        }
        if (!before->table_seen) {
            co_return ssh_.failure(Stage::Rpc,
                                   Failure::Kind::NotSupported,
                                   "keeps no routes as received from " + peer.to_string() +
                                       std::string(kReceivedHint));
        }
        const auto after = co_await table_for(show_accepted_routes(peer, family), family, pools);
        if (!after) {
            co_return after.error();
        }
        co_return merge_received(peer, *before, *after);
    }

    Asked<drivers::ForwardingTable> forwarding_in(net::Family family,
                                                  std::vector<net::Prefix> pools) {
        const auto reply = co_await ask(show_forwarding(family));
        if (!reply) {
            co_return reply.error();
        }
        if (!*reply) {
            co_return drivers::ForwardingTable{};
        }
        co_return ssh_.located(parse_forwarding(**reply, "default", pools));
    }

    Asked<RouteTable> table_for(std::string command,
                                net::Family family,
                                std::vector<net::Prefix> pools,
                                std::string_view hint = {}) {
        const auto reply = co_await ask(std::move(command), hint);
        if (!reply) {
            co_return reply.error();
        }
        if (!*reply) {
            co_return RouteTable{};
        }
        co_return ssh_.located(parse_routes(**reply, family, pools));
    }

    /// As ask, but nothing at all is a failure.
    Asked<std::string> ask_for_something(std::string command) {
        auto reply = co_await ask(command);
        if (!reply) {
            co_return reply.error();
        }
        if (!*reply) {
            co_return ssh_.failure(
                Stage::Rpc, Failure::Kind::Protocol, "answers nothing to '" + command + "'");
        }
        co_return std::move(**reply);
    }

    /// What one show command answers, in the best form that this release has for it; nothing if
    /// NX-OS has nothing to say. The form that worked is asked for first from then on. `hint`
    /// follows a sentence in place of an answer.
    Asked<std::optional<std::string>> ask(std::string command, std::string_view hint = {}) {
        std::string sentence;
        const auto in_turn = forms();
        for (const std::string_view form : in_turn) {
            auto output_of = co_await ssh_.execute(command + std::string(form));
            if (!output_of) {
                co_return output_of.error();
            }
            const auto output = classify(output_of->standard_output);
            using Kind = Output::Kind;
            switch (output.kind) {
                case Kind::Empty:
                    co_return std::nullopt;
                case Kind::Answer:
                    form_ = form;
                    co_return std::string(output.body);
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
                          sentence + (bgp ? " (is 'feature bgp' on?)" : ""));
    }

    /// NX-OS has had four, by age; each release lacks some, and some commands lack some.
    std::vector<std::string_view> forms() const {
        std::vector<std::string_view> all{" | json", " | json native", " | xml", ""};
        std::stable_partition(
            all.begin(), all.end(), [this](std::string_view form) { return form == form_; });
        return all;
    }

    Failure refusal(Failure::Kind kind,
                    const std::string& command,
                    const std::string& sentence) const {
        return ssh_.failure(Stage::Rpc, kind, "answers '" + command + "' with: " + sentence);
    }

    ssh::Shell ssh_;
    std::optional<std::string> form_;  // what the last answer was asked in: an output filter
};

}  // namespace

std::unique_ptr<drivers::Device> make_device(boost::asio::any_io_executor executor,
                                             drivers::Target target) {
    return std::make_unique<Device>(executor, std::move(target));
}

}  // namespace routeproof::nxos
