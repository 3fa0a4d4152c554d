#include "agent/peering/session.hpp"

#include "agent/peering/endpoint.hpp"
#include "agent/peering/wire/route_refresh.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace routeproof::bgp {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kTypeOffset = kHeaderSize - 1;
constexpr std::chrono::milliseconds kSecondLook{1000};

// RFC 9687 3.1: the greater of eight minutes and twice the hold time; also without one.
std::chrono::milliseconds send_hold_time(std::chrono::milliseconds minimum,
                                         std::chrono::seconds hold) {
    return std::max(minimum, std::chrono::milliseconds(2 * hold));
}

}  // namespace

Session::Session(const asio::any_io_executor& executor,
                 Handler& handler,
                 FsmConfig config,
                 Initiator initiator,
                 std::shared_ptr<void> alive)
    : executor_(executor),
      handler_(&handler),
      send_hold_min_(config.retry.send_hold_min),
      fsm_(std::move(config)),
      initiator_(initiator),
      alive_(std::move(alive)),
      timers_{RunningTimer{asio::steady_timer(executor)},
              RunningTimer{asio::steady_timer(executor)},
              RunningTimer{asio::steady_timer(executor)},
              RunningTimer{asio::steady_timer(executor)},
              RunningTimer{asio::steady_timer(executor)}} {}

Session::~Session() {
    if (transport_) {  // it points back to us
        transport_->close();
    }
}

// A handler may raise further events, on this session or another: they wait their turn.
void Session::handle(Event event) {
    events_.push_back(std::move(event));
    if (std::exchange(handling_, true)) {
        return;
    }
    const auto keep = shared_from_this();
    while (!events_.empty()) {
        const Event next = std::move(events_.front());
        events_.pop_front();
        handle_one(next);
    }
    handling_ = false;
    if (handler_ != nullptr) {
        handler_->settled(*this);
    }
}

void Session::handle_one(const Event& event) {
    for (const Action& action : fsm_.handle(event)) {
        if (handler_ == nullptr) {
            return;
        }
        std::visit([this](const auto& one) { run(one); }, action);
    }
}

std::optional<Session::Addresses> Session::addresses() const {
    return transport_ ? transport_->addresses() : std::nullopt;
}

void Session::adopt(Socket socket) {
    connected(std::move(socket));
    handle(event::Start{});
    handle(event::TcpConnected{});
}

void Session::detach() {
    handler_ = nullptr;
    run(action::Close{});
    run(action::StopTimers{});
    alive_.reset();
}

void Session::wake() {
    if (transport_) {
        transport_->wake();
    }
}

bool Session::resting() const {
    return state() == State::Idle && !timers_[static_cast<std::size_t>(Timer::IdleHold)].running;
}

// --- from the socket ------------------------------------------------------------------------

bool Session::next_update(Bytes& out) {
    const std::size_t begin = out.size();
    if (handler_ == nullptr || state() != State::Established ||
        !handler_->next_update(*this, out)) {
        return false;
    }
    const auto type = static_cast<MessageType>(out.at(begin + kTypeOffset));
    handler_->passed(Direction::Sent, type, out.size() - begin);
    return true;
}

void Session::received(const RawMessage& message) {
    const auto keep = shared_from_this();  // what is handled may end us
    if (handler_ != nullptr) {
        handler_->passed(Direction::Received, message.header.type, message.header.length);
    }
    switch (message.header.type) {
        case MessageType::Open: {
            auto open = decode_open(message.body);
            if (!open) {
                return handle(event::MessageError{open.error()});
            }
            return handle(event::OpenReceived{std::move(*open)});
        }
        case MessageType::Update:
            return received_update(message.body);
        case MessageType::Notification: {
            const Notification notification = decode_notification(message.body);
            if (handler_ != nullptr) {
                handler_->notified(false, notification);
            }
            return handle(event::NotificationReceived{notification});
        }
        case MessageType::Keepalive:
            return handle(event::KeepaliveReceived{});
        case MessageType::RouteRefresh: {
            const auto refresh = decode_route_refresh(message.body);
            if (!refresh) {
                return handle(event::MessageError{refresh.error()});
            }
            return handle(event::RouteRefreshReceived{refresh->family, refresh->subtype});
        }
    }
}

void Session::received_update(ByteView body) {
    if (state() != State::Established) {  // how to read it is not agreed yet
        return handle(event::UpdateReceived{});
    }
    const auto update = decode_update(body, update_context_);
    if (!update) {
        return handle(event::MessageError{update.error()});
    }
    update_ = &*update;
    update_body_ = body;
    handle(event::UpdateReceived{});
    update_ = nullptr;
    update_body_ = {};
}

void Session::framing_error(const Notification& notification) {
    handle(event::MessageError{notification});
}

void Session::connection_failed(std::string why) {
    handle(event::TcpFailed{std::move(why)});
}

void Session::send_stalled() {
    handle(event::SendStalled{});
}

// --- to the socket --------------------------------------------------------------------------

void Session::connected(Socket socket) {
    attempt_.reset();
    transport_ = std::make_shared<Transport>(std::move(socket), alive_);
    transport_->start(*this);
}

error_code Session::prepare(Socket& socket, const Endpoints& endpoints) {
    error_code error;
    socket.open(endpoints.remote.protocol(), error);
    if (!error) {
        error = prepare_to_connect(
            socket.native_handle(), to_address(endpoints.remote.address()), endpoints.options);
    }
    if (!error) {
        socket.bind(endpoints.local, error);
    }
    return error;
}

