#include "agent/peering/peer.hpp"

#include "agent/peering/endpoint.hpp"
#include "agent/peering/graceful_restart.hpp"
#include "agent/peering/log_pace.hpp"
#include "agent/peering/wire/header.hpp"

#include <boost/asio/post.hpp>
#include <net/if.h>

#include <algorithm>
#include <random>

namespace routeproof::bgp {
namespace {

using log::Severity;
namespace events = log::event;

constexpr unsigned kMaxTtl = 255;
// A connection that comes so soon after a session stands was on its way before: a collision, not a
// restart.
constexpr std::chrono::seconds kCollisionWindow{1};

// RFC 4271 10: so that many hosts do not do everything at the same moment.
double random_jitter() {
    thread_local std::minstd_rand engine{std::random_device{}()};
    return std::uniform_real_distribution<double>(0.75, 1.0)(engine);
}

bool contains(const std::vector<AfiSafi>& families, AfiSafi family) {
    return std::find(families.begin(), families.end(), family) != families.end();
}

// What of a connection, beside the OPEN, cannot be changed while it stands.
std::string connection_difference(const PeerConfig& before, const PeerConfig& after) {
    std::string names;
    const auto compare = [&names](bool equal, std::string_view name) {
        if (!equal) {
            names += names.empty() ? "" : ", ";
            names += name;
        }
    };
    compare(before.asn == after.asn && before.any_external_asn == after.any_external_asn,
            "peer AS number");
    compare(before.local_address == after.local_address, "local address");
    compare(before.port == after.port, "port");
    compare(before.passive == after.passive, "passive");
    compare(before.password == after.password, "password");
    compare(before.ttl_security_hops == after.ttl_security_hops, "ttl security");
    compare(before.multihop == after.multihop, "multihop");
    compare(before.next_hop_v4 == after.next_hop_v4 && before.next_hop_v6 == after.next_hop_v6,
            "next hop");
    return names;
}

}  // namespace

Peer::Peer(boost::asio::any_io_executor executor, Host& host, PeerConfig config)
    : executor_(std::move(executor)),
      host_(host),
      config_(std::move(config)),
      key_(peer_key(config_)),
      routes_(host_.tables(),
              config_,
              host_.config().asn,
              config_.import_policy.value_or(host_.config().import)),
      enable_timer_(executor_),
      stale_timer_(executor_),
      since_(std::chrono::system_clock::now()) {
    outgoing_ = make_session(Initiator::Us);
}

Peer::~Peer() {
    close();
}

// --- what its connections look like ---------------------------------------------------------

std::optional<Whereabouts> Peer::whereabouts() const {
    if (is_unnumbered(config_)) {
        return seen_;
    }
    Whereabouts where{config_.local_address, config_.address, 0};
    if (config_.address.is_link_local() && !config_.address.is_v4()) {
        where.scope = ::if_nametoindex(config_.interface.c_str());
        if (where.scope == 0) {
            return std::nullopt;
        }
    }
    return where;
}

bool Peer::internal() const {
    return !config_.any_external_asn && config_.asn == host_.config().asn;
}

SocketOptions Peer::socket_options() const {
    SocketOptions options;
    if (config_.ttl_security_hops) {
        options.ttl = kMaxTtl;  // RFC 5082 3
        options.min_ttl = kMaxTtl + 1 - *config_.ttl_security_hops;
    } else if (config_.multihop) {
        options.ttl = *config_.multihop;
    } else if (!internal()) {
        options.ttl = 1;  // an external peer is one hop away
    }
    options.password = config_.password;
    options.interface = config_.interface;
    options.user_timeout =
        std::max(retry().send_hold_min, std::chrono::milliseconds(2 * config_.hold_time));
    return options;
}

Endpoints Peer::endpoints() const {
    // Without whereabouts the dial fails for want of the interface, and is tried again.
    const Whereabouts where =
        whereabouts().value_or(Whereabouts{config_.local_address, config_.address, 0});
    return {to_endpoint(where.local, 0, where.scope),
            to_endpoint(where.remote, config_.port, where.scope),
            socket_options()};
}

RetryTimes Peer::retry() const {
    RetryTimes times = host_.config().retry;
    times.connect_retry = config_.connect_retry.value_or(times.connect_retry);
    return times;
}

LocalOpen Peer::local_open() const {
    LocalOpen open;
    open.asn = host_.config().asn;
    open.router_id = host_.config().router_id;
    open.hold_time = config_.hold_time;
    open.families = families_of(config_);
    if ((config_.extended_next_hop || is_unnumbered(config_)) &&
        contains(open.families, kIpv4Unicast)) {
        open.extended_next_hop = {kIpv4Unicast};
    }
    if (config_.add_path_receive) {
        open.add_path_receive = open.families;
    }
    if (config_.graceful_restart.enabled) {
        const bool restarting = host_.config().restarting && !restart_told_;
        open.graceful_restart =
            LocalOpen::Restart{config_.graceful_restart.restart_time,
                               restarting,
                               !restarting || host_.config().forwarding_preserved};
    }
    open.role = config_.role;
    open.role_strict = config_.role_strict;
    return open;
}

FsmConfig Peer::fsm_config(bool passive) const {
    FsmConfig fsm;
    fsm.local = local_open();
    if (!config_.any_external_asn) {
        fsm.peer_as = config_.asn;
    }
    fsm.passive = passive;
    fsm.retry = retry();
    fsm.jitter = random_jitter;
    return fsm;
}

std::shared_ptr<Session> Peer::make_session(Initiator initiator) {
    const bool passive = initiator == Initiator::Peer || config_.passive;
    auto session = std::make_shared<Session>(executor_,
                                             static_cast<Session::Handler&>(*this),
                                             fsm_config(passive),
                                             initiator,
                                             host_.alive());
    session->set_plain(outgoing_ && outgoing_->plain());
    return session;
}

std::vector<std::shared_ptr<Session>> Peer::sessions() const {
    std::vector<std::shared_ptr<Session>> all;
    for (const auto& session : {newcomer_, incoming_, outgoing_}) {
        if (session) {
            all.push_back(session);
        }
    }
    return all;
}

bool Peer::busy() const {
    const auto all = sessions();
    return std::any_of(all.begin(), all.end(), [](const auto& one) { return one->busy(); });
}

// --- coming up ------------------------------------------------------------------------------

// Of an unnumbered peer: it has been seen. Any other is dialled also while its interface is away,
// so that it is found when that comes back.
bool Peer::may_dial() const {
    return may_start() && (!is_unnumbered(config_) || seen_);
}

void Peer::start() {
    if (may_dial()) {
        outgoing_->handle(event::Start{});
    }
}

// RFC 4724 4.2: with graceful restart, a new connection beside one that stands means that the peer
// came back and knows nothing of the old one.
bool Peer::tells_a_restart() const {
    return negotiated_.graceful_restart &&
           std::chrono::steady_clock::now() - up_since_ > kCollisionWindow;
}

void Peer::accept(Socket socket) {
    if (stopped_ || farewell_) {
        return refuse(std::move(socket), cease::kAdministrativeShutdown, "we are leaving");
    }
    if (!held_.empty()) {
        return refuse(std::move(socket), cease::kConnectionRejected, held_);
    }
    if (established_ != nullptr && !tells_a_restart()) {  // RFC 4271 6.8
        return refuse(std::move(socket), cease::kConnectionCollision, "a session stands");
    }
    // In our own pause the peer may dial: two sides that refuse each other while they pause would
    // do so for ever. What it may not is to fail at our door more often than once a pause; that is
    // closed without a NOTIFICATION, which would only make its pause grow.
    if (std::chrono::steady_clock::now() < accept_after_) {
        return refuse_silently("its last connection failed a moment ago");
    }
    const net::Family family = config_.local_address.is_v4() && !is_unnumbered(config_)
                                   ? net::Family::IPv4
                                   : net::Family::IPv6;
    if (secure_accepted(socket.native_handle(), family, socket_options())) {
        return refuse_silently("it came from too far away, or unsigned");
    }
    auto& place = established_ != nullptr ? newcomer_ : incoming_;
    if (place) {  // nobody dials twice at once: what stood before is dead
        const auto dead = place;
        dead->handle(event::CollisionLost{});
        dead->detach();
    }
    place = make_session(Initiator::Peer);
    const auto session = place;
    session->adopt(std::move(socket));
}

void Peer::refuse(Socket socket, std::uint8_t subcode, std::string_view why) {
    refuse_silently(why);
    const auto transport = std::make_shared<Transport>(std::move(socket), host_.alive());
    const Notification notification(ErrorCode::Cease, subcode);
    transport->send(encode_message(MessageType::Notification, encode_body(notification)));
    transport->start_closing();
}

void Peer::refuse_silently(std::string_view why) {
    if (worth_a_line(++refused_)) {
        log(Severity::Info, events::kBgpConnectionRefused, {{"reason", std::string(why)}});
    }
}

void Peer::originated_changed(Slot slot) {
    routes_.originated_changed(slot);
    if (established_ != nullptr) {
        established_->wake();
    }
}

void Peer::seen_at(const Whereabouts& where) {
    // Several routers on one link must not pull a session to and fro: the one that stands, stays.
    if (established_ != nullptr) {
        seen_next_ = where;
        return;
    }
    log(Severity::Info, events::kBgpNeighbourSeen, {{"address", where.remote.to_string()}});
    end_sessions(std::nullopt);
    seen_ = where;
    outgoing_->reset_back_off();
    start();
}

void Peer::link_lost() {
    log(Severity::Warning, events::kBgpLinkLost, {});
    if (established_ != nullptr) {
        established_->handle(event::TcpFailed{"the interface is down"});
    }
    drop_stale("the interface is down");
    end_sessions(std::nullopt);
    seen_.reset();
    seen_next_.reset();
}

// --- going down -----------------------------------------------------------------------------

void Peer::end_sessions(const std::optional<Notification>& farewell, const std::string& why) {
    for (const auto& session : sessions()) {
        session->handle(event::Stop{farewell, why});
    }
}

// A NOTIFICATION keeps routes where RFC 8538 is agreed; what is meant for good says so.
Notification Peer::for_good(Notification reason) const {
    return established_ != nullptr && negotiated_.notification_restart ? hard_reset(reason)
                                                                       : reason;
}

void Peer::dismiss(std::uint8_t cease_subcode, const std::string& text) {
    stopped_ = true;
    end_sessions(for_good(text.empty() ? Notification(ErrorCode::Cease, cease_subcode)
                                       : cease_with_text(cease_subcode, text)));
}

void Peer::leave(const std::string& text) {
    farewell_ = for_good(cease_with_text(cease::kAdministrativeShutdown, text));
    if (established_ == nullptr) {
        finish_leaving();
        return;
    }
    routes_.withdraw_all();
    established_->wake();  // next_update says the farewell when nothing is left to withdraw
}

void Peer::finish_leaving() {
    stopped_ = true;
    end_sessions(farewell_);
    close();
    host_.left();
}

void Peer::close() {
    stopped_ = true;
    enable_timer_.cancel();
    stale_timer_.cancel();
    for (const auto& session : sessions()) {
        session->detach();
    }
    incoming_.reset();
    newcomer_.reset();
    established_ = nullptr;
    stale_.clear();
    routes_.session_down({});
    if (std::exchange(noted_state_, State::Idle) != State::Idle) {
        since_ = std::chrono::system_clock::now();
        host_.session_changed(*this);
    }
}

// --- orders ---------------------------------------------------------------------------------

void Peer::hold(std::string why, std::uint8_t cease_subcode, const std::string& text) {
    held_ = std::move(why);
    drop_stale("the peer is kept down");
    end_sessions(for_good(cease_with_text(cease_subcode, text)), held_);
}

void Peer::shutdown(const std::string& text) {
    enable_timer_.cancel();
    hold(text.empty() ? "shut down" : "shut down: " + escape(text),
         cease::kAdministrativeShutdown,
         text);
}

void Peer::enable() {
    enable_timer_.cancel();
    if (std::exchange(held_, {}).empty()) {
        return;
    }
    outgoing_->reset_back_off();
    start();
}

void Peer::reset(const std::string& text) {
    if (!may_start()) {
        return;
    }
    end_sessions(cease_with_text(cease::kAdministrativeReset, text), "reset");
    outgoing_->reset_back_off();
    if (may_dial()) {  // waits its turn where we are called from a callback of the session
        outgoing_->handle(event::Pause{});
    }
}

void Peer::refresh() {
    if (established_ == nullptr) {
        return;
    }
    for (const AfiSafi family : negotiated_.families) {
        if (negotiated_.route_refresh) {
            established_->request_refresh(family);
        }
        routes_.readvertise(family);
    }
    established_->wake();
}

void Peer::change(PeerConfig config) {
    const LocalOpen before = local_open();
    std::string because = connection_difference(config_, config);
    const bool retry_changed = config_.connect_retry != config.connect_retry;
    config_ = std::move(config);
    const std::string open = difference(before, local_open());
    because += because.empty() || open.empty() ? open : ", " + open;
    routes_.set_policies(config_.import_policy.value_or(host_.config().import),
                         config_.export_policy);
    if (!because.empty()) {
        renew(because);
    } else {
        renew_ = renew_ || (retry_changed && established_ == nullptr);
        try_renew();
        if (established_ != nullptr) {
            established_->wake();
        }
    }
}

void Peer::renew(std::string_view because) {
    log(Severity::Warning, events::kBgpPeerChanged, {{"fields", std::string(because)}});
    renew_ = true;
    end_sessions(Notification(ErrorCode::Cease, cease::kOtherConfigurationChange),
                 "changed: " + std::string(because));
    try_renew();
}

void Peer::try_renew() {
    if (!renew_ || busy() || stopped_) {
        return;
    }
    renew_ = false;
    outgoing_->detach();
    outgoing_ = make_session(Initiator::Us);
    resume();
    note_state();
}

// In Idle, after an ending that was not the peer's fault: a pause, then a dial.
void Peer::resume() {
    if (may_dial() && !incoming_ && outgoing_->resting()) {
        outgoing_->handle(event::Pause{});
    }
}

void Peer::set_draining(bool draining) {
    routes_.set_draining(draining);
    if (established_ != nullptr) {
        established_->wake();
    }
}

void Peer::set_bfd_state(BfdState state, bool independent) {
    bfd_ = state;
    if (state == BfdState::Up) {
        bfd_was_up_ = established_ != nullptr;
    }
    if (state != BfdState::Down) {
        return;
    }
    if (established_ != nullptr && bfd_was_up_) {
        established_->handle(event::BfdDown{});
    } else if (independent) {
        drop_stale("BFD says that the path is gone");
    }
}

// --- small things ---------------------------------------------------------------------------

State Peer::state() const {
    const State out = outgoing_->state();
    return incoming_ ? std::max(out, incoming_->state()) : out;
}

void Peer::note_state() {
    if (state() == noted_state_) {
        return;
    }
    noted_state_ = state();
    since_ = std::chrono::system_clock::now();
    host_.session_changed(*this);
}

void Peer::log(Severity severity, std::string_view event, log::Fields fields) const {
    fields.insert(fields.begin(), {{"peer", key_}, {"name", config_.name}});
    host_.log(severity, event, std::move(fields));
}

}  // namespace routeproof::bgp
