#include "drivers/nxos/parse_text.hpp"

#include "drivers/text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace routeproof::nxos {

using drivers::Failure;
using drivers::Route;
using drivers::trim;

namespace {

Failure broken(std::string_view line) {
    return {drivers::Stage::Parse,
            Failure::Kind::Protocol,
            "prints a line that cannot be read: \"" + std::string(trim(line).substr(0, 120)) + '"'};
}

std::string_view next_line(std::string_view& text) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

std::string_view first_word(std::string_view text) {
    return text.substr(0, text.find_first_of(" \t"));
}

/// What stands between two words; nothing if the first is not there.
std::optional<std::string_view> between(std::string_view text,
                                        std::string_view begin,
                                        std::string_view end) {
    const auto at = text.find(begin);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    text.remove_prefix(at + begin.size());
    return text.substr(0, text.find(end));
}

std::optional<std::uint32_t> number(std::string_view digits) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return value;
}

bool is_in(char c, std::string_view set) {
    return set.find(c) != std::string_view::npos;
}

/// One word of a row and what stands before it.
struct Word {
    std::string_view text;
    std::size_t end = 0;  // column behind it
    std::size_t gap = 0;  // blanks before it
};

std::vector<Word> words_of(std::string_view line) {
    std::vector<Word> words;
    std::size_t at = 0;
    while (at < line.size()) {
        const auto begin = line.find_first_not_of(" \t", at);
        if (begin == std::string_view::npos) {
            break;
        }
        const auto end = std::min(line.find_first_of(" \t", begin), line.size());
        words.push_back({line.substr(begin, end - begin), end, begin - at});
        at = end;
    }
    return words;
}

class BgpText {
public:
    std::optional<Failure> read(std::string_view text) {
        while (!text.empty()) {
            const auto line = next_line(text);
            if (read_heading(line)) {
                continue;
            }
            auto failure = mode_ == Mode::Table    ? read_row(line)
                           : mode_ == Mode::Detail ? read_detail(line)
                                                   : std::nullopt;
            if (failure) {
                return failure;
            }
        }
        if (mode_ == Mode::Table && waiting_) {
            return broken(last_row_);
        }
        end_prefix();
        return std::nullopt;
    }

    BgpReply reply;

private:
    enum class Mode { None, Table, Detail };

    bool read_heading(std::string_view line) {
        if (line.find("BGP routing table entry for ") != std::string_view::npos) {
            end_prefix();
            mode_ = Mode::Detail;
            auto text = *between(line, "BGP routing table entry for ", ",");
            const auto prefix = net::Prefix::parse_lenient(trim(text));
            prefix_ = prefix ? std::optional(*prefix) : std::nullopt;
            reply.skipped += prefix ? 0U : 1U;
            see_table();
            return true;
        }
        if (line.find("BGP routing table information for VRF ") != std::string_view::npos) {
            end_prefix();
            mode_ = Mode::None;
            vrf_ = trim(*between(line, "BGP routing table information for VRF ", ","));
            family_ = trim(between(line, "address family ", "\n").value_or(""));
            from_.reset();
            rd_.clear();
            see_table();
            return true;
        }
        if (line.starts_with("Peer ") &&
            line.find(" routes for address family ") != std::string_view::npos) {
            end_prefix();
            mode_ = Mode::None;
            const auto peer = net::Address::parse(first_word(line.substr(5)));
            from_ = peer ? std::optional(*peer) : std::nullopt;
            family_ = trim(*between(line, " routes for address family ", ":"));
            rd_.clear();
            see_table();
            return true;
        }
        if (line.starts_with("Route Distinguisher:")) {
            end_prefix();
            rd_ = first_word(trim(line.substr(20)));
            // "(VRF VRF1)", "(L3VNI 50001)" behind it
            prefix_.reset();
            waiting_ = false;
            return true;
        }
        if (line.find("Network") != std::string_view::npos &&
            line.find("Next Hop") != std::string_view::npos) {
            end_prefix();
            mode_ = Mode::Table;
            prefix_.reset();
            waiting_ = false;
            see_table();
            return true;
        }
        constexpr std::string_view kLegends[] = {"BGP table version",
                                                 "Status:",
                                                 "Path type: i-",
                                                 "Origin codes:",
                                                 "Can't find neighbor"};
        return std::any_of(std::begin(kLegends), std::end(kLegends), [&](std::string_view legend) {
            return line.starts_with(legend);
        });
    }

