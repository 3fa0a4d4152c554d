#include "verifier/expect/accounts.hpp"

#include "tests/unit/verifier/lab.hpp"

#include <gtest/gtest.h>

namespace routeproof::verifier {
namespace {

using testing::Lab;

TEST(Accounts, AReportThatCannotBeReadIsAFailureOfStageParse) {
    const Lab lab;
    HostAccount account;
    fill_account(lab.inventory, account, std::string("bash: routeproof-agent: command not found"));
    EXPECT_FALSE(account.report);
    ASSERT_TRUE(account.failure);
    EXPECT_EQ(account.failure->stage, drivers::Stage::Parse);
    EXPECT_EQ(account.failure->kind, drivers::Failure::Kind::Protocol);
}

TEST(Accounts, WhatTheAgentPrintsIsUnderstood) {
    Lab lab;
    HostAccount account;
    account.host = "dockerhost1";
    fill_account(lab.inventory, account, inventory::to_json(lab.report("dockerhost1")));
    EXPECT_EQ(account.report, lab.report("dockerhost1"));
    EXPECT_FALSE(account.failure);
}

TEST(Accounts, TheReportOfAnotherHostOfTheInventoryComesFromTheWrongMachine) {
    Lab lab;
    HostAccount account;
    account.host = "dockerhost1";
    fill_account(lab.inventory, account, inventory::to_json(lab.report("dockerhost2")));
    EXPECT_FALSE(account.report);
    ASSERT_TRUE(account.failure);
    EXPECT_EQ(account.failure->what,
              "the agent of dockerhost2 answers: the address of dockerhost1 leads to the wrong "
              "machine");
}

TEST(Accounts, AFailureToAskIsKept) {
    const Lab lab;
    HostAccount account;
    fill_account(lab.inventory, account, testing::refused());
    EXPECT_EQ(account.failure, testing::refused());
}

TEST(Accounts, AFileNamesHostsOfTheInventoryOnceEach) {
    Lab lab;
    inventory::HostReport stranger = lab.report("dockerhost1");
    stranger.host = "dockerhost9";
    const std::vector reports{
        lab.report("dockerhost1"), lab.report("dockerhost1"), std::move(stranger)};
    EXPECT_EQ(unfit_reports(lab.inventory, reports),
              (std::vector<std::string>{"host \"dockerhost1\" is reported twice",
                                        "host \"dockerhost9\" is not in the inventory"}));
}

TEST(Accounts, AHostThatTheFileLeavesOutIsMarked) {
    Lab lab;
    const auto accounts = accounts_from_file(lab.inventory, {lab.report("dockerhost1")});
    ASSERT_EQ(accounts.size(), 2U);
    EXPECT_EQ(accounts[0].source, HostAccount::Source::File);
    EXPECT_TRUE(accounts[1].missing_in_file);
}

}  // namespace
}  // namespace routeproof::verifier
