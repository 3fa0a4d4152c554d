// One NETCONF login that changes configuration: the single steps of a change, errors in the
// router's words.
#pragma once

#include "drivers/change.hpp"
#include "drivers/junos/commit_history.hpp"
#include "drivers/netconf/client.hpp"

#include <optional>
#include <string>
#include <vector>

namespace routeproof::junos {

class ConfigSession {
public:
    ConfigSession(boost::asio::any_io_executor executor, drivers::Target target)
        : client_(std::move(executor), std::move(target)) {}

    /// What an operation was answered: its errors, all of them, and its warnings.
    struct Said {
        std::string errors;  // empty: it was done
        std::vector<std::string> warnings;
        std::string output;  // configuration text, where that was asked for
    };

    /// A Failure means that there was no (readable) answer.
    drivers::Asked<Said> perform(std::string operation);
    /// As perform, but errors are a Failure, too.
    drivers::Asked<Said> insist(std::string operation);

    /// Takes the exclusive candidate, without anything uncommitted in it, and answers nothing; or
    /// who is in the way.
    drivers::Asked<std::string> lock();
    bool locked() const { return locked_; }
    /// Empties the candidate and lets it go; a session that ends does the same, later.
    drivers::Asked<void> release();

    drivers::Asked<std::vector<CommitEntry>> history();
    drivers::Asked<Found> find(drivers::Ticket ticket);
    /// Whose confirmed commit is pending, or nothing: whatever commits or checks now would confirm
    /// it.
    drivers::Asked<std::string> pending();
    drivers::Asked<std::string> revision();

    drivers::Failure failure(drivers::Failure::Kind kind, const std::string& what) const {
        return client_.located({drivers::Stage::Rpc, kind, what});
    }

private:
    drivers::Asked<std::optional<std::int64_t>> clock(const std::vector<CommitEntry>& history);

    netconf::Client client_;
    bool locked_ = false;
};

}  // namespace routeproof::junos
