// One agent per network namespace: a second one would take the first one's routes and links for
// leftovers and remove them.
#pragma once

#include <optional>

namespace routeproof::agent {

/// Held as long as the object lives, and never longer than the process: an abstract unix socket,
/// which belongs to the network namespace and has no file to be left behind.
class SingleInstance {
public:
    /// Nothing if another process of this network namespace holds it.
    static std::optional<SingleInstance> acquire();

    SingleInstance(SingleInstance&& other) noexcept;
    SingleInstance& operator=(SingleInstance&& other) noexcept;
    SingleInstance(const SingleInstance&) = delete;
    SingleInstance& operator=(const SingleInstance&) = delete;
    ~SingleInstance();

private:
    explicit SingleInstance(int descriptor) : descriptor_(descriptor) {}

    int descriptor_ = -1;
};

}  // namespace routeproof::agent
