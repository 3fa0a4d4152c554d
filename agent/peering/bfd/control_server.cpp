#include "agent/peering/bfd/control_server.hpp"

#include "agent/peering/bfd/errno_text.hpp"
#include "agent/peering/bfd/log_line.hpp"
#include "agent/peering/bfd/messages.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace routeproof::bfd {
namespace {

constexpr std::size_t kMaxClients = 8;
/// Room for the status of all sessions.
constexpr std::size_t kLongestQueue = 524288;

sockaddr_un unix_address(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

bool is_answered(const sockaddr_un& address) {
    const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
               0 ||
           errno == EAGAIN;
}

std::uint64_t inode_of(const std::filesystem::path& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

std::string failed(const std::filesystem::path& path, const std::string& what) {
    return path.string() + ": " + what + ": " + errno_text(errno);
}

}  // namespace

ControlServer::ControlServer(int epoll, Handlers handlers)
    : epoll_(epoll), handlers_(std::move(handlers)) {}

ControlServer::~ControlServer() {
    if (file_ != 0 && inode_of(path_) == file_) {
        ::unlink(path_.c_str());
    }
}

std::string ControlServer::listen(const std::filesystem::path& path) {
    constexpr mode_t kOthersNothing = 0177;
    const sockaddr_un address = unix_address(path);
    if (path.native().size() >= sizeof address.sun_path) {
        return path.string() + ": a path of a unix socket holds at most 107 octets";
    }
    std::error_code ignored;
    std::filesystem::create_directories(path.parent_path(), ignored);
    if (is_answered(address)) {
        return path.string() + ": another process answers there already";
    }
    if (std::filesystem::is_socket(std::filesystem::symlink_status(path, ignored))) {
        ::unlink(path.c_str());
    }
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const mode_t before = ::umask(kOthersNothing);
    const bool bound =
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::umask(before);
    if (!bound) {
        return failed(path, "cannot create the socket");
    }
    path_ = path;
    file_ = inode_of(path);
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.fd = socket.get();
    if (::listen(socket.get(), kMaxClients) != 0 ||
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket.get(), &wanted) != 0) {
        return failed(path, "cannot listen");
    }
    listener_ = std::move(socket);
    spare_ = Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    return {};
}

bool ControlServer::handle(int descriptor, std::uint32_t events) {
    if (descriptor == listener_.get()) {
        accept_one();
        return true;
    }
    Client* client = find(descriptor);
    if (client == nullptr) {
        return false;
    }
    if ((events & EPOLLOUT) != 0) {
        flush(*client);
        client = find(descriptor);
    }
    if (client != nullptr && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        read(*client);
    }
    return true;
}

void ControlServer::accept_one() {
    Descriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket && (errno == EMFILE || errno == ENFILE)) {
        // A client that stays in the queue would keep us awake, at real-time priority.
        spare_.reset();
        Descriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)).reset();
        spare_ = Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        return;
    }
    if (!socket || !is_trusted(socket.get()) || clients_.size() >= kMaxClients) {
        return;
    }
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.fd = socket.get();
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket.get(), &wanted) != 0) {
        return;
    }
    handlers_.connected(clients_.emplace_back(std::move(socket)));
}

/// The file's mode keeps others out; a descriptor that was handed on does not get in either.
bool ControlServer::is_trusted(int descriptor) const {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
        (peer.uid == 0 || peer.uid == ::geteuid())) {
        return true;
    }
    log_line(Level::Warning, "event=bfd.client.refused uid=%u", peer.uid);
    return false;
}

void ControlServer::read(Client& client) {
    std::array<char, 4096> octets{};
    const ssize_t count = ::read(client.socket_.get(), octets.data(), octets.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (count <= 0) {
        remove(client);
        return;
    }
    client.in_.append(octets.data(), static_cast<std::size_t>(count));
    const int descriptor = client.socket_.get();
    if (take_lines(client) && client.in_.size() > kLongestLine) {
        send(client, encode(Event(event::Error{"the line is too long"})));
        if (Client* still = find(descriptor)) {
            remove(*still);
        }
    }
}

/// False: the client is gone.
bool ControlServer::take_lines(Client& client) {
    const int descriptor = client.socket_.get();
    for (std::size_t end = 0; (end = client.in_.find('\n')) != std::string::npos;) {
        const std::string line = client.in_.substr(0, end);
        client.in_.erase(0, end + 1);
        if (!client.closing_) {
            handlers_.line(client, line);
        }
        if (find(descriptor) == nullptr) {
            return false;
        }
    }
    return true;
}

void ControlServer::send(Client& client, std::string_view line) {
    client.out_ += line;
    flush(client);
}

void ControlServer::flush(Client& client) {
    while (!client.out_.empty()) {
        const ssize_t sent = ::send(client.socket_.get(),
                                    client.out_.data(),
                                    client.out_.size(),
                                    MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent <= 0) {
            break;
        }
        client.out_.erase(0, static_cast<std::size_t>(sent));
    }
    // Whom we cannot write to is shut down, and removed when epoll says so: handlers that are
    // sending to several clients keep their references.
    if (client.out_.size() > kLongestQueue || (client.closing_ && client.out_.empty())) {
        client.out_.clear();
        ::shutdown(client.socket_.get(), SHUT_RDWR);
    }
    watch(client, !client.out_.empty());
}

void ControlServer::disconnect(Client& client) {
    client.closing_ = true;
    flush(client);
}

void ControlServer::watch(Client& client, bool writable) {
    epoll_event wanted{};
    wanted.events = writable ? EPOLLIN | EPOLLOUT : EPOLLIN;
    wanted.data.fd = client.socket_.get();
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, client.socket_.get(), &wanted);
}

void ControlServer::remove(Client& client) {
    handlers_.gone(client);
    clients_.remove_if([&](const Client& one) { return &one == &client; });
}

ControlServer::Client* ControlServer::find(int descriptor) {
    const auto found = std::find_if(clients_.begin(), clients_.end(), [&](const Client& client) {
        return client.socket_.get() == descriptor;
    });
    return found != clients_.end() ? &*found : nullptr;
}

}  // namespace routeproof::bfd
