// What only etcd has: members that die, answers that get lost, certificates, compaction.
#include "inventory/store/etcd_store.hpp"

#include "tests/contract/store/deaf_proxy.hpp"
#include "tests/contract/store/etcd_cluster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <thread>

namespace routeproof::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr seconds kPatience{30};

std::unique_ptr<EtcdStore> open(const EtcdOptions& options) {
    return EtcdStore::open(options).value();
}

Result<Revision> put(Store& store, const std::string& key, const std::string& value) {
    return store.commit({{}, {{key, value}}, {}});
}

/// A claim of a key that nobody may have.
Result<Revision> claim(Store& store, const std::string& key, const std::string& who) {
    return store.commit({{{key, Revision::Absent}}, {{key, who}}, {}});
}

std::string name(int number) {
    return "a/" + std::to_string(1000 + number);
}

/// Reads a watch until it has told `last`.
class Reader {
public:
    Reader(std::unique_ptr<Watch> watch, std::string last)
        : watch_(std::move(watch)), last_(std::move(last)), thread_([this] { read(); }) {}
    ~Reader() { join(); }

    void join() {
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    std::vector<std::string> told;
    int snapshots = 0;

private:
    void read() {
        const auto deadline = std::chrono::steady_clock::now() + 2 * kPatience;
        while ((told.empty() || told.back() != last_) &&
               std::chrono::steady_clock::now() < deadline) {
            const auto batch = watch_->next(milliseconds(200));
            if (!batch) {
                continue;  // no member can be reached just now
            }
            snapshots += batch->snapshot ? 1 : 0;
            for (const Change& change : batch->changes) {
                told.push_back(change.key);
            }
        }
    }

    std::unique_ptr<Watch> watch_;
    std::string last_;
    std::thread thread_;
};

class EtcdFaults : public testing::Test {
protected:
    test::EtcdCluster cluster_{3};
};

TEST_F(EtcdFaults, WhenTheLeaderIsKilledNoClaimIsLostDoubledOrCalledTaken) {
    const auto store = open(cluster_.options(cluster_.leader()));
    Reader reader(store->watch("a/", Revision::Absent), name(59));
    for (int i = 0; i < 60; ++i) {
        if (i == 20) {
            cluster_.kill(cluster_.leader());
        }
        const auto done = claim(*store, name(i), "us");
        ASSERT_TRUE(done) << name(i) << ": " << done.error();
    }
    reader.join();
    std::vector<std::string> expected;
    for (int i = 0; i < 60; ++i) {
        EXPECT_EQ(store->get(name(i)).value()->value, "us");
        expected.push_back(name(i));
    }
    EXPECT_EQ(reader.told, expected) << "a watch tells each change once, over any failure";
    EXPECT_EQ(reader.snapshots, 1);
}

TEST_F(EtcdFaults, WithoutAMajorityEveryCallEndsWithASentenceAndLaterAllWorksAgain) {
    auto options = cluster_.options();
    options.patience = seconds(2);
    const auto store = open(options);
    ASSERT_TRUE(put(*store, "k", "before"));
    cluster_.kill(1);
    cluster_.kill(2);
    const auto read = store->get("k");
    EXPECT_EQ(read.error(), Errc::Unavailable);
    EXPECT_THAT(read.error().message(), HasSubstr("the store cannot be reached or written: "));
    for (std::size_t i = 0; i < cluster_.size(); ++i) {
        EXPECT_THAT(read.error().message(), HasSubstr(std::to_string(cluster_.port(i))));
    }
    const auto written = put(*store, "k", "while it was away");
    ASSERT_FALSE(written);
    EXPECT_TRUE(written.error() == Errc::Unavailable || written.error() == Errc::Unknown)
        << written.error();
    EXPECT_FALSE(store->grant(seconds(5)));

    cluster_.start(1);
    cluster_.start(2);
    const auto patient = open(cluster_.options());
    ASSERT_TRUE(patient->get("k"));
    EXPECT_TRUE(put(*store, "k", "after")) << "our own doubtful transaction does not fence us";
    EXPECT_EQ(store->get("k").value()->value, "after");
}

TEST_F(EtcdFaults, AMemberThatIsSilentIsLeftBehind) {
    const auto store = open(cluster_.options(0));
    ASSERT_TRUE(put(*store, "k", "1"));
    cluster_.signal(0, SIGSTOP);
    EXPECT_TRUE(put(*store, "k", "2"));
    EXPECT_EQ(store->get("k").value()->value, "2");
    cluster_.signal(0, SIGCONT);
}

// The watch's member dies; before it finds another one, all that it has not heard is compacted.
TEST_F(EtcdFaults, AWatchThatMissedACompactionReadsEverythingAnewAndGoesOn) {
    const auto store = open(cluster_.options(1));
    ASSERT_TRUE(put(*store, "a/gone", "x"));
    ASSERT_TRUE(put(*store, "a/stays", "old"));
    const auto other = open(cluster_.options(0));
    const auto watch = other->watch("a/", Revision::Absent);
    ASSERT_TRUE(watch->next(kPatience).value().snapshot);
    ASSERT_TRUE(put(*store, "a/stays", "told"));
    ASSERT_EQ(watch->next(kPatience).value().changes.front().value, "told");

    cluster_.kill(0);
    ASSERT_TRUE(store->commit({{}, {{"a/stays", "new"}, {"a/born", "y"}}, {"a/gone"}}));
    const auto last = put(*store, "b/other", "z");
    ASSERT_TRUE(last);
    cluster_.compact(*last);

    const auto anew = watch->next(kPatience);
    ASSERT_TRUE(anew) << anew.error();
    EXPECT_TRUE(anew->snapshot);
    ASSERT_EQ(anew->changes.size(), 2U);
    EXPECT_EQ(anew->changes[0].key, "a/born");
    EXPECT_EQ(anew->changes[1].key, "a/stays");
    EXPECT_EQ(anew->changes[1].value, "new");
    ASSERT_TRUE(put(*store, "a/later", "w"));
    const auto later = watch->next(kPatience);
    ASSERT_TRUE(later) << later.error();
    ASSERT_EQ(later->changes.size(), 1U);
    EXPECT_EQ(later->changes[0].key, "a/later");
}

TEST_F(EtcdFaults, AKilledMemberComesBackWithEverything) {
    const auto store = open(cluster_.options(0));
    ASSERT_TRUE(put(*store, "k", "1"));
    for (std::size_t member = 0; member < cluster_.size(); ++member) {
        cluster_.kill(member);
    }
    for (std::size_t member = 0; member < cluster_.size(); ++member) {
        cluster_.start(member);
    }
    const auto entry = store->get("k");
    ASSERT_TRUE(entry) << entry.error();
    EXPECT_EQ((*entry)->value, "1");
}

class EtcdSingle : public testing::Test {
protected:
    static EtcdOptions options(const std::string& client = {}) {
        static const test::EtcdCluster kCluster(1);
        auto options = kCluster.options();
        options.client = client;
        return options;
    }
};

TEST_F(EtcdSingle, AClaimWhoseAnswerWasLostIsOursAndIsMadeOnce) {
    auto through_proxy = options();
    const test::DeafProxy proxy(through_proxy.endpoints.front().port);
    through_proxy.folder = "/lost-answer/";
    auto deaf = through_proxy.endpoints.front();
    deaf.port = proxy.port();
    through_proxy.endpoints.insert(through_proxy.endpoints.begin(), deaf);
    const auto store = open(through_proxy);
    const auto done = claim(*store, "address/172.16.100.1", "us");
    EXPECT_EQ(proxy.swallowed(), 1);
    ASSERT_TRUE(done) << done.error();
    EXPECT_EQ(store->get("address/172.16.100.1").value()->revision, *done);
    EXPECT_EQ(claim(*store, "address/172.16.100.1", "us").error(), Errc::Conflict);
}

TEST_F(EtcdSingle, AClaimThatNobodyAnsweredIsInDoubtAndDoesNotHinderTheNext) {
    auto only_proxy = options();
    test::DeafProxy proxy(only_proxy.endpoints.front().port);
    only_proxy.folder = "/in-doubt/";
    only_proxy.patience = milliseconds(500);
    only_proxy.endpoints.front().port = proxy.port();
    const auto store = open(only_proxy);
    EXPECT_EQ(claim(*store, "k", "us").error(), Errc::Unknown);
    proxy.heal();
    EXPECT_TRUE(put(*store, "other", "1"));
    EXPECT_EQ(store->get("k").value()->value, "us") << "it was made after all";
}

TEST_F(EtcdSingle, ASecondProgramOfTheSameNameFencesTheFirst) {
    const auto first = open(options("dockerhost1"));
    ASSERT_TRUE(put(*first, "k", "1"));
    const auto second = open(options("dockerhost1"));
    ASSERT_TRUE(put(*second, "k", "2"));
    const auto late = put(*first, "k", "3");
    EXPECT_EQ(late.error(), Errc::Fenced);
    EXPECT_EQ(late.error().message(),
              "another program uses the store under this host's name: as clients/dockerhost1");
    EXPECT_EQ(second->get("k").value()->value, "2");
}

TEST_F(EtcdSingle, AForgettableClientLeavesNothingBehind) {
    auto own = options();
    own.folder = "/forgettable/";
    (void)put(*open(own), "k", "v");
    own.folder = "/";
    std::vector<std::string> keys;
    for (const Entry& entry : open(own)->list("forgettable/").value()) {
        keys.push_back(entry.key);
    }
    EXPECT_EQ(keys, (std::vector<std::string>{"forgettable/k"}));
}

TEST(EtcdNobody, IsUnavailableAtOnceAndSaysWhere) {
    EtcdOptions options;
    options.endpoints = {*etcd::Endpoint::parse("http://127.0.0.1:1")};
    options.patience = milliseconds(200);
    const auto read = open(options)->get("k");
    EXPECT_EQ(read.error().message(),
              "the store cannot be reached or written: http://127.0.0.1:1: connect: "
              "Connection refused");
    EXPECT_EQ(open(options)->watch("", Revision::Absent)->next(milliseconds(200)).error(),
              Errc::Unavailable);
}

class EtcdTls : public testing::Test {
protected:
    static const test::Certificates& certificates() {
        static const test::Certificates kCertificates;
        return kCertificates;
    }
    static EtcdOptions options() {
        static const test::EtcdCluster kCluster(1, &certificates());
        return kCluster.options();
    }
    static Failure failure(const etcd::TlsFiles& files) {
        auto wrong = options();
        wrong.tls = files;
        const auto read = open(wrong)->get("k");
        return read ? Failure() : read.error();
    }
};

TEST_F(EtcdTls, WithTheRightCertificatesAllWorks) {
    const auto store = open(options());
    ASSERT_TRUE(put(*store, "a/k", "v"));
    EXPECT_EQ(store->get("a/k").value()->value, "v");
    const auto watch = store->watch("a/", Revision::Absent);
    EXPECT_TRUE(watch->next(kPatience).value().snapshot);
    ASSERT_TRUE(put(*store, "a/k", "w"));
    EXPECT_EQ(watch->next(kPatience).value().changes.front().value, "w");
}

TEST_F(EtcdTls, WithoutACertificateOfOursEtcdRefuses) {
    const Failure refused = failure(certificates().files("ca", ""));
    EXPECT_EQ(refused, Errc::Refused) << refused;
    EXPECT_THAT(refused.message(), HasSubstr("certificate")) << refused;
}

TEST_F(EtcdTls, ACertificateOfAStrangersAuthorityIsRefused) {
    const Failure refused = failure(certificates().files("ca", "stranger"));
    EXPECT_EQ(refused, Errc::Refused) << refused;
    EXPECT_THAT(refused.message(), HasSubstr("certificate")) << refused;
}

TEST_F(EtcdTls, AnEtcdOfAStrangersAuthorityIsNotBelieved) {
    const Failure refused = failure(certificates().files("stranger-ca", "client"));
    EXPECT_EQ(refused, Errc::Refused) << refused;
    EXPECT_THAT(refused.message(), HasSubstr("certificate verify failed")) << refused;
}

TEST_F(EtcdTls, AnEtcdUnderAnotherNameIsNotBelieved) {
    auto other = options();
    other.endpoints.front().host = "localhost";
    const auto read = open(other)->get("k");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error(), Errc::Refused) << read.error();
    EXPECT_THAT(read.error().message(), HasSubstr("certificate verify failed"));
}

TEST_F(EtcdTls, FilesThatAreNotThereOrDoNotBelongTogetherAreNamed) {
    const auto opened = [](const etcd::TlsFiles& files) {
        auto wrong = options();
        wrong.tls = files;
        return EtcdStore::open(wrong).error();
    };
    EXPECT_THAT(opened({"/no/ca.pem", "", ""}).message(), HasSubstr("authority /no/ca.pem: "));
    auto mixed = certificates().files("ca", "client");
    mixed.key = certificates().file("stranger.key");
    EXPECT_THAT(opened(mixed).message(), HasSubstr("key " + mixed.key.string() + ": "));
}

}  // namespace
}  // namespace routeproof::store
