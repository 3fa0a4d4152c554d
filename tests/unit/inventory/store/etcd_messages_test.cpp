#include "inventory/base64.hpp"
#include "inventory/store/etcd/endpoint.hpp"
#include "inventory/store/etcd/messages.hpp"

#include <gtest/gtest.h>

namespace routeproof::store::etcd {
namespace {

const Keys kKeys("/rp/");

TEST(EtcdBase64, RoundTripsEveryLengthAndOctet) {
    std::string octets;
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(from_base64(to_base64(octets)), octets);
        octets.push_back(static_cast<char>(i));
    }
    EXPECT_EQ(to_base64("/rp/k"), "L3JwL2s=");
}

TEST(EtcdBase64, RefusesWhatIsNone) {
    for (const char* text : {"a", "ab", "abc", "ab!=", "=abc", "a=bc"}) {
        EXPECT_FALSE(from_base64(text)) << text;
    }
}

TEST(EtcdEndpoint, IsAUrlOfAHost) {
    EXPECT_EQ(Endpoint::parse("https://10.0.0.1:2379"), (Endpoint{true, "10.0.0.1", 2379}));
    EXPECT_EQ(Endpoint::parse("http://etcd1/"), (Endpoint{false, "etcd1", 2379}));
    EXPECT_EQ(Endpoint::parse("https://[2001:db8::1]:23"), (Endpoint{true, "2001:db8::1", 23}));
    EXPECT_EQ(Endpoint::parse("https://[2001:db8::1]")->to_string(), "https://[2001:db8::1]:2379");
    for (const char* text : {"",
                             "10.0.0.1:2379",
                             "ftp://a",
                             "http://",
                             "http://a:",
                             "http://a:0",
                             "http://a:65536",
                             "http://a:2379x",
                             "http://a/v3",
                             "http://[::1"}) {
        EXPECT_FALSE(Endpoint::parse(text)) << text;
    }
}

TEST(EtcdMessages, ATransactionComparesRevisionsAndReadsOneKeyWhenItFails) {
    const Transaction transaction{
        {{"k", static_cast<Revision>(7)}}, {{"p", "v", static_cast<Lease>(5)}}, {"d"}};
    EXPECT_EQ(txn(kKeys, transaction, "g"),
              R"({"compare":[{"key":"L3JwL2s=","mod_revision":"7","result":"EQUAL",)"
              R"("target":"MOD"}],"failure":[{"request_range":{"key":"L3JwL2c="}}],)"
              R"("success":[{"request_delete_range":{"key":"L3JwL2Q="}},)"
              R"({"request_put":{"key":"L3JwL3A=","lease":"5","value":"dg=="}}]})");
}

TEST(EtcdMessages, APrefixIsARange) {
    EXPECT_EQ(range_prefix(Keys(""), "a"),
              R"({"key":"YQ==","range_end":"Yg==","sort_order":"ASCEND","sort_target":"KEY"})");
    EXPECT_EQ(range_prefix(Keys(""), ""),
              R"({"key":"AA==","range_end":"AA==","sort_order":"ASCEND","sort_target":"KEY"})");
}

TEST(EtcdMessages, ARangeIsReadWithoutItsFolderAndWithDefaultsLeftOut) {
    const auto reply = read_range(kKeys,
                                  R"({"header":{"cluster_id":"1","revision":"9"},"kvs":[)"
                                  R"({"key":"L3JwL2s=","mod_revision":"4","value":"dg==",)"
                                  R"("lease":"7587"},{"key":"L3JwL3A=","mod_revision":"5"},)"
                                  R"({"key":"YQ==","mod_revision":"6"}],"count":"3"})");
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->revision, static_cast<Revision>(9));
    EXPECT_EQ(reply->entries,
              (std::vector<Entry>{{"k", "v", static_cast<Revision>(4), static_cast<Lease>(7587)},
                                  {"p", "", static_cast<Revision>(5), Lease::None}}));
}

TEST(EtcdMessages, AFailedTransactionBringsTheOtherKey) {
    const auto reply = read_txn(kKeys,
                                R"({"header":{"revision":"9"},"responses":[{"response_range":)"
                                R"({"header":{"revision":"9"},"kvs":[{"key":"L3JwL2c=",)"
                                R"("mod_revision":"3","value":"bg=="}],"count":"1"}}]})");
    ASSERT_TRUE(reply);
    EXPECT_FALSE(reply->succeeded);
    EXPECT_EQ(reply->or_else, (Entry{"g", "n", static_cast<Revision>(3), Lease::None}));
    EXPECT_TRUE(read_txn(kKeys, R"({"header":{"revision":"9"},"succeeded":true})")->succeeded);
}

TEST(EtcdMessages, AWatchTellsPutsAndDeletes) {
    const auto reply = read_watch(kKeys,
                                  R"({"result":{"header":{"revision":"9"},"events":[{"kv":)"
                                  R"({"key":"L3JwL2s=","mod_revision":"8","value":"dg=="}},)"
                                  R"({"type":"DELETE","kv":{"key":"L3JwL3A=",)"
                                  R"("mod_revision":"9"}}]}})");
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->changes,
              (std::vector<Change>{{"k", "v", static_cast<Revision>(8)},
                                   {"p", std::nullopt, static_cast<Revision>(9)}}));
}

TEST(EtcdMessages, AWatchThatWasCompactedSaysSo) {
    const auto reply =
        read_watch(kKeys, R"({"result":{"header":{},"canceled":true,"compact_revision":"12"}})");
    ASSERT_TRUE(reply);
    EXPECT_TRUE(reply->canceled);
    EXPECT_TRUE(reply->compacted);
}

TEST(EtcdMessages, ErrorsOfCallsAndOfStreams) {
    const auto of_call = read_error(
        R"({"error":"etcdserver: no leader","message":"etcdserver: no leader","code":14})");
    ASSERT_TRUE(of_call);
    EXPECT_EQ(of_call->code, RpcCode::Unavailable);
    EXPECT_EQ(of_call->message, "etcdserver: no leader");
    const auto of_stream = read_watch(
        kKeys, R"({"error":{"grpc_code":14,"http_code":503,"message":"etcdserver: no leader"}})");
    ASSERT_TRUE(of_stream);
    EXPECT_TRUE(of_stream->canceled);
    EXPECT_EQ(of_stream->reason, "etcdserver: no leader");
}

TEST(EtcdMessages, WhatIsNotOfEtcdIsNotRead) {
    for (const char* text : {"",
                             "[]",
                             "404 page not found",
                             R"({"header":7})",
                             R"({"header":{"revision":"x"}})",
                             R"({"kvs":[7]})",
                             R"({"kvs":[{"key":"!"}]})"}) {
        EXPECT_FALSE(read_range(kKeys, text)) << text;
    }
    EXPECT_FALSE(read_error("404 page not found"));
    EXPECT_FALSE(read_error("{}"));
}

}  // namespace
}  // namespace routeproof::store::etcd
