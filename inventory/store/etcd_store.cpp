#include "inventory/store/etcd_store.hpp"

#include "inventory/store/etcd/messages.hpp"
#include "inventory/store/etcd/session.hpp"
#include "inventory/store/etcd/watch.hpp"

#include <algorithm>
#include <mutex>
#include <random>

namespace routeproof::store {
namespace {

using std::chrono::milliseconds;

constexpr const char* kClients = "clients/";
/// For saying goodbye, which nobody waits for.
constexpr milliseconds kGoodbye{300};

std::uint64_t random_number() {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32U) | device();
}

Failure no_etcd(const char* what) {
    return {Errc::Refused, std::string(what) + " was answered by something that is not etcd v3"};
}

}  // namespace

struct EtcdStore::Impl {
    Impl(EtcdOptions chosen, std::shared_ptr<boost::asio::ssl::context> context)
        : options(std::move(chosen)),
          tls(std::move(context)),
          keys(options.folder),
          session(options, tls),
          forgettable(options.client.empty()),
          guard_key(kClients + (forgettable ? std::to_string(random_number()) : options.client)) {}

    etcd::Deadline deadline() const { return std::chrono::steady_clock::now() + options.patience; }

    Result<std::string> call(const char* path, const std::string& body, etcd::Deadline until) {
        return session.call(path, body, until);
    }
    Result<std::string> ask(const char* path, const std::string& body);
    Result<void> learn_guard();
    Result<Revision> commit(const Transaction& transaction);

    const EtcdOptions options;
    const std::shared_ptr<boost::asio::ssl::context> tls;
    const etcd::Keys keys;
    std::mutex mutex;
    etcd::Session session;
    const bool forgettable;
    const std::string guard_key;
    std::optional<Revision> guard;  // of our last transaction; nothing: not asked yet
    std::string in_doubt;           // the nonce of a transaction whose answer was lost
};

// What changes nothing cannot be in doubt.
Result<std::string> EtcdStore::Impl::ask(const char* path, const std::string& body) {
    auto answer = session.call(path, body, deadline());
    if (!answer && answer.error() == Errc::Unknown) {
        return Failure(Errc::Unavailable, answer.error().detail);
    }
    return answer;
}

Result<void> EtcdStore::Impl::learn_guard() {
    if (guard) {
        return {};
    }
    if (forgettable) {
        guard = Revision::Absent;
        return {};
    }
    const auto answer = ask("/v3/kv/range", etcd::range_one(keys, guard_key));
    if (!answer) {
        return answer.error();
    }
    const auto reply = etcd::read_range(keys, *answer);
    if (!reply) {
        return no_etcd("a read");
    }
    guard = reply->entries.empty() ? Revision::Absent : reply->entries.front().revision;
    return {};
}

Result<Revision> EtcdStore::Impl::commit(const Transaction& transaction) {
    if (const auto known = learn_guard(); !known) {
        return known.error();
    }
    const std::string nonce = std::to_string(random_number());
    const auto until = deadline();
    for (;;) {
        Transaction guarded = transaction;
        guarded.conditions.push_back({guard_key, *guard});
        guarded.puts.push_back({guard_key, nonce});
        const auto answer = call("/v3/kv/txn", etcd::txn(keys, guarded, guard_key), until);
        if (!answer) {
            if (answer.error() == Errc::Unknown) {
                in_doubt = nonce;
            }
            return answer.error();
        }
        const auto reply = etcd::read_txn(keys, *answer);
        if (!reply) {
            in_doubt = nonce;
            return no_etcd("a transaction");
        }
        if (reply->succeeded) {
            guard = reply->revision;
            return reply->revision;
        }
        const auto actual = reply->or_else ? reply->or_else->revision : Revision::Absent;
        if (reply->or_else && reply->or_else->value == nonce) {
            guard = actual;  // an earlier copy of this very transaction was made
            return actual;
        }
        if (actual == *guard) {
            return Errc::Conflict;
        }
        if (in_doubt.empty() || !reply->or_else || reply->or_else->value != in_doubt) {
            return Failure(Errc::Fenced, "as " + guard_key);
        }
        guard = actual;  // the one that was in doubt was made after all
        in_doubt.clear();
    }
}

