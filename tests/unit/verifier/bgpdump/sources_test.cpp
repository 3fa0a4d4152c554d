// Where messages come from: lines, captures, dumps.
#include "tests/unit/verifier/bgpdump/support.hpp"
#include "verifier/bgpdump/capture.hpp"
#include "verifier/bgpdump/conversation.hpp"
#include "verifier/bgpdump/lines.hpp"
#include "verifier/bgpdump/mrt.hpp"
#include "verifier/bgpdump/tcp_stream.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgpdump {
namespace {

// --- lines ----------------------------------------------------------------------------------

TEST(BgpLines, ReadsHexAsPeoplePasteIt) {
    Collected got;
    std::istringstream in(
        "# a comment\n\n"
        "ffffffffffffffffffffffffffffffff001304\n"
        "FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF 00 13 04   # blanks, and a remark\n"
        "0xff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:00:13:04\r\n");
    read_lines(in, "in", {}, got.sink(), got.complain());
    ASSERT_EQ(got.lines.size(), 3U);
    for (const auto& line : got.lines) {
        EXPECT_EQ(line["message"]["type"], "KEEPALIVE");
    }
    EXPECT_EQ(got.lines[1]["source"]["line"], 4);
    EXPECT_TRUE(got.complaints.empty());
}

TEST(BgpLines, JsonLinesBringTheirContext) {
    Collected got;
    std::istringstream in(
        R"({"kind":"attributes","context":{"as4":false},"hex":"400204 0201 fde8"})"
        "\n"
        R"({"kind":"nlri","context":{"families":["ipv6-unicast"]},"hex":"2020010db8"})"
        "\n"
        R"({"kind":"nlri","context":{"addpath":["ipv4-unicast"]},"hex":"0000000118c63364"})"
        "\n");
    read_lines(in, "in", {}, got.sink(), got.complain());
    EXPECT_TRUE(got.complaints.empty());
    ASSERT_EQ(got.lines.size(), 3U);
    EXPECT_EQ(got.lines[0]["message"]["attributes"]["as_path"], "65000");
    EXPECT_EQ(got.lines[1]["message"]["nlri"][0], "2001:db8::/32");
    EXPECT_EQ(got.lines[2]["message"]["nlri"][0]["path_id"], 1);
}

TEST(BgpLines, ABadLineIsNamedAndTheOthersAreRead) {
    Collected got;
    std::istringstream in("xyz\n{\"hex\": 5}\n{broken\nff\n{\"kind\":\"what\",\"hex\":\"\"}\n");
    read_lines(in, "in", {}, got.sink(), got.complain());
    EXPECT_EQ(got.lines.size(), 1U);
    ASSERT_EQ(got.complaints.size(), 4U);
    EXPECT_EQ(got.complaints[0], "in:1: neither hex digits (two for each octet) nor a JSON object");
    EXPECT_EQ(got.complaints[1], "in:2: \"hex\" must be a text");
    EXPECT_EQ(got.complaints[3],
              "in:5: \"what\" is no kind: write message, attributes, capability or nlri");
}

TEST(BgpLines, ANameIsNoTree) {
    Collected got;
    std::istringstream in(R"({"id": 7, "hex": ""})"
                          "\n"
                          R"({"id": [[]], "hex": ""})");
    read_lines(in, "in", {}, got.sink(), got.complain());
    ASSERT_EQ(got.lines.size(), 1U);
    EXPECT_EQ(got.lines[0]["source"]["id"], 7);
    ASSERT_EQ(got.complaints.size(), 1U);
    EXPECT_EQ(got.complaints[0], "in:2: \"id\" is neither a string nor a number");
}

// --- TCP ------------------------------------------------------------------------------------

Bytes ready(const TcpStream& stream) {
    return {stream.ready().begin(), stream.ready().end()};
}

TEST(TcpStream, PutsOrderIntoAnyOrder) {
    TcpStream stream;
    stream.syn(99);
    stream.segment(104, hex("05 06"));
    stream.segment(102, hex("03 04 05"));
    EXPECT_TRUE(stream.ready().empty());
    stream.segment(100, hex("01 02"));
    EXPECT_EQ(ready(stream), hex("01 02 03 04 05 06"));
    stream.segment(100, hex("01 02 03"));  // again
    stream.consume(4);
    EXPECT_EQ(ready(stream), hex("05 06"));
    EXPECT_EQ(stream.skip_gap(true), 0U);
}

TEST(TcpStream, TakesOverWhatOverlaps) {
    TcpStream stream;
    stream.syn(99);
    stream.segment(103, hex("04 05 06 07"));
    stream.segment(104, hex("05"));
    stream.segment(108, hex("09"));
    stream.segment(100, hex("01 02 03 04 05"));
    EXPECT_EQ(ready(stream), hex("01 02 03 04 05 06 07"));
    EXPECT_EQ(stream.skip_gap(true), 1U);
    EXPECT_EQ(ready(stream), hex("09"));
}

TEST(TcpStream, CountsRoundTheEndOfTheNumbers) {
    TcpStream stream;
    stream.syn(0xFFFFFFFD);
    stream.segment(0, hex("03"));
    stream.segment(0xFFFFFFFE, hex("01 02"));
    EXPECT_EQ(ready(stream), hex("01 02 03"));
}

TEST(TcpStream, GivesUpOnAGapOnlyWhenToldSo) {
    TcpStream stream;
    stream.segment(100, hex("01"));
    stream.segment(105, hex("06"));
    EXPECT_EQ(stream.skip_gap(false), 0U);
    EXPECT_EQ(stream.skip_gap(true), 4U);
    EXPECT_EQ(ready(stream), hex("06"));
}

// --- captures -------------------------------------------------------------------------------

constexpr const char* kA = "c0000201";  // 192.0.2.1
constexpr const char* kB = "c0000202";

std::string number(std::uint32_t value, unsigned octets) {
    std::string digits;
    for (unsigned i = octets; i-- > 0;) {
        const auto octet = static_cast<std::uint8_t>(value >> (8 * i));
        digits += bgp::to_hex(bgp::ByteView(&octet, 1));
    }
    return digits;
}

/// Ethernet with a VLAN tag, IPv4, TCP from port 179 of `from` or to it.
Bytes frame(bool from_a, std::uint32_t sequence, const Bytes& payload, unsigned flags = 0x18) {
    const auto total = static_cast<std::uint32_t>(40 + payload.size());
    return hex("02000000000102000000000281000064 0800 45 00 " + number(total, 2) +
               " 0000 4000 01 06 0000 " + (from_a ? kA : kB) + (from_a ? kB : kA) +
               (from_a ? " 00b3 c350 " : " c350 00b3 ") + number(sequence, 4) + " 00000000 50 " +
               number(flags, 1) + " ffff 0000 0000") +
           payload;
}

std::string pcap(const std::vector<Bytes>& frames) {
    Bytes file = hex("a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000001");
    for (const auto& one : frames) {
        const auto size = number(static_cast<std::uint32_t>(one.size()), 4);
        file = file + hex("65000000 0000000a " + size + size) + one;
    }
    return text(file);
}

Collected decode(const std::vector<Bytes>& frames) {
    Collected got;
    Conversations conversations("in.pcap", 179, {}, got.sink(), got.complain());
    std::istringstream in(pcap(frames).substr(4));
    const auto trouble =
        read_pcap(in, 0xA1B2C3D4, [&](const Packet& one) { conversations.packet(one); });
    EXPECT_EQ(trouble, "");
    conversations.finish();
    return got;
}

// The same without the capability of four-octet AS numbers.
const Bytes kOldOpen = message(1, hex("04 fde9 005a 0a000002 00"));

TEST(BgpCapture, ReadsASessionAsItsOpensAgreed) {
    const Bytes two_octets =
        message(2, hex("0000 0012 400101 00 400204 0201 fde8 400304 0a000001 18 c63364"));
    const Collected got = decode({frame(true, 99, {}, 0x02),
                                  frame(false, 199, {}, 0x12),
                                  frame(true, 100, kOpen),
                                  frame(false, 200, kOldOpen),
                                  frame(true, 100 + kOpen.size(), two_octets)});
    ASSERT_EQ(got.lines.size(), 3U);
    EXPECT_EQ(got.lines[2]["context"]["as4"], false);
    EXPECT_EQ(got.lines[2]["message"]["attributes"]["as_path"], "65000");
    EXPECT_EQ(got.lines[2]["source"]["from"], "192.0.2.1:179");
    EXPECT_EQ(got.lines[2]["source"]["packet"], 5);
    EXPECT_EQ(got.lines[2]["source"]["time"], "2023-09-12T06:06:56.000010Z");
}

TEST(BgpCapture, PutsMessagesTogetherAcrossPackets) {
    const Bytes all = kOpen + kKeepalive;
    const Bytes first(all.begin(), all.begin() + 30);
    const Bytes rest(all.begin() + 30, all.end());
    const Collected got = decode({frame(true, 130, rest), frame(true, 99, {}, 0x02)});
    EXPECT_TRUE(got.complaints.empty());
    const Collected in_order =
        decode({frame(true, 99, {}, 0x02), frame(true, 130, rest), frame(true, 100, first)});
    ASSERT_EQ(in_order.lines.size(), 2U);
    EXPECT_EQ(in_order.lines[1]["message"]["type"], "KEEPALIVE");
}

TEST(BgpCapture, SaysWhatIsMissingAndGoesOnAtTheNextMarker) {
    const Collected got = decode({frame(true, 99, {}, 0x02),
                                  frame(true, 100, kKeepalive),
                                  frame(true, 100 + 19 + 50, hex("010203") + kKeepalive)});
    ASSERT_EQ(got.lines.size(), 2U);
    EXPECT_EQ(
        got.complaints,
        std::vector<std::string>{
            "in.pcap: 50 octets from 192.0.2.1:179 to 192.0.2.2:50000 are not in the capture"});
}

TEST(BgpCapture, WhatIsNoMessageIsShownOnceHoweverLongItIs) {
    const Bytes noise(5000, 0xFF);
    const Collected got = decode(
        {frame(true, 99, {}, 0x02), frame(true, 100, noise + hex("00") + kKeepalive + kOpen)});
    ASSERT_EQ(got.lines.size(), 3U);
    EXPECT_EQ(got.lines[0]["verdict"], "reset");
    EXPECT_EQ(got.lines[1]["message"]["type"], "KEEPALIVE");
    EXPECT_EQ(got.lines[2]["message"]["type"], "OPEN");
}

TEST(BgpCapture, IPv6HeadersThatAreCutAreNoSegment) {
    // Ethernet, IPv6 with hop-by-hop options that the packet does not hold.
    const Bytes cut = hex("020000000001 020000000002 86dd 60000000 0000 00 40" +
                          std::string(2 * 32, '0') + "0000");
    EXPECT_FALSE(segment_of({1, 0, 1, cut, true}));
}

TEST(BgpCapture, AFileThatEndsTooEarlySaysWhere) {
    std::string file = pcap({frame(true, 100, kKeepalive)});
    file.resize(file.size() - 1);
    std::istringstream in(file.substr(4));
    EXPECT_EQ(read_pcap(in, 0xA1B2C3D4, [](const Packet&) {}), "the file ends inside packet 1");
}

TEST(BgpCapture, ReadsPcapngToo) {
    const Bytes packet = frame(true, 100, kKeepalive + hex("00"));  // 78 octets, padded to 80
    ASSERT_EQ(packet.size(), 78U);
    const Bytes file = hex("1a2b3c4d 0001 0000 ffffffffffffffff 0000001c") +
                       hex("00000001 00000014 0001 0000 00000000 00000014") +
                       hex("00000006 00000070 00000000 00060535 00000000 0000004e 0000004e") +
                       packet + hex("0000 00000070");
    std::istringstream in(text(hex("0000001c") + file));
    std::vector<std::size_t> sizes;
    EXPECT_EQ(read_pcapng(in, [&](const Packet& one) { sizes.push_back(one.octets.size()); }), "");
    EXPECT_EQ(sizes, std::vector<std::size_t>{78});
}

// draft-ietf-opsawg-pcapng: the highest bit makes it a power of two.
TEST(BgpCapture, ReadsTheClockOfAPcapngWhateverItsResolution) {
    struct Clock {
        const char* name;
        const char* resolution;
        std::uint64_t ticks;
        std::uint64_t nanoseconds;
    };
    const std::uint64_t day = 1694499000;  // in 2023
    const Clock clocks[] = {
        {"microseconds", "06", day * 1000000 + 500000, day * 1000000000 + 500000000},
        {"2^-20 s", "94", (day << 20) + (1 << 19), day * 1000000000 + 500000000},
        {"2^-32 s", "a0", (day << 32) + (1U << 31), day * 1000000000 + 500000000},
        {"nanoseconds", "09", day * 1000000000 + 7, day * 1000000000 + 7},
        {"half seconds", "81", 3, 1500000000},
    };
    for (const auto& clock : clocks) {
        const Bytes file =
            hex("0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c"
                "00000001 00000020 0001 0000 00000000 0009 0001 " +
                std::string(clock.resolution) + "000000 0000 0000 00000020" +
                "00000006 00000024 00000000 " +
                number(static_cast<std::uint32_t>(clock.ticks >> 32), 4) +
                number(static_cast<std::uint32_t>(clock.ticks), 4) +
                "00000004 00000004 00000000 00000024");
        std::istringstream in(text(file));
        std::vector<std::uint64_t> times;
        EXPECT_EQ(read_pcapng(in, [&](const Packet& one) { times.push_back(one.nanoseconds); }),
                  "");
        EXPECT_EQ(times, std::vector<std::uint64_t>{clock.nanoseconds}) << clock.name;
    }
}

// --- MRT ------------------------------------------------------------------------------------

Bytes record(unsigned type, unsigned subtype, const Bytes& body) {
    return hex("65000000" + number(type, 2) + number(subtype, 2) +
               number(static_cast<std::uint32_t>(body.size()), 4)) +
           body;
}

struct Dump : Collected {
    explicit Dump(const Bytes& file) {
        std::istringstream in(text(file));
        trouble = read_mrt(
            in,
            "in.mrt",
            {},
            sink(),
            [this](const Source& note) { notes.push_back(note); },
            complain());
    }
    std::string trouble;
    std::vector<Source> notes;
};

TEST(BgpMrt, ReadsMessagesAndStateChanges) {
    const Bytes ends = hex("0000fde8 0000fde9 0000 0001 c0000201 c0000202");
    const Dump dump(record(16, 4, ends + kUpdate) +
                    record(17, 5, hex("00000005") + ends + hex("0006 0001")));
    EXPECT_EQ(dump.trouble, "");
    ASSERT_EQ(dump.lines.size(), 1U);
    EXPECT_EQ(dump.lines[0]["source"]["peer_as"], 65000);
    EXPECT_EQ(dump.lines[0]["verdict"], "accepted");
    ASSERT_EQ(dump.notes.size(), 1U);
    EXPECT_EQ(dump.notes[0]["from"], "Established");
    EXPECT_EQ(dump.notes[0]["to"], "Idle");
}

TEST(BgpMrt, ReadsATableWithItsAbbreviatedNextHops) {
    const Bytes index = record(13,
                               1,
                               hex("0a000001 0000 0001 03 0a000002 "
                                   "20010db8000000000000000000000002 0000fde8"));
    const Bytes attributes =
        hex("400101 00 400206 0201 0000fde8 800e11 10 20010db8000000000000000000000001");
    const Bytes rib = record(13,
                             4,
                             hex("00000000 20 20010db8 0001 0000 65000000 " +
                                 number(static_cast<std::uint32_t>(attributes.size()), 2)) +
                                 attributes);
    const Dump dump(index + rib);
    EXPECT_EQ(dump.trouble, "");
    EXPECT_TRUE(dump.complaints.empty());
    ASSERT_EQ(dump.lines.size(), 1U);
    EXPECT_EQ(dump.lines[0]["verdict"], "accepted") << dump.lines[0];
    EXPECT_EQ(dump.lines[0]["source"]["prefix"], "2001:db8::/32");
    EXPECT_EQ(dump.lines[0]["source"]["peer"], "2001:db8::2");
    EXPECT_EQ(dump.lines[0]["message"]["mp_reach"]["next_hop"], "2001:db8::1");
}

TEST(BgpMrt, ARecordThatIsTooShortIsNamedAndTheNextOneRead) {
    const Bytes ends = hex("0000fde8 0000fde9 0000 0001 c0000201 c0000202");
    const Dump dump(record(16, 4, hex("0000")) + record(16, 4, ends + kKeepalive));
    EXPECT_EQ(dump.lines.size(), 1U);
    EXPECT_EQ(
        dump.complaints,
        std::vector<std::string>{"in.mrt: record 1: cannot be read: it is shorter than it says"});
}

TEST(BgpMrt, AnOldTableRecordWhosePrefixCannotBeIsNamed) {
    const auto row = [](const char* length) {
        return record(12,
                      1,
                      hex("0000 0001 c6336400" + std::string(length) +
                          "01 65000000 0a000001 fde8 0004 400101 00"));
    };
    const Dump dump(row("18") + row("c8") + row("20"));
    EXPECT_EQ(dump.trouble, "");
    ASSERT_EQ(dump.lines.size(), 2U);
    EXPECT_EQ(dump.lines[0]["source"]["prefix"], "198.51.100.0/24");
    EXPECT_EQ(dump.lines[1]["source"]["prefix"], "198.51.100.0/32");
    ASSERT_EQ(dump.complaints.size(), 1U);
    EXPECT_TRUE(dump.complaints[0].starts_with("in.mrt: record 2: cannot be read: "))
        << dump.complaints[0];
}

TEST(BgpMrt, AFileThatEndsTooEarlySaysWhere) {
    Bytes file = record(16, 4, hex("0000"));
    file.pop_back();
    EXPECT_EQ(Dump(file).trouble, "the file ends inside record 1");
}

}  // namespace
}  // namespace routeproof::bgpdump
