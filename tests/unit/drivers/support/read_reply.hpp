// Hands a stored reply to the parser of its question.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>

namespace routeproof::drivers {

std::string read_file(const std::filesystem::path& file);

/// `os` junos or nxos; `question` the folder's name; `asked` a table or family, empty for the
/// usual one.
nlohmann::ordered_json read_reply(const std::string& os,
                                  const std::string& question,
                                  const std::string& asked,
                                  const std::string& reply);

}  // namespace routeproof::drivers
