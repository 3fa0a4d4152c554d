// A private OpenSSH server on loopback, as whoever runs the test; nothing of the machine is
// touched.
#pragma once

#include "drivers/device.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace routeproof::drivers {

/// Where sshd and ssh-keygen are; empty if one of them is missing: then skip the test.
std::string missing_openssh();

class Sshd {
public:
    /// `options`: further lines of sshd_config; %PORT% and %FOLDER% in them are filled in.
    explicit Sshd(const std::vector<std::string>& options = {});
    ~Sshd();
    Sshd(const Sshd&) = delete;
    Sshd& operator=(const Sshd&) = delete;

    /// Reaches the server with the key and known_hosts that fit it, and short deadlines.
    Target target(inventory::Os os = inventory::Os::Junos) const;
    const std::filesystem::path& folder() const { return folder_; }
    std::uint16_t port() const { return port_; }
    /// Makes a further ed25519 key pair in the folder and gives its private file.
    std::filesystem::path make_key(const std::string& name,
                                   const std::string& passphrase = "") const;
    /// Writes known_hosts with these lines: "HOST <public key of NAME>".
    void trust(const std::string& host, const std::string& key_name) const;
    std::string public_key(const std::string& name) const;  // "ssh-ed25519 AAAA..."

private:
    void start(const std::vector<std::string>& options);

    std::filesystem::path folder_;
    std::uint16_t port_ = 0;
    pid_t pid_ = -1;
};

/// Starts a program with its output in a file; -1 if that fails.
pid_t start_program(const std::vector<std::string>& words, const std::string& log);
/// Ends it and waits; nothing for -1.
void end_program(pid_t pid);
std::string read_file(const std::filesystem::path& file);

/// Runs a program to its end; true if it exits 0.
bool run_program(const std::vector<std::string>& words);

}  // namespace routeproof::drivers
