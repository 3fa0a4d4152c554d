#include "drivers/nxos/output.hpp"

#include "drivers/nxos/parse_text.hpp"
#include "drivers/nxos/rows.hpp"

#include <algorithm>
#include <array>

namespace routeproof::nxos {
namespace {

struct Sign {
    std::string_view text;
    Output::Kind kind;
};

constexpr std::array kSigns{
    Sign{"Permission denied for the role", Output::Kind::Denied},
    Sign{"% Invalid command", Output::Kind::NoSuchForm},
    Sign{"% Incomplete command", Output::Kind::NoSuchForm},
    Sign{"Syntax error while parsing", Output::Kind::NoSuchForm},
    Sign{"Command does not support JSON output", Output::Kind::NoSuchForm},
    Sign{"structured output unsupported", Output::Kind::NoSuchForm},
};

constexpr std::string_view kBlanks = " \t\r\n";

std::string first_line(std::string_view text) {
    const auto begin = std::min(text.find_first_not_of(kBlanks), text.size());
    text.remove_prefix(begin);
    text = text.substr(0, text.find_first_of("\r\n"));
    constexpr std::size_t kLongest = 160;
    return std::string(text.substr(0, std::min(text.find_last_not_of(kBlanks) + 1, kLongest)));
}

/// NX-OS speaks ASCII; a name may hold UTF-8, a sentence never holds a control character.
bool is_text(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        constexpr unsigned char kBell = 0x07;  // rings at a mistyped command
        return (octet < 0x20 && octet != kBell && kBlanks.find(c) == std::string_view::npos) ||
               octet == 0x7F;
    });
}

/// JSON begins with a brace, XML with an element or its declaration.
bool begins_structure(std::string_view line) {
    const char next = line.size() > 1 ? line[1] : ' ';
    const bool name = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
    return line.starts_with('{') || (line.starts_with('<') && (name || next == '?'));
}

/// Where JSON or XML begins: at the first line that can be one. npos if there is none.
std::size_t find_structure(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        const auto first = text.find_first_not_of(" \t\r", at);
        if (first != std::string_view::npos && begins_structure(text.substr(first))) {
            return first;
        }
        const auto end = text.find('\n', at);
        if (end == std::string_view::npos) {
            break;
        }
        at = end + 1;
    }
    return std::string_view::npos;
}

/// One of the tables that we read as they are printed for people.
bool is_table(std::string_view text) {
    return kind_of(text) != TextKind::Other || has_text_rows(text);
}

}  // namespace

Output classify(std::string_view text) {
    if (text.find_first_not_of(kBlanks) == std::string_view::npos) {
        return {};
    }
    const auto structure = find_structure(text);
    const auto preamble = text.substr(0, structure);
    for (const Sign& sign : kSigns) {
        const auto at = preamble.find(sign.text);
        if (at != std::string_view::npos) {
            return {sign.kind, {}, first_line(preamble.substr(at))};
        }
    }
    if (structure != std::string_view::npos) {
        return {Output::Kind::Answer, text.substr(structure), {}};
    }
    if (!is_text(text)) {
        return {
            Output::Kind::Garbage, {}, std::to_string(text.size()) + " octets that are no text"};
    }
    if (is_table(text)) {
        return {Output::Kind::Answer, text, {}};
    }
    // A banner stands before the sentence, never behind it.
    text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
    return {Output::Kind::Refused, {}, first_line(text.substr(text.find_last_of('\n') + 1))};
}

}  // namespace routeproof::nxos
