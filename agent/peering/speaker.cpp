#include "agent/peering/speaker.hpp"

#include "agent/peering/accept_limiter.hpp"
#include "agent/peering/endpoint.hpp"
#include "agent/peering/listeners.hpp"
#include "agent/peering/log_pace.hpp"
#include "agent/peering/peer.hpp"
#include "agent/peering/unnumbered/link.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace routeproof::bgp {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kLeaveTime{1};  // for the withdrawals; then sockets get one more

void require(bool fine, const std::string& what) {
    if (!fine) {
        throw std::invalid_argument("bgp: " + what);
    }
}

void check(const SpeakerConfig& config) {
    require(config.asn.value() != 0, "AS number 0");
    require(config.router_id.value() != 0, "router id 0.0.0.0");
    std::set<std::string> seen;
    for (const auto& peer : config.peers) {
        require(seen.insert(peer_key(peer)).second, "peer " + peer_key(peer) + ": named twice");
        check(peer, config.asn);
    }
}

// Closes with a reset: nothing of it shall linger.
void drop(Socket socket) {
    boost::system::error_code ignored;
    socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
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
    std::optional<Slot> walk(
        Table table, const std::string& key, Slot from, Slot count, const ShowRow& show) const;
    PrefixView explain(const net::Prefix& prefix) const;
    void stop(StopMode mode, const std::string& text, std::function<void()> done);

    void add_peer(PeerConfig config);
    bool change_peer(PeerConfig config);
    bool remove_peer(const std::string& key);
    Peer* find(const std::string& key) const;
    void drain(bool draining);
    bool draining() const { return draining_; }
    /// The speaker goes: nobody is told anything any more.
    void abandon();

private:
    const SpeakerConfig& config() const override { return config_; }
    RouteTables& tables() override { return tables_; }
    void session_changed(const Peer& peer) override;
    void log(log::Severity severity, std::string_view event, log::Fields fields) override;
    std::shared_ptr<void> alive() override { return alive_; }

    void left() override;

    /// Opens, changes and closes listeners as the peers that now are need it.
    void listen();
    void look_for_interfaces();
    void accept(Socket socket);
    void refuse_stranger(Socket socket, const net::Address& source, std::string_view why);
    void make_peer(const PeerConfig& config);
    void bury(std::unique_ptr<Peer> peer);
    /// Of an unnumbered peer: looks for it on its interface.
    void watch_link(const Peer& peer);
    void link_changed(const std::string& interface,
                      const std::optional<unnumbered::Link::Ends>& ends);
    void withdraw_and_leave(const std::string& text);
    void report(const net::Prefix& prefix, const NextHops& next_hops);
    void close_all();
    std::vector<Peer*> everybody() const;

    asio::any_io_executor executor_;
    SpeakerConfig config_;
    SpeakerCallbacks callbacks_;
    std::shared_ptr<Alive> alive_;
    std::weak_ptr<Alive> last_alive_;  // until the last socket is closed
    RouteTables tables_;
    std::vector<std::unique_ptr<Peer>> peers_;
    Listeners listeners_;
    std::map<std::string, std::shared_ptr<unnumbered::Link>> links_;  // by interface
    AcceptLimiter limiter_;
    std::uint64_t strangers_ = 0;
    asio::steady_timer leave_timer_;
    asio::steady_timer look_timer_;  // for interfaces that come and go
    bool started_ = false;
    bool draining_ = false;
    bool stopped_ = false;
};

Speaker::Impl::Impl(asio::io_context& io, SpeakerConfig config, SpeakerCallbacks callbacks)
    : executor_(io.get_executor()),
      config_(std::move(config)),
      callbacks_(std::move(callbacks)),
      alive_(std::make_shared<Alive>()),
      tables_([this](const net::Prefix& prefix, const NextHops& hops) { report(prefix, hops); }),
      listeners_(
          executor_,
          config_.listen_port,
          [this](Socket socket) { accept(std::move(socket)); },
          callbacks_.log),
      leave_timer_(executor_),
      look_timer_(executor_) {
    check(config_);
    alive_->executor = executor_;
    last_alive_ = alive_;
    for (const auto& peer : config_.peers) {
        make_peer(peer);
    }
}

