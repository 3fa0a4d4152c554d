// Locks, so that two runs of this user never change one router at once; against others there is the
// lock on the router itself. They end with the process, however it ends.
#pragma once

#include "inventory/model.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace routeproof::playbooks {

class Locks {
public:
    Locks() = default;
    Locks(const Locks&) = delete;
    Locks& operator=(const Locks&) = delete;
    ~Locks();

    struct Refused {
        bool taken = false;    // by another run; else the lock could not be made
        std::string sentence;  // who holds it
    };

    /// Takes the router's lock below FOLDER/locks. `owner` is shown to who comes second.
    std::optional<Refused> take(const std::filesystem::path& folder,
                                const inventory::Router& router,
                                const std::string& owner);

private:
    std::vector<int> held_;
};

}  // namespace routeproof::playbooks
