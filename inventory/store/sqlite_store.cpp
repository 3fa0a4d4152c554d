#include "inventory/store/sqlite_store.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace routeproof::store {
namespace {

// "RPst": marks the file as ours, so that a foreign database is not written into.
constexpr int kApplicationId = 0x52507374;
// 1: entries without leases. 2: leases.
constexpr int kSchemaVersion = 2;

struct CloseDatabase {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

Failure error(int code) {
    const char* const words = sqlite3_errstr(code);  // "database or disk is full"
    switch (code & 0xFF) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {Errc::Corrupt, words};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Errc::Locked;
        default:
            return {Errc::Unavailable, words};
    }
}

Result<void> run(sqlite3* db, const char* sql) {
    const int code = sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        return error(code);
    }
    return {};
}

Result<Statement> prepare(sqlite3* db, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(db, sql, -1, &statement, nullptr);
    if (code != SQLITE_OK) {
        return error(code);
    }
    return Statement(statement);
}

// Not "bind": with a std::string argument the compiler would pick std::bind and bind nothing.
void bind_text(sqlite3_stmt* statement, int index, std::string_view text) {
    sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

std::string column_text(sqlite3_stmt* statement, int column) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    return text == nullptr ? std::string() : std::string(text, size);
}

Result<std::int64_t> read_number(sqlite3* db, const char* sql) {
    auto statement = prepare(db, sql);
    if (!statement) {
        return statement.error();
    }
    const int code = sqlite3_step(statement->get());
    if (code != SQLITE_ROW) {
        return error(code);
    }
    return sqlite3_column_int64(statement->get(), 0);
}

Entry read_entry(sqlite3_stmt* row) {
    return {column_text(row, 0),
            column_text(row, 1),
            static_cast<Revision>(sqlite3_column_int64(row, 2)),
            static_cast<Lease>(sqlite3_column_int64(row, 3))};
}

// The first string that does not begin with `prefix` and is greater than all that do. Keys are
// ASCII paths, so the last octet can always be counted up.
std::string end_of(std::string_view prefix) {
    std::string end(prefix);
    if (!end.empty()) {
        ++end.back();
    }
    return end;
}

constexpr const char* kCreateLeases =
    "CREATE TABLE leases(id INTEGER PRIMARY KEY AUTOINCREMENT, time_to_live INTEGER NOT NULL);";

std::string set_version() {
    return "PRAGMA user_version=" + std::to_string(kSchemaVersion) + ";";
}

Result<void> create_schema(sqlite3* db) {
    const std::string create =
        "BEGIN;"
        "PRAGMA application_id=" +
        std::to_string(kApplicationId) + ";" + set_version() +
        "CREATE TABLE entries(key TEXT PRIMARY KEY, value TEXT NOT NULL, revision INTEGER NOT NULL,"
        " lease INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
        "CREATE TABLE clock(commits INTEGER NOT NULL);"
        "INSERT INTO clock VALUES(1);" +  // 0 is "from the start"
        kCreateLeases +
        "COMMIT";
    return run(db, create.c_str());
}

// One transaction: a machine that dies in it finds the old schema and every entry.
Result<void> upgrade_schema(sqlite3* db) {
    const std::string upgrade = "BEGIN;" + set_version() +
                                "ALTER TABLE entries ADD COLUMN lease INTEGER NOT NULL DEFAULT 0;"
                                "UPDATE clock SET commits=max(commits, 1);" +
                                kCreateLeases + "COMMIT";
    return run(db, upgrade.c_str());
}

Result<void> check_integrity(sqlite3* db) {
    auto statement = prepare(db, "PRAGMA quick_check(1)");
    if (!statement) {
        return statement.error();
    }
    if (const int code = sqlite3_step(statement->get()); code != SQLITE_ROW) {
        return error(code);
    }
    std::string found = column_text(statement->get(), 0);
    return found == "ok" ? Result<void>() : Failure(Errc::Corrupt, std::move(found));
}

