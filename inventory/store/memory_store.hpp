// A store that forgets: for tests and for programs that only look.
#pragma once

#include "inventory/store/local_store.hpp"

#include <map>

namespace routeproof::store {

class MemoryStore final : public LocalStore {
protected:
    Result<std::optional<Entry>> read(std::string_view key) override;
    Result<std::vector<Entry>> read_all(std::string_view prefix) override;
    Result<std::vector<std::string>> read_keys_of(Lease lease) override;
    Result<Revision> read_revision() override;
    Result<Revision> write(const Transaction& transaction) override;
    Result<Lease> write_lease(std::chrono::seconds time_to_live) override;
    Result<void> erase_lease(Lease lease) override;

private:
    std::map<std::string, Entry, std::less<>> entries_;
    Revision commits_ = static_cast<Revision>(1);  // 0 is "from the start"
    std::int64_t leases_granted_ = 0;
};

}  // namespace routeproof::store
