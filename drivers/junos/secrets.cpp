#include "drivers/junos/secrets.hpp"

#include "drivers/change/indented.hpp"
#include "drivers/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace routeproof::junos {
namespace {

// The letters in the order of their value, in four groups: a first letter of group n is followed
// by 3 - n letters that mean nothing.
constexpr std::array<std::string_view, 4> kGroups{
    "QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T"};
constexpr int kLetters = 65;
// What the distances between the letters of one octet count; octet by octet, over and over.
constexpr std::array<std::array<int, 4>, 7> kWeights{
    {{1, 4, 32}, {1, 16, 32}, {1, 8, 32}, {1, 64}, {1, 32}, {1, 4, 16, 128}, {1, 32, 64}}};

struct Letter {
    int value = -1;  // none
    std::size_t group = 0;
};

Letter letter(char c) {
    int before = 0;
    for (std::size_t group = 0; group < kGroups.size(); ++group) {
        const auto at = kGroups[group].find(c);
        if (at != std::string_view::npos) {
            return {before + static_cast<int>(at), group};
        }
        before += static_cast<int>(kGroups[group].size());
    }
    return {};
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

bool is_change(std::string_view line) {
    return !line.empty() && (line.front() == '+' || line.front() == '-' || line.front() == '!');
}

/// `word "$9$..."`, split before and behind the secret.
struct SecretLine {
    std::string_view before, behind;
    std::string secret;

    static std::optional<SecretLine> read(std::string_view line) {
        const auto start = line.find("$9$");
        if (start == std::string_view::npos) {
            return std::nullopt;
        }
        const auto end = std::min(line.find_first_of("\"; ", start), line.size());
        auto secret = plain_secret(line.substr(start, end - start));
        if (!secret) {
            return std::nullopt;
        }
        return SecretLine{line.substr(0, start), line.substr(end), std::move(*secret)};
    }

    /// One takes the other away, and nothing changes.
    bool undoes(const SecretLine& other) const {
        return before.front() != other.before.front() &&
               before.substr(1) == other.before.substr(1) && behind == other.behind &&
               secret == other.secret;
    }
};

void drop_pairs(std::vector<std::string_view>& hunk) {
    for (std::size_t i = 0; i < hunk.size(); ++i) {
        const auto gone = SecretLine::read(hunk[i]);
        if (!gone || !is_change(hunk[i])) {
            continue;
        }
        for (std::size_t j = i + 1; j < hunk.size(); ++j) {
            const auto come = SecretLine::read(hunk[j]);
            if (come && is_change(hunk[j]) && gone->undoes(*come)) {
                hunk.erase(hunk.begin() + static_cast<std::ptrdiff_t>(j));
                hunk.erase(hunk.begin() + static_cast<std::ptrdiff_t>(i));
                --i;
                break;
            }
        }
    }
}

}  // namespace

std::optional<std::string> plain_secret(std::string_view obfuscated) {
    if (!obfuscated.starts_with("$9$")) {
        return std::nullopt;
    }
    auto rest = obfuscated.substr(3);
    Letter last = rest.empty() ? Letter{} : letter(rest.front());
    if (last.value < 0 || rest.size() < 4 - last.group) {
        return std::nullopt;
    }
    rest.remove_prefix(4 - last.group);
    std::string plain;
    while (!rest.empty()) {
        int octet = 0;
        for (const int weight : kWeights[plain.size() % kWeights.size()]) {
            if (weight == 0) {
                break;
            }
            const Letter next = rest.empty() ? Letter{} : letter(rest.front());
            if (next.value < 0 || next.value == last.value) {
                return std::nullopt;
            }
            octet += ((next.value - last.value + kLetters) % kLetters - 1) * weight;
            last = next;
            rest.remove_prefix(1);
        }
        plain += static_cast<char>(octet);
    }
    return plain;
}

std::string without_same_secrets(std::string_view difference) {
    std::string out;
    std::vector<std::string_view> hunk;
    const auto close = [&] {
        drop_pairs(hunk);
        if (std::any_of(hunk.begin(), hunk.end(), is_change)) {
            for (const auto line : hunk) {
                out.append(line) += '\n';
            }
        }
        hunk.clear();
    };
    for (const auto line : lines_of(difference)) {
        if (line.starts_with("[edit")) {
            close();
        }
        hunk.push_back(line);
    }
    close();
    return out;
}

std::string masked_line(std::string_view line) {
    std::string out = drivers::masked(line);
    constexpr std::string_view kNot = "(not shown)";
    if (out.find("SECRET-DATA") != std::string::npos) {
        const auto open = out.find('"');
        const auto close = out.rfind('"');
        if (open != std::string::npos && close > open) {
            out.replace(open, close + 1 - open, kNot);
        }
    }
    for (const std::string_view form : {"$1$", "$5$", "$6$", "$8$", "$9$", "$sha1$"}) {
        for (auto at = out.find(form); at != std::string::npos; at = out.find(form, at)) {
            const auto end = std::min(out.find_first_of("\"; ", at), out.size());
            out.replace(at, end - at, kNot);
        }
    }
    return out;
}

std::string masked_text(std::string_view text) {
    std::string out;
    for (const auto line : lines_of(text)) {
        out += masked_line(line) + '\n';
    }
    return out;
}

}  // namespace routeproof::junos
