// The two ways NETCONF marks messages on a byte stream (RFC 6242 4.2 and 4.3), without I/O.
//
// Bytes go in as they come, spans of payload come out; nothing is copied and no byte is looked at
// twice, so the cost does not depend on how the stream was cut into reads.
#pragma once

#include "drivers/failure.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace routeproof::netconf {

inline constexpr std::string_view kEndOfMessage = "]]>]]>";

enum class Framing { EndOfMessage, Chunked };

/// `payload` as one message on the wire.
std::string frame(std::string_view payload, Framing framing);

class Deframer {
public:
    struct Step {
        enum class Kind { NeedMore, Data, EndOfMessage };
        Kind kind = Kind::NeedMore;
        std::string_view data;  // a part of the input, or of a constant; for Data only
    };

    /// Consumes from the front of `input` up to the next event. Blanks between messages are
    /// skipped. Failure (stage Rpc, Protocol) where the chunk grammar is violated; the stream is
    /// then of no further use.
    drivers::Answer<Step> next(std::string_view& input);

    /// Both hellos end with kEndOfMessage; afterwards, if both sides offered base:1.1, chunks.
    void use(Framing framing) { framing_ = framing; }
    Framing framing() const { return framing_; }

private:
    enum class Chunk { Boundary, LineFeed, Hash, Size, Data, EndHash };

    Step next_until_marker(std::string_view& input);
    drivers::Answer<Step> next_chunk(std::string_view& input);

    Framing framing_ = Framing::EndOfMessage;
    bool in_message_ = false;
    std::size_t matched_ = 0;  // leading characters of kEndOfMessage that were just seen
    Chunk chunk_ = Chunk::Boundary;
    std::uint64_t size_ = 0;  // read so far, or what remains of the chunk
};

}  // namespace routeproof::netconf
