// What bgp_sink and bgp_blast have in common: the options of a session and the events they print.
#pragma once

#include "tests/bench/peering/bgp_peer.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace routeproof::bench {

struct SessionOptions {
    Ends ends;
    Identity identity;
    std::string base = "10.0.0.0";  // the table's first address
    unsigned patience = 60;         // seconds

    void add_to(CLI::App& app);
    /// Once the command line is read.
    Peer connect();
};

/// One line of JSON on standard output.
void print(const char* event, std::int64_t time);

/// Runs it; an exception becomes a line on standard error and exit code 1.
int run_program(const char* name, int (*run)(int, char**), int argc, char** argv);

}  // namespace routeproof::bench
