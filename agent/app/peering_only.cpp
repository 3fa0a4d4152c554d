#include "agent/app/peering_only.hpp"

#include "agent/app/bfd_link.hpp"
#include "agent/app/log_lateness.hpp"
#include "agent/app/restart_marker.hpp"
#include "agent/control/api_server.hpp"

#include <boost/asio/io_context.hpp>
#include <malloc.h>
#include <sysexits.h>

#include <stdexcept>

namespace routeproof::agent {
namespace asio = boost::asio;
using log::Severity;

struct PeeringOnly::Rooms : std::enable_shared_from_this<PeeringOnly::Rooms> {
    Rooms(asio::io_context& context,
          config::PeeringFile configuration,
          PeeringPlaces where,
          log::Sink sink,
          std::function<void()> at_end)
        : io(context),
          file(std::move(configuration)),
          places(std::move(where)),
          log(std::move(sink)),
          ended(std::move(at_end)),
          marker(places.state) {}

    asio::io_context& io;
    config::PeeringFile file;
    const PeeringPlaces places;
    const log::Sink log;
    std::function<void()> ended;
    RestartMarker marker;
    std::unique_ptr<bgp::Speaker> speaker;
    std::unique_ptr<BfdLink> bfd;
    std::unique_ptr<control::ApiServer> api;

    void build_speaker();
    Started serve();
    void stop(bgp::StopMode mode, const std::string& text);
};

void PeeringOnly::Rooms::build_speaker() {
    bgp::SpeakerCallbacks callbacks;
    callbacks.log = log;
    callbacks.session = [this](const bgp::SessionStatus& session) {
        if (bfd) {
            bfd->session_changed(session);
        }
    };
    // Whoever makes the prefixes' data path, it is not us: our end does not end it.
    file.speaker.restarting = marker.found();
    file.speaker.forwarding_preserved = marker.found();
    speaker = std::make_unique<bgp::Speaker>(io, file.speaker, std::move(callbacks));
    for (const auto& entry : file.originations.entries()) {
        speaker->announce(entry.prefix, file.originations.attributes(entry));
    }
    file.originations = {};
    bfd = std::make_unique<BfdLink>(
        io, *speaker, places.control_socket.parent_path() / "bfd.sock", log);
    // Reading a large file leaves large holes behind.
    ::malloc_trim(0);
}

Started PeeringOnly::Rooms::serve() {
    control::PeeringApi::Program program;
    program.prefixes = true;
    program.defaults = file.defaults;
    program.peer_changed = [this](const std::string& name, const bgp::PeerConfig* peer) {
        bfd->peer_changed(name, peer);
    };
    program.stop = [this](bgp::StopMode mode, const std::string& text) { stop(mode, text); };
    program.late = [this](control::Lateness::Seconds late) { log_lateness(log, late); };
    api = std::make_unique<control::ApiServer>(
        io,
        *speaker,
        control::Identity{{}, file.speaker.asn, file.speaker.router_id},
        std::move(program),
        file.api);
    if (const auto listening = api->listen(places.control_socket); !listening) {
        return StartError(EX_CANTCREAT, listening.error().what);
    }
    return {};
}

void PeeringOnly::Rooms::stop(bgp::StopMode mode, const std::string& text) {
    const auto end = [self = shared_from_this()] {
        self->api->stop();
        if (const auto at_end = std::exchange(self->ended, nullptr)) {
            at_end();
        }
    };
    if (mode != bgp::StopMode::Leave) {
        speaker->stop(mode, text, end);
        return;
    }
    marker.remove();
    speaker->stop(mode, text, [self = shared_from_this(), end] { self->bfd->leave(end); });
}

PeeringOnly::PeeringOnly(asio::io_context& io,
                         config::PeeringFile file,
                         PeeringPlaces places,
                         log::Sink log,
                         std::function<void()> ended)
    : rooms_(std::make_shared<Rooms>(
          io, std::move(file), std::move(places), std::move(log), std::move(ended))) {}

PeeringOnly::~PeeringOnly() = default;

Started PeeringOnly::start() {
    Rooms& rooms = *rooms_;
    try {
        rooms.build_speaker();
    } catch (const std::invalid_argument& wrong) {  // what no single key is to blame for
        return StartError(EX_DATAERR, wrong.what());
    }
    if (auto serving = rooms.serve(); !serving) {
        return serving;
    }
    if (const auto why = rooms.marker.set(); !why.empty()) {
        return StartError(EX_CANTCREAT, why);
    }
    rooms.speaker->start();
    rooms.bfd->start(rooms.file.speaker.peers);
    rooms.log(Severity::Info,
              log::event::kAgentStarted,
              {{"mode", "peering-only"},
               {"asn", rooms.file.speaker.asn.to_string()},
               {"router_id", rooms.file.speaker.router_id.to_string()}});
    return {};
}

void PeeringOnly::stop(bgp::StopMode mode, const std::string& text) {
    rooms_->stop(mode, text);
}

}  // namespace routeproof::agent
