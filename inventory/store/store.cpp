#include "inventory/store/store.hpp"

namespace routeproof::store {
namespace {

class Category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "routeproof.store"; }
    std::string message(int value) const override {
        switch (static_cast<Errc>(value)) {
            case Errc::Conflict:
                return "somebody else changed the same entry";
            case Errc::Unavailable:
                return "the store cannot be reached or written";
            case Errc::Corrupt:
                return "the store's file is damaged or is not a Routeproof store";
            case Errc::Locked:
                return "another process has the store open";
        }
        return "unknown error";
    }
};

}  // namespace

const boost::system::error_category& error_category() {
    static const Category kCategory;
    return kCategory;
}

}  // namespace routeproof::store
