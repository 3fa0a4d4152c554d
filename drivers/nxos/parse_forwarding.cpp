#include "drivers/nxos/parse_forwarding.hpp"

#include "drivers/nxos/parse_text.hpp"
#include "drivers/nxos/rows.hpp"
#include "drivers/pools.hpp"

#include <algorithm>
#include <optional>

namespace routeproof::nxos {

using drivers::Failure;
using drivers::ForwardingEntry;

namespace {

class Reader final : public RowReader {
public:
    Reader(std::string_view vrf, const std::vector<net::Prefix>& pools)
        : vrf_(vrf), pools_(pools) {}

    void enter(std::string_view key) override {
        if (key == "ROW_vrf") {
            mark_ = table.entries.size();
        } else if (key == "ROW_prefix") {
            of_prefix_.clear();
        }
    }

    void leave(std::string_view key, const Row& row) override {
        if (key == "ROW_path") {
            add_path(row);
        } else if (key == "ROW_prefix") {
            add_prefix(row);
        } else if (key == "ROW_addrf") {
            family_seen_ = true;
        } else if (key == "ROW_vrf") {
            end_vrf(row["vrf-name-out"]);
        }
    }

    drivers::ForwardingTable table;
    std::optional<Failure> failure;
    bool vrf_seen = false;

private:
    void add_path(const Row& row) {
        const auto ubest = row["ubest"];
        if (ubest == "false") {
            return;
        }
        ForwardingEntry entry;
        entry.protocol = row["clientname"];
        entry.installed = ubest == "true";
        entry.discard = row["type"] == "discard";
        const auto next_hop = row.has("ipv6nexthop") ? row["ipv6nexthop"] : row["ipnexthop"];
        const auto address = net::Address::parse(next_hop.substr(0, next_hop.find('%')));
        if (address) {
            entry.hops.push_back({*address, std::string(row["ifname"])});
        } else if (!entry.discard && row.has("ifname")) {
            entry.hops.push_back({std::nullopt, std::string(row["ifname"])});
        }
        const auto same =
            std::find_if(of_prefix_.begin(), of_prefix_.end(), [&](const ForwardingEntry& each) {
                return each.protocol == entry.protocol;
            });
        if (same == of_prefix_.end()) {
            of_prefix_.push_back(std::move(entry));
        } else {
            same->hops.insert(same->hops.end(), entry.hops.begin(), entry.hops.end());
        }
    }

    void add_prefix(const Row& row) {
        const auto text = row.has("ipv6prefix") ? row["ipv6prefix"] : row["ipprefix"];
        const auto prefix = net::Prefix::parse_lenient(text);
        if (!prefix) {
            failure = Failure{drivers::Stage::Parse,
                              Failure::Kind::Protocol,
                              "lists a prefix that cannot be read: \"" + std::string(text) + '"'};
            return;
        }
        if (drivers::wanted(*prefix, pools_)) {
            for (ForwardingEntry& entry : of_prefix_) {
                entry.prefix = *prefix;
                table.entries.push_back(std::move(entry));
            }
        }
        of_prefix_.clear();
    }

    void end_vrf(std::string_view name) {
        vrf_seen = true;
        if (!vrf_.empty() && name != vrf_) {
            table.entries.resize(mark_);
        } else {
            table.table_seen = table.table_seen || family_seen_;
            for (std::size_t at = mark_; at < table.entries.size(); ++at) {
                table.entries[at].table = name;
            }
        }
        family_seen_ = false;
    }

    std::string_view vrf_;
    const std::vector<net::Prefix>& pools_;
    std::vector<ForwardingEntry> of_prefix_;
    std::size_t mark_ = 0;
    bool family_seen_ = false;
};

}  // namespace

drivers::Answer<drivers::ForwardingTable> parse_forwarding(std::string_view reply,
                                                           std::string_view vrf,
                                                           const std::vector<net::Prefix>& pools) {
    if (is_printed(reply)) {
        auto table = parse_forwarding_text(reply);
        if (table) {
            std::erase_if(table->entries, [&](const ForwardingEntry& entry) {
                return (!vrf.empty() && entry.table != vrf) ||
                       !drivers::wanted(entry.prefix, pools);
            });
        }
        return table;
    }
    Reader reader(vrf, pools);
    const auto read = read_rows(reply, reader);
    if (!read) {
        return read.error();
    }
    if (reader.failure) {
        return *reader.failure;
    }
    if (!reader.vrf_seen) {
        return Failure{drivers::Stage::Parse,
                       Failure::Kind::Protocol,
                       "answers with no routing table: it lists no VRF"};
    }
    return std::move(reader.table);
}

}  // namespace routeproof::nxos
