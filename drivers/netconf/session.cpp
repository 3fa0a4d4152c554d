#include "drivers/netconf/session.hpp"

#include <algorithm>
#include <utility>

namespace routeproof::netconf {

using drivers::Failure;
using drivers::Stage;

std::string Session::request(std::string_view operation) {
    return frame(rpc_message(++message_id_, operation), deframer_.framing());
}

namespace {

bool is_text(std::string_view bytes) {
    return std::none_of(bytes.begin(), bytes.end(), [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        constexpr unsigned char kBell = 0x07;
        return octet < 0x20 && octet != kBell && c != '\t' && c != '\n' && c != '\r';
    });
}

}  // namespace

drivers::Answer<bool> Session::receive(std::string_view& input) {
    const auto stage = hello_ ? Stage::Rpc : Stage::Hello;
    for (;;) {
        const auto step = deframer_.next(input);
        if (!step) {
            return step.error();
        }
        if (step->kind == Deframer::Step::Kind::NeedMore) {
            return false;
        }
        if (step->kind == Deframer::Step::Kind::Data) {
            const std::size_t cap = hello_ ? limits_.reply : limits_.hello;
            if (message_.size() + step->data.size() > cap) {
                return Failure{stage,
                               Failure::Kind::Protocol,
                               "sends a message of more than " + std::to_string(cap >> 20) +
                                   " MiB; ask for less"};
            }
            message_ += step->data;
            // Noise may stand before a hello, but it is text. Waiting for the end of something that
            // cannot become a hello would look like a slow router.
            if (!hello_ && !is_text(step->data)) {
                return Failure{Stage::Hello,
                               Failure::Kind::Protocol,
                               "sends binary data where a NETCONF hello should be; is this the "
                               "NETCONF port?"};
            }
            continue;
        }
        if (hello_) {
            return true;
        }
        auto hello = parse_hello(std::exchange(message_, {}));
        if (!hello) {
            return hello.error();
        }
        // We always offer both.
        deframer_.use(hello->offers_base("1.1") ? Framing::Chunked : Framing::EndOfMessage);
        hello_ = std::move(*hello);
        return true;
    }
}

drivers::Answer<Reply> Session::take_reply() {
    auto reply = Reply::parse(std::exchange(message_, {}));
    if (!reply) {
        return reply;
    }
    const auto id = reply->message_id();
    // A router that cannot even read our <rpc> answers an error without an id (RFC 6241 4.1).
    const bool unnumbered_error = id.empty() && reply->error() != nullptr;
    if (id != std::to_string(message_id_) && !unnumbered_error) {
        return Failure{Stage::Rpc,
                       Failure::Kind::Protocol,
                       "answers message-id \"" + std::string(id) + "\", asked was " +
                           std::to_string(message_id_)};
    }
    return reply;
}

}  // namespace routeproof::netconf
