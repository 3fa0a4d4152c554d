// The seam between the two programs: what a host says it originates and why.
//
// `routeproof-agent announcements` prints a HostReport as JSON, schema
// "routeproof.announcements/1"; `routeproof verify` reads it, over SSH or from a file. The schema
// only grows: readers ignore members they do not know.
#pragma once

#include "inventory/net/address.hpp"
#include "inventory/net/asn.hpp"
#include "inventory/net/community.hpp"
#include "inventory/net/prefix.hpp"
#include "inventory/net/router_id.hpp"
#include "inventory/time.hpp"

#include <boost/system/result.hpp>

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::inventory {

enum class AnnouncementKind { Block, Workload, Anycast };
enum class AnnouncementState { Active, Draining, Withdrawn };

/// The NEXT_HOP that the host sends to one of its peers.
struct AnnouncedNextHop {
    net::Address peer;
    net::Address next_hop;

    friend bool operator==(const AnnouncedNextHop&, const AnnouncedNextHop&) = default;
};

struct Announcement {
    net::Prefix prefix;
    AnnouncementKind kind = AnnouncementKind::Block;
    net::Asn origin_as;
    std::vector<AnnouncedNextHop> next_hops;
    std::vector<net::Community> communities;
    std::optional<std::uint32_t> med;
    AnnouncementState state = AnnouncementState::Active;
    Timestamp since{};

    friend bool operator==(const Announcement&, const Announcement&) = default;
};

/// A container's address on the host.
struct Workload {
    net::Address address;
    std::string container;  // empty until Docker has told us
    std::string network;
    net::Prefix covered_by;  // the announcement that leads to it
    Timestamp since{};

    friend bool operator==(const Workload&, const Workload&) = default;
};

/// One BGP session as the host sees it.
struct SessionReport {
    net::Address peer;
    net::Asn peer_as;
    std::string name;
    std::string state;  // RFC 4271 8.2.2: Idle Connect Active OpenSent OpenConfirm Established
    Timestamp since{};
    std::string last_error;
    std::uint64_t advertised = 0;  // prefixes in the Adj-RIB-Out
    std::uint64_t received = 0;    // prefixes in the Adj-RIB-In

    friend bool operator==(const SessionReport&, const SessionReport&) = default;
};

struct HostReport {
    std::string host;
    net::Asn asn;
    net::RouterId router_id;
    Timestamp generated{};
    std::vector<Announcement> announcements;
    std::vector<Workload> workloads;
    std::vector<SessionReport> sessions;

    friend bool operator==(const HostReport&, const HostReport&) = default;
};

/// What is wrong with a report: a JSON pointer and a sentence.
struct ReportError {
    ReportError() = default;
    explicit ReportError(std::string text) : what(std::move(text)) {}
    std::string what;
    friend bool operator==(const ReportError&, const ReportError&) = default;
};
std::ostream& operator<<(std::ostream& out, const ReportError& error);
[[noreturn]] void throw_exception_from_error(const ReportError& error,
                                             const boost::source_location& where);

/// Pretty-printed JSON with a newline at the end.
std::string to_json(const HostReport& report);
/// Refuses another schema, a wrong type, an unreadable address; ignores unknown members.
boost::system::result<HostReport, ReportError> report_from_json(std::string_view text);
/// One report, or an array of reports (`routeproof verify --expect FILE`).
boost::system::result<std::vector<HostReport>, ReportError> reports_from_json(
    std::string_view text);

std::string_view to_string(AnnouncementKind kind);
std::string_view to_string(AnnouncementState state);

}  // namespace routeproof::inventory
