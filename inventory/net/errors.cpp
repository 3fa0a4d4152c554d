#include "inventory/net/errors.hpp"

#include <string>

namespace routeproof::net {
namespace {

class Category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "routeproof.net"; }
    std::string message(int value) const override {
        switch (static_cast<Errc>(value)) {
            case Errc::BadAddress:
                return "not an IPv4 or IPv6 address";
            case Errc::BadPrefix:
                return "not a prefix (expected ADDRESS/LENGTH, such as 172.16.100.0/24)";
            case Errc::BadPrefixLength:
                return "prefix length out of range (0-32 for IPv4, 0-128 for IPv6)";
            case Errc::HostBitsSet:
                return "bits are set to the right of the prefix length";
            case Errc::BadAsn:
                return "not an AS number (1-4294967295, or asdot such as 1.10)";
            case Errc::BadCommunity:
                return "not a community (expected ASN:VALUE, each 0-65535)";
            case Errc::BadAsPath:
                return "not an AS path";
        }
        return "unknown error";
    }
};

}  // namespace

const boost::system::error_category& error_category() {
    static const Category kCategory;
    return kCategory;
}

}  // namespace routeproof::net
