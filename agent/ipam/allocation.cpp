#include "agent/ipam/allocation.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <ostream>

namespace routeproof::ipam {
namespace {

constexpr std::array<std::pair<Kind, std::string_view>, 3> kKinds{{
    {Kind::Container, "container"},
    {Kind::Gateway, "gateway"},
    {Kind::Replay, "replay"},
}};
constexpr std::array<std::pair<Ownership, std::string_view>, 2> kOwnerships{{
    {Ownership::OwnBlock, "own_block"},
    {Ownership::Borrowed, "borrowed"},
}};

template <class Table, class Value>
std::string_view name_of(const Table& table, Value value) {
    for (const auto& [known, name] : table) {
        if (known == value) {
            return name;
        }
    }
    return "unknown";
}

template <class Value, std::size_t N>
std::optional<Value> value_of(const std::array<std::pair<Value, std::string_view>, N>& table,
                              std::string_view name) {
    for (const auto& [value, known] : table) {
        if (known == name) {
            return value;
        }
    }
    return std::nullopt;
}

std::string text_at(const nlohmann::json& object, const char* key) {
    const auto at = object.find(key);
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

}  // namespace

std::string_view to_string(Kind kind) {
    return name_of(kKinds, kind);
}
std::string_view to_string(Ownership ownership) {
    return name_of(kOwnerships, ownership);
}

std::ostream& operator<<(std::ostream& out, const Allocation& allocation) {
    return out << to_json(allocation);
}

std::string to_json(const Allocation& allocation) {
    return nlohmann::json{{"address", allocation.address.to_string()},
                          {"pool", allocation.pool.to_string()},
                          {"kind", to_string(allocation.kind)},
                          {"ownership", to_string(allocation.ownership)},
                          {"host", allocation.host},
                          {"network", allocation.network},
                          {"endpoint", allocation.endpoint},
                          {"container", allocation.container},
                          {"since", to_rfc3339(allocation.since)}}
        .dump();
}

std::optional<Allocation> allocation_from_json(std::string_view text) {
    const auto object = nlohmann::json::parse(text, nullptr, false);
    if (!object.is_object()) {
        return std::nullopt;
    }
    const auto address = net::Address::parse(text_at(object, "address"));
    const auto pool = net::Prefix::parse(text_at(object, "pool"));
    const auto kind = value_of(kKinds, text_at(object, "kind"));
    const auto ownership = value_of(kOwnerships, text_at(object, "ownership"));
    const auto since = from_rfc3339(text_at(object, "since"));
    if (!address || !pool || !kind || !ownership || !since) {
        return std::nullopt;
    }
    return Allocation{*address,
                      *pool,
                      *kind,
                      *ownership,
                      text_at(object, "host"),
                      text_at(object, "network"),
                      text_at(object, "endpoint"),
                      text_at(object, "container"),
                      *since};
}

}  // namespace routeproof::ipam
