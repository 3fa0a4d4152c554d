// One interface with an unnumbered peer: sends router advertisements, listens to the other end's,
// and says where it is. Needs CAP_NET_RAW.
#pragma once

#include "agent/peering/unnumbered/learner.hpp"
#include "agent/peering/unnumbered/link_state.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include <functional>
#include <memory>
#include <string>

namespace routeproof::bgp::unnumbered {

class Link : public std::enable_shared_from_this<Link> {
public:
    struct Ends {
        net::Address ours;
        net::Address theirs;
        std::uint32_t index = 0;  // of the interface
    };
    struct Callbacks {
        /// The other end is there now; none: the link is gone.
        std::function<void(const std::optional<Ends>&)> changed;
        /// A sentence about what does not work, once.
        std::function<void(const std::string&)> trouble;
    };

    Link(const boost::asio::any_io_executor& executor, std::string interface, Callbacks callbacks);

    void start();
    void stop();

private:
    void watch_kernel();
    void look();
    void open();
    void close();
    void wait_for_packet();
    void receive();
    void advertise();
    void send(const std::vector<std::uint8_t>& icmp, const char* destination);
    void schedule(std::chrono::milliseconds after);
    void tell(const std::optional<Ends>& ends);
    void complain(const std::string& sentence);

    std::string interface_;
    Callbacks callbacks_;
    boost::asio::posix::stream_descriptor kernel_;  // tells that some link or address changed
    boost::asio::posix::stream_descriptor icmp_;
    boost::asio::steady_timer advertise_timer_;
    boost::asio::steady_timer look_timer_;
    std::optional<LinkState> state_;
    Learner learner_;
    unsigned sent_ = 0;                                   // advertisements since the link came up
    std::chrono::steady_clock::time_point advertised_{};  // the last one
    std::string last_trouble_;
    bool stopped_ = false;
};

}  // namespace routeproof::bgp::unnumbered
