#include "drivers/junos/driver.hpp"

#include "drivers/junos/parse_routes.hpp"
#include "drivers/junos/parse_sessions.hpp"
#include "drivers/junos/parse_system.hpp"
#include "drivers/junos/received.hpp"
#include "drivers/junos/requests.hpp"
#include "drivers/netconf/client.hpp"

#include <algorithm>
#include <iterator>

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
        RouteTable all{true, {}};
        for (const auto family : net::families_of(pools)) {
            const auto table = table_of(family);
            auto part = co_await table_for(bgp_routes(table, Show::Usable), table, pools);
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
            auto part = co_await received_in(table_of(family), peer, pools);
            if (!part) {
                co_return part.error();
            }
            std::move(part->begin(), part->end(), std::back_inserter(all));
        }
        co_return std::move(all);
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

    Asked<RouteTable> table_for(std::string request,
                                std::string_view table,
                                const std::vector<net::Prefix>& pools) {
        const auto reply = co_await client_.ask(std::move(request));
        if (!reply) {
            co_return reply.error();
        }
        co_return located(parse_routes(*reply, table, pools));
    }

    Asked<std::vector<drivers::ReceivedRoute>> received_in(std::string_view table,
                                                           const net::Address& peer,
                                                           const std::vector<net::Prefix>& pools) {
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
