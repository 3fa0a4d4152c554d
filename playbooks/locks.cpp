#include "playbooks/locks.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace routeproof::playbooks {
namespace {

/// By where it is reached: two inventories may call one router differently.
std::string file_name(const inventory::Router& router) {
    std::string name = router.access.address + '_' + std::to_string(router.access.port);
    for (char& c : name) {
        if (c == '/') {
            c = '_';
        }
    }
    return name + ".lock";
}

std::string content(int file) {
    std::array<char, 200> text{};
    const auto size = ::pread(file, text.data(), text.size(), 0);
    return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

}  // namespace

Locks::~Locks() {
    for (const int file : held_) {
        ::close(file);
    }
}

std::optional<Locks::Refused> Locks::take(const std::filesystem::path& folder,
                                          const inventory::Router& router,
                                          const std::string& owner) {
    std::error_code error;
    std::filesystem::create_directories(folder / "locks", error);
    const auto path = folder / "locks" / file_name(router);
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return Refused{false,
                       "the lock " + path.string() +
                           " cannot be made: " + std::generic_category().message(errno)};
    }
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        const std::string by = content(file);
        ::close(file);
        return Refused{
            true, router.name + " is being changed by another run" + (by.empty() ? "" : ": " + by)};
    }
    held_.push_back(file);
    if (::ftruncate(file, 0) == 0) {
        (void)!::pwrite(file, owner.data(), owner.size(), 0);  // only for messages
    }
    return std::nullopt;
}

}  // namespace routeproof::playbooks
