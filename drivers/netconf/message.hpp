// NETCONF messages (RFC 6241): what we send, and what a reply says, without I/O.
#pragma once

#include "drivers/failure.hpp"
#include "drivers/netconf/xml.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::netconf {

/// <rpc-error> (RFC 6241 4.3), or Junos' xnm:error / xnm:warning in the same words.
struct RpcError {
    std::string type;
    std::string tag;
    std::string severity = "error";
    std::string path;
    std::string message;
    std::string bad_element;

    bool is_warning() const { return severity == "warning"; }
    /// One line for people: message (bad element, path).
    std::string to_string() const;

    friend bool operator==(const RpcError&, const RpcError&) = default;
};

struct Hello {
    std::vector<std::string> capabilities;
    std::uint32_t session_id = 0;

    /// base:1.0 or base:1.1 in either spelling ("urn:ietf:params:netconf:" and the
    /// "urn:ietf:params:xml:ns:netconf:" of old Junos), parameters ignored.
    bool offers_base(std::string_view version) const;

    friend bool operator==(const Hello&, const Hello&) = default;
};

/// Failure (stage Hello): no hello, no base capability, no session-id, or the <rpc-error> that some
/// routers send in its place.
drivers::Answer<Hello> parse_hello(std::string text);

std::string hello_message();
/// `operation` is the XML below <rpc>.
std::string rpc_message(std::uint32_t message_id, std::string_view operation);

/// A parsed <rpc-reply>. Nodes point into it.
class Reply {
public:
    /// Failure (stage Parse) if the text is no well-formed reply.
    static drivers::Answer<Reply> parse(std::string text);

    /// The <rpc-reply> element; the first element at all if there is none.
    pugi::xml_node root() const;
    std::string_view message_id() const;
    /// Everything that says error or warning, at any depth (Junos puts it into results, too).
    const std::vector<RpcError>& notices() const { return notices_; }
    /// The first that is not a warning.
    const RpcError* error() const;
    /// Plain <output> text in place of data ("BGP is not running"); empty if there is none.
    std::string_view output() const;

private:
    std::unique_ptr<std::string> text_;  // parsed in place: nodes point into it
    std::unique_ptr<pugi::xml_document> document_;
    std::vector<RpcError> notices_;
};

/// Stage Rpc; Denied if the router says that the login may not do this, else Protocol.
drivers::Failure to_failure(const RpcError& error);

}  // namespace routeproof::netconf
