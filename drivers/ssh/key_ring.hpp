// The user's private keys, each read and unlocked once: a passphrase costs up to a second of CPU,
// and many leaves share one key.
#pragma once

#include "drivers/failure.hpp"
#include "inventory/model.hpp"
#include "inventory/secret.hpp"

#include <libssh/libssh.h>

#include <memory>

namespace routeproof::ssh {

struct FreeKey {
    void operator()(ssh_key key) const { ssh_key_free(key); }
};
using PublicKey = std::unique_ptr<ssh_key_struct, FreeKey>;
/// Serves many sessions, of one thread.
using PrivateKey = std::shared_ptr<ssh_key_struct>;

/// The credentials' key_file, with its certificate if one is named. Failure (stage Auth, Trouble)
/// if a file is missing, unreadable, open to others, locked by another passphrase, or not what it
/// should be. What was read is kept by this thread until the file changes.
drivers::Answer<PrivateKey> read_private_key(const inventory::Credentials& credentials,
                                             const Secret& passphrase);

/// "ssh-ed25519 SHA256:..." of a key.
std::string fingerprint(ssh_key key);

}  // namespace routeproof::ssh
