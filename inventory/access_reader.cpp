#include "inventory/access_reader.hpp"

#include "inventory/suggest.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace routeproof::inventory::yaml {
namespace {

/// "password" is one of password_file, password_env and password_command.
SecretSource read_secret_source(const Map& map, const std::string& what) {
    using Kind = SecretSource::Kind;
    const std::array<std::pair<std::string, Kind>, 3> ways{
        std::pair{what + "_file", Kind::File},
        std::pair{what + "_env", Kind::Environment},
        std::pair{what + "_command", Kind::Command}};
    SecretSource source;
    for (const auto& [key, kind] : ways) {
        const auto from = map.text(key.c_str(), Need::Optional);
        if (!from) {
            continue;
        }
        if (source) {
            map.file().fail(map.get(key.c_str(), Need::Optional),
                            map.name() + ": one of " + ways[0].first + ", " + ways[1].first +
                                " and " + ways[2].first + " is enough");
            return source;
        }
        source = {kind, kind == Kind::File ? map.file().resolve(*from).string() : *from};
    }
    return source;
}

Credentials read_credentials(File& file, const std::string& name, const YAML::Node& node) {
    Credentials credentials;
    credentials.name = name;
    credentials.where = file.at(node);
    for (const char* key : {"password", "passphrase"}) {
        if (node.IsMap() && node[key].IsDefined()) {
            file.fail(node[key],
                      "credentials " + name + ": a " + key + " does not belong into an inventory",
                      std::string("say where it is: ") + key + "_file, " + key + "_env or " + key +
                          "_command");
            // Else a second line would say that the user is missing.
            if (node["user"].IsDefined() && node["user"].IsScalar()) {
                credentials.user = node["user"].Scalar();
            }
            return credentials;
        }
    }
    const Map map(file,
                  node,
                  "credentials " + name,
                  {"user",
                   "key_file",
                   "certificate_file",
                   "passphrase_file",
                   "passphrase_env",
                   "passphrase_command",
                   "password_file",
                   "password_env",
                   "password_command"});
    credentials.user = map.text("user", Need::Optional).value_or("");
    if (const auto key_file = map.text("key_file", Need::Optional)) {
        credentials.key_file = file.resolve(*key_file);
    }
    if (const auto certificate_file = map.text("certificate_file", Need::Optional)) {
        credentials.certificate_file = file.resolve(*certificate_file);
    }
    credentials.passphrase = read_secret_source(map, "passphrase");
    credentials.password = read_secret_source(map, "password");
    if (credentials.key_file.empty() &&
        (credentials.passphrase || !credentials.certificate_file.empty())) {
        file.fail(node,
                  map.name() + ": a passphrase or certificate_file without key_file",
                  "name the key it belongs to");
    }
    return credentials;
}

void read_host_keys(const Map& machine, Access& access) {
    const auto add = [&](const YAML::Node& element) {
        const std::string text = element.IsScalar() ? element.Scalar() : "";
        auto pin = parse_host_key(text);
        if (!pin) {
            machine.file().fail(
                element,
                machine.name() + ": host_keys: \"" + text + "\" is no host key",
                "write \"ssh-ed25519 AAAA...\", or its fingerprint: \"ssh-ed25519 SHA256:...\"");
            return;
        }
        pin->where = machine.file().at(element);
        access.host_keys.push_back(std::move(*pin));
    };
    machine.each("host_keys", Need::Optional, add);
}

constexpr std::uint16_t kSshPort = 22;
constexpr int kMostHops = 8;

SshUser ourselves() {
    SshUser user;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): read once, before there are threads
    if (const passwd* entry = ::getpwuid(::geteuid())) {
        user.name = entry->pw_name;
    }
    const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): nobody sets it
    user.home = home == nullptr ? "/" : home;
    return user;
}

}  // namespace

std::vector<std::string_view> with_access_keys(std::vector<std::string_view> keys) {
    keys.insert(keys.end(), {"address", "port", "credentials", "host_keys", "jump"});
    return keys;
}

