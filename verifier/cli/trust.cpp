// `routeproof inventory trust`: a host key gets into known_hosts only after somebody who compared
// its fingerprint said so, at a terminal or by naming it.
#include "drivers/trust.hpp"

#include "inventory/model.hpp"
#include "verifier/cli/ask.hpp"
#include "verifier/cli/commands.hpp"
#include "verifier/collect/target.hpp"
#include "verifier/text.hpp"

#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <optional>

namespace routeproof::verifier {
namespace {

namespace asio = boost::asio;
using drivers::HostKeySight;
using Standing = HostKeySight::Standing;

std::optional<drivers::Target> target_named(const inventory::Inventory& inventory,
                                            const std::string& name) {
    if (const auto* router = inventory.router(name)) {
        return target_for(*router);
    }
    if (const auto* host = inventory.host(name)) {
        return target_for(*host);
    }
    return std::nullopt;
}

asio::awaitable<void> look(const drivers::Target& target,
                           std::optional<drivers::Answer<HostKeySight>>& sight,
                           asio::io_context& io) {
    drivers::Target copy = target;
    auto question = drivers::look_at_host_key(io.get_executor(), std::move(copy));
    sight = co_await std::move(question);
}

std::string address_of(const inventory::Access& access) {
    const bool v6 = access.address.find(':') != std::string::npos;
    return (v6 ? '[' + access.address + ']' : access.address) + ':' + std::to_string(access.port);
}

std::string label(const drivers::Target& target) {
    return (target.is_jump ? "jump host of " : "") + target.name + " (" +
           address_of(target.access) + ')';
}

/// Changed and revoked keys are for people with a console to settle; EX_OK if this is neither.
int refuse(const drivers::Target& target, const HostKeySight& key) {
    const std::string who = label(target) + " shows " + key.in_words() + ", ";
    if (key.standing == Standing::Revoked) {
        return complain(
            EX_NOPERM,
            who + "which " + key.decided_by + " revokes; give the machine a new host key");
    }
    if (key.standing == Standing::Changed) {
        return complain(EX_NOPERM,
                        who + key.decided_by + (key.pinned ? " pins " : " has ") + key.other +
                            "; the machine was replaced or somebody is in between: compare on its "
                            "console, then take that line out");
    }
    return EX_OK;
}

/// Did somebody say that this is the key?
int confirm(const TrustOptions& options, const drivers::Target& target, const HostKeySight& key) {
    const std::string shown = label(target) + " shows the host key " + key.in_words();
    const auto& named = options.fingerprints;
    if (!named.empty()) {
        return std::find(named.begin(), named.end(), key.fingerprint) != named.end()
                   ? EX_OK
                   : complain(EX_NOPERM, shown + ", not " + join(named));
    }
    if (::isatty(STDIN_FILENO) != 1) {
        return complain(EX_NOPERM,
                        shown +
                            "; there is no terminal to ask at: compare on its console, then add "
                            "--fingerprint " +
                            key.fingerprint);
    }
    std::cout << one_line(shown) << "\nIs that what its own console says? Write it to "
              << target.access.known_hosts.string() << "? (yes/no) " << std::flush;
    std::string word;
    std::getline(std::cin, word);
    return word == "yes" ? EX_OK : complain(EX_NOPERM, label(target) + " is not trusted");
}

int trust(const TrustOptions& options, const drivers::Target& target) {
    asio::io_context io(1);
    std::optional<drivers::Answer<HostKeySight>> sight;
    std::vector<asio::awaitable<void>> questions;
    questions.push_back(look(target, sight, io));
    if (const int signal = run_all(io, std::move(questions)); signal != 0) {
        return 128 + signal;
    }
    if (!*sight) {
        return complain(target.name, sight->error());
    }
    const HostKeySight& key = **sight;
    if (key.standing == Standing::Trusted) {
        std::cout << label(target) << ": " << key.in_words() << " is trusted already ("
                  << key.decided_by << ")\n";
        return EX_OK;
    }
    int code = refuse(target, key);
    if (code == EX_OK) {
        code = confirm(options, target, key);
    }
    if (code != EX_OK) {
        return code;
    }
    const auto line = drivers::remember_host_key(target.access, key);
    if (!line) {
        return complain(EX_IOERR, line.error().what);
    }
    std::cout << label(target) << ": " << key.in_words() << " is trusted from now on ("
              << target.access.known_hosts.string() << ':' << *line << ")\n";
    return EX_OK;
}

}  // namespace

int run_inventory_trust(const TrustOptions& options) {
    int code = EX_OK;
    const auto inventory = load_or_complain(options.inventory, code);
    if (!inventory) {
        return code;
    }
    const auto target = target_named(*inventory, options.name);
    if (!target) {
        return complain(EX_USAGE, options.name + ": the inventory has no such router or host");
    }
    if (target->access.address.empty()) {
        return complain(EX_USAGE,
                        options.name + ": the inventory gives it no address to log in to");
    }
    // The machines on the way first: nobody gets past one that is not trusted.
    for (std::size_t i = 0; i < target->access.jumps.size(); ++i) {
        drivers::Target hop = *target;
        hop.is_jump = true;
        hop.access = target->access.jumps[i];
        hop.access.jumps.assign(target->access.jumps.begin(),
                                target->access.jumps.begin() + static_cast<std::ptrdiff_t>(i));
        code = trust(options, hop);
        if (code != EX_OK) {
            return code;
        }
    }
    return trust(options, *target);
}

}  // namespace routeproof::verifier
