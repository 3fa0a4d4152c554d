#include "agent/peering/bfd/client.hpp"

#include "agent/peering/bfd/spawn.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace routeproof::bfd {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Socket = asio::local::stream_protocol::socket;

}  // namespace

/// Shared by the client and its coroutines, which may outlive it by one turn of the io_context.
struct Client::State : std::enable_shared_from_this<Client::State> {
    using Self = std::shared_ptr<State>;  // what each coroutine holds from its first moment

    State(asio::io_context& context, Options chosen, Callbacks functions, log::Sink sink)
        : io(context),
          options(std::move(chosen)),
          callbacks(std::move(functions)),
          log(std::move(sink)),
          socket(context),
          pause(context),
          leave_limit(context) {}

    static asio::awaitable<void> stay_connected(Self self);
    static asio::awaitable<void> write_queued(Self self, std::uint64_t connection);
    asio::awaitable<bool> connect();
    asio::awaitable<void> listen();
    void greet();
    void send(const Request& request);
    void on_event(const Event& event);
    void on_session(const SessionStatus& status);
    void on_lost(const error_code& why);
    void finish_refresh(bool ok);
    void finish_leaving();
    void complain_once(const std::string& error);

    asio::io_context& io;
    Options options;
    Callbacks callbacks;
    log::Sink log;
    Socket socket;
    asio::steady_timer pause;
    asio::steady_timer leave_limit;
    std::function<void()> left;  // waits for the last words to be written
    bool stopped = false;
    bool connected = false;
    std::uint64_t connection = 0;  // counts, so that a late writer knows it is of a former one
    bool writing = false;
    std::string queued;
    std::string last_complaint;
    std::optional<std::vector<SessionConfig>> wanted;  // nothing: the agent has not said yet
    bool synced = false;
    std::optional<ProcessStatus> process;
    std::map<SessionKey, SessionStatus> known;
    std::vector<std::function<void(bool)>> refreshes;
};

