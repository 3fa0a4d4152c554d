// What an inventory says about logging in: credentials, secrets, host keys.
#include "inventory/loader.hpp"
#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace routeproof::inventory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kKey = "AAAAC3NzaC1lZDI1NTE5AAAAIO76ir3VCafc3IaYU/mlJWgR9JRHtCNtuUnRjRSfeUdP";
constexpr const char* kHash = "SHA256:gNadEdVKG+WVcyJLD4+WMhkahmWzRGkn3C90uRTaHU4";

class InventoryLogin : public testing::Test {
protected:
    /// An inventory of one router; `credentials` and `router` are further keys of its parts.
    Loaded<Inventory> load_with(const std::string& credentials, const std::string& router = "") {
        std::ofstream(file_) << "routeproof: 1\n"
                                "pools: {demo: {cidr: 172.16.100.0/24}}\n"
                                "defaults: {credentials: lab}\n"
                                "credentials:\n"
                                "  lab: {"
                             << credentials
                             << "}\n"
                                "routers:\n"
                                "  leaf1: {os: junos, asn: 65000, address: 192.0.2.11"
                             << router << "}\nhosts: {}\n";
        return load(file_);
    }
    Access access(const std::string& credentials, const std::string& router = "") {
        const auto loaded = load_with(credentials, router);
        EXPECT_TRUE(loaded) << loaded.error().front();
        return loaded ? loaded->router("leaf1")->access : Access{};
    }
    std::vector<std::string> complaints(const std::string& credentials,
                                        const std::string& router = "") {
        const auto loaded = load_with(credentials, router);
        std::vector<std::string> lines;
        for (const auto& diagnostic : loaded ? Diagnostics{} : loaded.error()) {
            lines.push_back(diagnostic.to_string().substr(folder_.path().string().size() + 1));
        }
        return lines;
    }

    test::TempDir folder_;
    std::filesystem::path file_ = folder_.path() / "inventory.yml";
};

TEST_F(InventoryLogin, SecretsAreNamedByTheirPlace) {
    using Kind = SecretSource::Kind;
    const auto file = access("user: netops, password_file: pw").credentials;
    EXPECT_EQ(file.password, (SecretSource{Kind::File, folder_.path() / "pw"}));
    EXPECT_FALSE(file.by_agent());
    const auto key =
        access("user: netops, key_file: id, certificate_file: id-cert.pub, passphrase_env: P")
            .credentials;
    EXPECT_EQ(key.passphrase, (SecretSource{Kind::Environment, "P"}));
    EXPECT_EQ(key.certificate_file, folder_.path() / "id-cert.pub");
    const auto command = access("user: netops, password_command: pass show leaves").credentials;
    EXPECT_EQ(command.password, (SecretSource{Kind::Command, "pass show leaves"}));
    EXPECT_TRUE(access("user: netops").credentials.by_agent());
}

TEST_F(InventoryLogin, ASecretHasOnePlaceAndAPassphraseItsKey) {
    EXPECT_THAT(complaints("user: netops, password_file: pw, password_env: P"),
                ElementsAre(HasSubstr("credentials lab: one of password_file, password_env and "
                                      "password_command is enough")));
    EXPECT_THAT(complaints("user: netops, passphrase_file: p"),
                ElementsAre(HasSubstr("a passphrase or certificate_file without key_file")));
    EXPECT_THAT(complaints("user: netops, certificate_file: c"),
                ElementsAre(HasSubstr("a passphrase or certificate_file without key_file")));
}

TEST_F(InventoryLogin, ASecretInTheFileIsRefusedAndNotRepeated) {
    for (const char* key : {"password", "passphrase"}) {
        const auto lines = complaints("user: netops, " + std::string(key) + ": hunter2");
        EXPECT_THAT(lines,
                    ElementsAre(HasSubstr(std::string("a ") + key +
                                          " does not belong into an inventory; say where it is: " +
                                          key + "_file, ")));
        EXPECT_THAT(lines.front(), Not(HasSubstr("hunter2")));
    }
}

TEST_F(InventoryLogin, ARouterToLogIntoNeedsCredentials) {
    EXPECT_THAT(complaints("user: netops", ", credentials: lap"),
                ElementsAre(HasSubstr("no credentials are called \"lap\"; did you mean lab?")));
}

TEST_F(InventoryLogin, HostKeysAreKeysOrFingerprintsOfANamedKind) {
    const auto pins = access("user: netops",
                             std::string(", host_keys: [\"ssh-ed25519 ") + kKey +
                                 " root@leaf1\", \"ssh-rsa " + kHash + "\"]")
                          .host_keys;
    ASSERT_EQ(pins.size(), 2U);
    EXPECT_EQ(pins[0].type, "ssh-ed25519");
    EXPECT_EQ(pins[0].key, kKey);
    EXPECT_EQ(pins[0].where.line, 7);
    EXPECT_EQ(pins[1].key, kHash);
    for (const std::string wrong :
         {kHash, kKey, "ssh-ed25519 SHA256:short", "ssh-dss AAAAB3NzaC1kc3M="}) {
        EXPECT_THAT(complaints("user: netops", ", host_keys: [\"" + wrong + "\"]"),
                    ElementsAre(HasSubstr("router leaf1: host_keys: \"" + wrong +
                                          "\" is no host key; write \"ssh-ed25519 AAAA...\"")));
    }
    EXPECT_THAT(complaints("user: netops", ", host_keys: none"),
                ElementsAre(HasSubstr("host_keys must be a list")));
}

}  // namespace
}  // namespace routeproof::inventory
