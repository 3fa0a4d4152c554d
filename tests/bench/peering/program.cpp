#include "tests/bench/peering/program.hpp"

#include <cstdio>
#include <exception>

namespace routeproof::bench {

void SessionOptions::add_to(CLI::App& app) {
    app.add_option("--from", ends.from, "our address")->required();
    app.add_option("--to", ends.to, "the engine's address")->required();
    app.add_option("--asn", identity.asn)->required();
    app.add_option("--hold", identity.hold_time, "seconds; 0: none")->capture_default_str();
    app.add_option("--base", base, "the table's first address")->capture_default_str();
    app.add_option("--patience", patience, "seconds until a session must stand");
}

Peer SessionOptions::connect() {
    identity.router_id = address_of(ends.from);
    return {ends, identity, std::chrono::seconds(patience)};
}

void print(const char* event, std::int64_t time) {
    std::printf("{\"event\": \"%s\", \"t\": %lld}\n", event, static_cast<long long>(time));
    std::fflush(stdout);
}

int run_program(const char* name, int (*run)(int, char**), int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", name, error.what());
        return 1;
    }
}

}  // namespace routeproof::bench
