// The half of Peer that its sessions talk to.
#include "agent/peering/endpoint.hpp"
#include "agent/peering/graceful_restart.hpp"
#include "agent/peering/log_pace.hpp"
#include "agent/peering/peer.hpp"
#include "agent/peering/wire/attribute_table.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace routeproof::bgp {
namespace {

using log::Severity;
namespace events = log::event;

bool is_collision(const Ending& ending) {
    return ending.notification && ending.notification->code == ErrorCode::Cease &&
           ending.notification->subcode == cease::kConnectionCollision;
}

// RFC 4486 4: the family and the limit that it ran into.
Notification too_many_prefixes(AfiSafi family, std::uint32_t limit) {
    Writer writer(7);
    writer.u16(static_cast<std::uint16_t>(family.afi));
    writer.u8(static_cast<std::uint8_t>(family.safi));
    writer.u32(limit);
    return {ErrorCode::Cease, cease::kMaximumPrefixes, writer.take()};
}

}  // namespace

// --- up and down ----------------------------------------------------------------------------

Session* Peer::other(const Session& session) const {
    return &session == outgoing_.get() ? incoming_.get() : outgoing_.get();
}

void Peer::open_accepted(Session& session, const Negotiated& negotiated) {
    if (&session == newcomer_.get() && established_ != nullptr) {
        established_->handle(event::PeerRestarted{});  // settled() puts the newcomer in its place
        return;
    }
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
    refused_ = 0;
    collisions_ = 0;
    end_of_rib_.clear();
    bfd_was_up_ = bfd_ == BfdState::Up;
    restart_told_ = true;
    outgoing_->forget_restart();
    judge_stale();
    SessionFacts facts{negotiated, config_.local_address, config_.address, 0};
    if (const auto addresses = session.addresses()) {
        facts.local_address = to_address(addresses->local.address());
        facts.peer_address = to_address(addresses->remote.address());
        facts.interface = scope_of(addresses->remote.address());
    }
    routes_.session_up(std::move(facts));
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
    ++flaps_;
    last_error_ = to_string(ending);
    log(Severity::Warning, events::kBgpSessionDown, {{"reason", last_error_}});
    established_ = nullptr;
    keep_stale(ending);
}

void Peer::attempt_failed(Session& session, const Ending& ending) {
    if (is_collision(ending)) {
        collided_ = true;
        if (worth_a_line(++collisions_)) {
            log(Severity::Info,
                events::kBgpCollision,
                {{"closed", session.initiator() == Initiator::Us ? "ours" : "theirs"}});
        }
        return;
    }
    outgoing_->set_plain(session.plain());  // what it has learned serves the next connection
    if (ending.by == Ending::By::Us && !ending.notification) {
        return;  // given up because another connection stands, or we stop
    }
    std::string reason = to_string(ending);
    // The same again every few seconds is news only once.
    const auto severity = reason == last_error_ ? Severity::Debug : Severity::Warning;
    last_error_ = std::move(reason);
    log(severity, events::kBgpConnectFailed, {{"reason", last_error_}});
}

void Peer::back_off_forgotten() {
    outgoing_->reset_back_off();
}

void Peer::settled(Session& session) {
    const bool collided = std::exchange(collided_, false);
    const bool ended = (session.state() == State::Idle || session.state() == State::Active) &&
                       session.closed() && session.initiator() == Initiator::Peer;
    if (ended) {
        auto& place = &session == newcomer_.get() ? newcomer_ : incoming_;
        const auto gone = std::exchange(place, nullptr);
        if (!collided) {
            accept_after_ = std::chrono::steady_clock::now() + retry().idle_hold;
        }
        if (gone) {
            gone->detach();
        }
    }
    if (newcomer_ && !incoming_ && established_ == nullptr) {
        incoming_ = std::move(newcomer_);
    }
    if (established_ == nullptr && seen_next_) {
        seen_ = std::exchange(seen_next_, std::nullopt);
    }
    if (ended && !renew_) {
        resume();
    }
    try_renew();
    note_state();
}

// --- graceful restart -----------------------------------------------------------------------

void Peer::keep_stale(const Ending& ending) {
    stale_ =
        stopped_ || !held_.empty() ? std::vector<AfiSafi>{} : families_to_keep(negotiated_, ending);
    if (stale_time(negotiated_, config_.graceful_restart.stale_time).count() == 0) {
        stale_.clear();
    }
    routes_.session_down(stale_);
    if (!stale_.empty()) {
        log(Severity::Info,
            events::kBgpRestartHelping,
            {{"seconds",
              std::to_string(
                  stale_time(negotiated_, config_.graceful_restart.stale_time).count())}});
        start_stale_timer();
    }
}

