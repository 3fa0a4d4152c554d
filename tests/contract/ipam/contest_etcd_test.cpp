#include "inventory/store/etcd_store.hpp"
#include "tests/contract/ipam/contest.hpp"
#include "tests/contract/store/etcd_cluster.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>

namespace routeproof::ipam {
namespace {

/// The life of one host: a process with a connection per thread. Ends the process.
[[noreturn]] void be_host(int host, const store::EtcdOptions& options, int results) {
    std::vector<std::unique_ptr<store::EtcdStore>> stores;
    for (int thread = 0; thread < kThreads; ++thread) {
        stores.push_back(store::EtcdStore::open(options).value());
    }
    std::string text;
    for (const std::string& win : play(host, [&](int thread) -> store::Store& {
             return *stores[static_cast<std::size_t>(thread)];
         })) {
        text += win + "\n";
    }
    const bool told =
        ::write(results, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::_exit(told && !testing::Test::HasFailure() ? 0 : 1);
}

TEST(IpamContest, OfManyHostsWithManyRequestsAtOnceForTenAddressesExactlyTenWinInEtcd) {
    const test::EtcdCluster cluster(3);
    const auto store = store::EtcdStore::open(cluster.options()).value();
    begin_contest(*store);
    int results[2];
    ASSERT_EQ(::pipe(results), 0);
    std::vector<pid_t> hosts;
    for (int host = 0; host < kHosts; ++host) {
        const pid_t process = ::fork();
        if (process == 0) {
            ::close(results[0]);
            be_host(host, cluster.options(static_cast<std::size_t>(host)), results[1]);
        }
        hosts.push_back(process);
    }
    ::close(results[1]);
    std::string text;
    char octets[4096];
    for (ssize_t size = 0; (size = ::read(results[0], octets, sizeof octets)) > 0;) {
        text.append(octets, static_cast<std::size_t>(size));
    }
    ::close(results[0]);
    for (const pid_t host : hosts) {
        int status = -1;
        EXPECT_EQ(::waitpid(host, &status, 0), host);
        EXPECT_EQ(status, 0) << "a host found something wrong (its words are above)";
    }
    std::vector<std::string> wins;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        wins.push_back(line);
    }
    expect_ten_winners(*store, wins);
}

}  // namespace
}  // namespace routeproof::ipam
