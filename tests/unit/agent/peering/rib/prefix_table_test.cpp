#include "agent/peering/rib/prefix_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

namespace routeproof::bgp {
namespace {

net::Prefix v4(std::uint32_t address, unsigned length) {
    return {net::Address::v4(address), length};
}

net::Prefix v6(std::uint8_t first, std::uint32_t last, unsigned length) {
    std::array<std::uint8_t, 16> octets{0x20, 0x01, 0x0d, 0xb8, first};
    for (unsigned i = 0; i < 4; ++i) {
        octets[12 + i] = static_cast<std::uint8_t>(last >> (24 - 8 * i));
    }
    return {net::Address::from_octets(octets).value(), length};
}

// From few enough that the same comes again, and of every shape that the hash treats apart.
net::Prefix any_prefix(std::mt19937& random) {
    const auto number = static_cast<std::uint32_t>(random() % 512);
    switch (random() % 6) {
        case 0:
            return v4(0x0A000000 + number, 32);
        case 1:
            return v4(number << 8, 24);
        case 2:
            return v4(number << 23, static_cast<unsigned>(random() % 33));
        case 3:
            return v6(static_cast<std::uint8_t>(number), number, 128);
        case 4:
            return v6(static_cast<std::uint8_t>(number), 0, static_cast<unsigned>(random() % 65));
        default:
            return v6(1, number, static_cast<unsigned>(65 + random() % 64));
    }
}

TEST(PrefixTable, KeepsWhatIsUsedAndForgetsTheRestInWhateverOrder) {
    std::mt19937 random(1);
    PrefixTable table;
    std::map<net::Prefix, Slot> model;
    for (int step = 0; step < 200'000; ++step) {
        const net::Prefix prefix = any_prefix(random);
        const auto known = model.find(prefix);
        const auto found = table.find(prefix);
        ASSERT_EQ(found.has_value(), known != model.end()) << prefix;
        if (known != model.end()) {
            ASSERT_EQ(*found, known->second) << prefix;
        }
        // In turns of growing and of shrinking.
        const bool adds = random() % 8 < (step / 20'000 % 2 == 0 ? 6U : 2U);
        if (adds) {
            const Slot slot = table.add(prefix);
            ASSERT_EQ(table[slot], prefix);
            if (known == model.end()) {
                table.use(slot);
                model.emplace(prefix, slot);
            } else {
                ASSERT_EQ(slot, known->second);
            }
        } else if (known != model.end()) {
            table.unuse(known->second);
            model.erase(known);
        }
        ASSERT_EQ(table.size(), model.size());
    }
    for (const auto& [prefix, slot] : model) {
        EXPECT_EQ(table.find(prefix), slot) << prefix;
        EXPECT_EQ(table[slot], prefix);
    }
}

TEST(PrefixTable, ASlotIsFreeOnlyAfterItsLastUse) {
    PrefixTable table;
    const Slot slot = table.add(v4(0x0A000000, 32));
    table.use(slot);
    table.use(slot);
    table.unuse(slot);
    EXPECT_EQ(table.find(v4(0x0A000000, 32)), slot);
    table.unuse(slot);
    EXPECT_EQ(table.find(v4(0x0A000000, 32)), std::nullopt);
    EXPECT_EQ(table.add(v4(0x0A000001, 32)), slot);
}

TEST(PrefixTable, TheSameAddressOfAnotherLengthOrFamilyIsAnother) {
    PrefixTable table;
    const std::vector<net::Prefix> all{v4(0, 0),
                                       v4(0, 1),
                                       v4(0, 32),
                                       {net::Address::any(net::Family::IPv6), 0},
                                       {net::Address::any(net::Family::IPv6), 1},
                                       {net::Address::any(net::Family::IPv6), 32},
                                       {net::Address::any(net::Family::IPv6), 64},
                                       {net::Address::any(net::Family::IPv6), 65},
                                       {net::Address::any(net::Family::IPv6), 128}};
    for (Slot slot = 0; slot < all.size(); ++slot) {
        ASSERT_EQ(table.add(all[slot]), slot);
        table.use(slot);
    }
    for (Slot slot = 0; slot < all.size(); ++slot) {
        EXPECT_EQ(table.find(all[slot]), slot) << all[slot];
    }
}

}  // namespace
}  // namespace routeproof::bgp