// At the new session: what it does not take up again goes at once, the rest waits for End-of-RIB.
void Peer::judge_stale() {
    for (const AfiSafi family : families_to_drop(stale_, negotiated_)) {
        routes_.drop_stale(family);
        std::erase(stale_, family);
    }
    stale_timer_.cancel();
    if (!stale_.empty()) {
        start_stale_timer();
    }
}

void Peer::start_stale_timer() {
    stale_timer_.expires_after(stale_time(negotiated_, config_.graceful_restart.stale_time));
    stale_timer_.async_wait(
        [this, weak = std::weak_ptr<bool>(here_)](const boost::system::error_code& error) {
            if (!error && !weak.expired()) {
                drop_stale("its restart time is over");
            }
        });
}

void Peer::drop_stale(std::string_view why) {
    stale_timer_.cancel();
    if (std::exchange(stale_, {}).empty()) {
        return;
    }
    log(Severity::Warning, events::kBgpRestartOver, {{"reason", std::string(why)}});
    routes_.drop_stale(std::nullopt);
}

// --- messages -------------------------------------------------------------------------------

void Peer::update_received(const Update& update, ByteView body) {
    log_faults(update, body);
    if (farewell_ || stopped_) {
        return;
    }
    const auto received = routes_.apply(update);
    if (const auto family = received.end_of_rib) {
        end_of_rib_.insert(*family);
        std::erase(stale_, *family);
        if (stale_.empty()) {
            stale_timer_.cancel();
        }
    }
    if (received.limit == LimitVerdict::Warn) {
        log(Severity::Warning,
            events::kBgpPrefixLimitNear,
            {{"family", to_string(received.family)}, {"limit", std::to_string(received.maximum)}});
    } else if (received.limit == LimitVerdict::Exceeded && held_.empty()) {
        limit_exceeded(received);
    }
}

void Peer::limit_exceeded(const PeerRoutes::Received& received) {
    held_ = "it sent more than " + std::to_string(received.maximum) + " prefixes of " +
            to_string(received.family);
    log(Severity::Error,
        events::kBgpPrefixLimitExceeded,
        {{"family", to_string(received.family)}, {"limit", std::to_string(received.maximum)}});
    end_sessions(for_good(too_many_prefixes(received.family, received.maximum)), held_);
    const auto limit = config_.max_prefix.find(received.family);
    if (limit == config_.max_prefix.end() || limit->second.restart_after.count() == 0) {
        return;  // until somebody says enable
    }
    enable_timer_.expires_after(limit->second.restart_after);
    enable_timer_.async_wait(
        [this, weak = std::weak_ptr<bool>(here_)](const boost::system::error_code& error) {
            if (!error && !weak.expired()) {
                enable();
            }
        });
}

void Peer::log_faults(const Update& update, ByteView body) {
    if (update.errors.empty()) {
        return;
    }
    ++updates_malformed_;
    for (const auto& fault : update.errors) {
        ++faults_[{fault.action, fault.attribute}];
    }
    if (!worth_a_line(updates_malformed_)) {
        return;
    }
    constexpr std::size_t kShown = 4;  // the counters hold all
    for (std::size_t i = 0; i < std::min(kShown, update.errors.size()); ++i) {
        const auto& fault = update.errors[i];
        log(Severity::Warning,
            events::kBgpUpdateMalformed,
            {{"action", std::string(to_string(fault.action))},
             {"attribute", attribute_name(fault.attribute)},
             {"why", fault.why},
             {"faults", std::to_string(update.errors.size())},
             {"hex", to_hex(body, 256)}});
    }
}

void Peer::readvertise(AfiSafi family) {
    routes_.readvertise(family);
    established_->wake();
}

void Peer::refresh_marked(AfiSafi family, RefreshSubtype mark) {
    if (mark == RefreshSubtype::Begin) {
        // RFC 7313 4: what it still holds back of its initial table must not end with the refresh.
        if (!negotiated_.graceful_restart || end_of_rib_.contains(family)) {
            routes_.refresh_begin(family);
        }
    } else {
        routes_.refresh_end(family);
    }
}

void Peer::notified(bool sent, const Notification& notification) {
    (sent ? last_error_sent_ : last_error_received_) = to_string(notification);
    log(Severity::Info,
        sent ? events::kBgpNotificationSent : events::kBgpNotificationReceived,
        {{"code", std::to_string(static_cast<unsigned>(notification.code))},
         {"subcode", std::to_string(notification.subcode)},
         {"error", error_name(notification)},
         {"text", escape(shutdown_text(notification))},
         {"data", to_hex(notification.data)}});
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

}  // namespace routeproof::bgp