Result<void> check_or_create_schema(sqlite3* db) {
    const auto id = read_number(db, "PRAGMA application_id");
    if (!id) {
        return id.error();
    }
    const auto tables = read_number(db, "SELECT count(*) FROM sqlite_master");
    if (!tables) {
        return tables.error();
    }
    if (*tables == 0) {
        return create_schema(db);
    }
    const auto version = read_number(db, "PRAGMA user_version");
    if (!version) {
        return version.error();
    }
    if (*id != kApplicationId || *version < 1) {
        return Errc::Corrupt;
    }
    if (*version > kSchemaVersion) {
        return Failure(Errc::TooNew,
                       "its schema is " + std::to_string(*version) + ", this version knows " +
                           std::to_string(kSchemaVersion));
    }
    if (auto sound = check_integrity(db); !sound) {
        return sound;
    }
    return *version < kSchemaVersion ? upgrade_schema(db) : Result<void>();
}

}  // namespace

struct SqliteStore::Impl {
    Database db;

    Result<Revision> revision_of(std::string_view key) {
        auto statement = prepare(db.get(), "SELECT revision FROM entries WHERE key=?1");
        if (!statement) {
            return statement.error();
        }
        bind_text(statement->get(), 1, key);
        switch (const int code = sqlite3_step(statement->get())) {
            case SQLITE_ROW:
                return static_cast<Revision>(sqlite3_column_int64(statement->get(), 0));
            case SQLITE_DONE:
                return Revision::Absent;
            default:
                return error(code);
        }
    }

    Result<void> step(const char* sql, std::initializer_list<std::string_view> texts) {
        auto statement = prepare(db.get(), sql);
        if (!statement) {
            return statement.error();
        }
        int index = 0;
        for (const auto text : texts) {
            bind_text(statement->get(), ++index, text);
        }
        const int code = sqlite3_step(statement->get());
        if (code != SQLITE_DONE) {
            return error(code);
        }
        return {};
    }

    // Everything between BEGIN and COMMIT.
    Result<Revision> apply(const Transaction& transaction) {
        for (const Condition& condition : transaction.conditions) {
            const auto actual = revision_of(condition.key);
            if (!actual) {
                return actual.error();
            }
            if (*actual != condition.revision) {
                return Errc::Conflict;
            }
        }
        if (const auto done = run(db.get(), "UPDATE clock SET commits=commits+1"); !done) {
            return done.error();
        }
        for (const std::string& key : transaction.deletes) {
            if (const auto done = step("DELETE FROM entries WHERE key=?1", {key}); !done) {
                return done.error();
            }
        }
        for (const Put& put : transaction.puts) {
            const auto lease = std::to_string(static_cast<std::int64_t>(put.lease));
            const auto done =
                step("INSERT OR REPLACE INTO entries SELECT ?1, ?2, commits, ?3 FROM clock",
                     {put.key, put.value, lease});
            if (!done) {
                return done.error();
            }
        }
        return revision();
    }

    Result<Revision> revision() {
        const auto commits = read_number(db.get(), "SELECT commits FROM clock");
        return commits ? Result<Revision>(static_cast<Revision>(*commits)) : commits.error();
    }

    template <class Work>
    auto in_transaction(Work work) -> decltype(work()) {
        if (const auto begun = run(db.get(), "BEGIN IMMEDIATE"); !begun) {
            return begun.error();
        }
        auto done = work();
        if (done) {
            if (const auto committed = run(db.get(), "COMMIT"); !committed) {
                done = committed.error();
            }
        }
        if (!done) {
            // A failed COMMIT (disk full) may have rolled back already; then this one only says so.
            (void)run(db.get(), "ROLLBACK");
        }
        return done;
    }

    Result<std::vector<std::pair<Lease, std::chrono::seconds>>> leases() {
        auto statement = prepare(db.get(), "SELECT id, time_to_live FROM leases");
        if (!statement) {
            return statement.error();
        }
        std::vector<std::pair<Lease, std::chrono::seconds>> found;
        for (;;) {
            const int code = sqlite3_step(statement->get());
            if (code == SQLITE_DONE) {
                return found;
            }
            if (code != SQLITE_ROW) {
                return error(code);
            }
            found.emplace_back(static_cast<Lease>(sqlite3_column_int64(statement->get(), 0)),
                               sqlite3_column_int64(statement->get(), 1));
        }
    }
};

