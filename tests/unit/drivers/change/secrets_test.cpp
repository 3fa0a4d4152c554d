#include "drivers/junos/secrets.hpp"

#include "drivers/change/items.hpp"

#include <gmock/gmock.h>

namespace routeproof::junos {
namespace {

using testing::ElementsAre;

// "foo", "lc" and "lc" again with other salt
constexpr const char* kFoo = "$9$ReqcyKY2aHqf";
constexpr const char* kLc = "$9$LbHX-wg4Z";
constexpr const char* kLcAgain = "$9$Pfz6AtO";

std::string hunk(const std::string& before, const std::string& after) {
    return "[edit protocols bgp group HOSTS neighbor 10.0.0.1]\n-    authentication-key \"" +
           before + "\"; ## SECRET-DATA\n+    authentication-key \"" + after +
           "\"; ## SECRET-DATA\n";
}

TEST(JunosSecrets, TheStoredFormIsRead) {
    EXPECT_EQ(plain_secret(kFoo), "foo");
    EXPECT_EQ(plain_secret(kLc), "lc");
    EXPECT_EQ(plain_secret(kLcAgain), "lc");
    for (const auto* wrong : {"", "foo", "$9$", "$9$R", "$9$Reqc!", "$9$ReqcyKY2aHq", "$8$abc"}) {
        EXPECT_EQ(plain_secret(wrong), std::nullopt) << wrong;
    }
}

TEST(JunosSecrets, TheSameSecretWithOtherSaltIsNoDifference) {
    EXPECT_EQ(without_same_secrets("\n" + hunk(kLc, kLcAgain)), "");
    EXPECT_EQ(without_same_secrets(hunk(kLc, kFoo)), hunk(kLc, kFoo));
    EXPECT_EQ(without_same_secrets(hunk("$8$a", "$8$b")), hunk("$8$a", "$8$b"));
    const std::string other = "[edit system]\n+   host-name x;\n";
    EXPECT_EQ(without_same_secrets(hunk(kLc, kLcAgain) + other), other);
    // in a hunk of another neighbour it is another secret
    const std::string apart =
        "[edit a]\n-  k \"" + std::string(kLc) + "\";\n[edit b]\n+  k \"" + kLcAgain + "\";\n";
    EXPECT_EQ(without_same_secrets(apart), apart);
}

TEST(JunosSecrets, AreNotShown) {
    EXPECT_EQ(masked_line("+  authentication-key \"$9$abc\"; ## SECRET-DATA"),
              "+  authentication-key (not shown)");
    EXPECT_EQ(masked_line("+  key \"plain\"; ## SECRET-DATA"),
              "+  key (not shown); ## SECRET-DATA");
    EXPECT_EQ(masked_line("bad element $6$x/y"), "bad element (not shown)");
    EXPECT_EQ(masked_line("+ encrypted-password \"x\";"), "+ encrypted-password (not shown)");
    EXPECT_EQ(masked_line("+  description \"word\";"), "+  description \"word\";");
}

TEST(JunosSecrets, OfAChangeAreTakenOutOfWhatTheRouterSays) {
    drivers::Change change;
    drivers::BgpPeer peer;
    peer.password = drivers::Secret("geheim-1");
    change.items = {peer,
                    drivers::ConfigText{"set x authentication-key \"geheim-2\"\nset y z\n"
                                        "neighbor 10.0.0.1 password 7 geheim-3"}};
    const auto secrets = drivers::secrets_of(change);
    EXPECT_THAT(secrets, ElementsAre("geheim-1", "geheim-2", "geheim-3"));
    EXPECT_EQ(drivers::without("bad geheim-2, geheim-1", secrets), "bad (not shown), (not shown)");
}

}  // namespace
}  // namespace routeproof::junos