AccessReader::AccessReader(const Map& root) {
    root.each_named(
        "credentials", Need::Optional, [&](const std::string& name, const YAML::Node& node) {
            credentials_[name] = read_credentials(root.file(), name, node);
        });
    read_defaults(root);
    read_jump_hosts(root);
}

void AccessReader::read_defaults(const Map& root) {
    File& file = root.file();
    known_hosts_ = file.resolve("~/.ssh/known_hosts");
    std::string ssh_config = "~/.ssh/config";
    const YAML::Node node = root.get("defaults", Need::Optional);
    if (node.IsDefined()) {
        const Map defaults(
            file, node, "defaults", {"credentials", "known_hosts", "jump", "ssh_config"});
        default_credentials_ = defaults.text("credentials", Need::Optional);
        default_jump_ = defaults.text("jump", Need::Optional);
        if (const auto known_hosts = defaults.text("known_hosts", Need::Optional)) {
            known_hosts_ = file.resolve(*known_hosts);
        }
        ssh_config = defaults.text("ssh_config", Need::Optional).value_or(ssh_config);
    }
    if (ssh_config != "none") {
        ssh_config_ = SshConfig::read(file.resolve(ssh_config), ourselves(), file.diagnostics());
    }
}

void AccessReader::read_jump_hosts(const Map& root) {
    root.each_named(
        "jump_hosts", Need::Optional, [&](const std::string& name, const YAML::Node& node) {
            unread_jump_hosts_.emplace(name, node);
        });
    while (!unread_jump_hosts_.empty()) {
        const std::string name = unread_jump_hosts_.begin()->first;
        jump_host(root, name);
    }
}

/// The way to a jump host: read when it is first named, so that one may lie behind another.
const std::vector<Access>* AccessReader::jump_host(const Map& root, const std::string& name) {
    const auto unread = unread_jump_hosts_.find(name);
    if (unread == unread_jump_hosts_.end()) {
        const auto known = jump_hosts_.find(name);
        return known == jump_hosts_.end() ? nullptr : &known->second;
    }
    const YAML::Node node = unread->second;
    unread_jump_hosts_.erase(unread);
    reading_.insert(name);  // whoever comes back to it goes in a circle
    const Map map(root.file(), node, "jump host " + name, with_access_keys({}));
    map.get("address", Need::Required);
    const auto behind = map.text("jump", Need::Optional);
    if (behind && *behind != "none") {
        jump_host(root, *behind);
    }
    Access access = read(map, kSshPort, Own::NoDefaultJump);
    std::vector<Access> way = std::move(access.jumps);
    access.jumps.clear();
    way.push_back(std::move(access));
    return &jump_hosts_.emplace(name, std::move(way)).first->second;
}

Access AccessReader::read(const Map& machine, std::uint16_t default_port) const {
    return read(machine, default_port, Own::DefaultJump);
}

Access AccessReader::read(const Map& machine, std::uint16_t default_port, Own jump) const {
    Access access;
    const std::string written = machine.text("address", Need::Optional).value_or("");
    // 192.0.2.300 would be asked of the resolver as a name, and the mistake be found much later.
    if (!written.empty() && !net::Address::parse(written) &&
        written.find_first_not_of("0123456789.") == std::string::npos) {
        machine.file().fail(machine.get("address", Need::Optional),
                            machine.name() + ": address: \"" + written + "\" is no IPv4 address",
                            "write an address such as 192.0.2.11, or a host name");
    }
    access.known_hosts = known_hosts_;
    read_host_keys(machine, access);
    SshHost config;
    if (!written.empty()) {
        const auto name = machine.text("credentials", Need::Optional);
        const auto found = credentials_.find(name ? *name : default_credentials_.value_or(""));
        config = ssh_config_.host(written,
                                  found == credentials_.end() ? "" : found->second.user,
                                  machine.file().diagnostics());
    }
    access.address = config.host_name.empty() ? written : config.host_name;
    access.port = static_cast<std::uint16_t>(machine.number("port", Need::Optional, 1, 65535)
                                                 .value_or(config.port.value_or(default_port)));
    access.ciphers = config.ciphers;
    if (!written.empty()) {
        read_credentials_of(machine, config, access);
        read_jumps_of(machine, config, jump, access);
    }
    return access;
}

