// One login to NX-OS that changes its configuration: the single steps, complaints in the router's
// words.
#pragma once

#include "drivers/change.hpp"
#include "drivers/nxos/checkpoint.hpp"
#include "drivers/ssh/shell.hpp"

#include <string>
#include <vector>

namespace routeproof::nxos {

class ConfigShell {
public:
    ConfigShell(const boost::asio::any_io_executor& executor, drivers::Target target)
        : shell_(executor, std::move(target)) {}

    struct Said {
        std::string output;
        std::string complaint;  // empty: it was done
    };

    /// A Failure means that there was no answer: it may have been done.
    drivers::Asked<Said> perform(std::string command);

    drivers::Asked<std::vector<drivers::ConfigLine>> running();
    drivers::Asked<std::vector<Checkpoint>> checkpoints();

    drivers::Failure failure(drivers::Failure::Kind kind, const std::string& what) const {
        return shell_.failure(drivers::Stage::Rpc, kind, what);
    }
    /// A complaint as a failure, of kind Denied where the role may not.
    drivers::Failure refused(const std::string& command, const std::string& complaint) const;

private:
    drivers::Asked<std::string> show(std::string command);

    ssh::Shell shell_;
};

}  // namespace routeproof::nxos
