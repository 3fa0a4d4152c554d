#include "playbooks/journal.hpp"

#include "inventory/time.hpp"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace routeproof::playbooks {
namespace {

using Json = nlohmann::ordered_json;

std::string why() {
    return std::generic_category().message(errno);
}

const char* environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
    return value == nullptr ? "" : value;
}

bool write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto done = ::write(file, bytes.data(), bytes.size());
        if (done < 0 && errno != EINTR) {
            return false;
        }
        bytes.remove_prefix(done < 0 ? 0 : static_cast<std::size_t>(done));
    }
    return true;
}

/// So that the new file's name, too, survives a crash of the machine.
void sync_folder(const std::filesystem::path& folder) {
    const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle >= 0) {
        ::fsync(handle);
        ::close(handle);
    }
}

}  // namespace

std::filesystem::path state_folder() {
    if (const std::filesystem::path state = environment("XDG_STATE_HOME"); state.is_absolute()) {
        return state / "routeproof";
    }
    const std::filesystem::path home = environment("HOME");
    return (home.empty() ? "/" : home) / ".local/state/routeproof";
}

std::string new_run_id() {
    std::string time = to_rfc3339(now());
    time.erase(
        std::remove_if(time.begin(), time.end(), [](char c) { return c == '-' || c == ':'; }),
        time.end());
    return time + '-' + drivers::new_change_id().substr(0, 6);
}

Journal::~Journal() {
    if (file_ >= 0) {
        ::close(file_);
    }
}

std::optional<std::string> Journal::open(const std::filesystem::path& folder,
                                         const std::string& run) {
    std::error_code error;
    std::filesystem::create_directories(folder / "runs", error);
    path_ = folder / "runs" / (run + ".jsonl");
    file_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file_ < 0) {
        return "the journal " + path_.string() + " cannot be made: " + why();
    }
    sync_folder(folder / "runs");
    return std::nullopt;
}

std::optional<std::string> Journal::reopen(const std::filesystem::path& file) {
    path_ = file;
    file_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file_ < 0) {
        return "the journal " + path_.string() + " cannot be written: " + why();
    }
    return std::nullopt;
}

std::optional<std::string> Journal::write(const Entry& entry) {
    Json line{{"time", to_rfc3339(now())}, {"event", entry.event}};
    for (const auto& [name, value] : entry.fields) {
        line[name] = value;
    }
    if (entry.ticket) {
        line["ticket"] = {{"id", entry.ticket->id},
                          {"router", entry.ticket->router},
                          {"base", entry.ticket->base},
                          {"boot", entry.ticket->boot}};
    }
    // A router's words may be no UTF-8; they must not stop the journal.
    if (!write_all(file_, line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n')) {
        return "the journal " + path_.string() + " cannot be written: " + why();
    }
    return std::nullopt;
}

std::optional<std::string> Journal::write_and_sync(const Entry& entry) {
    if (auto failed = write(entry)) {
        return failed;
    }
    if (::fdatasync(file_) != 0) {
        return "the journal " + path_.string() + " cannot be put on the disk: " + why();
    }
    return std::nullopt;
}

boost::system::result<std::vector<Unfinished>, std::string> unfinished_in(std::string_view lines) {
    std::vector<Unfinished> open;
    bool first = true;
    for (std::size_t at = 0; at < lines.size();) {
        const auto end = lines.find('\n', at);
        if (end == std::string_view::npos) {
            break;  // the line that was being written
        }
        const auto line = Json::parse(lines.substr(at, end - at), nullptr, false);
        at = end + 1;
        if (!line.is_object() || (first && line.value("schema", "") != "routeproof.journal/1")) {
            return "it is no journal of routeproof play";
        }
        first = false;
        const std::string event = line.value("event", "");
        if (event == "keep") {
            for (Unfinished& each : open) {
                each.keep = true;
            }
        }
        if (!line.contains("ticket") || !line["ticket"].is_object()) {
            continue;
        }
        const auto& ticket = line["ticket"];
        const std::string id = ticket.value("id", "");
        const auto found = std::find_if(
            open.begin(), open.end(), [&](const Unfinished& each) { return each.ticket.id == id; });
        const bool decided = event == "confirmed" || event == "rolled back" || event == "unchanged";
        if (decided && found != open.end()) {
            open.erase(found);
        } else if (!decided && found == open.end()) {
            open.push_back({{id,
                             ticket.value("router", ""),
                             ticket.value("base", ""),
                             ticket.value("boot", "")}});
        } else if (event == "roll back") {
            found->keep = false;
        }
    }
    if (first) {
        return "it is empty";
    }
    return open;
}

}  // namespace routeproof::playbooks