    void see_table() {
        reply.table.table_seen = true;
        const bool unicast =
            family_.empty() || family_ == "IPv4 Unicast" || family_ == "IPv6 Unicast";
        const std::string name = unicast ? vrf_ : vrf_ + ", " + family_;
        if (std::find(reply.vrfs.begin(), reply.vrfs.end(), name) == reply.vrfs.end()) {
            reply.vrfs.push_back(name);
        }
    }

    Route new_route() const {
        Route route;
        route.prefix = prefix_.value_or(net::Prefix());
        route.table = vrf_;
        route.family = family_;
        route.rd = rd_;
        route.from = from_;
        return route;
    }

    void end_prefix() {
        std::move(routes_.begin(), routes_.end(), std::back_inserter(reply.table.routes));
        routes_.clear();
    }

    // --- a row per path ---------------------------------------------------------------------

    std::optional<Failure> read_row(std::string_view line) {
        if (trim(line).empty()) {
            return std::nullopt;
        }
        const bool has_status = line.size() > 3 && is_in(line[0], "*xSdhs ") &&
                                is_in(line[1], ">|&2= ") && is_in(line[2], "iecalrI") &&
                                (line[3] == ' ' || line[3] == '[' || is_in(line[3], kAddress));
        if (!has_status) {
            if (!is_in(line.front(), " \t")) {
                return end_of_table(line);
            }
            // The rest of a row that did not fit, or a path without any status.
            const auto rest = trim(line);
            if (!is_in(rest.front(), kAddress) || rest.find('[') != std::string_view::npos) {
                return std::nullopt;
            }
            if (waiting_) {
                waiting_ = false;
                return skipping_ ? std::nullopt : read_path(line, std::exchange(status_, {}));
            }
            return skipping_ ? std::nullopt : read_path(line, {});
        }
        if (waiting_) {
            return broken(last_row_);
        }
        const std::string_view status = line.substr(0, 3);
        auto rest = line.substr(3);
        if (rest.front() != ' ') {
            end_prefix();
            const auto destination = first_word(rest);
            const auto prefix = net::Prefix::parse_lenient(destination);
            skipping_ = !prefix && destination.front() == '[';
            if (!prefix && !skipping_) {
                return broken(line);
            }
            reply.skipped += skipping_ ? 1U : 0U;
            prefix_ = prefix ? std::optional(*prefix) : std::nullopt;
            rest.remove_prefix(destination.size());
        }
        if (trim(rest).empty()) {
            waiting_ = true;
            status_ = status;
            last_row_ = line;
            return std::nullopt;
        }
        return skipping_ ? std::nullopt : read_path(rest, status);
    }

    std::optional<Failure> end_of_table(std::string_view line) {
        if (is_in(line.front(), "*>") && line.find('.') != std::string_view::npos) {
            return broken(line);  // a path, in a form that we do not know
        }
        return std::nullopt;
    }

    /// "10.12.11.1      130816        100      32768 65001 {64201} i". Metric and preference may be
    /// missing; the weight is the last column that is set off by more than one blank.
    std::optional<Failure> read_path(std::string_view text, std::string_view status) {
        if (!prefix_) {
            return broken(text);
        }
        const auto words = words_of(text);
        const auto origin = words.size() < 3 ? std::nullopt : origin_of(words.back().text);
        std::size_t weight = 0;
        for (std::size_t at = 1; at + 1 < words.size(); ++at) {
            if ((words[at].gap > 1 || at == 1) && number(words[at].text)) {
                weight = at;
            }
        }
        Route route = new_route();
        const auto hop = words.empty() ? std::nullopt : next_hop_of(words.front().text);
        const bool is_address = !words.empty() && net::Address::parse(words.front().text);
        if (!origin || weight == 0 || !is_address) {
            return broken(text);
        }
        if (hop) {
            route.next_hops.push_back(*hop);
        }
        route.origin = *origin;
        std::string path;
        for (std::size_t at = weight + 1; at + 1 < words.size(); ++at) {
            path += std::string(words[at].text) + ' ';
        }
        const auto as_path = net::AsPath::parse(path);
        if (!as_path) {
            return broken(text);
        }
        route.as_path = *as_path;
        if (weight == 3) {
            route.med = number(words[1].text);
            route.local_preference = number(words[2].text);
        } else if (weight == 2) {
            // Columns are 11 wide and right-aligned: one before the weight is the preference.
            constexpr std::size_t kOneColumn = 16;
            const bool preference = words[2].end - words[1].end <= kOneColumn;
            (preference ? route.local_preference : route.med) = number(words[1].text);
        }
        read_status(status, route);
        routes_.push_back(std::move(route));
        return std::nullopt;
    }

