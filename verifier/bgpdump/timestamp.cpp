#include "verifier/bgpdump/timestamp.hpp"

#include "inventory/time.hpp"

#include <chrono>

namespace routeproof::bgpdump {

std::string timestamp(std::uint64_t nanoseconds) {
    const std::chrono::sys_seconds seconds{std::chrono::seconds(nanoseconds / 1000000000)};
    std::string text = to_rfc3339(seconds);
    const std::string digits = std::to_string(1000000 + nanoseconds % 1000000000 / 1000);
    return text.insert(text.size() - 1, '.' + digits.substr(1));
}

}  // namespace routeproof::bgpdump
