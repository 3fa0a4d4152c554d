#include "inventory/pool_yaml.hpp"

namespace routeproof::inventory::yaml {

std::optional<Pool> read_pool(File& file,
                              const std::string& what,
                              const std::string& name,
                              const YAML::Node& node) {
    const Map map(file, node, what, {"cidr", "block_size"});
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
    pool.where = file.at(node);
    return pool;
}

}  // namespace routeproof::inventory::yaml
