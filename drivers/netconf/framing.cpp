#include "drivers/netconf/framing.hpp"

#include <algorithm>
#include <array>

namespace routeproof::netconf {

using drivers::Failure;

namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::uint64_t kLargestChunk = 4294967295;

// Where to go on in kEndOfMessage when the next character does not fit (Knuth, Morris, Pratt).
constexpr std::array<std::size_t, 6> kFallBack{0, 0, 1, 0, 1, 2};

Failure violation(std::string what) {
    return {drivers::Stage::Rpc,
            Failure::Kind::Protocol,
            "breaks the chunked framing: " + std::move(what)};
}

}  // namespace

std::string frame(std::string_view payload, Framing framing) {
    if (framing == Framing::EndOfMessage) {
        return std::string(payload) + std::string(kEndOfMessage);
    }
    return "\n#" + std::to_string(payload.size()) + '\n' + std::string(payload) + "\n##\n";
}

drivers::Answer<Deframer::Step> Deframer::next(std::string_view& input) {
    if (framing_ == Framing::Chunked) {
        return next_chunk(input);
    }
    return next_until_marker(input);
}

Deframer::Step Deframer::next_until_marker(std::string_view& input) {
    if (!in_message_) {
        input.remove_prefix(std::min(input.find_first_not_of(kBlanks), input.size()));
        if (input.empty()) {
            return {};
        }
        in_message_ = true;
    }
    while (!input.empty()) {
        if (matched_ == 0 && input.front() != kEndOfMessage.front()) {
            const auto end = std::min(input.find(kEndOfMessage.front()), input.size());
            const auto data = input.substr(0, end);
            input.remove_prefix(end);
            return {Step::Kind::Data, data};
        }
        if (input.front() == kEndOfMessage[matched_]) {
            input.remove_prefix(1);
            if (++matched_ == kEndOfMessage.size()) {
                matched_ = 0;
                in_message_ = false;
                return {Step::Kind::EndOfMessage, {}};
            }
            continue;
        }
        // What looked like the beginning of the marker was text; it may be gone from the input, but
        // it is known: a part of the marker itself.
        const std::size_t kept = kFallBack[matched_];
        const auto data = kEndOfMessage.substr(0, matched_ - kept);
        matched_ = kept;
        return {Step::Kind::Data, data};
    }
    return {};
}

drivers::Answer<Deframer::Step> Deframer::next_chunk(std::string_view& input) {
    while (!input.empty()) {
        const char c = input.front();
        switch (chunk_) {
            case Chunk::Boundary:
                if (c == '\n') {
                    chunk_ = Chunk::LineFeed;
                } else if (c == '<') {
                    return violation("a message without chunks, although base:1.1 was offered");
                } else if (in_message_ || kBlanks.find(c) == std::string_view::npos) {
                    return violation("a chunk must begin with a line feed and #");
                }
                input.remove_prefix(1);
                break;
            case Chunk::LineFeed:
                if (c == '#') {
                    chunk_ = Chunk::Hash;
                } else if (!in_message_ && c == '<') {
                    return violation("a message without chunks, although base:1.1 was offered");
                } else if (in_message_ || kBlanks.find(c) == std::string_view::npos) {
                    return violation("a chunk must begin with a line feed and #");
                } else if (c != '\n') {
                    chunk_ = Chunk::Boundary;
                }
                input.remove_prefix(1);
                break;
            case Chunk::Hash:
                if (c == '#' && in_message_) {
                    chunk_ = Chunk::EndHash;
                } else if (c >= '1' && c <= '9') {
                    size_ = static_cast<std::uint64_t>(c - '0');
                    chunk_ = Chunk::Size;
                } else {
                    return violation("a chunk size must begin with a digit from 1 to 9");
                }
                input.remove_prefix(1);
                break;
            case Chunk::Size:
                if (c == '\n') {
                    in_message_ = true;
                    chunk_ = Chunk::Data;
                } else if (c >= '0' && c <= '9') {
                    size_ = size_ * 10 + static_cast<std::uint64_t>(c - '0');
                    if (size_ > kLargestChunk) {
                        return violation("a chunk size is above 4294967295");
                    }
                } else {
                    return violation("a chunk size holds something that is no digit");
                }
                input.remove_prefix(1);
                break;
            case Chunk::Data: {
                const auto data = input.substr(
                    0, static_cast<std::size_t>(std::min<std::uint64_t>(size_, input.size())));
                size_ -= data.size();
                input.remove_prefix(data.size());
                if (size_ == 0) {
                    chunk_ = Chunk::Boundary;
                }
                return Step{Step::Kind::Data, data};
            }
            case Chunk::EndHash:
                if (c != '\n') {
                    return violation("the end of chunks must be ## and a line feed");
                }
                input.remove_prefix(1);
                chunk_ = Chunk::Boundary;
                in_message_ = false;
                return Step{Step::Kind::EndOfMessage, {}};
        }
    }
    return Step{};
}

}  // namespace routeproof::netconf
