#include "tests/contract/store/deaf_proxy.hpp"

#include <boost/asio/write.hpp>
#include <sys/socket.h>

#include <array>

namespace routeproof::test {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

tcp::endpoint loopback(std::uint16_t port) {
    return {boost::asio::ip::address_v4::loopback(), port};
}

}  // namespace

DeafProxy::DeafProxy(std::uint16_t server_port)
    : acceptor_(io_, loopback(0)),
      port_(acceptor_.local_endpoint().port()),
      thread_([this, server_port] { serve(server_port); }) {}

DeafProxy::~DeafProxy() {
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);  // wakes accept
    thread_.join();
}

void DeafProxy::serve(std::uint16_t server_port) {
    for (;;) {
        error_code why;
        tcp::socket client(io_);
        acceptor_.accept(client, why);
        if (why) {
            return;
        }
        tcp::socket server(io_);
        server.connect(loopback(server_port), why);
        std::array<char, 65536> octets{};
        // A request is one small write, so one read has the whole of it.
        const auto asked = client.read_some(boost::asio::buffer(octets), why);
        boost::asio::write(server, boost::asio::buffer(octets, asked), why);
        const auto answered = server.read_some(boost::asio::buffer(octets), why);
        if (answered > 0 && deaf_) {
            ++swallowed_;
        } else {
            boost::asio::write(client, boost::asio::buffer(octets, answered), why);
        }
    }
}

}  // namespace routeproof::test
