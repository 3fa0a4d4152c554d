#include "agent/ipam/allocation.hpp"

#include "agent/ipam/names.hpp"

#include <ostream>

namespace routeproof::ipam {
namespace {

constexpr Names<Kind, 3> kKinds{{
    {Kind::Container, "container"},
    {Kind::Gateway, "gateway"},
    {Kind::Replay, "replay"},
}};
constexpr Names<Ownership, 2> kOwnerships{{
    {Ownership::OwnBlock, "own_block"},
    {Ownership::Borrowed, "borrowed"},
}};

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