SqliteStore::SqliteStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& file) {
    // SQLite would make it for everybody to read. Its journals take the permissions of the file.
    if (const int made = ::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
        made >= 0) {
        ::close(made);
    }
    sqlite3* raw = nullptr;
    const int code =
        sqlite3_open_v2(file.c_str(),
                        &raw,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        nullptr);
    Database db(raw);
    if (code != SQLITE_OK) {
        return error(code);
    }
    // EXCLUSIVE keeps the lock from the first write to the end of the process: two agents on one
    // file would each answer from their own memory.
    for (const char* sql : {"PRAGMA locking_mode=EXCLUSIVE",
                            "PRAGMA journal_mode=WAL",
                            "PRAGMA synchronous=FULL",
                            "BEGIN IMMEDIATE; COMMIT"}) {
        if (auto done = run(db.get(), sql); !done) {
            return done.error();
        }
    }
    if (auto done = check_or_create_schema(db.get()); !done) {
        return done.error();
    }
    auto impl = std::make_unique<Impl>();
    impl->db = std::move(db);
    const auto leases = impl->leases();
    if (!leases) {
        return leases.error();
    }
    std::unique_ptr<SqliteStore> store(new SqliteStore(std::move(impl)));
    for (const auto& [lease, time_to_live] : *leases) {
        store->adopt(lease, time_to_live);
    }
    return store;
}

Result<std::optional<Entry>> SqliteStore::read(std::string_view key) {
    auto statement =
        prepare(impl_->db.get(), "SELECT key, value, revision, lease FROM entries WHERE key=?1");
    if (!statement) {
        return statement.error();
    }
    bind_text(statement->get(), 1, key);
    switch (const int code = sqlite3_step(statement->get())) {
        case SQLITE_ROW:
            return std::optional<Entry>(read_entry(statement->get()));
        case SQLITE_DONE:
            return std::optional<Entry>();
        default:
            return error(code);
    }
}

Result<std::vector<Entry>> SqliteStore::read_all(std::string_view prefix) {
    auto statement =
        prepare(impl_->db.get(),
                prefix.empty() ? "SELECT key, value, revision, lease FROM entries ORDER BY key"
                               : "SELECT key, value, revision, lease FROM entries WHERE "
                                 "key>=?1 AND key<?2 ORDER BY key");
    if (!statement) {
        return statement.error();
    }
    if (!prefix.empty()) {
        bind_text(statement->get(), 1, prefix);
        bind_text(statement->get(), 2, end_of(prefix));
    }
    std::vector<Entry> found;
    for (;;) {
        const int code = sqlite3_step(statement->get());
        if (code == SQLITE_DONE) {
            return found;
        }
        if (code != SQLITE_ROW) {
            return error(code);
        }
        found.push_back(read_entry(statement->get()));
    }
}

Result<std::vector<std::string>> SqliteStore::read_keys_of(Lease lease) {
    auto statement = prepare(impl_->db.get(), "SELECT key FROM entries WHERE lease=?1");
    if (!statement) {
        return statement.error();
    }
    sqlite3_bind_int64(statement->get(), 1, static_cast<std::int64_t>(lease));
    std::vector<std::string> keys;
    for (;;) {
        const int code = sqlite3_step(statement->get());
        if (code == SQLITE_DONE) {
            return keys;
        }
        if (code != SQLITE_ROW) {
            return error(code);
        }
        keys.push_back(column_text(statement->get(), 0));
    }
}

Result<Revision> SqliteStore::read_revision() {
    return impl_->revision();
}

Result<Revision> SqliteStore::write(const Transaction& transaction) {
    return impl_->in_transaction([&] { return impl_->apply(transaction); });
}

Result<Lease> SqliteStore::write_lease(std::chrono::seconds time_to_live) {
    const auto done = impl_->step("INSERT INTO leases(time_to_live) VALUES(?1)",
                                  {std::to_string(time_to_live.count())});
    if (!done) {
        return done.error();
    }
    return static_cast<Lease>(sqlite3_last_insert_rowid(impl_->db.get()));
}

Result<void> SqliteStore::erase_lease(Lease lease) {
    return impl_->step("DELETE FROM leases WHERE id=?1",
                       {std::to_string(static_cast<std::int64_t>(lease))});
}

}  // namespace routeproof::store
