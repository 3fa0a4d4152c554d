#include "inventory/model.hpp"
#include "verifier/cli/commands.hpp"
#include "verifier/cli/terminal.hpp"
#include "verifier/collect/collect.hpp"
#include "verifier/expect/accounts.hpp"
#include "verifier/report/json.hpp"
#include "verifier/report/table.hpp"

#include <sysexits.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

namespace routeproof::verifier {
namespace {

using Reports = std::vector<inventory::HostReport>;

std::optional<Reports> read_reports(const std::filesystem::path& file,
                                    const inventory::Inventory& inventory,
                                    int& code) {
    std::error_code error;
    std::ifstream in(file, std::ios::binary);
    std::string text;
    if (in && !std::filesystem::is_directory(file, error)) {
        text.assign(std::istreambuf_iterator<char>(in), {});
    }
    if (!in || in.bad() || std::filesystem::is_directory(file, error)) {
        code = complain(EX_NOINPUT, file.string() + ": cannot be read");
        return std::nullopt;
    }
    auto reports = inventory::reports_from_json(text);
    if (!reports) {
        code = complain(EX_DATAERR, file.string() + ": " + reports.error().what);
        return std::nullopt;
    }
    const auto unfit = unfit_reports(inventory, *reports);
    for (const std::string& sentence : unfit) {
        code = complain(EX_DATAERR, file.string() + ": " + sentence);
    }
    if (!unfit.empty()) {
        return std::nullopt;
    }
    return std::move(*reports);
}

// A filter that names nothing would prove nothing, and that must not look like success.
int check_filters(const VerifyOptions& options, const inventory::Inventory& inventory) {
    for (const std::string& name : options.leaves) {
        const inventory::Router* router = inventory.router(name);
        if (router == nullptr) {
            return complain(EX_USAGE, "--leaf " + name + ": the inventory has no such router");
        }
        if (router->access.address.empty()) {
            return complain(EX_USAGE,
                            "--leaf " + name + ": the inventory gives it no address to log in to");
        }
    }
    for (const std::string& name : options.hosts) {
        if (inventory.host(name) == nullptr) {
            return complain(EX_USAGE, "--host " + name + ": the inventory has no such host");
        }
    }
    const bool any = std::any_of(
        inventory.routers.begin(), inventory.routers.end(), [](const inventory::Router& router) {
            return !router.access.address.empty();
        });
    if (!any) {
        return complain(EX_DATAERR,
                        options.inventory.string() +
                            ": no router has an address, so that none can be looked into");
    }
    return EX_OK;
}

}  // namespace

int run_verify(const VerifyOptions& options) {
    int code = EX_OK;
    auto inventory = load_or_complain(options.inventory, code);
    if (!inventory) {
        return code;
    }
    if (const int unfit = check_filters(options, *inventory); unfit != EX_OK) {
        return unfit;
    }
    CollectRequest request;
    request.scope = {options.leaves, options.hosts};
    if (!options.expect.empty()) {
        request.reports = read_reports(options.expect, *inventory, code);
        if (!request.reports) {
            return code;
        }
    }
    request.inventory = std::move(*inventory);

    RunInfo run;
    run.inventory = options.inventory.string();
    run.expect = options.expect.string();
    run.started = now();
    const auto started = std::chrono::steady_clock::now();
    Collected collected = collect(request, real_reach());
    run.interrupted_by = collected.interrupted_by;
    run.took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - started);
    const RunResult result =
        judge(std::move(run), std::move(collected.expectations), std::move(collected.observations));

    if (options.format == Format::Json) {
        std::cout << json_report(result);
    } else {
        std::cout << table_report(result,
                                  {use_colour(options.colour), terminal_width(), options.all});
    }
    if (!std::cout.flush()) {
        // A report that nobody could read proves nothing.
        return complain(EX_IOERR, "the report could not be written");
    }
    return result.exit_code;
}

}  // namespace routeproof::verifier
