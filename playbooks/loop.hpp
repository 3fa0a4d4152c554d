// The thread of a run: work on many routers side by side, waits and questions that a signal ends,
// and the signals themselves. A signal never ends the program here: the run decides what it means.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace routeproof::playbooks {

class Loop {
public:
    using Clock = std::chrono::steady_clock;

    /// SIGINT, SIGTERM and SIGHUP are caught from now on.
    Loop();

    boost::asio::any_io_executor executor() { return io_.get_executor(); }

    /// Runs all of them to their end. False: `patience` signals have come, counted from the start
    /// of the run, and they were left where they are. 0: no number of signals ends them.
    bool run(std::vector<boost::asio::awaitable<void>> work, unsigned patience);

    /// False: a signal came first, or one had come before.
    bool wait_until(Clock::time_point time);

    /// Ends early only once so many signals have come.
    void rest_until(Clock::time_point time, unsigned patience);

    /// One line from the terminal; nothing after a signal, at the end of the input or of the time.
    std::optional<std::string> ask(const std::string& question, Clock::time_point until);

    /// The first signal, or 0; also one that came while somebody else had the thread.
    int signal();
    unsigned signals();
    /// Somebody else's word that there was one, in case it did not come here.
    void note(int number);

private:
    void listen();
    void poll();
    /// Runs until `done`, or more signals have come than `before` (never, if that is nothing).
    void turn(const bool& done, std::optional<unsigned> before);

    boost::asio::io_context io_{1};
    boost::asio::signal_set set_{io_};
    int first_ = 0;
    unsigned count_ = 0;
};

}  // namespace routeproof::playbooks
