// Reads the members of a JSON object and remembers the first thing that is wrong, so that a decoder
// reads like the structure it fills. Private to this folder.
#pragma once

#include "agent/docker/messages.hpp"

#include <nlohmann/json.hpp>

namespace routeproof::docker {

/// Fills in the body as a JSON object, or says why it is none. (By reference: a json can be made of
/// anything, so a result<json> is ambiguous.)
Answer<void> parse_object(std::string_view body, nlohmann::json& into);

class JsonReader {
public:
    /// The object must outlive the reader. Anything but an object reads as an empty one.
    explicit JsonReader(const nlohmann::json& object);

    /// Any text. A missing one is empty.
    std::string text(const char* key);
    /// Docker's IDs: letters and digits. They become keys of the store and names of links, so
    /// nothing else may pass.
    std::string id(const char* key);
    /// Also at least 11 lower-case hex digits: the link is named after them.
    std::string endpoint_id(const char* key);
    bool flag(const char* key);
    std::optional<net::Address> address(const char* key);
    std::optional<net::Prefix> prefix(const char* key);
    std::optional<AddressWithLength> address_with_length(const char* key);
    /// A member that is an object; null if it is missing or anything else.
    const nlohmann::json& object(const char* key) const;
    const nlohmann::json& array(const char* key) const;
    /// Notes an error found by the decoder itself.
    void fail(std::string sentence);

    bool failed() const { return !error_.empty(); }
    const std::string& error() const { return error_; }

    /// The value, or what was wrong first.
    template <class T>
    Answer<T> finish(T value) const {
        return failed() ? Answer<T>(Refusal(error_)) : Answer<T>(std::move(value));
    }

private:
    const nlohmann::json* find(const char* key) const;

    const nlohmann::json& object_;
    std::string error_;
};

/// "172.16.100.1/32"; nothing if it is not such a text.
std::optional<AddressWithLength> parse_address_with_length(std::string_view text);

/// JSON text; octets that are not UTF-8 are replaced, never thrown about.
std::string dump(const nlohmann::json& value);

}  // namespace routeproof::docker
