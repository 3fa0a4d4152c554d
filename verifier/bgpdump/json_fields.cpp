#include "verifier/bgpdump/json_fields.hpp"

#include "verifier/bgpdump/words.hpp"

namespace routeproof::bgpdump::field {
namespace {

[[noreturn]] void complain(const char* name, const std::string& what) {
    throw std::invalid_argument('"' + std::string(name) + "\" " + what);
}

}  // namespace

void refuse(const std::string& text, const char* wanted) {
    throw std::invalid_argument('"' + text + "\" is no " + wanted);
}

const Json& member(const Json& object, const char* name) {
    if (!object.is_object()) {
        throw std::invalid_argument("an object with \"" + std::string(name) + "\" was expected");
    }
    const auto found = object.find(name);
    if (found == object.end()) {
        complain(name, "is missing");
    }
    return *found;
}

const Json& list(const Json& object, const char* name) {
    static const Json kEmpty = Json::array();
    if (!object.is_object() || !object.contains(name)) {
        return kEmpty;
    }
    const Json& value = object[name];
    if (!value.is_array()) {
        complain(name, "must be a list");
    }
    return value;
}

std::string text(const Json& object, const char* name) {
    const Json& value = member(object, name);
    if (!value.is_string()) {
        complain(name, "must be a text");
    }
    return value.get<std::string>();
}

bool flag(const Json& object, const char* name) {
    if (!object.is_object() || !object.contains(name)) {
        return false;
    }
    const Json& value = object[name];
    if (!value.is_boolean()) {
        complain(name, "must be true or false");
    }
    return value.get<bool>();
}

std::uint64_t unsigned_number(const Json& object, const char* name, std::uint64_t limit) {
    const Json& value = member(object, name);
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > limit) {
        complain(name, "must be a number from 0 to " + std::to_string(limit));
    }
    return value.get<std::uint64_t>();
}

bgp::AfiSafi family(const Json& object, const char* name) {
    const std::string words = text(object, name);
    const auto named = family_named(words);
    if (!named) {
        refuse(words, "address family: write ipv4-unicast, ipv6-unicast or AFI/SAFI");
    }
    return *named;
}

bgp::Bytes bytes(const Json& object, const char* name) {
    auto octets = bytes_of(text(object, name));
    if (!octets) {
        complain(name, "must be hex digits, two for each octet");
    }
    return std::move(*octets);
}

net::Address address(const Json& object, const char* name) {
    const std::string words = text(object, name);
    const auto parsed = net::Address::parse(words);
    if (!parsed) {
        refuse(words, "address");
    }
    return *parsed;
}

}  // namespace routeproof::bgpdump::field
