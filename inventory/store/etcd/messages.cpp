#include "inventory/store/etcd/messages.hpp"

#include "inventory/base64.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace routeproof::store::etcd {
namespace {

using nlohmann::json;

std::string text_of(std::int64_t number) {
    return std::to_string(number);
}

template <class Number>
requires std::is_enum_v<Number> std::string text_of(Number number) {
    return std::to_string(static_cast<std::int64_t>(number));
}

/// rpc.proto, RangeRequest: all keys that begin with "a" are [a, b).
std::string end_of(std::string prefix) {
    if (!prefix.empty()) {
        ++prefix.back();  // keys are ASCII paths
    }
    return prefix;
}

json range_of(const std::string& key, const std::string& end) {
    json range{{"key", to_base64(key)}};
    if (!end.empty()) {
        range["range_end"] = to_base64(end);
    }
    return range;
}

/// The empty prefix: "\0" as key and as end stands for all keys.
json range_below(const std::string& prefix) {
    const std::string all(1, '\0');
    return prefix.empty() ? range_of(all, all) : range_of(prefix, end_of(prefix));
}

json compare_of(const Keys& keys, const Condition& condition) {
    return {{"key", to_base64(keys.outer(condition.key))},
            {"target", "MOD"},  // a key that does not exist has revision 0
            {"result", "EQUAL"},
            {"mod_revision", text_of(condition.revision)}};
}

json put_of(const Keys& keys, const Put& put) {
    json request{{"key", to_base64(keys.outer(put.key))}, {"value", to_base64(put.value)}};
    if (put.lease != Lease::None) {
        request["lease"] = text_of(put.lease);
    }
    return {{"request_put", request}};
}

// Reading. What is left out has its default value; what is there must have its type.

const json& nothing() {
    static const json kNothing = json::object();
    return kNothing;
}

class Reader {
public:
    explicit Reader(std::string_view text) : json_(json::parse(text, nullptr, false)) {
        failed_ = !json_.is_object();
    }

    const json& root() const { return failed_ ? nothing() : json_; }
    bool failed() const { return failed_; }

    const json& object(const json& parent, const char* key) {
        const auto at = parent.find(key);
        if (at == parent.end()) {
            return nothing();
        }
        if (!at->is_object()) {
            failed_ = true;
            return nothing();
        }
        return *at;
    }

    std::vector<json> objects(const json& parent, const char* key) {
        std::vector<json> found;
        const auto at = parent.find(key);
        if (at == parent.end()) {
            return found;
        }
        for (const json& one : *at) {
            if (one.is_object()) {
                found.push_back(one);
            } else {
                failed_ = true;
            }
        }
        return found;
    }

    std::int64_t number(const json& parent, const char* key) {
        const auto at = parent.find(key);
        if (at == parent.end()) {
            return 0;
        }
        if (at->is_number_integer()) {
            return at->get<std::int64_t>();
        }
        std::int64_t value = 0;
        const auto* const text = at->is_string() ? at->get_ptr<const std::string*>() : nullptr;
        if (text == nullptr) {
            failed_ = true;
            return 0;
        }
        const char* const end = text->data() + text->size();
        const auto [stop, error] = std::from_chars(text->data(), end, value);
        failed_ = failed_ || error != std::errc() || stop != end;
        return value;
    }

    bool flag(const json& parent, const char* key) {
        const auto at = parent.find(key);
        failed_ = failed_ || (at != parent.end() && !at->is_boolean());
        return at != parent.end() && at->is_boolean() && at->get<bool>();
    }

    std::string text(const json& parent, const char* key) {
        const auto at = parent.find(key);
        failed_ = failed_ || (at != parent.end() && !at->is_string());
        return at != parent.end() && at->is_string() ? at->get<std::string>() : std::string();
    }

    std::string octets(const json& parent, const char* key) {
        auto decoded = from_base64(text(parent, key));
        failed_ = failed_ || !decoded;
        return decoded.value_or("");
    }

    Revision header_revision(const json& parent) {
        return static_cast<Revision>(number(object(parent, "header"), "revision"));
    }

private:
    json json_;
    bool failed_ = false;
};

std::optional<Entry> entry_of(Reader& reader, const Keys& keys, const json& kv) {
    auto key = keys.inner(reader.octets(kv, "key"));
    if (!key) {
        return std::nullopt;
    }
    return Entry{std::move(*key),
                 reader.octets(kv, "value"),
                 static_cast<Revision>(reader.number(kv, "mod_revision")),
                 static_cast<Lease>(reader.number(kv, "lease"))};
}

std::vector<Entry> entries_of(Reader& reader, const Keys& keys, const json& range) {
    std::vector<Entry> entries;
    for (const json& kv : reader.objects(range, "kvs")) {
        if (auto entry = entry_of(reader, keys, kv)) {
            entries.push_back(std::move(*entry));
        }
    }
    return entries;
}

}  // namespace

