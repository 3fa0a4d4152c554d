#include "agent/peering/speaker.hpp"

#include "agent/peering/endpoint.hpp"
#include "agent/peering/listener.hpp"
#include "agent/peering/peer.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace routeproof::bgp {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kLeaveTime{1};  // for the withdrawals; then sockets get one more

void check(const SpeakerConfig& config) {
    const auto require = [](bool fine, const std::string& what) {
        if (!fine) {
            throw std::invalid_argument("bgp: " + what);
        }
    };
    require(config.asn.value() != 0, "AS number 0");
    require(config.router_id.value() != 0, "router id 0.0.0.0");
    std::set<net::Address> seen;
    for (const auto& peer : config.peers) {
        const std::string who = "peer " + peer.address.to_string() + ": ";
        require(seen.insert(peer.address).second, who + "named twice");
        require(peer.asn.value() != 0, who + "AS number 0");
        require(peer.address.family() == peer.local_address.family(),
                who + "its address and local_address are of different families");
        const auto hold = peer.hold_time.count();
        require(hold == 0 || (hold >= 3 && hold <= 0xFFFF), who + "hold time must be 0 or 3-65535");
    }
}

// Held by every socket; when the last one goes, the speaker has stopped.
struct Alive {
    asio::any_io_executor executor;
    std::function<void()> done;

    ~Alive() {  // NOLINT(bugprone-exception-escape): only out of memory, where nothing helps
        if (done) {
            asio::post(executor, std::move(done));
        }
    }
};

}  // namespace

class Speaker::Impl : public std::enable_shared_from_this<Speaker::Impl>, private Peer::Host {
public:
    Impl(asio::io_context& io, SpeakerConfig config, SpeakerCallbacks callbacks);
    ~Impl() override;

    void start();
    void announce(const net::Prefix& prefix, const AnnounceAttributes& attributes);
    void withdraw(const net::Prefix& prefix);
    std::vector<SessionStatus> sessions() const;
    std::vector<Advertisement> advertised(const net::Prefix& prefix) const;
    void stop(StopMode mode, const std::string& text, std::function<void()> done);

private:
    const SpeakerConfig& config() const override { return config_; }
    RouteTables& tables() override { return tables_; }
    void session_changed(const Peer& peer) override;
    void log(log::Severity severity, std::string_view event, log::Fields fields) override;
    std::shared_ptr<void> alive() override { return alive_; }

    void left() override;

    void listen();
    void accept(Socket socket);
    void report(const net::Prefix& prefix, const NextHops& next_hops);
    void close_all();

    asio::any_io_executor executor_;
    SpeakerConfig config_;
    SpeakerCallbacks callbacks_;
    std::shared_ptr<Alive> alive_;
    RouteTables tables_;
    std::vector<std::unique_ptr<Peer>> peers_;
    std::vector<std::shared_ptr<Listener>> listeners_;
    asio::steady_timer leave_timer_;
    bool stopped_ = false;
};

Speaker::Impl::Impl(asio::io_context& io, SpeakerConfig config, SpeakerCallbacks callbacks)
    : executor_(io.get_executor()),
      config_(std::move(config)),
      callbacks_(std::move(callbacks)),
      alive_(std::make_shared<Alive>()),
      tables_([this](const net::Prefix& prefix, const NextHops& hops) { report(prefix, hops); }),
      leave_timer_(executor_) {
    check(config_);
    alive_->executor = executor_;
    for (const auto& peer : config_.peers) {
        peers_.push_back(std::make_unique<Peer>(executor_, static_cast<Peer::Host&>(*this), peer));
    }
}

Speaker::Impl::~Impl() {
    callbacks_ = {};
    close_all();
}

void Speaker::Impl::start() {
    listen();
    for (const auto& peer : peers_) {
        peer->start();
    }
}

void Speaker::Impl::listen() {
    if (config_.listen_port == 0) {
        return;
    }
    std::map<net::Address, bool> external_only;
    for (const auto& peer : config_.peers) {
        const bool external = peer.asn != config_.asn;
        const auto [at, added] = external_only.try_emplace(peer.local_address, external);
        at->second = at->second && external;
    }
    for (const auto& [address, external] : external_only) {
        const auto ttl = external ? std::optional<int>(1) : std::nullopt;
        auto accepted = [this](Socket socket) { accept(std::move(socket)); };
        listeners_.push_back(std::make_shared<Listener>(
            executor_, to_endpoint(address, config_.listen_port), ttl, accepted, callbacks_.log));
        listeners_.back()->start();
    }
}

