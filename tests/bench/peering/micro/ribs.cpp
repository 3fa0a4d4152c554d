// What the tables cost by themselves: no sockets, one peer's messages into memory and out of it.
// Each case runs in a child of its own, so that its memory is its own. Times are the median of
// five children, memory is the resident set beyond that of the empty child.
#include "agent/peering/peer_routes.hpp"
#include "agent/peering/wire/header.hpp"

#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

namespace {

using namespace routeproof;
using namespace routeproof::bgp;
using Clock = std::chrono::steady_clock;

constexpr int kRuns = 5;
std::string only;                      // cases whose name contains this
constexpr std::size_t kBatch = 65536;  // as the transport writes
constexpr std::uint32_t kFirstAddress = 0x0A000000;
const net::Asn kOurs(65100);
const net::Asn kTheirs(65000);

/// What a case reports, through a pipe; `extra` means what the case says.
struct Figures {
    double seconds = 0;
    double octets = 0;
    double extra = 0;
};

double since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double resident() {
    std::size_t pages = 0;
    std::size_t resident_pages = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident_pages;
    return static_cast<double>(resident_pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double peak_resident() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024;
}

net::Prefix nth(std::uint32_t number) {
    return net::Prefix::host(net::Address::v4(kFirstAddress + number));
}

SessionFacts facts(net::Asn peer_as, std::uint32_t local, std::uint32_t peer) {
    SessionFacts session;
    session.negotiated.peer_as = peer_as;
    session.negotiated.peer_id = net::RouterId(peer);
    session.negotiated.four_octet_as = true;
    session.negotiated.families = {kIpv4Unicast};
    session.local_address = net::Address::v4(local);
    session.peer_address = net::Address::v4(peer);
    return session;
}

struct Sender {
    RouteTables tables{nullptr};
    PeerConfig config;
    std::vector<std::unique_ptr<PeerRoutes>> peers;

    explicit Sender(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            peers.push_back(
                std::make_unique<PeerRoutes>(tables, config, kOurs, Policy::accept_all()));
        }
    }
    void originate(std::uint32_t count, bool distinct) {
        AnnounceAttributes attributes;
        for (std::uint32_t i = 0; i < count; ++i) {
            if (distinct) {
                attributes.communities = {net::Community(i)};
            }
            tables.originate(nth(i), attributes);
        }
    }
    void up() {
        for (auto& peer : peers) {
            peer->session_up(facts(kTheirs, 0xC0000201, 0xC0000202));
        }
    }
};

/// The same octets again and again, as a socket would take them; the number of all octets.
std::size_t drain(PeerRoutes& peer) {
    Bytes batch;
    std::size_t octets = 0;
    do {
        batch.clear();
        while (batch.size() < kBatch && peer.next_message(batch)) {
        }
        octets += batch.size();
    } while (!batch.empty());
    return octets;
}

/// From Established to the last octet; memory with the prefixes originated and told.
Figures send(std::uint32_t count, std::size_t peers, bool distinct) {
    const double empty = resident();
    Sender sender(peers);
    sender.originate(count, distinct);
    const auto start = Clock::now();
    sender.up();
    std::size_t octets = 0;
    for (auto& peer : sender.peers) {
        octets += drain(*peer);
    }
    const double seconds = since(start);
    if (octets < count * std::size_t{5} * peers) {
        std::abort();
    }
    return {seconds, resident() - empty, peak_resident() - empty};
}

/// Messages from memory through the codec and the import policy to the decision.
Figures receive(std::uint32_t count, bool distinct) {
    std::vector<Bytes> messages;
    {
        Sender sender(1);
        sender.originate(count, distinct);
        sender.up();
        for (Bytes one; sender.peers[0]->next_message(one); one.clear()) {
            messages.emplace_back(one.begin(), one.end());
        }
    }
    malloc_trim(0);  // what the sender had must not be given to the receiver
    const double empty = resident();
    RouteTables tables(nullptr);
    PeerConfig config;
    PeerRoutes receiver(tables, config, kTheirs, Policy::accept_all());
    receiver.session_up(facts(kOurs, 0xC0000202, 0xC0000201));
    const UpdateContext context;
    const auto start = Clock::now();
    for (const auto& message : messages) {
        const auto update = decode_update(ByteView(message).subspan(kHeaderSize), context);
        receiver.apply(*update);
    }
    const double seconds = since(start);
    if (tables.loc_rib().size() != count) {
        std::abort();
    }
    return {seconds, resident() - empty, peak_resident() - empty};
}

/// One prefix at a time into a table of `count`: median and 99th percentile.
Figures inject(std::uint32_t count) {
    Sender sender(1);
    sender.originate(count, false);
    sender.up();
    drain(*sender.peers[0]);
    std::vector<double> times;
    for (std::uint32_t i = 0; i < 10000; ++i) {
        const auto start = Clock::now();
        const auto slot = sender.tables.originate(nth(count + i), {});
        sender.peers[0]->originated_changed(*slot);
        drain(*sender.peers[0]);
        times.push_back(since(start));
    }
    std::sort(times.begin(), times.end());
    return {times[times.size() / 2], 0, times[times.size() * 99 / 100]};
}

Figures in_child(const std::function<Figures()>& run) {
    int ends[2];
    if (pipe(ends) != 0) {
        std::abort();
    }
    const pid_t child = fork();
    if (child == 0) {
        const Figures figures = run();
        const auto written = write(ends[1], &figures, sizeof figures);
        _exit(written == sizeof figures ? 0 : 1);
    }
    close(ends[1]);
    Figures figures;
    const bool whole = read(ends[0], &figures, sizeof figures) == sizeof figures;
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (!whole || status != 0) {
        std::fputs("bench_ribs: a case failed\n", stderr);
        std::exit(1);
    }
    return figures;
}

Figures median(const std::function<Figures()>& run) {
    std::vector<Figures> all;
    for (int i = 0; i < kRuns; ++i) {
        all.push_back(in_child(run));
    }
    std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.seconds < b.seconds; });
    return all[kRuns / 2];
}

void line(const std::string& name, double routes, const std::function<Figures()>& run) {
    if (name.find(only) == std::string::npos) {
        return;
    }
    const Figures one = median(run);
    std::printf("%-34s %9.2f ms %8.1f ns/route %7.1f B/route %7.1f B/route at most\n",
                name.c_str(),
                one.seconds * 1e3,
                one.seconds * 1e9 / routes,
                one.octets / routes,
                one.extra / routes);
    std::fflush(stdout);
}

}  // namespace

int main(int count_of_arguments, char** arguments) {
    only = count_of_arguments > 1 ? arguments[1] : "";
    for (const std::uint32_t count : {1000U, 10000U, 100000U, 1000000U}) {
        const std::string name = std::to_string(count);
        line("send " + name, count, [=] { return send(count, 1, false); });
        line("receive " + name, count, [=] { return receive(count, false); });
    }
    line("send 1000000 to 4 peers", 1e6, [] { return send(1000000, 4, false); });
    line("send 100000 distinct", 1e5, [] { return send(100000, 1, true); });
    line("receive 100000 distinct", 1e5, [] { return receive(100000, true); });
    if (!only.empty()) {
        return 0;
    }
    const Figures one = median([] { return inject(100000); });
    std::printf("one into 100000: median %.2f us, 99th percentile %.2f us\n",
                one.seconds * 1e6,
                one.extra * 1e6);
}
