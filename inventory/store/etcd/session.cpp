#include "inventory/store/etcd/session.hpp"

#include "inventory/store/etcd/messages.hpp"

#include <algorithm>
#include <thread>

namespace routeproof::store::etcd {
namespace {

/// Between two rounds through all members: an election takes longer than asking everybody.
constexpr std::chrono::milliseconds kPause{50};
constexpr unsigned kOk = 200;

Failure failure_of(const Endpoint& endpoint, const HttpReply& reply) {
    const auto error = read_error(reply.body);
    const std::string at = endpoint.to_string() + ": ";
    if (!error) {
        return {Errc::Refused,
                at + "HTTP status " + std::to_string(reply.status) +
                    " to a request of etcd v3; is this etcd 3.4 or later, with its JSON gateway?"};
    }
    switch (error->code) {
        case RpcCode::NotFound:
            return {Errc::LeaseGone, at + error->message};
        // A member that lost the others, or whose leader is just being elected. What it was told
        // may be done later.
        case RpcCode::Unavailable:
        case RpcCode::DeadlineExceeded:
            return {Errc::Unknown, at + error->message};
        case RpcCode::ResourceExhausted:
            return {Errc::Unavailable, at + error->message};
        case RpcCode::InvalidArgument:
        case RpcCode::PermissionDenied:
        case RpcCode::FailedPrecondition:
        case RpcCode::OutOfRange:
        case RpcCode::Unimplemented:
        case RpcCode::Unauthenticated:
            break;
    }
    return {Errc::Refused, at + error->message};
}

/// What the members said, each once.
class Complaints {
public:
    void add(const Failure& failure) {
        unknown_ = unknown_ || failure == Errc::Unknown;
        all_refuse_ = all_refuse_ && failure == Errc::Refused;
        if (std::find(said_.begin(), said_.end(), failure.detail) == said_.end()) {
            said_.push_back(failure.detail);
        }
    }
    /// A transaction stays in doubt whatever is said later.
    void begin_round() {
        said_.clear();
        all_refuse_ = true;
    }
    bool all_refuse() const { return all_refuse_; }

    Failure sum() const {
        std::string text;
        for (const std::string& one : said_) {
            text.append(text.empty() ? "" : "; ").append(one);
        }
        const auto known = all_refuse_ ? Errc::Refused : Errc::Unavailable;
        return {unknown_ ? Errc::Unknown : known, std::move(text)};
    }

private:
    bool unknown_ = false;
    bool all_refuse_ = true;
    std::vector<std::string> said_;
};

}  // namespace

Session::Session(const EtcdOptions& options, std::shared_ptr<boost::asio::ssl::context> tls)
    : endpoints_(options.endpoints), tls_(std::move(tls)), attempt_(options.attempt) {}

void Session::fail_over() {
    connection_.reset();
    current_ = (current_ + 1) % endpoints_.size();
}

Result<std::unique_ptr<Connection>> Session::connect(Deadline deadline) {
    const auto own = std::chrono::steady_clock::now() + attempt_;
    return Connection::open(endpoint(), tls_, std::min(own, deadline));
}

Result<std::string> Session::try_once(std::string_view path,
                                      std::string_view body,
                                      Deadline deadline) {
    const bool fresh = connection_ == nullptr;
    if (fresh) {
        auto opened = connect(deadline);
        if (!opened) {
            return opened.error();
        }
        connection_ = std::move(*opened);
    }
    const auto own = std::chrono::steady_clock::now() + attempt_;
    auto reply = connection_->post(path, body, std::min(own, deadline));
    if (!reply) {
        connection_.reset();
        return reply.error();
    }
    if (reply->status != kOk) {
        return failure_of(endpoint(), *reply);
    }
    return std::move(reply->body);
}

Result<std::string> Session::call(std::string_view path, std::string_view body, Deadline deadline) {
    Complaints complaints;
    for (;;) {
        complaints.begin_round();
        for (std::size_t i = 0; i < endpoints_.size(); ++i) {
            auto answer = try_once(path, body, deadline);
            if (answer || answer.error() == Errc::LeaseGone) {
                return answer;
            }
            complaints.add(answer.error());
            fail_over();
        }
        if (complaints.all_refuse() || std::chrono::steady_clock::now() + kPause >= deadline) {
            return complaints.sum();
        }
        std::this_thread::sleep_for(kPause);
    }
}

}  // namespace routeproof::store::etcd
