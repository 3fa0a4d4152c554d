#include "agent/peering/wire/buffer.hpp"

#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

TEST(BgpReader, ReadsBigEndianAndEndsEmpty) {
    const Bytes octets = hex("01 0203 04050607 08");
    Reader reader(octets);
    EXPECT_EQ(reader.u8(), 0x01);
    EXPECT_EQ(reader.u16(), 0x0203);
    EXPECT_EQ(reader.u32(), 0x04050607U);
    EXPECT_EQ(reader.remaining(), 1U);
    EXPECT_EQ(reader.bytes(1)[0], 0x08);
    EXPECT_TRUE(reader.empty());
    EXPECT_TRUE(reader.ok());
}

TEST(BgpReader, RemembersItsFirstFailureAndIsEmptyFromThenOn) {
    const Bytes octets = hex("010203");
    Reader reader(octets);
    EXPECT_EQ(reader.u32(), 0U);
    EXPECT_FALSE(reader.ok());
    EXPECT_TRUE(reader.empty());
    EXPECT_EQ(reader.u8(), 0U);
    EXPECT_FALSE(reader.ok());
}

TEST(BgpReader, ASubReaderSeesOnlyItsPart) {
    const Bytes octets = hex("0102030405");
    Reader reader(octets);
    Reader part = reader.sub(2);
    EXPECT_EQ(part.u16(), 0x0102);
    EXPECT_EQ(part.u8(), 0U);
    EXPECT_FALSE(part.ok());
    EXPECT_TRUE(reader.ok());
    EXPECT_EQ(reader.u8(), 0x03);
}

TEST(BgpReader, ASubReaderLongerThanWhatIsThereFailsBoth) {
    const Bytes octets = hex("0102");
    Reader reader(octets);
    const Reader part = reader.sub(3);
    EXPECT_FALSE(part.ok());
    EXPECT_FALSE(reader.ok());
}

TEST(BgpWriter, FillsInLengthsWhenTheyAreKnown) {
    Writer writer(100);
    const auto outer = writer.open_u16();
    const auto inner = writer.open_u8();
    writer.u32(0xAABBCCDD);
    writer.close_u8(inner);
    writer.close_u16(outer);
    EXPECT_EQ(writer.take(), hex("0005 04 aabbccdd"));
}

TEST(BgpWriter, RefusesToPassItsLimitAndStaysFailed) {
    Writer writer(3);
    writer.u16(1);
    writer.u16(2);
    EXPECT_FALSE(writer.ok());
    writer.u8(3);
    EXPECT_FALSE(writer.ok());
    EXPECT_EQ(writer.size(), 2U);
}

TEST(BgpWriter, WidensALengthFieldThatMustBeWider) {
    for (const std::size_t size : {255U, 256U}) {
        Writer writer(1000);
        const auto outer = writer.open_u16();
        writer.u8(7);
        const auto inner = writer.open_u8();
        writer.bytes(Bytes(size, 0xAA));
        EXPECT_EQ(writer.close_u8_or_wider(inner), size == 256);
        writer.close_u16(outer);
        const Bytes head = size == 256 ? hex("0103 07 0100 aa") : hex("0101 07 ff aa");
        EXPECT_EQ(Bytes(writer.view().begin(), writer.view().begin() + std::ssize(head)), head);
        EXPECT_EQ(writer.size(), size + 4 + (size == 256));
    }
}

TEST(BgpWriter, DoesNotWidenPastItsLimit) {
    Writer writer(257);
    const auto at = writer.open_u8();
    writer.bytes(Bytes(256));
    EXPECT_FALSE(writer.close_u8_or_wider(at));
    EXPECT_FALSE(writer.ok());
}

TEST(BgpWriter, FailsWhenAPartIsTooLongForItsLengthField) {
    Writer writer(1000);
    const auto at = writer.open_u8();
    writer.bytes(Bytes(256));
    writer.close_u8(at);
    EXPECT_FALSE(writer.ok());
}

}  // namespace
}  // namespace routeproof::bgp
