#include "drivers/ssh/known_hosts.hpp"

#include "inventory/base64.hpp"
#include "inventory/pattern.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>

namespace routeproof::ssh {

using inventory::lower_case;
using inventory::matches_pattern_list;

namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
    const auto end = std::min(rest.find_first_of(kBlanks), rest.size());
    const auto found = rest.substr(0, end);
    rest.remove_prefix(end);
    return found;
}

/// |1|base64 salt|base64 HMAC-SHA1(salt, name)
bool matches_hash(std::string_view hashed, std::string_view name) {
    const auto bar = hashed.find('|', 3);
    if (bar == std::string_view::npos) {
        return false;
    }
    const auto salt = from_base64(hashed.substr(3, bar - 3));
    const auto wanted = from_base64(hashed.substr(bar + 1));
    if (!salt || !wanted) {
        return false;
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    HMAC(EVP_sha1(),
         salt->data(),
         static_cast<int>(salt->size()),
         reinterpret_cast<const unsigned char*>(name.data()),
         name.size(),
         digest.data(),
         &size);
    return *wanted == std::string_view(reinterpret_cast<const char*>(digest.data()), size);
}

std::string with_port(std::string_view host, std::uint16_t port) {
    return '[' + std::string(host) + "]:" + std::to_string(port);
}

}  // namespace

std::string known_hosts_name(std::string_view host, std::uint16_t port) {
    const std::string name = lower_case(host);
    return port == 22 ? name : with_port(name, port);
}

std::string HostKey::fingerprint() const {
    const auto wire = from_base64(blob);
    if (!wire || wire->empty()) {
        return {};
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(wire->data(), wire->size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::string text = to_base64({reinterpret_cast<const char*>(digest.data()), size});
    text.erase(std::min(text.find('='), text.size()));
    return "SHA256:" + text;
}

KnownHosts KnownHosts::parse(std::string_view text, std::filesystem::path file) {
    KnownHosts store;
    store.file_ = std::move(file);
    std::size_t number = 0;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        store.add(text.substr(0, end), ++number);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return store;
}

KnownHosts KnownHosts::read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    if (in && in.peek() != std::ifstream::traits_type::eof()) {
        text << in.rdbuf();
    }
    KnownHosts store = parse(text.str(), file);
    store.missing_ = !in.is_open() || in.bad();
    return store;
}

std::shared_ptr<const KnownHosts> KnownHosts::shared(const std::filesystem::path& file) {
    struct Entry {
        std::filesystem::file_time_type written;
        std::uintmax_t size = 0;
        std::shared_ptr<const KnownHosts> store;
    };
    static std::mutex mutex;
    static std::map<std::filesystem::path, Entry> entries;

    std::error_code no_time;
    std::error_code no_size;
    const auto written = std::filesystem::last_write_time(file, no_time);
    const auto size = std::filesystem::file_size(file, no_size);
    if (no_time || no_size) {
        return std::make_shared<const KnownHosts>(read(file));
    }
    const std::lock_guard lock(mutex);
    Entry& entry = entries[file];
    if (!entry.store || entry.written != written || entry.size != size) {
        entry = {written, size, std::make_shared<const KnownHosts>(read(file))};
    }
    return entry.store;
}

void KnownHosts::add(std::string_view text, std::size_t number) {
    std::string_view rest = text;
    auto first = word(rest);
    if (first.empty() || first.starts_with('#')) {
        return;
    }
    Line line;
    line.number = number;
    if (first == "@cert-authority") {
        return;  // host certificates are not offered by routers; no plain key is trusted by it
    }
    if (first.starts_with('@')) {
        line.revoked = first == "@revoked";
        if (!line.revoked) {
            malformed_.push_back(number);
            return;
        }
        first = word(rest);
    }
    line.key.type = word(rest);
    line.key.blob = word(rest);
    if (first.empty() || line.key.type.empty() || line.key.blob.empty() ||
        !from_base64(line.key.blob)) {
        malformed_.push_back(number);
        return;
    }
    const bool is_hash = first.starts_with("|1|");
    line.hosts = is_hash ? std::string(first) : lower_case(first);
    const std::size_t index = lines_.size();
    if (is_hash) {
        hashed_.push_back(index);
    } else if (line.hosts.find_first_of("*?!") != std::string::npos) {
        patterns_.push_back(index);
    } else {
        std::istringstream names(line.hosts);
        for (std::string name; std::getline(names, name, ',');) {
            by_name_.emplace(name, index);
        }
    }
    lines_.push_back(std::move(line));
}

std::vector<const KnownHosts::Line*> KnownHosts::lines_for(std::string_view name) const {
    std::vector<std::size_t> found;
    const auto [begin, end] = by_name_.equal_range(std::string(name));
    for (auto at = begin; at != end; ++at) {
        found.push_back(at->second);
    }
    for (const std::size_t index : patterns_) {
        if (matches_pattern_list(lines_[index].hosts, name)) {
            found.push_back(index);
        }
    }
    for (const std::size_t index : hashed_) {
        if (matches_hash(lines_[index].hosts, name)) {
            found.push_back(index);
        }
    }
    std::sort(found.begin(), found.end());
    std::vector<const Line*> lines;
    lines.reserve(found.size());
    for (const std::size_t index : found) {
        lines.push_back(&lines_[index]);
    }
    return lines;
}

KnownHosts::Verdict KnownHosts::check(std::string_view host,
                                      std::uint16_t port,
                                      const HostKey& shown) const {
    using Kind = Verdict::Kind;
    const std::string name = lower_case(host);
    const auto bare = lines_for(name);
    const auto exact = port == 22 ? bare : lines_for(with_port(name, port));

    for (const auto* lines : {&exact, &bare}) {
        for (const Line* line : *lines) {
            if (line->revoked && line->key == shown) {
                return {Kind::Revoked, line->number, line->key};
            }
        }
    }
    const auto trusted = [&](const Line* line) { return !line->revoked && line->key == shown; };
    const auto found = std::find_if(exact.begin(), exact.end(), trusted);
    if (found != exact.end()) {
        return {Kind::Trusted, (*found)->number, (*found)->key};
    }
    const Line* other = nullptr;
    for (const Line* line : exact) {
        if (line->revoked) {
            continue;
        }
        if (other == nullptr || (other->key.type != shown.type && line->key.type == shown.type)) {
            other = line;
        }
    }
    if (other != nullptr) {
        return {Kind::Changed, other->number, other->key};
    }
    const auto same = std::find_if(bare.begin(), bare.end(), trusted);
    if (same != bare.end()) {
        return {Kind::Trusted, (*same)->number, (*same)->key};
    }
    return {};
}

std::vector<std::string> KnownHosts::key_types(std::string_view host, std::uint16_t port) const {
    const std::string name = lower_case(host);
    auto lines = port == 22 ? std::vector<const Line*>{} : lines_for(with_port(name, port));
    if (std::none_of(lines.begin(), lines.end(), [](const Line* l) { return !l->revoked; })) {
        lines = lines_for(name);
    }
    std::vector<std::string> types;
    for (const Line* line : lines) {
        if (!line->revoked &&
            std::find(types.begin(), types.end(), line->key.type) == types.end()) {
            types.push_back(line->key.type);
        }
    }
    return types;
}

}  // namespace routeproof::ssh
