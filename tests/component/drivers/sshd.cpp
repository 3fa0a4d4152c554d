#include "tests/component/drivers/sshd.hpp"

#include "tests/component/drivers/stub_server.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace routeproof::drivers {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSshd = "/usr/sbin/sshd";
constexpr const char* kKeygen = "/usr/bin/ssh-keygen";

std::string filled(std::string text, const std::string& name, const std::string& value) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name)) {
        text.replace(at, name.size(), value);
    }
    return text;
}

}  // namespace

pid_t start_program(const std::vector<std::string>& words, const std::string& log) {
    std::vector<char*> arguments;
    for (const auto& word : words) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_t pid = -1;
    const int error = posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? pid : -1;
}

void end_program(pid_t pid) {
    if (pid > 0) {
        ::kill(pid, SIGTERM);
        ::waitpid(pid, nullptr, 0);
    }
}

std::string read_file(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

std::string missing_openssh() {
    for (const char* program : {kSshd, kKeygen}) {
        if (::access(program, X_OK) != 0) {
            return std::string(program) + " is not installed";
        }
    }
    // sshd wants this folder; only root can make it.
    if (::access("/run/sshd", F_OK) != 0 && ::geteuid() == 0) {
        fs::create_directory("/run/sshd");
    }
    return ::access("/run/sshd", F_OK) == 0 ? "" : "there is no /run/sshd";
}

bool run_program(const std::vector<std::string>& words) {
    const pid_t pid = start_program(words, "/dev/null");
    int status = -1;
    return pid > 0 && ::waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

Sshd::Sshd(const std::vector<std::string>& options) {
    std::string pattern = fs::temp_directory_path() / "routeproof-sshd-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    make_key("host_key");
    make_key("user_key");
    fs::copy_file(folder_ / "user_key.pub", folder_ / "authorized_keys");
    start(options);
    trust("[127.0.0.1]:" + std::to_string(port_), "host_key");
}

void Sshd::start(const std::vector<std::string>& options) {
    // A port that is free now may be taken before sshd binds it: then another one.
    for (int attempt = 0; attempt < 10; ++attempt) {
        port_ = free_port();
        std::ofstream config(folder_ / "sshd_config");
        config << "Port " << port_ << "\nListenAddress 127.0.0.1\nHostKey "
               << (folder_ / "host_key").string() << "\nAuthorizedKeysFile "
               << (folder_ / "authorized_keys").string() << "\nPidFile none\nStrictModes no\n"
               << "UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
               // bash runs login files for each command unless it believes itself nested.
               << "SetEnv SHLVL=2\n";
        for (const auto& line : options) {
            config << filled(filled(line, "%PORT%", std::to_string(port_)),
                             "%FOLDER%",
                             folder_.string())
                   << '\n';
        }
        config.close();
        pid_ = start_program({kSshd, "-D", "-f", folder_ / "sshd_config"}, folder_ / "sshd.log");
        while (::waitpid(pid_, nullptr, WNOHANG) == 0) {
            if (accepts_connections(port_)) {
                return;
            }
            ::usleep(1000);
        }
        pid_ = -1;
    }
    throw std::runtime_error("sshd does not start: " + read_file(folder_ / "sshd.log"));
}

Sshd::~Sshd() {
    end_program(pid_);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

Target Sshd::target(inventory::Os os) const {
    Target target;
    target.name = "leaf1";
    target.os = os;
    target.access.address = "127.0.0.1";
    target.access.port = port_;
    target.access.credentials.user = ::getpwuid(::geteuid())->pw_name;
    target.access.credentials.key_file = folder_ / "user_key";
    target.access.known_hosts = folder_ / "known_hosts";
    return target;
}

fs::path Sshd::make_key(const std::string& name, const std::string& passphrase) const {
    const fs::path file = folder_ / name;
    if (!run_program(
            {kKeygen, "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", file.string()})) {
        throw std::runtime_error("ssh-keygen fails");
    }
    return file;
}

std::string Sshd::public_key(const std::string& name) const {
    std::string text = read_file(folder_ / (name + ".pub"));
    text.erase(text.find_last_not_of(" \n") + 1);
    return text;
}

void Sshd::trust(const std::string& host, const std::string& key_name) const {
    std::ofstream(folder_ / "known_hosts") << host << ' ' << public_key(key_name) << '\n';
}

}  // namespace routeproof::drivers
