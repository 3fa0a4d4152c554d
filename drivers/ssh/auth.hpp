// The user's private key, read before the first packet so that a wrong path costs no login.
#pragma once

#include "drivers/failure.hpp"

#include <libssh/libssh.h>

#include <filesystem>
#include <memory>

namespace routeproof::ssh {

struct FreeKey {
    void operator()(ssh_key key) const { ssh_key_free(key); }
};
using Key = std::unique_ptr<ssh_key_struct, FreeKey>;

/// Failure (stage Auth, Trouble) if the file is missing, unreadable, open to others, locked by a
/// passphrase, or no private key.
drivers::Answer<Key> read_private_key(const std::filesystem::path& file);

/// "ED25519 SHA256:..." of a key.
std::string fingerprint(ssh_key key);

}  // namespace routeproof::ssh
