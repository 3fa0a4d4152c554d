#include "playbooks/loop.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <iostream>
#include <memory>

namespace routeproof::playbooks {

namespace asio = boost::asio;

Loop::Loop() {
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        set_.add(number);
    }
    listen();
}

void Loop::listen() {
    set_.async_wait([this](const boost::system::error_code& error, int number) {
        if (error) {
            return;
        }
        note(number);
        listen();
    });
}

void Loop::note(int number) {
    first_ = first_ == 0 ? number : first_;
    ++count_;
}

void Loop::poll() {
    io_.restart();
    io_.poll();
}

int Loop::signal() {
    poll();
    return first_;
}

unsigned Loop::signals() {
    poll();
    return count_;
}

void Loop::turn(const bool& done, std::optional<unsigned> before) {
    io_.restart();
    while (!done && (!before || count_ <= *before)) {
        io_.run_one();
    }
}

bool Loop::run(std::vector<asio::awaitable<void>> work, unsigned patience) {
    // On the heap: what is left behind still refers to it.
    struct Left {
        std::size_t running;
        bool done;
    };
    const auto left = std::make_shared<Left>(Left{work.size(), work.empty()});
    for (auto& one : work) {
        asio::co_spawn(io_, std::move(one), [left](const std::exception_ptr& thrown) {
            if (thrown) {
                std::rethrow_exception(thrown);  // our own mistake: leaves run_one(), ends in main
            }
            left->done = --left->running == 0;
        });
    }
    turn(left->done, patience == 0 ? std::nullopt : std::optional<unsigned>(patience - 1));
    return left->done;
}

bool Loop::wait_until(Clock::time_point time) {
    if (signal() != 0) {
        return false;
    }
    rest_until(time, 1);
    return first_ == 0;
}

void Loop::rest_until(Clock::time_point time, unsigned patience) {
    bool done = false;
    asio::steady_timer timer(io_, time);
    timer.async_wait([&done](const boost::system::error_code&) { done = true; });
    turn(done, patience - 1);
    if (!done) {
        timer.cancel();
        turn(done, std::nullopt);
    }
}

std::optional<std::string> Loop::ask(const std::string& question, Clock::time_point until) {
    if (signal() != 0) {
        return std::nullopt;
    }
    std::cerr << question << std::flush;
    asio::posix::stream_descriptor terminal(io_, ::dup(STDIN_FILENO));
    asio::steady_timer timer(io_, until);
    std::string line;
    bool read = false;
    bool answered = false;
    asio::async_read_until(terminal,
                           asio::dynamic_buffer(line, 4096),
                           '\n',
                           [&](const boost::system::error_code& error, std::size_t) {
                               read = true;
                               answered = !error;
                           });
    timer.async_wait([&](const boost::system::error_code& error) {
        if (!error) {
            terminal.cancel();
        }
    });
    turn(read, count_);
    timer.cancel();
    if (!read) {
        terminal.cancel();
        turn(read, std::nullopt);
        answered = false;
    }
    poll();
    // It is the terminal's own mode: it must not stay so for who comes after us.
    ::fcntl(STDIN_FILENO, F_SETFL, ::fcntl(STDIN_FILENO, F_GETFL) & ~O_NONBLOCK);
    if (!answered) {
        std::cerr << '\n';
        return std::nullopt;
    }
    return line.substr(0, line.find('\n'));
}

}  // namespace routeproof::playbooks
