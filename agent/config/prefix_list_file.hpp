// A file of prefixes to announce, one a line:
//   PREFIX [med N] [community A:B]... [large A:B:C]...     # a comment
// A full table is a million lines, so the file is read at once and lines with the same words behind
// the prefix share their attributes.
#pragma once

#include "agent/config/originations.hpp"
#include "inventory/diagnostic.hpp"

#include <filesystem>
#include <string_view>

namespace routeproof::config {

/// Adds the file's prefixes; gives what is wrong with it (the first twenty lines that are).
inventory::Diagnostics read_prefix_list_file(const std::filesystem::path& file,
                                             Originations& originations);

/// The same for a text that is at hand; `name` is what messages call it.
inventory::Diagnostics read_prefix_list(std::string_view text,
                                        const std::string& name,
                                        Originations& originations);

}  // namespace routeproof::config