Speaker::Impl::~Impl() {
    abandon();
}

void Speaker::Impl::abandon() {
    callbacks_ = {};
    close_all();
}

void Speaker::Impl::make_peer(const PeerConfig& config) {
    peers_.push_back(std::make_unique<Peer>(executor_, static_cast<Peer::Host&>(*this), config));
    peers_.back()->set_draining(draining_);
}

void Speaker::Impl::start() {
    started_ = true;
    listen();
    for (const auto& peer : peers_) {
        watch_link(*peer);
        peer->start();
    }
}

void Speaker::Impl::listen() {
    if (config_.listen_port == 0 || !started_ || stopped_) {
        return;
    }
    std::map<ListenerPlace, ListenerPlan> plans;
    bool look_again = false;
    for (const auto& peer : peers_) {
        const auto where = peer->whereabouts();
        if (where) {
            plans[{where->local, where->scope}].add(peer->socket_options(), where->remote);
        }
        look_again =
            look_again || (!is_unnumbered(peer->config()) && (!where || where->scope != 0));
    }
    listeners_.serve(plans);
    if (look_again) {
        look_for_interfaces();
    }
}

// A peer on a link-local address that only we wait for: nothing else would tell that its interface
// has come, or come back as another.
void Speaker::Impl::look_for_interfaces() {
    look_timer_.expires_after(config_.retry.connect_retry);
    look_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (!error && self) {
            self->listen();
        }
    });
}

void Speaker::Impl::accept(Socket socket) {
    boost::system::error_code gone;
    const auto remote = socket.remote_endpoint(gone);
    if (gone) {
        return;
    }
    const net::Address source = to_address(remote.address());
    const auto verdict = limiter_.knock(source, std::chrono::steady_clock::now());
    if (verdict != AcceptLimiter::Verdict::Welcome) {
        const bool silently = verdict == AcceptLimiter::Verdict::RefusedSilently;
        return silently ? drop(std::move(socket))
                        : refuse_stranger(std::move(socket), source, "it connects too often");
    }
    const auto local = socket.local_endpoint(gone);
    for (const auto& peer : peers_) {
        const auto where = peer->whereabouts();
        if (!gone && where && where->remote == source &&
            where->local == to_address(local.address()) &&
            where->scope == scope_of(remote.address())) {
            return peer->accept(std::move(socket));
        }
    }
    refuse_stranger(std::move(socket), source, "not a peer of ours");
}

void Speaker::Impl::refuse_stranger(Socket socket,
                                    const net::Address& source,
                                    std::string_view why) {
    drop(std::move(socket));
    if (worth_a_line(++strangers_)) {
        log(log::Severity::Warning,
            log::event::kBgpConnectionRefused,
            {{"peer", source.to_string()}, {"reason", std::string(why)}});
    }
}

// --- peers that come and go -----------------------------------------------------------------

Peer* Speaker::Impl::find(const std::string& key) const {
    const auto found = std::find_if(
        peers_.begin(), peers_.end(), [&key](const auto& peer) { return peer->key() == key; });
    return found == peers_.end() ? nullptr : found->get();
}

void Speaker::Impl::add_peer(PeerConfig config) {
    require(find(peer_key(config)) == nullptr, "peer " + peer_key(config) + ": is there already");
    check(config, config_.asn);
    if (stopped_) {
        return;
    }
    make_peer(config);
    if (started_) {
        listen();  // the peer's key must be there before it dials
        watch_link(*peers_.back());
        peers_.back()->start();
    }
}

