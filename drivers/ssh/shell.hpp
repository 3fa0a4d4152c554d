// One login, then one command after another, each by an exec request of its own.
#pragma once

#include "drivers/ssh/command.hpp"

#include <optional>
#include <string>

namespace routeproof::ssh {

class Shell {
public:
    Shell(const boost::asio::any_io_executor& executor, drivers::Target target)
        : session_(executor, std::move(target)) {}

    /// The first command logs in. After a failure of the connection every later command gets the
    /// same one: a login that was refused is not tried again. The exit status is the caller's to
    /// judge.
    drivers::Asked<Output> execute(std::string command, std::string input = {});

    /// The machine's own ping, for logins with a POSIX shell.
    drivers::Asked<drivers::PingResult> ping(net::Address destination);

    drivers::Failure failure(drivers::Stage stage,
                             drivers::Failure::Kind kind,
                             const std::string& what) const;

    /// What a parser says, which does not know whom it read, with the machine's address before it.
    template <class T>
    drivers::Answer<T> located(drivers::Answer<T> answer) const {
        if (!answer) {
            return failure(answer.error().stage, answer.error().kind, answer.error().what);
        }
        return answer;
    }

private:
    Session session_;
    bool logged_in_ = false;
    std::optional<drivers::Failure> dead_;
};

}  // namespace routeproof::ssh
