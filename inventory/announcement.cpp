#include "inventory/announcement.hpp"

#include <nlohmann/json.hpp>

#include <limits>
#include <ostream>
#include <stdexcept>
#include <utility>

namespace routeproof::inventory {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSchema = "routeproof.announcements/1";

constexpr std::pair<AnnouncementKind, std::string_view> kKinds[] = {
    {AnnouncementKind::Block, "block"},
    {AnnouncementKind::Workload, "workload"},
    {AnnouncementKind::Anycast, "anycast"},
};
constexpr std::pair<AnnouncementState, std::string_view> kStates[] = {
    {AnnouncementState::Active, "active"},
    {AnnouncementState::Draining, "draining"},
    {AnnouncementState::Withdrawn, "withdrawn"},
};

template <class Enum, std::size_t N>
std::string_view name_of(const std::pair<Enum, std::string_view> (&names)[N], Enum value) {
    for (const auto& [candidate, name] : names) {
        if (candidate == value) {
            return name;
        }
    }
    return "?";
}

Json to_json(const Announcement& announcement) {
    Json next_hops = Json::array();
    for (const auto& next_hop : announcement.next_hops) {
        next_hops.push_back(
            {{"peer", next_hop.peer.to_string()}, {"next_hop", next_hop.next_hop.to_string()}});
    }
    Json communities = Json::array();
    for (const auto& community : announcement.communities) {
        communities.push_back(community.to_string());
    }
    Json json = {{"prefix", announcement.prefix.to_string()},
                 {"kind", to_string(announcement.kind)},
                 {"origin_as", announcement.origin_as.value()},
                 {"state", to_string(announcement.state)},
                 {"since", to_rfc3339(announcement.since)},
                 {"next_hops", std::move(next_hops)},
                 {"communities", std::move(communities)}};
    if (announcement.med) {
        json["med"] = *announcement.med;
    }
    return json;
}

Json to_json(const Workload& workload) {
    return {{"address", workload.address.to_string()},
            {"container", workload.container},
            {"network", workload.network},
            {"covered_by", workload.covered_by.to_string()},
            {"since", to_rfc3339(workload.since)}};
}

Json to_json(const SessionReport& session) {
    return {{"peer", session.peer.to_string()},
            {"peer_as", session.peer_as.value()},
            {"name", session.name},
            {"state", session.state},
            {"since", to_rfc3339(session.since)},
            {"last_error", session.last_error},
            {"advertised", session.advertised},
            {"received", session.received}};
}

template <class T>
Json to_array(const std::vector<T>& items) {
    Json array = Json::array();
    for (const auto& item : items) {
        array.push_back(to_json(item));
    }
    return array;
}

// Reads members of one object and remembers the first thing that is wrong, with its JSON pointer;
// after that every further read gives a default. Callers ask once, at the end.
class Reader {
public:
    Reader(const Json& json, std::string path, std::optional<ReportError>& error)
        : json_(json), path_(std::move(path)), error_(error) {
        if (!json_.is_object()) {
            fail("", "expected an object");
        }
    }

    std::string text(const char* member, bool required = true) {
        const Json* value = find(member, required);
        if (value == nullptr) {
            return {};
        }
        if (!value->is_string()) {
            fail(member, "expected a string");
            return {};
        }
        return value->get<std::string>();
    }

    template <class T>
    T number(const char* member, bool required = true) {
        const Json* value = find(member, required);
        if (value == nullptr) {
            return {};
        }
        if (!value->is_number_unsigned() ||
            value->get<std::uint64_t>() > std::numeric_limits<T>::max()) {
            fail(member, "expected a whole number, not negative, in range");
            return {};
        }
        return value->get<T>();
    }

    bool has(const char* member) const { return json_.is_object() && json_.contains(member); }

    /// Reads a text and turns it into a value by T::parse.
    template <class T>
    T value(const char* member) {
        const std::string read = text(member);
        if (error_) {
            return {};
        }
        const auto parsed = T::parse(read);
        if (!parsed) {
            fail(member, "\"" + read + "\": " + parsed.error().message());
            return {};
        }
        return *parsed;
    }

    net::Asn asn(const char* member) {
        const auto value = number<std::uint32_t>(member);
        if (!error_ && value == 0) {
            fail(member, "AS 0 is reserved (RFC 7607)");
        }
        return net::Asn(value);
    }

    Timestamp time(const char* member) {
        const std::string read = text(member);
        if (error_) {
            return {};
        }
        const auto parsed = from_rfc3339(read);
        if (!parsed) {
            fail(member, "\"" + read + "\" is not a time such as 2026-11-23T11:59:00Z");
            return {};
        }
        return *parsed;
    }

    template <class Enum, std::size_t N>
    Enum one_of(const char* member, const std::pair<Enum, std::string_view> (&names)[N]) {
        const std::string read = text(member);
        for (const auto& [value, name] : names) {
            if (name == read) {
                return value;
            }
        }
        fail(member, "\"" + read + "\" is not known here");
        return {};
    }

    /// Calls `read` with a Reader per element.
    template <class Read>
    auto objects(const char* member, Read read) {
        std::vector<decltype(read(std::declval<Reader&>()))> items;
        each(member, [&](const Json& element, const std::string& path) {
            Reader reader(element, path, error_);
            items.push_back(read(reader));
        });
        return items;
    }

