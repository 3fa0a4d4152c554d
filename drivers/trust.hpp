// The host key that a machine shows, what we know about it, and how it is remembered.
#pragma once

#include "drivers/device.hpp"

#include <string>

namespace routeproof::drivers {

struct HostKeySight {
    enum class Standing {
        Trusted,
        Unknown,  // nobody told us a key of this machine
        Changed,  // we were told another one
        Revoked,  // known_hosts says: never accept this key
    };
    Standing standing = Standing::Unknown;
    std::string type;         // ssh-ed25519, ecdsa-sha2-nistp256, ssh-rsa, ...
    std::string blob;         // base64 of the wire form
    std::string fingerprint;  // "SHA256:...", as ssh-keygen -l prints it
    bool pinned = false;      // the inventory decides, not known_hosts
    std::string decided_by;   // "FILE:LINE"; empty if Unknown
    std::string other;        // Changed: what we were told, in words

    /// "ED25519 SHA256:...".
    std::string in_words() const;
};

/// Connects, exchanges keys and looks; nobody logs in.
Asked<HostKeySight> look_at_host_key(boost::asio::any_io_executor executor, Target target);

/// Adds the key to the machine's known_hosts: whole or not at all, whoever reads meanwhile. The
/// file and its folder are made if they are missing. Gives the number of the new line.
Answer<std::size_t> remember_host_key(const inventory::Access& access, const HostKeySight& sight);

}  // namespace routeproof::drivers
