#include "agent/peering/bfd/daemon.hpp"

#include "agent/peering/bfd/log_line.hpp"
#include "agent/peering/bfd/priority.hpp"

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <span>

namespace routeproof::bfd {
namespace {

/// How long a client that came back has to name a session again: some peers' addresses are learned
/// only after a while (router advertisements).
constexpr std::chrono::seconds kGrace{60};

void watch(int epoll, int descriptor) {
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.fd = descriptor;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &wanted);
}

Descriptor signal_descriptor() {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
    return Descriptor(::signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC));
}

/// One process a network namespace: an abstract unix socket belongs to the namespace, ends with the
/// process and leaves no file behind. No descriptor: another process holds it.
Descriptor only_instance() {
    constexpr std::string_view kName = "routeproof-bfd";
    Descriptor held(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    kName.copy(where.sun_path + 1, kName.size());  // unix(7): a zero octet first is abstract
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + kName.size());
    const bool bound = ::bind(held.get(), reinterpret_cast<const sockaddr*>(&where), size) == 0;
    return bound ? std::move(held) : Descriptor();
}

}  // namespace

Daemon::Daemon()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      signals_(signal_descriptor()),
      server_(
          epoll_.get(),
          {[this](ControlServer::Client& client) {
               server_.send(client, encode(Event(process_status())));
           },
           [this](ControlServer::Client& client, std::string_view line) { on_line(client, line); },
           [this](ControlServer::Client& client) { on_gone(client); }}) {
    self_.version = ROUTEPROOF_VERSION;
    self_.started = std::chrono::system_clock::now();
}

std::string Daemon::start(const std::filesystem::path& socket) {
    instance_ = only_instance();
    if (!instance_) {
        return "another routeproof-bfd runs in this network namespace; ask it: "
               "routeproof-bfd --status";
    }
    if (std::string error = server_.listen(socket); !error.empty()) {
        return error;
    }
    // Standard error may be a pipe of the agent that started us, and ends with it.
    std::signal(SIGPIPE, SIG_IGN);
    watch(epoll_.get(), timer_.get());
    watch(epoll_.get(), signals_.get());
    self_.pid = ::getpid();
    self_.scheduling = raise_priority();
    self_.memory_locked = lock_memory();
    log_line(Level::Info,
             "event=bfd.started version=%s socket=%s scheduling=\"%s\" memory_locked=%s",
             self_.version.c_str(),
             socket.c_str(),
             self_.scheduling.c_str(),
             self_.memory_locked ? "yes" : "no");
    if (!self_.scheduling.starts_with("fifo")) {
        log_line(Level::Warning,
                 "event=bfd.no_real_time scheduling=\"%s\" advice=\"on a busy host peers may see "
                 "false alarms; permit CAP_SYS_NICE or LimitRTPRIO=20\"",
                 self_.scheduling.c_str());
    }
    return {};
}

void Daemon::run() {
    while (!leaving_ || !sessions_.empty()) {
        turn();
    }
    log_line(Level::Info,
             "event=bfd.stopped lateness_max_us=%lld",
             static_cast<long long>(sessions_.lateness().max.count()));
}

void Daemon::turn() {
    arm_timer(std::min(sessions_.next_deadline(), unclaimed_until_));
    std::array<epoll_event, 16> events{};
    const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), -1);
    const Time now = std::chrono::steady_clock::now();
    const std::span<const epoll_event> ready(events.data(),
                                             static_cast<std::size_t>(std::max(count, 0)));
    // Packets first, then what is due, and clients when both are done.
    if (std::any_of(ready.begin(), ready.end(), [this](const epoll_event& event) {
            return event.data.fd == watched_[0] || event.data.fd == watched_[1];
        })) {
        sessions_.receive(now);
    }
    sessions_.expire(now);
    // Before a client can have another socket opened, which may get the number of one just closed.
    watch_receivers();
    if (now >= unclaimed_until_) {
        unclaimed_until_ = kNever;
        sessions_.drop_unclaimed(now);
    }
    for (const epoll_event& event : ready) {
        if (event.data.fd == signals_.get()) {
            read_signals();
        } else {
            server_.handle(event.data.fd, event.events);
        }
    }
    watch_receivers();
    tell_owner();
}

