#include "inventory/secret_source.hpp"

#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace routeproof::inventory {
namespace {

using testing::HasSubstr;

class SecretFile : public testing::Test {
protected:
    SecretAnswer read(const std::string& text, unsigned mode = 0600) {
        std::ofstream(file_, std::ios::binary | std::ios::trunc) << text;
        std::filesystem::permissions(file_, std::filesystem::perms(mode));
        return read_secret_file(file_);
    }
    std::string why_not(const std::string& text, unsigned mode = 0600) {
        const auto answer = read(text, mode);
        return answer ? "it was read" : answer.error().why;
    }

    test::TempDir folder_;
    std::filesystem::path file_ = folder_.path() / "secret";
};

TEST_F(SecretFile, TheFirstLineIsTheSecretWithBlanksAndWithoutItsEnd) {
    EXPECT_EQ(read(" two words \nmore\n")->reveal(), " two words ");
    EXPECT_EQ(read("dos\r\n")->reveal(), "dos");
    EXPECT_EQ(read("no end")->reveal(), "no end");
    EXPECT_EQ(read(std::string(4096, 'x') + "\n")->reveal(), std::string(4096, 'x'));
}

TEST_F(SecretFile, OthersMustNotBeAbleToReadIt) {
    EXPECT_TRUE(read("secret", 0400));
    for (const unsigned mode : {0640U, 0604U, 0620U, 0601U}) {
        EXPECT_EQ(why_not("secret", mode), "may be read by others; chmod 600 it") << mode;
    }
}

TEST_F(SecretFile, NothingUsefulIsAnErrorThatDoesNotQuoteIt) {
    EXPECT_EQ(why_not(""), "has nothing in its first line");
    EXPECT_EQ(why_not("\nsecond"), "has nothing in its first line");
    EXPECT_EQ(why_not(std::string(4097, 'x')), "has more than 4096 octets in its first line");
    EXPECT_EQ(why_not(std::string("a\0b", 3)), "has a NUL octet in its first line");
    EXPECT_THAT(read_secret_file(folder_.path() / "none").error().why,
                HasSubstr("cannot be read: No such file"));
    EXPECT_THAT(read_secret_file(folder_.path()).error().why, HasSubstr("cannot be read: "));
}

TEST(SecretVariable, IsReadOrMissed) {
    ::setenv("ROUTEPROOF_TEST_SECRET", "from env", 1);
    EXPECT_EQ(read_secret_variable("ROUTEPROOF_TEST_SECRET")->reveal(), "from env");
    ::setenv("ROUTEPROOF_TEST_SECRET", "", 1);
    EXPECT_EQ(read_secret_variable("ROUTEPROOF_TEST_SECRET").error().why,
              "is not in the environment");
    ::unsetenv("ROUTEPROOF_TEST_SECRET");
    EXPECT_FALSE(read_secret_variable("ROUTEPROOF_TEST_SECRET"));
}

TEST(Secret, MovesLeaveNothingBehind) {
    Secret from("short");
    const Secret to(std::move(from));
    EXPECT_EQ(to.reveal(), "short");
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is the question
    EXPECT_STREQ(from.c_str() + 1, "");
}

}  // namespace
}  // namespace routeproof::inventory
