// The receiver: one session with an engine, every route counted as it comes.
//
// Events on standard output, a JSON object a line, times in nanoseconds of CLOCK_MONOTONIC:
//   established            the session stands; the time of our KEEPALIVE
//   full                   the last of --count different routes has come
//   end_of_rib             for IPv4 unicast
//   empty                  the table was full and its last route is withdrawn
//   route, withdrawn       one outside the table: injected later
// Standard input ends: Cease, a closing "summary", exit. The engine leaves: exit 1.
#include "tests/bench/peering/program.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string_view>

namespace routeproof::bench {
namespace {

class Sink {
public:
    Sink(const Peer& peer, std::uint32_t base, std::uint32_t count)
        : peer_(peer), base_(base), here_(count, false) {}

    void take(Type type, View body) {
        if (type == Type::Notification) {
            throw std::runtime_error("the engine sent NOTIFICATION " +
                                     std::to_string(body.empty() ? 0 : body[0]) + "/" +
                                     std::to_string(body.size() < 2 ? 0 : body[1]));
        }
        if (type == Type::Update) {
            update(body);
        }
    }

    void summary(std::int64_t time) {
        std::sort(sets_.begin(), sets_.end());
        const auto distinct = std::unique(sets_.begin(), sets_.end()) - sets_.begin();
        std::printf(
            "{\"event\": \"summary\", \"t\": %lld, \"routes\": %zu, \"announced\": %zu, "
            "\"withdrawn\": %zu, \"updates\": %zu, \"octets\": %zu, \"attribute_sets\": %td, "
            "\"end_of_rib\": %s}\n",
            static_cast<long long>(time),
            held_,
            announced_,
            withdrawn_,
            updates_,
            octets_,
            distinct,
            end_of_rib_ ? "true" : "false");
        std::fflush(stdout);
    }

private:
    void update(View body) {
        ++updates_;
        octets_ += kHeader + body.size();
        const std::size_t withdrawn = body.size() < 4 ? body.size() : u16(body.data());
        if (body.size() < 4 + withdrawn) {
            throw std::runtime_error("an UPDATE's withdrawn routes overrun it");
        }
        const std::size_t length = u16(body.data() + 2 + withdrawn);
        if (body.size() < 4 + withdrawn + length) {
            throw std::runtime_error("an UPDATE's attributes overrun it");
        }
        if (body.size() == 4) {
            end_of_rib_ = true;
            print("end_of_rib", peer_.last_read());
            return;
        }
        routes(body.subspan(2, withdrawn), false);
        const View attributes = body.subspan(4 + withdrawn, length);
        const View nlri = body.subspan(4 + withdrawn + length);
        bool announces = !nlri.empty();
        multiprotocol(attributes, announces);
        if (announces) {
            sets_.push_back(std::hash<std::string_view>{}(
                {reinterpret_cast<const char*>(attributes.data()), attributes.size()}));
        }
        routes(nlri, true);
    }

    // RFC 4760: IPv4 routes may come this way too; IPv6 ones are none of this table.
    void multiprotocol(View attributes, bool& announces) {
        while (attributes.size() >= 3) {
            const bool extended = (attributes[0] & 0x10) != 0;
            const std::size_t head = extended ? 4 : 3;
            if (attributes.size() < head) {
                break;
            }
            const std::size_t length = extended ? u16(&attributes[2]) : attributes[2];
            if (attributes.size() < head + length) {
                throw std::runtime_error("an attribute overruns its UPDATE");
            }
            const View value = attributes.subspan(head, length);
            const bool ipv4 = value.size() >= 3 && u16(value.data()) == 1;
            if (attributes[1] == 14 && ipv4 && value.size() >= 5U + value[3]) {
                announces = true;
                routes(value.subspan(5U + value[3]), true);
            } else if (attributes[1] == 15 && ipv4) {
                routes(value.subspan(3), false);
            }
            attributes = attributes.subspan(head + length);
        }
    }

    void routes(View nlri, bool announced) {
        while (!nlri.empty()) {
            const std::size_t octets = (nlri[0] + 7U) / 8U;
            if (nlri[0] > 32 || nlri.size() < 1 + octets) {
                throw std::runtime_error("an UPDATE's routes cannot be read");
            }
            std::uint32_t address = 0;
            if (octets == 4) [[likely]] {
                address = u32(nlri.data() + 1);
            } else {
                for (std::size_t i = 0; i < octets; ++i) {
                    address |= std::uint32_t{nlri[1 + i]} << (24 - 8 * i);
                }
            }
            route(address, nlri[0], announced);
            nlri = nlri.subspan(1 + octets);
        }
    }

    void route(std::uint32_t address, unsigned length, bool announced) {
        ++(announced ? announced_ : withdrawn_);
        const std::uint32_t index = address - base_;
        if (length != 32 || index >= here_.size()) {
            std::printf("{\"event\": \"%s\", \"prefix\": \"%s/%u\", \"t\": %lld}\n",
                        announced ? "route" : "withdrawn",
                        dotted(address).c_str(),
                        length,
                        static_cast<long long>(peer_.last_read()));
            std::fflush(stdout);
            return;
        }
        if (here_[index] == announced) {
            return;
        }
        here_[index] = announced;
        held_ += announced ? 1U : std::size_t(-1);
        if (announced && held_ == here_.size()) {
            print("full", peer_.last_read());
        } else if (!announced && held_ == 0) {
            print("empty", peer_.last_read());
        }
    }

    const Peer& peer_;
    const std::uint32_t base_;
    std::vector<bool> here_;
    std::size_t held_ = 0;
    std::size_t announced_ = 0;
    std::size_t withdrawn_ = 0;
    std::size_t updates_ = 0;
    std::size_t octets_ = 0;
    std::vector<std::size_t> sets_;  // hashes; sorted only at the end
    bool end_of_rib_ = false;
};

int run(int argc, char** argv) {
    SessionOptions session;
    std::uint32_t count = 0;
    CLI::App app("Completes a BGP session and counts the routes it is told.");
    session.add_to(app);
    app.add_flag(
        "--extended", session.identity.extended_messages, "take messages above 4096 octets");
    app.add_option("--count", count, "how many host routes the table has");
    CLI11_PARSE(app, argc, argv);
    Peer peer = session.connect();
    Sink sink(peer, address_of(session.base), count);
    print("established", peer.established());
    peer.live([&sink](Type type, View body) { sink.take(type, body); }, [](const std::string&) {});
    sink.summary(now());
    return 0;
}

}  // namespace
}  // namespace routeproof::bench

int main(int argc, char** argv) {
    return routeproof::bench::run_program("bgp_sink", routeproof::bench::run, argc, argv);
}