bool Speaker::Impl::change_peer(PeerConfig config) {
    check(config, config_.asn);
    Peer* peer = find(peer_key(config));
    if (peer == nullptr || stopped_) {
        return false;
    }
    peer->change(std::move(config));
    listen();
    return true;
}

bool Speaker::Impl::remove_peer(const std::string& key) {
    const auto found = std::find_if(
        peers_.begin(), peers_.end(), [&key](const auto& peer) { return peer->key() == key; });
    if (found == peers_.end()) {
        return false;
    }
    auto peer = std::move(*found);
    peers_.erase(found);
    if (const auto link = links_.extract(key)) {
        link.mapped()->stop();
    }
    peer->dismiss(cease::kPeerDeconfigured, {});
    bury(std::move(peer));
    listen();
    return true;
}

// A callback of the peer's own may have asked for its removal: its code is still running.
void Speaker::Impl::bury(std::unique_ptr<Peer> peer) {
    auto later = [self = shared_from_this(), dead = std::shared_ptr<Peer>(std::move(peer))] {};
    asio::post(executor_, std::move(later));
}

void Speaker::Impl::watch_link(const Peer& peer) {
    if (!is_unnumbered(peer.config())) {
        return;
    }
    const std::string interface = peer.config().interface;
    unnumbered::Link::Callbacks wanted;
    wanted.changed = [this, interface](const std::optional<unnumbered::Link::Ends>& ends) {
        link_changed(interface, ends);
    };
    wanted.trouble = [this, interface](const std::string& sentence) {
        log(log::Severity::Warning,
            log::event::kBgpLinkTrouble,
            {{"peer", interface}, {"reason", sentence}});
    };
    auto& link = links_[interface];
    link = std::make_shared<unnumbered::Link>(executor_, interface, std::move(wanted));
    link->start();
}

void Speaker::Impl::link_changed(const std::string& interface,
                                 const std::optional<unnumbered::Link::Ends>& ends) {
    Peer* peer = find(interface);
    if (peer == nullptr) {
        return;
    }
    if (ends) {
        peer->seen_at({ends->ours, ends->theirs, ends->index});
    } else {
        peer->link_lost();
    }
    listen();
}

void Speaker::Impl::drain(bool draining) {
    draining_ = draining;
    for (const auto& peer : peers_) {
        peer->set_draining(draining);
    }
}

// --- routes ---------------------------------------------------------------------------------

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

std::optional<Slot> Speaker::Impl::walk(
    Table table, const std::string& key, Slot from, Slot count, const ShowRow& show) const {
    if (table == Table::LocRib) {
        return walk_loc_rib(tables_, from, count, show);
    }
    const Peer* peer = find(key);
    if (peer == nullptr) {
        return std::nullopt;
    }
    return table == Table::AdjRibIn ? walk_adj_rib_in(tables_, peer->routes(), from, count, show)
                                    : walk_adj_rib_out(tables_, peer->routes(), from, count, show);
}

PrefixView Speaker::Impl::explain(const net::Prefix& prefix) const {
    PrefixView view;
    if (const auto slot = tables_.prefixes().find(prefix)) {
        view.originated = tables_.originated(*slot) != RouteTables::AnnouncePool::kNone;
        view.learned = tables_.explain(*slot);
    }
    for (const auto& peer : peers_) {
        view.peers.push_back(view_of(tables_, peer->routes(), prefix));
        view.peers.back().peer = peer->key();
    }
    return view;
}

