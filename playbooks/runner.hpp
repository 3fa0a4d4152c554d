// Carries out a plan: play by play, batch by batch, step by step, with a change pending only
// between its commit and its decision. Whatever goes wrong in between, every router of the batch is
// taken back to what it was, and the network is looked at again to see that it is so.
#pragma once

#include "playbooks/plan.hpp"
#include "playbooks/report.hpp"
#include "playbooks/transaction.hpp"

#include <filesystem>
#include <functional>
#include <memory>

namespace routeproof::playbooks {

/// How a run reaches the world; tests put fakes here.
struct Reach {
    std::function<std::unique_ptr<drivers::Changer>(boost::asio::any_io_executor, drivers::Target)>
        changer;
    LookFunction look;
    Say say;  // progress, a line at a time
};

struct RunOptions {
    bool check = false;           // stage, show, discard
    bool diff = false;            // show what is staged
    bool step = false;            // ask before every step
    bool yes = false;             // do not ask
    bool accept_weaker = false;   // also where only we would take a change back
    bool terminal = false;        // there is somebody to ask
    std::filesystem::path state;  // folder of journals and locks
};

/// Blocks until all is done. The report's `run`, `playbook` and `inventory` are given.
RunReport run(const Plan& plan,
              const inventory::Inventory& inventory,
              const RunOptions& options,
              const Reach& reach,
              RunReport report);

/// Ends what a run left undecided when it died: keeps what was proven and decided to be kept, takes
/// back the rest. `journal`: of that run, and gone on with.
RunReport resume(const std::vector<Unfinished>& unfinished,
                 const std::filesystem::path& journal,
                 const inventory::Inventory& inventory,
                 const RunOptions& options,
                 const Reach& reach,
                 RunReport report);

}  // namespace routeproof::playbooks