asio::awaitable<void> Client::State::stay_connected(Self self) {
    while (!self->stopped) {
        if (co_await self->connect()) {
            co_await self->listen();
        }
        if (self->stopped) {
            co_return;
        }
        error_code ignored;
        self->pause.expires_after(self->options.retry);
        co_await self->pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

asio::awaitable<bool> Client::State::connect() {
    const asio::local::stream_protocol::endpoint where(options.socket.string());
    error_code error;
    socket = Socket(io);
    co_await socket.async_connect(where, asio::redirect_error(asio::use_awaitable, error));
    const bool nobody = error == asio::error::connection_refused ||
                        error == boost::system::errc::no_such_file_or_directory;
    if (!stopped && nobody && !options.program.empty()) {
        if (const std::string failed = start_detached(options.program, options.socket);
            !failed.empty()) {
            complain_once(failed);
            co_return false;
        }
        socket = Socket(io);
        co_await socket.async_connect(where, asio::redirect_error(asio::use_awaitable, error));
    }
    if (stopped) {
        co_return false;
    }
    if (error) {
        complain_once(options.socket.string() + ": " + error.message());
        co_return false;
    }
    last_complaint.clear();
    co_return true;
}

asio::awaitable<void> Client::State::listen() {
    greet();
    std::string buffer;
    error_code error;
    while (!stopped) {
        const std::size_t size =
            co_await asio::async_read_until(socket,
                                            asio::dynamic_buffer(buffer, kLongestLine),
                                            '\n',
                                            asio::redirect_error(asio::use_awaitable, error));
        if (error || stopped) {
            break;
        }
        const std::string line = buffer.substr(0, size - 1);
        buffer.erase(0, size);
        if (const auto event = decode_event(line)) {
            on_event(*event);
        } else {
            complain_once("a line of the BFD process is not understood: " + event.error().what);
        }
    }
    on_lost(error);
}

void Client::State::greet() {
    connected = true;
    ++connection;
    writing = false;
    queued.clear();
    // What ended while we were away is not told any more.
    std::erase_if(known, [this](const auto& entry) {
        return wanted && std::none_of(wanted->begin(), wanted->end(), [&](const auto& config) {
                   return config.key == entry.first;
               });
    });
    log(log::Severity::Info, log::event::kBfdConnected, {{"socket", options.socket.string()}});
    if (wanted) {
        send(request::Set{*wanted});
        if (synced) {
            send(request::SyncDone{});
        }
    }
}

void Client::State::on_lost(const error_code& why) {
    connected = false;
    error_code ignored;
    socket.close(ignored);
    finish_refresh(false);
    finish_leaving();
    if (!stopped) {
        log(log::Severity::Warning, log::event::kBfdLost, {{"error", why.message()}});
    }
}

void Client::State::send(const Request& request) {
    if (!connected) {
        return;
    }
    queued += encode(request);
    if (!std::exchange(writing, true)) {
        asio::co_spawn(io, write_queued(shared_from_this(), connection), asio::detached);
    }
}

asio::awaitable<void> Client::State::write_queued(Self self, std::uint64_t connection) {
    const auto current = [&] { return self->connected && self->connection == connection; };
    while (current() && !self->queued.empty()) {
        const std::string lines = std::exchange(self->queued, {});
        error_code error;
        co_await asio::async_write(
            self->socket, asio::buffer(lines), asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            co_return;  // the reader finds out too, and begins again
        }
    }
    if (current()) {
        self->writing = false;
        self->finish_leaving();
    }
}

void Client::State::finish_leaving() {
    leave_limit.cancel();
    if (const auto done = std::exchange(left, nullptr)) {
        done();
    }
}

void Client::State::on_event(const Event& event) {
    if (const auto* session = std::get_if<SessionStatus>(&event)) {
        on_session(*session);
    } else if (const auto* status = std::get_if<ProcessStatus>(&event)) {
        process = *status;
    } else if (const auto* removed = std::get_if<event::Removed>(&event)) {
        known.erase(removed->key);
        if (callbacks.removed) {
            callbacks.removed(removed->key);
        }
    } else if (const auto* error = std::get_if<event::Error>(&event)) {
        log(log::Severity::Warning, log::event::kBfdRefused, {{"error", error->text}});
    } else {
        finish_refresh(true);
    }
}

void Client::State::on_session(const SessionStatus& status) {
    const auto [at, fresh] = known.try_emplace(status.config.key, status);
    const SessionStatus before = std::exchange(at->second, status);
    if (!fresh && before.view == status.view && before.config == status.config &&
        before.problem == status.problem) {
        return;
    }
    if (fresh || before.view.state != status.view.state || before.problem != status.problem) {
        log(log::Severity::Info,
            log::event::kBfdSession,
            {{"peer", status.config.key.peer.to_string()},
             {"interface", status.config.key.interface},
             {"state", std::string(to_string(status.view.state))},
             {"diagnostic", std::string(to_string(status.view.diagnostic))},
             {"remote_state", std::string(to_string(status.view.remote_state))},
             {"problem", status.problem}});
    }
    if (callbacks.changed) {
        callbacks.changed(status);
    }
}

void Client::State::finish_refresh(bool ok) {
    for (const auto& done : std::exchange(refreshes, {})) {
        done(ok);
    }
}

/// An error that repeats twice a second is news once.
void Client::State::complain_once(const std::string& error) {
    if (std::exchange(last_complaint, error) != error) {
        log(log::Severity::Error, log::event::kBfdUnavailable, {{"error", error}});
    }
}

Client::Client(asio::io_context& io, Options options, Callbacks callbacks, log::Sink log)
    : state_(
          std::make_shared<State>(io, std::move(options), std::move(callbacks), std::move(log))) {
    asio::co_spawn(io, State::stay_connected(state_), asio::detached);
}

Client::~Client() {
    state_->stopped = true;
    state_->callbacks = {};
    state_->refreshes.clear();
    state_->left = nullptr;
    state_->leave_limit.cancel();
    error_code ignored;
    state_->socket.close(ignored);
    state_->pause.cancel();
}

void Client::set_sessions(std::vector<SessionConfig> sessions) {
    std::erase_if(sessions, [this](const SessionConfig& config) {
        const std::string problem = problem_of(config);
        if (!problem.empty()) {
            state_->log(log::Severity::Error, log::event::kBfdRefused, {{"error", problem}});
        }
        return !problem.empty();
    });
    for (SessionConfig& config : sessions) {
        if (config.key.local.is_unspecified()) {
            config.key.local = net::Address::any(config.key.peer.family());
        }
    }
    state_->wanted = std::move(sessions);
    state_->send(request::Set{*state_->wanted});
}

void Client::sync_done() {
    state_->synced = true;
    state_->send(request::SyncDone{});
}

void Client::leave(std::function<void()> done) {
    constexpr std::chrono::seconds kPatience{1};
    state_->wanted.reset();
    state_->left = std::move(done);
    if (!state_->connected) {
        asio::post(state_->io, [self = state_] { self->finish_leaving(); });
        return;
    }
    state_->send(request::Leave{});
    state_->leave_limit.expires_after(kPatience);
    state_->leave_limit.async_wait([self = state_](const error_code& error) {
        if (!error) {
            self->finish_leaving();
        }
    });
}

bool Client::connected() const {
    return state_->connected;
}

std::optional<ProcessStatus> Client::process() const {
    return state_->process;
}

std::vector<SessionStatus> Client::sessions() const {
    std::vector<SessionStatus> sessions;
    for (const auto& [key, status] : state_->known) {
        sessions.push_back(status);
    }
    return sessions;
}

void Client::refresh(std::function<void(bool)> done) {
    if (!state_->connected) {
        done(false);
        return;
    }
    state_->refreshes.push_back(std::move(done));
    state_->send(request::Status{});
}

}  // namespace routeproof::bfd
