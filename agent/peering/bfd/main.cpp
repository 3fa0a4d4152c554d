// routeproof-bfd: the BFD process of a host. It is small and does one thing, so that it can run at
// real-time priority and need not be restarted when the agent is.
#include "agent/peering/bfd/daemon.hpp"
#include "agent/peering/bfd/log_line.hpp"
#include "agent/peering/bfd/status_command.hpp"

#include <fcntl.h>
#include <getopt.h>
#include <sysexits.h>

#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace routeproof::bfd {
namespace {

constexpr const char* kUsage =
    "usage: routeproof-bfd [OPTION]...\n"
    "Watches the paths to this host's BGP peers by BFD (RFC 5880, 5881) for routeproof-agent.\n"
    "\n"
    "  -s, --socket PATH  where clients ask for sessions (default: /run/routeproof/bfd.sock)\n"
    "  -d, --detach       serve in the background; returns when the socket is answered\n"
    "  -v, --verbose      log every change of state\n"
    "      --status       print the sessions of the running process, and end\n"
    "      --json         with --status: JSON lines\n"
    "      --version, --help\n";

struct Options {
    std::string socket = "/run/routeproof/bfd.sock";
    bool detach = false;
    bool status = false;
    bool json = false;
};

int complain(int code, const std::string& what) {
    std::fprintf(stderr, "routeproof-bfd: %s\n", what.c_str());
    return code;
}

/// In the child: the pipe to report through. The parent never comes back: it ends with what the
/// child reported. Throws if there can be no child.
int detach() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe to the process in the background");
    }
    const pid_t child = ::fork();
    if (child < 0) {
        throw std::runtime_error("cannot fork");
    }
    if (child > 0) {
        ::close(ends[1]);
        unsigned char code = EX_SOFTWARE;  // what it is if the child dies without a word
        ::_exit(::read(ends[0], &code, 1) == 1 ? code : EX_SOFTWARE);
    }
    ::setsid();
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(nothing, STDOUT_FILENO);
    if (::chdir("/") != 0) {
        throw std::runtime_error("cannot change to /");
    }
    return ends[1];
}

int serve(const Options& options) {
    const auto socket = std::filesystem::absolute(options.socket);
    const int report = options.detach ? detach() : -1;
    const auto tell = [report](int code) {
        const auto octet = static_cast<unsigned char>(code);
        if (report >= 0 && ::write(report, &octet, 1) == 1) {
            ::close(report);
        }
        return code;
    };
    Daemon daemon;
    if (const std::string error = daemon.start(socket); !error.empty()) {
        return tell(complain(EX_UNAVAILABLE, error));
    }
    tell(EX_OK);
    daemon.run();
    return EX_OK;
}

int command_line(int argc, char** argv) {
    enum : int { kStatus = 256, kJson, kVersionText };
    const std::array<option, 8> known{{{"socket", required_argument, nullptr, 's'},
                                       {"detach", no_argument, nullptr, 'd'},
                                       {"verbose", no_argument, nullptr, 'v'},
                                       {"status", no_argument, nullptr, kStatus},
                                       {"json", no_argument, nullptr, kJson},
                                       {"version", no_argument, nullptr, kVersionText},
                                       {"help", no_argument, nullptr, 'h'},
                                       {nullptr, 0, nullptr, 0}}};
    Options options;
    const auto next = [&] {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread
        return ::getopt_long(argc, argv, "s:dvh", known.data(), nullptr);
    };
    for (int found = next(); found != -1; found = next()) {
        switch (found) {
            case 's':
                options.socket = optarg;
                break;
            case 'd':
                options.detach = true;
                break;
            case 'v':
                set_log_level(Level::Debug);
                break;
            case kStatus:
                options.status = true;
                break;
            case kJson:
                options.json = true;
                break;
            case kVersionText:
                std::puts("routeproof-bfd " ROUTEPROOF_VERSION);
                return EX_OK;
            case 'h':
                std::fputs(kUsage, stdout);
                return EX_OK;
            default:
                std::fputs(kUsage, stderr);
                return EX_USAGE;
        }
    }
    if (optind != argc) {
        return complain(EX_USAGE, std::string("'") + argv[optind] + "' is not understood");
    }
    return options.status ? print_status(options.socket, options.json) : serve(options);
}

}  // namespace
}  // namespace routeproof::bfd

int main(int argc, char** argv) {
    try {
        return routeproof::bfd::command_line(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "routeproof-bfd: %s\n", error.what());
        return EX_SOFTWARE;
    }
}