void AccessReader::read_credentials_of(const Map& machine,
                                       const SshHost& config,
                                       Access& access) const {
    auto name = machine.text("credentials", Need::Optional);
    if (!name) {
        name = default_credentials_;
    }
    if (name) {
        const auto found = credentials_.find(*name);
        if (found == credentials_.end()) {
            std::vector<std::string_view> known;
            for (const auto& [key, unused] : credentials_) {
                known.push_back(key);
            }
            machine.file().diagnostics().emplace_back(
                machine.at("credentials"),
                machine.name() + ": no credentials are called \"" + *name + "\"",
                suggestion(*name, known));
            return;
        }
        access.credentials = found->second;
    }
    access.credentials.identity_files = config.identity_files;
    if (access.credentials.user.empty()) {
        access.credentials.user = config.user;
    }
    if (access.credentials.user.empty()) {
        machine.file().diagnostics().emplace_back(
            machine.at("address"),
            machine.name() + (name ? ": credentials " + *name + " name no user"
                                   : std::string(": no credentials to log in with")),
            "name some under \"credentials\", here or under \"defaults\", or a User in ssh_config");
    }
}

void AccessReader::read_jumps_of(const Map& machine,
                                 const SshHost& config,
                                 Own jump,
                                 Access& access) const {
    auto name = machine.text("jump", Need::Optional);
    if (!name && jump == Own::DefaultJump) {
        name = default_jump_;
    }
    if (!name) {
        access.jumps =
            proxy_jumps(config.proxy_jump, machine.at("address"), machine.file().diagnostics(), 0);
        return;
    }
    if (*name == "none") {
        return;
    }
    const auto found = jump_hosts_.find(*name);
    if (found != jump_hosts_.end()) {
        access.jumps = found->second;
        return;
    }
    std::vector<std::string_view> known{"none"};
    for (const auto& [key, unused] : jump_hosts_) {
        known.push_back(key);
    }
    // While jump hosts are read, one that is neither read nor unread is being read: a circle.
    const bool circle = jump == Own::NoDefaultJump && reading_.count(*name) > 0;
    machine.file().diagnostics().emplace_back(
        machine.at("jump"),
        machine.name() + (circle ? ": the way over \"" + *name + "\" goes in a circle"
                                 : ": no jump host is called \"" + *name + "\""),
        circle ? "" : suggestion(*name, known));
}

std::vector<Access> AccessReader::proxy_jumps(const std::string& written,
                                              const Location& where,
                                              Diagnostics& complaints,
                                              int depth) const {
    std::vector<Access> way;
    if (written.empty() || written == "none") {
        return way;
    }
    if (depth >= kMostHops) {
        complaints.emplace_back(where, "ProxyJump of ssh_config goes in a circle: " + written);
        return way;
    }
    const auto hops = parse_proxy_jump(written).value_or(std::vector<SshHop>());
    for (const SshHop& hop : hops) {
        const SshHost config = ssh_config_.host(hop.host, hop.user, complaints);
        // Only the first hop is reached by its own ProxyJump: the others are reached from it.
        if (way.empty()) {
            way = proxy_jumps(config.proxy_jump, where, complaints, depth + 1);
        }
        Access access;
        access.address = config.host_name.empty() ? hop.host : config.host_name;
        access.port = hop.port.value_or(config.port.value_or(kSshPort));
        access.known_hosts = known_hosts_;
        access.ciphers = config.ciphers;
        access.credentials.name = "ssh_config";
        access.credentials.user = !hop.user.empty()      ? hop.user
                                  : !config.user.empty() ? config.user
                                                         : ssh_config_.user().name;
        access.credentials.identity_files = config.identity_files;
        way.push_back(std::move(access));
    }
    return way;
}

}  // namespace routeproof::inventory::yaml
