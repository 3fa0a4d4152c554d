#include "drivers/device.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <exception>
#include <optional>

namespace routeproof::drivers {
namespace {

template <class T>
Answer<T> run(boost::asio::io_context& io, Asked<T> question) {
    std::optional<Answer<T>> answer;
    boost::asio::co_spawn(io, std::move(question), [&](std::exception_ptr thrown, Answer<T> got) {
        EXPECT_EQ(thrown, nullptr);
        answer = std::move(got);
    });
    io.run();
    return std::move(*answer);
}

TEST(MakeDevice, AnOsWithoutADriverAnswersNotSupportedAndNamesItself) {
    boost::asio::io_context io(1);
    Target target;
    target.name = "spine1";
    target.os = inventory::Os::Bird;
    const auto device = make_device(io.get_executor(), target);
    const auto answer = run(io, device->facts());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Failure::Kind::NotSupported);
    EXPECT_EQ(answer.error().what, "spine1: there is no driver for bird");
}

TEST(MakeDevice, TheCommandForPeopleIsThatOfTheOs) {
    boost::asio::io_context io(1);
    const auto peer = *net::Address::parse("198.51.100.2");
    Target target;
    target.os = inventory::Os::Junos;
    EXPECT_EQ(make_device(io.get_executor(), target)->received_command(peer),
              "show route receive-protocol bgp 198.51.100.2 all");
    target.os = inventory::Os::Nxos;
    EXPECT_EQ(make_device(io.get_executor(), target)->received_command(peer),
              "show bgp vrf default ipv4 unicast neighbors 198.51.100.2 received-routes");
}

}  // namespace
}  // namespace routeproof::drivers
