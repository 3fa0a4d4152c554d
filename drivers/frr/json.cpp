#include "drivers/frr/json.hpp"

#include <algorithm>
#include <limits>

namespace routeproof::frr {

const Json& member(const Json& object, std::initializer_list<const char*> keys) {
    static const Json kNothing;
    if (object.is_object()) {
        for (const char* key : keys) {
            if (const auto found = object.find(key); found != object.end()) {
                return *found;
            }
        }
    }
    return kNothing;
}

std::string text(const Json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (value.is_object()) {
        const Json& inside = member(value, {"string"});
        return inside.is_string() ? inside.get<std::string>() : std::string();
    }
    return value.is_number() ? value.dump() : std::string();
}

bool truth(const Json& value) {
    return (value.is_boolean() && value.get<bool>()) || (value.is_string() && value == "true");
}

std::optional<std::uint32_t> number(const Json& value) {
    if (!value.is_number_unsigned() ||
        value.get<std::uint64_t>() > std::numeric_limits<std::uint32_t>::max()) {
        return std::nullopt;
    }
    return value.get<std::uint32_t>();
}

std::optional<net::Address> address(const Json& value) {
    const auto parsed = net::Address::parse(text(value));
    return parsed ? std::optional(*parsed) : std::nullopt;
}

drivers::Failure parse_failure(std::string what) {
    return {drivers::Stage::Parse, drivers::Failure::Kind::Protocol, std::move(what)};
}

drivers::Answer<Json> parse_json(std::string_view source) {
    constexpr std::size_t kDeepest = 32;
    bool too_deep = false;
    const auto watch = [&](int depth, Json::parse_event_t, Json&) {
        too_deep = too_deep || static_cast<std::size_t>(depth) > kDeepest;
        return !too_deep;
    };
    Json document = Json::parse(source.begin(), source.end(), watch, false);
    if (document.is_discarded() || too_deep) {
        const bool open = !source.empty() && source.back() != '}';
        return parse_failure(open ? "answers JSON that ends in the middle, after " +
                                        std::to_string(source.size()) + " bytes"
                                  : "answers JSON that is broken");
    }
    if (!document.is_object()) {
        return parse_failure("answers JSON that is no object");
    }
    return document;
}

}  // namespace routeproof::frr
