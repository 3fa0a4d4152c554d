#include "verifier/bgpdump/words.hpp"

#include "verifier/bgpdump/item.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace routeproof::bgpdump {
namespace {

constexpr std::pair<bgp::Origin, std::string_view> kOrigins[] = {
    {bgp::Origin::Igp, "igp"}, {bgp::Origin::Egp, "egp"}, {bgp::Origin::Incomplete, "incomplete"}};

using SegmentType = net::AsPathSegment::Type;
constexpr std::pair<SegmentType, std::string_view> kSegments[] = {
    {SegmentType::Set, "set"},
    {SegmentType::Sequence, "sequence"},
    {SegmentType::ConfedSequence, "confed-sequence"},
    {SegmentType::ConfedSet, "confed-set"}};

template <class Table, class Value>
std::string_view text_of(const Table& table, Value value) {
    for (const auto& [one, text] : table) {
        if (one == value) {
            return text;
        }
    }
    return "?";
}

template <class Value, std::size_t kSize>
std::optional<Value> value_of(const std::pair<Value, std::string_view> (&table)[kSize],
                              std::string_view text) {
    for (const auto& [one, name] : table) {
        if (name == text) {
            return one;
        }
    }
    return std::nullopt;
}

template <class Number>
bool read(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

int digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

std::string_view to_string(Kind kind) {
    switch (kind) {
        case Kind::Message:
            return "message";
        case Kind::Attributes:
            return "attributes";
        case Kind::Capability:
            return "capability";
        case Kind::Nlri:
            break;
    }
    return "nlri";
}

bgp::UpdateContext Context::default_update() {
    bgp::UpdateContext context;
    context.families = {bgp::kIpv4Unicast, bgp::kIpv6Unicast};
    return context;
}

std::string_view origin_text(bgp::Origin origin) {
    return text_of(kOrigins, origin);
}

std::optional<bgp::Origin> origin_of(std::string_view text) {
    return value_of(kOrigins, text);
}

std::string_view segment_text(SegmentType type) {
    return text_of(kSegments, type);
}

std::optional<SegmentType> segment_type_of(std::string_view text) {
    return value_of(kSegments, text);
}

std::string large_text(const bgp::LargeCommunity& large) {
    return std::to_string(large.global_administrator) + ':' + std::to_string(large.local_data1) +
           ':' + std::to_string(large.local_data2);
}

std::optional<bgp::LargeCommunity> large_of(std::string_view text) {
    const auto first = text.find(':');
    const auto second = first == text.npos ? text.npos : text.find(':', first + 1);
    bgp::LargeCommunity large;
    const bool good = second != text.npos &&
                      read(text.substr(0, first), large.global_administrator) &&
                      read(text.substr(first + 1, second - first - 1), large.local_data1) &&
                      read(text.substr(second + 1), large.local_data2);
    return good ? std::optional(large) : std::nullopt;
}

std::optional<bgp::AfiSafi> family_named(std::string_view text) {
    for (const auto& family : {bgp::kIpv4Unicast, bgp::kIpv6Unicast}) {
        std::string name = bgp::to_string(family);
        const auto dash = name.find('-');
        for (const char between : {'-', ' ', '_'}) {
            name[dash] = between;
            if (text == name) {
                return family;
            }
        }
    }
    // "25/65", and "afi 25 safi 65" as decode writes it.
    constexpr std::string_view kAfi = "afi ";
    constexpr std::string_view kSafi = " safi ";
    const bool in_words = text.starts_with(kAfi);
    text.remove_prefix(in_words ? kAfi.size() : 0);
    const std::string_view between = in_words ? kSafi : "/";
    const auto at = text.find(between);
    std::uint16_t afi = 0;
    std::uint8_t safi = 0;
    if (at == text.npos || !read(text.substr(0, at), afi) ||
        !read(text.substr(at + between.size()), safi)) {
        return std::nullopt;
    }
    return bgp::AfiSafi{static_cast<bgp::Afi>(afi), static_cast<bgp::Safi>(safi)};
}

std::string flags_text(std::uint8_t flags) {
    std::string text = (flags & bgp::flag::kOptional) != 0 ? "optional" : "well-known";
    if ((flags & bgp::flag::kTransitive) != 0) {
        text += " transitive";
    }
    if ((flags & bgp::flag::kPartial) != 0) {
        text += " partial";
    }
    if ((flags & bgp::flag::kExtendedLength) != 0) {
        text += " extended";
    }
    return text;
}

std::optional<bgp::Bytes> bytes_of(std::string_view hex) {
    if (hex.starts_with("0x") || hex.starts_with("0X")) {
        hex.remove_prefix(2);
    }
    bgp::Bytes octets;
    octets.reserve(hex.size() / 2);
    int high = -1;
    for (const char c : hex) {
        if (c == ' ' || c == '\t' || c == ':' || c == ',' || c == '-' || c == '\r') {
            if (high >= 0) {
                return std::nullopt;  // half an octet
            }
            continue;
        }
        const int value = digit(c);
        if (value < 0) {
            return std::nullopt;
        }
        if (high < 0) {
            high = value;
        } else {
            octets.push_back(static_cast<std::uint8_t>(high << 4 | value));
            high = -1;
        }
    }
    return high < 0 ? std::optional(std::move(octets)) : std::nullopt;
}

}  // namespace routeproof::bgpdump
