#include "inventory/store/sqlite_store.hpp"
#include "tests/contract/ipam/contest.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <thread>

namespace routeproof::ipam {
namespace {

// One process owns the file, so its hosts are threads.
TEST(IpamContest, OfManyRequestsAtOnceForTenAddressesExactlyTenWinInSqlite) {
    const test::TempDir directory;
    const auto store = store::SqliteStore::open(directory.path() / "store.db").value();
    begin_contest(*store);
    std::vector<std::string> wins;
    std::mutex mutex;
    std::vector<std::thread> hosts;
    for (int host = 0; host < kHosts; ++host) {
        hosts.emplace_back([&, host] {
            const auto own = play(host, [&](int) -> store::Store& { return *store; });
            const std::lock_guard lock(mutex);
            wins.insert(wins.end(), own.begin(), own.end());
        });
    }
    for (auto& host : hosts) {
        host.join();
    }
    expect_ten_winners(*store, wins);
}

}  // namespace
}  // namespace routeproof::ipam
