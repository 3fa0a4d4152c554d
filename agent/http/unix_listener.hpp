// A unix socket at a path: taken with care, and given back at the end.
#pragma once

#include "agent/http/server.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <sys/types.h>

#include <optional>

namespace routeproof::http {

/// Which file a path means, to tell ours from a successor's.
struct FileId {
    dev_t device = 0;
    ino_t inode = 0;

    friend bool operator==(const FileId&, const FileId&) = default;
};

struct UnixListener {
    using Acceptor = boost::asio::local::stream_protocol::acceptor;

    std::shared_ptr<Acceptor> acceptor;
    std::filesystem::path path;
    std::optional<FileId> file;

    /// Removes the file, if it is still ours.
    void remove() const;
};

/// Makes the folder, clears a stale socket away, binds, sets the permissions, listens.
boost::system::result<UnixListener, ServerError> take_path(boost::asio::io_context& io,
                                                           const std::filesystem::path& path,
                                                           const Permissions& permissions);

}  // namespace routeproof::http
