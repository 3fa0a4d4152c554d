#include "drivers/junos/parse_text.hpp"

#include "drivers/junos/as_path_text.hpp"
#include "drivers/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

namespace routeproof::junos {

using drivers::Failure;
using drivers::Route;
using drivers::trim;

namespace {

Failure broken(std::string_view line) {
    return {drivers::Stage::Parse,
            Failure::Kind::Protocol,
            "prints a line that cannot be read: \"" + std::string(trim(line).substr(0, 120)) + '"'};
}

std::string_view first_word(std::string_view text) {
    return text.substr(0, text.find_first_of(" \t"));
}

std::optional<std::uint32_t> number(std::string_view digits) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return value;
}

/// The word behind a label such as "localpref "; empty if it is not there.
std::string_view word_after(std::string_view text, std::string_view label) {
    const auto at = text.find(label);
    if (at == std::string_view::npos) {
        return {};
    }
    text = trim(text.substr(at + label.size()));
    return text.substr(0, text.find_first_of(" ,\t"));
}

/// "> to 192.0.2.1 via x", with one blank or two by release: the hop that a lookup takes.
std::string_view behind_arrow(std::string_view text) {
    return text.starts_with('>') ? trim(text.substr(1)) : text;
}

void add_once(std::vector<net::Address>& hops, std::string_view text) {
    const auto address = net::Address::parse(text);
    if (address && std::find(hops.begin(), hops.end(), *address) == hops.end()) {
        hops.push_back(*address);
    }
}

/// "inet.0: 5 destinations, 6 routes (5 active, 0 holddown, 1 hidden)".
std::string_view table_of(std::string_view line) {
    line = trim(line);
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos || line.find(' ') < colon) {
        return {};
    }
    const auto rest = line.substr(colon + 2);
    return rest.find(" destination") != std::string_view::npos &&
                   rest.find(" route") != std::string_view::npos &&
                   rest.find('(') != std::string_view::npos
               ? line.substr(0, colon)
               : std::string_view();
}

bool is_tag(char c) {
    return std::strchr("*@#+-", c) != nullptr && c != '\0';
}

class Reader {
public:
    std::optional<Failure> read(std::string_view text) {
        while (!text.empty() && !failure_) {
            auto line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(line.size() + 1, text.size()));
            if (line.ends_with('\r')) {
                line.remove_suffix(1);
            }
            read_line(line);
        }
        end_entry();
        return failure_;
    }

    RoutesReply reply;

