#include "agent/peering/fsm_types.hpp"

#include <ostream>

namespace routeproof::bgp {
namespace {

std::string_view name(Timer timer) {
    switch (timer) {
        case Timer::ConnectRetry:
            return "ConnectRetry";
        case Timer::Hold:
            return "Hold";
        case Timer::Keepalive:
            return "Keepalive";
        case Timer::IdleHold:
            return "IdleHold";
        case Timer::Stable:
            break;
    }
    return "Stable";
}

struct Printer {
    std::ostream& out;

    void operator()(const action::Connect&) const { out << "Connect"; }
    void operator()(const action::SendOpen& sent) const {
        out << "SendOpen AS " << sent.open.asn();
    }
    void operator()(const action::SendKeepalive&) const { out << "SendKeepalive"; }
    void operator()(const action::SendNotification& sent) const {
        out << "SendNotification " << sent.notification;
    }
    void operator()(const action::Close&) const { out << "Close"; }
    void operator()(const action::StartTimer& start) const {
        out << "StartTimer " << name(start.timer) << " " << start.after.count() << "ms";
    }
    void operator()(const action::StopTimers&) const { out << "StopTimers"; }
    void operator()(const action::OpenAccepted&) const { out << "OpenAccepted"; }
    void operator()(const action::SessionUp&) const { out << "SessionUp"; }
    void operator()(const action::SessionDown& down) const {
        out << "SessionDown (" << to_string(down.ending) << ")";
    }
    void operator()(const action::AttemptFailed& failed) const {
        out << "AttemptFailed (" << to_string(failed.ending) << ")";
    }
    void operator()(const action::ProcessUpdate&) const { out << "ProcessUpdate"; }
    void operator()(const action::Readvertise& again) const {
        out << "Readvertise " << again.family;
    }
    void operator()(const action::RefreshMarked& marked) const {
        out << "RefreshMarked " << marked.family << " "
            << (marked.mark == RefreshSubtype::Begin ? "begin" : "end");
    }
    void operator()(const action::BackOffForgotten&) const { out << "BackOffForgotten"; }
};

}  // namespace

std::string to_string(const Ending& ending) {
    const std::string detail = ending.detail.empty() ? "" : ": " + ending.detail;
    switch (ending.by) {
        case Ending::By::Us:
            return (ending.notification ? "we sent " + to_string(*ending.notification)
                                        : "we closed") +
                   detail;
        case Ending::By::Peer:
            return (ending.notification ? "peer sent " + to_string(*ending.notification)
                                        : "peer closed") +
                   detail;
        case Ending::By::Transport:
            break;
    }
    return "connection failed" + detail;
}

std::ostream& action::operator<<(std::ostream& out, const Action& action) {
    std::visit(Printer{out}, action);
    return out;
}

}  // namespace routeproof::bgp
