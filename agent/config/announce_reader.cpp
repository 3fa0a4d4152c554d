#include "agent/config/announce_reader.hpp"

#include "agent/config/attribute_words.hpp"

namespace routeproof::config {
namespace {

using inventory::yaml::File;
using inventory::yaml::Map;
using inventory::yaml::Need;

void set(const Map& map,
         const char* key,
         bgp::AnnounceAttributes& attributes,
         std::string_view word,
         const std::string& value) {
    if (const auto wrong = set_attribute(attributes, word, value)) {
        map.file().fail(map.get(key, Need::Optional), map.name() + ": " + *wrong);
    }
}

void read_mapping(File& file, const YAML::Node& node, Originations& originations) {
    const Map map(
        file, node, "announcement", {"prefix", "med", "communities", "large_communities"});
    const auto prefix = map.prefix("prefix", Need::Required);
    bgp::AnnounceAttributes attributes;
    if (const auto med = map.text("med", Need::Optional)) {
        set(map, "med", attributes, "med", *med);
    }
    for (const auto& community : map.texts("communities")) {
        set(map, "communities", attributes, "community", community);
    }
    for (const auto& community : map.texts("large_communities")) {
        set(map, "large_communities", attributes, "large", community);
    }
    if (prefix) {
        originations.add(*prefix, std::move(attributes));
    }
}

}  // namespace

void read_announcement(File& file, const YAML::Node& node, Originations& originations) {
    if (!node.IsScalar()) {
        read_mapping(file, node, originations);
        return;
    }
    const auto prefix = net::Prefix::parse(node.Scalar());
    if (!prefix) {
        file.fail(node, "announce: \"" + node.Scalar() + "\": " + prefix.error().message());
        return;
    }
    originations.add(*prefix, bgp::AnnounceAttributes{});
}

}  // namespace routeproof::config
