#include "agent/peering/framer.hpp"

#include <algorithm>

namespace routeproof::bgp {
namespace {

// More than the largest message, so that there is always room for the rest of one.
constexpr std::size_t kBuffer = 65536;
static_assert(kBuffer > kMaxExtendedMessage);

}  // namespace

std::span<std::uint8_t> Framer::free_space() {
    buffer_.resize(kBuffer);
    if (begin_ != 0) {  // what is left is less than one message
        std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                  buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
                  buffer_.begin());
        end_ -= begin_;
        begin_ = 0;
    }
    return std::span(buffer_).subspan(end_);
}

Result<std::optional<RawMessage>> Framer::next() {
    const ByteView waiting = ByteView(buffer_).subspan(begin_, end_ - begin_);
    std::optional<RawMessage> message;
    if (waiting.size() < kHeaderSize) {
        return message;
    }
    const auto header = decode_header(waiting.first(kHeaderSize), max_message_);
    if (!header) {
        return header.error();
    }
    if (waiting.size() >= header->length) {
        begin_ += header->length;
        message = RawMessage{*header, waiting.subspan(kHeaderSize, header->body_size())};
    }
    return message;
}

}  // namespace routeproof::bgp
