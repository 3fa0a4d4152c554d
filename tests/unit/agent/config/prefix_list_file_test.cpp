#include "agent/config/prefix_list_file.hpp"

#include "tests/support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace routeproof::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> complaints(std::string_view text) {
    Originations read;
    std::vector<std::string> lines;
    for (const auto& diagnostic : read_prefix_list(text, "list", read)) {
        lines.push_back(diagnostic.to_string());
    }
    return lines;
}

TEST(PrefixListFile, LinesWithTheSameWordsShareTheirAttributes) {
    Originations read;
    const auto wrong = read_prefix_list(
        "# ours\n"
        "192.0.2.0/24\n"
        "\n"
        "  198.51.100.1/32 med 50 community 65000:1 community 65000:2 large 65000:1:2 # the "
        "service\r\n"
        "2001:db8::/32\n"
        "198.51.100.2/32 med 50 community 65000:1 community 65000:2 large 65000:1:2",
        "list",
        read);
    ASSERT_THAT(wrong, IsEmpty());
    ASSERT_THAT(read.entries(), SizeIs(4));
    EXPECT_EQ(read.entries()[1].prefix.to_string(), "198.51.100.1/32");
    EXPECT_EQ(read.entries()[0].attributes, read.entries()[2].attributes);
    EXPECT_EQ(read.entries()[1].attributes, read.entries()[3].attributes);
    EXPECT_EQ(read.attributes(read.entries()[0]), bgp::AnnounceAttributes{});
    bgp::AnnounceAttributes tagged;
    tagged.med = 50;
    tagged.communities = {net::Community(65000, 1), net::Community(65000, 2)};
    tagged.large_communities = {{65000, 1, 2}};
    EXPECT_EQ(read.attributes(read.entries()[3]), tagged);
}

TEST(PrefixListFile, SaysLineAndColumnOfWhatIsWrong) {
    EXPECT_THAT(complaints("192.0.2.0/24\n 192.0.2.1/24 med 5\n"),
                ElementsAre("list:2:2: \"192.0.2.1/24\": bits are set to the right of the prefix "
                            "length"));
    EXPECT_THAT(complaints("192.0.2.0/24 comunity 1:2"),
                ElementsAre("list:1:14: unknown attribute \"comunity\"; did you mean community?"));
    EXPECT_THAT(complaints("192.0.2.0/24 med -1"),
                ElementsAre("list:1:14: med: \"-1\" is no number from 0 to 4294967295"));
    EXPECT_THAT(complaints("192.0.2.0/24 med"),
                ElementsAre("list:1:14: med: \"\" is no number from 0 to 4294967295"));
}

TEST(PrefixListFile, AFileOfRubbishGivesTwentyComplaints) {
    std::string text;
    for (int line = 0; line < 1000; ++line) {
        text += "rubbish\n";
    }
    EXPECT_THAT(complaints(text), SizeIs(20));
}

TEST(PrefixListFile, AMissingFileIsUnreadable) {
    Originations read;
    const auto wrong = read_prefix_list_file("/nonexistent/prefixes.txt", read);
    ASSERT_THAT(wrong, SizeIs(1));
    EXPECT_EQ(wrong[0].kind, inventory::Diagnostic::Kind::Unreadable);
    EXPECT_EQ(wrong[0].to_string(),
              "/nonexistent/prefixes.txt: cannot be read: No such file or directory");
}

TEST(PrefixListFile, AnEmptyFileIsNoPrefixes) {
    const test::TempDir directory;
    const auto file = directory.path() / "none";
    std::ofstream(file).flush();
    Originations read;
    EXPECT_THAT(read_prefix_list_file(file, read), IsEmpty());
    EXPECT_THAT(read.entries(), IsEmpty());
}

}  // namespace
}  // namespace routeproof::config
