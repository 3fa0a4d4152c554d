// The journal of one run: a file of JSON lines, only ever appended to. Before a router is told to
// do anything, the line that says so is on the disk; so whoever comes after our death knows which
// routers may hold a change, and under which name.
//
// Every line: {"time", "event", ...}; the first one names the schema, "routeproof.journal/1".
#pragma once

#include "drivers/change.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace routeproof::playbooks {

/// Where a program of this user keeps what must survive it: $XDG_STATE_HOME/routeproof, else
/// ~/.local/state/routeproof.
std::filesystem::path state_folder();

/// "20261128T140712Z-1f2e3d": sorts by time.
std::string new_run_id();

struct Entry {
    std::string event;
    std::vector<std::pair<std::string, std::string>> fields;
    std::optional<drivers::Ticket> ticket;
};

class Journal {
public:
    Journal() = default;
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    ~Journal();

    /// Makes FOLDER/runs/RUN.jsonl, readable by its owner only. A sentence, if that failed.
    std::optional<std::string> open(const std::filesystem::path& folder, const std::string& run);
    /// Goes on with the journal of an earlier run.
    std::optional<std::string> reopen(const std::filesystem::path& file);
    const std::filesystem::path& path() const { return path_; }

    /// Appends one line. A sentence, if that failed; nothing may be changed then.
    std::optional<std::string> write(const Entry& entry);
    /// The same, and returns only when it is on the disk.
    std::optional<std::string> write_and_sync(const Entry& entry);

private:
    int file_ = -1;
    std::filesystem::path path_;
};

/// What a run left behind: the change of one router.
struct Unfinished {
    drivers::Ticket ticket;
    /// It was proven, and decided to be kept; else it is to be taken back.
    bool keep = false;
};

/// The changes that may be in force and about which nothing was decided, by a journal's lines. A
/// last line that is cut off is what a crash leaves, and no mistake. A sentence if it is no
/// journal.
boost::system::result<std::vector<Unfinished>, std::string> unfinished_in(std::string_view lines);

}  // namespace routeproof::playbooks