std::optional<std::string> Keys::inner(std::string_view outer_key) const {
    if (!outer_key.starts_with(folder_)) {
        return std::nullopt;
    }
    return std::string(outer_key.substr(folder_.size()));
}

std::string range_one(const Keys& keys, std::string_view key) {
    return range_of(keys.outer(key), "").dump();
}

std::string range_prefix(const Keys& keys, std::string_view prefix) {
    json range = range_below(keys.outer(prefix));
    range["sort_order"] = "ASCEND";
    range["sort_target"] = "KEY";
    return range.dump();
}

std::string txn(const Keys& keys, const Transaction& transaction, std::string_view or_else) {
    json compare = json::array();
    for (const Condition& condition : transaction.conditions) {
        compare.push_back(compare_of(keys, condition));
    }
    json success = json::array();
    for (const std::string& key : transaction.deletes) {
        success.push_back({{"request_delete_range", range_of(keys.outer(key), "")}});
    }
    for (const Put& put : transaction.puts) {
        success.push_back(put_of(keys, put));
    }
    const json failure = json::array({{{"request_range", range_of(keys.outer(or_else), "")}}});
    return json{{"compare", compare}, {"success", success}, {"failure", failure}}.dump();
}

std::string lease_grant(Lease lease, std::chrono::seconds time_to_live) {
    return json{{"ID", text_of(lease)}, {"TTL", text_of(time_to_live.count())}}.dump();
}

std::string lease_name(Lease lease) {
    return json{{"ID", text_of(lease)}}.dump();
}

std::string watch_create(const Keys& keys, std::string_view prefix, Revision from) {
    json create = range_below(keys.outer(prefix));
    create["start_revision"] = text_of(from);
    create["progress_notify"] = true;
    return json{{"create_request", create}}.dump();
}

std::optional<RangeReply> read_range(const Keys& keys, std::string_view text) {
    Reader reader(text);
    RangeReply reply;
    reply.revision = reader.header_revision(reader.root());
    reply.entries = entries_of(reader, keys, reader.root());
    return reader.failed() ? std::nullopt : std::optional(std::move(reply));
}

std::optional<TxnReply> read_txn(const Keys& keys, std::string_view text) {
    Reader reader(text);
    TxnReply reply;
    reply.revision = reader.header_revision(reader.root());
    reply.succeeded = reader.flag(reader.root(), "succeeded");
    if (!reply.succeeded) {
        for (const json& response : reader.objects(reader.root(), "responses")) {
            auto found = entries_of(reader, keys, reader.object(response, "response_range"));
            if (!found.empty()) {
                reply.or_else = std::move(found.front());
            }
        }
    }
    return reader.failed() ? std::nullopt : std::optional(std::move(reply));
}

std::optional<std::chrono::seconds> read_keep_alive(std::string_view text) {
    Reader reader(text);
    const auto left = reader.number(reader.object(reader.root(), "result"), "TTL");
    return reader.failed() ? std::nullopt : std::optional(std::chrono::seconds(left));
}

std::optional<WatchReply> read_watch(const Keys& keys, std::string_view line) {
    Reader reader(line);
    WatchReply reply;
    const json& error = reader.object(reader.root(), "error");
    if (!error.empty()) {
        reply.canceled = true;
        reply.reason = reader.text(error, "message");
        return reader.failed() ? std::nullopt : std::optional(std::move(reply));
    }
    const json& result = reader.object(reader.root(), "result");
    reply.created = reader.flag(result, "created");
    reply.canceled = reader.flag(result, "canceled");
    reply.compacted = reader.number(result, "compact_revision") != 0;
    reply.reason = reader.text(result, "cancel_reason");
    reply.revision = reader.header_revision(result);
    for (const json& event : reader.objects(result, "events")) {
        auto entry = entry_of(reader, keys, reader.object(event, "kv"));
        if (!entry) {
            continue;
        }
        Change change{std::move(entry->key), std::nullopt, entry->revision};
        if (reader.text(event, "type") != "DELETE") {
            change.value = std::move(entry->value);
        }
        reply.changes.push_back(std::move(change));
    }
    return reader.failed() ? std::nullopt : std::optional(std::move(reply));
}

std::optional<RpcError> read_error(std::string_view text) {
    Reader reader(text);
    const json& root = reader.root();
    // A stream's errors stand in an object of their own, with other names.
    const bool of_stream = root.contains("error") && root["error"].is_object();
    const json& error = of_stream ? root["error"] : root;
    RpcError found;
    found.code = static_cast<RpcCode>(reader.number(error, of_stream ? "grpc_code" : "code"));
    found.message = reader.text(error, of_stream ? "message" : "error");
    if (reader.failed() || (found.message.empty() && static_cast<int>(found.code) == 0)) {
        return std::nullopt;
    }
    return found;
}

}  // namespace routeproof::store::etcd
