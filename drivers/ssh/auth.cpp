// Logging in (RFC 4252, 4256): only what the credentials name, a key before a password, and each
// once: routers lock accounts that try.
#include "drivers/ssh/auth.hpp"

#include "drivers/ssh/link.hpp"
#include "drivers/ssh/secret_command.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdlib>

namespace routeproof::ssh {

namespace asio = boost::asio;
using drivers::Failure;
using inventory::SecretSource;

namespace {

constexpr auto kCommandTime = std::chrono::seconds(60);  // somebody may have to type something

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

/// "password_file /etc/leaf.password": the key of the inventory and what stands there.
std::string place(const SecretSource& source, const std::string& what) {
    switch (source.kind) {
        case SecretSource::Kind::File:
            return what + "_file " + source.from;
        case SecretSource::Kind::Environment:
            return what + "_env " + source.from;
        case SecretSource::Kind::Command:
            return what + "_command '" + one_line(source.from) + '\'';
        case SecretSource::Kind::None:
            break;
    }
    return what;
}

}  // namespace

asio::awaitable<inventory::SecretAnswer> Link::run_secret_command(const std::string& line) {
    const auto run = SecretCommand::of(line);
    auto answer = run->answer();
    if (answer) {
        co_return std::move(*answer);
    }
    // A copy each: many sessions may wait for one command.
    asio::posix::stream_descriptor ended(gate_.get_executor(), ::dup(run->descriptor()));
    const auto until = std::chrono::steady_clock::now() + kCommandTime;
    while (!(answer = run->answer())) {
        const std::weak_ptr<char> alive = alive_;
        ended.async_wait(asio::posix::descriptor_base::wait_read,
                         [this, alive](boost::system::error_code) {
                             if (!alive.expired()) {
                                 gate_.cancel();
                             }
                         });
        const bool woken = co_await gate(until);
        if (!woken) {
            run->give_up("has not ended within " + std::to_string(kCommandTime.count()) + " s");
        }
    }
    co_return std::move(*answer);
}

drivers::Asked<Secret> Link::read_secret(const SecretSource& source, const char* what) {
    // From now on no core file may be made of us; what libssh holds would be in it.
    ::prctl(PR_SET_DUMPABLE, 0);
    inventory::SecretAnswer answer = inventory::NoSecret{"is not named"};
    if (source.kind == SecretSource::Kind::File) {
        answer = inventory::read_secret_file(source.from);
    } else if (source.kind == SecretSource::Kind::Environment) {
        answer = inventory::read_secret_variable(source.from);
    } else if (source.kind == SecretSource::Kind::Command) {
        answer = co_await run_secret_command(source.from);
    }
    if (!answer) {
        co_return Failure(drivers::Stage::Auth,
                          Failure::Kind::Trouble,
                          place(source, what) + ' ' + answer.error().why);
    }
    co_return std::move(*answer);
}

drivers::Asked<Keys> Link::read_keys() {
    const inventory::Credentials credentials = target_.access.credentials;
    Keys keys;
    Secret passphrase;
    if (credentials.passphrase) {
        auto read = co_await read_secret(credentials.passphrase, "passphrase");
        if (!read) {
            co_return read.error();
        }
        passphrase = std::move(*read);
    }
    if (!credentials.key_file.empty()) {
        auto read = read_private_key(credentials, passphrase);
        if (!read) {
            co_return read.error();
        }
        keys.key = std::move(*read);
    }
    for (const auto& file : credentials.identity_files) {
        if (!credentials.by_agent()) {
            break;
        }
        inventory::Credentials one;
        one.key_file = file;
        auto read = read_private_key(one, Secret());
        if (read) {
            keys.identities.push_back({file, std::move(*read)});
        } else if (keys.unusable.empty()) {
            keys.unusable = read.error().what;
        }
    }
    if (credentials.password) {
        auto read = co_await read_secret(credentials.password, "password");
        if (!read) {
            co_return read.error();
        }
        keys.password = std::move(*read);
    }
    co_return std::move(keys);
}

/// Answers the one hidden prompt with the password, and none that it does not fit.
drivers::Asked<int> Link::answer_prompts(const Secret& password) {
    auto ask = [this] { return ssh_userauth_kbdint(session_, nullptr, nullptr); };
    bool given = false;
    for (;;) {
        const auto rc = co_await drive(ask, SSH_AUTH_AGAIN);
        if (!rc || *rc != SSH_AUTH_INFO) {
            co_return rc;
        }
        // PAM ends with a round without prompts: that is answered by asking again.
        const int prompts = ssh_userauth_kbdint_getnprompts(session_);
        for (int i = 0; i < prompts; ++i) {
            char echo = 0;
            const auto index = static_cast<unsigned>(i);
            const char* prompt = ssh_userauth_kbdint_getprompt(session_, index, &echo);
            if (echo != 0 || given) {
                co_return failure(Failure::Kind::Denied,
                                  "asks \"" + one_line(prompt == nullptr ? "" : prompt) +
                                      "\", which a password does not answer; use a key");
            }
            given = true;
            ssh_userauth_kbdint_setanswer(session_, index, password.c_str());
        }
    }
}

drivers::Asked<int> Link::try_key(ssh_key key) {
    auto attempt = [this, key] { return ssh_userauth_publickey(session_, nullptr, key); };
    co_return co_await drive(attempt, SSH_AUTH_AGAIN);
}

drivers::Asked<int> Link::try_password(const Secret& password) {
    auto attempt = [this, &password] {
        return ssh_userauth_password(session_, nullptr, password.c_str());
    };
    const auto rc = co_await drive(attempt, SSH_AUTH_AGAIN);
    const int methods = rc && *rc == SSH_AUTH_DENIED ? ssh_userauth_list(session_, nullptr) : 0;
    // Where it was judged, it is not sent again by another way.
    if ((methods & SSH_AUTH_METHOD_PASSWORD) == 0 && (methods & SSH_AUTH_METHOD_INTERACTIVE) != 0) {
        co_return co_await answer_prompts(password);
    }
    co_return rc;
}

drivers::Asked<int> Link::try_agent() {
    auto attempt = [this] { return ssh_userauth_agent(session_, nullptr); };
    co_return co_await drive(attempt, SSH_AUTH_AGAIN);
}

drivers::Asked<void> Link::authenticate(const Keys& keys) {
    enter(drivers::Stage::Auth);
    const auto& credentials = target_.access.credentials;
    std::string refused;   // what was tried in vain
    std::string accepted;  // what was a part of it
    drivers::Answer<int> rc = SSH_AUTH_DENIED;
    const auto judge = [&](const std::string& with) {
        auto& list = *rc == SSH_AUTH_PARTIAL ? accepted : refused;
        list += (list.empty() ? "" : " and ") + with;
        return *rc == SSH_AUTH_DENIED || *rc == SSH_AUTH_PARTIAL;  // go on?
    };
    bool go_on = true;
    if (keys.key != nullptr) {
        rc = co_await try_key(keys.key.get());
        if (!rc) {
            co_return rc.error();
        }
        const bool certified = !credentials.certificate_file.empty();
        go_on = judge(credentials.key_file.string() + " (" + fingerprint(keys.key.get()) +
                      (certified ? ", with its certificate)" : ")"));
    }
    for (const auto& [file, key] : keys.identities) {
        if (!go_on) {
            break;
        }
        rc = co_await try_key(key.get());
        if (!rc) {
            co_return rc.error();
        }
        go_on = judge(file.string() + " (" + fingerprint(key.get()) + ')');
    }
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody here changes the environment
    const bool agent = std::getenv("SSH_AUTH_SOCK") != nullptr;
    if (credentials.by_agent() && !agent && keys.identities.empty()) {
        co_return failure(Failure::Kind::Trouble,
                          "cannot be logged into: no key_file and no password in the inventory and "
                          "no ssh-agent (SSH_AUTH_SOCK is not set)" +
                              (keys.unusable.empty() ? "" : "; " + keys.unusable));
    }
    if (go_on && credentials.by_agent() && agent) {
        rc = co_await try_agent();
        if (!rc) {
            co_return rc.error();
        }
        go_on = judge("any key of the ssh-agent");
    }
    if (go_on && !keys.password.empty()) {
        rc = co_await try_password(keys.password);
        if (!rc) {
            co_return rc.error();
        }
        judge("the password");
    }
    if (*rc == SSH_AUTH_SUCCESS) {
        co_return drivers::Answer<void>();
    }
    if (*rc == SSH_AUTH_ERROR) {
        co_return library_failure(Failure::Kind::Unreachable);
    }
    const std::string methods = offered_methods(session_);
    const std::string user = "user " + credentials.user;
    std::string text = "refuses " + user + " with " + refused;
    if (!methods.empty()) {
        text += "; it would accept " + methods;
    }
    if (!accepted.empty()) {
        text = "accepts " + accepted + " for " + user + " but wants more: " + methods +
               (refused.empty() ? "" : "; it refuses " + refused);
    }
    co_return failure(Failure::Kind::Denied, text);
}

}  // namespace routeproof::ssh
