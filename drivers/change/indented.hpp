// Configuration whose structure is its indentation (FRR, NX-OS): reading it, and what to send so
// that it holds what a change wants. No I/O, and nothing of either OS.
#pragma once

#include "drivers/change/objects.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace routeproof::drivers {

/// The headers above a line, outermost first, and the line itself.
struct ConfigLine {
    std::vector<std::string> context;
    std::string line;

    friend bool operator==(const ConfigLine&, const ConfigLine&) = default;
};

/// Lines in the order in which they stand; comments, exits and the frame round the whole text are
/// no lines.
std::vector<ConfigLine> read_indented(std::string_view text);

/// What shall stand in one place. The lines that exist there and match prefix and suffix are its
/// "slot"; a line of the slot that is not wanted is taken away.
struct Scope {
    std::vector<std::string> context;
    std::string prefix;
    std::string suffix;
    std::vector<std::string> wanted;
    enum class Unwanted {
        Overwritten,   // the wanted line takes the place of the old one
        Removed,       // "no" and the whole line
        RemovedWhole,  // once "no" and the prefix: it ends every line of the slot
    } unwanted = Unwanted::Removed;
    /// The children of the (only) wanted line, a header. If they differ from what is there, in any
    /// order, the block is taken away and written anew: not every line of it can be taken back.
    std::vector<std::string> block{};
    bool is_block = false;
    /// The wanted lines are spared, and written by other scopes.
    bool only_removes = false;
    /// The slot is the one line that is the prefix.
    bool whole_line = false;

    friend bool operator==(const Scope&, const Scope&) = default;
};

struct ConfigStep {
    ConfigLine line;               // as it is sent
    std::vector<ConfigLine> gone;  // lines that exist and will not
    bool adds = false;

    friend bool operator==(const ConfigStep&, const ConfigStep&) = default;
};

/// What to send, in this order, so that every scope holds what it wants. Empty if it does already.
std::vector<ConfigStep> plan(const std::vector<ConfigLine>& running,
                             const std::vector<Scope>& scopes);

/// The difference for people: "+ line" and "- line" below "[context]" lines; secrets are masked.
std::string difference(const std::vector<ConfigStep>& steps);

/// A line with what follows `password` and the like replaced.
std::string masked(std::string_view line);

/// "has no 'router bgp N' ..." if the change needs that of the router and it is not there.
std::string missing_instance(const Change& change, const std::vector<ConfigLine>& running);

/// The lines to send, each context opened by its headers and closed by as many exits.
std::vector<std::string> commands(const std::vector<ConfigStep>& steps);

}  // namespace routeproof::drivers
