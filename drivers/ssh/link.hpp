// Inside of a Session: the socket, libssh's state, and the one way of waiting for either.
// Only sources of this folder include it: it is the border to libssh.
#pragma once

#include "drivers/ssh/auth.hpp"
#include "drivers/ssh/session.hpp"
#include "drivers/trust.hpp"
#include "inventory/secret_source.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <libssh/libssh.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace routeproof::ssh {

class Tunnel;

class Link {
public:
    Link(const boost::asio::any_io_executor& executor, drivers::Target target);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    /// All that follows, in order.
    drivers::Asked<void> log_in();
    /// The first part of that: who is there?
    drivers::Asked<drivers::HostKeySight> look();

    drivers::Asked<void> reach();                // over the jump hosts, if there are any
    drivers::Asked<void> resolve_and_connect();  // connect.cpp
    drivers::Asked<void> exchange_keys();        // connect.cpp
    drivers::Answer<void> check_host_key();      // host_key.cpp
    /// What the machine showed in exchange_keys(), and what we know of it.
    drivers::Answer<drivers::HostKeySight> look_at_host_key();  // host_key.cpp
    drivers::Asked<Keys> read_keys();                           // auth.cpp
    /// `keys` must live until it is done.
    drivers::Asked<void> authenticate(const Keys& keys);  // auth.cpp

    void enter(drivers::Stage stage);
    drivers::Failure failure(drivers::Failure::Kind kind, std::string_view what) const;
    /// What libssh complains about, as a failure of the current stage.
    drivers::Failure library_failure(drivers::Failure::Kind kind) const;

    /// From now on io() waits for as long as it takes.
    void without_deadline() { deadline_ = std::chrono::steady_clock::time_point::max(); }
    /// Lets whoever waits in io() look again.
    void wake() { gate_.cancel(); }
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
    // auth.cpp
    boost::asio::awaitable<inventory::SecretAnswer> run_secret_command(const std::string& line);
    drivers::Asked<Secret> read_secret(const inventory::SecretSource& source, const char* what);
    drivers::Asked<int> answer_prompts(const Secret& password);
    drivers::Asked<int> try_password(const Secret& password);
    drivers::Asked<int> try_agent();
    drivers::Asked<int> try_key(ssh_key key);
    /// False if libssh knows none of the ciphers that were asked for.
    bool set_options(int fd);
    /// Of the host keys on record, to steer the negotiation; empty if there are none.
    std::vector<std::string> known_key_types() const;  // host_key.cpp

    drivers::Target target_;
    boost::asio::ip::tcp::resolver resolver_;
    boost::asio::generic::stream_protocol::socket socket_;  // TCP, or the inner end of a Tunnel
    boost::asio::steady_timer gate_;
    std::shared_ptr<char> alive_ = std::make_shared<char>();  // handlers may outlive us
    std::shared_ptr<Tunnel> via_;                             // the last jump host
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
