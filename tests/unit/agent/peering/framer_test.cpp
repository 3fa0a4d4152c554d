#include "agent/peering/framer.hpp"

#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace routeproof::bgp {
namespace {

void feed(Framer& framer, ByteView octets) {
    const auto space = framer.free_space();
    ASSERT_GE(space.size(), octets.size());
    std::copy(octets.begin(), octets.end(), space.begin());
    framer.received(octets.size());
}

TEST(BgpFramer, FindsTheSameMessagesHoweverTheStreamIsCut) {
    Bytes stream = encode_message(MessageType::Keepalive);
    for (const auto& message : {encode_message(MessageType::Update, hex("0000 0000")),
                                encode_message(MessageType::Update, Bytes(4000))}) {
        stream.insert(stream.end(), message.begin(), message.end());
    }
    for (const std::size_t piece : {1U, 7U, 19U, 1000U, 5000U}) {
        Framer framer;
        std::vector<std::size_t> sizes;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            feed(framer, ByteView(stream).subspan(at, std::min(piece, stream.size() - at)));
            for (auto next = framer.next().value(); next; next = framer.next().value()) {
                sizes.push_back(next->body.size());
            }
        }
        EXPECT_EQ(sizes, (std::vector<std::size_t>{0, 4, 4000})) << piece;
    }
}

TEST(BgpFramer, SaysWhatIsWrongWithAHeader) {
    Framer framer;
    feed(framer, Bytes(19));
    const auto message = framer.next();
    ASSERT_FALSE(message.has_value());
    EXPECT_EQ(message.error(), Notification(ErrorCode::MessageHeader, 1));
}

TEST(BgpFramer, AnEndlessStreamTakesNoMoreRoom) {
    Framer framer;
    const Bytes keepalive = encode_message(MessageType::Keepalive);
    const std::size_t at_first = framer.free_space().size();
    for (int i = 0; i < 10000; ++i) {
        feed(framer, keepalive);
        ASSERT_TRUE(framer.next().value().has_value());
    }
    EXPECT_EQ(framer.free_space().size(), at_first);
}

}  // namespace
}  // namespace routeproof::bgp
