#include "agent/control/table_reply.hpp"

#include "agent/control/refusal.hpp"
#include "agent/control/uri.hpp"
#include "inventory/suggest.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace routeproof::control {
namespace {

using bgp::Table;
using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 3> kTables{"adj-rib-in", "loc-rib", "adj-rib-out"};
constexpr std::array<std::string_view, 3> kKeys{"peer", "family", "prefix"};
/// Slots a piece: some milliseconds of work at most, and never more than a few hundred kilobytes.
constexpr bgp::Slot kPiece = 1024;
constexpr unsigned kBadRequest = 400;
constexpr unsigned kNotFound = 404;

struct Question {
    Table table = Table::AdjRibIn;
    std::vector<std::string> peers;  // one nameless for the Loc-RIB
    std::optional<net::Family> family;
    std::optional<net::Prefix> inside;

    bool wants(const net::Prefix& prefix) const {
        return (!family || prefix.family() == *family) && (!inside || inside->contains(prefix));
    }
};

template <class Values>
Json texts(const Values& values) {
    Json list = Json::array();
    for (const auto& value : values) {
        list.push_back(value.to_string());
    }
    return list;
}

Json large_communities(const std::vector<bgp::LargeCommunity>& values) {
    Json list = Json::array();
    for (const auto& [administrator, data1, data2] : values) {
        list.push_back(std::to_string(administrator) + ":" + std::to_string(data1) + ":" +
                       std::to_string(data2));
    }
    return list;
}

void add_attributes(Json& row, const bgp::PathAttributes& attributes) {
    if (attributes.as_path) {
        row["as_path"] = attributes.as_path->to_string();
    }
    if (attributes.med) {
        row["med"] = *attributes.med;
    }
    if (attributes.local_pref) {
        row["local_pref"] = *attributes.local_pref;
    }
    if (!attributes.communities.empty()) {
        row["communities"] = texts(attributes.communities);
    }
    if (!attributes.large_communities.empty()) {
        row["large_communities"] = large_communities(attributes.large_communities);
    }
    if (attributes.only_to_customer) {
        row["only_to_customer"] = attributes.only_to_customer->value();
    }
}

Json next_hops_json(const bgp::NextHops& next_hops) {
    Json list = Json::array();
    for (const auto& next_hop : next_hops) {
        list.push_back(next_hop.address.to_string());
    }
    return list;
}

std::string row_text(const bgp::TableRow& row, const std::string& peer) {
    Json json = {{"prefix", row.prefix.to_string()}};
    if (!peer.empty()) {
        json["peer"] = peer;
    }
    json["next_hops"] = next_hops_json(row.next_hops);
    json["status"] = row.status;
    if (row.stale) {
        json["stale"] = true;
    }
    if (row.best_peer) {
        json["best_peer"] = row.best_peer->to_string();
    }
    if (row.attributes != nullptr) {
        add_attributes(json, *row.attributes);
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Where the walk is.
class Walker {
public:
    Walker(const bgp::Speaker& speaker, Question question)
        : speaker_(speaker), question_(std::move(question)) {}

    bool operator()(std::string& piece) {
        if (peer_ == question_.peers.size()) {
            piece += first_ ? "]}\n" : "\n]}\n";
            return false;
        }
        const std::string& peer = question_.peers[peer_];
        const auto next =
            speaker_.walk(question_.table, peer, from_, kPiece, [&](const bgp::TableRow& row) {
                if (question_.wants(row.prefix)) {
                    piece += std::exchange(first_, false) ? "\n" : ",\n";
                    piece += row_text(row, peer);
                }
            });
        peer_ += next ? 0 : 1;
        from_ = next.value_or(0);
        return true;
    }

private:
    const bgp::Speaker& speaker_;
    Question question_;
    std::size_t peer_ = 0;
    bgp::Slot from_ = 0;
    bool first_ = true;
};

/// What is wrong with the question; nothing: it is in `question`.
std::optional<std::string> read_query(const bgp::Speaker& speaker,
                                      const std::map<std::string, std::string>& query,
                                      Question& question) {
    for (const auto& [key, value] : query) {
        if (key == "family" && (value == "ipv4-unicast" || value == "ipv6-unicast")) {
            question.family = value == "ipv4-unicast" ? net::Family::IPv4 : net::Family::IPv6;
        } else if (key == "family") {
            return "family: \"" + value + "\" is not known; ipv4-unicast or ipv6-unicast";
        } else if (key == "prefix") {
            const auto prefix = net::Prefix::parse(value);
            if (!prefix) {
                return "prefix: \"" + value + "\": " + prefix.error().message();
            }
            question.inside = *prefix;
        } else if (key != "peer") {
            return "unknown key \"" + key + "\"; " + inventory::suggestion(key, kKeys);
        }
    }
    if (question.table == Table::LocRib) {
        question.peers = {""};
        return std::nullopt;
    }
    const auto wanted = query.find("peer");
    for (const auto& session : speaker.sessions()) {
        if (wanted == query.end() || wanted->second == session.key ||
            wanted->second == session.name) {
            question.peers.push_back(session.key);
        }
    }
    if (question.peers.empty() && wanted != query.end()) {
        return "there is no peer " + wanted->second + "; GET /v1/status names them";
    }
    return std::nullopt;
}

}  // namespace

http::Reply table_reply(const bgp::Speaker& speaker, std::string_view rest) {
    const auto mark = std::min(rest.find('?'), rest.size());
    const auto name = rest.substr(0, mark);
    const auto found = std::find(kTables.begin(), kTables.end(), name);
    if (found == kTables.end()) {
        return refuse(
            kNotFound,
            "there is no table " + std::string(name) + "; " + inventory::suggestion(name, kTables));
    }
    Question question;
    question.table = static_cast<Table>(found - kTables.begin());
    const auto query = query_of(rest.substr(std::min(mark + 1, rest.size())));
    if (const auto wrong = read_query(speaker, query, question)) {
        return refuse(kBadRequest, *wrong);
    }
    http::Reply reply;
    reply.body =
        R"({"schema": "routeproof.table/1", "table": ")" + std::string(name) + R"(", "routes": [)";
    reply.more = Walker(speaker, std::move(question));
    return reply;
}

http::Reply prefix_reply(const bgp::Speaker& speaker, std::string_view written) {
    const auto prefix = net::Prefix::parse(percent_decoded(written));
    if (!prefix) {
        return refuse(kBadRequest,
                      "\"" + percent_decoded(written) + "\": " + prefix.error().message());
    }
    const auto view = speaker.explain(*prefix);
    Json peers = Json::array();
    for (const auto& of_peer : view.peers) {
        Json json = {{"peer", of_peer.peer}, {"advertised", to_string(of_peer.advertised)}};
        if (of_peer.next_hop) {
            json["next_hop"] = of_peer.next_hop->to_string();
        }
        if (of_peer.received) {
            json["received"] = to_string(*of_peer.received);
            json["stale"] = of_peer.stale;
        }
        peers.push_back(std::move(json));
    }
    Json json = {{"schema", "routeproof.prefix/1"},
                 {"prefix", prefix->to_string()},
                 {"originated", view.originated}};
    if (view.learned) {
        json["learned"] = {{"next_hops", next_hops_json(view.learned->next_hops)},
                           {"best_peer", view.learned->best_peer.to_string()},
                           {"reason", to_string(view.learned->reason)},
                           {"candidates", view.learned->candidates}};
    }
    json["peers"] = std::move(peers);
    return {200, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"};
}

}  // namespace routeproof::control
