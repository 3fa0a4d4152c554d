#include "drivers/nxos/checkpoint.hpp"

#include "drivers/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>

namespace routeproof::nxos {

using drivers::ConfigLine;

namespace {

template <class Visit>
void each_line(std::string_view text, const Visit& visit) {
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        visit(text.substr(at, end - at));
        at = end + 1;
    }
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// "neighbor A remote-as N" becomes "neighbor A"; gives "remote-as N", or nothing.
std::string split_neighbor(std::string& line) {
    constexpr std::string_view kBetween = " remote-as ";
    const auto at = line.find(kBetween);
    if (!line.starts_with("neighbor ") || at == std::string::npos) {
        return {};
    }
    std::string rest = line.substr(at + 1);
    line.resize(at);
    return rest;
}

std::string one_line(const ConfigLine& line) {
    std::string text;
    for (const auto& header : line.context) {
        text += header + " / ";
    }
    return text + drivers::masked(line.line);
}

}  // namespace

std::vector<Checkpoint> parse_checkpoints(std::string_view text) {
    std::vector<Checkpoint> found;
    each_line(text, [&](std::string_view raw) {
        const auto line = drivers::trim(raw);
        const auto bracket = line.find(") ");
        if (!line.empty() && is_digit(line.front()) && bracket != std::string_view::npos &&
            line.ends_with(':')) {
            const auto name = line.substr(bracket + 2);
            found.push_back({std::string(name.substr(0, name.size() - 1)), ""});
            return;
        }
        for (const std::string_view word : {"Created by ", "Created at ", "Description: "}) {
            if (!found.empty() && line.starts_with(word) && !line.ends_with("None")) {
                auto& about = found.back().about;
                about += (about.empty() ? "" : ", ") + std::string(line);
            }
        }
    });
    return found;
}

std::vector<ConfigLine> read_running(std::string_view text) {
    std::vector<ConfigLine> lines;
    for (auto& line : drivers::read_indented(text)) {
        for (auto& header : line.context) {
            split_neighbor(header);
        }
        auto rest = split_neighbor(line.line);
        auto inside = line.context;
        inside.push_back(line.line);
        lines.push_back(std::move(line));
        if (!rest.empty()) {
            lines.push_back({std::move(inside), std::move(rest)});
        }
    }
    return lines;
}

std::string complaint(std::string_view text) {
    constexpr std::array<std::string_view, 7> kSigns{"ERROR",
                                                     "Error:",
                                                     "Syntax error",
                                                     "Permission denied",
                                                     "Rollback failed",
                                                     "Rollback Failed",
                                                     "Invalid "};
    std::string found;
    each_line(text, [&](std::string_view raw) {
        const auto line = drivers::trim(raw);
        const bool bad = line.starts_with('%') ||
                         std::any_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) {
                             return line.find(sign) != std::string_view::npos;
                         });
        if (bad && found.empty()) {
            found = drivers::masked(line.substr(0, 160));
        }
    });
    return found;
}

std::string refusal(std::string_view text) {
    constexpr int kLines = 3;  // a blank one, the caret, and the sentence
    std::size_t end = 0;
    for (int i = 0; i < kLines && end < text.size(); ++i) {
        end = std::min(text.find('\n', end), text.size() - 1) + 1;
    }
    return complaint(text.substr(0, end));
}

std::vector<std::string> parse_patch(std::string_view text) {
    std::vector<std::string> lines;
    each_line(text, [&](std::string_view raw) {
        const auto line = drivers::trim(raw);
        const bool about = line.empty() || line.front() == '!' || line.front() == '#' ||
                           line.front() == '.' || line.starts_with("Collecting ") ||
                           line.starts_with("Generating ") ||
                           line.find("Patch is Empty") != std::string_view::npos;
        if (!about) {
            lines.push_back(drivers::masked(raw));
        }
    });
    return lines;
}

std::vector<std::string> configure(const std::vector<std::string>& lines) {
    std::vector<std::string> requests;
    for (const auto& line : lines) {
        const auto words = drivers::trim(line);
        // Leaving a block at the top is the end of its request.
        if (words.empty() || words.starts_with('!') || line == "exit") {
            continue;
        }
        if (requests.empty() || (line.front() != ' ' && line.front() != '\t')) {
            requests.emplace_back("configure terminal");
        }
        requests.back() += " ; " + std::string(words);
    }
    return requests;
}

std::string fingerprint(const std::vector<ConfigLine>& running) {
    std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a: the same in every process
    const auto add = [&](std::string_view text) {
        for (const char c : text) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
        }
        hash = (hash ^ 0x0A) * 0x100000001b3;
    };
    for (const auto& line : running) {
        for (const auto& header : line.context) {
            add(header);
        }
        add(line.line);
    }
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) {
        text += kDigits[(hash >> shift) & 0xF];
    }
    return text + '-' + std::to_string(running.size());
}

std::vector<std::string> changes(const std::vector<ConfigLine>& before,
                                 const std::vector<ConfigLine>& after) {
    using Set = std::set<std::vector<std::string>>;
    const auto whole = [](const ConfigLine& line) {
        auto words = line.context;
        words.push_back(line.line);
        return words;
    };
    const auto set_of = [&](const std::vector<ConfigLine>& lines) {
        Set all;
        for (const auto& line : lines) {
            all.insert(whole(line));
        }
        return all;
    };
    const Set first = set_of(before);
    const Set second = set_of(after);
    std::vector<std::string> found;
    const auto only_in =
        [&](const std::vector<ConfigLine>& these, const Set& those, const char* sign) {
            for (const auto& line : these) {
                if (!those.contains(whole(line))) {
                    found.push_back(sign + one_line(line));
                }
            }
        };
    only_in(before, second, "- ");
    only_in(after, first, "+ ");
    return found;
}

}  // namespace routeproof::nxos
