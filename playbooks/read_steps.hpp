// YAML -> steps: one reader per step.
#pragma once

#include "inventory/yaml.hpp"
#include "playbooks/model.hpp"

#include <optional>
#include <string>

namespace routeproof::playbooks {

/// The value as it is written; empty if it is absent or null. Anything but a scalar is reported.
Text text_of(const inventory::yaml::Map& map, const char* key, inventory::yaml::Need need);
/// A list, or one scalar.
std::vector<Text> texts_of(const inventory::yaml::Map& map, const char* key);

/// A duration with its unit: a bare number is refused, because people and devices disagree on what
/// it counts.
std::optional<milliseconds> duration_of(const inventory::yaml::Map& map,
                                        const char* key,
                                        inventory::yaml::Need need,
                                        milliseconds shortest,
                                        milliseconds longest);

/// The arguments of a step that is written `verb: arguments`. Nothing if they are wrong.
std::optional<Step> read_step(inventory::yaml::File& file,
                              const std::string& verb,
                              const YAML::Node& arguments);

}  // namespace routeproof::playbooks
