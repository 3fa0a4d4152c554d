// One SSH login and its channels (RFC 4251-4254), by libssh in non-blocking mode on Asio.
//
// We own the socket (all addresses are tried, every stage has a deadline); libssh gets a copy of
// the descriptor and only ever does what is possible at once. A session and its channels live on
// one executor; all waits of a session go through one timer, so a question runs at a time.
// Failures are values that name the stage, the machine and what to do; secrets never appear.
#pragma once

#include "drivers/device.hpp"
#include "drivers/failure.hpp"
#include "drivers/trust.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace routeproof::ssh {

class Link;

/// A session channel. Its Session must outlive it.
class Channel {
public:
    struct Impl;
    explicit Channel(std::unique_ptr<Impl> impl);
    ~Channel();
    Channel(Channel&&) noexcept;
    Channel& operator=(Channel&&) noexcept;

    /// What the other side sent on its standard output, as much as there is; empty = it closed.
    /// The bytes are valid until the caller's next co_await.
    drivers::Asked<std::string_view> read();
    drivers::Asked<void> write(std::string bytes);
    /// Takes what can be sent at once; for farewells in destructors.
    void write_at_once(std::string_view bytes);
    /// The end of what came on standard error so far (at most 4 KiB), and the exit status once
    /// read() said that the other side closed: -1 if it sent none.
    const std::string& standard_error() const;
    int exit_status() const;

private:
    std::unique_ptr<Impl> impl_;
};

class Session {
public:
    Session(const boost::asio::any_io_executor& executor, drivers::Target target);
    ~Session();

    /// Resolve, connect, key exchange, host key, authentication: once, before anything else.
    drivers::Asked<void> log_in();
    /// The first half of that: who is there? Nobody logs in.
    drivers::Asked<drivers::HostKeySight> look_at_host_key();
    drivers::Asked<Channel> exec(std::string command);
    drivers::Asked<Channel> subsystem(std::string name);

    /// From now on all waits belong to this stage and end when its time (from Target) is up.
    void enter(drivers::Stage stage);
    /// A failure at the current stage; `what` is put behind the machine's address.
    drivers::Failure failure(drivers::Failure::Kind kind, std::string_view what) const;

private:
    std::unique_ptr<Link> link_;
};

}  // namespace routeproof::ssh
