#include "inventory/ssh_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace routeproof::inventory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SshConfigText : public testing::Test {
protected:
    SshHost ask(const std::string& text, const std::string& name, const std::string& user = "") {
        complaints_.clear();
        const auto include = [this](const std::filesystem::path& pattern) {
            std::vector<std::pair<std::filesystem::path, std::string>> found;
            if (const auto file = files_.find(pattern); file != files_.end()) {
                found.emplace_back(file->first, file->second);
            }
            return found;
        };
        const auto config = SshConfig::parse(
            text, "/home/ops/.ssh/config", {"ops", "/home/ops"}, include, complaints_);
        return config.host(name, user, complaints_);
    }
    std::vector<std::string> complaints() const {
        std::vector<std::string> lines;
        for (const auto& each : complaints_) {
            lines.push_back(each.to_string());
        }
        return lines;
    }

    std::map<std::filesystem::path, std::string> files_;
    Diagnostics complaints_;
};

TEST_F(SshConfigText, TheFirstThatAppliesHoldsAndKeysAddUp) {
    const auto host =
        ask("# routers\n"
            "User first\n"
            "Host leaf* !leaf9\n"
            "  HostName=%h.example.net\n"
            "  Port = 2222\n"
            "  User second\n"
            "  IdentityFile ~/.ssh/leaf_%r\n"
            "  Ciphers \"aes256-ctr,aes128-ctr\"  # quoted\n"
            "Host *\n"
            "  HostName other\n"
            "  Port 22\n"
            "  IdentityFile /keys/%h/%n\n"
            "  ForwardX11 yes\n",
            "leaf1");
    EXPECT_THAT(complaints(), IsEmpty());
    EXPECT_EQ(host.host_name, "leaf1.example.net");
    EXPECT_EQ(host.port, 2222);
    EXPECT_EQ(host.user, "first");
    EXPECT_EQ(host.ciphers, "aes256-ctr,aes128-ctr");
    EXPECT_THAT(host.identity_files,
                ElementsAre("/home/ops/.ssh/leaf_first", "/keys/leaf1.example.net/leaf1"));
}

TEST_F(SshConfigText, ANegatedPatternTakesTheWholeBlockAway) {
    const std::string text = "Host leaf* !leaf9\n  User ours\n";
    EXPECT_EQ(ask(text, "LEAF1").user, "ours");
    EXPECT_EQ(ask(text, "leaf9").user, "");
    EXPECT_EQ(ask(text, "spine1").user, "");
}

TEST_F(SshConfigText, AMatchIsEvaluatedWhereThatNeedsNoProgram) {
    const std::string text =
        "Match originalhost leaf1,leaf2 localuser ops\n  HostName real\n"
        "Match host real\n  Port 1\n"
        "Match user netops\n  Port 2\n"
        "Match !user netops\n  Port 3\n"
        "Match all\n  User last\n";
    EXPECT_EQ(ask(text, "leaf1").port, 1);
    EXPECT_EQ(ask(text, "leaf3", "netops").port, 2);
    EXPECT_EQ(ask(text, "leaf3", "other").port, 3);
    EXPECT_EQ(ask(text, "leaf3").user, "last");
}

TEST_F(SshConfigText, WhatDependsOnAProgramIsAnErrorOnlyWhereItMatters) {
    const std::string text =
        "Host leaf1\n  Port 1\n"
        "Match exec \"test -e /x\"\n  Port 2\n  Compression yes\n"
        "Match originalhost leaf3 exec true\n  User u\n";
    EXPECT_EQ(ask(text, "leaf1").port, 1);
    EXPECT_THAT(complaints(), IsEmpty()) << "the port was settled before";
    ask(text, "leaf2");
    EXPECT_THAT(
        complaints(),
        ElementsAre(HasSubstr("/home/ops/.ssh/config:4:1: port for leaf2 depends on a Match "
                              "that is not evaluated")));
    ask(text, "leaf3");
    EXPECT_THAT(complaints(), ElementsAre(HasSubstr(":4:1: port"), HasSubstr(":7:1: user")));
}

TEST_F(SshConfigText, AnIncludedFileBelongsToItsBlock) {
    files_["/home/ops/.ssh/leaves"] = "Port 7\nHost leaf2\n  User two\n";
    const std::string text =
        "Host leaf*\n  Include leaves\n  User any\nHost spine1\n  User spine\n";
    EXPECT_EQ(ask(text, "leaf1").port, 7);
    EXPECT_EQ(ask(text, "leaf1").user, "any");
    EXPECT_EQ(ask(text, "leaf2").user, "two");
    EXPECT_EQ(ask(text, "spine1").user, "spine");
    EXPECT_EQ(ask(text, "spine1").port, std::nullopt);
    files_["/circle"] = "Include /circle\n";
    ask("Include /circle\n", "leaf1");
    EXPECT_THAT(complaints(), ElementsAre(HasSubstr("/circle:1:1: Include goes deeper than 16")));
}

TEST_F(SshConfigText, OfProxyCommandAndProxyJumpTheFirstHolds) {
    EXPECT_EQ(ask("ProxyJump a\nProxyCommand nc %h %p\n", "leaf1").proxy_jump, "a");
    EXPECT_THAT(complaints(), IsEmpty());
    EXPECT_EQ(ask("ProxyCommand none\nProxyJump a\n", "leaf1").proxy_jump, "none");
    EXPECT_THAT(complaints(), IsEmpty());
    ask("ProxyCommand nc %h %p\nProxyJump a\n", "leaf1");
    EXPECT_THAT(complaints(), ElementsAre(HasSubstr(":1:1: ProxyCommand for leaf1 is not run")));
}

TEST_F(SshConfigText, IllFormedValuesAreNamed) {
    ask("Port many\nHostName\nProxyJump a,,b\nIdentityFile %C\n", "leaf1");
    EXPECT_THAT(complaints(),
                ElementsAre(HasSubstr(":1:1: Port: \"many\" is no port"),
                            HasSubstr(":2:1: hostname has no value"),
                            HasSubstr(":3:1: ProxyJump: \"a,,b\" is no list"),
                            HasSubstr(":4:1: \"%C\": only %h, %n")));
}

TEST(ProxyJump, HopsAreNamesWithUsersAndPorts) {
    const auto hops = parse_proxy_jump("a,netops@b:2222,ssh://u@[2001:db8::1]:830,2001:db8::2");
    ASSERT_TRUE(hops);
    EXPECT_THAT(*hops,
                ElementsAre(SshHop{"", "a", std::nullopt},
                            SshHop{"netops", "b", 2222},
                            SshHop{"u", "2001:db8::1", 830},
                            SshHop{"", "2001:db8::2", std::nullopt}));
    for (const char* wrong :
         {"", "a,", "@a", "a:", "a:x", "a:70000", "[2001:db8::1", "[::1]x", "a b"}) {
        EXPECT_FALSE(parse_proxy_jump(wrong)) << wrong;
    }
}

}  // namespace
}  // namespace routeproof::inventory
