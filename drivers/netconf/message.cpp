#include "drivers/netconf/message.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace routeproof::netconf {

using drivers::Failure;
using drivers::Stage;

namespace {

constexpr std::array<std::string_view, 2> kSpellings{"urn:ietf:params:netconf:base:",
                                                     "urn:ietf:params:xml:ns:netconf:base:"};

std::string one_line(std::string_view text) {
    std::string line;
    for (const char c : trim(text)) {
        const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (!blank) {
            line += c;
        } else if (line.back() != ' ') {
            line += ' ';
        }
    }
    return line;
}

RpcError read_error(const pugi::xml_node& node) {
    const std::string_view name = local_name(node);
    RpcError error;
    if (name == "rpc-error") {
        error.type = text(node, "error-type");
        error.tag = text(node, "error-tag");
        error.path = one_line(text(node, "error-path"));
        error.message = one_line(text(node, "error-message"));
        error.bad_element = text(child(node, "error-info"), "bad-element");
        const auto severity = text(node, "error-severity");
        error.severity = severity.empty() ? "error" : severity;
    } else {
        error.severity = name;
        error.path = one_line(text(node, "edit-path"));
        error.message = one_line(text(node, "message"));
        error.bad_element = text(node, "statement");
    }
    return error;
}

// Deeper than any reply of a router: one that never stops opening elements must not take our stack.
constexpr int kDeepest = 64;

void collect_notices(const pugi::xml_node& node, std::vector<RpcError>& into, int depth = 0) {
    if (depth > kDeepest) {
        return;
    }
    for (const auto& each : node.children()) {
        if (each.type() != pugi::node_element) {
            continue;
        }
        const auto name = local_name(each);
        const bool xnm = (name == "error" || name == "warning") &&
                         (std::string_view(each.name()).starts_with("xnm:") ||
                          std::string_view(each.attribute("xmlns").value()).find("xnm") !=
                              std::string_view::npos);
        if (name == "rpc-error" || xnm) {
            into.push_back(read_error(each));
        } else {
            collect_notices(each, into, depth + 1);
        }
    }
}

pugi::xml_node first_element(const pugi::xml_node& node) {
    for (const auto& each : node.children()) {
        if (each.type() == pugi::node_element) {
            return each;
        }
    }
    return {};
}

}  // namespace

std::string RpcError::to_string() const {
    std::string text = message.empty() ? tag : message;
    if (text.empty()) {
        text = "an error without a message";
    }
    std::string where = bad_element;
    if (!path.empty()) {
        where += (where.empty() ? "" : ", ") + path;
    }
    return where.empty() ? text : text + " (" + where + ')';
}

bool Hello::offers_base(std::string_view version) const {
    return std::any_of(capabilities.begin(), capabilities.end(), [&](std::string_view uri) {
        uri = uri.substr(0, uri.find('?'));
        return std::any_of(kSpellings.begin(), kSpellings.end(), [&](std::string_view spelling) {
            return uri.starts_with(spelling) && uri.substr(spelling.size()) == version;
        });
    });
}

drivers::Answer<Hello> parse_hello(std::string text_of_hello) {
    const auto refuse = [](std::string why) {
        return Failure{Stage::Hello, Failure::Kind::Protocol, std::move(why)};
    };
    replace_forbidden(text_of_hello);
    // A broken document keeps what was read before the break: Junos closes an error that stands in
    // place of the hello with </hello>.
    pugi::xml_document document;
    const auto parsed =
        document.load_buffer(text_of_hello.data(), text_of_hello.size(), pugi::parse_default);
    std::vector<RpcError> errors;
    collect_notices(document, errors);
    if (!errors.empty()) {
        Failure failure = to_failure(errors.front());
        failure.stage = Stage::Hello;
        return failure;
    }
    const auto node = child(document, "hello");
    if (!parsed || !node) {
        const auto begin = trim(text_of_hello).substr(0, 60);
        return refuse("sends no NETCONF hello but \"" + one_line(begin) + "\"");
    }
    Hello hello;
    for (const auto& each : children(child(node, "capabilities"), "capability")) {
        hello.capabilities.emplace_back(text(each));
    }
    const auto id = text(node, "session-id");
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), hello.session_id);
    if (error != std::errc{} || end != id.data() + id.size() || hello.session_id == 0) {
        return refuse("sends a NETCONF hello without a session-id");
    }
    if (!hello.offers_base("1.0") && !hello.offers_base("1.1")) {
        return refuse("sends a NETCONF hello that offers neither base:1.0 nor base:1.1");
    }
    return hello;
}

std::string hello_message() {
    return R"(<?xml version="1.0" encoding="UTF-8"?>
<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities>)"
           "<capability>urn:ietf:params:netconf:base:1.0</capability>"
           "<capability>urn:ietf:params:netconf:base:1.1</capability>"
           "</capabilities></hello>";
}

std::string rpc_message(std::uint32_t message_id, std::string_view operation) {
    return R"(<?xml version="1.0" encoding="UTF-8"?>
<rpc xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" message-id=")" +
           std::to_string(message_id) + "\">" + std::string(operation) + "</rpc>";
}

drivers::Answer<Reply> Reply::parse(std::string text_of_reply) {
    const auto replaced = replace_forbidden(text_of_reply);
    Reply reply;
    reply.text_ = std::make_unique<std::string>(std::move(text_of_reply));
    reply.document_ = std::make_unique<pugi::xml_document>();
    const auto parsed = reply.document_->load_buffer_inplace(
        reply.text_->data(),
        reply.text_->size(),
        pugi::parse_escapes | pugi::parse_cdata | pugi::parse_eol | pugi::parse_wconv_attribute);
    if (!parsed) {
        std::string what = "sends a reply that is no XML: " + std::string(parsed.description()) +
                           " at byte " + std::to_string(parsed.offset);
        if (replaced) {
            what += ", forbidden byte at " + std::to_string(*replaced);
        }
        return Failure{Stage::Parse, Failure::Kind::Protocol, what};
    }
    collect_notices(*reply.document_, reply.notices_);
    return reply;
}

pugi::xml_node Reply::root() const {
    const auto reply = child(*document_, "rpc-reply");
    return reply ? reply : first_element(*document_);
}

std::string_view Reply::message_id() const {
    for (const auto& attribute : root().attributes()) {
        const std::string_view name = attribute.name();
        if (name.substr(name.rfind(':') + 1) == "message-id") {
            return attribute.value();
        }
    }
    return {};
}

const RpcError* Reply::error() const {
    const auto found = std::find_if(
        notices_.begin(), notices_.end(), [](const RpcError& each) { return !each.is_warning(); });
    return found == notices_.end() ? nullptr : &*found;
}

std::string_view Reply::output() const {
    return text(first_descendant(root(), "output"));
}

Failure to_failure(const RpcError& error) {
    const bool denied = error.tag == "access-denied" ||
                        error.message.find("ermission denied") != std::string::npos ||
                        error.message.find("not authorized") != std::string::npos;
    return {Stage::Rpc,
            denied ? Failure::Kind::Denied : Failure::Kind::Protocol,
            "answers: " + error.to_string()};
}

}  // namespace routeproof::netconf
