#include "agent/docker/json_reader.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace routeproof::docker {
namespace {

constexpr std::size_t kLongestId = 128;
constexpr std::size_t kShortestEndpointId = 11;

const nlohmann::json kNull;

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= kLongestId &&
           std::all_of(
               text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
}

bool is_endpoint_id(std::string_view text) {
    return is_id(text) && text.size() >= kShortestEndpointId &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string member(const char* key) {
    return std::string("member \"") + key + "\" ";
}

}  // namespace

Answer<void> parse_object(std::string_view body, nlohmann::json& into) {
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return Refusal(
            "the request came without a body, probably because its connection broke on the way; "
            "repeat the docker command");
    }
    into = nlohmann::json::parse(body, nullptr, false);
    if (!into.is_object()) {
        return Refusal("the request's body is not a JSON object, so it is not from dockerd");
    }
    return {};
}

JsonReader::JsonReader(const nlohmann::json& object) : object_(object) {}

const nlohmann::json* JsonReader::find(const char* key) const {
    if (!object_.is_object()) {
        return nullptr;
    }
    const auto at = object_.find(key);
    return at == object_.end() || at->is_null() ? nullptr : &*at;
}

void JsonReader::fail(std::string sentence) {
    if (error_.empty()) {
        error_ = std::move(sentence);
    }
}

std::string JsonReader::text(const char* key) {
    const nlohmann::json* const value = find(key);
    if (value == nullptr) {
        return {};
    }
    if (!value->is_string()) {
        fail(member(key) + "is not a text");
        return {};
    }
    return value->get<std::string>();
}

std::string JsonReader::id(const char* key) {
    std::string value = text(key);
    if (value.empty()) {
        fail(member(key) + "is missing");
    } else if (!is_id(value)) {
        fail(member(key) + "is not an ID (letters and digits only, 128 at most)");
    }
    return value;
}

std::string JsonReader::endpoint_id(const char* key) {
    std::string value = id(key);
    if (!is_endpoint_id(value)) {
        fail(member(key) + "is not an endpoint ID (11 or more lower-case hex digits)");
    }
    return value;
}

bool JsonReader::flag(const char* key) {
    const nlohmann::json* const value = find(key);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

std::optional<net::Address> JsonReader::address(const char* key) {
    const std::string value = text(key);
    if (value.empty()) {
        return std::nullopt;
    }
    const auto address = net::Address::parse(value);
    if (!address) {
        fail(member(key) + "is not an address: " + value);
        return std::nullopt;
    }
    return *address;
}

std::optional<net::Prefix> JsonReader::prefix(const char* key) {
    const std::string value = text(key);
    if (value.empty()) {
        return std::nullopt;
    }
    const auto prefix = net::Prefix::parse(value);
    if (!prefix) {
        fail(member(key) + "is not a prefix (" + value + "): " + prefix.error().message());
        return std::nullopt;
    }
    return *prefix;
}

std::optional<AddressWithLength> JsonReader::address_with_length(const char* key) {
    const std::string value = text(key);
    if (value.empty()) {
        return std::nullopt;
    }
    const auto address = parse_address_with_length(value);
    if (!address) {
        fail(member(key) + "is not ADDRESS/LENGTH: " + value);
    }
    return address;
}

const nlohmann::json& JsonReader::object(const char* key) const {
    const nlohmann::json* const value = find(key);
    return value != nullptr && value->is_object() ? *value : kNull;
}

const nlohmann::json& JsonReader::array(const char* key) const {
    const nlohmann::json* const value = find(key);
    return value != nullptr && value->is_array() ? *value : kNull;
}

std::optional<AddressWithLength> parse_address_with_length(std::string_view text) {
    const auto cut = text.find('/');
    if (cut == std::string_view::npos) {
        return std::nullopt;
    }
    const auto address = net::Address::parse(text.substr(0, cut));
    unsigned length = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + cut + 1, end, length);
    if (!address || error != std::errc() || stop != end || length > width(address->family())) {
        return std::nullopt;
    }
    return AddressWithLength{*address, length};
}

std::string dump(const nlohmann::json& value) {
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace routeproof::docker
