// A store that forgets: for tests and for programs that only look.
#pragma once

#include "inventory/store/store.hpp"

#include <map>

namespace routeproof::store {

class MemoryStore final : public Store {
public:
    Result<std::optional<Entry>> get(std::string_view key) override;
    Result<std::vector<Entry>> list(std::string_view prefix) override;
    Result<void> commit(const Transaction& transaction) override;

private:
    std::map<std::string, Entry, std::less<>> entries_;
    std::int64_t commits_ = 0;
};

}  // namespace routeproof::store
