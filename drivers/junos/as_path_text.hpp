// The AS path as Junos prints it, with all that stands around the path itself.
#pragma once

#include "drivers/facts.hpp"
#include "inventory/net/as_path.hpp"

#include <optional>
#include <string_view>

namespace routeproof::junos {

struct AsPathText {
    net::AsPath path;
    drivers::Origin origin = drivers::Origin::Incomplete;

    friend bool operator==(const AsPathText&, const AsPathText&) = default;
};

/// Reads "AS path: [65171] (65151 65000) 65001 {65010 65011} I (Originator)" and further lines.
/// Only the first line counts; what follows the origin letter is notes; brackets are the local AS
/// that would be put in front when advertising. Nothing if the text is not such a path.
std::optional<AsPathText> parse_as_path_text(std::string_view text);

}  // namespace routeproof::junos