EtcdStore::EtcdStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

EtcdStore::~EtcdStore() {
    if (!impl_->forgettable || !impl_->guard || *impl_->guard == Revision::Absent) {
        return;
    }
    const std::lock_guard lock(impl_->mutex);
    const Transaction goodbye{{}, {}, {impl_->guard_key}};
    (void)impl_->call("/v3/kv/txn",
                      etcd::txn(impl_->keys, goodbye, impl_->guard_key),
                      std::chrono::steady_clock::now() + kGoodbye);
}

Result<std::unique_ptr<EtcdStore>> EtcdStore::open(EtcdOptions options) {
    const bool secure = std::any_of(options.endpoints.begin(),
                                    options.endpoints.end(),
                                    [](const etcd::Endpoint& endpoint) { return endpoint.tls; });
    std::shared_ptr<boost::asio::ssl::context> tls;
    if (secure) {
        auto context = etcd::make_context(options.tls);
        if (!context) {
            return context.error();
        }
        tls = std::move(*context);
    }
    return std::unique_ptr<EtcdStore>(
        new EtcdStore(std::make_unique<Impl>(std::move(options), std::move(tls))));
}

Result<std::optional<Entry>> EtcdStore::get(std::string_view key) {
    const std::lock_guard lock(impl_->mutex);
    const auto answer = impl_->ask("/v3/kv/range", etcd::range_one(impl_->keys, key));
    if (!answer) {
        return answer.error();
    }
    auto reply = etcd::read_range(impl_->keys, *answer);
    if (!reply) {
        return no_etcd("a read");
    }
    return reply->entries.empty() ? std::optional<Entry>()
                                  : std::optional(std::move(reply->entries.front()));
}

Result<std::vector<Entry>> EtcdStore::list(std::string_view prefix) {
    const std::lock_guard lock(impl_->mutex);
    const auto answer = impl_->ask("/v3/kv/range", etcd::range_prefix(impl_->keys, prefix));
    if (!answer) {
        return answer.error();
    }
    auto reply = etcd::read_range(impl_->keys, *answer);
    if (!reply) {
        return no_etcd("a read");
    }
    // Our own notes are nobody's business.
    std::erase_if(reply->entries,
                  [](const Entry& entry) { return entry.key.starts_with(kClients); });
    return std::move(reply->entries);
}

Result<Revision> EtcdStore::commit(const Transaction& transaction) {
    const std::lock_guard lock(impl_->mutex);
    return impl_->commit(transaction);
}

Result<Lease> EtcdStore::grant(std::chrono::seconds time_to_live) {
    const std::lock_guard lock(impl_->mutex);
    // The number is ours, so that asking twice does not make two. 63 bits, not zero.
    const auto lease = static_cast<Lease>((random_number() >> 1U) | 1U);
    const auto answer = impl_->ask("/v3/lease/grant", etcd::lease_grant(lease, time_to_live));
    const bool there =
        !answer && answer.error().detail.find("lease already exists") != std::string::npos;
    if (!answer && !there) {
        return answer.error();
    }
    return lease;
}

Result<void> EtcdStore::keep_alive(Lease lease) {
    const std::lock_guard lock(impl_->mutex);
    const auto answer = impl_->ask("/v3/lease/keepalive", etcd::lease_name(lease));
    if (!answer) {
        return answer.error();
    }
    const auto left = etcd::read_keep_alive(*answer);
    if (!left) {
        return no_etcd("a sign of life");
    }
    return left->count() > 0 ? Result<void>() : Errc::LeaseGone;
}

Result<void> EtcdStore::revoke(Lease lease) {
    const std::lock_guard lock(impl_->mutex);
    const auto answer = impl_->ask("/v3/lease/revoke", etcd::lease_name(lease));
    if (!answer && answer.error() != Errc::LeaseGone) {
        return answer.error();
    }
    return {};
}

std::unique_ptr<Watch> EtcdStore::watch(std::string prefix, Revision after) {
    return std::make_unique<etcd::EtcdWatch>(
        impl_->options, impl_->tls, std::move(prefix), after, kClients);
}

}  // namespace routeproof::store
