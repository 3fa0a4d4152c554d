#include "drivers/netconf/framing.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace routeproof::netconf {
namespace {

struct Result {
    std::vector<std::string> messages;
    std::string rest;  // of a message that has not ended
    std::string failure;
};

/// Feeds `stream` in pieces of `size` bytes (0: all at once).
Result deframe(std::string_view stream, Framing framing, std::size_t size) {
    Deframer deframer;
    deframer.use(framing);
    Result result;
    for (std::size_t at = 0; at < stream.size();) {
        const auto piece = stream.substr(at, size == 0 ? stream.size() : size);
        at += piece.size();
        const std::string owned(piece);  // so that ASan sees a span that outlives its read
        std::string_view input = owned;
        for (;;) {
            const auto step = deframer.next(input);
            if (!step) {
                result.failure = step.error().what;
                return result;
            }
            if (step->kind == Deframer::Step::Kind::NeedMore) {
                break;
            }
            if (step->kind == Deframer::Step::Kind::Data) {
                result.rest += step->data;
            } else {
                result.messages.push_back(std::exchange(result.rest, {}));
            }
        }
    }
    return result;
}

TEST(EndOfMessageFraming, MessagesEndAtTheMarkerHoweverTheStreamIsCut) {
    const std::string stream = "<hello/>]]>]]>\n<a>x]]y</a>]]>]]><b/>";
    for (std::size_t size = 0; size <= stream.size(); ++size) {
        const auto result = deframe(stream, Framing::EndOfMessage, size);
        EXPECT_EQ(result.messages, (std::vector<std::string>{"<hello/>", "<a>x]]y</a>"})) << size;
        EXPECT_EQ(result.rest, "<b/>") << size;
    }
}

TEST(EndOfMessageFraming, AlmostMarkersAreText) {
    // After "]]" another "]" still has two; after "]]>]" a "]" has two, too.
    for (const std::string text :
         {"]", "]]", "]]]", "]]>", "]]>]", "]]>]x", "]]>]]]>]x", "]>]]>x"}) {
        for (const std::size_t size : {0U, 1U, 2U, 3U}) {
            const auto result = deframe(text + "z]]>]]>", Framing::EndOfMessage, size);
            EXPECT_EQ(result.messages, std::vector<std::string>{text + "z"}) << text << size;
        }
    }
    EXPECT_EQ(deframe("a]]]>]]>", Framing::EndOfMessage, 1).messages,
              std::vector<std::string>{"a]"});
}

TEST(EndOfMessageFraming, RandomBracketSoupComesOutAsItWentIn) {
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        std::string text = "<";
        for (int i = 0; i < 40; ++i) {
            text += "]]>x"[random() % 4];
        }
        const auto end = text.find(kEndOfMessage);
        const std::string expected = text.substr(0, end);
        const auto result = deframe(text + "y]]>]]>", Framing::EndOfMessage, 1 + random() % 8);
        ASSERT_FALSE(result.messages.empty());
        EXPECT_EQ(result.messages[0], end == std::string::npos ? text + "y" : expected) << text;
    }
}

TEST(ChunkedFraming, ChunksAreJoinedHoweverTheStreamIsCut) {
    const std::string stream = "\n#4\n<rpc\n#3\n-x>\n##\n\n#5\n<a/>\n\n##\n";
    for (std::size_t size = 0; size <= stream.size(); ++size) {
        const auto result = deframe(stream, Framing::Chunked, size);
        EXPECT_EQ(result.failure, "") << size;
        EXPECT_EQ(result.messages, (std::vector<std::string>{"<rpc-x>", "<a/>\n"})) << size;
    }
}

TEST(ChunkedFraming, WhatFrameWritesIsReadBack) {
    const std::string text = "<a>]]>]]> \n#3\n \n##\n</a>";
    EXPECT_EQ(deframe(frame(text, Framing::Chunked), Framing::Chunked, 1).messages,
              std::vector<std::string>{text});
}

TEST(ChunkedFraming, BlanksBetweenMessagesAreForgiven) {
    EXPECT_EQ(deframe("\n\r\n \n#2\nab\n##\n\n\n#1\nc\n##\n", Framing::Chunked, 1).messages,
              (std::vector<std::string>{"ab", "c"}));
}

struct Broken {
    std::string_view stream;
    std::string_view failure;
};

class BrokenChunks : public testing::TestWithParam<Broken> {};

TEST_P(BrokenChunks, AreRefused) {
    const auto& [stream, failure] = GetParam();
    for (const std::size_t size : {0U, 1U}) {
        EXPECT_NE(deframe(stream, Framing::Chunked, size).failure.find(failure), std::string::npos)
            << deframe(stream, Framing::Chunked, size).failure;
    }
}

INSTANTIATE_TEST_SUITE_P(Framing,
                         BrokenChunks,
                         testing::Values(Broken{"<rpc-reply/>", "without chunks"},
                                         Broken{"\n<rpc-reply/>", "without chunks"},
                                         Broken{"\n#0\n", "from 1 to 9"},
                                         Broken{"\n#04\nabcd\n##\n", "from 1 to 9"},
                                         Broken{"\n##\n", "from 1 to 9"},
                                         Broken{"\n#4294967296\n", "above 4294967295"},
                                         Broken{"\n#99999999999999999999999\n", "above 4294967295"},
                                         Broken{"\n#4x\n", "no digit"},
                                         Broken{"\n#2\nabc", "line feed and #"},
                                         Broken{"\n#2\nab\n#\n", "from 1 to 9"},
                                         Broken{"\n#2\nab\n##x", "line feed"}));

}  // namespace
}  // namespace routeproof::netconf
