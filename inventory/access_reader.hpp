// How machines are reached and logged into, as inventory.yml says it: `defaults`, `credentials`,
// and what a router or host adds to them.
#pragma once

#include "inventory/model.hpp"
#include "inventory/ssh_config.hpp"
#include "inventory/yaml.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace routeproof::inventory::yaml {

/// The keys that every machine to log into has.
std::vector<std::string_view> with_access_keys(std::vector<std::string_view> keys);

class AccessReader {
public:
    /// Reads `defaults`, `credentials` and `jump_hosts` of the document, and the ssh_config that
    /// fills in what they leave open; complaints go to the document's file.
    explicit AccessReader(const Map& root);

    /// The management side of a router or host; without an address there is none.
    Access read(const Map& machine, std::uint16_t default_port) const;

private:
    enum class Own { DefaultJump, NoDefaultJump };

    Access read(const Map& machine, std::uint16_t default_port, Own jump) const;
    void read_defaults(const Map& root);
    void read_jump_hosts(const Map& root);
    const std::vector<Access>* jump_host(const Map& root, const std::string& name);
    void read_credentials_of(const Map& machine, const SshHost& config, Access& access) const;
    void read_jumps_of(const Map& machine, const SshHost& config, Own jump, Access& access) const;
    /// The hops of ProxyJump, each as ssh_config knows it; `depth` ends circles.
    std::vector<Access> proxy_jumps(const std::string& written,
                                    const Location& where,
                                    Diagnostics& complaints,
                                    int depth) const;

    std::map<std::string, Credentials> credentials_;
    std::optional<std::string> default_credentials_;
    std::optional<std::string> default_jump_;
    std::map<std::string, std::vector<Access>> jump_hosts_;  // the way to each, itself last
    std::map<std::string, YAML::Node> unread_jump_hosts_;
    std::set<std::string> reading_;
    SshConfig ssh_config_;
    std::filesystem::path known_hosts_;
};

}  // namespace routeproof::inventory::yaml
