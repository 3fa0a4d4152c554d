// The BFD process, played by a test: what arrives is a line to look at.
#pragma once

#include "agent/peering/bfd/messages.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <deque>
#include <filesystem>
#include <memory>
#include <string>

namespace routeproof::test {

class BfdServer {
public:
    BfdServer(boost::asio::io_context& io, const std::filesystem::path& path)
        : acceptor_(io, boost::asio::local::stream_protocol::endpoint(path.string())),
          connection_(io) {
        acceptor_.async_accept(connection_, [this](const boost::system::error_code& error) {
            if (!error) {
                acceptor_.close();
                read();
            }
        });
    }
    void say(const bfd::Event& event) {
        boost::asio::write(connection_, boost::asio::buffer(bfd::encode(event)));
    }
    void hang_up() { connection_.close(); }

    std::deque<bfd::Request> heard;

private:
    void read() {
        boost::asio::async_read_until(
            connection_,
            boost::asio::dynamic_buffer(*buffer_),
            '\n',
            [this, buffer = buffer_](const boost::system::error_code& error, std::size_t size) {
                if (error) {
                    return;
                }
                heard.push_back(bfd::decode_request(buffer->substr(0, size)).value());
                buffer->erase(0, size);
                read();
            });
    }

    // Shared with the operation, which may end after the server.
    std::shared_ptr<std::string> buffer_ = std::make_shared<std::string>();
    boost::asio::local::stream_protocol::acceptor acceptor_;
    boost::asio::local::stream_protocol::socket connection_;
};

}  // namespace routeproof::test