    static void read_status(std::string_view status, Route& route) {
        route.valid = status.starts_with('*');
        if (status.size() == 3) {
            route.best = status[1] == '>';
            route.multipath = status[1] == '|';
        }
        if (!route.valid) {
            const char c = status.empty() ? ' ' : status[0];
            route.reason = c == 'x'   ? "deleted"
                           : c == 'S' ? "stale"
                           : c == 'd' ? "dampened"
                           : c == 'h' ? "history"
                           : c == 's' ? "suppressed"
                                      : "not valid";
        }
    }

    // --- a block per path -------------------------------------------------------------------

    std::optional<Failure> read_detail(std::string_view line) {
        const auto text = trim(line);
        if (!prefix_ || text.empty()) {
            in_communities_ = in_communities_ && !text.empty();
            return std::nullopt;
        }
        if (text.starts_with("Path type:")) {
            routes_.push_back(new_route());
            Route& route = routes_.back();
            route.valid = text.find("path is valid") != std::string_view::npos;
            route.best = text.find(", is best path") != std::string_view::npos;
            route.multipath = !route.best && text.find("multipath") != std::string_view::npos;
            if (const auto why = between(text, "not best reason: ", ",")) {
                route.reason = trim(*why);
            } else if (const auto invalid = between(text, "path is invalid", ",")) {
                route.reason = "invalid" + std::string(trim(*invalid));
            }
            in_communities_ = false;
            return std::nullopt;
        }
        if (routes_.empty()) {
            return std::nullopt;
        }
        Route& route = routes_.back();
        if (text.starts_with("AS-Path:")) {
            auto path = trim(between(text, "AS-Path:", ", path").value_or(""));
            if (path.ends_with(',')) {
                path.remove_suffix(1);
            }
            const auto as_path = net::AsPath::parse(path == "NONE" ? std::string_view() : path);
            if (!as_path) {
                return broken(line);
            }
            route.as_path = *as_path;
        } else if (text.find(" from ") != std::string_view::npos &&
                   net::Address::parse(first_word(text))) {
            if (const auto hop = next_hop_of(first_word(text))) {
                route.next_hops.push_back(*hop);
            }
            route.from = next_hop_of(trim(first_word(trim(*between(text, " from ", "(")))));
        } else if (text.starts_with("Origin ")) {
            route.origin = origin_of(trim(*between(text, "Origin ", ","))).value_or(route.origin);
            route.med = number(trim(between(text, "MED ", ",").value_or("")));
            route.local_preference = number(trim(between(text, "localpref ", ",").value_or("")));
        } else if (text.starts_with("Community:")) {
            in_communities_ = true;
            read_communities(text.substr(10), route);
            return std::nullopt;
        } else if (in_communities_ && is_in(text.front(), "0123456789")) {
            read_communities(text, route);
            return std::nullopt;
        } else if (text.starts_with("Extcommunity:")) {
            for (const Word& word : words_of(text.substr(13))) {
                route.other_communities.emplace_back(word.text);
            }
        }
        in_communities_ = false;
        return std::nullopt;
    }

    static void read_communities(std::string_view text, Route& route) {
        for (const Word& word : words_of(text)) {
            if (const auto community = net::Community::parse(word.text)) {
                route.communities.push_back(*community);
            } else {
                route.other_communities.emplace_back(word.text);
            }
        }
    }

    static constexpr std::string_view kAddress = "0123456789abcdefABCDEF:";

    Mode mode_ = Mode::None;
    std::string vrf_ = "default";
    std::string family_;
    std::string rd_;
    std::optional<net::Address> from_;
    std::optional<net::Prefix> prefix_;
    std::vector<Route> routes_;  // of the prefix that is being read
    bool waiting_ = false;       // the row goes on in the next line
    bool skipping_ = false;      // the prefix is none of IP
    bool in_communities_ = false;
    std::string_view status_;
    std::string_view last_row_;
};

