// A NETCONF session without I/O: bytes in, messages out; framing chosen after both hellos.
#pragma once

#include "drivers/netconf/framing.hpp"
#include "drivers/netconf/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace routeproof::netconf {

struct Limits {
    std::size_t hello = 1U << 20;
    std::size_t reply = 512U << 20;
};

class Session {
public:
    explicit Session(Limits limits = {}) : limits_(limits) {}

    /// What to send first, at once: RFC 6241 8.1 lets both sides speak without waiting.
    std::string start() const { return frame(hello_message(), Framing::EndOfMessage); }
    /// The bytes of the next <rpc>; its reply must come before another is asked.
    std::string request(std::string_view operation);

    /// Consumes `input` until a message is complete: true once the hello was taken, respectively
    /// once a reply waits in take_reply(). False: all of `input` is used up. After a Failure the
    /// session is dead.
    drivers::Answer<bool> receive(std::string_view& input);
    /// The reply to the last request, checked for its message-id.
    drivers::Answer<Reply> take_reply();

    bool open() const { return hello_.has_value(); }
    /// Octets of a message that is not complete yet.
    std::size_t pending() const { return message_.size(); }
    const Hello& hello() const { return *hello_; }
    Framing framing() const { return deframer_.framing(); }

private:
    Limits limits_;
    Deframer deframer_;
    std::optional<Hello> hello_;
    std::string message_;
    std::uint32_t message_id_ = 100;
};

}  // namespace routeproof::netconf
