#include "agent/config/password_reader.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

namespace routeproof::config {
namespace {

using bgp::Secret;
using inventory::yaml::Map;
using inventory::yaml::Need;

constexpr std::size_t kLongest = 80;  // TCP_MD5SIG_MAXKEYLEN of tcp(7)

/// Why others could read the file; empty if they cannot.
std::string exposure(const std::filesystem::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
        return "cannot be read: " + std::generic_category().message(errno);
    }
    constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
    return (status.st_mode & kOthers) == 0 ? "" : "may be read by others; chmod 600 it";
}

Secret from_file(const Map& peer, const std::string& written) {
    const auto path = peer.file().resolve(written);
    const auto fail = [&](const std::string& why) {
        peer.file().fail(peer.get("password_file", Need::Optional),
                         peer.name() + ": password_file " + path.string() + " " + why);
        return Secret();
    };
    if (const auto why = exposure(path); !why.empty()) {
        return fail(why);
    }
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    if (!line.empty() && line.back() == '\r') {
        line.pop_back();
    }
    Secret secret(std::move(line));
    return secret.empty() ? fail("has no password in its first line") : secret;
}

Secret from_environment(const Map& peer, const std::string& name) {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): one thread
    if (value == nullptr || *value == '\0') {
        peer.file().fail(peer.get("password_env", Need::Optional),
                         peer.name() + ": the environment has no " + name);
        return {};
    }
    return Secret(value);
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
