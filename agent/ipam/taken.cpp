#include "agent/ipam/taken.hpp"

#include "agent/ipam/keys.hpp"
#include "agent/ipam/range.hpp"

#include <algorithm>

namespace routeproof::ipam {
namespace {

/// What the texts of all addresses of the block begin with. Blocks have at most 4096 addresses; for
/// anything larger the answer is nothing, which is right too.
std::string common_text(const net::Prefix& block) {
    constexpr unsigned kLargestBlock = 12;  // bits
    if (width(block.family()) - block.length() > kLargestBlock) {
        return "";
    }
    std::string common = block.address().to_string();
    net::Address address = block.address();
    do {
        const std::string text = address.to_string();
        const auto [differs, unused] =
            std::mismatch(common.begin(), common.end(), text.begin(), text.end());
        common.erase(differs, common.end());
        address = next_in(block, address);
    } while (address != block.address());
    return common;
}

/// Calls `visit(address, value)` for each record of an address in the block.
template <class Visit>
store::Result<void> each_in(store::Store& store,
                            const std::string& folder,
                            const net::Prefix& block,
                            Visit visit) {
    const auto entries = store.list(folder + common_text(block));
    if (!entries) {
        return entries.error();
    }
    for (const store::Entry& entry : *entries) {
        const auto address = net::Address::parse(entry.key.substr(folder.size()));
        if (address && block.contains(*address)) {
            visit(*address, entry.value);
        }
    }
    return {};
}

}  // namespace

store::Result<std::set<net::Address>> taken_in(store::Store& store, const net::Prefix& block) {
    std::set<net::Address> taken;
    const auto read = each_in(
        store, kAddresses, block, [&](const auto& address, const auto&) { taken.insert(address); });
    return read ? store::Result<std::set<net::Address>>(std::move(taken)) : read.error();
}

store::Result<std::map<net::Address, Timestamp>> cooling_in(store::Store& store,
                                                            const net::Prefix& block) {
    std::map<net::Address, Timestamp> cooling;
    const auto read =
        each_in(store, kCooling, block, [&](const auto& address, const std::string& value) {
            cooling.emplace(address, from_rfc3339(value).value_or(Timestamp()));
        });
    return read ? store::Result<std::map<net::Address, Timestamp>>(std::move(cooling))
                : read.error();
}

}  // namespace routeproof::ipam
