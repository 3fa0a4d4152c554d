// Is this the machine we know? Decided before any credential leaves.
#include "drivers/ssh/auth.hpp"
#include "drivers/ssh/known_hosts.hpp"
#include "drivers/ssh/link.hpp"

namespace routeproof::ssh {

using drivers::Failure;

namespace {

/// "ED25519", as people read it in ssh-keygen's output.
std::string short_type(const std::string& type) {
    if (type == "ssh-ed25519") {
        return "ED25519";
    }
    if (type == "ssh-rsa") {
        return "RSA";
    }
    return type.starts_with("ecdsa-") ? "ECDSA" : type;
}

std::string in_words(const HostKey& key) {
    return short_type(key.type) + ' ' + key.fingerprint();
}

}  // namespace

drivers::Answer<void> Link::check_host_key() {
    enter(drivers::Stage::HostKey);
    ssh_key raw = nullptr;
    char* base64 = nullptr;
    if (ssh_get_server_publickey(session_, &raw) != SSH_OK) {
        return library_failure(Failure::Kind::Protocol);
    }
    const Key key(raw);
    if (ssh_pki_export_pubkey_base64(key.get(), &base64) != SSH_OK) {
        return library_failure(Failure::Kind::Protocol);
    }
    const HostKey shown{ssh_key_type_to_char(ssh_key_type(key.get())), base64};
    ssh_string_free_char(base64);

    const auto& access = target_.access;
    const auto known = KnownHosts::shared(access.known_hosts);
    const auto verdict = known->check(access.address, access.port, shown);
    const std::string file = access.known_hosts.string();
    const std::string line = file + ':' + std::to_string(verdict.line);
    using Kind = KnownHosts::Verdict::Kind;
    switch (verdict.kind) {
        case Kind::Trusted:
            return {};
        case Kind::Changed:
            return failure(Failure::Kind::Denied,
                           "shows " + in_words(shown) + ", " + line + " has " +
                               in_words(verdict.known) +
                               "; the router was replaced or somebody is in between: compare on "
                               "its console, then correct that line");
        case Kind::Revoked:
            return failure(Failure::Kind::Denied,
                           "shows " + in_words(shown) + ", which " + line +
                               " revokes; give the router a new host key");
        case Kind::Unknown:
            break;
    }
    const std::string port =
        access.port == 22 ? std::string() : "-p " + std::to_string(access.port) + ' ';
    std::string text = "shows " + in_words(shown) + ", and ";
    if (known->missing()) {
        text += "there is no file " + file;
    } else {
        text += file + " does not know this host";
        if (!known->malformed().empty()) {
            text += " (its line " + std::to_string(known->malformed().front()) + " is unreadable)";
        }
    }
    text += "; compare on the router's console, then: ssh-keyscan " + port + access.address +
            " >> " + file;
    return failure(Failure::Kind::Denied, text);
}

}  // namespace routeproof::ssh
