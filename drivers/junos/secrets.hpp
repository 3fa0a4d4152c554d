// Secrets in Junos configuration text. No I/O.
//
// Junos stores a secret obfuscated ("$9$..."), with salt: the same one reads differently each time
// it is set. It is no encryption: whoever reads the text knows the secret.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace routeproof::junos {

/// The secret in "$9$...". Nothing for any other text, "$8$..." (master password) among them.
std::optional<std::string> plain_secret(std::string_view obfuscated);

/// A difference (`show | compare`) without what is none: the same secret with other salt. Hunks
/// that nothing is left of are dropped.
std::string without_same_secrets(std::string_view difference);

/// A line of configuration, of a difference or of an error with its secrets replaced.
std::string masked_line(std::string_view line);
std::string masked_text(std::string_view text);

}  // namespace routeproof::junos
