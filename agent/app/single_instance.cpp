#include "agent/app/single_instance.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

namespace routeproof::agent {

std::optional<SingleInstance> SingleInstance::acquire() {
    constexpr std::string_view kName = "routeproof-agent";
    SingleInstance held(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    // unix(7): a name that begins with a zero octet is abstract.
    std::memcpy(where.sun_path + 1, kName.data(), kName.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + kName.size());
    if (::bind(held.descriptor_, reinterpret_cast<const sockaddr*>(&where), size) != 0) {
        return std::nullopt;
    }
    return held;
}

SingleInstance::SingleInstance(SingleInstance&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

SingleInstance& SingleInstance::operator=(SingleInstance&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

SingleInstance::~SingleInstance() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

}  // namespace routeproof::agent
