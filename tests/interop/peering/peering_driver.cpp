// A speaker for scripts. Usage:
//   peering_driver OWN_AS ROUTER_ID LISTEN_PORT IMPORT_PREFIX|- PEER...
//   PEER = NAME,ADDRESS,AS,LOCAL_ADDRESS,HOLD_TIME[,passive]
// Commands on stdin, a line each: announce PREFIX [COMMUNITY...] · withdraw PREFIX · status ·
// leave TEXT · restart. End of input means restart. Events on stdout, a line each:
//   route PREFIX NEXT_HOP... · session NAME STATE · status NAME STATE key=value... · log EVENT
//   k=v...
#include "agent/peering/speaker.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <unistd.h>

#include <iostream>
#include <sstream>

namespace {

using namespace routeproof;

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, separator);) {
        parts.push_back(part);
    }
    return parts;
}

bgp::PeerConfig parse_peer(const std::string& text) {
    const auto parts = split(text, ',');
    bgp::PeerConfig peer;
    peer.name = parts.at(0);
    peer.address = net::Address::parse(parts.at(1)).value();
    peer.asn = net::Asn::parse(parts.at(2)).value();
    peer.local_address = net::Address::parse(parts.at(3)).value();
    peer.hold_time = std::chrono::seconds(std::stoi(parts.at(4)));
    peer.passive = parts.size() > 5 && parts[5] == "passive";
    return peer;
}

bgp::SpeakerCallbacks print_events() {
    bgp::SpeakerCallbacks callbacks;
    callbacks.route = [](const net::Prefix& prefix, const bgp::NextHops& next_hops) {
        std::cout << "route " << prefix;
        for (const auto& next_hop : next_hops) {
            std::cout << " " << next_hop;
        }
        std::cout << std::endl;
    };
    callbacks.session = [](const bgp::SessionStatus& status) {
        std::cout << "session " << status.name << " " << status.state << std::endl;
    };
    callbacks.log = [](log::Severity, std::string_view event, const log::Fields& fields) {
        std::cout << "log " << event;
        for (const auto& field : fields) {
            std::cout << " " << field.key << "=" << field.value;
        }
        std::cout << std::endl;
    };
    return callbacks;
}

class Driver {
public:
    Driver(boost::asio::io_context& io, bgp::SpeakerConfig config)
        : speaker_(io, std::move(config), print_events()), input_(io, ::dup(STDIN_FILENO)) {
        speaker_.start();
        read();
    }

private:
    void read() {
        boost::asio::async_read_until(
            input_, buffer_, '\n', [this](const boost::system::error_code& error, std::size_t) {
                if (error) {
                    speaker_.stop(bgp::StopMode::Restart);
                    return;
                }
                std::string line;
                std::istream in(&buffer_);
                std::getline(in, line);
                if (run(line)) {
                    read();
                }
            });
    }

    // False after the last command.
    bool run(const std::string& line) {
        const auto words = split(line, ' ');
        if (words.empty()) {
            return true;
        }
        const auto stopped = [] { std::cout << "stopped" << std::endl; };
        if (words[0] == "announce") {
            bgp::AnnounceAttributes attributes;
            for (std::size_t i = 2; i < words.size(); ++i) {
                attributes.communities.push_back(net::Community::parse(words[i]).value());
            }
            speaker_.announce(net::Prefix::parse(words.at(1)).value(), attributes);
        } else if (words[0] == "withdraw") {
            speaker_.withdraw(net::Prefix::parse(words.at(1)).value());
        } else if (words[0] == "status") {
            print_status();
        } else if (words[0] == "leave") {
            speaker_.stop(
                bgp::StopMode::Leave, line.substr(std::min<std::size_t>(6, line.size())), stopped);
            return false;
        } else if (words[0] == "restart") {
            speaker_.stop(bgp::StopMode::Restart, {}, stopped);
            return false;
        }
        return true;
    }

    void print_status() const {
        for (const auto& session : speaker_.sessions()) {
            std::cout << "status " << session.name << " " << session.state
                      << " advertised=" << session.advertised << " received=" << session.received
                      << " accepted=" << session.accepted
                      << " hold_time=" << session.hold_time.count()
                      << " updates_sent=" << session.updates_sent
                      << " malformed=" << session.updates_malformed
                      << " last_error=" << session.last_error << std::endl;
        }
    }

    bgp::Speaker speaker_;
    boost::asio::posix::stream_descriptor input_;
    boost::asio::streambuf buffer_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 6) {
        std::cerr << "usage: see the head of peering_driver.cpp\n";
        return 64;
    }
    bgp::SpeakerConfig config;
    config.asn = net::Asn::parse(argv[1]).value();
    config.router_id = net::RouterId::parse(argv[2]).value();
    config.listen_port = static_cast<std::uint16_t>(std::stoi(argv[3]));
    if (std::string(argv[4]) != "-") {
        config.import = bgp::Policy::accept_inside({net::Prefix::parse(argv[4]).value()});
    }
    for (int i = 5; i < argc; ++i) {
        config.peers.push_back(parse_peer(argv[i]));
    }
    boost::asio::io_context io(1);
    Driver driver(io, std::move(config));
    io.run();
}
