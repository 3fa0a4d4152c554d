#include "agent/peering/bfd/spawn.hpp"

#include "agent/peering/bfd/errno_text.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace routeproof::bfd {
namespace {

/// A session of its own and no signals blocked or ignored that are ours.
class Attributes {
public:
    Attributes() {
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
    }
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;

    const posix_spawnattr_t* get() const { return &attributes_; }

private:
    posix_spawnattr_t attributes_{};
};

/// What is open stays ours: the process outlives us, and a socket that it held could not be had by
/// the agent's next life.
class NoFiles {
public:
    NoFiles() {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    }
    ~NoFiles() { posix_spawn_file_actions_destroy(&actions_); }
    NoFiles(const NoFiles&) = delete;
    NoFiles& operator=(const NoFiles&) = delete;

    const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

}  // namespace

std::string start_detached(const std::filesystem::path& program,
                           const std::filesystem::path& socket) {
    std::string name = program.string();
    std::string path = socket.string();
    std::string detach = "--detach";
    std::string option = "--socket";
    std::array<char*, 5> arguments{name.data(), detach.data(), option.data(), path.data(), nullptr};
    pid_t child = 0;
    const Attributes attributes;
    const NoFiles files;
    const int error =
        posix_spawn(&child, name.c_str(), files.get(), attributes.get(), arguments.data(), environ);
    if (error != 0) {
        return name + ": " + errno_text(error);
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return name + ": " + errno_text(errno);
        }
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == EX_OK) {
        return {};
    }
    return name + ": it ended with " +
           (WIFEXITED(status) ? "exit code " + std::to_string(WEXITSTATUS(status))
                              : "signal " + std::to_string(WTERMSIG(status))) +
           " (it said why on standard error)";
}

}  // namespace routeproof::bfd