void Speaker::Impl::accept(Socket socket) {
    boost::system::error_code error;
    const auto remote = socket.remote_endpoint(error);
    if (error) {
        return;  // gone already
    }
    const auto local = socket.local_endpoint(error);
    for (const auto& peer : peers_) {
        const auto& wanted = peer->config();
        if (!error && wanted.address == to_address(remote.address()) &&
            wanted.local_address == to_address(local.address())) {
            return peer->accept(std::move(socket));
        }
    }
    log(log::Severity::Warning,
        log::event::kBgpConnectionRefused,
        {{"peer", to_address(remote.address()).to_string()}, {"reason", "not a peer of ours"}});
}

void Speaker::Impl::announce(const net::Prefix& prefix, const AnnounceAttributes& attributes) {
    if (const auto slot = tables_.originate(prefix, attributes)) {
        for (const auto& peer : peers_) {
            peer->originated_changed(*slot);
        }
    }
}

void Speaker::Impl::withdraw(const net::Prefix& prefix) {
    if (const auto slot = tables_.withdraw(prefix)) {
        for (const auto& peer : peers_) {
            peer->originated_changed(*slot);
        }
        tables_.withdrawn(*slot);
    }
}

std::vector<SessionStatus> Speaker::Impl::sessions() const {
    std::vector<SessionStatus> all;
    for (const auto& peer : peers_) {
        all.push_back(peer->status());
    }
    return all;
}

std::vector<Advertisement> Speaker::Impl::advertised(const net::Prefix& prefix) const {
    std::vector<Advertisement> holders;
    for (const auto& peer : peers_) {
        if (const auto next_hop = peer->routes().next_hop_of(prefix)) {
            holders.push_back({peer->config().address, *next_hop});
        }
    }
    return holders;
}

void Speaker::Impl::stop(StopMode mode, const std::string& text, std::function<void()> done) {
    if (stopped_) {
        if (done) {
            asio::post(executor_, std::move(done));
        }
        return;
    }
    stopped_ = true;
    callbacks_.route = nullptr;
    alive_->done = std::move(done);
    for (const auto& listener : listeners_) {
        listener->stop();
    }
    if (mode == StopMode::Restart) {
        close_all();
        return;
    }
    for (const auto& peer : peers_) {
        peer->leave(text);
    }
    alive_.reset();  // what still holds it are the sessions with their sockets
    leave_timer_.expires_after(kLeaveTime);
    leave_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code&) {
        if (const auto self = weak.lock()) {
            self->close_all();
        }
    });
    left();
}

void Speaker::Impl::left() {
    const bool all =
        std::all_of(peers_.begin(), peers_.end(), [](const auto& peer) { return peer->stopped(); });
    if (all) {
        leave_timer_.cancel();
    }
}

void Speaker::Impl::close_all() {
    stopped_ = true;
    leave_timer_.cancel();
    for (const auto& listener : listeners_) {
        listener->stop();
    }
    for (const auto& peer : peers_) {
        peer->close();
    }
    alive_.reset();
}

void Speaker::Impl::report(const net::Prefix& prefix, const NextHops& next_hops) {
    if (callbacks_.route) {
        callbacks_.route(prefix, next_hops);
    }
}

void Speaker::Impl::session_changed(const Peer& peer) {
    if (callbacks_.session) {
        callbacks_.session(peer.status());
    }
}

void Speaker::Impl::log(log::Severity severity, std::string_view event, log::Fields fields) {
    if (callbacks_.log) {
        callbacks_.log(severity, event, fields);
    }
}

Speaker::Speaker(asio::io_context& io, SpeakerConfig config, SpeakerCallbacks callbacks)
    : impl_(std::make_shared<Impl>(io, std::move(config), std::move(callbacks))) {}

Speaker::~Speaker() = default;

void Speaker::start() {
    impl_->start();
}

void Speaker::announce(const net::Prefix& prefix, const AnnounceAttributes& attributes) {
    impl_->announce(prefix, attributes);
}

void Speaker::withdraw(const net::Prefix& prefix) {
    impl_->withdraw(prefix);
}

std::vector<SessionStatus> Speaker::sessions() const {
    return impl_->sessions();
}

std::vector<Advertisement> Speaker::advertised(const net::Prefix& prefix) const {
    return impl_->advertised(prefix);
}

void Speaker::stop(StopMode mode, const std::string& text, std::function<void()> done) {
    impl_->stop(mode, text, std::move(done));
}

}  // namespace routeproof::bgp
