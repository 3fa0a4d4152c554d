// The unix socket of the BFD process: clients and their lines. Small on purpose: a handful of
// clients, a bounded line in, a bounded queue out, and never a wait.
#pragma once

#include "agent/peering/bfd/descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <string>
#include <string_view>

namespace routeproof::bfd {

class ControlServer {
public:
    class Client;

    struct Handlers {
        std::function<void(Client&)> connected;
        std::function<void(Client&, std::string_view line)> line;
        std::function<void(Client&)> gone;
    };

    /// Events of its descriptors are asked for at `epoll`, each with its number as data.
    ControlServer(int epoll, Handlers handlers);
    ~ControlServer();
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    /// Empty, or why not, in a sentence. The file gets mode 0600; a stale one is replaced, one that
    /// is answered is not.
    std::string listen(const std::filesystem::path& path);

    /// What epoll said about `descriptor`; false: it is none of ours.
    bool handle(int descriptor, std::uint32_t events);

    /// Queues the line. A client that does not read is dropped when too much waits for it.
    void send(Client& client, std::string_view line);
    /// What was queued before still leaves if the client reads it.
    void disconnect(Client& client);

private:
    void accept_one();
    bool is_trusted(int descriptor) const;
    void read(Client& client);
    bool take_lines(Client& client);
    void flush(Client& client);
    void watch(Client& client, bool writable);
    void remove(Client& client);
    Client* find(int descriptor);

    int epoll_;
    Handlers handlers_;
    Descriptor listener_;
    Descriptor spare_;  // given up for a moment to turn a client away when descriptors run out
    std::filesystem::path path_;
    std::uint64_t file_ = 0;  // inode of what we bound, to remove no successor's
    std::list<Client> clients_;
};

class ControlServer::Client {
public:
    explicit Client(Descriptor socket) : socket_(std::move(socket)) {}

private:
    friend ControlServer;

    Descriptor socket_;
    std::string in_;
    std::string out_;
    bool closing_ = false;
};

}  // namespace routeproof::bfd
