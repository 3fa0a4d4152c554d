#include "inventory/pool_yaml.hpp"

namespace routeproof::inventory::yaml {
namespace {

constexpr std::chrono::milliseconds kNone{0};
constexpr std::chrono::hours kLongestCooldown{24};

}  // namespace

std::optional<Pool> read_pool(File& file,
                              const std::string& what,
                              const std::string& name,
                              const YAML::Node& node) {
    const Map map(
        file, node, what, {"cidr", "block_size", "strict_affinity", "cooldown", "reserved"});
    const auto cidr = map.prefix("cidr", Need::Required);
    if (!cidr) {
        return std::nullopt;
    }
    // The sizes that Calico permits too: 20-32 and 116-128.
    const bool v4 = cidr->family() == net::Family::IPv4;
    const auto block_size =
        map.number("block_size", Need::Optional, v4 ? 20 : 116, width(cidr->family()));
    Pool pool;
    pool.name = name;
    pool.cidr = *cidr;
    pool.block_size = static_cast<unsigned>(block_size.value_or(v4 ? 26 : 122));
    pool.strict_affinity = map.flag("strict_affinity", Need::Optional).value_or(false);
    if (const auto cooldown = map.duration("cooldown", Need::Optional, kNone, kLongestCooldown)) {
        pool.cooldown = std::chrono::floor<std::chrono::seconds>(*cooldown);
    }
    pool.reserved = map.prefixes("reserved");
    for (const net::Prefix& reserved : pool.reserved) {
        if (!pool.cidr.contains(reserved)) {
            file.fail(map.get("reserved", Need::Optional),
                      what + " " + name + ": reserved " + reserved.to_string() +
                          " lies outside the pool");
        }
    }
    pool.where = file.at(node);
    return pool;
}

}  // namespace routeproof::inventory::yaml
