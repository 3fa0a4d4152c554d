// Is this the machine we know? Decided before any credential leaves.
#include "drivers/ssh/auth.hpp"
#include "drivers/ssh/known_hosts.hpp"
#include "drivers/ssh/link.hpp"

#include <algorithm>

namespace routeproof::ssh {

using drivers::Failure;
using drivers::HostKeySight;
using Standing = drivers::HostKeySight::Standing;

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

void judge_by_pins(const std::vector<inventory::HostKeyPin>& pins, HostKeySight& sight) {
    const inventory::HostKeyPin* other = &pins.front();
    sight.pinned = true;
    sight.standing = Standing::Changed;
    for (const auto& pin : pins) {
        if (pin.type != sight.type) {
            continue;
        }
        other = &pin;
        if (pin.key == sight.blob || pin.key == sight.fingerprint) {
            sight.standing = Standing::Trusted;
            break;
        }
    }
    sight.decided_by = other->where.file + ':' + std::to_string(other->where.line);
    if (sight.standing == Standing::Changed) {
        sight.other = other->key.starts_with("SHA256:") ? short_type(other->type) + ' ' + other->key
                                                        : in_words({other->type, other->key});
    }
}

void judge_by_file(const KnownHosts::Verdict& verdict, HostKeySight& sight) {
    using Kind = KnownHosts::Verdict::Kind;
    switch (verdict.kind) {
        case Kind::Trusted:
            sight.standing = Standing::Trusted;
            break;
        case Kind::Unknown:
            sight.standing = Standing::Unknown;
            break;
        case Kind::Changed:
            sight.standing = Standing::Changed;
            sight.other = in_words(verdict.known);
            break;
        case Kind::Revoked:
            sight.standing = Standing::Revoked;
            break;
    }
}

std::string unknown(const drivers::Target& target, const HostKeySight& sight) {
    const std::string file = target.access.known_hosts.string();
    const auto known = KnownHosts::shared(target.access.known_hosts);
    std::string text = "shows " + sight.in_words() + ", and ";
    if (known->missing()) {
        text += "there is no file " + file;
    } else {
        text += file + " does not know this host";
        if (!known->malformed().empty()) {
            text += " (its line " + std::to_string(known->malformed().front()) + " is unreadable)";
        }
    }
    return text + "; compare on its console, then: routeproof inventory trust " + target.name;
}

}  // namespace

std::vector<std::string> Link::known_key_types() const {
    const auto& access = target_.access;
    if (access.host_keys.empty()) {
        return KnownHosts::shared(access.known_hosts)->key_types(access.address, access.port);
    }
    std::vector<std::string> types;
    for (const auto& pin : access.host_keys) {
        if (std::find(types.begin(), types.end(), pin.type) == types.end()) {
            types.push_back(pin.type);
        }
    }
    return types;
}

drivers::Answer<HostKeySight> Link::look_at_host_key() {
    enter(drivers::Stage::HostKey);
    ssh_key raw = nullptr;
    char* base64 = nullptr;
    if (ssh_get_server_publickey(session_, &raw) != SSH_OK) {
        return library_failure(Failure::Kind::Protocol);
    }
    const PublicKey key(raw);
    if (ssh_pki_export_pubkey_base64(key.get(), &base64) != SSH_OK) {
        return library_failure(Failure::Kind::Protocol);
    }
    const HostKey shown{ssh_key_type_to_char(ssh_key_type(key.get())), base64};
    ssh_string_free_char(base64);

    HostKeySight sight;
    sight.type = shown.type;
    sight.blob = shown.blob;
    sight.fingerprint = shown.fingerprint();
    const auto& access = target_.access;
    const auto verdict =
        KnownHosts::shared(access.known_hosts)->check(access.address, access.port, shown);
    if (verdict.line > 0) {
        sight.decided_by = access.known_hosts.string() + ':' + std::to_string(verdict.line);
    }
    // A revocation holds against a pin, too.
    if (access.host_keys.empty() || verdict.kind == KnownHosts::Verdict::Kind::Revoked) {
        judge_by_file(verdict, sight);
    } else {
        judge_by_pins(access.host_keys, sight);
    }
    return sight;
}

drivers::Answer<void> Link::check_host_key() {
    const auto sight = look_at_host_key();
    if (!sight) {
        return sight.error();
    }
    switch (sight->standing) {
        case Standing::Trusted:
            return {};
        case Standing::Changed:
            return failure(Failure::Kind::Denied,
                           "shows " + sight->in_words() + ", " + sight->decided_by +
                               (sight->pinned ? " pins " : " has ") + sight->other +
                               "; the machine was replaced or somebody is in between: compare on "
                               "its console, then correct that line");
        case Standing::Revoked:
            return failure(Failure::Kind::Denied,
                           "shows " + sight->in_words() + ", which " + sight->decided_by +
                               " revokes; give the machine a new host key");
        case Standing::Unknown:
            break;
    }
    return failure(Failure::Kind::Denied, unknown(target_, *sight));
}

}  // namespace routeproof::ssh

namespace routeproof::drivers {

std::string HostKeySight::in_words() const {
    return ssh::in_words({type, blob});
}

}  // namespace routeproof::drivers
