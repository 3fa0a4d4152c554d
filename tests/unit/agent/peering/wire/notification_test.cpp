#include "agent/peering/wire/notification.hpp"

#include "tests/unit/agent/peering/support.hpp"

#include <gtest/gtest.h>

namespace routeproof::bgp {
namespace {

TEST(BgpNotification, SurvivesTheWire) {
    const Notification notification(ErrorCode::Open, open_error::kUnsupportedVersion, {0, 4});
    EXPECT_EQ(encode_body(notification), hex("02 01 0004"));
    EXPECT_EQ(decode_notification(hex("02 01 0004")), notification);
}

TEST(BgpNotification, QuotesOnlySoMuchThatItFitsAMessage) {
    const Notification notification(ErrorCode::RouteRefresh, 1, Bytes(4096));
    EXPECT_EQ(encode_body(notification).size(), 4096U - 19U);
}

TEST(BgpNotification, NamesCodeAndSubcode) {
    EXPECT_EQ(error_name({ErrorCode::Cease, 2}), "Cease/Administrative Shutdown");
    EXPECT_EQ(error_name({ErrorCode::HoldTimerExpired, 0}), "Hold Timer Expired");
    EXPECT_EQ(error_name({ErrorCode::Open, 99}), "OPEN Message Error/99");
    EXPECT_EQ(error_name({static_cast<ErrorCode>(77), 1}), "error 77/1");
}

TEST(BgpShutdownText, IsSentWithItsLength) {
    EXPECT_EQ(cease_with_text(2, "bye").data, hex("03 627965"));
    EXPECT_TRUE(cease_with_text(2, "").data.empty());
}

TEST(BgpShutdownText, IsCutBetweenCodePoints) {
    const std::string text = std::string(254, 'x') + "ü";  // two octets, of which one would fit
    const Notification notification = cease_with_text(2, text);
    EXPECT_EQ(notification.data.size(), 1U + 254U);
    EXPECT_EQ(shutdown_text(notification), std::string(254, 'x'));
}

TEST(BgpShutdownText, IsBoundedByTheMessageAndNotByItsLengthOctet) {
    EXPECT_EQ(shutdown_text(decode_notification(hex("06 02 ff 6869"))), "hi");
    EXPECT_EQ(shutdown_text(decode_notification(hex("06 02 01 6869"))), "h");
    EXPECT_EQ(shutdown_text(decode_notification(hex("06 02"))), "");
}

TEST(BgpShutdownText, IsOnlyInTheCeasesThatCarryOne) {
    EXPECT_EQ(shutdown_text(decode_notification(hex("06 07 02 6869"))), "");
    EXPECT_EQ(shutdown_text(decode_notification(hex("06 04 02 6869"))), "hi");
}

TEST(BgpShutdownText, CannotForgeALogLine) {
    EXPECT_EQ(escape("ok\nevent=x \"q\" \x1b[31m"), "ok\\x0aevent=x \\x22q\\x22 \\x1b[31m");
    EXPECT_EQ(escape("grün"), "grün");
    EXPECT_EQ(escape("\xc3("), "\\xc3(");                  // a sequence cut short
    EXPECT_EQ(escape("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
    EXPECT_EQ(escape("\xe2\x80\xae"), "\\xe2\\x80\\xae");  // right-to-left override
}

TEST(BgpNotification, ShowsTheTextQuoted) {
    EXPECT_EQ(to_string(cease_with_text(2, "see you\n")),
              "Cease/Administrative Shutdown: \"see you\\x0a\"");
}

TEST(BgpNotification, AHardResetCarriesItsReason) {
    const Notification reason = cease_with_text(cease::kAdministrativeShutdown, "bye");
    const Notification hard = hard_reset(reason);
    EXPECT_EQ(hard, Notification(ErrorCode::Cease, 9, {6, 2, 3, 'b', 'y', 'e'}));
    EXPECT_TRUE(is_hard_reset(hard));
    EXPECT_EQ(unwrapped(hard), reason);
    EXPECT_EQ(to_string(hard), R"(Cease/Hard Reset (Cease/Administrative Shutdown): "bye")");
    const Notification empty(ErrorCode::Cease, cease::kHardReset);  // some send it so
    EXPECT_EQ(unwrapped(empty), empty);
    EXPECT_EQ(to_string(empty), "Cease/Hard Reset");
}

}  // namespace
}  // namespace routeproof::bgp
