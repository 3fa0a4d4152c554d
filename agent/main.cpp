// routeproof-agent: the command line of the daemon that runs on every Docker host.
#include "agent/app/app.hpp"
#include "agent/app/peering_only.hpp"
#include "agent/log/logger.hpp"
#include "inventory/agent_client.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <nlohmann/json.hpp>
#include <sysexits.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <thread>

namespace routeproof::agent {
namespace {

/// The leaves are given time to choose other ways before the routes go.
constexpr std::chrono::seconds kLeaveTime{60};

struct Options {
    std::filesystem::path config = "/etc/routeproof/agent.yml";
    std::vector<std::string> aliases;
    std::string farewell;                 // leave --text
    std::filesystem::path peering_file;   // --peering-only
    std::filesystem::path peering_state;  // its --state, a folder
    Places places;
    bool verbose = false;
};

int complain(int code, const std::string& sentence) {
    std::cerr << "routeproof-agent: " << sentence << '\n';
    return code;
}

int complain(const inventory::Diagnostics& diagnostics) {
    for (const auto& diagnostic : diagnostics) {
        std::cerr << diagnostic << '\n';
    }
    const bool unreadable = diagnostics.front().kind == inventory::Diagnostic::Kind::Unreadable;
    return unreadable ? EX_NOINPUT : EX_DATAERR;
}

log::Sink log_of(const Options& options) {
    return log::stderr_sink(options.verbose ? log::Severity::Debug : log::Severity::Info);
}

/// Starts `program` (App or PeeringOnly) and lives until it has ended.
template <class Program>
int live(boost::asio::io_context& io, Program& program, const log::Sink& log) {
    if (const auto started = program.start(); !started) {
        return complain(started.error().code, started.error().what);
    }
    boost::asio::signal_set signals(io, SIGTERM, SIGINT);
    signals.async_wait([&](const boost::system::error_code& error, int number) {
        if (error) {
            return;
        }
        log(log::Severity::Info,
            log::event::kAgentStopping,
            {{"signal", number == SIGTERM ? "SIGTERM" : "SIGINT"}});
        program.stop(bgp::StopMode::Restart, "routeproof-agent stops");
    });
    io.run();
    return EX_OK;
}

int run(const Options& options) {
    auto config = load_config(options.config);
    if (!config) {
        return complain(config.error());
    }
    config->aliases.insert(config->aliases.end(), options.aliases.begin(), options.aliases.end());
    const log::Sink log = log_of(options);
    boost::asio::io_context io(1);
    App app(io, std::move(*config), options.places, log, [&io] { io.stop(); });
    return live(io, app, log);
}

int run_peering_only(const Options& options) {
    auto file = config::load_peering_file(options.peering_file);
    if (!file) {
        return complain(file.error());
    }
    const log::Sink log = log_of(options);
    boost::asio::io_context io(1);
    const PeeringPlaces places{options.places.control_socket, options.peering_state};
    PeeringOnly peering(io, std::move(*file), places, log, [&io] { io.stop(); });
    return live(io, peering, log);
}

int check(const Options& options) {
    const auto config = load_config(options.config);
    if (!config) {
        return complain(config.error());
    }
    std::cout << options.config.string() << ": OK: host " << config->host << ", AS " << config->asn
              << ", " << config->peers.size() << " peer(s), " << config->blocks.size()
              << " own block(s)\n";
    return EX_OK;
}

int code_of(inventory::AgentError::Kind kind) {
    switch (kind) {
        case inventory::AgentError::Kind::Denied:
            return EX_NOPERM;
        case inventory::AgentError::Kind::NotRunning:
            return EX_UNAVAILABLE;
        case inventory::AgentError::Kind::Refused:
        case inventory::AgentError::Kind::Broken:
            break;
    }
    return EX_PROTOCOL;
}

int print(const boost::system::result<std::string, inventory::AgentError>& answer) {
    if (!answer) {
        return complain(code_of(answer.error().kind), answer.error().what);
    }
    std::cout << *answer << std::flush;
    return std::cout ? EX_OK : complain(EX_IOERR, "standard output cannot be written");
}

int ask(const Options& options, const std::string& path) {
    return print(inventory::ask_agent(options.places.control_socket, path));
}

// Asks the agent to leave and waits until it has: what follows may rely on it.
int leave(const Options& options) {
    const auto& socket = options.places.control_socket;
    const std::string body = nlohmann::json({{"mode", "leave"}, {"text", options.farewell}}).dump();
    const auto asked = inventory::post_to_agent(socket, "/v1/stop", body);
    if (!asked) {
        return print(asked);
    }
    const auto deadline = std::chrono::steady_clock::now() + kLeaveTime;
    while (std::filesystem::exists(socket)) {
        if (std::chrono::steady_clock::now() > deadline) {
            return complain(EX_TEMPFAIL, "the agent is still leaving; look at its log");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return EX_OK;
}

int command_line(int argc, char** argv) {
    Options options;
    int code = EX_OK;
    CLI::App app("Gives Docker containers routable addresses and announces them to the leaves.");
    app.set_version_flag("--version", "routeproof-agent " ROUTEPROOF_VERSION);
    app.require_subcommand(0, 1);
    const auto add_config = [&options](CLI::App* command) {
        command->add_option("-c,--config", options.config, "configuration file")
            ->capture_default_str();
    };
    const auto add_socket = [&options](CLI::App* command) {
        command->add_option("--socket", options.places.control_socket, "local API of the agent")
            ->capture_default_str();
    };

    CLI::Option* peering_only =
        app.add_option(
               "--peering-only", options.peering_file, "be a BGP speaker only, without Docker")
            ->type_name("FILE");
    app.add_option("--socket", options.places.control_socket, "its local API")
        ->needs(peering_only)
        ->capture_default_str();
    app.add_option("--state", options.peering_state, "its folder for what a restart must know")
        ->needs(peering_only);
    app.add_flag("-v,--verbose", options.verbose, "log debug events too")->needs(peering_only);

    CLI::App* run_command = app.add_subcommand("run", "be the agent, in the foreground");
    add_config(run_command);
    add_socket(run_command);
    run_command
        ->add_option(
            "--alias", options.aliases, "further driver name: calico also answers as calico-ipam")
        ->expected(1)
        ->check([](const std::string& name) {
            return is_plain_name(name) ? "" : "expected letters, digits and ._-, no path";
        });
    run_command->add_option("--state", options.places.state, "store")->capture_default_str();
    run_command
        ->add_option("--plugins", options.places.plugins, "folder of Docker's plugin sockets")
        ->capture_default_str();
    run_command->add_flag("-v,--verbose", options.verbose, "log debug events too");
    run_command->callback([&] { code = run(options); });

    CLI::App* check_command = app.add_subcommand("check", "validate the configuration only");
    add_config(check_command);
    check_command->callback([&] { code = check(options); });

    CLI::App* announcements =
        app.add_subcommand("announcements", "print what this host originates, as JSON");
    add_socket(announcements);
    announcements->callback([&] { code = ask(options, "/v1/announcements"); });

    CLI::App* status = app.add_subcommand("status", "print the BGP sessions, as JSON");
    add_socket(status);
    status->callback([&] { code = ask(options, "/v1/status"); });

    CLI::App* leave_command = app.add_subcommand(
        "leave", "tell the leaves to choose other ways, withdraw everything, and end the agent");
    add_socket(leave_command);
    leave_command->add_option("--text", options.farewell, "why, for whoever looks at a leaf");
    leave_command->callback([&] { code = leave(options); });

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? EX_OK : EX_USAGE;
    }
    if (app.get_subcommands().empty()) {
        if (peering_only->empty()) {
            std::cerr << app.help();
            return EX_USAGE;
        }
        return run_peering_only(options);
    }
    if (!peering_only->empty()) {
        return complain(EX_USAGE, "--peering-only stands alone, without a command");
    }
    return code;
}

}  // namespace
}  // namespace routeproof::agent

int main(int argc, char** argv) {
    try {
        return routeproof::agent::command_line(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "routeproof-agent: internal error: %s\n", error.what());
        return EX_SOFTWARE;
    }
}
