#include "drivers/saved/read.hpp"
#include "inventory/model.hpp"
#include "verifier/cli/ask.hpp"
#include "verifier/cli/commands.hpp"
#include "verifier/collect/collect.hpp"
#include "verifier/collect/needs.hpp"
#include "verifier/collect/target.hpp"
#include "verifier/report/routes_report.hpp"
#include "verifier/text.hpp"

#include <sysexits.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <set>

namespace routeproof::verifier {
namespace {

namespace asio = boost::asio;

// A table of the whole Internet in XML is about 1 GiB; nothing bigger is a saved reply.
constexpr std::size_t kLargestReply = std::size_t{2} << 30;

int print(const RoutesView& view, Format format) {
    std::cout << (format == Format::Json ? routes_json(view) : routes_table(view));
    if (!std::cout.flush()) {
        return complain(EX_IOERR, "the table could not be written");
    }
    return EX_OK;
}

// --- a saved reply --------------------------------------------------------------------------

std::optional<std::string> read_whole(const std::filesystem::path& file, int& code) {
    std::error_code error;
    std::string text;
    if (file == "-") {
        text.assign(std::istreambuf_iterator<char>(std::cin), {});
    } else {
        std::ifstream in(file, std::ios::binary);
        if (!in || std::filesystem::is_directory(file, error) ||
            std::filesystem::file_size(file, error) > kLargestReply) {
            code = complain(EX_NOINPUT, file.string() + ": cannot be read");
            return std::nullopt;
        }
        text.assign(std::istreambuf_iterator<char>(in), {});
    }
    return text;
}

inventory::Os os_named(const std::string& word) {
    for (const auto os :
         {inventory::Os::Junos, inventory::Os::Nxos, inventory::Os::Frr, inventory::Os::Bird}) {
        if (inventory::to_string(os) == word) {
            return os;
        }
    }
    return inventory::Os::Junos;
}

std::string kind_of(const drivers::SavedReply& reply) {
    switch (reply.kind) {
        case drivers::SavedReply::Kind::Bgp:
            return "bgp";
        case drivers::SavedReply::Kind::Forwarding:
            return "forwarding";
        case drivers::SavedReply::Kind::NoBgp:
            return "no-bgp";
    }
    return {};
}

int show_saved(const RoutesOptions& options) {
    int code = EX_OK;
    const auto text = read_whole(options.reply, code);
    if (!text) {
        return code;
    }
    const std::string file = options.reply == "-" ? "standard input" : options.reply.string();
    auto reply = drivers::read_saved(os_named(options.os), *text, options.command);
    if (!reply) {
        return complain(EX_DATAERR, file + ": " + reply.error().what);
    }
    RoutesView view;
    view.file = options.reply.string();
    view.os = options.os;
    view.view = kind_of(*reply);
    view.format = reply->format;
    view.command = options.command;
    view.tables = std::move(reply->tables);
    view.routes = std::move(reply->routes);
    view.forwarding = std::move(reply->forwarding);
    view.skipped = reply->skipped;
    view.notes = std::move(reply->notes);
    return print(view, options.format);
}

// --- a router -------------------------------------------------------------------------------

/// The addresses by which `router` knows a host, a router, or simply an address.
std::vector<net::Address> peers_named(const inventory::Inventory& inventory,
                                      const std::string& router,
                                      const std::string& name) {
    if (const auto address = net::Address::parse(name)) {
        return {*address};
    }
    std::vector<net::Address> peers;
    if (const inventory::Host* host = inventory.host(name)) {
        for (const inventory::Peering& peering : host->peerings) {
            if (peering.router == router) {
                peers.push_back(peering.host_address);
            }
        }
    }
    for (const inventory::Link& link : inventory.links) {
        if (link.a == router && link.b == name) {
            peers.push_back(link.b_address);
        } else if (link.b == router && link.a == name) {
            peers.push_back(link.a_address);
        }
    }
    return peers;
}

struct Wanted {
    std::string view;
    std::vector<net::Prefix> pools;
    std::vector<net::Address> peers;  // none: all
};

bool from_wanted(const Wanted& wanted, const drivers::Route& route) {
    return wanted.peers.empty() ||
           (route.from &&
            std::find(wanted.peers.begin(), wanted.peers.end(), *route.from) != wanted.peers.end());
}

asio::awaitable<void> ask_received(drivers::Device& device,
                                   Wanted wanted,
                                   RoutesView& view,
                                   std::optional<drivers::Failure>& failure) {
    if (wanted.peers.empty()) {
        auto sessions = co_await device.sessions();
        if (!sessions) {
            failure = sessions.error();
            co_return;
        }
        for (const drivers::BgpSession& session : *sessions) {
            if (session.established) {
                wanted.peers.push_back(session.peer);
            }
        }
    }
    for (const net::Address& peer : wanted.peers) {
        std::vector<net::Prefix> pools = wanted.pools;
        auto question = device.received(peer, std::move(pools));
        auto answer = co_await std::move(question);
        if (!answer) {
            view.notes.push_back(answer.error().what);
            failure = failure ? failure : answer.error();
            continue;
        }
        for (drivers::ReceivedRoute& each : *answer) {
            view.routes.push_back(std::move(each.route));
        }
    }
    if (!view.routes.empty()) {
        failure.reset();  // some peers answered; the notes say which did not
    }
}

asio::awaitable<void> ask(drivers::Device& device,
                          const Wanted& wanted,
                          RoutesView& view,
                          std::optional<drivers::Failure>& failure) {
    std::vector<net::Prefix> pools = wanted.pools;
    if (wanted.view == "received") {
        auto question = ask_received(device, wanted, view, failure);
        co_await std::move(question);
    } else if (wanted.view == "forwarding") {
        auto question = device.forwarding(std::move(pools));
        auto answer = co_await std::move(question);
        if (!answer) {
            failure = answer.error();
            co_return;
        }
        view.forwarding = std::move(answer->entries);
    } else {
        auto question = device.routes(std::move(pools));
        auto answer = co_await std::move(question);
        if (!answer) {
            failure = answer.error();
            co_return;
        }
        if (!answer->table_seen) {
            view.notes.emplace_back("the router has no such BGP table");
        }
        for (drivers::Route& route : answer->routes) {
            if (from_wanted(wanted, route) &&
                (wanted.view != "best" || route.best || route.multipath)) {
                view.routes.push_back(std::move(route));
            }
        }
    }
}

int show_router(const RoutesOptions& options) {
    int code = EX_OK;
    const auto inventory = load_or_complain(options.inventory, code);
    if (!inventory) {
        return code;
    }
    const inventory::Router* router = inventory->router(options.leaf);
    if (router == nullptr) {
        return complain(EX_USAGE, options.leaf + ": the inventory has no such router");
    }
    if (router->access.address.empty()) {
        return complain(EX_USAGE,
                        options.leaf + ": the inventory gives it no address to log in to");
    }
    Wanted wanted{options.view, ranges_to_ask(*inventory), {}};
    if (!options.prefix.empty()) {
        auto prefix = net::Prefix::parse_lenient(options.prefix);
        if (const auto address = net::Address::parse(options.prefix)) {
            prefix = net::Prefix::host(*address);
        }
        if (!prefix) {
            return complain(EX_USAGE, "\"" + options.prefix + "\" is no prefix");
        }
        wanted.pools = {*prefix};
    }
    if (!options.from.empty()) {
        wanted.peers = peers_named(*inventory, options.leaf, options.from);
        if (wanted.peers.empty()) {
            return complain(EX_USAGE,
                            "--from " + options.from +
                                ": the inventory has no peering of it with " + options.leaf);
        }
    }
    RoutesView view;
    view.router = options.leaf;
    view.os = inventory::to_string(router->os);
    view.view = options.view;
    std::optional<drivers::Failure> failure;
    asio::io_context io(1);
    const auto device = real_reach().device(io.get_executor(), target_for(*router));
    std::vector<asio::awaitable<void>> questions;
    questions.push_back(ask(*device, wanted, view, failure));
    if (const int signal = run_all(io, std::move(questions)); signal != 0) {
        return 128 + signal;
    }
    if (failure) {
        return complain(options.leaf, *failure);
    }
    for (const std::string& note : view.notes) {
        std::cerr << "routeproof: " << one_line(note) << '\n';
    }
    std::set<std::string> tables;
    for (const drivers::Route& route : view.routes) {
        tables.insert(route.table);
    }
    for (const drivers::ForwardingEntry& entry : view.forwarding) {
        tables.insert(entry.table);
    }
    view.tables.assign(tables.begin(), tables.end());
    return print(view, options.format);
}

}  // namespace

int run_routes(const RoutesOptions& options) {
    if (!options.reply.empty()) {
        if (options.os.empty()) {
            return complain(EX_USAGE, "--reply needs --os: junos, nxos, frr or bird");
        }
        return show_saved(options);
    }
    if (options.leaf.empty()) {
        return complain(EX_USAGE, "name a router of the inventory, or a saved reply with --reply");
    }
    if (options.inventory.empty()) {
        return complain(EX_USAGE, "--inventory is required to ask a router");
    }
    return show_router(options);
}

int run_inventory_facts(const InventoryOptions& options) {
    int code = EX_OK;
    const auto inventory = load_or_complain(options.inventory, code);
    if (!inventory) {
        return code;
    }
    std::vector<RouterFacts> all;
    for (const inventory::Router& router : inventory->routers) {
        if (!router.access.address.empty()) {
            all.push_back(
                {router.name,
                 std::string(inventory::to_string(router.os)),
                 drivers::Failure{
                     drivers::Stage::Connect, drivers::Failure::Kind::Trouble, "not asked"}});
        }
    }
    if (all.empty()) {
        return complain(EX_DATAERR, options.inventory.string() + ": no router has an address");
    }
    asio::io_context io(1);
    std::vector<std::unique_ptr<drivers::Device>> devices;
    std::vector<asio::awaitable<void>> questions;
    const auto ask_one = [](drivers::Device& device, RouterFacts& router) -> asio::awaitable<void> {
        auto question = device.facts();
        router.facts = co_await std::move(question);
    };
    for (RouterFacts& router : all) {
        devices.push_back(
            real_reach().device(io.get_executor(), target_for(*inventory->router(router.router))));
        questions.push_back(ask_one(*devices.back(), router));
    }
    if (const int signal = run_all(io, std::move(questions)); signal != 0) {
        return 128 + signal;
    }
    std::cout << (options.format == Format::Json ? facts_json(all) : facts_table(all));
    const bool whole = std::all_of(
        all.begin(), all.end(), [](const RouterFacts& each) { return each.facts.has_value(); });
    return whole ? EX_OK : 2;
}

}  // namespace routeproof::verifier
