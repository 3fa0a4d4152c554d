// The kernel's reason in words.
#pragma once

#include <string>
#include <system_error>

namespace routeproof::bfd {

/// "Address already in use".
inline std::string errno_text(int error) {
    return std::generic_category().message(error);
}

}  // namespace routeproof::bfd
