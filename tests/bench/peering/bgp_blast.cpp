// The floor of sending: UPDATEs that were built beforehand, written as fast as the socket takes
// them.
//
// Events on standard output as of bgp_sink: established, start (before the first octet), written
// (after the last). Standard input: "announce A.B.C.D" sends one host route now; its end: Cease.
#include "tests/bench/peering/program.hpp"

#include <stdexcept>

namespace routeproof::bench {
namespace {

int run(int argc, char** argv) {
    SessionOptions session;
    Routes routes;
    CLI::App app("Completes a BGP session and writes a prebuilt table to it.");
    session.add_to(app);
    app.add_flag("--listen", session.ends.listen, "wait for the other side to dial");
    app.add_option("--count", routes.count, "how many host routes the table has");
    app.add_flag("--distinct", routes.distinct, "a community of its own for each route");
    app.add_flag("--scattered", routes.scattered, "no route follows its neighbour");
    CLI11_PARSE(app, argc, argv);
    const Path path{session.identity.asn, address_of(session.ends.from), 0};
    routes.first = address_of(session.base);
    Octets table = updates(path, routes);
    const Octets end = end_of_rib();
    table.insert(table.end(), end.begin(), end.end());

    Peer peer = session.connect();
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
    return routeproof::bench::run_program("bgp_blast", routeproof::bench::run, argc, argv);
}
