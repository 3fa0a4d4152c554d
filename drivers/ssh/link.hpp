// Inside of a Session: the socket, libssh's state, and the one way of waiting for either.
// Only sources of this folder include it: it is the border to libssh.
#pragma once

#include "drivers/ssh/session.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <libssh/libssh.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace routeproof::ssh {

class Link {
public:
    Link(const boost::asio::any_io_executor& executor, drivers::Target target);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    drivers::Asked<void> resolve_and_connect();      // connect.cpp
    drivers::Asked<void> exchange_keys();            // connect.cpp
    drivers::Answer<void> check_host_key();          // host_key.cpp
    drivers::Asked<void> authenticate(ssh_key key);  // auth.cpp; null: ask the agent

    void enter(drivers::Stage stage);
    drivers::Failure failure(drivers::Failure::Kind kind, std::string_view what) const;
    /// What libssh complains about, as a failure of the current stage.
    drivers::Failure library_failure(drivers::Failure::Kind kind) const;

    /// Sleeps until the socket may have moved, or fails when the stage's time is up.
    drivers::Asked<void> io();
    /// The same, but no longer than until `until`.
    drivers::Asked<void> io_until(std::chrono::steady_clock::time_point until);
    /// Repeats one libssh call, with the same arguments, until it is not `again`.
    template <class Call>
    drivers::Asked<int> drive(Call call, int again) {
        for (;;) {
            const int rc = call();
            if (rc != again) {
                co_return rc;
            }
            const auto moved = co_await io();
            if (!moved) {
                co_return moved.error();
            }
        }
    }
    /// Lets others run, and checks the deadline: a stream that never pauses must not starve them.
    drivers::Asked<void> breathe();

    ssh_session handle() const { return session_; }
    const drivers::Target& target() const { return target_; }
    void logged_in() { logging_in_ = false; }
    /// Bytes taken from the socket so far. Any libssh call may take some, and put them where
    /// another call finds them: only if nothing came since may one wait for the socket.
    std::uint64_t bytes_in() const { return counter_.in_bytes; }

private:
    /// Waits for the gate until `until`; true if it was opened before.
    boost::asio::awaitable<bool> gate(std::chrono::steady_clock::time_point until);
    drivers::Failure late() const;
    void arm();
    void set_options(int fd);

    drivers::Target target_;
    boost::asio::ip::tcp::resolver resolver_;
    boost::asio::ip::tcp::socket tcp_;
    boost::asio::steady_timer gate_;
    std::shared_ptr<char> alive_ = std::make_shared<char>();  // handlers may outlive us
    ssh_session session_ = nullptr;
    drivers::Stage stage_ = drivers::Stage::Resolve;
    std::chrono::milliseconds allowed_{};
    std::chrono::steady_clock::time_point deadline_;
    ssh_counter_struct counter_{};
    bool read_armed_ = false;
    bool write_armed_ = false;
    bool logging_in_ = true;
};

/// Text of a peer or a library for use in a sentence: one line, printable, of bounded length.
std::string one_line(std::string_view text);

}  // namespace routeproof::ssh
