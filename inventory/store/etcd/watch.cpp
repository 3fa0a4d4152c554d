#include "inventory/store/etcd/watch.hpp"

#include <algorithm>
#include <thread>

namespace routeproof::store::etcd {
namespace {

constexpr std::chrono::milliseconds kPause{50};

Revision behind(Revision revision) {
    return static_cast<Revision>(static_cast<std::int64_t>(revision) + 1);
}

}  // namespace

EtcdWatch::EtcdWatch(const EtcdOptions& options,
                     std::shared_ptr<boost::asio::ssl::context> tls,
                     std::string prefix,
                     Revision after,
                     std::string hidden)
    : keys_(options.folder),
      prefix_(std::move(prefix)),
      hidden_(std::move(hidden)),
      session_(options, std::move(tls)),
      told_(after) {}

Result<Batch> EtcdWatch::next(std::chrono::milliseconds patience) {
    const Deadline deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        if (told_ == Revision::Absent) {
            return read_snapshot(deadline);
        }
        if (!stream_) {
            if (const auto opened = open_stream(deadline); !opened) {
                session_.fail_over();
                // Once more while there is time; a patient caller need not hear of one dead member.
                if (std::chrono::steady_clock::now() < deadline &&
                    opened.error() != Errc::Refused) {
                    continue;
                }
                return opened.error();
            }
        }
        const auto line = stream_->next_line(deadline);
        if (!line) {
            lose_stream();
            if (std::chrono::steady_clock::now() >= deadline) {
                return line.error();
            }
            continue;
        }
        if (line->empty()) {
            return Batch{false, {}, told_};
        }
        auto reply = read_watch(keys_, *line);
        if (!reply) {
            return Failure(Errc::Refused,
                           session_.endpoint().to_string() +
                               ": a watch was answered by something that is not etcd v3");
        }
        const Failure canceled(Errc::Unavailable,
                               session_.endpoint().to_string() + ": watch: " + reply->reason);
        const bool over = reply->canceled && !reply->compacted;
        if (auto batch = take(std::move(*reply))) {
            return std::move(*batch);
        }
        if (over) {
            if (std::chrono::steady_clock::now() + kPause >= deadline) {
                return canceled;
            }
            std::this_thread::sleep_for(kPause);  // no member may have a leader just now
        }
    }
}

Result<Batch> EtcdWatch::read_snapshot(Deadline deadline) {
    const auto answer = session_.call("/v3/kv/range", range_prefix(keys_, prefix_), deadline);
    if (!answer) {
        const auto& why = answer.error();
        return why == Errc::Unknown ? Failure(Errc::Unavailable, why.detail) : why;
    }
    auto reply = read_range(keys_, *answer);
    if (!reply) {
        return Failure(Errc::Refused, "a read was answered by something that is not etcd v3");
    }
    Batch batch{true, {}, reply->revision};
    for (Entry& entry : reply->entries) {
        if (!entry.key.starts_with(hidden_)) {
            batch.changes.push_back({std::move(entry.key), std::move(entry.value), entry.revision});
        }
    }
    told_ = reply->revision;
    return batch;
}

Result<void> EtcdWatch::open_stream(Deadline deadline) {
    auto opened = session_.connect(deadline);
    if (!opened) {
        return opened.error();
    }
    const auto asked =
        (*opened)->open_stream("/v3/watch", watch_create(keys_, prefix_, behind(told_)), deadline);
    if (!asked) {
        return asked.error();
    }
    stream_ = std::move(*opened);
    return {};
}

void EtcdWatch::lose_stream() {
    stream_.reset();
    session_.fail_over();
}

std::optional<Batch> EtcdWatch::take(WatchReply reply) {
    // A store that is behind what it told us was restored from a backup (or the member lags, and
    // then reading everything does no harm).
    if (reply.compacted || (reply.created && reply.revision < told_)) {
        stream_.reset();
        told_ = Revision::Absent;  // the next round reads everything
        return std::nullopt;
    }
    if (reply.canceled) {
        lose_stream();
        return std::nullopt;
    }
    if (reply.changes.empty()) {
        return std::nullopt;
    }
    // Not the header's revision: while a stream catches up, that one is ahead of its events.
    told_ = std::max(told_, reply.changes.back().revision);
    Batch batch{false, std::move(reply.changes), told_};
    std::erase_if(batch.changes,
                  [this](const Change& change) { return change.key.starts_with(hidden_); });
    if (batch.changes.empty()) {
        return std::nullopt;
    }
    return batch;
}

}  // namespace routeproof::store::etcd
