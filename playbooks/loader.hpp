// A playbook file -> Playbook (docs/playbooks.md). What can be judged without an inventory is
// judged here, each complaint with its place; the rest by plan.hpp.
#pragma once

#include "playbooks/model.hpp"

#include <filesystem>
#include <string>

namespace routeproof::playbooks {

/// Reads the file, and the configuration files that it names (relative to it).
inventory::Loaded<Playbook> load(const std::filesystem::path& file);

/// The same from text; `file` is only what messages call it, and where files are looked for.
inventory::Loaded<Playbook> load_text(const std::filesystem::path& file, const std::string& text);

/// The steps that can be written, and those of them that this version refuses.
std::span<const std::string_view> known_steps();
std::span<const std::string_view> refused_steps();

}  // namespace routeproof::playbooks
