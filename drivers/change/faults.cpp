#include "drivers/change/objects.hpp"
#include "drivers/text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace routeproof::drivers {
namespace {

using inventory::Os;

// The narrowest of the three: NX-OS takes names of 63 characters and descriptions of 80.
constexpr std::size_t kLongestName = 63;
constexpr std::size_t kLongestDescription = 80;
constexpr std::size_t kLongestPassword = 80;
constexpr std::size_t kLongestText = 1U << 20;

bool is_alnum(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// The character for people, whatever it is.
std::string shown(char c) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet > 0x20 && octet < 0x7F) {
        return std::string("'") + c + '\'';
    }
    if (c == ' ') {
        return "a blank";
    }
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    return std::string("the byte 0x") + kDigits[octet >> 4] + kDigits[octet & 0xF];
}

class Judge {
public:
    Judge(const Change& change, Os os) : change_(change), os_(os) {}

    std::vector<std::string> all() {
        if (change_.items.empty()) {
            found_.emplace_back("the change is empty");
        }
        if (change_.router_as == net::Asn{} && needs_as()) {
            found_.emplace_back("the AS number of the router is not known");
        }
        one_line("author", change_.author, 200);
        for (const auto& item : change_.items) {
            std::visit([this](const auto& each) { judge(each); }, item);
        }
        return std::move(found_);
    }

private:
    bool needs_as() const {
        return std::any_of(change_.items.begin(), change_.items.end(), [](const ChangeItem& item) {
            return std::holds_alternative<BgpPeer>(item) || std::holds_alternative<PeerBfd>(item);
        });
    }

    void fault(const std::string& where, const std::string& what) {
        found_.push_back(where + ": " + what);
    }

    template <class Allowed>
    void characters(const std::string& where,
                    std::string_view text,
                    std::size_t longest,
                    std::string_view may_be,
                    Allowed allowed) {
        if (text.size() > longest) {
            fault(where, "is longer than " + std::to_string(longest) + " characters");
        }
        const auto bad = std::find_if_not(text.begin(), text.end(), allowed);
        if (bad != text.end()) {
            fault(where,
                  "holds " + shown(*bad) + " at character " +
                      std::to_string(bad - text.begin() + 1) + "; it may hold " +
                      std::string(may_be));
        }
    }

