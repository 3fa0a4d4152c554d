// Who we are and whom we believe, for https endpoints.
#pragma once

#include "inventory/store/failure.hpp"

#include <filesystem>
#include <memory>

namespace boost::asio::ssl {
class context;
}

namespace routeproof::store::etcd {

/// PEM files. The authority is needed for https, the other two if etcd asks for a certificate.
struct TlsFiles {
    std::filesystem::path authority;    // of etcd's own certificates
    std::filesystem::path certificate;  // ours, with its chain
    std::filesystem::path key;

    friend bool operator==(const TlsFiles&, const TlsFiles&) = default;
};

/// TLS 1.2 or later. Errors: Refused, with the file and what is wrong with it.
Result<std::shared_ptr<boost::asio::ssl::context>> make_context(const TlsFiles& files);

}  // namespace routeproof::store::etcd
