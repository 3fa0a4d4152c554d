#include "agent/ipam/allocation.hpp"

#include <gtest/gtest.h>

namespace routeproof::ipam {
namespace {

Allocation borrowed() {
    return {net::Address::parse("172.16.100.70").value(),
            net::Prefix::parse("172.16.100.0/24").value(),
            Kind::Container,
            Ownership::Borrowed,
            "dockerhost1",
            "6f1d0b7c",
            "0123456789ab",
            "web \"1\"",
            from_rfc3339("2026-11-23T12:00:00Z").value()};
}

TEST(Allocation, SurvivesTheStore) {
    EXPECT_EQ(allocation_from_json(to_json(borrowed())), borrowed());
}

TEST(Allocation, RecordWithMembersOfALaterVersionIsRead) {
    std::string text = to_json(borrowed());
    text.insert(1, "\"epoch\":7,");
    EXPECT_EQ(allocation_from_json(text), borrowed());
}

TEST(Allocation, DamagedRecordIsNoAllocation) {
    const std::string whole = to_json(borrowed());
    for (const std::string& text :
         {std::string(), std::string("[]"), std::string("{}"), whole.substr(0, whole.size() / 2)}) {
        EXPECT_EQ(allocation_from_json(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace routeproof::ipam
