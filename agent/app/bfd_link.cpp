#include "agent/app/bfd_link.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <optional>

namespace routeproof::agent {
namespace {

constexpr const char* kProgram = "routeproof-bfd";

/// Beside our own program: the two are installed together.
std::filesystem::path program() {
    std::error_code unknown;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", unknown);
    return unknown ? std::filesystem::path(kProgram) : self.parent_path() / kProgram;
}

/// Nothing: not a reason to touch the session.
std::optional<bgp::BfdState> meaning_of(bfd::Liveness liveness) {
    switch (liveness) {
        case bfd::Liveness::Up:
            return bgp::BfdState::Up;
        case bfd::Liveness::Failed:
            return bgp::BfdState::Down;
        case bfd::Liveness::AdminDown:
            return bgp::BfdState::AdminDown;
        case bfd::Liveness::NeverUp:
            break;
    }
    return std::nullopt;
}

}  // namespace

BfdLink::BfdLink(boost::asio::io_context& io,
                 bgp::Speaker& speaker,
                 std::filesystem::path socket,
                 log::Sink log)
    : io_(io), speaker_(speaker), socket_(std::move(socket)), log_(std::move(log)) {}

BfdLink::~BfdLink() = default;

void BfdLink::start(const std::vector<bgp::PeerConfig>& peers) {
    for (const auto& peer : peers) {
        if (peer.bfd) {
            wanted_[bgp::peer_key(peer)] = {
                {{peer.address, peer.local_address, peer.interface},
                 {peer.bfd->interval, static_cast<std::uint8_t>(peer.bfd->multiplier)}}};
        }
    }
    tell_process();
    // An unnumbered peer is not found yet, and its session of an earlier life shall not end for
    // that.
    const bool all_found = std::none_of(wanted_.begin(), wanted_.end(), [](const auto& wanted) {
        return wanted.second.session.key.peer.is_unspecified();
    });
    if (client_ && all_found) {
        client_->sync_done();
    }
}

void BfdLink::peer_changed(const std::string& name, const bgp::PeerConfig* peer) {
    std::optional<bfd::SessionKey> known;
    if (const auto before = wanted_.extract(name)) {
        known = before.mapped().session.key;
    }
    if (peer != nullptr && peer->bfd) {
        bfd::SessionConfig session{
            {peer->address, peer->local_address, peer->interface},
            {peer->bfd->interval, static_cast<std::uint8_t>(peer->bfd->multiplier)}};
        if (known && session.key.peer.is_unspecified() &&
            session.key.interface == known->interface) {
            session.key = *known;  // where it was found; nobody will tell again
        }
        wanted_[name] = {session};
    }
    tell_process();
}

void BfdLink::session_changed(const bgp::SessionStatus& session) {
    const auto found = wanted_.find(session.key);
    if (found == wanted_.end() || session.peer.is_unspecified()) {
        return;
    }
    bfd::SessionKey& key = found->second.session.key;
    const bfd::SessionKey before = key;
    key.peer = session.peer;
    key.local = session.local_address;
    if (key != before) {
        tell_process();
    }
}

void BfdLink::tell_process() {
    if (!client_) {
        if (wanted_.empty()) {
            return;
        }
        bfd::Client::Callbacks callbacks;
        callbacks.changed = [this](const bfd::SessionStatus& status) { heard(status); };
        client_ = std::make_unique<bfd::Client>(
            io_, bfd::Client::Options{socket_, program()}, std::move(callbacks), log_);
    }
    std::vector<bfd::SessionConfig> sessions;
    for (const auto& [name, wanted] : wanted_) {
        if (!wanted.session.key.peer.is_unspecified()) {
            sessions.push_back(wanted.session);
        }
    }
    client_->set_sessions(std::move(sessions));
}

void BfdLink::heard(const bfd::SessionStatus& status) {
    const auto state = meaning_of(status.view.liveness);
    for (const auto& [name, wanted] : wanted_) {
        if (state && wanted.session.key == status.config.key) {
            speaker_.set_bfd_state(name, *state, status.view.remote_control_plane_independent);
        }
    }
}

void BfdLink::leave(std::function<void()> done) {
    if (client_) {
        client_->leave(std::move(done));
    } else {
        done();
    }
}

}  // namespace routeproof::agent
