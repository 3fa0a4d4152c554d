#include "playbooks/proof.hpp"

#include <gtest/gtest.h>

namespace routeproof::playbooks {
namespace {

using Sentences = std::vector<std::string>;

Obligation about(const char* key,
                 Verdict verdict,
                 const char* router = "leaf1",
                 const char* host = "host1") {
    return {key, router, host, "prefix-received", "", verdict, std::string(key)};
}

Look look(std::vector<Obligation> obligations) {
    Look made;
    made.obligations = std::move(obligations);
    return made;
}

Claim kept() {
    return {ProveStep::Require::Kept, {"leaf1"}, {}, {}};
}

TEST(PlaybookProof, WhatWasProvenMustStillBeOnAnyRouter) {
    const Look before = look({about("a", Verdict::Ok), about("b", Verdict::Ok, "leaf2", "host2")});
    const auto good = judge(&before, before, kept());
    EXPECT_TRUE(good.holds());
    EXPECT_EQ(good.proven, 2U);
    const Look after =
        look({about("a", Verdict::Ok), about("b", Verdict::Mismatch, "leaf2", "host2")});
    const auto bad = judge(&before, after, kept());
    EXPECT_EQ(bad.verdict, Verdict::Mismatch);
    EXPECT_EQ(bad.lost, Sentences{"b"});
}

TEST(PlaybookProof, WhatCannotBeLookedAtIsNotProven) {
    const Look before = look({about("a", Verdict::Ok)});
    EXPECT_EQ(judge(&before, look({about("a", Verdict::Unknown)}), kept()).verdict,
              Verdict::Unknown);
    Look cut = before;
    cut.whole = false;
    EXPECT_EQ(judge(&before, cut, kept()).verdict, Verdict::Unknown);
}

TEST(PlaybookProof, AMismatchOfBeforeIsNoLossAndANewOneIs) {
    const Look before = look({about("a", Verdict::Mismatch)});
    EXPECT_TRUE(judge(&before, before, kept()).holds());
    const auto bad = judge(
        &before, look({about("a", Verdict::Mismatch), about("new", Verdict::Mismatch)}), kept());
    EXPECT_EQ(bad.broken, Sentences{"new"});
    EXPECT_EQ(bad.verdict, Verdict::Mismatch);
}

TEST(PlaybookProof, AnObligationThatEndedIsTheHostsDoingOnlyIfItSaysSo) {
    const Look before = look({about("a", Verdict::Ok)});
    const auto said = judge(&before, look({}), kept());
    EXPECT_TRUE(said.holds());
    EXPECT_EQ(said.notes.size(), 1U);
    Look silent;
    silent.not_heard = {"host1"};
    EXPECT_EQ(judge(&before, silent, kept()).verdict, Verdict::Unknown);
}

TEST(PlaybookProof, AllIsAboutTheHostsOnTheRoutersOfTheBatch) {
    const Look after = look({about("a", Verdict::Ok),
                             about("b", Verdict::Mismatch, "leaf2"),
                             about("c", Verdict::Mismatch, "leaf1", "host2")});
    EXPECT_TRUE(judge(nullptr, after, {ProveStep::Require::All, {"leaf1"}, {"host1"}, {}}).holds());
    const auto both = judge(nullptr, after, {ProveStep::Require::All, {"leaf1"}, {}, {}});
    EXPECT_EQ(both.missing, Sentences{"c"});
}

TEST(PlaybookProof, AClaimAboutNothingIsNotProven) {
    EXPECT_EQ(judge(nullptr, look({}), {ProveStep::Require::All, {"leaf1"}, {"host1"}, {}}).verdict,
              Verdict::Unknown);
    EXPECT_EQ(
        judge(nullptr, look({}), {ProveStep::Require::Kept, {"leaf1"}, {}, {"host1"}}).verdict,
        Verdict::Unknown);
}

TEST(PlaybookProof, GoneMeansThatTheRouterHasNoSuchSession) {
    const Claim claim{ProveStep::Require::Kept, {"leaf1"}, {}, {"host1"}};
    Obligation session = about("s", Verdict::Mismatch);
    session.check = "session-established";
    session.code = "session-missing";
    const Look before = look({about("a", Verdict::Ok)});
    EXPECT_TRUE(judge(&before, look({session, about("a", Verdict::Mismatch)}), claim).holds());
    session.code = "session-down";
    EXPECT_EQ(judge(&before, look({session}), claim).missing,
              Sentences{"leaf1 still has its session with host1"});
    session.verdict = Verdict::Unknown;
    EXPECT_EQ(judge(&before, look({session}), claim).verdict, Verdict::Unknown);
}

}  // namespace
}  // namespace routeproof::playbooks
