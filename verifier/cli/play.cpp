#include "playbooks/journal.hpp"
#include "playbooks/loader.hpp"
#include "playbooks/plan.hpp"
#include "playbooks/runner.hpp"
#include "verifier/cli/commands.hpp"
#include "verifier/cli/look.hpp"
#include "verifier/text.hpp"

#include <pwd.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>

namespace routeproof::verifier {
namespace {

namespace fs = std::filesystem;

std::string user_name() {
    const passwd* entry = ::getpwuid(::getuid());  // NOLINT(concurrency-mt-unsafe): one thread
    return entry == nullptr ? std::to_string(::getuid()) : entry->pw_name;
}

/// NAME=VALUE of every -e; nothing, and said so, if one has no '='.
std::optional<std::map<std::string, std::string>> variables_of(
    const std::vector<std::string>& given) {
    std::map<std::string, std::string> variables;
    for (const std::string& word : given) {
        const auto equals = word.find('=');
        if (equals == std::string::npos || equals == 0) {
            complain(EX_USAGE, "-e " + word + ": write -e NAME=VALUE");
            return std::nullopt;
        }
        variables[word.substr(0, equals)] = word.substr(equals + 1);
    }
    return variables;
}

int complain_all(const inventory::Diagnostics& diagnostics) {
    for (const auto& diagnostic : diagnostics) {
        std::cerr << one_line(diagnostic.to_string()) << '\n';
    }
    const bool unreadable = diagnostics.front().kind == inventory::Diagnostic::Kind::Unreadable;
    return unreadable ? EX_NOINPUT : EX_DATAERR;
}

playbooks::RunOptions run_options(const PlayOptions& options) {
    playbooks::RunOptions run;
    run.check = options.check;
    run.diff = options.diff;
    run.step = options.step;
    run.yes = options.yes;
    run.accept_weaker = options.accept_weaker;
    run.terminal = ::isatty(STDIN_FILENO) == 1;
    run.state = options.state.empty() ? playbooks::state_folder() : options.state;
    return run;
}

playbooks::Reach reach_for(const inventory::Inventory& inventory, Format format) {
    // With JSON on standard output people still want to see what goes on.
    std::ostream& out = format == Format::Json ? std::cerr : std::cout;
    return {&drivers::make_changer, look_at(inventory), [&out](const std::string& line) {
                out << one_line(line) << std::endl;
            }};
}

int print(const playbooks::RunReport& report, Format format) {
    std::cout << (format == Format::Json ? json_report(report) : last_lines(report));
    if (!std::cout.flush() && report.exit_code == 0) {
        return complain(EX_IOERR, "the report could not be written");
    }
    return report.exit_code;
}

int resume(const PlayOptions& options, const inventory::Inventory& inventory) {
    const auto run = run_options(options);
    const fs::path file = run.state / "runs" / (options.resume + ".jsonl");
    std::ifstream in(file, std::ios::binary);
    if (options.resume.find('/') != std::string::npos || !in) {
        return complain(EX_NOINPUT,
                        "--resume " + options.resume + ": there is no " + file.string());
    }
    const std::string lines((std::istreambuf_iterator<char>(in)), {});
    const auto unfinished = playbooks::unfinished_in(lines);
    if (!unfinished) {
        return complain(EX_DATAERR, file.string() + ": " + unfinished.error());
    }
    playbooks::RunReport report;
    report.run = options.resume;
    report.inventory = options.inventory.string();
    const auto reach = reach_for(inventory, options.format);
    return print(playbooks::resume(*unfinished, file, inventory, run, reach, std::move(report)),
                 options.format);
}

}  // namespace

int run_play(const PlayOptions& options) {
    if (options.playbook.empty() == options.resume.empty()) {
        return complain(EX_USAGE, "play: give a playbook, or --resume RUN without one");
    }
    int code = EX_OK;
    const auto inventory = load_or_complain(options.inventory, code);
    if (!inventory) {
        return code;
    }
    // Whoever reads our output may go; a change that is pending must still be decided about.
    std::signal(SIGPIPE, SIG_IGN);
    if (!options.resume.empty()) {
        return resume(options, *inventory);
    }
    auto variables = variables_of(options.variables);
    if (!variables) {
        return EX_USAGE;
    }
    const auto playbook = playbooks::load(options.playbook);
    if (!playbook) {
        return complain_all(playbook.error());
    }
    playbooks::PlanRequest request;
    request.variables = std::move(*variables);
    request.limit = options.limit;
    request.run_id = playbooks::new_run_id();
    request.user = user_name();
    const auto plan = make_plan(*playbook, *inventory, request);
    if (!plan) {
        return complain_all(plan.error());
    }
    playbooks::RunReport report;
    report.run = request.run_id;
    report.playbook = options.playbook.string();
    report.inventory = options.inventory.string();
    const auto reach = reach_for(*inventory, options.format);
    return print(playbooks::run(*plan, *inventory, run_options(options), reach, std::move(report)),
                 options.format);
}

}  // namespace routeproof::verifier
