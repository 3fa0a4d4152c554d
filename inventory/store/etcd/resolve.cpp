#include "inventory/store/etcd/resolve.hpp"

#include <boost/asio/io_context.hpp>

#include <future>
#include <thread>

namespace routeproof::store::etcd {

using boost::asio::ip::tcp;

Result<std::vector<tcp::endpoint>> resolve(const std::string& host,
                                           std::uint16_t port,
                                           std::chrono::steady_clock::time_point deadline) {
    boost::system::error_code why;
    if (const auto address = boost::asio::ip::make_address(host, why); !why) {
        return std::vector{tcp::endpoint(address, port)};
    }
    // getaddrinfo cannot be called off: who hangs in it is left behind with what he works on.
    struct Asked {
        std::promise<std::vector<tcp::endpoint>> found;
        boost::system::error_code why;
    };
    auto asked = std::make_shared<Asked>();
    auto found = asked->found.get_future();
    std::thread([asked, host, port] {
        boost::asio::io_context io;
        std::vector<tcp::endpoint> endpoints;
        for (const auto& entry :
             tcp::resolver(io).resolve(host, std::to_string(port), asked->why)) {
            endpoints.push_back(entry.endpoint());
        }
        asked->found.set_value(std::move(endpoints));
    }).detach();
    if (found.wait_until(deadline) != std::future_status::ready) {
        return Failure(Errc::Unavailable, "no answer from the resolver about " + host);
    }
    auto endpoints = found.get();
    if (endpoints.empty()) {
        return Failure(Errc::Unavailable, "cannot resolve " + host + ": " + asked->why.message());
    }
    return endpoints;
}

}  // namespace routeproof::store::etcd
