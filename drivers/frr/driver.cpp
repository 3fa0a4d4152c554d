#include "drivers/frr/driver.hpp"

#include "drivers/each_family.hpp"
#include "drivers/frr/commands.hpp"
#include "drivers/frr/output.hpp"
#include "drivers/frr/parse_routes.hpp"
#include "drivers/frr/received.hpp"
#include "drivers/ssh/shell.hpp"
#include "drivers/text.hpp"

#include <array>
#include <optional>

namespace routeproof::frr {

using drivers::Answer;
using drivers::Asked;
using drivers::Failure;
using drivers::RouteTable;
using drivers::Stage;

namespace {

constexpr std::string_view kKeepReceived =
    " (set 'neighbor PEER soft-reconfiguration inbound' in the address family)";

/// How a login gets to vtysh: directly (root, or the group frrvty), by sudo (SONiC, Cumulus), or it
/// is the login shell itself.
constexpr std::array<std::string_view, 3> kWays{"vtysh -c ", "sudo -n vtysh -c ", ""};

class Device final : public drivers::Device {
public:
    Device(const boost::asio::any_io_executor& executor, drivers::Target target)
        : shell_(executor, std::move(target)) {}

    Asked<drivers::DeviceFacts> facts() override {
        auto said = co_await ask(show_version());
        if (!said) {
            co_return said.error();
        }
        co_return shell_.located(parse_version(said->text));
    }

    Asked<std::vector<drivers::BgpSession>> sessions() override {
        auto said = co_await ask(show_summary());
        if (!said) {
            co_return said.error();
        }
        if (said->no_bgp) {
            co_return refusal(Failure::Kind::NotSupported, show_summary(), said->text);
        }
        co_return shell_.located(parse_sessions(said->text));
    }

    Asked<RouteTable> routes(std::vector<net::Prefix> pools) override {
        auto ask_one = [this](net::Family, std::vector<net::Prefix> inside) {
            return routes_inside(std::move(inside));
        };
        return drivers::each_family(std::move(pools), RouteTable{true, {}}, std::move(ask_one));
    }

    Asked<std::vector<drivers::ReceivedRoute>> received(net::Address peer,
                                                        std::vector<net::Prefix> pools) override {
        auto ask_one = [this, peer](net::Family family, std::vector<net::Prefix> inside) {
            return received_inside(peer, family, std::move(inside));
        };
        return drivers::each_family(
            std::move(pools), std::vector<drivers::ReceivedRoute>{}, std::move(ask_one));
    }

    Asked<drivers::ForwardingTable> forwarding(std::vector<net::Prefix> pools) override {
        auto ask_one = [this](net::Family family, std::vector<net::Prefix> inside) {
            return forwarding_inside(family, std::move(inside));
        };
        return drivers::each_family(
            std::move(pools), drivers::ForwardingTable{true, {}}, std::move(ask_one));
    }

    Asked<drivers::PingResult> ping(net::Address destination) override {
        return shell_.ping(destination);
    }

    std::string received_command(const net::Address& peer) const override {
        std::string command = show_neighbor(peer, "received-routes");
        command.resize(command.size() - std::string_view(" json").size());
        return "vtysh -c '" + command + "'";
    }

private:
    struct Said {
        std::string text;
        bool no_bgp = false;
    };

    static std::string first_line(std::string_view text) {
        return std::string(drivers::trim(text.substr(0, text.find('\n'))));
    }

    Asked<RouteTable> routes_inside(std::vector<net::Prefix> pools) {
        RouteTable all{true, {}};
        for (const net::Prefix& pool : pools) {
            std::vector<net::Prefix> only{pool};
            auto part = co_await table_for(show_bgp(pool), std::move(only));
            if (!part) {
                co_return part.error();
            }
            drivers::append(all, std::move(*part));
        }
        co_return std::move(all);
    }

