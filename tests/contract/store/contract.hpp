// One suite for every Store: what holds for one must hold for all. Programs that link contract.cpp
// say which with INSTANTIATE_TEST_SUITE_P(…, StoreContract, …).
#pragma once

#include "inventory/store/store.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace routeproof::store {

struct Implementation {
    const char* name;
    /// An empty store. The folder is the test's own.
    std::function<std::unique_ptr<Store>(const std::filesystem::path&)> make;
};

class StoreContract : public testing::TestWithParam<Implementation> {
protected:
    void put(const std::string& key, const std::string& value, Lease lease = Lease::None) {
        const auto done = store_->commit({{}, {{key, value, lease}}, {}});
        ASSERT_TRUE(done) << done.error();
    }
    std::string get(const std::string& key) {
        const auto entry = store_->get(key).value();
        return entry ? entry->value : "(absent)";
    }
    Revision revision(const std::string& key) {
        const auto entry = store_->get(key).value();
        return entry ? entry->revision : Revision::Absent;
    }
    static std::vector<std::string> told(Watch& watch, std::size_t count);

    test::TempDir directory_;
    std::unique_ptr<Store> store_ = GetParam().make(directory_.path());
};

}  // namespace routeproof::store
