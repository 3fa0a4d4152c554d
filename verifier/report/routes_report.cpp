#include "verifier/report/routes_report.hpp"

#include "verifier/report/grid.hpp"
#include "verifier/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

namespace routeproof::verifier {
namespace {

using drivers::ForwardingEntry;
using drivers::Route;
using Json = nlohmann::ordered_json;

template <class T>
struct Column {
    std::string name;
    std::function<std::string(const T&)> text;
    bool always = false;
};

template <class T>
std::string print(const std::vector<T>& rows, const std::vector<Column<T>>& columns) {
    std::vector<const Column<T>*> shown;
    std::vector<std::string> headers;
    for (const Column<T>& column : columns) {
        const bool any = std::any_of(
            rows.begin(), rows.end(), [&](const T& row) { return !column.text(row).empty(); });
        if (any || column.always) {
            shown.push_back(&column);
            headers.push_back(column.name);
        }
    }
    Grid grid(headers);
    for (const T& row : rows) {
        std::vector<Cell> cells;
        for (const Column<T>* column : shown) {
            const std::string text = one_line(column->text(row));
            cells.push_back({text.empty() ? "-" : text});
        }
        grid.add(std::move(cells));
    }
    return grid.print(false);
}

const std::vector<net::Address>& used_hops(const Route& route) {
    return route.resolved.empty() ? route.next_hops : route.resolved;
}

std::string origin_as(const Route& route) {
    if (!route.protocol.empty()) {
        return {};
    }
    if (const auto origin = route.as_path.origin()) {
        return origin->to_string();
    }
    return route.as_path.origin_is_set() ? "set" : "none";
}

std::string as_path(const Route& route) {
    constexpr std::string_view kOrigins[] = {"i", "e", "?"};
    if (!route.protocol.empty()) {
        return {};
    }
    const std::string path = route.as_path.to_string();
    return path + (path.empty() ? "" : " ") +
           std::string(kOrigins[static_cast<std::size_t>(route.origin)]);
}

std::string communities(const Route& route) {
    std::vector<std::string> all;
    for (const auto& community : route.communities) {
        all.push_back(community.to_string());
    }
    all.insert(all.end(), route.other_communities.begin(), route.other_communities.end());
    return join(all, " ");
}

std::string state(const Route& route) {
    if (!route.valid) {
        return "not valid";
    }
    return route.best ? "active" : route.multipath ? "multipath" : "valid";
}

std::string hops_of(const ForwardingEntry& entry) {
    std::vector<std::string> texts;
    for (const auto& hop : entry.hops) {
        std::string text = hop.address ? hop.address->to_string() : "connected";
        texts.push_back(text + (hop.interface.empty() ? "" : '%' + hop.interface));
    }
    return entry.discard ? "discard" : join(texts, " ");
}

std::string no_rows(const RoutesView& view) {
    if (!view.notes.empty()) {
        return join(view.notes, "\n") + "\n";
    }
    std::string line = "no entry";
    if (!view.tables.empty()) {
        line += " in " + count(view.tables.size(), "table") + ": " + join(view.tables);
    }
    return one_line(line) + "\n";
}

template <class Range>
Json strings(const Range& values) {
    Json list = Json::array();
    for (const auto& value : values) {
        list.push_back(value.to_string());
    }
    return list;
}

Json to_json(const Route& route) {
    constexpr const char* kOrigins[] = {"igp", "egp", "incomplete"};
    const bool bgp = route.protocol.empty();
    Json each{{"table", route.table},
              {"prefix", route.prefix.to_string()},
              {"protocol", bgp ? "BGP" : route.protocol}};
    if (!route.family.empty()) {
        each["family"] = route.family;
    }
    if (!route.rd.empty()) {
        each["rd"] = route.rd;
    }
    each["from"] = route.from ? Json(route.from->to_string()) : Json();
    each["as_path"] = bgp ? Json(route.as_path.to_string()) : Json();
    each["origin"] = bgp ? Json(kOrigins[static_cast<std::size_t>(route.origin)]) : Json();
    const auto origin = route.as_path.origin();
    each["origin_as"] = bgp && origin ? Json(origin->value())
                        : bgp         ? Json(origin_as(route))
                                      : Json();
    each["next_hops"] = strings(used_hops(route));
    each["protocol_next_hops"] = route.resolved.empty() ? Json::array() : strings(route.next_hops);
    each["active"] = route.best;
    each["best"] = route.best;
    each["multipath"] = route.multipath;
    each["valid"] = route.valid;
    each["reason"] = route.reason.empty() ? Json() : Json(route.reason);
    each["communities"] = strings(route.communities);
    each["other_communities"] = route.other_communities;
    each["med"] = route.med ? Json(*route.med) : Json();
    each["local_preference"] = route.local_preference ? Json(*route.local_preference) : Json();
    return each;
}

Json to_json(const ForwardingEntry& entry) {
    Json hops = Json::array();
    Json addresses = Json::array();
    for (const auto& hop : entry.hops) {
        hops.push_back({{"address", hop.address ? Json(hop.address->to_string()) : Json()},
                        {"interface", hop.interface}});
        if (hop.address) {
            addresses.push_back(hop.address->to_string());
        }
    }
    return {{"table", entry.table},
            {"prefix", entry.prefix.to_string()},
            {"protocol", entry.protocol},
            {"next_hops", std::move(addresses)},
            {"hops", std::move(hops)},
            {"discard", entry.discard},
            {"installed", entry.installed}};
}

}  // namespace

std::string routes_table(const RoutesView& view) {
    std::string text;
    if (!view.routes.empty()) {
        text = print<Route>(
            view.routes,
            {{"TABLE",
              [](const Route& r) { return r.rd.empty() ? r.table : r.table + ' ' + r.rd; },
              true},
             {"PREFIX", [](const Route& r) { return r.prefix.to_string(); }, true},
             {"PROTOCOL", [](const Route& r) { return r.protocol; }},
             {"FROM", [](const Route& r) { return r.from ? r.from->to_string() : ""; }, true},
             {"AS PATH", as_path, true},
             {"ORIGIN AS", origin_as, true},
             {"NEXT HOP", [](const Route& r) { return join_values(used_hops(r), " "); }, true},
             {"PROTOCOL NEXT HOP",
              [](const Route& r) {
                  return r.resolved.empty() ? std::string() : join_values(r.next_hops, " ");
              }},
             {"STATE", state, true},
             {"COMMUNITIES", communities},
             {"REASON", [](const Route& r) { return r.reason; }}});
    } else if (!view.forwarding.empty()) {
        text = print<ForwardingEntry>(
            view.forwarding,
            {{"TABLE", [](const ForwardingEntry& e) { return e.table; }, true},
             {"PREFIX", [](const ForwardingEntry& e) { return e.prefix.to_string(); }, true},
             {"PROTOCOL", [](const ForwardingEntry& e) { return e.protocol; }, true},
             {"NEXT HOP", hops_of, true},
             {"STATE",
              [](const ForwardingEntry& e) { return e.installed ? "installed" : "selected"; },
              true}});
    } else {
        text = no_rows(view);
    }
    if (view.skipped != 0) {
        text += count(view.skipped, "row") + " without an IP prefix (EVPN, MPLS) left out\n";
    }
    return text;
}

std::string routes_json(const RoutesView& view) {
    Json entries = Json::array();
    for (const Route& route : view.routes) {
        entries.push_back(to_json(route));
    }
    for (const ForwardingEntry& entry : view.forwarding) {
        entries.push_back(to_json(entry));
    }
    Json document{{"schema", "routeproof.routes/1"}};
    if (!view.router.empty()) {
        document["router"] = view.router;
    }
    if (!view.file.empty()) {
        document["reply"] = view.file;
        document["format"] = view.format;
        document["command"] = view.command.empty() ? Json() : Json(view.command);
    }
    document["os"] = view.os;
    document["view"] = view.view;
    document["tables"] = view.tables;
    document["entries"] = std::move(entries);
    document["skipped"] = view.skipped;
    document["notes"] = view.notes;
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string facts_table(const std::vector<RouterFacts>& routers) {
    return print<RouterFacts>(
        routers,
        {{"ROUTER", [](const RouterFacts& r) { return r.router; }, true},
         {"OS", [](const RouterFacts& r) { return r.facts ? r.facts->os : r.os; }, true},
         {"VERSION", [](const RouterFacts& r) { return r.facts ? r.facts->version : ""; }, true},
         {"MODEL", [](const RouterFacts& r) { return r.facts ? r.facts->model : ""; }},
         {"CALLS ITSELF",
          [](const RouterFacts& r) { return r.facts ? r.facts->hostname : ""; },
          true},
         {"TROUBLE", [](const RouterFacts& r) {
              return r.facts ? std::string()
                             : std::string(to_string(r.facts.error().stage)) + ": " +
                                   r.facts.error().what;
          }}});
}

std::string facts_json(const std::vector<RouterFacts>& routers) {
    Json list = Json::array();
    for (const RouterFacts& router : routers) {
        Json each{{"name", router.router}, {"os", router.os}};
        if (router.facts) {
            each["facts"] = {{"hostname", router.facts->hostname},
                             {"os", router.facts->os},
                             {"version", router.facts->version},
                             {"model", router.facts->model}};
        } else {
            each["failure"] = {{"stage", to_string(router.facts.error().stage)},
                               {"what", router.facts.error().what}};
        }
        list.push_back(std::move(each));
    }
    const Json document{{"schema", "routeproof.facts/1"}, {"routers", std::move(list)}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace routeproof::verifier
