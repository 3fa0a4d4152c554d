#include "agent/control/peering_api.hpp"

#include "agent/control/metric_text.hpp"
#include "agent/control/metrics.hpp"
#include "agent/control/prefix_request.hpp"
#include "agent/control/refusal.hpp"
#include "agent/control/table_reply.hpp"
#include "agent/control/uri.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace routeproof::control {
namespace {

using Json = nlohmann::ordered_json;
using http::Reply;

constexpr std::string_view kPeers = "v1/peers/";
constexpr std::string_view kTables = "v1/tables/";
constexpr std::string_view kPrefixes = "v1/prefixes/";
constexpr unsigned kOk = 200;
constexpr unsigned kBadRequest = 400;
constexpr unsigned kForbidden = 403;
constexpr unsigned kNotFound = 404;
constexpr unsigned kMethodNotAllowed = 405;

Reply done(const Json& what) {
    return {kOk, what.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"};
}

Reply no_such_peer(const std::string& name) {
    return refuse(kNotFound, "there is no peer " + name + "; GET /v1/status names them");
}

/// "text" of a body; empty if there is none. Nothing: the body is something else.
std::optional<std::string> text_of(std::string_view body) {
    if (body.empty()) {
        return std::string();
    }
    const auto json = Json::parse(body, nullptr, false);
    if (!json.is_object() || json.size() > 1 || (json.size() == 1 && !json.contains("text"))) {
        return std::nullopt;
    }
    if (json.empty()) {
        return std::string();
    }
    return json["text"].is_string() ? std::optional(json["text"].get<std::string>()) : std::nullopt;
}

}  // namespace

PeeringApi::PeeringApi(const boost::asio::any_io_executor& executor,
                       bgp::Speaker& speaker,
                       Identity identity,
                       Program program)
    : speaker_(speaker),
      identity_(std::move(identity)),
      program_(std::move(program)),
      lateness_(executor, program_.late) {
    lateness_.start();
}

Reply PeeringApi::metrics() const {
    std::string text = make_metrics(identity_, speaker_.sessions(), lateness_.counts());
    if (program_.metrics) {
        MetricText more;
        program_.metrics(more);
        text += more.take();
    }
    return {kOk, std::move(text), kMetricContentType};
}

Reply PeeringApi::answer_scrape(const http::Request& request) const {
    if (request.verb != "GET" || request.path != "metrics") {
        return refuse(kNotFound, "there is GET /metrics here and nothing else");
    }
    return metrics();
}

Reply PeeringApi::answer(const http::Request& request) {
    if (program_.other) {
        if (auto reply = program_.other(request)) {
            return std::move(*reply);
        }
    }
    const auto path = request.path.substr(0, request.path.find('?'));
    if (request.verb == "POST") {
        return post(path, request.body);
    }
    if (request.verb == "DELETE" && path.starts_with(kPeers)) {
        return delete_peer(path.substr(kPeers.size()));
    }
    if (request.verb != "GET") {
        return refuse(kMethodNotAllowed, "there are GET, POST, and DELETE of a peer");
    }
    if (path == "v1/status") {
        const auto parts = program_.status_parts
                               ? program_.status_parts()
                               : std::vector<std::pair<std::string, std::string>>();
        return {kOk, make_status(identity_, speaker_, parts)};
    }
    if (path == "metrics") {
        return metrics();
    }
    if (path.starts_with(kTables)) {
        return table_reply(speaker_, request.path.substr(kTables.size()));
    }
    if (path.starts_with(kPrefixes)) {
        return prefix_reply(speaker_, path.substr(kPrefixes.size()));
    }
    return refuse(kNotFound,
                  "unknown path; there are /v1/status, /v1/tables/TABLE, /v1/prefixes/PREFIX and "
                  "/metrics");
}

Reply PeeringApi::post(std::string_view path, std::string_view body) {
    if (path == "v1/prefixes") {
        return post_prefixes(body);
    }
    if (path == "v1/stop") {
        return post_stop(body);
    }
    if (path == "v1/peers") {
        return post_peer(body);
    }
    if (path.starts_with(kPeers)) {
        return post_to_peer(path.substr(kPeers.size()), body);
    }
    if (path == "v1/drain" || path == "v1/undrain") {
        return drain(path == "v1/drain");
    }
    return refuse(kNotFound,
                  "unknown path; POST goes to /v1/prefixes, /v1/peers, /v1/peers/PEER/(refresh, "
                  "reset, shutdown, enable), /v1/drain, /v1/undrain and /v1/stop");
}

// JSON is YAML, so a peer is read by what reads the files, and complaints bear line and column.
Reply PeeringApi::post_peer(std::string_view body) {
    inventory::yaml::File file("request");
    const YAML::Node node = file.parse(std::string(body));
    auto peer = file.diagnostics().empty() ? config::read_peer(file, node, program_.defaults)
                                           : std::nullopt;
    if (!peer) {
        return refuse(kBadRequest, file.diagnostics().front().to_string());
    }
    if (program_.refuses_peer) {
        if (const auto why = program_.refuses_peer(*peer)) {
            return refuse(kBadRequest, *why);
        }
    }
    const std::string name = bgp::peer_key(*peer);
    try {
        const bool changed = speaker_.change_peer(*peer);
        if (!changed) {
            speaker_.add_peer(*peer);
        }
        if (program_.peer_changed) {
            program_.peer_changed(name, &*peer);
        }
        return done({{changed ? "changed" : "added", name}});
    } catch (const std::invalid_argument& wrong) {
        return refuse(kBadRequest, wrong.what());
    }
}

Reply PeeringApi::delete_peer(std::string_view name) {
    const std::string peer = percent_decoded(name);
    if (!speaker_.remove_peer(peer)) {
        return no_such_peer(peer);
    }
    if (program_.peer_changed) {
        program_.peer_changed(peer, nullptr);
    }
    return done({{"removed", peer}});
}

// `rest`: "10.0.0.2/refresh".
Reply PeeringApi::post_to_peer(std::string_view rest, std::string_view body) {
    const auto slash = rest.rfind('/');
    const std::string peer = percent_decoded(rest.substr(0, slash));
    const auto act = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
    const auto text = text_of(body);
    if (!text) {
        return refuse(kBadRequest, "expected nothing, or {\"text\": \"why\"}");
    }
    bool known = false;
    if (act == "refresh") {
        known = speaker_.refresh_peer(peer);
    } else if (act == "reset") {
        known = speaker_.reset_peer(peer, *text);
    } else if (act == "shutdown") {
        known = speaker_.shutdown_peer(peer, *text);
    } else if (act == "enable") {
        known = speaker_.enable_peer(peer);
    } else {
        return refuse(kNotFound, "a peer can be told refresh, reset, shutdown and enable");
    }
    return known ? done({{std::string(act), peer}}) : no_such_peer(peer);
}

Reply PeeringApi::drain(bool draining) {
    speaker_.drain(draining);
    return done({{"draining", draining}});
}

Reply PeeringApi::post_prefixes(std::string_view body) {
    if (!program_.prefixes) {
        return refuse(
            kForbidden,
            "this agent announces what its containers need; prefixes are set by hand only "
            "in the stand-alone mode (--peering-only)");
    }
    const auto change = read_prefix_request(body);
    if (!change) {
        return refuse(kBadRequest, change.error().what);
    }
    for (const auto& prefix : change->withdraw) {
        speaker_.withdraw(prefix);
    }
    for (const auto& entry : change->announce.entries()) {
        speaker_.announce(entry.prefix, change->announce.attributes(entry));
    }
    return done(
        {{"announced", change->announce.entries().size()}, {"withdrawn", change->withdraw.size()}});
}

Reply PeeringApi::post_stop(std::string_view body) {
    const auto json = Json::parse(body, nullptr, false);
    const auto word = [&json](const char* key) {
        const auto found = json.find(key);
        return found != json.end() && found->is_string() ? found->get<std::string>() : "";
    };
    if (!json.is_object()) {
        return refuse(kBadRequest, "expected {\"mode\": \"leave\" or \"restart\", \"text\": …}");
    }
    const std::string mode = word("mode");
    if (mode != "leave" && mode != "restart") {
        return refuse(kBadRequest, "mode must be \"leave\" or \"restart\"");
    }
    Reply reply = done({{"stopping", mode}});
    const auto how = mode == "leave" ? bgp::StopMode::Leave : bgp::StopMode::Restart;
    reply.sent = [stop = program_.stop, how, text = word("text")] { stop(how, text); };
    return reply;
}

}  // namespace routeproof::control
