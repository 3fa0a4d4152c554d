// Reads a secret from a file that is nobody else's, or from the environment. Neither result nor
// error ever shows it.
#pragma once

#include "inventory/secret.hpp"

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <cstddef>
#include <filesystem>
#include <string>

namespace routeproof::inventory {

/// Why there is no secret, to be put behind the name of its place: "may be read by others; …".
struct NoSecret {
    std::string why;
};
[[noreturn]] void throw_exception_from_error(const NoSecret& error,
                                             const boost::source_location& where);

using SecretAnswer = boost::system::result<Secret, NoSecret>;

/// Why others could read the file; empty if they cannot.
std::string exposure(const std::filesystem::path& file);

/// The first line of a file that only its owner may read.
SecretAnswer read_secret_file(const std::filesystem::path& file);
/// The same from an open file, wherever that came from; nothing is said about who may read it.
SecretAnswer read_secret(int fd);
SecretAnswer read_secret_variable(const std::string& name);

}  // namespace routeproof::inventory
