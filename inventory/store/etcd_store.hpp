// The store that hosts share: etcd v3 through its JSON gateway (etcd 3.4 or later), over HTTP or
// TLS, with several members.
//
// A call goes to one member, and to the next when that one fails. A transaction whose answer was
// lost may or may not have been made, and asking again must not make it twice, nor must "the key is
// taken" be believed when it was we who took it. So each transaction also writes a nonce under
// clients/<name> and has the revision of that key as a further condition: of two copies of a
// transaction only one can hold, and who loses reads in the nonce whether it was his own. The same
// key fences: when a second program works under our name, the first one's transactions fail.
//
// Every call ends by its deadline. Reads are linearizable.
#pragma once

#include "inventory/store/etcd/endpoint.hpp"
#include "inventory/store/etcd/tls.hpp"
#include "inventory/store/store.hpp"

namespace routeproof::store {

struct EtcdOptions {
    std::vector<etcd::Endpoint> endpoints;  // at least one
    etcd::TlsFiles tls;                     // for https endpoints
    std::string folder = "/routeproof/";    // before every key
    /// Who we are, for as long as we live and afterwards; empty: somebody new who will be
    /// forgotten.
    std::string client = {};
    std::chrono::milliseconds attempt{1000};   // for one member
    std::chrono::milliseconds patience{5000};  // for a whole call
};

class EtcdStore final : public Store {
public:
    /// Reads the certificates; connects when it is first asked. Errors: Refused.
    static Result<std::unique_ptr<EtcdStore>> open(EtcdOptions options);
    ~EtcdStore() override;
    EtcdStore(const EtcdStore&) = delete;
    EtcdStore& operator=(const EtcdStore&) = delete;

    Result<std::optional<Entry>> get(std::string_view key) override;
    Result<std::vector<Entry>> list(std::string_view prefix) override;
    Result<Revision> commit(const Transaction& transaction) override;
    Result<Lease> grant(std::chrono::seconds time_to_live) override;
    Result<void> keep_alive(Lease lease) override;
    Result<void> revoke(Lease lease) override;
    std::unique_ptr<Watch> watch(std::string prefix, Revision after) override;

private:
    struct Impl;
    explicit EtcdStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace routeproof::store
