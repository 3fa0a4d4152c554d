// The floor of sending: UPDATEs that were built beforehand, written as fast as the socket takes
// them.
//
// Events on standard output as of bgp_sink: established, start (before the first octet), written
// (after the last). Standard input: "announce A.B.C.D" sends one host route now; its end: Cease.
#include "tests/bench/peering/bgp_peer.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <stdexcept>

namespace routeproof::bench {
namespace {

void print(const char* event, std::int64_t time) {
    std::printf("{\"event\": \"%s\", \"t\": %lld}\n", event, static_cast<long long>(time));
    std::fflush(stdout);
}

int run(int argc, char** argv) {
    Ends ends;
    Identity identity;
    std::string base = "10.0.0.0";
    Routes routes;
    unsigned patience = 60;
    CLI::App app("Completes a BGP session and writes a prebuilt table to it.");
    app.add_option("--from", ends.from, "our address")->required();
    app.add_option("--to", ends.to, "the engine's address")->required();
    app.add_flag("--listen", ends.listen, "wait for the other side to dial");
    app.add_option("--asn", identity.asn)->required();
    app.add_option("--hold", identity.hold_time, "seconds; 0: none")->capture_default_str();
    app.add_option("--base", base, "the table's first address")->capture_default_str();
    app.add_option("--count", routes.count, "how many host routes the table has");
    app.add_flag("--distinct", routes.distinct, "a community of its own for each route");
    app.add_flag("--scattered", routes.scattered, "no route follows its neighbour");
    app.add_option("--patience", patience, "seconds until a session must stand");
    CLI11_PARSE(app, argc, argv);
    identity.router_id = address_of(ends.from);
    const Path path{identity.asn, identity.router_id, 0};
    routes.first = address_of(base);
    Octets table = updates(path, routes);
    const Octets end = end_of_rib();
    table.insert(table.end(), end.begin(), end.end());

    Peer peer(ends, identity, std::chrono::seconds(patience));
    print("established", peer.established());
    print("start", now());
    peer.write(table);
    print("written", now());
    Octets().swap(table);
    peer.live(
        [](Type type, View body) {
            if (type == Type::Notification) {
                throw std::runtime_error("the engine sent NOTIFICATION " +
                                         std::to_string(body.empty() ? 0 : body[0]));
            }
        },
        [&](const std::string& line) {
            constexpr std::size_t kWord = sizeof "announce " - 1;
            if (line.rfind("announce ", 0) == 0) {
                peer.write(updates(path, {address_of(line.substr(kWord)), 1}));
            }
        });
    return 0;
}

}  // namespace
}  // namespace routeproof::bench

int main(int argc, char** argv) {
    try {
        return routeproof::bench::run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bgp_blast: %s\n", error.what());
        return 1;
    }
}
