// A change in Junos' words.
#pragma once

#include "drivers/change/objects.hpp"

#include <string>
#include <vector>

namespace routeproof::junos {

/// Set commands, free text apart. Lists and policies are deleted first and written whole: the
/// candidate is compared as a whole afterwards, so what stays the same is no difference.
std::vector<std::string> set_commands(const drivers::Change& change);

/// How free text is to be loaded: every line a command ("set", "delete", ...), or text with braces.
bool is_set_commands(std::string_view text);

}  // namespace routeproof::junos
