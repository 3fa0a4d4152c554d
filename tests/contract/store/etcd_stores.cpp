#include "tests/contract/store/contract.hpp"
#include "tests/contract/store/etcd_cluster.hpp"

namespace routeproof::store {
namespace {

/// One cluster for the whole suite; each test has a folder of its own in it.
std::unique_ptr<Store> make_etcd(const std::filesystem::path& directory) {
    static const test::EtcdCluster kCluster(3);
    auto options = kCluster.options();
    options.folder = directory.string() + "/";
    return EtcdStore::open(options).value();
}

INSTANTIATE_TEST_SUITE_P(Stores,
                         StoreContract,
                         testing::Values(Implementation{"etcd", make_etcd}),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace routeproof::store
