#include "agent/kernel/sysctls.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

namespace routeproof::kernel {
namespace {

/// RAII for a descriptor; /proc wants exactly one write() per value, so no stream.
class File {
public:
    File(const std::string& path, int flags)
        : descriptor_(::open(path.c_str(), flags | O_CLOEXEC)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    int get() const { return descriptor_; }

private:
    int descriptor_;
};

Result<void> write_switch(const std::string& path, std::string_view value) {
    const std::string attempted = "write " + std::string(value) + " to " + path;
    const File file(path, O_WRONLY);
    if (file.get() < 0 || ::write(file.get(), value.data(), value.size()) < 0) {
        return failed(errno, attempted);
    }
    return {};
}

bool is_already(const std::string& path, char value) {
    const File file(path, O_RDONLY);
    char found = 0;
    return file.get() >= 0 && ::read(file.get(), &found, 1) == 1 && found == value;
}

}  // namespace

Result<void> enable_forwarding() {
    const std::string path = "/proc/sys/net/ipv4/ip_forward";
    return is_already(path, '1') ? Result<void>() : write_switch(path, "1");
}

Result<void> set_host_link_sysctls(std::string_view link_name) {
    struct Switch {
        std::string_view before;
        std::string_view after;
        std::string_view value;
        bool optional;
    };
    static constexpr std::array<Switch, 6> kSwitches{{
        // The gateway is nowhere; anything else the container may ask for is answered too.
        {"ipv4/conf/", "/proxy_arp", "1", false},
        // Otherwise a proxied answer waits a random part of 0.8 s.
        {"ipv4/neigh/", "/proxy_delay", "0", false},
        {"ipv4/conf/", "/forwarding", "1", false},
        // Strict: a container must not send from others' addresses.
        {"ipv4/conf/", "/rp_filter", "1", false},
        // No advice about routes from a container. Missing on a machine without IPv6.
        {"ipv6/conf/", "/accept_ra", "0", true},
        {"ipv6/conf/", "/accept_redirects", "0", true},
    }};
    for (const Switch& one : kSwitches) {
        std::string path = "/proc/sys/net/";
        path.append(one.before).append(link_name).append(one.after);
        const auto done = write_switch(path, one.value);
        const bool missing = !done && done.error().code.value() == ENOENT;
        if (!done && !(missing && one.optional)) {
            return done.error();
        }
    }
    return {};
}

}  // namespace routeproof::kernel
