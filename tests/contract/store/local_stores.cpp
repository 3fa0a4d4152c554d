#include "inventory/store/memory_store.hpp"
#include "inventory/store/sqlite_store.hpp"
#include "tests/contract/store/contract.hpp"

namespace routeproof::store {
namespace {

INSTANTIATE_TEST_SUITE_P(
    Stores,
    StoreContract,
    testing::Values(Implementation{"memory",
                                   [](const auto&) { return std::make_unique<MemoryStore>(); }},
                    Implementation{"sqlite",
                                   [](const auto& directory) {
                                       return SqliteStore::open(directory / "store.db").value();
                                   }}),
    [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace routeproof::store
