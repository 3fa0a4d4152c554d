// Which host keys we trust: OpenSSH's known_hosts format, read by us.
//
// libssh reads the whole file on every login, skips @revoked lines and gives up on one malformed
// line. We parse a file once, keep what it says about every host, and look names up in memory.
// Format: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
#pragma once

#include "drivers/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace routeproof::ssh {

/// A public key as known_hosts writes it.
struct HostKey {
    std::string type;  // ssh-ed25519, ecdsa-sha2-nistp256, ssh-rsa, ...
    std::string blob;  // base64 of the wire form

    /// "SHA256:...", as ssh-keygen -l prints it; empty if the blob is no base64.
    std::string fingerprint() const;

    friend bool operator==(const HostKey&, const HostKey&) = default;
};

class KnownHosts {
public:
    struct Verdict {
        enum class Kind {
            Trusted,
            Unknown,  // no line for this host
            Changed,  // a line for this host holds another key
            Revoked,  // a line says: never accept this key
        };
        Kind kind = Kind::Unknown;
        std::size_t line = 0;  // the line that decided, from 1; 0 if none did
        HostKey known;         // what that line holds
    };

    /// A file that is missing or unreadable gives an empty store with `missing()` set.
    static KnownHosts read(const std::filesystem::path& file);
    /// The same, kept between logins until the file changes; safe from several threads.
    static std::shared_ptr<const KnownHosts> shared(const std::filesystem::path& file);
    static KnownHosts parse(std::string_view text, std::filesystem::path file = {});

    /// `host` is the name or address as configured. Revocation is looked at first; for ports other
    /// than 22 a [host]:port line decides and, as with OpenSSH, the same key under the bare name
    /// is trusted where no such line exists.
    Verdict check(std::string_view host, std::uint16_t port, const HostKey& shown) const;
    /// The key types on record for the host, to steer the negotiation; empty if unknown.
    std::vector<std::string> key_types(std::string_view host, std::uint16_t port) const;

    const std::filesystem::path& file() const { return file_; }
    bool missing() const { return missing_; }
    /// Line numbers that could not be read; they are skipped.
    const std::vector<std::size_t>& malformed() const { return malformed_; }

private:
    struct Line {
        std::size_t number = 0;
        bool revoked = false;
        std::string hosts;  // the pattern list as written, lower case unless hashed
        HostKey key;
    };

    void add(std::string_view line, std::size_t number);
    std::vector<const Line*> lines_for(std::string_view name) const;

    std::filesystem::path file_;
    bool missing_ = false;
    std::vector<Line> lines_;
    std::unordered_multimap<std::string, std::size_t> by_name_;  // plain names -> line index
    std::vector<std::size_t> patterns_;                          // wildcards and negations
    std::vector<std::size_t> hashed_;
    std::vector<std::size_t> malformed_;
};

/// How known_hosts calls a machine: the name, or [name]:port if the port is not 22; lower case.
std::string known_hosts_name(std::string_view host, std::uint16_t port);

/// Adds a line, whole or not at all; the file is made (0600) if it is missing. Gives the line's
/// number.
drivers::Answer<std::size_t> append_known_host(const std::filesystem::path& file,
                                               const std::string& line);

}  // namespace routeproof::ssh