/// A timer that has fired stays readable until it is set again, which happens here.
void Daemon::arm_timer(Time deadline) {
    if (deadline == armed_ && deadline > std::chrono::steady_clock::now()) {
        return;
    }
    armed_ = deadline;
    itimerspec when{};  // all zero: off
    if (deadline != kNever) {
        const auto since = std::max<std::chrono::nanoseconds>(deadline.time_since_epoch(),
                                                              std::chrono::nanoseconds(1));
        when.it_value.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(since).count();
        when.it_value.tv_nsec = (since % std::chrono::seconds(1)).count();
    }
    ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

/// A closed descriptor has left epoll by itself.
void Daemon::watch_receivers() {
    for (const net::Family family : {net::Family::IPv4, net::Family::IPv6}) {
        int& watched = watched_[static_cast<std::size_t>(family)];
        const int receiver = sessions_.receiver(family);
        if (receiver != watched && receiver >= 0) {
            watch(epoll_.get(), receiver);
        }
        watched = receiver;
    }
}

void Daemon::read_signals() {
    signalfd_siginfo signal{};
    if (::read(signals_.get(), &signal, sizeof signal) != sizeof signal) {
        return;
    }
    log_line(Level::Info,
             "event=bfd.stopping signal=%u sessions=%zu",
             signal.ssi_signo,
             sessions_.size());
    leaving_ = true;
    sessions_.drop_all(std::chrono::steady_clock::now());
}

void Daemon::on_line(ControlServer::Client& client, std::string_view line) {
    const auto request = decode_request(line);
    if (!request) {
        server_.send(client, encode(Event(event::Error{request.error().what})));
        return;
    }
    std::visit([&](const auto& what) { answer(client, what); }, *request);
}

void Daemon::answer(ControlServer::Client& client, const request::Set& set) {
    if (leaving_) {
        server_.send(client, encode(Event(event::Error{"the process is stopping"})));
        return;
    }
    const Time now = std::chrono::steady_clock::now();
    if (owner_ != &client) {
        if (owner_ != nullptr) {
            log_line(Level::Warning, "event=bfd.client.replaced");
            server_.send(*owner_, encode(Event(event::Error{"another client took over"})));
            server_.disconnect(*owner_);
        }
        sessions_.disown_all();
        owner_ = &client;
        unclaimed_until_ = now + kGrace;
        // It learns about those it does not name, too.
        for (const SessionStatus& status : sessions_.all()) {
            server_.send(client, encode(Event(status)));
        }
    }
    if (!sessions_.set_wanted(set.sessions, now)) {
        server_.send(client, encode(Event(event::Error{"no room for all sessions"})));
    }
    if (!sessions_.has_unclaimed()) {
        unclaimed_until_ = kNever;
    }
}

void Daemon::answer(ControlServer::Client& client, const request::SyncDone&) {
    if (owner_ != &client) {
        server_.send(client, encode(Event(event::Error{"only who named the sessions may say so"})));
        return;
    }
    unclaimed_until_ = kNever;
    sessions_.drop_unclaimed(std::chrono::steady_clock::now());
}

void Daemon::answer(ControlServer::Client&, const request::Leave&) {
    sessions_.drop_all(std::chrono::steady_clock::now());
}

void Daemon::answer(ControlServer::Client& client, const request::Status&) {
    std::string lines = encode(Event(process_status()));
    for (const SessionStatus& status : sessions_.all()) {
        lines += encode(Event(status));
    }
    server_.send(client, lines + encode(Event(event::End{})));
}

void Daemon::on_gone(ControlServer::Client& client) {
    if (owner_ == &client) {
        owner_ = nullptr;
        unclaimed_until_ = kNever;
        sessions_.disown_all();
        log_line(Level::Info, "event=bfd.client.gone sessions=%zu", sessions_.size());
    }
}

void Daemon::tell_owner() {
    const auto tell = [this](const Event& event) {
        if (owner_ != nullptr) {
            server_.send(*owner_, encode(event));
        }
    };
    sessions_.take_changes([&](const SessionStatus& status) { tell(status); },
                           [&](const SessionKey& key) { tell(event::Removed{key}); });
}

ProcessStatus Daemon::process_status() const {
    ProcessStatus status = self_;
    status.lateness = sessions_.lateness();
    status.discarded = sessions_.discarded();
    return status;
}

}  // namespace routeproof::bfd
