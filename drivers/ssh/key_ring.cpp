#include "drivers/ssh/key_ring.hpp"

#include "drivers/ssh/known_hosts.hpp"
#include "inventory/base64.hpp"
#include "inventory/secret_source.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>
#include <tuple>

namespace routeproof::ssh {

using drivers::Failure;

namespace {

Failure trouble(const std::string& what,
                const std::filesystem::path& file,
                const std::string& why) {
    return {drivers::Stage::Auth, Failure::Kind::Trouble, what + ' ' + file.string() + ' ' + why};
}

int note_that_it_is_locked(const char*, char*, size_t, int, int, void* locked) {
    *static_cast<bool*>(locked) = true;
    return -1;
}

/// Empty if we may use the file; `about` tells whether it is still the one we know.
std::string objection(const std::filesystem::path& file, struct stat& about) {
    if (::stat(file.c_str(), &about) != 0 || ::access(file.c_str(), R_OK) != 0) {
        return "cannot be read: " + std::generic_category().message(errno);
    }
    // As OpenSSH: a private key of ours that others may read is no secret.
    if (about.st_uid == ::geteuid() && (about.st_mode & 077) != 0) {
        char mode[8];
        std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(about.st_mode & 07777));
        return "is open to others (mode " + std::string(mode) + "): chmod 600 it";
    }
    return {};
}

drivers::Answer<PrivateKey> import(const std::filesystem::path& file, const Secret& passphrase) {
    ssh_key raw = nullptr;
    bool locked = false;
    const char* word = passphrase.empty() ? nullptr : passphrase.c_str();
    const int rc =
        ssh_pki_import_privkey_file(file.c_str(), word, note_that_it_is_locked, &locked, &raw);
    if (rc == SSH_OK) {
        return PrivateKey(raw, FreeKey());
    }
    if (locked) {
        return trouble(
            "key file",
            file,
            "has a passphrase: name a passphrase_file, _env or _command, or load the key "
            "into ssh-agent and leave key_file out");
    }
    return trouble("key file",
                   file,
                   passphrase.empty()
                       ? "holds no private key that can be used (ed25519, ecdsa, rsa)"
                       : "cannot be unlocked by its passphrase, or holds no private key that can "
                         "be used (ed25519, ecdsa, rsa)");
}

/// Public part in wire form; for a certificate, the certificate. Empty if libssh cannot tell.
std::string wire_form(ssh_key key) {
    char* base64 = nullptr;
    if (ssh_pki_export_pubkey_base64(key, &base64) != SSH_OK) {
        return {};
    }
    const auto wire = from_base64(base64);
    ssh_string_free_char(base64);
    return wire.value_or("");
}

/// Takes a string of RFC 4251 5 off the front of `wire`; nothing if there is no whole one.
std::optional<std::string_view> take_string(std::string_view& wire) {
    constexpr std::size_t kLength = 4;
    if (wire.size() < kLength) {
        return std::nullopt;
    }
    std::uint32_t size = 0;
    for (const char octet : wire.substr(0, kLength)) {
        size = size << 8U | static_cast<unsigned char>(octet);
    }
    wire.remove_prefix(kLength);
    if (size > wire.size()) {
        return std::nullopt;
    }
    const auto text = wire.substr(0, size);
    wire.remove_prefix(size);
    return text;
}

/// Whether a certificate is about this key. A certificate is its type, a nonce, and then the same
/// fields as the plain key (OpenSSH, PROTOCOL.certkeys). ssh_key_cmp of libssh 0.10 holds a
/// certificate and its key for keys of two types.
bool certifies(std::string_view certificate, std::string_view key) {
    const auto certified_type = take_string(certificate);
    const auto nonce = take_string(certificate);
    const auto type = take_string(key);
    return certified_type && nonce && type && !key.empty() && certified_type->starts_with(*type) &&
           certificate.starts_with(key);
}

drivers::Answer<void> attach(const std::filesystem::path& file, ssh_key key) {
    ssh_key raw = nullptr;
    if (ssh_pki_import_cert_file(file.c_str(), &raw) != SSH_OK) {
        return ::access(file.c_str(), R_OK) == 0
                   ? trouble("certificate file", file, "holds no OpenSSH certificate")
                   : trouble("certificate file",
                             file,
                             "cannot be read: " + std::generic_category().message(errno));
    }
    const PublicKey certificate(raw);
    // libssh takes a plain public key as well.
    if (!std::string_view(ssh_key_type_to_char(ssh_key_type(raw)))
             .ends_with("-cert-v01@openssh.com")) {
        return trouble("certificate file", file, "holds no OpenSSH certificate");
    }
    if (!certifies(wire_form(certificate.get()), wire_form(key)) ||
        ssh_pki_copy_cert_to_privkey(certificate.get(), key) != SSH_OK) {
        return trouble("certificate file", file, "belongs to another key than key_file");
    }
    return {};
}

}  // namespace

std::string fingerprint(ssh_key key) {
    char* base64 = nullptr;
    if (ssh_pki_export_pubkey_base64(key, &base64) != SSH_OK) {
        return {};
    }
    const HostKey text{ssh_key_type_to_char(ssh_key_type(key)), base64};
    ssh_string_free_char(base64);
    return text.type + ' ' + text.fingerprint();
}

drivers::Answer<PrivateKey> read_private_key(const inventory::Credentials& credentials,
                                             const Secret& passphrase) {
    struct Entry {
        ino_t file = 0;
        timespec written{};
        PrivateKey key;
    };
    // By thread: libssh does not promise that two may sign with one key.
    static thread_local std::map<std::tuple<std::string, std::string>, Entry> ring;

    struct stat about {};
    if (const auto why = objection(credentials.key_file, about); !why.empty()) {
        return trouble("key file", credentials.key_file, why);
    }
    Entry& entry = ring[{credentials.key_file.string(), credentials.certificate_file.string()}];
    if (entry.key != nullptr && entry.file == about.st_ino &&
        entry.written.tv_sec == about.st_mtim.tv_sec &&
        entry.written.tv_nsec == about.st_mtim.tv_nsec) {
        return entry.key;
    }
    entry.key = nullptr;
    auto key = import(credentials.key_file, passphrase);
    if (!key) {
        return key;
    }
    if (!credentials.certificate_file.empty()) {
        const auto attached = attach(credentials.certificate_file, key->get());
        if (!attached) {
            return attached.error();
        }
    }
    entry = {about.st_ino, about.st_mtim, *key};
    return key;
}

}  // namespace routeproof::ssh
