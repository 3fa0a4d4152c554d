#include "drivers/junos/from_json.hpp"

#include "drivers/netconf/xml.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace routeproof::junos {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 64;

/// Element names of Junos; everything else ("attributes", "@") tells nothing that we read.
bool is_element(std::string_view name) {
    return !name.empty() && name != "attributes" && name != "comment" && name != "data" &&
           std::all_of(name.begin(),
                       name.end(),
                       [](char c) {
                           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                  (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
                                  c == ':';
                       }) &&
           (name.front() < '0' || name.front() > '9');
}

void write(std::string_view name, const Json& value, std::string& xml);

void write_content(const Json& value, std::string& xml) {
    if (value.is_object()) {
        if (const auto data = value.find("data"); data != value.end()) {
            write_content(*data, xml);
        }
        for (const auto& [key, inside] : value.items()) {
            if (is_element(key)) {
                write(key, inside, xml);
            }
        }
    } else if (value.is_string()) {
        xml += netconf::escape(value.get<std::string>());
    } else if (value.is_number() || value.is_boolean()) {
        xml += value.dump();
    }
}

void write(std::string_view name, const Json& value, std::string& xml) {
    if (value.is_array()) {
        for (const Json& each : value) {
            write(name, each, xml);
        }
        return;
    }
    xml += '<' + std::string(name) + '>';
    write_content(value, xml);
    xml += "</" + std::string(name) + '>';
}

/// The first object, without what follows it. Junos 16.1 ends a reply with "}}}}" and forgets the
/// arrays that are still open: those are closed here. An object that does not end stays open.
std::string first_object(std::string_view json) {
    std::string object;
    std::string open;
    bool in_string = false;
    for (std::size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (in_string) {
            object += c;
            if (c == '\\' && at + 1 < json.size()) {
                object += json[++at];
            }
            in_string = c != '"';
            continue;
        }
        if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            open += c;
        } else if (c == '}') {
            for (; !open.empty() && open.back() == '['; open.pop_back()) {
                object += ']';
            }
            if (!open.empty()) {
                open.pop_back();
            }
        } else if (c == ']' && !open.empty() && open.back() == '[') {
            open.pop_back();
        }
        object += c;
        if (c == '}' && open.empty()) {
            break;
        }
    }
    return object;
}

}  // namespace

drivers::Answer<std::string> xml_from_json(std::string_view text) {
    const std::string json = first_object(text);
    bool too_deep = false;
    const auto watch = [&](int depth, Json::parse_event_t, Json&) {
        too_deep = too_deep || depth > kDeepest;
        return !too_deep;
    };
    const Json document = Json::parse(json.begin(), json.end(), watch, false);
    if (document.is_discarded() || too_deep || !document.is_object()) {
        const bool open = json.empty() || json.back() != '}';
        return drivers::Failure{drivers::Stage::Parse,
                                drivers::Failure::Kind::Protocol,
                                open ? "answers JSON that ends in the middle, after " +
                                           std::to_string(json.size()) + " bytes"
                                     : "answers JSON that is broken"};
    }
    std::string xml = "<rpc-reply>";
    write_content(document, xml);
    return xml + "</rpc-reply>";
}

}  // namespace routeproof::junos
