#include "agent/http/unix_listener.hpp"

#include <boost/asio/io_context.hpp>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace routeproof::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Protocol = asio::local::stream_protocol;
using Cleared = boost::system::result<void, ServerError>;

/// sun_path of sockaddr_un, less the final zero.
constexpr std::size_t kLongestPath = 107;

std::optional<struct stat> status_of(const std::filesystem::path& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? std::optional(status) : std::nullopt;
}

std::optional<FileId> file_id(const std::filesystem::path& path) {
    const auto status = status_of(path);
    return status ? std::optional(FileId{status->st_dev, status->st_ino}) : std::nullopt;
}

ServerError cannot_listen(const std::filesystem::path& path, const std::string& why) {
    return ServerError("cannot listen on " + path.string() + ": " + why);
}

/// Removes a socket file behind which nobody listens.
Cleared clear_the_way(asio::io_context& io, const std::filesystem::path& path) {
    const auto status = status_of(path);
    if (!status) {
        return {};
    }
    if (!S_ISSOCK(status->st_mode)) {
        return ServerError(path.string() + " exists and is not a socket; move it away");
    }
    Protocol::socket probe(io);
    error_code why;
    probe.connect(Protocol::endpoint(path.string()), why);
    if (!why) {
        return ServerError("another process listens on " + path.string() +
                           "; stop it first (is a second routeproof-agent running?)");
    }
    if (why != asio::error::connection_refused) {
        return cannot_listen(path, "what is there is in use: " + why.message());
    }
    std::error_code failed;
    if (!std::filesystem::remove(path, failed) && failed) {
        return ServerError("cannot replace the stale socket " + path.string() + ": " +
                           failed.message());
    }
    return {};
}

std::optional<gid_t> group_id(const std::string& name) {
    constexpr std::size_t kLargest = 16U << 20;
    std::vector<char> buffer(4096);
    struct group entry {};
    struct group* found = nullptr;
    while (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == ERANGE &&
           buffer.size() < kLargest) {
        buffer.resize(2 * buffer.size());  // a group of many members
    }
    return found == nullptr ? std::nullopt : std::optional(found->gr_gid);
}

// The group first: a mode that lets the group in must not hold for the wrong one.
Cleared permit(const std::filesystem::path& path, const Permissions& permissions) {
    if (!permissions.group.empty()) {
        const auto group = group_id(permissions.group);
        if (!group) {
            return cannot_listen(path, "there is no group " + permissions.group);
        }
        if (::chown(path.c_str(), static_cast<uid_t>(-1), *group) != 0) {
            return cannot_listen(path,
                                 "it cannot be given to group " + permissions.group + ": " +
                                     error_code(errno, boost::system::system_category()).message());
        }
    }
    if (::chmod(path.c_str(), permissions.mode) != 0) {
        return cannot_listen(path, error_code(errno, boost::system::system_category()).message());
    }
    return {};
}

}  // namespace

void UnixListener::remove() const {
    if (file_id(path) == file) {
        std::error_code gone_already;
        std::filesystem::remove(path, gone_already);
    }
}

boost::system::result<UnixListener, ServerError> take_path(asio::io_context& io,
                                                           const std::filesystem::path& path,
                                                           const Permissions& permissions) {
    if (path.string().size() > kLongestPath) {
        return cannot_listen(path, "the path is longer than a socket's may be (107 octets)");
    }
    std::error_code folder_failed;
    if (path.has_parent_path()) {
        std::filesystem::create_directories(path.parent_path(), folder_failed);
    }
    if (folder_failed) {
        return cannot_listen(path, folder_failed.message());
    }
    if (auto free = clear_the_way(io, path); !free) {
        return free.error();
    }
    UnixListener listener{std::make_shared<UnixListener::Acceptor>(io), path, {}};
    error_code why;
    listener.acceptor->open(Protocol(), why);
    if (!why) {
        listener.acceptor->bind(Protocol::endpoint(path.string()), why);
    }
    if (why) {
        return cannot_listen(path, why.message());
    }
    listener.file = file_id(path);
    if (auto permitted = permit(path, permissions); !permitted) {
        listener.remove();
        return permitted.error();
    }
    listener.acceptor->listen(asio::socket_base::max_listen_connections, why);
    if (why) {
        listener.remove();
        return cannot_listen(path, why.message());
    }
    return listener;
}

}  // namespace routeproof::http
