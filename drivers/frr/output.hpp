// What vtysh brought: JSON, or a sentence in its place or inside it.
#pragma once

#include <string>
#include <string_view>

namespace routeproof::frr {

struct Output {
    enum class Kind {
        Json,
        Text,     // no JSON, and no complaint: what the text commands answer
        NoBgp,    // bgpd does not run, or has no instance: there is no table
        NoShell,  // vtysh could not be run by this login: try another way in
        Refused,  // any other sentence
    };
    Kind kind = Kind::Text;
    std::string_view json;
    std::string sentence;

    friend bool operator==(const Output&, const Output&) = default;
};

/// Warnings of vtysh (about vtysh.conf, about daemons that are down) may precede the JSON.
Output classify(std::string_view standard_output, std::string_view standard_error = {});

}  // namespace routeproof::frr
