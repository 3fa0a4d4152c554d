#include "agent/config/password_reader.hpp"

#include "inventory/secret_source.hpp"

namespace routeproof::config {
namespace {

using inventory::exposure;
using inventory::yaml::Map;
using inventory::yaml::Need;

constexpr std::size_t kLongest = 80;  // TCP_MD5SIG_MAXKEYLEN of tcp(7)

Secret from_file(const Map& peer, const std::string& written) {
    const auto path = peer.file().resolve(written);
    auto secret = inventory::read_secret_file(path);
    if (!secret) {
        peer.file().fail(
            peer.get("password_file", Need::Optional),
            peer.name() + ": password_file " + path.string() + " " + secret.error().why);
        return {};
    }
    return std::move(*secret);
}

Secret from_environment(const Map& peer, const std::string& name) {
    auto secret = inventory::read_secret_variable(name);
    if (!secret) {
        peer.file().fail(peer.get("password_env", Need::Optional),
                         peer.name() + ": password_env " + name + " " + secret.error().why);
        return {};
    }
    return std::move(*secret);
}

// A request has no file, and comes through a socket that only its owners may use.
Secret from_configuration(const Map& peer, std::string text) {
    std::error_code none;
    const bool is_file = std::filesystem::exists(peer.file().path(), none);
    if (const auto why = is_file ? exposure(peer.file().path()) : ""; !why.empty()) {
        peer.file().fail(peer.get("password", Need::Optional),
                         peer.name() + ": password: this file " + why,
                         "or use password_file");
        return {};
    }
    return Secret(std::move(text));
}

}  // namespace

Secret read_password(const Map& peer) {
    int given = 0;
    for (const char* key : {"password", "password_file", "password_env"}) {
        given += peer.has(key) ? 1 : 0;
    }
    if (given > 1) {
        peer.file().fail(
            peer.get("password_file", Need::Optional).IsDefined()
                ? peer.get("password_file", Need::Optional)
                : peer.get("password", Need::Optional),
            peer.name() + ": one of password, password_file and password_env is enough");
        return {};
    }
    Secret secret;
    if (const auto file = peer.text("password_file", Need::Optional)) {
        secret = from_file(peer, *file);
    } else if (const auto name = peer.text("password_env", Need::Optional)) {
        secret = from_environment(peer, *name);
    } else if (auto text = peer.text("password", Need::Optional)) {
        secret = from_configuration(peer, std::move(*text));
    }
    if (secret.reveal().size() > kLongest) {
        peer.file().fail(peer.get("asn", Need::Optional),
                         peer.name() + ": its password has more than 80 octets",
                         "the kernel's TCP MD5 takes no longer one");
        return {};
    }
    return secret;
}

}  // namespace routeproof::config
