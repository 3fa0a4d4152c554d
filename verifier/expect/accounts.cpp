#include "verifier/expect/accounts.hpp"

#include <algorithm>
#include <set>

namespace routeproof::verifier {

void fill_account(const inventory::Inventory& inventory,
                  HostAccount& account,
                  const drivers::Answer<std::string>& printed) {
    account.report.reset();
    account.failure.reset();
    if (!printed) {
        account.failure = printed.error();
        return;
    }
    auto report = inventory::report_from_json(*printed);
    if (!report) {
        account.failure = drivers::Failure(drivers::Stage::Parse,
                                           drivers::Failure::Kind::Protocol,
                                           "host report: " + report.error().what);
        return;
    }
    if (report->host != account.host && inventory.host(report->host) != nullptr) {
        account.failure =
            drivers::Failure(drivers::Stage::Parse,
                             drivers::Failure::Kind::Protocol,
                             "the agent of " + report->host + " answers: the address of " +
                                 account.host + " leads to the wrong machine");
        return;
    }
    account.report = std::move(*report);
}

std::vector<HostAccount> accounts_from_file(const inventory::Inventory& inventory,
                                            const std::vector<inventory::HostReport>& reports) {
    std::vector<HostAccount> accounts;
    for (const inventory::Host& host : inventory.hosts) {
        HostAccount account;
        account.host = host.name;
        const auto found =
            std::find_if(reports.begin(), reports.end(), [&](const inventory::HostReport& r) {
                return r.host == host.name;
            });
        if (found != reports.end()) {
            account.source = HostAccount::Source::File;
            account.report = *found;
        } else {
            account.missing_in_file = true;
        }
        accounts.push_back(std::move(account));
    }
    return accounts;
}

std::vector<std::string> unfit_reports(const inventory::Inventory& inventory,
                                       const std::vector<inventory::HostReport>& reports) {
    std::vector<std::string> sentences;
    std::set<std::string> seen;
    for (const inventory::HostReport& report : reports) {
        if (inventory.host(report.host) == nullptr) {
            sentences.push_back("host \"" + report.host + "\" is not in the inventory");
        } else if (!seen.insert(report.host).second) {
            sentences.push_back("host \"" + report.host + "\" is reported twice");
        }
    }
    return sentences;
}

}  // namespace routeproof::verifier
