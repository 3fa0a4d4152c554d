#include "drivers/ssh/session.hpp"

#include "drivers/ssh/link.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

namespace routeproof::ssh {

using drivers::Failure;
using drivers::Stage;

namespace {

// Asking for 1 MiB keeps libssh's window open wide; at 1.28 MB it would send an adjustment per
// read.
constexpr std::size_t kReadSize = 1U << 20;
constexpr std::size_t kFairShare = 256U << 10;  // bytes before others get their turn
constexpr std::size_t kErrorTail = 4096;
// After the end of data an exit status should follow at once; some boxes wait for us to close.
constexpr auto kPatience = std::chrono::seconds(1);
constexpr auto kNever = std::chrono::steady_clock::time_point::max();

std::vector<char>& read_buffer() {
    thread_local std::vector<char> buffer(kReadSize);
    return buffer;
}

}  // namespace

struct Channel::Impl {
    Link& link;
    ssh_channel handle = nullptr;
    std::string error_tail;
    std::size_t streak = 0;  // bytes read without a pause
    std::optional<std::chrono::steady_clock::time_point> patience_ends;

    explicit Impl(Link& owner) : link(owner), handle(ssh_channel_new(owner.handle())) {}
    ~Impl() {
        if (handle != nullptr) {
            ssh_channel_free(handle);
        }
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    /// Both streams share the window: an unread stderr would stop stdout.
    void drain_errors() {
        char bytes[1024];
        int n = 0;
        while ((n = ssh_channel_read_nonblocking(handle, bytes, sizeof bytes, 1)) > 0) {
            error_tail.append(bytes, static_cast<std::size_t>(n));
            if (error_tail.size() > kErrorTail) {
                error_tail.erase(0, error_tail.size() - kErrorTail);
            }
        }
    }
};

Channel::Channel(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Channel::~Channel() = default;
Channel::Channel(Channel&&) noexcept = default;
Channel& Channel::operator=(Channel&&) noexcept = default;

drivers::Asked<std::string_view> Channel::read() {
    Link& link = impl_->link;
    for (;;) {
        if (impl_->streak >= kFairShare) {
            impl_->streak = 0;
            const auto breath = co_await link.breathe();
            if (!breath) {
                co_return breath.error();
            }
        }
        const auto taken = link.bytes_in();
        impl_->drain_errors();
        auto& buffer = read_buffer();
        const int n = ssh_channel_read(
            impl_->handle, buffer.data(), static_cast<std::uint32_t>(buffer.size()), 0);
        if (n > 0) {
            const auto size = static_cast<std::size_t>(n);
            impl_->streak += size;
            co_return std::string_view(buffer.data(), size);
        }
        if (n == SSH_ERROR) {
            co_return link.library_failure(Failure::Kind::Unreachable);
        }
        const bool ended = ssh_channel_is_eof(impl_->handle) != 0;
        if (ended) {
            // From here on ssh_channel_read no longer looks at the socket; this call does.
            const int status = ssh_channel_get_exit_status(impl_->handle);
            if (status >= 0 || ssh_channel_is_closed(impl_->handle) != 0) {
                co_return std::string_view();
            }
        }
        if (ssh_channel_is_closed(impl_->handle) != 0) {
            co_return std::string_view();
        }
        if (ssh_is_connected(link.handle()) == 0) {
            co_return link.failure(Failure::Kind::Unreachable,
                                   "closed the connection in the middle of an answer");
        }
        if (link.bytes_in() != taken) {
            continue;
        }
        impl_->streak = 0;
        if (ended && !impl_->patience_ends) {
            impl_->patience_ends = std::chrono::steady_clock::now() + kPatience;
        }
        const auto moved = co_await link.io_until(impl_->patience_ends.value_or(kNever));
        if (!moved && ended) {
            co_return std::string_view();  // all data is there, only no status came
        }
        if (!moved) {
            co_return moved.error();
        }
    }
}

drivers::Asked<void> Channel::write(std::string bytes) {
    Link& link = impl_->link;
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const int n =
            ssh_channel_write(impl_->handle, rest.data(), static_cast<std::uint32_t>(rest.size()));
        if (n == SSH_ERROR) {
            co_return link.library_failure(Failure::Kind::Unreachable);
        }
        rest.remove_prefix(static_cast<std::size_t>(std::max(n, 0)));
        if (n <= 0) {  // window closed or a rekey is running
            const auto moved = co_await link.io();
            if (!moved) {
                co_return moved.error();
            }
        }
    }
    co_return drivers::Answer<void>();
}

void Channel::write_at_once(std::string_view bytes) {
    ssh_channel_write(impl_->handle, bytes.data(), static_cast<std::uint32_t>(bytes.size()));
}

const std::string& Channel::standard_error() const {
    return impl_->error_tail;
}

int Channel::exit_status() const {
    return ssh_channel_get_exit_status(impl_->handle);
}

namespace {

drivers::Asked<std::unique_ptr<Channel::Impl>> open_channel(Link& link) {
    link.enter(Stage::Channel);
    auto channel = std::make_unique<Channel::Impl>(link);
    if (channel->handle == nullptr) {
        co_return link.library_failure(Failure::Kind::Protocol);
    }
    auto open = [handle = channel->handle] { return ssh_channel_open_session(handle); };
    const auto rc = co_await link.drive(open, SSH_AGAIN);
    if (!rc) {
        co_return rc.error();
    }
    if (*rc != SSH_OK) {
        co_return link.library_failure(Failure::Kind::Denied);
    }
    co_return std::move(channel);
}

/// A refused request, or a connection that went away meanwhile.
Failure request_failure(const Link& link, std::string_view refusal) {
    return ssh_is_connected(link.handle()) != 0
               ? link.failure(Failure::Kind::Denied, refusal)
               : link.failure(Failure::Kind::Unreachable, "closed the connection");
}

}  // namespace

Session::Session(const boost::asio::any_io_executor& executor, drivers::Target target)
    : link_(std::make_unique<Link>(executor, std::move(target))) {}
Session::~Session() = default;

drivers::Asked<void> Session::log_in() {
    return link_->log_in();
}

drivers::Asked<drivers::HostKeySight> Session::look_at_host_key() {
    return link_->look();
}

drivers::Asked<Channel> Session::exec(std::string command) {
    auto opened = co_await open_channel(*link_);
    if (!opened) {
        co_return opened.error();
    }
    auto channel = std::move(*opened);
    auto request = [handle = channel->handle, &command] {
        return ssh_channel_request_exec(handle, command.c_str());
    };
    const auto rc = co_await link_->drive(request, SSH_AGAIN);
    if (!rc) {
        co_return rc.error();
    }
    if (*rc != SSH_OK) {
        co_return request_failure(*link_, "does not let us run commands");
    }
    link_->logged_in();
    co_return Channel(std::move(channel));
}

drivers::Asked<Channel> Session::subsystem(std::string name) {
    auto opened = co_await open_channel(*link_);
    if (!opened) {
        co_return opened.error();
    }
    auto channel = std::move(*opened);
    auto request = [handle = channel->handle, &name] {
        return ssh_channel_request_subsystem(handle, name.c_str());
    };
    const auto rc = co_await link_->drive(request, SSH_AGAIN);
    if (!rc) {
        co_return rc.error();
    }
    if (*rc != SSH_OK) {
        co_return request_failure(*link_, "refuses the subsystem " + name);
    }
    link_->logged_in();
    co_return Channel(std::move(channel));
}

void Session::enter(Stage stage) {
    link_->enter(stage);
}

Failure Session::failure(Failure::Kind kind, std::string_view what) const {
    return link_->failure(kind, what);
}

}  // namespace routeproof::ssh
