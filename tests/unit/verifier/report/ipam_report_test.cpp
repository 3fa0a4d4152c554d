#include "verifier/report/ipam_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace routeproof::verifier {
namespace {

using testing::HasSubstr;

std::string answer(const std::string& trouble, const std::string& store_trouble = "") {
    return R"({"schema":"routeproof.ipam/1","host":"dockerhost1","store_trouble":")" +
           store_trouble +
           R"(","blocks":[{"block":"172.16.100.0/26","pool":"172.16.100.0/24",)"
           R"("host":"dockerhost1","state":"confirmed","why":"address 172.16.100.1",)"
           R"("since":"2026-11-23T12:00:00Z"}],"addresses":[{"address":"172.16.100.1",)"
           R"("pool":"172.16.100.0/24","kind":"container","ownership":"own_block",)"
           R"("host":"dockerhost1","network":"0123456789abcdef","endpoint":"ep",)"
           R"("container":"demo1","since":"2026-11-23T12:00:00Z","trouble":")" +
           trouble + R"("}]})";
}

TEST(IpamReport, ShowsBlocksAndAddressesWithWhoWhenAndWhy) {
    EXPECT_EQ(
        ipam_table(answer("")).value(),
        "BLOCK            POOL             HOST         STATE      SINCE                 WHY\n"
        "172.16.100.0/26  172.16.100.0/24  dockerhost1  confirmed  2026-11-23T12:00:00Z  "
        "address 172.16.100.1\n"
        "\n"
        "ADDRESS       HOST         CONTAINER  NETWORK       WHY        FROM       SINCE\n"
        "172.16.100.1  dockerhost1  demo1      0123456789ab  container  own_block  "
        "2026-11-23T12:00:00Z\n");
}

TEST(IpamReport, CheckNamesWhatNobodyUsesAndWhatToDo) {
    const auto check = ipam_check(answer("leaked: Docker has removed its endpoint")).value();
    EXPECT_EQ(check.troubles, 1U);
    EXPECT_FALSE(check.blind);
    EXPECT_EQ(
        check.text,
        "172.16.100.1 on dockerhost1 since 2026-11-23T12:00:00Z is leaked: Docker has removed "
        "its endpoint\n"
        "    next: routeproof ipam release 172.16.100.1\n"
        "1 addresses, 1 blocks: 1 in trouble\n");
}

TEST(IpamReport, CheckIsNotContentWhenTheSharedStoreIsAway) {
    const auto check = ipam_check(answer("", "the shared store is away: no route")).value();
    EXPECT_EQ(check.troubles, 0U);
    EXPECT_TRUE(check.blind);
    EXPECT_THAT(check.text, HasSubstr("unknown: what other hosts have; the shared store is away"));
}

TEST(IpamReport, AnAnswerOfSomethingElseIsRefused) {
    EXPECT_EQ(ipam_check("{}").error().what,
              "the agent's answer is not of schema routeproof.ipam/1");
    EXPECT_THAT(ipam_table(R"({"schema":"routeproof.ipam/1"})").error().what,
                HasSubstr("lacks something"));
}

}  // namespace
}  // namespace routeproof::verifier
