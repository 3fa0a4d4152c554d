// A real etcd of one or three members on loopback, gone with the test.
#pragma once

#include "inventory/store/etcd_store.hpp"
#include "tests/support/temp_dir.hpp"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace routeproof::test {

/// An authority, certificates that it signed for a server on 127.0.0.1 and for a client, and those
/// of a stranger.
class Certificates {
public:
    Certificates();

    std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }
    /// "ca", "client", "stranger-ca", "stranger".
    store::etcd::TlsFiles files(const std::string& authority, const std::string& client) const;

private:
    void make(const std::string& name, const std::vector<std::string>& options);

    TempDir folder_;
};

class EtcdCluster {
public:
    /// Waits until it has a leader. Throws what is wrong, with the log of the first member.
    explicit EtcdCluster(std::size_t members, const Certificates* certificates = nullptr);
    ~EtcdCluster();
    EtcdCluster(const EtcdCluster&) = delete;
    EtcdCluster& operator=(const EtcdCluster&) = delete;

    /// All members, `first` first.
    store::EtcdOptions options(std::size_t first = 0) const;
    std::size_t size() const { return members_.size(); }
    std::size_t leader() const;
    void signal(std::size_t member, int number) const;
    void kill(std::size_t member);
    void start(std::size_t member);
    void compact(store::Revision revision) const;
    std::uint16_t port(std::size_t member) const { return members_[member].client_port; }

private:
    struct Member {
        std::uint16_t client_port = 0;
        std::uint16_t peer_port = 0;
        pid_t process = -1;
    };

    store::etcd::Endpoint endpoint(std::size_t member) const;
    std::string ask(std::size_t member, const std::string& path, const std::string& body) const;

    TempDir folder_;
    const Certificates* certificates_;
    std::vector<Member> members_;
};

}  // namespace routeproof::test
