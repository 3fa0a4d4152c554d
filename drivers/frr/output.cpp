#include "drivers/frr/output.hpp"

#include "drivers/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace routeproof::frr {
namespace {

using Kind = Output::Kind;

struct Sign {
    std::string_view text;
    Kind kind;
};

constexpr std::array kSigns{
    Sign{"BGP instance not found", Kind::NoBgp},
    Sign{"Default BGP instance not found", Kind::NoBgp},
    Sign{"View/Vrf is unknown", Kind::NoBgp},
    Sign{"View/Vrf specified is unknown", Kind::NoBgp},
    Sign{"BGP is not running", Kind::NoBgp},
    Sign{"bgpd is not running", Kind::NoBgp},
    Sign{"failed to connect to any daemons", Kind::NoShell},
    Sign{"command not found", Kind::NoShell},
    Sign{"vtysh: not found", Kind::NoShell},
    Sign{"No such file or directory", Kind::NoShell},
    Sign{"Permission denied", Kind::NoShell},
    Sign{"permission denied", Kind::NoShell},
    Sign{"a password is required", Kind::NoShell},
    Sign{"Unknown command: vtysh", Kind::NoShell},
    Sign{"Unknown command: sudo", Kind::NoShell},
};

std::string line_of(std::string_view text, std::size_t at) {
    const auto begin = text.rfind('\n', at);
    text.remove_prefix(begin == std::string_view::npos ? 0 : begin + 1);
    constexpr std::size_t kLongest = 160;
    return std::string(drivers::trim(text.substr(0, text.find('\n'))).substr(0, kLongest));
}

/// Where a line begins with a brace.
std::size_t find_json(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto first = text.find_first_not_of(" \t\r\n", at);
        if (first == std::string_view::npos || text[first] == '{') {
            return first;
        }
        const auto end = text.find('\n', first);
        if (end == std::string_view::npos) {
            break;
        }
        at = end + 1;
    }
    return std::string_view::npos;
}

Output by_sign(std::string_view text, bool complains) {
    for (const Sign& sign : kSigns) {
        if (const auto at = text.find(sign.text); at != std::string_view::npos) {
            return {sign.kind, {}, line_of(text, at)};
        }
    }
    const auto percent = text.find('%');
    if (percent != std::string_view::npos && (percent == 0 || text[percent - 1] == '\n')) {
        return {Kind::Refused, {}, line_of(text, percent)};
    }
    if (complains) {
        return {Kind::Refused, {}, line_of(text, text.find_first_not_of(" \t\r\n"))};
    }
    return {};
}

/// {"warning": "..."} in place of a table.
std::string warning_in(std::string_view json) {
    constexpr std::size_t kLongestComplaint = 1024;
    if (json.size() > kLongestComplaint) {
        return {};
    }
    const auto document = nlohmann::json::parse(json, nullptr, false);
    if (!document.is_object() || document.size() != 1) {
        return {};
    }
    for (const auto* key : {"warning", "error"}) {
        if (document.contains(key) && document[key].is_string()) {
            return document[key].get<std::string>();
        }
    }
    return {};
}

}  // namespace

Output classify(std::string_view standard_output, std::string_view standard_error) {
    const auto json = find_json(standard_output);
    if (json == std::string_view::npos) {
        if (drivers::trim(standard_output).empty()) {
            const auto silent = drivers::trim(standard_error);
            return silent.empty() ? Output{Kind::Text, {}, {}} : by_sign(silent, true);
        }
        return by_sign(standard_output, false);
    }
    auto text = standard_output.substr(json);
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    const std::string warning = warning_in(text);
    if (!warning.empty()) {
        Output output = by_sign(warning, true);
        output.sentence = warning;
        return output;
    }
    return {Kind::Json, text, {}};
}

}  // namespace routeproof::frr
