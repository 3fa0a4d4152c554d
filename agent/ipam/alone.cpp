#include "agent/ipam/alone.hpp"

#include "agent/ipam/allocation.hpp"
#include "agent/ipam/block.hpp"
#include "agent/ipam/keys.hpp"

#include <algorithm>

namespace routeproof::ipam {
namespace {

class Rules {
public:
    explicit Rules(const Configuration& configuration)
        : host_(configuration.host), pools_(configuration.pools) {}

    bool ours(const std::string& key, const std::optional<std::string>& value) const {
        if (!value) {
            return true;
        }
        if (key.starts_with(kAddresses)) {
            const auto allocation = allocation_from_json(*value);
            return allocation && allocation->host == host_;
        }
        if (key.starts_with(kBlocks)) {
            const auto block = block_from_json(*value);
            return block && block->host == host_;
        }
        return key.starts_with(kCooling) || key.starts_with(kCursors);
    }

    bool alone(const store::Transaction& transaction,
               store::Store& copy,
               const store::Situation& situation) const {
        const auto may = [&](const std::string& key) { return may_change(key, copy, situation); };
        return std::all_of(transaction.puts.begin(),
                           transaction.puts.end(),
                           [&may](const store::Put& put) { return may(put.key); }) &&
               std::all_of(transaction.deletes.begin(), transaction.deletes.end(), may);
    }

private:
    bool may_change(const std::string& key,
                    store::Store& copy,
                    const store::Situation& situation) const {
        if (key.starts_with(kCooling) || key.starts_with(kCursors)) {
            return true;
        }
        if (!key.starts_with(kAddresses)) {
            return false;
        }
        const auto entry = copy.get(key);
        if (!entry) {
            return false;
        }
        if (*entry) {
            return ours(key, (*entry)->value);
        }
        return situation.holds(key) ||
               is_free_for_us(key.substr(std::string(kAddresses).size()), copy, situation);
    }

    bool is_free_for_us(const std::string& text,
                        store::Store& copy,
                        const store::Situation& situation) const {
        const auto address = net::Address::parse(text);
        if (!address) {
            return false;
        }
        for (const inventory::Pool& pool : pools_) {
            if (!pool.cidr.contains(*address)) {
                continue;
            }
            const auto entry = copy.get(block_key(block_around(*address, pool.block_size)));
            const auto block =
                entry && *entry ? block_from_json((*entry)->value) : std::optional<Block>();
            const bool own = block && block->host == host_ && block->state == BlockState::Confirmed;
            // Where nobody may borrow, nobody has to be waited for.
            return own && (situation.unheard || pool.strict_affinity);
        }
        return false;
    }

    std::string host_;
    std::vector<inventory::Pool> pools_;
};

}  // namespace

store::MirrorRules make_mirror_rules(const Configuration& configuration) {
    const Rules rules(configuration);
    store::MirrorRules mirror;
    mirror.folders = {"ipam/", "hosts/"};
    mirror.alone = [rules](const auto& transaction, auto& copy, const auto& situation) {
        return rules.alone(transaction, copy, situation);
    };
    mirror.ours = [rules](const auto& key, const auto& value) { return rules.ours(key, value); };
    mirror.alive_key = alive_key(configuration.host);
    mirror.heard_key = heard_key(configuration.host);
    return mirror;
}

}  // namespace routeproof::ipam
