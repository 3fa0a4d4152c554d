#include "agent/peering/bfd/status_command.hpp"

#include "agent/peering/bfd/descriptor.hpp"
#include "agent/peering/bfd/errno_text.hpp"
#include "agent/peering/bfd/messages.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace routeproof::bfd {
namespace {

int complain(int code, const std::string& what) {
    std::fprintf(stderr, "routeproof-bfd: %s\n", what.c_str());
    return code;
}

double milliseconds_of(microseconds interval) {
    return static_cast<double>(interval.count()) / 1000;
}

void print(const ProcessStatus& process) {
    std::printf("pid %lld, version %s, scheduling %s, memory %slocked, latest wake-up %.3f ms\n\n",
                static_cast<long long>(process.pid),
                process.version.c_str(),
                process.scheduling.c_str(),
                process.memory_locked ? "" : "not ",
                milliseconds_of(process.lateness.max));
    std::printf("%-28s %-10s %-9s %-9s %2s %10s %11s %6s  %s\n",
                "PEER",
                "INTERFACE",
                "STATE",
                "REMOTE",
                "C",
                "SEND",
                "DETECTION",
                "UPS",
                "NOTE");
}

void print(const SessionStatus& session) {
    const Session::View& view = session.view;
    std::string note = session.problem;
    if (note.empty() && view.diagnostic != Diagnostic::None) {
        note = to_string(view.diagnostic);
    }
    std::printf("%-28s %-10s %-9s %-9s %2s %7.1f ms %8.1f ms %6u  %s\n",
                session.config.key.peer.to_string().c_str(),
                session.config.key.interface.empty() ? "-" : session.config.key.interface.c_str(),
                to_string(view.state).data(),
                to_string(view.remote_state).data(),
                view.remote_control_plane_independent ? "C" : "-",
                milliseconds_of(view.transmit_interval),
                milliseconds_of(view.detection_time),
                view.ups,
                note.c_str());
}

/// Everything up to the end event. Empty: the process went away before.
std::string ask(int socket) {
    const std::string question = encode(Request(request::Status{}));
    const std::string end = encode(Event(event::End{}));
    std::string answer;
    if (::send(socket, question.data(), question.size(), MSG_NOSIGNAL) < 0) {
        return {};
    }
    while (!answer.ends_with(end)) {
        std::array<char, 4096> octets{};
        const ssize_t count = ::read(socket, octets.data(), octets.size());
        if (count <= 0) {
            return {};
        }
        answer.append(octets.data(), static_cast<std::size_t>(count));
    }
    return answer;
}

}  // namespace

int print_status(const std::string& socket, bool json) {
    const Descriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
        0) {
        const int code = errno == EACCES ? EX_NOPERM : EX_UNAVAILABLE;
        return complain(code, socket + ": " + errno_text(errno) + " (is the process running?)");
    }
    const std::string answer = ask(connection.get());
    if (answer.empty()) {
        return complain(EX_PROTOCOL, socket + ": the process closed the connection");
    }
    bool greeted = false;  // the first line greets every client, the second answers us
    for (std::size_t at = 0, end = 0; at < answer.size(); at = end + 1) {
        end = answer.find('\n', at);
        const std::string line = answer.substr(at, end - at);
        const auto event = decode_event(line);
        if (!event || std::holds_alternative<event::End>(*event)) {
            continue;
        }
        if (!greeted) {
            greeted = true;
            continue;
        }
        if (json) {
            std::puts(line.c_str());
        } else if (const auto* process = std::get_if<ProcessStatus>(&*event)) {
            print(*process);
        } else if (const auto* session = std::get_if<SessionStatus>(&*event)) {
            print(*session);
        }
    }
    return EX_OK;
}

}  // namespace routeproof::bfd
