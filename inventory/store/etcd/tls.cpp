#include "inventory/store/etcd/tls.hpp"

#include <boost/asio/ssl/context.hpp>

namespace routeproof::store::etcd {
namespace {

namespace ssl = boost::asio::ssl;

Failure broken(const char* what, const std::filesystem::path& file, const std::string& why) {
    return {Errc::Refused, std::string(what) + " " + file.string() + ": " + why};
}

}  // namespace

Result<std::shared_ptr<ssl::context>> make_context(const TlsFiles& files) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
    context->set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 |
                         ssl::context::no_sslv3);
    context->set_verify_mode(ssl::verify_peer);
    boost::system::error_code why;
    if (files.authority.empty()) {
        context->set_default_verify_paths(why);
    } else if (context->load_verify_file(files.authority.string(), why); why) {
        return broken("authority", files.authority, why.message());
    }
    if (files.certificate.empty()) {
        return context;
    }
    if (context->use_certificate_chain_file(files.certificate.string(), why); why) {
        return broken("certificate", files.certificate, why.message());
    }
    if (context->use_private_key_file(files.key.string(), ssl::context::pem, why); why) {
        return broken("key", files.key, why.message());
    }
    return context;
}

}  // namespace routeproof::store::etcd
