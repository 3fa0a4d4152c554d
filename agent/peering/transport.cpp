#include "agent/peering/transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace routeproof::bgp {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
// A keepalive waits for at most so many octets of UPDATEs before it.
constexpr std::size_t kBatch = 65536;
constexpr std::chrono::seconds kCloseTime{1};

}  // namespace

Transport::Transport(Socket socket, std::shared_ptr<void> alive)
    : socket_(std::move(socket)),
      alive_(std::move(alive)),
      wake_(socket_.get_executor(), asio::steady_timer::time_point::max()),
      deadline_(socket_.get_executor()),
      stall_(socket_.get_executor()) {}

void Transport::start(Owner& owner) {
    owner_ = &owner;
    spawn_loops();
}

void Transport::start_closing() {
    close();
    spawn_loops();
}

void Transport::spawn_loops() {
    error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    asio::co_spawn(socket_.get_executor(), read_loop(shared_from_this()), asio::detached);
    asio::co_spawn(socket_.get_executor(), write_loop(shared_from_this()), asio::detached);
}

void Transport::send(Bytes message) {
    urgent_.push_back(std::move(message));
    wake();
}

void Transport::wake() {
    wake_.cancel();
}

void Transport::agree(std::size_t max_received, std::chrono::milliseconds send_hold) {
    framer_.set_max_message(max_received);
    send_hold_ = send_hold;
    watch_sending(send_hold);
}

std::optional<Transport::Addresses> Transport::addresses() const {
    error_code no_local;
    error_code no_remote;
    Addresses addresses{socket_.local_endpoint(no_local), socket_.remote_endpoint(no_remote)};
    if (no_local || no_remote) {
        return std::nullopt;
    }
    return addresses;
}

bool Transport::octets_wait() const {
    error_code error;
    return socket_.available(error) > 0 && !error;
}

// Looks at the clock now and then instead of restarting a timer with every write.
void Transport::watch_sending(std::chrono::milliseconds after) {
    stall_.expires_after(after);
    stall_.async_wait([weak = weak_from_this()](const error_code& error) {
        const auto self = weak.lock();
        if (error || !self || self->owner_ == nullptr) {
            return;
        }
        const auto quiet = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - self->progressed_);
        if (self->writing_ && quiet >= self->send_hold_) {
            self->owner_->send_stalled();
        } else {
            self->watch_sending(self->writing_ ? self->send_hold_ - quiet : self->send_hold_);
        }
    });
}

void Transport::close() {
    if (closing_) {
        return;
    }
    closing_ = true;
    owner_ = nullptr;
    stall_.cancel();
    wake();
    deadline_.expires_after(kCloseTime);
    deadline_.async_wait([self = shared_from_this()](const error_code& error) {
        if (!error) {
            error_code ignored;
            if (self->writing_) {  // nobody reads: forget what waits, and let the peer know
                self->socket_.set_option(asio::socket_base::linger(true, 0), ignored);
            }
            self->socket_.close(ignored);
        }
    });
}

Transport::Task Transport::read_loop(std::shared_ptr<Transport> self) {
    for (;;) {
        const auto space = self->framer_.free_space();
        const auto buffer = asio::buffer(space.data(), space.size());
        const auto [error, count] = co_await self->socket_.async_read_some(buffer, kAsTuple);
        if (error) {
            self->fail(error);
            break;
        }
        if (self->closing_) {
            continue;  // read and forgotten, so that closing does not become a reset
        }
        self->framer_.received(count);
        self->hand_out_messages();
    }
    if (self->closing_) {
        self->deadline_.cancel();
        error_code ignored;
        self->socket_.close(ignored);
    }
}

void Transport::hand_out_messages() {
    while (owner_ != nullptr) {
        const auto message = framer_.next();
        if (!message) {
            owner_->framing_error(message.error());
            return;
        }
        if (!*message) {
            return;
        }
        owner_->received(**message);
    }
    framer_ = Framer();  // nobody listens any more: the memory is free
}

Transport::Task Transport::write_loop(std::shared_ptr<Transport> self) {
    for (;;) {
        self->fill_batch();
        if (!self->batch_.empty()) {
            self->spoke_ = true;
            self->writing_ = true;
            self->progressed_ = std::chrono::steady_clock::now();
            for (std::size_t written = 0; written < self->batch_.size();) {
                const auto rest = asio::buffer(self->batch_) + written;
                const auto [error, count] = co_await self->socket_.async_write_some(rest, kAsTuple);
                if (error) {
                    // What the peer said before it closed may still wait to be read, such as why:
                    // the reader comes to the end by itself.
                    self->writing_ = false;
                    self->write_error_ = error;
                    co_return;
                }
                written += count;
                self->progressed_ = std::chrono::steady_clock::now();
            }
            self->writing_ = false;
            continue;
        }
        if (self->closing_) {
            break;
        }
        self->batch_ = {};  // an idle session needs no buffer
        (void)co_await self->wake_.async_wait(kAsTuple);
    }
    error_code ignored;
    self->socket_.shutdown(Socket::shutdown_send, ignored);
    if (!self->spoke_) {
        self->socket_.close(ignored);
    }
}

void Transport::fill_batch() {
    batch_.clear();
    for (; !urgent_.empty(); urgent_.pop_front()) {
        batch_.insert(batch_.end(), urgent_.front().begin(), urgent_.front().end());
    }
    while (owner_ != nullptr && batch_.size() < kBatch && owner_->next_update(batch_)) {
    }
}

void Transport::fail(const error_code& error) {
    if (owner_ != nullptr) {
        Owner* owner = std::exchange(owner_, nullptr);
        const error_code why = write_error_ ? write_error_ : error;
        owner->connection_failed(why == asio::error::eof ? "the peer closed without a NOTIFICATION"
                                                         : why.message());
    }
}

}  // namespace routeproof::bgp