    Asked<std::vector<drivers::ReceivedRoute>> received_inside(net::Address peer,
                                                               net::Family family,
                                                               std::vector<net::Prefix> pools) {
        const auto view = [&](std::string_view name) {
            std::string command = show_neighbor(peer, name);
            const auto at = command.find(peer.family() == net::Family::IPv4 ? "ipv4" : "ipv6");
            return command.replace(at, 4, family == net::Family::IPv4 ? "ipv4" : "ipv6");
        };
        auto before = co_await table_for(view("received-routes"), pools, kKeepReceived);
        if (!before) {
            co_return before.error();
        }
        if (!before->table_seen) {
            co_return refusal(
                Failure::Kind::NotSupported, view("received-routes"), "no such table");
        }
        auto after = co_await table_for(view("routes"), pools);
        if (!after) {
            co_return after.error();
        }
        RouteTable filtered;
        std::string policy;
        if (before->routes.size() != after->routes.size()) {
            auto rejected = co_await table_for(view("filtered-routes"), pools);
            if (rejected) {  // FRR has it since 7.3; without it the reason is less exact
                filtered = std::move(*rejected);
            }
            auto said =
                co_await ask("show bgp vrf default neighbors " + peer.to_string() + " json");
            if (said && !said->no_bgp) {
                policy = inbound_policy(said->text, family);
            }
        }
        co_return merge_received(peer, *before, filtered, *after, policy);
    }

    Asked<drivers::ForwardingTable> forwarding_inside(net::Family family,
                                                      std::vector<net::Prefix> pools) {
        auto said = co_await ask(show_forwarding(family));
        if (!said) {
            co_return said.error();
        }
        co_return shell_.located(parse_forwarding(said->text, "default", pools));
    }

    Asked<RouteTable> table_for(std::string command,
                                std::vector<net::Prefix> pools,
                                std::string_view hint = {}) {
        auto said = co_await ask(std::move(command), hint);
        if (!said) {
            co_return said.error();
        }
        if (said->no_bgp) {
            co_return RouteTable{};
        }
        auto parsed = shell_.located(parse_routes(said->text, "default", pools));
        if (!parsed) {
            co_return parsed.error();
        }
        // An empty table is {} in some releases: bgpd answered, so the table was there.
        parsed->table.table_seen = true;
        co_return std::move(parsed->table);
    }

    /// The answer to one command. Which way leads to vtysh is found out once.
    Asked<Said> ask(std::string command, std::string_view hint = {}) {
        std::string why;
        const std::size_t first = way_.value_or(0);
        const std::size_t last = way_ ? *way_ + 1 : kWays.size();
        for (std::size_t way = first; way < last; ++way) {
            std::string line(kWays.at(way));
            if (line.empty()) {
                line = command;
            } else {
                line += shell_word(command);
            }
            auto output = co_await shell_.execute(std::move(line));
            if (!output) {
                co_return output.error();
            }
            const auto what = classify(output->standard_output, output->standard_error);
            switch (what.kind) {
                case Output::Kind::NoShell:
                    why += (why.empty() ? "" : "; ") + what.sentence;
                    continue;
                case Output::Kind::Refused:
                    co_return refusal(
                        Failure::Kind::NotSupported, command, what.sentence + std::string(hint));
                case Output::Kind::NoBgp:
                    way_ = way;
                    co_return Said{what.sentence, true};
                case Output::Kind::Json:
                    way_ = way;
                    co_return Said{std::string(what.json), false};
                case Output::Kind::Text:
                    break;
            }
            if (command.ends_with(" json") && drivers::trim(output->standard_output).empty()) {
                way_ = way;
                co_return Said{"nothing", true};
            }
            if (command.ends_with(" json")) {
                co_return refusal(
                    Failure::Kind::Protocol, command, first_line(output->standard_output));
            }
            way_ = way;
            co_return Said{std::move(output->standard_output), false};
        }
        co_return shell_.failure(
            Stage::Rpc,
            Failure::Kind::Denied,
            "has no vtysh for this login (" + why +
                "); make it a member of the group frrvty, or let it run 'sudo -n vtysh'");
    }

    Failure refusal(Failure::Kind kind,
                    const std::string& command,
                    const std::string& sentence) const {
        return shell_.failure(
            Stage::Rpc,
            kind,
            (kind == Failure::Kind::NotSupported ? "not supported: answers '" : "answers '") +
                command + "' with: " + sentence);
    }

    ssh::Shell shell_;
    std::optional<std::size_t> way_;
};

}  // namespace

std::unique_ptr<drivers::Device> make_device(boost::asio::any_io_executor executor,
                                             drivers::Target target) {
    return std::make_unique<Device>(executor, std::move(target));
}

}  // namespace routeproof::frr
