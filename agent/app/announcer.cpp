#include "agent/app/announcer.hpp"

#include <algorithm>

namespace routeproof::agent {

using inventory::AnnouncementKind;
using net::Prefix;

Announcer::Announcer(std::vector<Prefix> blocks, Wire wire, std::function<Timestamp()> clock)
    : blocks_(std::move(blocks)), wire_(std::move(wire)), clock_(std::move(clock)) {}

void Announcer::start() {
    for (const Prefix& block : blocks_) {
        originate(block, AnnouncementKind::Block);
    }
}

void Announcer::block_up(const Prefix& block) {
    if (std::find(blocks_.begin(), blocks_.end(), block) == blocks_.end()) {
        blocks_.push_back(block);
    }
    originate(block, AnnouncementKind::Block);
}

void Announcer::workload_up(const net::Address& address) {
    if (const Prefix prefix = covering(address); prefix == Prefix::host(address)) {
        originate(prefix, AnnouncementKind::Workload);
    }
}

void Announcer::workload_down(const net::Address& address) {
    const auto found = originated_.find(Prefix::host(address));
    if (found == originated_.end() || found->second.kind == AnnouncementKind::Block) {
        return;
    }
    originated_.erase(found);
    wire_.withdraw(Prefix::host(address));
}

Prefix Announcer::covering(const net::Address& address) const {
    for (const Prefix& block : blocks_) {
        if (block.contains(address)) {
            return block;
        }
    }
    return Prefix::host(address);
}

void Announcer::originate(const Prefix& prefix, AnnouncementKind kind) {
    if (originated_.try_emplace(prefix, Origination{kind, clock_()}).second) {
        wire_.announce(prefix);
    }
}

}  // namespace routeproof::agent
