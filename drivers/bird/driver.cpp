#include "drivers/bird/driver.hpp"

#include "drivers/bird/parse.hpp"
#include "drivers/each_family.hpp"
#include "drivers/ssh/shell.hpp"
#include "drivers/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace routeproof::bird {

using drivers::Answer;
using drivers::Asked;
using drivers::Failure;
using drivers::ReceivedRoute;
using drivers::Route;
using drivers::RouteTable;
using drivers::Stage;

namespace {

/// -r: birdc itself refuses what changes anything. -v: reply codes tell answers from refusals.
constexpr std::array<std::string_view, 2> kWays{"birdc -r -v ", "sudo -n birdc -r -v "};

std::string_view channel_of(net::Family family) {
    return family == net::Family::IPv4 ? "ipv4" : "ipv6";
}

/// Only what lies inside the pools: " where net ~ [ 198.51.100.0/24+ ]".
std::string inside(const std::vector<net::Prefix>& pools) {
    std::string text = " where net ~ [ ";
    for (const net::Prefix& pool : pools) {
        text += (&pool == &pools.front() ? "" : ", ") + pool.to_string() + '+';
    }
    return text + " ]";
}

class Device final : public drivers::Device {
public:
    Device(const boost::asio::any_io_executor& executor, drivers::Target target)
        : shell_(executor, std::move(target)) {}

    std::string cannot(drivers::Question question) const override {
        return question == drivers::Question::Forwarding
                   ? "in part: BIRD says what it gives to the kernel, not what the kernel took"
                   : std::string();
    }

    Asked<drivers::DeviceFacts> facts() override {
        auto text = co_await ask("show status");
        if (!text) {
            co_return text.error();
        }
        co_return shell_.located(parse_status(*text));
    }

    Asked<std::vector<drivers::BgpSession>> sessions() override {
        auto protocols = co_await ask_protocols();
        if (!protocols) {
            co_return protocols.error();
        }
        std::vector<drivers::BgpSession> sessions;
        for (Protocol& protocol : *protocols) {
            if (protocol.kind == "BGP" && !protocol.session.peer.is_unspecified()) {
                sessions.push_back(std::move(protocol.session));
            }
        }
        co_return std::move(sessions);
    }

    Asked<RouteTable> routes(std::vector<net::Prefix> pools) override {
        auto ask_one = [this](net::Family family, std::vector<net::Prefix> some) {
            return routes_inside(family, std::move(some));
        };
        return drivers::each_family(std::move(pools), RouteTable{true, {}}, std::move(ask_one));
    }

    Asked<std::vector<ReceivedRoute>> received(net::Address peer,
                                               std::vector<net::Prefix> pools) override {
        auto ask_one = [this, peer](net::Family family, std::vector<net::Prefix> some) {
            return received_inside(peer, family, std::move(some));
        };
        return drivers::each_family(
            std::move(pools), std::vector<ReceivedRoute>{}, std::move(ask_one));
    }

    Asked<drivers::ForwardingTable> forwarding(std::vector<net::Prefix> pools) override {
        auto ask_one = [this](net::Family family, std::vector<net::Prefix> some) {
            return forwarding_inside(family, std::move(some));
        };
        return drivers::each_family(
            std::move(pools), drivers::ForwardingTable{true, {}}, std::move(ask_one));
    }

    Asked<drivers::PingResult> ping(net::Address destination) override {
        return shell_.ping(destination);
    }

    std::string received_command(const net::Address& peer) const override {
        const auto known = names_.find(peer);
        return "birdc show route all filtered protocol " +
               (known == names_.end() ? "NAME" : known->second);
    }

private:
    /// Asked anew each time: protocols come and go with the configuration.
    Asked<std::vector<Protocol>> ask_protocols() {
        auto text = co_await ask("show protocols all");
        if (!text) {
            co_return text.error();
        }
        auto protocols = shell_.located(parse_protocols(*text));
        if (!protocols) {
            co_return protocols.error();
        }
        for (const Protocol& protocol : *protocols) {
            if (protocol.kind == "BGP" && !protocol.session.peer.is_unspecified()) {
                names_[protocol.session.peer] = protocol.name;
                peers_[protocol.name] = protocol.session.peer;
            }
        }
        co_return std::move(*protocols);
    }

    Asked<RouteTable> routes_inside(net::Family family, std::vector<net::Prefix> pools) {
        auto protocols = co_await ask_protocols();
        if (!protocols) {
            co_return protocols.error();
        }
        RouteTable all;
        std::vector<std::string> tables;
        for (const Protocol& protocol : *protocols) {
            for (const Channel& channel : protocol.channels) {
                if (protocol.kind == "BGP" && channel.family == channel_of(family) &&
                    std::find(tables.begin(), tables.end(), channel.table) == tables.end()) {
                    tables.push_back(channel.table);
                }
            }
        }
        for (const std::string& table : tables) {
            auto part = co_await table_for("show route all table " + table + inside(pools), pools);
            if (!part) {
                co_return part.error();
            }
            all.table_seen = true;  // BIRD refuses a table that it does not have
            std::move(part->routes.begin(), part->routes.end(), std::back_inserter(all.routes));
        }
        co_return std::move(all);
    }

