// One question to one router, or one to each of many, run to the end; ended by SIGINT and SIGTERM.
#pragma once

#include "drivers/device.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <exception>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace routeproof::verifier {

/// Runs all coroutines side by side on one thread. The number of the signal that ended them, or 0.
inline int run_all(boost::asio::io_context& io,
                   std::vector<boost::asio::awaitable<void>> coroutines) {
    namespace asio = boost::asio;
    int signal = 0;
    std::size_t running = coroutines.size();
    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](const boost::system::error_code& error, int number) {
        if (!error) {
            signal = number;
            io.stop();
        }
    });
    for (auto& coroutine : coroutines) {
        asio::co_spawn(io, std::move(coroutine), [&](const std::exception_ptr& thrown) {
            if (thrown) {
                std::rethrow_exception(thrown);
            }
            if (--running == 0) {
                signals.cancel();
                io.stop();  // an idle session may keep waiting for its router
            }
        });
    }
    io.run();
    return signal;
}

}  // namespace routeproof::verifier