// The retry timer is the deadline: its expiry in Connect closes the attempt (RFC 4271 8.2.2).
asio::awaitable<void> Session::dial(std::shared_ptr<Session> self,
                                    std::shared_ptr<Socket> attempt) {
    if (self->handler_ == nullptr || self->attempt_ != attempt) {
        co_return;
    }
    const Endpoints endpoints = self->handler_->endpoints();
    error_code error = prepare(*attempt, endpoints);
    if (!error) {
        std::tie(error) = co_await attempt->async_connect(endpoints.remote, kAsTuple);
    }
    if (self->attempt_ != attempt) {
        co_return;  // given up in the meantime
    }
    self->attempt_.reset();
    if (error) {
        self->handle(event::TcpFailed{error.message()});
        co_return;
    }
    self->connected(std::move(*attempt));
    self->handle(event::TcpConnected{});
}

void Session::send(MessageType type, ByteView body) {
    if (transport_) {
        Bytes message = encode_message(type, body);
        handler_->passed(Direction::Sent, type, message.size());
        transport_->send(std::move(message));
    }
}

void Session::request_refresh(AfiSafi family) {
    send(MessageType::RouteRefresh, encode_body(RouteRefresh{family}));
}

void Session::run(const action::Connect&) {
    attempt_ = std::make_shared<Socket>(executor_);
    asio::co_spawn(executor_, dial(shared_from_this(), attempt_), asio::detached);
}

void Session::run(const action::SendOpen& sent) {
    send(MessageType::Open, encode_body(sent.open));
}

void Session::run(const action::SendKeepalive&) {
    send(MessageType::Keepalive, {});
}

void Session::run(const action::SendNotification& sent) {
    send(MessageType::Notification, encode_body(sent.notification));
    handler_->notified(true, sent.notification);
}

void Session::run(const action::Close&) {
    if (attempt_) {
        error_code ignored;
        attempt_->close(ignored);
        attempt_.reset();
    }
    if (transport_) {
        transport_->close();
        transport_.reset();
    }
}

void Session::run(const action::StartTimer& start) {
    RunningTimer& chosen = timer(start.timer);
    if (start.timer == Timer::Hold) {
        second_look_ = false;
    }
    chosen.running = true;
    chosen.deadline = std::chrono::steady_clock::now() + start.after;
    if (!chosen.waiting || chosen.deadline < chosen.timer.expiry()) {
        wait(start.timer);
    }
}

void Session::wait(Timer which) {
    RunningTimer& chosen = timer(which);
    const std::uint64_t generation = ++chosen.generation;
    chosen.waiting = true;
    chosen.timer.expires_at(chosen.deadline);
    chosen.timer.async_wait([weak = weak_from_this(), which, generation](const error_code& error) {
        const auto self = weak.lock();
        if (error || !self || self->handler_ == nullptr) {
            return;
        }
        RunningTimer& ended = self->timer(which);
        if (ended.generation != generation) {
            return;
        }
        ended.waiting = false;
        if (!ended.running) {
            return;
        }
        if (std::chrono::steady_clock::now() < ended.deadline) {
            self->wait(which);
        } else {
            self->timer_expired(which);
        }
    });
}

// A busy host may find the peer's keepalive and the end of the hold time in one turn: the keepalive
// came first.
void Session::timer_expired(Timer which) {
    RunningTimer& expired = timer(which);
    if (which == Timer::Hold && !std::exchange(second_look_, true) && transport_ &&
        transport_->octets_wait()) {
        run(action::StartTimer{Timer::Hold, kSecondLook});
        second_look_ = true;
        return;
    }
    expired.running = false;
    handle(event::TimerExpired{which});
}

void Session::run(const action::StopTimers&) {
    for (auto& one : timers_) {
        one.running = false;
        one.waiting = false;
        ++one.generation;
        one.timer.cancel();
    }
}

// --- to the handler -------------------------------------------------------------------------

void Session::run(const action::OpenAccepted& accepted) {
    if (transport_) {
        transport_->agree(accepted.negotiated.max_received,
                          send_hold_time(send_hold_min_, accepted.negotiated.hold_time));
    }
    handler_->open_accepted(*this, accepted.negotiated);
}

void Session::run(const action::SessionUp& up) {
    update_context_.four_octet_as = up.negotiated.four_octet_as;
    update_context_.internal = up.negotiated.internal;
    update_context_.families = up.negotiated.families;
    update_context_.add_path = up.negotiated.add_path;
    update_context_.extended_next_hop = up.negotiated.extended_next_hop;
    update_context_.max_message = up.negotiated.max_message;
    handler_->session_up(*this, up.negotiated);
}

void Session::run(const action::SessionDown& down) {
    handler_->session_down(*this, down.ending);
}

void Session::run(const action::AttemptFailed& failed) {
    handler_->attempt_failed(*this, failed.ending);
}

void Session::run(const action::ProcessUpdate&) {
    if (update_ != nullptr) {
        handler_->update_received(*update_, update_body_);
    }
}

void Session::run(const action::Readvertise& again) {
    handler_->readvertise(again.family);
}

void Session::run(const action::RefreshMarked& marked) {
    handler_->refresh_marked(marked.family, marked.mark);
}

void Session::run(const action::BackOffForgotten&) {
    handler_->back_off_forgotten();
}

}  // namespace routeproof::bgp
