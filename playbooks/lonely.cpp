// Whether a change would leave a router without any peer (changes.hpp).
#include "playbooks/changes.hpp"

#include <set>
#include <sstream>

namespace routeproof::playbooks {
namespace {

using Addresses = std::set<net::Address>;

Addresses peers_of(const inventory::Inventory& inventory, const std::string& router) {
    Addresses peers;
    for (const auto& host : inventory.hosts) {
        for (const auto& peering : host.peerings) {
            if (peering.router == router) {
                peers.insert(peering.host_address);
            }
        }
    }
    for (const auto& link : inventory.links) {
        if (link.a == router) {
            peers.insert(link.b_address);
        } else if (link.b == router) {
            peers.insert(link.a_address);
        }
    }
    return peers;
}

std::vector<std::string> words_of(const std::string& line) {
    std::istringstream in(line);
    std::vector<std::string> words;
    for (std::string word; in >> word;) {
        words.push_back(std::move(word));
    }
    return words;
}

/// Lines that end sessions: "no router bgp ...", "delete protocols [bgp]"; "no neighbor A",
/// "neighbor A shutdown", "delete protocols bgp group G neighbor A".
void read_line(const std::vector<std::string>& words, Addresses& peers) {
    const auto starts = [&](std::initializer_list<const char*> with) {
        std::size_t at = 0;
        for (const char* word : with) {
            if (at >= words.size() || words[at++] != word) {
                return false;
            }
        }
        return true;
    };
    const auto take = [&](const std::string& word) {
        if (const auto address = net::Address::parse(word)) {
            peers.erase(*address);
        }
    };
    const auto size = words.size();
    if (starts({"no", "router", "bgp"}) || starts({"no", "feature", "bgp"}) ||
        (starts({"delete", "protocols"}) && (size == 2 || (size == 3 && words[2] == "bgp")))) {
        peers.clear();
    } else if (starts({"no", "neighbor"}) &&
               (size == 3 || (size == 5 && words[3] == "remote-as"))) {
        take(words[2]);
    } else if (starts({"neighbor"}) && size >= 3 && words[2] == "shutdown") {
        take(words[1]);
    } else if (starts({"delete", "protocols", "bgp", "group"}) && size == 7 &&
               words[5] == "neighbor") {
        take(words[6]);
    }
}

}  // namespace

bool leaves_no_peer(const inventory::Inventory& inventory,
                    const std::string& router,
                    const std::vector<drivers::ChangeItem>& items) {
    Addresses peers = peers_of(inventory, router);
    const bool had_some = !peers.empty();
    for (const auto& item : items) {
        if (const auto* peer = std::get_if<drivers::BgpPeer>(&item)) {
            if (peer->presence == drivers::Presence::Absent || peer->shutdown == true) {
                peers.erase(peer->address);
            } else {
                peers.insert(peer->address);
            }
        } else if (const auto* text = std::get_if<drivers::ConfigText>(&item)) {
            std::istringstream lines(text->text);
            for (std::string line; std::getline(lines, line);) {
                read_line(words_of(line), peers);
            }
        }
    }
    return had_some && peers.empty();
}

}  // namespace routeproof::playbooks