void Speaker::Impl::stop(StopMode mode, const std::string& text, std::function<void()> done) {
    if (stopped_) {
        if (const auto under_way = last_alive_.lock(); done && under_way) {
            under_way->done = [first = std::move(under_way->done), done = std::move(done)] {
                if (first) {
                    first();
                }
                done();
            };
        } else if (done) {
            asio::post(executor_, std::move(done));
        }
        return;
    }
    stopped_ = true;
    callbacks_.route = nullptr;
    alive_->done = std::move(done);
    look_timer_.cancel();
    listeners_.stop();
    if (mode == StopMode::Restart) {
        close_all();
        return;
    }
    const bool told = std::any_of(
        peers_.begin(), peers_.end(), [](const auto& peer) { return peer->established(); });
    if (draining_ || !told) {  // the peers know already, or there is nobody to tell
        return withdraw_and_leave(text);
    }
    drain(true);
    leave_timer_.expires_after(config_.drain_time);
    leave_timer_.async_wait(
        [weak = weak_from_this(), text](const boost::system::error_code& error) {
            const auto self = weak.lock();
            if (!error && self) {
                self->withdraw_and_leave(text);
            }
        });
}

void Speaker::Impl::withdraw_and_leave(const std::string& text) {
    for (Peer* peer : everybody()) {
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
    look_timer_.cancel();
    for (const auto& [interface, link] : links_) {
        link->stop();
    }
    listeners_.stop();
    for (Peer* peer : everybody()) {
        peer->close();
    }
    alive_.reset();
}

// For what may call back, and have peers removed on the way: see bury().
std::vector<Peer*> Speaker::Impl::everybody() const {
    std::vector<Peer*> all;
    for (const auto& peer : peers_) {
        all.push_back(peer.get());
    }
    return all;
}

void Speaker::Impl::report(const net::Prefix& prefix, const NextHops& next_hops) {
    if (callbacks_.route) {
        callbacks_.route(prefix, next_hops);
    }
}

void Speaker::Impl::session_changed(const Peer& peer) {
    listen();  // the peer may have been found elsewhere, or its interface come back
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

Speaker::~Speaker() {
    impl_->abandon();
}

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

std::optional<Slot> Speaker::walk(
    Table table, const std::string& peer, Slot from, Slot count, const ShowRow& show) const {
    return impl_->walk(table, peer, from, count, show);
}

PrefixView Speaker::explain(const net::Prefix& prefix) const {
    return impl_->explain(prefix);
}

void Speaker::stop(StopMode mode, const std::string& text, std::function<void()> done) {
    impl_->stop(mode, text, std::move(done));
}

void Speaker::add_peer(PeerConfig peer) {
    impl_->add_peer(std::move(peer));
}

bool Speaker::change_peer(PeerConfig peer) {
    return impl_->change_peer(std::move(peer));
}

bool Speaker::remove_peer(const std::string& peer) {
    return impl_->remove_peer(peer);
}

namespace {

// False: there is no such peer.
template <class Do>
bool with(Peer* peer, Do action) {
    if (peer != nullptr) {
        action(*peer);
    }
    return peer != nullptr;
}

}  // namespace

bool Speaker::shutdown_peer(const std::string& peer, const std::string& text) {
    return with(impl_->find(peer), [&text](Peer& found) { found.shutdown(text); });
}

bool Speaker::enable_peer(const std::string& peer) {
    return with(impl_->find(peer), [](Peer& found) { found.enable(); });
}

bool Speaker::reset_peer(const std::string& peer, const std::string& text) {
    return with(impl_->find(peer), [&text](Peer& found) { found.reset(text); });
}

bool Speaker::refresh_peer(const std::string& peer) {
    return with(impl_->find(peer), [](Peer& found) { found.refresh(); });
}

bool Speaker::set_bfd_state(const std::string& peer, BfdState state, bool independent) {
    return with(impl_->find(peer), [&](Peer& found) { found.set_bfd_state(state, independent); });
}

void Speaker::drain(bool draining) {
    impl_->drain(draining);
}

bool Speaker::draining() const {
    return impl_->draining();
}

std::string_view to_string(BfdState state) {
    switch (state) {
        case BfdState::AdminDown:
            return "AdminDown";
        case BfdState::Down:
            return "Down";
        case BfdState::Up:
            break;
    }
    return "Up";
}

}  // namespace routeproof::bgp
