#include "agent/control/peering_api.hpp"

#include "agent/control/metric_text.hpp"
#include "agent/control/metrics.hpp"
#include "agent/control/prefix_request.hpp"

#include <nlohmann/json.hpp>

namespace routeproof::control {
namespace {

using Json = nlohmann::ordered_json;
using http::Reply;

constexpr unsigned kOk = 200;
constexpr unsigned kBadRequest = 400;
constexpr unsigned kForbidden = 403;
constexpr unsigned kNotFound = 404;
constexpr unsigned kMethodNotAllowed = 405;

Reply refuse(unsigned status, std::string_view sentence) {
    return {status, PeeringApi::error_body(sentence)};
}

Reply done(const Json& what) {
    return {kOk, what.dump() + "\n"};
}

}  // namespace

std::string PeeringApi::error_body(std::string_view sentence) {
    return Json({{"error", sentence}}).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

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
    return {
        kOk, make_metrics(identity_, speaker_.sessions(), lateness_.counts()), kMetricContentType};
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
    if (request.verb != "GET") {
        return refuse(kMethodNotAllowed, "the local API knows GET and POST");
    }
    if (path == "v1/status") {
        return {kOk, make_status(identity_, speaker_)};
    }
    if (path == "metrics") {
        return metrics();
    }
    return refuse(kNotFound, "unknown path; there are /v1/status and /metrics");
}

Reply PeeringApi::post(std::string_view path, std::string_view body) {
    if (path == "v1/prefixes") {
        return post_prefixes(body);
    }
    if (path == "v1/stop") {
        return post_stop(body);
    }
    return refuse(kNotFound, "unknown path; POST goes to /v1/prefixes and /v1/stop");
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