    std::vector<net::Community> communities(const char* member) {
        std::vector<net::Community> items;
        each(member, [&](const Json& element, const std::string& path) {
            const auto parsed = net::Community::parse(
                element.is_string() ? element.get<std::string>() : std::string());
            if (!parsed) {
                fail_at(path, parsed.error().message());
                return;
            }
            items.push_back(*parsed);
        });
        return items;
    }

private:
    const Json* find(const char* member, bool required) {
        if (error_) {
            return nullptr;
        }
        const auto found = json_.find(member);
        if (found == json_.end()) {
            if (required) {
                fail(member, "is missing");
            }
            return nullptr;
        }
        return &*found;
    }

    template <class Visit>
    void each(const char* member, Visit visit) {
        const Json* value = find(member, false);
        if (value == nullptr) {
            return;
        }
        if (!value->is_array()) {
            fail(member, "expected a list");
            return;
        }
        std::size_t index = 0;
        for (const auto& element : *value) {
            visit(element, path_ + "/" + member + "/" + std::to_string(index++));
        }
    }

    void fail(std::string_view member, const std::string& what) {
        fail_at(member.empty() ? path_ : path_ + "/" + std::string(member), what);
    }

    void fail_at(const std::string& path, const std::string& what) {
        if (!error_) {
            error_ = ReportError((path.empty() ? "/" : path) + ": " + what);
        }
    }

    const Json& json_;
    std::string path_;
    std::optional<ReportError>& error_;
};

AnnouncedNextHop read_next_hop(Reader& in) {
    return {in.value<net::Address>("peer"), in.value<net::Address>("next_hop")};
}

Announcement read_announcement(Reader& in) {
    Announcement announcement;
    announcement.prefix = in.value<net::Prefix>("prefix");
    announcement.kind = in.one_of("kind", kKinds);
    announcement.origin_as = in.asn("origin_as");
    announcement.state = in.one_of("state", kStates);
    announcement.since = in.time("since");
    announcement.next_hops = in.objects("next_hops", read_next_hop);
    announcement.communities = in.communities("communities");
    if (in.has("med")) {
        announcement.med = in.number<std::uint32_t>("med");
    }
    return announcement;
}

Workload read_workload(Reader& in) {
    return {in.value<net::Address>("address"),
            in.text("container"),
            in.text("network"),
            in.value<net::Prefix>("covered_by"),
            in.time("since")};
}

SessionReport read_session(Reader& in) {
    SessionReport session;
    session.peer = in.value<net::Address>("peer");
    session.peer_as = in.asn("peer_as");
    session.name = in.text("name");
    session.state = in.text("state");
    session.since = in.time("since");
    session.last_error = in.text("last_error");
    session.advertised = in.number<std::uint64_t>("advertised");
    session.received = in.number<std::uint64_t>("received");
    return session;
}

HostReport read_report(const Json& json,
                       const std::string& path,
                       std::optional<ReportError>& error) {
    Reader in(json, path, error);
    HostReport report;
    if (const std::string schema = in.text("schema"); !error && schema != kSchema) {
        error = ReportError(path + "/schema: \"" + schema + "\" where this program reads \"" +
                            std::string(kSchema) + "\"");
        return report;
    }
    report.host = in.text("host");
    report.asn = in.asn("asn");
    report.router_id = in.value<net::RouterId>("router_id");
    report.generated = in.time("generated");
    report.announcements = in.objects("announcements", read_announcement);
    report.workloads = in.objects("workloads", read_workload);
    report.sessions = in.objects("sessions", read_session);
    return report;
}

const ReportError kNotJson("not JSON, or cut off in the middle");

}  // namespace

std::string_view to_string(AnnouncementKind kind) {
    return name_of(kKinds, kind);
}
std::string_view to_string(AnnouncementState state) {
    return name_of(kStates, state);
}

std::ostream& operator<<(std::ostream& out, const ReportError& error) {
    return out << error.what;
}

void throw_exception_from_error(const ReportError& error, const boost::source_location&) {
    throw std::logic_error(error.what);
}

std::string to_json(const HostReport& report) {
    const Json json = {{"schema", kSchema},
                       {"host", report.host},
                       {"asn", report.asn.value()},
                       {"router_id", report.router_id.to_string()},
                       {"generated", to_rfc3339(report.generated)},
                       {"announcements", to_array(report.announcements)},
                       {"workloads", to_array(report.workloads)},
                       {"sessions", to_array(report.sessions)}};
    // Container names come from outside: octets that are no UTF-8 must not make dump() throw.
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

boost::system::result<HostReport, ReportError> report_from_json(std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        return kNotJson;
    }
    std::optional<ReportError> error;
    HostReport report = read_report(json, "", error);
    if (error) {
        return *error;
    }
    return report;
}

boost::system::result<std::vector<HostReport>, ReportError> reports_from_json(
    std::string_view text) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        return kNotJson;
    }
    std::optional<ReportError> error;
    std::vector<HostReport> reports;
    if (json.is_array()) {
        std::size_t index = 0;
        for (const auto& element : json) {
            reports.push_back(read_report(element, "/" + std::to_string(index++), error));
        }
    } else {
        reports.push_back(read_report(json, "", error));
    }
    if (error) {
        return *error;
    }
    return reports;
}

}  // namespace routeproof::inventory
