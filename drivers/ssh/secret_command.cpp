#include "drivers/ssh/secret_command.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <mutex>
#include <system_error>

namespace routeproof::ssh {

using inventory::NoSecret;
using inventory::SecretAnswer;

namespace {

std::mutex mutex;  // of the table and of every run in it

std::string cannot(const char* what, int error) {
    return std::string(what) + ": " + std::generic_category().message(error);
}

}  // namespace

std::shared_ptr<SecretCommand> SecretCommand::of(const std::string& line) {
    static std::map<std::string, std::shared_ptr<SecretCommand>> runs;
    const std::lock_guard lock(mutex);
    auto& run = runs[line];
    if (run == nullptr) {
        run = std::make_shared<SecretCommand>(line);
    }
    return run;
}

SecretCommand::SecretCommand(const std::string& line) {
    output_ = static_cast<int>(::memfd_create("routeproof-secret", MFD_CLOEXEC));
    if (output_ < 0) {
        end(NoSecret{cannot("cannot be started", errno)});
        return;
    }
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, output_, STDOUT_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t defaults;
    sigset_t none;
    ::sigemptyset(&none);
    ::sigfillset(&defaults);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    std::string shell = "sh";
    std::string option = "-c";
    std::string text = line;
    char* words[] = {shell.data(), option.data(), text.data(), nullptr};
    int error = ::posix_spawn(&pid_, "/bin/sh", &files, &attributes, words, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (error == 0) {
        pidfd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
        error = pidfd_ < 0 ? errno : 0;
    } else {
        pid_ = -1;
    }
    if (error != 0) {
        end(NoSecret{cannot("cannot be started", error)});
    }
}

SecretCommand::~SecretCommand() {
    end(NoSecret{});
}

void SecretCommand::end(SecretAnswer answer) {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
    for (int* fd : {&pidfd_, &output_}) {
        if (*fd >= 0) {
            ::close(*fd);
            *fd = -1;
        }
    }
    answer_ = std::move(answer);
}

std::optional<SecretAnswer> SecretCommand::answer() {
    const std::lock_guard lock(mutex);
    int status = 0;
    if (answer_ || ::waitpid(pid_, &status, WNOHANG) == 0) {
        return answer_;
    }
    pid_ = -1;
    if (WIFSIGNALED(status)) {
        end(NoSecret{"was ended by signal " + std::to_string(WTERMSIG(status))});
    } else if (WEXITSTATUS(status) != 0) {
        end(NoSecret{"exits with status " + std::to_string(WEXITSTATUS(status))});
    } else {
        ::lseek(output_, 0, SEEK_SET);
        auto secret = inventory::read_secret(output_);
        end(std::move(secret));
    }
    return answer_;
}

void SecretCommand::give_up(const std::string& why) {
    const std::lock_guard lock(mutex);
    if (!answer_) {
        end(NoSecret{why});
    }
}

}  // namespace routeproof::ssh
