#include "drivers/junos/driver.hpp"

#include "drivers/each_family.hpp"
#include "drivers/junos/parse_forwarding.hpp"
#include "drivers/junos/parse_routes.hpp"
#include "drivers/junos/parse_sessions.hpp"
#include "drivers/junos/parse_system.hpp"
#include "drivers/junos/received.hpp"
#include "drivers/junos/requests.hpp"
#include "drivers/netconf/client.hpp"

namespace routeproof::junos {

using drivers::Answer;
using drivers::Asked;
using drivers::Failure;
using drivers::RouteTable;

namespace {

class Device final : public drivers::Device {
public:
    Device(boost::asio::any_io_executor executor, drivers::Target target)
        : client_(std::move(executor), std::move(target)) {}

    Asked<drivers::DeviceFacts> facts() override {
        auto reply = co_await client_.ask(system_information());
        if (!reply) {
            const Failure refusal = reply.error();
            reply = co_await client_.ask(software_information());
            if (!reply) {
                co_return refusal;
            }
        }
        co_return located(parse_system(*reply));
    }

    Asked<std::vector<drivers::BgpSession>> sessions() override {
        const auto reply = co_await client_.ask(bgp_neighbors());
        if (!reply) {
            co_return reply.error();
        }
        co_return located(parse_sessions(*reply));
    }

    Asked<RouteTable> routes(std::vector<net::Prefix> pools) override {
        auto ask_one = [this](net::Family family, std::vector<net::Prefix> inside) {
            const auto table = table_of(family);
            return table_for(bgp_routes(table, Show::Usable), table, std::move(inside));
        };
        return drivers::each_family(std::move(pools), RouteTable{true, {}}, std::move(ask_one));
    }

    Asked<std::vector<drivers::ReceivedRoute>> received(net::Address peer,
                                                        std::vector<net::Prefix> pools) override {
        auto ask_one = [this, peer](net::Family family, std::vector<net::Prefix> inside) {
            return received_in(table_of(family), peer, std::move(inside));
        };
        return drivers::each_family(
            std::move(pools), std::vector<drivers::ReceivedRoute>{}, std::move(ask_one));
    }

    Asked<drivers::ForwardingTable> forwarding(std::vector<net::Prefix> pools) override {
        auto ask_one = [this](net::Family family, std::vector<net::Prefix> inside) {
            return forwarding_in(table_of(family), std::move(inside));
        };
        return drivers::each_family(
            std::move(pools), drivers::ForwardingTable{true, {}}, std::move(ask_one));
    }

    Asked<drivers::PingResult> ping(net::Address destination) override {
        const auto reply = co_await client_.ask(ping_request(destination));
        if (!reply) {
            co_return reply.error();
        }
        co_return located(parse_ping(*reply));
    }

    std::string received_command(const net::Address& peer) const override {
        return "show route receive-protocol bgp " + peer.to_string() + " all";
    }

private:
    template <class T>
    Answer<T> located(Answer<T> answer) const {
        if (!answer) {
            return client_.located(answer.error());
        }
        return answer;
    }

    Asked<drivers::ForwardingTable> forwarding_in(std::string_view table,
                                                  std::vector<net::Prefix> pools) {
        const auto reply = co_await client_.ask(active_routes(table));
        if (!reply) {
            co_return reply.error();
        }
        co_return located(parse_forwarding(*reply, table, pools));
    }

    Asked<RouteTable> table_for(std::string request,
                                std::string_view table,
                                std::vector<net::Prefix> pools) {
        const auto reply = co_await client_.ask(std::move(request));
        if (!reply) {
            co_return reply.error();
        }
        co_return located(parse_routes(*reply, table, pools));
    }

    Asked<std::vector<drivers::ReceivedRoute>> received_in(std::string_view table,
                                                           net::Address peer,
                                                           std::vector<net::Prefix> pools) {
        const auto usable =
            co_await table_for(received_routes(table, peer, Show::Usable), table, pools);
        if (!usable) {
            co_return usable.error();
        }
        if (!usable->table_seen) {
            co_return client_.located({drivers::Stage::Parse,
                                       Failure::Kind::Protocol,
                                       "answers without the table " + std::string(table)});
        }
        // Rejected routes are kept, but listed only on demand. Where this form is refused, or gives
        // no reason, the routing table itself has both.
        auto hidden = co_await table_for(received_routes(table, peer, Show::Hidden), table, pools);
        RouteTable rib_hidden;
        if (!hidden || lacks_reason(*hidden)) {
            auto rib = co_await table_for(bgp_routes(table, Show::Hidden), table, pools);
            if (!rib) {
                co_return rib.error();
            }
            rib_hidden = std::move(*rib);
        }
        const RouteTable none;
        co_return merge_received(peer, *usable, hidden ? *hidden : none, rib_hidden);
    }

    netconf::Client client_;
};

}  // namespace

std::unique_ptr<drivers::Device> make_device(boost::asio::any_io_executor executor,
                                             drivers::Target target) {
    return std::make_unique<Device>(std::move(executor), std::move(target));
}

}  // namespace routeproof::junos
