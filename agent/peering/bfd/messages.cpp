#include "agent/peering/bfd/messages.hpp"

#include <nlohmann/json.hpp>

#include <ostream>
#include <stdexcept>
#include <utility>

namespace routeproof::bfd {
namespace {

using nlohmann::json;
using std::chrono::system_clock;

template <class... Handlers>
struct Overload : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
Overload(Handlers...) -> Overload<Handlers...>;

std::int64_t unix_us(system_clock::time_point when) {
    return std::chrono::duration_cast<microseconds>(when.time_since_epoch()).count();
}

system_clock::time_point from_unix_us(std::int64_t us) {
    return system_clock::time_point(
        std::chrono::duration_cast<system_clock::duration>(microseconds(us)));
}

std::string line(const json& object) {
    return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

void put(json& object, const SessionKey& key) {
    object["peer"] = key.peer.to_string();
    object["local"] = key.local.to_string();
    object["interface"] = key.interface;
}

void put(json& object, const SessionConfig& config) {
    put(object, config.key);
    object["interval_us"] = config.timing.interval.count();
    object["multiplier"] = config.timing.detect_mult;
}

json to_json(const SessionStatus& status) {
    const Session::View& view = status.view;
    json object{{"event", "session"}};
    put(object, status.config);
    object["state"] = to_string(view.state);
    object["diagnostic"] = static_cast<unsigned>(view.diagnostic);
    object["diagnostic_text"] = to_string(view.diagnostic);
    object["remote_state"] = to_string(view.remote_state);
    object["remote_diagnostic"] = static_cast<unsigned>(view.remote_diagnostic);
    object["remote_c_bit"] = view.remote_control_plane_independent;
    object["remote_demand"] = view.remote_demand;
    object["liveness"] = to_string(view.liveness);
    object["ups"] = view.ups;
    object["transmit_interval_us"] = view.transmit_interval.count();
    object["detection_time_us"] = view.detection_time.count();
    object["local_discriminator"] = status.local_discriminator;
    object["remote_discriminator"] = view.remote_discriminator;
    object["since_us"] = unix_us(status.since);
    object["silence_us"] = status.silence.count();
    object["source_port"] = status.source_port;
    object["packets_in"] = status.packets_in;
    object["packets_out"] = status.packets_out;
    object["send_failures"] = status.send_failures;
    object["problem"] = status.problem;
    return object;
}

json to_json(const ProcessStatus& status) {
    json discarded = json::object();
    for (std::size_t i = 0; i < kDiscardReasons; ++i) {
        discarded[std::string(to_string(static_cast<Discard>(i)))] = status.discarded[i];
    }
    return {{"event", "process"},
            {"protocol", 1},
            {"version", status.version},
            {"pid", status.pid},
            {"scheduling", status.scheduling},
            {"memory_locked", status.memory_locked},
            {"started_us", unix_us(status.started)},
            {"lateness_max_us", status.lateness.max.count()},
            {"lateness_bounds_ms", Lateness::kBoundsMs},
            {"lateness_counts", status.lateness.counts},
            {"discarded", std::move(discarded)}};
}

// Reading: nlohmann's exceptions stay in this file. They name the member and what it should be.

net::Address address(const json& object, const char* key) {
    const auto text = object.at(key).get<std::string>();
    const auto parsed = net::Address::parse(text);
    if (!parsed) {
        throw std::invalid_argument(std::string(key) + ": '" + text + "' is no address");
    }
    return *parsed;
}

SessionKey session_key(const json& object) {
    SessionKey key;
    key.peer = address(object, "peer");
    const net::Address any = net::Address::any(key.peer.family());
    key.local = object.contains("local") ? address(object, "local") : any;
    if (key.local.is_unspecified()) {
        key.local = any;
    }
    key.interface = object.value("interface", "");
    return key;
}

SessionConfig session_config(const json& object) {
    SessionConfig config;
    config.key = session_key(object);
    config.timing.interval =
        microseconds(object.value("interval_us", config.timing.interval.count()));
    const auto multiplier = object.value("multiplier", std::int64_t{config.timing.detect_mult});
    config.timing.detect_mult =
        multiplier > 0 && multiplier <= 255 ? static_cast<std::uint8_t>(multiplier) : 0;
    if (const std::string problem = problem_of(config); !problem.empty()) {
        throw std::invalid_argument(problem);
    }
    return config;
}

template <class Word, std::size_t Count>
Word word(const json& object, const char* key) {
    const auto text = object.at(key).get<std::string>();
    for (std::size_t i = 0; i < Count; ++i) {
        if (to_string(static_cast<Word>(i)) == text) {
            return static_cast<Word>(i);
        }
    }
    throw std::invalid_argument(std::string(key) + ": '" + text + "' is not known");
}

Session::View session_view(const json& object) {
    Session::View view;
    view.state = word<State, 4>(object, "state");
    view.diagnostic = static_cast<Diagnostic>(object.at("diagnostic").get<std::uint8_t>());
    view.remote_state = word<State, 4>(object, "remote_state");
    view.remote_diagnostic =
        static_cast<Diagnostic>(object.at("remote_diagnostic").get<std::uint8_t>());
    view.remote_control_plane_independent = object.at("remote_c_bit").get<bool>();
    view.remote_demand = object.at("remote_demand").get<bool>();
    view.liveness = word<Liveness, 4>(object, "liveness");
    view.ups = object.at("ups").get<std::uint32_t>();
    view.transmit_interval = microseconds(object.at("transmit_interval_us").get<std::int64_t>());
    view.detection_time = microseconds(object.at("detection_time_us").get<std::int64_t>());
    view.remote_discriminator = object.at("remote_discriminator").get<std::uint32_t>();
    return view;
}

SessionStatus session_status(const json& object) {
    SessionStatus status;
    status.config = session_config(object);
    status.view = session_view(object);
    status.since = from_unix_us(object.at("since_us").get<std::int64_t>());
    status.silence = microseconds(object.at("silence_us").get<std::int64_t>());
    status.local_discriminator = object.at("local_discriminator").get<std::uint32_t>();
    status.source_port = object.at("source_port").get<std::uint16_t>();
    status.packets_in = object.at("packets_in").get<std::uint64_t>();
    status.packets_out = object.at("packets_out").get<std::uint64_t>();
    status.send_failures = object.at("send_failures").get<std::uint64_t>();
    status.problem = object.at("problem").get<std::string>();
    return status;
}

ProcessStatus process_status(const json& object) {
    ProcessStatus status;
    status.version = object.at("version").get<std::string>();
    status.pid = object.at("pid").get<std::int64_t>();
    status.scheduling = object.at("scheduling").get<std::string>();
    status.memory_locked = object.at("memory_locked").get<bool>();
    status.started = from_unix_us(object.at("started_us").get<std::int64_t>());
    status.lateness.max = microseconds(object.at("lateness_max_us").get<std::int64_t>());
    object.at("lateness_counts").get_to(status.lateness.counts);
    for (std::size_t i = 0; i < kDiscardReasons; ++i) {
        const std::string key(to_string(static_cast<Discard>(i)));
        status.discarded[i] = object.at("discarded").value(key, std::uint64_t{0});
    }
    return status;
}

Request request_of(const json& object) {
    const auto what = object.at("do").get<std::string>();
    if (what == "set") {
        request::Set set;
        for (const json& session : object.at("sessions")) {
            set.sessions.push_back(session_config(session));
        }
        if (set.sessions.size() > kMaxSessions) {
            throw std::invalid_argument("more than " + std::to_string(kMaxSessions) + " sessions");
        }
        return set;
    }
    if (what == "sync_done") {
        return request::SyncDone{};
    }
    if (what == "leave") {
        return request::Leave{};
    }
    if (what == "status") {
        return request::Status{};
    }
    throw std::invalid_argument("do: '" + what + "' is not known");
}

Event event_of(const json& object) {
    const auto what = object.at("event").get<std::string>();
    if (what == "session") {
        return session_status(object);
    }
    if (what == "process") {
        return process_status(object);
    }
    if (what == "removed") {
        return event::Removed{session_key(object)};
    }
    if (what == "error") {
        return event::Error{object.at("text").get<std::string>()};
    }
    if (what == "end") {
        return event::End{};
    }
    throw std::invalid_argument("event: '" + what + "' is not known");
}

template <class T>
boost::system::result<T, BadLine> decode(std::string_view text, T (*read)(const json&)) {
    if (text.size() > kLongestLine) {
        return BadLine("the line is longer than " + std::to_string(kLongestLine) + " octets");
    }
    try {
        return read(json::parse(text));
    } catch (const std::exception& error) {
        return BadLine(error.what());
    }
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const BadLine& error) {
    return out << error.what;
}

void throw_exception_from_error(const BadLine& error, const boost::source_location&) {
    throw std::logic_error("an unreadable BFD line was used: " + error.what);
}

std::string encode(const Request& request) {
    const Overload to_line{[](const request::Set& set) {
                               json sessions = json::array();
                               for (const SessionConfig& config : set.sessions) {
                                   put(sessions.emplace_back(json::object()), config);
                               }
                               return line({{"do", "set"}, {"sessions", std::move(sessions)}});
                           },
                           [](const request::SyncDone&) {
                               return line({{"do", "sync_done"}});
                           },
                           [](const request::Leave&) {
                               return line({{"do", "leave"}});
                           },
                           [](const request::Status&) {
                               return line({{"do", "status"}});
                           }};
    return std::visit(to_line, request);
}

std::string encode(const Event& event) {
    const Overload to_line{[](const SessionStatus& status) { return line(to_json(status)); },
                           [](const ProcessStatus& status) { return line(to_json(status)); },
                           [](const event::Removed& removed) {
                               json object{{"event", "removed"}};
                               put(object, removed.key);
                               return line(object);
                           },
                           [](const event::Error& error) {
                               return line({{"event", "error"}, {"text", error.text}});
                           },
                           [](const event::End&) {
                               return line({{"event", "end"}});
                           }};
    return std::visit(to_line, event);
}

boost::system::result<Request, BadLine> decode_request(std::string_view text) {
    return decode<Request>(text, request_of);
}

boost::system::result<Event, BadLine> decode_event(std::string_view text) {
    return decode<Event>(text, event_of);
}

}  // namespace routeproof::bfd
