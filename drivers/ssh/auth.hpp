// What a login needs, read before the first packet so that a wrong path costs no login.
#pragma once

#include "drivers/ssh/key_ring.hpp"
#include "inventory/secret.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace routeproof::ssh {

struct Keys {
    struct Identity {
        std::filesystem::path file;
        PrivateKey key;
    };

    PrivateKey key;                    // null: none is named
    std::vector<Identity> identities;  // of ssh_config, those that can be used
    std::string unusable;              // why the first of the others cannot
    Secret password;                   // empty: none is named
};

}  // namespace routeproof::ssh
