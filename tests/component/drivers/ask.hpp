// Runs one question to its answer.
#pragma once

#include "drivers/device.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <exception>
#include <optional>
#include <utility>

namespace routeproof::drivers {

template <class T>
Answer<T> wait_for(boost::asio::io_context& io, Asked<T> question) {
    std::optional<Answer<T>> answer;
    auto keep = [&answer](std::exception_ptr thrown, Answer<T> got) {
        EXPECT_EQ(thrown, nullptr);
        answer = std::move(got);
    };
    boost::asio::co_spawn(io, std::move(question), keep);
    io.restart();
    while (!answer) {  // not run(): an idle session may keep waiting for its router
        io.run_one();
    }
    return std::move(*answer);
}

inline Answer<std::string> run_on(const Target& target, std::string command) {
    boost::asio::io_context io(1);
    return wait_for(io, run_command(io.get_executor(), target, std::move(command)));
}

}  // namespace routeproof::drivers
