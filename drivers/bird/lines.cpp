#include "drivers/bird/parse.hpp"
#include "drivers/text.hpp"

#include <algorithm>
#include <array>

namespace routeproof::bird {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// "1007-", "1007 ": the code in front of a line of `birdc -v`; 0 if there is none.
int code_of(std::string_view line) {
    if (line.size() < 5 || !std::all_of(line.begin(), line.begin() + 4, is_digit) ||
        (line[4] != '-' && line[4] != ' ')) {
        return 0;
    }
    return (line[0] - '0') * 1000 + (line[1] - '0') * 100 + (line[2] - '0') * 10 + (line[3] - '0');
}

constexpr int kFirstError = 8000;  // 8xxx: of the run, 9xxx: of the syntax
constexpr int kNetworkNotFound = 8001;
constexpr int kBanner = 1;
constexpr int kRestricted = 16;

constexpr std::array<std::string_view, 7> kRefusals{
    "syntax error",
    "Syntax error",
    "No such command",
    "Unable to connect to server control socket",
    "Access denied",
    "Cannot open",
    "birdc: ",
};

drivers::Failure refused(std::string_view words) {
    const bool denied = words.find("denied") != std::string_view::npos;
    return {drivers::Stage::Rpc,
            denied ? drivers::Failure::Kind::Denied : drivers::Failure::Kind::NotSupported,
            "answers: " + std::string(drivers::trim(words))};
}

}  // namespace

drivers::Answer<std::vector<std::string_view>> lines_of(std::string_view text) {
    // With codes every first line of a group has one, and the others are indented by five.
    const bool coded = code_of(text.substr(0, text.find('\n'))) == kBanner;
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (coded) {
            const int code = code_of(line);
            if (code >= kFirstError && code != kNetworkNotFound) {
                return refused(line.substr(5));
            }
            if (code == kBanner || code == kRestricted || code == kNetworkNotFound) {
                continue;
            }
            if (code != 0 || line.starts_with("     ") || line == "0000") {
                line.remove_prefix(std::min<std::size_t>(5, line.size()));
            } else if (line.starts_with(' ')) {
                line.remove_prefix(1);
            }
        } else if ((line.starts_with("BIRD ") && line.ends_with(" ready.")) ||
                   line == "Access restricted" || line == "Network not found") {
            continue;
        }
        for (const auto refusal : kRefusals) {
            if (line.starts_with(refusal)) {
                return refused(line);
            }
        }
        lines.push_back(line);
    }
    return lines;
}

}  // namespace routeproof::bird
