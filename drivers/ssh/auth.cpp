#include "drivers/ssh/auth.hpp"

#include "drivers/ssh/known_hosts.hpp"
#include "drivers/ssh/link.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace routeproof::ssh {

using drivers::Failure;

namespace {

Failure key_trouble(const std::filesystem::path& file, const std::string& why) {
    return {drivers::Stage::Auth, Failure::Kind::Trouble, "key file " + file.string() + ' ' + why};
}

int note_that_it_is_locked(const char*, char*, size_t, int, int, void* locked) {
    *static_cast<bool*>(locked) = true;
    return -1;
}

std::string offered_methods(ssh_session session) {
    const int methods = ssh_userauth_list(session, nullptr);
    std::string names;
    const auto add = [&](int bit, std::string_view name) {
        if ((methods & bit) != 0) {
            names += (names.empty() ? "" : ", ") + std::string(name);
        }
    };
    add(SSH_AUTH_METHOD_PUBLICKEY, "publickey");
    add(SSH_AUTH_METHOD_PASSWORD, "password");
    add(SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive");
    add(SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi");
    return names;
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

drivers::Answer<Key> read_private_key(const std::filesystem::path& file) {
    struct stat about {};
    if (::stat(file.c_str(), &about) != 0 || ::access(file.c_str(), R_OK) != 0) {
        return key_trouble(file, "cannot be read: " + std::generic_category().message(errno));
    }
    // As OpenSSH: a private key of ours that others may read is no secret.
    if (about.st_uid == ::geteuid() && (about.st_mode & 077) != 0) {
        char mode[8];
        std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(about.st_mode & 07777));
        return key_trouble(file,
                           "is open to others (mode " + std::string(mode) + "): chmod 600 it");
    }
    ssh_key raw = nullptr;
    bool locked = false;
    const int rc =
        ssh_pki_import_privkey_file(file.c_str(), nullptr, note_that_it_is_locked, &locked, &raw);
    if (rc != SSH_OK) {
        if (locked) {
            return key_trouble(file,
                               "has a passphrase: load it into ssh-agent and leave key_file out");
        }
        return key_trouble(file, "holds no private key that can be used (ed25519, ecdsa, rsa)");
    }
    return Key(raw);
}

drivers::Asked<void> Link::authenticate(ssh_key key) {
    enter(drivers::Stage::Auth);
    const std::string user = target_.access.credentials.user;
    std::string with = "any key of the ssh-agent";
    drivers::Answer<int> rc = SSH_AUTH_ERROR;
    if (key != nullptr) {
        with = target_.access.credentials.key_file.string() + " (" + fingerprint(key) + ')';
        auto attempt = [this, key] { return ssh_userauth_publickey(session_, nullptr, key); };
        rc = co_await drive(attempt, SSH_AUTH_AGAIN);
    } else {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody here changes the environment
        if (std::getenv("SSH_AUTH_SOCK") == nullptr) {
            co_return failure(Failure::Kind::Trouble,
                              "cannot be logged into: no key_file in the inventory and no "
                              "ssh-agent (SSH_AUTH_SOCK is not set)");
        }
        auto attempt = [this] { return ssh_userauth_agent(session_, nullptr); };
        rc = co_await drive(attempt, SSH_AUTH_AGAIN);
    }
    if (!rc) {
        co_return rc.error();
    }
    if (*rc == SSH_AUTH_SUCCESS) {
        co_return drivers::Answer<void>();
    }
    if (*rc == SSH_AUTH_ERROR) {
        co_return library_failure(Failure::Kind::Unreachable);
    }
    std::string text = "refuses user " + user + " with " + with;
    const std::string methods = offered_methods(session_);
    if (*rc == SSH_AUTH_PARTIAL) {
        text = "accepts " + with + " for user " + user + " but wants more: " + methods;
    } else if (!methods.empty()) {
        text += "; it would accept " + methods;
    }
    co_return failure(Failure::Kind::Denied, text);
}

}  // namespace routeproof::ssh
