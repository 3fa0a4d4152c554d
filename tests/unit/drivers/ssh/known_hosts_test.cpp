#include "drivers/ssh/known_hosts.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace routeproof::ssh {
namespace {

using Kind = KnownHosts::Verdict::Kind;

// clang-format off
const HostKey kOurs{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIO76ir3VCafc3IaYU/mlJWgR9JRHtCNtuUnRjRSfeUdP"};
const HostKey kOther{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIBDylHz+Ha/7vvHtDL3INqIrty8WmTw42ybH7AtCQfr5"};
const HostKey kEcdsa{"ecdsa-sha2-nistp256", "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBO/abMXZZ/+Bg4OOJIMlSlgqBUMsJH7W6ko/cJXNv+5/op+jMSwbrkYjKXlQXMNjGRBPhRMbyaprEXZFmyx9IJ8="};
constexpr std::string_view kOursFingerprint = "SHA256:gNadEdVKG+WVcyJLD4+WMhkahmWzRGkn3C90uRTaHU4";
// 192.0.2.11 and [leaf1.example]:830, hashed by ssh-keygen -H
constexpr std::string_view kHashed11 = "|1|gCS+T12jIJmE7fAi7OG2e4aVBOU=|Al6RTo/q5+tUM206dezBYY3zdt4=";
constexpr std::string_view kHashedLeaf1 = "|1|88T04no7HQFQti2XRfqpRlW43Us=|2esVzFTXPGad+fwD3ypN+APmX3c=";
// clang-format on

std::string line(std::string_view hosts, const HostKey& key) {
    return std::string(hosts) + ' ' + key.type + ' ' + key.blob + " comment\n";
}

Kind check(const std::string& file,
           std::string_view host,
           std::uint16_t port = 22,
           const HostKey& shown = kOurs) {
    return KnownHosts::parse(file).check(host, port, shown).kind;
}

TEST(KnownHosts, FingerprintsAreThoseOfSshKeygen) {
    EXPECT_EQ(kOurs.fingerprint(), kOursFingerprint);
}

TEST(KnownHosts, TheSameKeyIsTrustedAndTheLineNamed) {
    const auto store = KnownHosts::parse("# routers\n\n" + line("192.0.2.11", kOurs));
    const auto verdict = store.check("192.0.2.11", 22, kOurs);
    EXPECT_EQ(verdict.kind, Kind::Trusted);
    EXPECT_EQ(verdict.line, 3U);
}

TEST(KnownHosts, AnotherKeyIsAChangeAndTheOldOneNamed) {
    const auto store = KnownHosts::parse(line("192.0.2.11", kOther));
    const auto verdict = store.check("192.0.2.11", 22, kOurs);
    EXPECT_EQ(verdict.kind, Kind::Changed);
    EXPECT_EQ(verdict.line, 1U);
    EXPECT_EQ(verdict.known, kOther);
}

TEST(KnownHosts, OneOfSeveralKeysOfAHostIsEnough) {
    EXPECT_EQ(
        check(line("192.0.2.11", kOther) + line("192.0.2.11", kEcdsa) + line("192.0.2.11", kOurs),
              "192.0.2.11"),
        Kind::Trusted);
}

TEST(KnownHosts, HostsWithoutALineAreUnknown) {
    EXPECT_EQ(check("", "192.0.2.11"), Kind::Unknown);
    EXPECT_EQ(check(line("192.0.2.12", kOurs), "192.0.2.11"), Kind::Unknown);
    EXPECT_EQ(check(line("192.0.2.1", kOurs), "192.0.2.11"), Kind::Unknown);
}

TEST(KnownHosts, OtherPortsHaveLinesOfTheirOwn) {
    const std::string own = line("[192.0.2.11]:830", kOurs);
    EXPECT_EQ(check(own, "192.0.2.11", 830), Kind::Trusted);
    EXPECT_EQ(check(own, "192.0.2.11", 22), Kind::Unknown);
    EXPECT_EQ(check(own, "192.0.2.11", 831), Kind::Unknown);
}

TEST(KnownHosts, TheBareNameVouchesForTheSameKeyOnAnotherPortButNeverAgainstIt) {
    EXPECT_EQ(check(line("192.0.2.11", kOurs), "192.0.2.11", 830), Kind::Trusted);
    EXPECT_EQ(check(line("192.0.2.11", kOther), "192.0.2.11", 830), Kind::Unknown);
    EXPECT_EQ(
        check(line("192.0.2.11", kOurs) + line("[192.0.2.11]:830", kOther), "192.0.2.11", 830),
        Kind::Changed);
}

TEST(KnownHosts, ListsWildcardsAndNegations) {
    const std::string file = line("leaf*.example,!leaf9.example,192.0.2.?", kOurs);
    EXPECT_EQ(check(file, "leaf1.example"), Kind::Trusted);
    EXPECT_EQ(check(file, "LEAF1.example"), Kind::Trusted);
    EXPECT_EQ(check(file, "leaf9.example"), Kind::Unknown);
    EXPECT_EQ(check(file, "192.0.2.7"), Kind::Trusted);
    EXPECT_EQ(check(file, "192.0.2.77"), Kind::Unknown);
    EXPECT_EQ(check(line("a.example,192.0.2.11", kOurs), "192.0.2.11"), Kind::Trusted);
}

TEST(KnownHosts, HashedNamesAreFound) {
    const std::string file = line(kHashed11, kOurs) + line(kHashedLeaf1, kOurs);
    EXPECT_EQ(check(file, "192.0.2.11"), Kind::Trusted);
    EXPECT_EQ(check(file, "192.0.2.12"), Kind::Unknown);
    EXPECT_EQ(check(file, "leaf1.example", 830), Kind::Trusted);
    EXPECT_EQ(check(file, "leaf1.example", 22), Kind::Unknown);
}

TEST(KnownHosts, ARevokedKeyIsNeverTrustedWhereverTheOtherLineStands) {
    const std::string plain = line("192.0.2.11", kOurs);
    const std::string revoked = "@revoked " + line("*", kOurs);
    EXPECT_EQ(check(plain + revoked, "192.0.2.11"), Kind::Revoked);
    EXPECT_EQ(check(revoked + plain, "192.0.2.11", 830), Kind::Revoked);
    EXPECT_EQ(check(revoked, "192.0.2.11", 22, kOther), Kind::Unknown);
}

TEST(KnownHosts, AuthoritiesVouchForNoPlainKey) {
    EXPECT_EQ(check("@cert-authority " + line("*", kOurs), "192.0.2.11"), Kind::Unknown);
}

TEST(KnownHosts, AMalformedLineIsSkippedAndRemembered) {
    const auto store = KnownHosts::parse(
        "192.0.2.11 ssh-ed25519\n@odd * ssh-rsa AAAA\nx ssh-rsa ***\n" + line("192.0.2.11", kOurs));
    EXPECT_EQ(store.check("192.0.2.11", 22, kOurs).kind, Kind::Trusted);
    EXPECT_EQ(store.malformed(), (std::vector<std::size_t>{1, 2, 3}));
}

TEST(KnownHosts, KeyTypesSteerTheNegotiationAndRevokedOnesDoNot) {
    const auto store = KnownHosts::parse(line("192.0.2.11", kEcdsa) + line("192.0.2.11", kOurs) +
                                         "@revoked " + line("192.0.2.12", kOurs));
    EXPECT_EQ(store.key_types("192.0.2.11", 22),
              (std::vector<std::string>{"ecdsa-sha2-nistp256", "ssh-ed25519"}));
    EXPECT_EQ(store.key_types("192.0.2.11", 830),
              (std::vector<std::string>{"ecdsa-sha2-nistp256", "ssh-ed25519"}));
    EXPECT_TRUE(store.key_types("192.0.2.12", 22).empty());
}

TEST(KnownHosts, AMissingFileSaysSoAndAChangedFileIsReadAgain) {
    const auto file = std::filesystem::path(testing::TempDir()) / "known_hosts_test";
    std::filesystem::remove(file);
    EXPECT_TRUE(KnownHosts::shared(file)->missing());
    std::ofstream(file) << line("192.0.2.11", kOurs);
    const auto first = KnownHosts::shared(file);
    EXPECT_FALSE(first->missing());
    EXPECT_EQ(KnownHosts::shared(file), first);
    std::ofstream(file, std::ios::app) << line("192.0.2.12", kOurs);
    EXPECT_EQ(KnownHosts::shared(file)->check("192.0.2.12", 22, kOurs).kind, Kind::Trusted);
    std::ofstream(file, std::ios::trunc).flush();
    EXPECT_FALSE(KnownHosts::shared(file)->missing());
    std::filesystem::remove(file);
}

}  // namespace
}  // namespace routeproof::ssh