    Asked<std::vector<ReceivedRoute>> received_inside(net::Address peer,
                                                      net::Family family,
                                                      std::vector<net::Prefix> pools) {
        auto protocols = co_await ask_protocols();
        if (!protocols) {
            co_return protocols.error();
        }
        std::vector<ReceivedRoute> result;
        bool known = false;
        for (const Protocol& protocol : *protocols) {
            for (const Channel& channel : protocol.channels) {
                if (protocol.kind != "BGP" || protocol.session.peer != peer ||
                    channel.family != channel_of(family)) {
                    continue;
                }
                known = true;
                auto part = co_await received_by(protocol, channel, pools);
                if (!part) {
                    co_return part.error();
                }
                drivers::append(result, std::move(*part));
            }
        }
        if (!known) {
            co_return shell_.failure(Stage::Rpc,
                                     Failure::Kind::NotSupported,
                                     "not supported: has no BGP protocol for " + peer.to_string() +
                                         " with the channel " + std::string(channel_of(family)));
        }
        co_return std::move(result);
    }

    Asked<std::vector<ReceivedRoute>> received_by(Protocol protocol,
                                                  Channel channel,
                                                  std::vector<net::Prefix> pools) {
        if (!protocol.keeps_filtered) {
            co_return shell_.failure(
                Stage::Rpc,
                Failure::Kind::NotSupported,
                "not supported: keeps no routes that the import filter of " + protocol.name +
                    " rejects (set 'import keep filtered' in its channel " + channel.family + ')');
        }
        const std::string of =
            " protocol " + protocol.name + " table " + channel.table + inside(pools);
        auto accepted = co_await table_for("show route all" + of, pools);
        if (!accepted) {
            co_return accepted.error();
        }
        auto rejected = co_await table_for("show route all filtered" + of, pools);
        if (!rejected) {
            co_return rejected.error();
        }
        std::vector<ReceivedRoute> result;
        for (Route& route : accepted->routes) {
            result.push_back({std::move(route), ReceivedRoute::Verdict::Accepted, {}});
        }
        for (Route& route : rejected->routes) {
            route.best = false;
            route.valid = false;
            route.reason = "rejected by import filter " + protocol.session.import_policy;
            ReceivedRoute entry{std::move(route), ReceivedRoute::Verdict::Rejected, {}};
            entry.reason = entry.route.reason;
            result.push_back(std::move(entry));
        }
        co_return std::move(result);
    }

    Asked<drivers::ForwardingTable> forwarding_inside(net::Family family,
                                                      std::vector<net::Prefix> pools) {
        auto protocols = co_await ask_protocols();
        if (!protocols) {
            co_return protocols.error();
        }
        drivers::ForwardingTable all;
        for (const Protocol& protocol : *protocols) {
            for (const Channel& channel : protocol.channels) {
                if (protocol.kind != "Kernel" || channel.family != channel_of(family)) {
                    continue;
                }
                auto text = co_await ask("show route all export " + protocol.name + " table " +
                                         channel.table + inside(pools));
                if (!text) {
                    co_return text.error();
                }
                auto part = shell_.located(parse_forwarding(*text, pools));
                if (!part) {
                    co_return part.error();
                }
                all.table_seen = true;
                std::move(
                    part->entries.begin(), part->entries.end(), std::back_inserter(all.entries));
            }
        }
        if (!all.table_seen) {
            co_return shell_.failure(Stage::Rpc,
                                     Failure::Kind::NotSupported,
                                     "not supported: gives no " + std::string(channel_of(family)) +
                                         " routes to the kernel (it has no protocol kernel)");
        }
        co_return std::move(all);
    }

    Asked<RouteTable> table_for(std::string command, std::vector<net::Prefix> pools) {
        auto text = co_await ask(std::move(command));
        if (!text) {
            co_return text.error();
        }
        auto parsed = shell_.located(parse_routes(*text, peers_, pools));
        if (!parsed) {
            co_return parsed.error();
        }
        co_return std::move(parsed->table);
    }

    /// What birdc prints. Which way leads to it is found out once.
    Asked<std::string> ask(std::string command) {
        std::string why;
        const std::size_t first = way_.value_or(0);
        const std::size_t last = way_ ? *way_ + 1 : kWays.size();
        for (std::size_t way = first; way < last; ++way) {
            auto output =
                co_await shell_.execute(std::string(kWays.at(way)) + '\'' + command + '\'');
            if (!output) {
                co_return output.error();
            }
            if (output->standard_output.find("0001 BIRD") != std::string::npos) {
                way_ = way;
                co_return std::move(output->standard_output);
            }
            const std::string said = output->standard_error + output->standard_output;
            const std::string_view line = drivers::trim(said);
            why += (why.empty() ? "" : "; ") + std::string(line.substr(0, line.find('\n')));
        }
        co_return shell_.failure(Stage::Rpc,
                                 Failure::Kind::Denied,
                                 "has no birdc for this login (" + why +
                                     "); make it a member of the group bird, or let it run "
                                     "'sudo -n birdc'");
    }

    ssh::Shell shell_;
    std::optional<std::size_t> way_;
    std::map<net::Address, std::string> names_;
    std::map<std::string, net::Address> peers_;
};

}  // namespace

std::unique_ptr<drivers::Device> make_device(boost::asio::any_io_executor executor,
                                             drivers::Target target) {
    return std::make_unique<Device>(executor, std::move(target));
}

}  // namespace routeproof::bird
