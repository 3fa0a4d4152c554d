#include "agent/peering/peer.hpp"

#include "agent/peering/endpoint.hpp"
#include "agent/peering/wire/attribute_table.hpp"
#include "agent/peering/wire/header.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <random>

namespace routeproof::bgp {
namespace {

using log::Severity;
namespace events = log::event;

// RFC 4271 10: so that many hosts do not do everything at the same moment.
double random_jitter() {
    thread_local std::minstd_rand engine{std::random_device{}()};
    return std::uniform_real_distribution<double>(0.75, 1.0)(engine);
}

// A faulty peer must not fill the log: the first ten, then each time the count has doubled.
bool worth_a_line(std::uint64_t count) {
    return count <= 10 || (count & (count - 1)) == 0;
}

bool is_collision(const Ending& ending) {
    return ending.notification && ending.notification->code == ErrorCode::Cease &&
           ending.notification->subcode == cease::kConnectionCollision;
}

}  // namespace

Peer::Peer(boost::asio::any_io_executor executor, Host& host, PeerConfig config)
    : executor_(std::move(executor)),
      host_(host),
      config_(std::move(config)),
      routes_(host_.tables(),
              config_,
              host_.config().asn,
              config_.import_policy.value_or(host_.config().import)),
      since_(std::chrono::system_clock::now()) {
    outgoing_ = make_session(Initiator::Us);
}

Peer::~Peer() {
    close();
}

FsmConfig Peer::fsm_config(bool passive) const {
    FsmConfig fsm;
    fsm.local = {host_.config().asn,
                 host_.config().router_id,
                 config_.hold_time,
                 {unicast(config_.local_address.family())}};
    if (!config_.any_external_asn) {
        fsm.peer_as = config_.asn;
    }
    fsm.passive = passive;
    fsm.retry = host_.config().retry;
    fsm.retry.connect_retry = config_.connect_retry.value_or(fsm.retry.connect_retry);
    fsm.jitter = random_jitter;
    return fsm;
}

Session::Endpoints Peer::endpoints() const {
    Session::Endpoints endpoints;
    endpoints.local = to_endpoint(config_.local_address, 0);
    endpoints.remote = to_endpoint(config_.address, config_.port);
    if (config_.asn != host_.config().asn) {
        endpoints.ttl = 1;  // an external peer is one hop away
    }
    return endpoints;
}

std::shared_ptr<Session> Peer::make_session(Initiator initiator) {
    const bool passive = initiator == Initiator::Peer || config_.passive;
    return std::make_shared<Session>(executor_,
                                     static_cast<Session::Handler&>(*this),
                                     fsm_config(passive),
                                     initiator,
                                     endpoints(),
                                     host_.alive());
}

void Peer::start() {
    outgoing_->handle(event::Start{});
}

void Peer::accept(Socket socket) {
    if (stopped_ || farewell_) {
        return refuse(std::move(socket), cease::kAdministrativeShutdown, "we are leaving");
    }
    if (established_ != nullptr) {  // RFC 4271 6.8
        return refuse(std::move(socket), cease::kConnectionCollision, "a session stands");
    }
    // In our own pause the peer may dial: two sides that refuse each other while they pause would
    // do so for ever. What it may not is to fail at our door more often than once a pause; that is
    // closed without a NOTIFICATION, which would only make its pause grow.
    if (std::chrono::steady_clock::now() < accept_after_) {
        return log(Severity::Debug,
                   events::kBgpConnectionRefused,
                   {{"reason", "its last connection failed a moment ago"}});
    }
    if (incoming_) {  // nobody dials twice at once: what stood before is dead
        incoming_->handle(event::CollisionLost{});
    }
    incoming_ = make_session(Initiator::Peer);
    const auto session = incoming_;
    session->adopt(std::move(socket));
}

void Peer::refuse(Socket socket, std::uint8_t subcode, std::string_view why) {
    log(Severity::Info, events::kBgpConnectionRefused, {{"reason", std::string(why)}});
    const auto transport = std::make_shared<Transport>(std::move(socket), host_.alive());
    const Notification notification(ErrorCode::Cease, subcode);
    transport->send(encode_message(MessageType::Notification, encode_body(notification)));
    transport->start_closing();
}

void Peer::originated_changed(Slot slot) {
    routes_.originated_changed(slot);
    if (established_ != nullptr) {
        established_->wake();
    }
}

void Peer::leave(const std::string& text) {
    farewell_ = cease_with_text(cease::kAdministrativeShutdown, text);
    if (established_ == nullptr) {
        finish_leaving();
        return;
    }
    routes_.withdraw_all();
    established_->wake();  // next_update says the farewell when nothing is left to withdraw
}

void Peer::finish_leaving() {
    stopped_ = true;
    const event::Stop stop{farewell_};
    if (incoming_) {
        const auto session = incoming_;
        session->handle(stop);
    }
    outgoing_->handle(stop);
    close();
    host_.left();
}

void Peer::close() {
    stopped_ = true;
    for (const auto& session : {incoming_, outgoing_}) {
        if (session) {
            session->detach();
        }
    }
    incoming_.reset();
    established_ = nullptr;
    routes_.session_down({});
    if (std::exchange(noted_state_, State::Idle) != State::Idle) {
        since_ = std::chrono::system_clock::now();
        host_.session_changed(*this);
    }
}

State Peer::state() const {
    const State out = outgoing_->state();
    return incoming_ ? std::max(out, incoming_->state()) : out;
}

SessionStatus Peer::status() const {
    SessionStatus status;
    status.name = config_.name;
    status.peer = config_.address;
    status.peer_as = config_.asn;
    status.local_address = config_.local_address;
    status.state = noted_state_;
    status.since = since_;
    status.last_error = last_error_;
    status.updates_sent = updates_sent_;
    status.updates_received = updates_received_;
    status.updates_malformed = updates_malformed_;
    for (const net::Family family : {net::Family::IPv4, net::Family::IPv6}) {
        status.received += routes_.rib_in().size(family);
        status.accepted += routes_.rib_in().accepted(family);
        if (const AdjRibOut* out = routes_.rib_out()) {
            status.advertised += out->sent_count(family);
        }
    }
    if (established_ != nullptr) {
        status.uptime = std::chrono::duration_cast<std::chrono::seconds>(
            std::chrono::steady_clock::now() - up_since_);
        status.hold_time = negotiated_.hold_time;
    }
    return status;
}

// --- from the sessions ----------------------------------------------------------------------

Session* Peer::other(const Session& session) const {
    return &session == outgoing_.get() ? incoming_.get() : outgoing_.get();
}

void Peer::open_accepted(Session& session, const Negotiated& negotiated) {
    Session* existing = other(session);
    if (existing == nullptr) {
        return;
    }
    const Identity local{host_.config().router_id, host_.config().asn};
    const Identity peer{negotiated.peer_id, negotiated.peer_as};
    switch (resolve_collision(existing->state(), existing->initiator(), local, peer)) {
        case CollisionVerdict::KeepBoth:
            break;
        case CollisionVerdict::CloseExisting:
            existing->handle(event::CollisionLost{});
            break;
        case CollisionVerdict::CloseNew:
            session.handle(event::CollisionLost{});
            break;
    }
}

void Peer::session_up(Session& session, const Negotiated& negotiated) {
    established_ = &session;
    negotiated_ = negotiated;
    up_since_ = std::chrono::steady_clock::now();
    last_error_.clear();
    initial_table_sent_ = false;
    routes_.session_up({negotiated, config_.local_address, config_.address, 0});
    log(Severity::Info,
        events::kBgpSessionUp,
        {{"peer_as", negotiated.peer_as.to_string()},
         {"hold_time", std::to_string(negotiated.hold_time.count())},
         {"initiated", session.initiator() == Initiator::Us ? "us" : "peer"}});
    if (Session* loser = other(session)) {
        // Idle in its pause, it must not dial when that ends; with a connection, it says why.
        loser->handle(loser->state() == State::Idle ? Event(event::Stop{})
                                                    : Event(event::CollisionLost{}));
    }
    session.wake();
}

void Peer::session_down(Session&, const Ending& ending) {
    last_error_ = to_string(ending);
    log(Severity::Warning, events::kBgpSessionDown, {{"reason", last_error_}});
    established_ = nullptr;
    routes_.session_down({});
}

void Peer::attempt_failed(Session& session, const Ending& ending) {
    if (is_collision(ending)) {
        collided_ = true;
        log(Severity::Info,
            events::kBgpCollision,
            {{"closed", session.initiator() == Initiator::Us ? "ours" : "theirs"}});
        return;
    }
    if (ending.by == Ending::By::Us && !ending.notification) {
        return;  // given up because another connection stands, or we stop
    }
    std::string reason = to_string(ending);
    // The same again every few seconds is news only once.
    const auto severity = reason == last_error_ ? Severity::Debug : Severity::Warning;
    last_error_ = std::move(reason);
    log(severity, events::kBgpConnectFailed, {{"reason", last_error_}});
}

void Peer::update_received(const Update& update, ByteView body) {
    ++updates_received_;
    log_faults(update, body);
    if (!farewell_) {
        routes_.apply(update);
    }
}

void Peer::log_faults(const Update& update, ByteView body) {
    if (update.errors.empty()) {
        return;
    }
    ++updates_malformed_;
    if (!worth_a_line(updates_malformed_)) {
        return;
    }
    for (const auto& fault : update.errors) {
        log(Severity::Warning,
            events::kBgpUpdateMalformed,
            {{"action", std::string(to_string(fault.action))},
             {"attribute", attribute_name(fault.attribute)},
             {"why", fault.why},
             {"hex", to_hex(body, 256)}});
    }
}

void Peer::readvertise(AfiSafi family) {
    routes_.readvertise(family);
    established_->wake();
}

void Peer::refresh_marked(AfiSafi family, RefreshSubtype mark) {
    if (mark == RefreshSubtype::Begin) {
        routes_.refresh_begin(family);
    } else if (mark == RefreshSubtype::End) {
        routes_.refresh_end(family);
    }
}

void Peer::refresh_marked(AfiSafi, RefreshSubtype) {}

void Peer::back_off_forgotten() {
    outgoing_->reset_back_off();
}

void Peer::notified(bool sent, const Notification& notification) {
    log(Severity::Info,
        sent ? events::kBgpNotificationSent : events::kBgpNotificationReceived,
        {{"code", std::to_string(static_cast<unsigned>(notification.code))},
         {"subcode", std::to_string(notification.subcode)},
         {"error", error_name(notification)},
         {"text", escape(shutdown_text(notification))},
         {"data", to_hex(notification.data)}});
}

void Peer::settled(Session& session) {
    const bool collided = std::exchange(collided_, false);
    const bool incoming_ended =
        &session == incoming_.get() &&
        (session.state() == State::Idle || session.state() == State::Active) && session.closed();
    if (incoming_ended) {
        const auto ended = std::exchange(incoming_, nullptr);
        if (!collided) {
            accept_after_ = std::chrono::steady_clock::now() + host_.config().retry.idle_hold;
        }
        ended->detach();
        if (outgoing_->resting() && !stopped_ && !farewell_) {
            outgoing_->handle(event::Pause{});
        }
    }
    note_state();
}

void Peer::note_state() {
    if (state() == noted_state_) {
        return;
    }
    noted_state_ = state();
    since_ = std::chrono::system_clock::now();
    host_.session_changed(*this);
}

bool Peer::next_update(Session& session, Bytes& out) {
    if (&session != established_) {
        return false;
    }
    const bool some = routes_.next_message(out);
    for (const auto& prefix : routes_.take_unsendable()) {
        log(Severity::Error, events::kBgpPrefixTooLarge, {{"prefix", prefix.to_string()}});
    }
    if (some) {
        ++updates_sent_;
        return true;
    }
    if (!std::exchange(initial_table_sent_, true)) {
        const AdjRibOut& rib = *routes_.rib_out();
        const auto sent = rib.sent_count(net::Family::IPv4) + rib.sent_count(net::Family::IPv6);
        log(Severity::Info, events::kBgpInitialTableSent, {{"prefixes", std::to_string(sent)}});
    }
    if (farewell_ && !stopped_) {
        // Not from here: we are inside the connection's writer.
        const auto finish = [this, weak = std::weak_ptr<bool>(here_)] {
            if (!weak.expired() && !stopped_) {
                finish_leaving();
            }
        };
        boost::asio::post(executor_, finish);
    }
    return false;
}

// --- small things ---------------------------------------------------------------------------

void Peer::log(Severity severity, std::string_view event, log::Fields fields) {
    fields.insert(fields.begin(), {{"peer", config_.address.to_string()}, {"name", config_.name}});
    host_.log(severity, event, std::move(fields));
}

}  // namespace routeproof::bgp
