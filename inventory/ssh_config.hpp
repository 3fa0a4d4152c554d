// What ssh_config(5) says about how a machine is reached.
//
// Honoured: HostName, Port, User, IdentityFile, ProxyJump, Ciphers, inside Host and Match blocks
// and in files by Include. Of Match: all, host, originalhost, user, localuser. Whatever else a
// Match asks (exec runs programs) is not evaluated; if one of these settings depends on it, that is
// an error, not a guess. ProxyCommand is never run: where it would be, that is an error, too. All
// other keywords are ignored.
#pragma once

#include "inventory/diagnostic.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::inventory {

/// The settings for one name; what is not set is empty. Of each keyword the first that applies
/// holds, identity files add up.
struct SshHost {
    std::string host_name;
    std::optional<std::uint16_t> port;
    std::string user;
    std::vector<std::filesystem::path> identity_files;
    std::string proxy_jump;  // as written: "none", or hops separated by commas
    std::string ciphers;     // as written, "+a,b" too

    friend bool operator==(const SshHost&, const SshHost&) = default;
};

/// One hop of ProxyJump: [user@]host[:port] or ssh://[user@]host[:port].
struct SshHop {
    std::string user;
    std::string host;
    std::optional<std::uint16_t> port;

    friend bool operator==(const SshHop&, const SshHop&) = default;
};

/// Outermost first; nothing if a hop is ill-formed.
std::optional<std::vector<SshHop>> parse_proxy_jump(std::string_view text);

/// Who runs this, for what ssh_config fills in.
struct SshUser {
    std::string name;
    std::filesystem::path home;
};

class SshConfig {
public:
    SshConfig();
    ~SshConfig();
    SshConfig(SshConfig&&) noexcept;
    SshConfig& operator=(SshConfig&&) noexcept;

    /// A file that is not there says nothing; what cannot be read is complained about.
    static SshConfig read(const std::filesystem::path& file, SshUser user, Diagnostics& complaints);
    /// The same for a text; `include` reads the files that a pattern of Include names.
    using Include = std::function<std::vector<std::pair<std::filesystem::path, std::string>>(
        const std::filesystem::path& pattern)>;
    static SshConfig parse(std::string_view text,
                           const std::filesystem::path& file,
                           SshUser user,
                           const Include& include,
                           Diagnostics& complaints);

    /// `user`: by whom we log in if somebody said so already (empty: nobody did), for Match user.
    SshHost host(const std::string& name, const std::string& user, Diagnostics& complaints) const;
    const SshUser& user() const { return user_; }

private:
    struct Line;
    struct Lines;

    SshUser user_;
    std::unique_ptr<Lines> lines_;

    friend class SshConfigReader;
    friend class SshConfigQuestion;
};

}  // namespace routeproof::inventory