    void name(const std::string& where, const std::string& text) {
        if (text.empty()) {
            fault(where, "has no name");
            return;
        }
        const auto allowed = [](char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.'; };
        characters(where + " '" + printable(text) + "'",
                   text,
                   kLongestName,
                   "letters, digits, '_', '-' and '.'",
                   allowed);
        if (!is_alnum(text.front())) {
            fault(where + " '" + printable(text) + "'", "must begin with a letter or digit");
        }
    }

    void one_line(const std::string& where, const std::string& text, std::size_t longest) {
        constexpr std::string_view kMarks = " _-.,:/@+=()[]#";
        const auto allowed = [&](char c) {
            return is_alnum(c) || kMarks.find(c) != std::string_view::npos;
        };
        characters(where, text, longest, "letters, digits, blanks and _-.,:/@+=()[]#", allowed);
        // Routers store words: what lies between them comes back as one blank, and differs.
        if (!text.empty() && (text.front() == ' ' || text.back() == ' ' || text.front() == '#' ||
                              text.find("  ") != std::string::npos)) {
            fault(where,
                  "begins or ends with a blank, begins with '#', or holds two blanks in a row");
        }
    }

    void password(const std::string& where, const Secret& secret) {
        const std::string& text = secret.reveal();
        constexpr std::string_view kMarks = "_-.,:@+=/%^*~$&()[]{}";
        if (text.empty()) {
            fault(where, "is empty");
        }
        if (text.size() > kLongestPassword) {
            fault(where, "is longer than " + std::to_string(kLongestPassword) + " characters");
        }
        if (!std::all_of(text.begin(), text.end(), [&](char c) {
                return is_alnum(c) || kMarks.find(c) != std::string_view::npos;
            })) {
            fault(where,
                  "holds a character that is no plain text on every router; it may hold letters, "
                  "digits and " +
                      std::string(kMarks));
        }
    }

    static std::string printable(std::string_view text) {
        std::string out;
        for (const char c : text.substr(0, kLongestName)) {
            const auto octet = static_cast<unsigned char>(c);
            out += octet >= 0x20 && octet < 0x7F ? c : '?';
        }
        return out;
    }

    void address(const std::string& where, const net::Address& peer) {
        if (peer.is_unspecified() || peer.is_multicast()) {
            fault(where, "is no address of a neighbour");
        } else if (peer.is_link_local()) {
            fault(where, "is link-local: write such a peer as configuration text");
        }
    }

    void group(const std::string& where, const std::string& text) {
        if (os_ == Os::Junos && text.empty()) {
            fault(where, "needs the name of its group on Junos");
        } else if (!text.empty()) {
            name(where + " group", text);
        }
    }

    void judge(const BgpPeer& peer) {
        const std::string where = "peer " + peer.address.to_string();
        unique(where);
        address(where, peer.address);
        group(where, peer.group);
        if (peer.presence == Presence::Absent) {
            return;
        }
        if (!peer.remote_as || *peer.remote_as == net::Asn{}) {
            fault(where, "needs its AS number");
        } else if (os_ == Os::Junos && *peer.remote_as == change_.router_as) {
            fault(where, "has the router's own AS: write an internal peer as configuration text");
        }
        if (!peer.description.empty()) {
            one_line(where + " description", peer.description, kLongestDescription);
        }
        if (!peer.import_policy.empty()) {
            name(where + " import policy", peer.import_policy);
        }
        if (!peer.export_policy.empty()) {
            name(where + " export policy", peer.export_policy);
        }
        if (peer.password) {
            password(where + " password", *peer.password);
        }
        if (os_ == Os::Junos && peer.keep_received == false) {
            fault(where, "not supported: Junos keeps received routes unless 'keep none' is set");
        }
    }

    void judge(const PeerBfd& bfd) {
        const std::string where = "BFD of peer " + bfd.peer.to_string();
        unique(where);
        address(where, bfd.peer);
        group(where, bfd.group);
        if (bfd.presence == Presence::Absent || !bfd.timers) {
            return;
        }
        using std::chrono::milliseconds;
        if (os_ == Os::Nxos) {
            fault(where,
                  "not supported: NX-OS sets BFD timers for an interface, not for a neighbour");
        }
        if (bfd.timers->interval < milliseconds(50) || bfd.timers->interval > milliseconds(60000)) {
            fault(where, "interval must lie between 50 and 60000 ms");
        }
        if (bfd.timers->multiplier < 2 || bfd.timers->multiplier > 255) {
            fault(where, "multiplier must lie between 2 and 255");
        }
    }

    void judge(const PrefixList& list) {
        const std::string where = "prefix list";
        name(where, list.name);
        unique(where + ' ' + list.name + (list.family == net::Family::IPv6 ? " (IPv6)" : ""));
        if (list.presence == Presence::Absent) {
            return;
        }
        if (list.prefixes.empty()) {
            fault(where + ' ' + printable(list.name),
                  "is empty: routers differ in what that means");
        }
        std::set<net::Prefix> seen;
        for (const auto& prefix : list.prefixes) {
            if (prefix.family() != list.family) {
                fault(where + ' ' + printable(list.name),
                      prefix.to_string() + " is of the other address family");
            }
            if (!seen.insert(prefix).second) {
                fault(where + ' ' + printable(list.name), prefix.to_string() + " stands twice");
            }
        }
    }

    void judge(const RoutePolicy& policy) {
        name("route policy", policy.name);
        const std::string where = "route policy " + printable(policy.name);
        unique(where);
        if (policy.presence == Presence::Absent) {
            return;
        }
        if (policy.terms.empty()) {
            fault(where, "has no term: it would reject everything");
        }
        for (std::size_t i = 0; i < policy.terms.size(); ++i) {
            term(where + " term " + std::to_string(i + 1), policy.terms[i]);
        }
    }

    void term(const std::string& where, const RoutePolicy::Term& term) {
        if (!term.prefix_list.empty()) {
            name(where + " prefix list", term.prefix_list);
            for (const auto& item : change_.items) {
                const auto* list = std::get_if<PrefixList>(&item);
                if (list != nullptr && list->name == term.prefix_list &&
                    list->family == term.family && list->or_longer != term.or_longer) {
                    fault(where,
                          "and the prefix list " + printable(list->name) +
                              " disagree on whether longer prefixes match");
                }
            }
        }
        const bool sets = term.local_preference || term.med || !term.add_communities.empty() ||
                          !term.prepend.empty();
        if (term.action == RoutePolicy::Term::Action::Reject && sets) {
            fault(where, "rejects, and sets attributes of what it rejects");
        }
        constexpr std::size_t kMostPrepends = 10;  // the least that a router takes in one line
        if (term.prepend.size() > kMostPrepends) {
            fault(where, "prepends more than 10 AS numbers");
        }
    }

    void judge(const ConfigText& config) {
        const std::string_view text = config.text;
        if (trim(text).empty()) {
            fault("configuration text", "is empty");
        }
        if (text.size() > kLongestText) {
            fault("configuration text", "is longer than 1 MiB");
        }
        std::size_t number = 0;
        for (std::size_t at = 0; at < text.size();) {
            const auto end = std::min(text.find('\n', at), text.size());
            line("configuration text line " + std::to_string(++number), text.substr(at, end - at));
            at = end + 1;
        }
    }

    void line(const std::string& where, std::string_view text) {
        for (const char c : text) {
            const auto octet = static_cast<unsigned char>(c);
            if ((octet < 0x20 && c != '\t') || octet == 0x7F) {
                fault(where, "holds " + shown(c));
                return;
            }
        }
        const auto words = trim(text);
        const auto first = words.substr(0, words.find_first_of(" \t"));
        if (os_ == Os::Frr && acts(first)) {
            fault(where, "'" + std::string(first) + "' acts on the router and configures nothing");
        }
        if (os_ == Os::Nxos) {
            // They separate and redirect commands; NX-OS has no way to quote them.
            const auto mark = words.find_first_of(";|<>");
            if (mark != std::string_view::npos && !words.starts_with('!')) {
                fault(where, "holds '" + std::string(1, words[mark]) + "', which ends a command");
            }
            if (acts(first) || words.starts_with("no feature ")) {
                fault(where,
                      "'" + std::string(words.starts_with("no ") ? "no feature" : first) +
                          "' is nothing that a change with a way back may hold");
            }
        }
    }

    /// Commands that leave the configuration mode, or do something besides configuring: a change
    /// that saved itself would survive its own roll back.
    static bool acts(std::string_view word) {
        constexpr std::array<std::string_view, 24> kWords{
            "write",    "copy",       "show",      "end",      "quit",        "do",
            "clear",    "reload",     "configure", "terminal", "disable",     "enable",
            "ping",     "traceroute", "ssh",       "telnet",   "start-shell", "checkpoint",
            "rollback", "delete",     "erase",     "run",      "install",     "list"};
        return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
    }

    void unique(const std::string& thing) {
        if (!things_.insert(thing).second) {
            fault(thing, "stands twice in one change");
        }
    }

    const Change& change_;
    Os os_;
    std::set<std::string> things_;
    std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> faults(const Change& change, Os os) {
    if (os == Os::Bird) {
        return {"not supported by bird: its configuration is one file, which its owner edits"};
    }
    return Judge(change, os).all();
}

}  // namespace routeproof::drivers
