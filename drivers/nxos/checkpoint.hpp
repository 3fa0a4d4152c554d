// What NX-OS says when it is changed by its command line. No I/O.
#pragma once

#include "drivers/change/indented.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace routeproof::nxos {

struct Checkpoint {
    std::string name;
    std::string about;  // who made it, when and why, as the router says it; one line

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// "show checkpoint summary".
std::vector<Checkpoint> parse_checkpoints(std::string_view text);

/// "show running-config". Some releases write "neighbor A remote-as N" as one line; here it is
/// always two.
std::vector<drivers::ConfigLine> read_running(std::string_view text);

/// The router's complaint about a command that acts, one line; empty if there is none in the text.
/// The exit status of NX-OS tells nothing.
std::string complaint(std::string_view text);
/// The same for a command that shows: only at the beginning, since what is shown may hold any word.
std::string refusal(std::string_view text);

/// "show diff rollback-patch": the lines of the patch, without what the router says around it.
std::vector<std::string> parse_patch(std::string_view text);

/// One exec request per block of configuration: an error ends one of them at most.
std::vector<std::string> configure(const std::vector<std::string>& lines);

/// The same for the same configuration, whatever its comments and times are.
std::string fingerprint(const std::vector<drivers::ConfigLine>& running);

/// What one configuration has and the other has not: "+ router bgp 65000 / neighbor 10.0.0.1",
/// secrets masked.
std::vector<std::string> changes(const std::vector<drivers::ConfigLine>& before,
                                 const std::vector<drivers::ConfigLine>& after);

}  // namespace routeproof::nxos
