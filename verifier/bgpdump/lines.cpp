#include "verifier/bgpdump/lines.hpp"

#include "verifier/bgpdump/compose.hpp"
#include "verifier/bgpdump/json_fields.hpp"
#include "verifier/bgpdump/words.hpp"

namespace routeproof::bgpdump {
namespace {

using Json = nlohmann::ordered_json;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r";
    const auto first = text.find_first_not_of(kBlank);
    if (first == text.npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

void read_json_line(std::string_view text, const Source& source, const Sink& sink) {
    Json line;
    try {
        line = Json::parse(text);
    } catch (const Json::parse_error& error) {
        throw std::invalid_argument("no JSON (at character " + std::to_string(error.byte) + ")");
    }
    const Kind kind = read_kind(line);
    const Context context = line.contains("context") ? read_context(line["context"]) : Context{};
    if (kind == Kind::Nlri && !bgp::family_of(context.update.families.front())) {
        throw std::invalid_argument("only NLRI of ipv4-unicast and ipv6-unicast can be read");
    }
    const bgp::Bytes octets = field::bytes(line, "hex");
    Source where = source;
    if (line.contains("id")) {  // the sender's own name for it
        if (line["id"].is_structured()) {
            throw std::invalid_argument("\"id\" is neither a string nor a number");
        }
        where["id"] = line["id"];
    }
    sink(where, kind, octets, context);
}

}  // namespace

void read_lines(std::istream& in,
                const std::string& name,
                const Context& context,
                const Sink& sink,
                const Complain& complain) {
    std::string text;
    for (std::size_t number = 1; std::getline(in, text); ++number) {
        const std::string_view line = trimmed(text);
        if (line.empty() || line.front() == '#') {
            continue;
        }
        const std::string where = name + ':' + std::to_string(number);
        const Source source = {{"line", number}};
        try {
            if (line.front() == '{') {
                read_json_line(line, source, sink);
            } else if (const auto octets = bytes_of(line.substr(0, line.find('#')))) {
                sink(source, Kind::Message, *octets, context);
            } else {
                complain(where, "neither hex digits (two for each octet) nor a JSON object");
            }
        } catch (const std::invalid_argument& error) {
            complain(where, error.what());
        } catch (const Json::exception&) {
            complain(where, "a member has the wrong type");
        }
    }
}

}  // namespace routeproof::bgpdump