private:
    enum class Form { Brief, Detail, Columns, Terse };

    void read_line(std::string_view line) {
        const auto text = trim(line);
        if (text.empty()) {
            return;
        }
        if (const auto table = table_of(line); !table.empty()) {
            end_entry();
            table_ = table;
            reply.tables.push_back(table_);
            form_ = Form::Brief;
            prefix_.reset();
            return;
        }
        if (table_.empty() || text.starts_with("+ = ") || text.starts_with("@ = ") ||
            text.starts_with("{master")) {
            return;
        }
        if (text.starts_with("Prefix") && text.find("Nexthop") != std::string_view::npos) {
            end_entry();
            form_ = Form::Columns;
            return;
        }
        if (text.starts_with("A V Destination")) {
            end_entry();
            form_ = Form::Terse;
            next_hop_column_ = line.find("Next hop");
            as_path_column_ = line.find("AS path");
            return;
        }
        if (form_ == Form::Columns) {
            read_column_row(line);
        } else if (form_ == Form::Terse) {
            read_terse_row(line);
        } else if (!read_detail_head(text) && !read_entry_head(line, text)) {
            read_attribute(text);
        }
    }

    // --- prefixes and entries ---------------------------------------------------------------

    /// "10.1.0.0/24", "65000:1:10.1.0.0/24"; false if it is neither and might be ours.
    bool set_prefix(std::string_view word) {
        rd_.clear();
        if (table_.find("l3vpn") != std::string::npos) {
            const auto first = word.find(':');
            const auto second = word.find(':', first + 1);
            if (first != std::string_view::npos && second != std::string_view::npos) {
                rd_ = word.substr(0, second);
                word.remove_prefix(second + 1);
            }
        }
        const auto prefix = net::Prefix::parse_lenient(word);
        prefix_ = prefix ? std::optional(*prefix) : std::nullopt;
        has_entries_ = false;
        in_tsi_ = false;
        return prefix_.has_value();
    }

    /// "10.1.0.0/24 (2 entries, 1 announced)", with "* " before it in receive-protocol.
    bool read_detail_head(std::string_view text) {
        const auto open = text.find(" (");
        if (open == std::string_view::npos || text.find(" entr", open) == std::string_view::npos ||
            text.find(" announced)", open) == std::string_view::npos) {
            return false;
        }
        end_entry();
        form_ = Form::Detail;
        head_active_ = text.starts_with("* ");
        set_prefix(trim(text.substr(head_active_ ? 1 : 0, open - (head_active_ ? 1 : 0))));
        return true;
    }

    /// Brief "*[BGP/170] 00:09:43, localpref 100, from 10.2.0.1", or detail "*BGP    Preference:
    /// 170/-101".
    bool read_entry_head(std::string_view line, std::string_view text) {
        return form_ == Form::Detail ? read_detail_entry(text) : read_brief_entry(line, text);
    }

    bool read_brief_entry(std::string_view line, std::string_view text) {
        const auto open = text.find('[');
        const auto close = text.find(']', open);
        const bool at_margin = line.front() != ' ' && line.front() != '\t';
        const bool has_entry =
            open != std::string_view::npos && close != std::string_view::npos &&
            (text.substr(open, close - open).find('/') != std::string_view::npos ||
             text.substr(open + 1).starts_with("BGP ")) &&
            text.find("AS path:") == std::string_view::npos;
        if (at_margin) {
            end_entry();
            set_prefix(first_word(text));
            if (!prefix_ && text.find('/') == std::string_view::npos) {
                return false;  // a prompt, or a label of mpls.0
            }
        }
        if (!has_entry) {
            return at_margin;
        }
        end_entry();
        const char tag = open > 0 ? text[open - 1] : ' ';
        const auto inside = text.substr(open + 1, close - open - 1);
        begin_entry(trim(inside.substr(0, inside.find('/'))), is_tag(tag) ? tag : ' ');
        if (entry_) {
            const auto rest = text.substr(close + 1);
            entry_->local_preference = number(word_after(rest, "localpref "));
            entry_->med = number(word_after(rest, "MED "));
            const auto from = net::Address::parse(word_after(rest, "from "));
            entry_->from = from ? std::optional(*from) : std::nullopt;
        }
        return true;
    }

    bool read_detail_entry(std::string_view text) {
        const auto preference = text.find("Preference: ");
        const bool hidden =
            preference == std::string_view::npos && text.find(" /-") != std::string_view::npos;
        if (preference == std::string_view::npos && !hidden) {
            return false;
        }
        const char tag = is_tag(text.front()) ? text.front() : ' ';
        const auto protocol = first_word(text.substr(tag == ' ' ? 0 : 1));
        if (protocol.empty() || protocol.find(':') != std::string_view::npos) {
            return false;
        }
        end_entry();
        in_tsi_ = false;
        begin_entry(protocol, tag);
        return true;
    }

    void begin_entry(std::string_view protocol, char tag) {
        has_entries_ = true;
        bgp_ = protocol == "BGP" || protocol == "B";
        path_seen_ = false;
        entry_.emplace();
        entry_->prefix = prefix_.value_or(net::Prefix());
        entry_->table = table_;
        entry_->rd = rd_;
        entry_->protocol = bgp_ ? std::string_view() : protocol;
        entry_->best = tag == '*' || tag == '@' || tag == '+';
        protocol_hops_.clear();
    }

    void end_entry() {
        if (!entry_) {
            return;
        }
        Route route = std::move(*entry_);
        entry_.reset();
        if (!prefix_) {
            ++reply.skipped;
            return;
        }
        if (bgp_ && !path_seen_ && !failure_) {
            failure_ = Failure{
                drivers::Stage::Parse,
                Failure::Kind::Protocol,
                "lists " + route.prefix.to_string() + " in " + route.table + " without an AS path"};
            return;
        }
        if (!protocol_hops_.empty()) {
            route.resolved = route.next_hops;
            route.next_hops = protocol_hops_;
        }
        if (bgp_ && !route.from && form_ == Form::Brief && route.next_hops.size() == 1) {
            route.from = route.next_hops.front();  // named only where it differs
        }
        reply.routes.push_back(std::move(route));
    }

    // --- what stands below an entry ---------------------------------------------------------

    void read_attribute(std::string_view text) {
        if (text.starts_with("TSI:")) {
            in_tsi_ = true;
            return;
        }
        if (in_tsi_) {
            return;
        }
        if (form_ == Form::Detail && !entry_) {
            // receive-protocol and advertising-protocol: the attributes follow the prefix at once.
            constexpr std::string_view kFirst[] = {"Accepted",
                                                   "Nexthop:",
                                                   "BGP group",
                                                   "Localpref:",
                                                   "AS path:",
                                                   "MED:",
                                                   "Route Label"};
            const bool begins = std::any_of(std::begin(kFirst), std::end(kFirst), [&](auto word) {
                return text.starts_with(word);
            });
            if (!begins || has_entries_) {
                return;
            }
            begin_entry("BGP", head_active_ ? '*' : ' ');
        }
        if (!entry_) {
            return;
        }
        Route& route = *entry_;
        if (text.starts_with("AS path:")) {
            read_as_path(text);
        } else if (const auto hop = behind_arrow(text); hop.starts_with("to ")) {
            add_once(route.next_hops, word_after(hop, "to "));
        } else if (text.starts_with("Next hop: ") || text.starts_with("Nexthop: ")) {
            add_once(route.next_hops, word_after(text, ": "));
        } else if (text.starts_with("Protocol next hop: ")) {
            add_once(protocol_hops_, word_after(text, ": "));
        } else if (text.starts_with("Source: ")) {
            const auto from = net::Address::parse(word_after(text, "Source: "));
            route.from = from ? std::optional(*from) : std::nullopt;
        } else if (text.starts_with("Localpref: ")) {
            route.local_preference = number(word_after(text, ": "));
        } else if (text.starts_with("MED: ")) {
            route.med = number(word_after(text, ": "));
        } else if (text.starts_with("Age: ") && text.find("Metric: ") != std::string_view::npos) {
            route.med = number(word_after(text, "Metric: "));
        } else if (text.starts_with("Communities:")) {
            read_communities(text.substr(12));
        } else if (text.starts_with("Inactive reason: ") || text.starts_with("Hidden reason: ") ||
                   text.starts_with("Hidden Reason: ")) {
            route.reason = trim(text.substr(text.find(": ") + 2));
            route.valid = route.valid && !text.starts_with("Hidden");
        } else if (text.starts_with("State: ") && text.find("Hidden") != std::string_view::npos) {
            route.valid = false;
        } else if (text.starts_with("Unusable")) {
            route.valid = false;
            route.reason = "unusable";
        } else if (text.find("MultipathContrib") != std::string_view::npos) {
            route.multipath = !route.best;
        }
    }

    void read_as_path(std::string_view text) {
        if (path_seen_) {
            return;  // the second "AS path:" of detail style holds notes ("Recorded")
        }
        const auto path = parse_as_path_text(text.substr(0, text.find(", validation")));
        if (!path) {
            failure_ = failure_ ? failure_ : broken(text);
            return;
        }
        entry_->as_path = path->path;
        entry_->origin = path->origin;
        path_seen_ = true;
    }

    void read_communities(std::string_view text) {
        for (text = trim(text); !text.empty(); text = trim(text)) {
            const auto word = first_word(text);
            if (const auto community = net::Community::parse(word)) {
                entry_->communities.push_back(*community);
            } else {
                entry_->other_communities.emplace_back(word);
            }
            text.remove_prefix(word.size());
        }
    }

    // --- tables in columns ------------------------------------------------------------------

    /// "* 192.168.225.0/24      10.64.4.4      100        200000 4 5 6 I"; a long prefix stands
    /// alone.
    void read_column_row(std::string_view line) {
        auto text = trim(line);
        bool active = text.starts_with("* ");
        if (active) {
            text = trim(text.substr(1));
        }
        const auto word = first_word(text);
        if (word.find('/') != std::string_view::npos) {
            column_known_ = set_prefix(word);
            column_active_ = active;
            text = trim(text.substr(word.size()));
            if (!column_known_) {
                ++reply.skipped;
            }
            if (text.empty()) {
                return;
            }
        } else {
            active = active || column_active_;
        }
        if (!column_known_) {
            return;
        }
        const auto hop = first_word(text);
        if (hop != "Self" && !net::Address::parse(hop)) {
            return;  // a prompt
        }
        begin_entry("BGP", active || column_active_ ? '*' : ' ');
        add_once(entry_->next_hops, hop);
        read_numbers_and_path(text.substr(hop.size()));
        end_entry();
        column_known_ = false;
    }

    /// Up to two numbers that are set off by columns of 8 (MED) and 11 (Lclpref), then the path.
    void read_numbers_and_path(std::string_view text) {
        std::vector<std::pair<std::uint32_t, std::size_t>> numbers;  // and its width with the gap
        text = trim(text);
        for (;;) {
            const auto word = first_word(text);
            const auto rest = text.substr(word.size());
            const auto gap = rest.find_first_not_of(" \t");
            const auto value = number(word);
            if (!value || gap == std::string_view::npos || gap < 2 || numbers.size() == 2) {
                break;
            }
            numbers.emplace_back(*value, word.size() + gap);
            text = rest.substr(gap);
        }
        constexpr std::size_t kOneColumn = 14;
        if (numbers.size() == 2) {
            entry_->med = numbers[0].first;
            entry_->local_preference = numbers[1].first;
        } else if (numbers.size() == 1) {
            (numbers[0].second <= kOneColumn ? entry_->local_preference : entry_->med) =
                numbers[0].first;
        }
        read_as_path(text);
    }

    /// "* ? 10.0.0.0/24        B 170        100            >10.0.0.1       65001 I".
    void read_terse_row(std::string_view line) {
        const auto text = trim(line);
        const char tag = line.empty() ? ' ' : line.front();
        std::string_view rest = line.size() > 4 ? line.substr(4) : std::string_view();
        const bool head = line.size() > 4 && (is_tag(tag) || tag == ' ') && line[1] == ' ' &&
                          line[3] == ' ' && std::strchr("?VINU ", line[2]) != nullptr;
        if (head && rest.front() != ' ') {
            end_entry();
            set_prefix(first_word(rest));
            rest.remove_prefix(first_word(rest).size());
        }
        const auto words = trim(rest);
        const bool has_protocol = head && words.size() > 2 && words[0] >= 'A' && words[0] <= 'Z' &&
                                  words[1] == ' ' && trim(words.substr(1)).front() >= '0' &&
                                  trim(words.substr(1)).front() <= '9';
        if (has_protocol) {
            end_entry();
            begin_entry(words.substr(0, 1), tag);
            const auto metric =
                trim(trim(words.substr(1)).substr(first_word(trim(words.substr(1))).size()));
            entry_->med = number(first_word(metric));
            if (bgp_) {
                const auto from = std::min(as_path_column_, line.size());
                auto path = trim(line.substr(from));
                if (path.empty() || !parse_as_path_text(path)) {
                    // Columns give way to a long next hop: then the path is what ends the line.
                    const auto blanks = text.rfind("  ");
                    path = blanks == std::string_view::npos ? text : trim(text.substr(blanks));
                }
                read_as_path(path);
            }
        }
        if (entry_ && line.size() > 4) {
            const auto arrow = line.find('>');
            const auto at = arrow != std::string_view::npos ? arrow + 1 : next_hop_column_ + 1;
            if (at < line.size()) {
                add_once(entry_->next_hops, first_word(trim(line.substr(at))));
            }
        }
    }

    std::string table_;
    Form form_ = Form::Brief;
    std::optional<net::Prefix> prefix_;
    std::string rd_;
    std::optional<Route> entry_;
    bool bgp_ = false;
    bool path_seen_ = false;
    bool has_entries_ = false;  // of the prefix
    bool head_active_ = false;
    bool in_tsi_ = false;  // what is advertised, not what was received
    bool column_known_ = false;
    bool column_active_ = false;
    std::size_t next_hop_column_ = 0;
    std::size_t as_path_column_ = 0;
    std::vector<net::Address> protocol_hops_;
    std::optional<Failure> failure_;
};

}  // namespace

bool looks_like_routes(std::string_view text) {
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (!table_of(line).empty()) {
            return true;
        }
    }
    return false;
}

drivers::Answer<RoutesReply> parse_text(std::string_view text) {
    Reader reader;
    if (auto failure = reader.read(text)) {
        return *failure;
    }
    return std::move(reader.reply);
}

}  // namespace routeproof::junos