/// "    *via 10.10.20.1%VRF, Eth1/1, [20/0], 5d07h, bgp-20, external, tag 1".
bool read_via(std::string_view text, drivers::ForwardingEntry& entry, bool& best) {
    best = text.starts_with('*');
    text.remove_prefix(std::min(text.find_first_not_of('*'), text.size()));
    if (!text.starts_with("via ")) {
        return false;
    }
    std::vector<std::string_view> fields;
    for (text.remove_prefix(4);;) {
        fields.push_back(trim(text.substr(0, text.find(','))));
        const auto comma = text.find(',');
        if (comma == std::string_view::npos) {
            break;
        }
        text.remove_prefix(comma + 1);
    }
    std::size_t preference = 1;
    while (preference < fields.size() && !fields[preference].starts_with('[')) {
        ++preference;
    }
    if (preference + 2 >= fields.size()) {
        return false;
    }
    entry.protocol = fields[preference + 2];
    entry.installed = best;
    entry.discard = std::find(fields.begin(), fields.end(), "discard") != fields.end();
    drivers::ForwardingHop hop;
    const auto via = fields[0].substr(0, fields[0].find('%'));
    if (const auto address = next_hop_of(via)) {
        hop.address = *address;
        hop.interface = preference > 1 ? fields[1] : std::string_view();
    } else {
        hop.interface = via;
        entry.discard = entry.discard || via.starts_with("Null");
    }
    if (!entry.discard) {
        entry.hops.push_back(std::move(hop));
    }
    return true;
}

}  // namespace

TextKind kind_of(std::string_view text) {
    if (text.find("BGP routing table entry for ") != std::string_view::npos) {
        return TextKind::BgpDetail;
    }
    const auto network = text.find("Network");
    const bool heads =
        text.find("BGP routing table information for VRF ") != std::string_view::npos ||
        text.find(" routes for address family ") != std::string_view::npos;
    if (heads || (network != std::string_view::npos &&
                  text.substr(network, 40).find("Next Hop") != std::string_view::npos)) {
        return TextKind::BgpTable;
    }
    if (text.find("Route Table for VRF \"") != std::string_view::npos ||
        text.find("Routing Table for VRF \"") != std::string_view::npos ||
        text.find(", ubest/mbest: ") != std::string_view::npos) {
        return TextKind::Forwarding;
    }
    return TextKind::Other;
}

bool is_printed(std::string_view reply) {
    const auto begin = trim(reply);
    return !begin.starts_with('{') && !begin.starts_with('<') && kind_of(reply) != TextKind::Other;
}

drivers::Answer<BgpReply> parse_bgp_text(std::string_view text) {
    BgpText reader;
    if (auto failure = reader.read(text)) {
        return *failure;
    }
    return std::move(reader.reply);
}

drivers::Answer<drivers::ForwardingTable> parse_forwarding_text(std::string_view text) {
    drivers::ForwardingTable table;
    std::string vrf = "default";
    std::optional<net::Prefix> prefix;
    std::size_t first = 0;  // entry of the prefix
    while (!text.empty()) {
        const auto line = next_line(text);
        if (const auto name = between(line, "Table for VRF \"", "\"")) {
            vrf = *name;
            table.table_seen = true;
            continue;
        }
        if (line.find(", ubest/mbest: ") != std::string_view::npos) {
            const auto parsed = net::Prefix::parse_lenient(line.substr(0, line.find(',')));
            if (!parsed) {
                return broken(line);
            }
            prefix = *parsed;
            first = table.entries.size();
            table.table_seen = true;
            continue;
        }
        const auto hop = trim(line);
        if (!hop.starts_with("*via ") && !hop.starts_with("**via ") && !hop.starts_with("via ")) {
            continue;
        }
        drivers::ForwardingEntry entry;
        bool best = false;
        if (!prefix || !read_via(hop, entry, best)) {
            return broken(line);
        }
        if (!best) {
            continue;
        }
        entry.prefix = *prefix;
        entry.table = vrf;
        const auto same = std::find_if(
            table.entries.begin() + static_cast<std::ptrdiff_t>(first),
            table.entries.end(),
            [&](const drivers::ForwardingEntry& each) { return each.protocol == entry.protocol; });
        if (same == table.entries.end()) {
            table.entries.push_back(std::move(entry));
        } else {
            same->hops.insert(same->hops.end(), entry.hops.begin(), entry.hops.end());
        }
    }
    return table;
}

}  // namespace routeproof::nxos
