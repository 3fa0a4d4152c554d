// A watch on etcd that goes on over broken connections, members that die, and compaction.
//
// Each change is told once: a new stream begins behind the revision that was told last. If that is
// compacted, everything is read anew, and the stream goes on from the revision of that reading.
#pragma once

#include "inventory/store/etcd/messages.hpp"
#include "inventory/store/etcd/session.hpp"

namespace routeproof::store::etcd {

class EtcdWatch final : public Watch {
public:
    /// Keys below `hidden` are not told.
    EtcdWatch(const EtcdOptions& options,
              std::shared_ptr<boost::asio::ssl::context> tls,
              std::string prefix,
              Revision after,
              std::string hidden);

    Result<Batch> next(std::chrono::milliseconds patience) override;

private:
    Result<Batch> read_snapshot(Deadline deadline);
    Result<void> open_stream(Deadline deadline);
    /// Nothing: the line told nothing that matters to the caller.
    std::optional<Batch> take(WatchReply reply);
    void lose_stream();

    const Keys keys_;
    const std::string prefix_;
    const std::string hidden_;
    Session session_;
    Revision told_;
    std::unique_ptr<Connection> stream_;
};

}  // namespace routeproof::store::etcd
