// A command that prints a secret (`pass show leaves`): run once, however many sessions wait for it.
//
// Its output goes into memory, its standard error to ours, its standard input is empty. A session
// waits for the process's descriptor and holds nobody up meanwhile.
#pragma once

#include "inventory/secret_source.hpp"

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

namespace routeproof::ssh {

class SecretCommand {
public:
    /// Starts the line by /bin/sh, or joins a run of the same line: what it said, or how it failed,
    /// holds for as long as the program runs. Safe from several threads.
    static std::shared_ptr<SecretCommand> of(const std::string& line);

    explicit SecretCommand(const std::string& line);
    /// A command that still runs is killed.
    ~SecretCommand();
    SecretCommand(const SecretCommand&) = delete;
    SecretCommand& operator=(const SecretCommand&) = delete;

    /// Readable when the command has ended (pidfd_open(2)); -1 if it could not be started.
    int descriptor() const { return pidfd_; }
    /// The first line of its output, once it has ended.
    std::optional<inventory::SecretAnswer> answer();
    /// For a command that takes too long; answer() says so from now on.
    void give_up(const std::string& why);

private:
    void end(inventory::SecretAnswer answer);

    pid_t pid_ = -1;
    int pidfd_ = -1;
    int output_ = -1;
    std::optional<inventory::SecretAnswer> answer_;
};

}  // namespace routeproof::ssh
