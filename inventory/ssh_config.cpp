#include "inventory/ssh_config.hpp"

#include "inventory/pattern.hpp"

#include <glob.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <system_error>

namespace routeproof::inventory {
namespace {

namespace fs = std::filesystem;

constexpr int kDeepest = 16;  // of Include, as ssh
constexpr std::size_t kLargest = 1U << 20;

enum class Answer { No, Yes, Unknown };

Answer both(Answer a, Answer b) {
    return a == Answer::No || b == Answer::No ? Answer::No : std::max(a, b);
}

/// Words of a line: separated by blanks, or in double quotes; a word that begins with # ends it.
/// The keyword may be separated by "=".
std::vector<std::string> words_of(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\f";
    std::vector<std::string> words;
    for (;;) {
        std::string_view blanks = words.size() == 1 ? " \t\r\f=" : kBlanks;
        text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
        if (text.empty() || text.front() == '#') {
            return words;
        }
        if (text.front() == '"') {
            text.remove_prefix(1);
            const auto end = std::min(text.find('"'), text.size());
            words.emplace_back(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
            continue;
        }
        const auto end =
            std::min(text.find_first_of(words.empty() ? " \t\r\f=" : kBlanks), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0) {
        return std::nullopt;
    }
    return port;
}

std::optional<SshHop> parse_hop(std::string_view text) {
    constexpr std::string_view kScheme = "ssh://";
    SshHop hop;
    if (text.starts_with(kScheme)) {
        text.remove_prefix(kScheme.size());
    }
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
        hop.user = text.substr(0, at);
        text.remove_prefix(at + 1);
        if (hop.user.empty()) {
            return std::nullopt;
        }
    }
    const bool bracketed = text.starts_with('[');
    const auto end = bracketed ? text.find(']') : text.find(':');
    const bool v6 = !bracketed && end != std::string_view::npos && text.rfind(':') != end;
    if (bracketed && end == std::string_view::npos) {
        return std::nullopt;
    }
    auto rest = end == std::string_view::npos || v6 ? std::string_view() : text.substr(end);
    hop.host = v6 ? text : text.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
    rest.remove_prefix(bracketed ? 1 : 0);
    if (!rest.empty()) {
        hop.port = rest.front() == ':' ? parse_port(rest.substr(1)) : std::nullopt;
        if (!hop.port) {
            return std::nullopt;
        }
    }
    const auto odd = [](unsigned char c) { return c <= ' ' || c == 0x7F; };
    if (hop.host.empty() || std::any_of(hop.host.begin(), hop.host.end(), odd)) {
        return std::nullopt;
    }
    return hop;
}

fs::path with_home(const std::string& written, const fs::path& home) {
    return written.starts_with("~/") ? home / written.substr(2) : fs::path(written);
}

std::vector<std::pair<fs::path, std::string>> read_included(const fs::path& pattern) {
    std::vector<std::pair<fs::path, std::string>> files;
    glob_t found{};
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
        for (std::size_t i = 0; i < found.gl_pathc; ++i) {
            std::error_code error;
            const fs::path file = found.gl_pathv[i];
            if (fs::is_regular_file(file, error) && fs::file_size(file, error) <= kLargest) {
                std::ifstream in(file, std::ios::binary);
                files.emplace_back(file, std::string(std::istreambuf_iterator<char>(in), {}));
            }
        }
    }
    ::globfree(&found);
    return files;
}

}  // namespace

std::optional<std::vector<SshHop>> parse_proxy_jump(std::string_view text) {
    std::vector<SshHop> hops;
    for (;;) {
        const auto end = std::min(text.find(','), text.size());
        auto hop = parse_hop(text.substr(0, end));
        if (!hop) {
            return std::nullopt;
        }
        hops.push_back(std::move(*hop));
        if (end == text.size()) {
            return hops;
        }
        text.remove_prefix(end + 1);
    }
}

struct SshConfig::Lines {
    std::vector<Line> lines;
};

struct SshConfig::Line {
    Location where;
    std::string keyword;  // lower case
    std::vector<std::string> words;
    std::vector<Lines> included;
};

SshConfig::SshConfig() : lines_(std::make_unique<Lines>()) {}
SshConfig::~SshConfig() = default;
SshConfig::SshConfig(SshConfig&&) noexcept = default;
SshConfig& SshConfig::operator=(SshConfig&&) noexcept = default;

/// Text -> lines, Include followed.
class SshConfigReader {
public:
    SshConfigReader(const fs::path& home,
                    const SshConfig::Include& include,
                    Diagnostics& complaints)
        : home_(home), include_(include), complaints_(complaints) {}

    SshConfig::Lines read(std::string_view text, const fs::path& file, int depth) {
        SshConfig::Lines lines;
        for (int number = 1; !text.empty(); ++number) {
            const auto end = std::min(text.find('\n'), text.size());
            auto words = words_of(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
            if (words.empty()) {
                continue;
            }
            SshConfig::Line line{{file.string(), number, 1}, lower_case(words.front()), {}, {}};
            line.words.assign(std::make_move_iterator(words.begin() + 1),
                              std::make_move_iterator(words.end()));
            if (line.keyword == "include") {
                follow(line, depth);
            }
            lines.lines.push_back(std::move(line));
        }
        return lines;
    }

private:
    void follow(SshConfig::Line& line, int depth) {
        if (depth >= kDeepest) {
            complaints_.emplace_back(line.where, "Include goes deeper than 16 files");
            return;
        }
        for (const std::string& word : line.words) {
            fs::path pattern = with_home(word, home_);
            if (pattern.is_relative()) {
                pattern = home_ / ".ssh" / pattern;
            }
            for (const auto& [file, text] : include_(pattern)) {
                line.included.push_back(read(text, file, depth + 1));
            }
        }
    }

    const fs::path& home_;
    const SshConfig::Include& include_;
    Diagnostics& complaints_;
};

/// Lines -> the settings for one name.
class SshConfigQuestion {
public:
    SshConfigQuestion(const SshConfig& config,
                      const std::string& name,
                      const std::string& user,
                      Diagnostics& complaints)
        : config_(config), name_(name), given_user_(user), complaints_(complaints) {}

    SshHost ask() {
        walk(*config_.lines_, Answer::Yes);
        if (!host_.host_name.empty()) {
            host_.host_name = expand(host_.host_name, name_, host_name_at_);
        }
        for (fs::path& file : host_.identity_files) {
            const std::string text = with_home(file.string(), config_.user().home).string();
            file = expand(text, host_.host_name.empty() ? name_ : host_.host_name, identity_at_);
            if (file.is_relative()) {
                file = fs::absolute(file);
            }
        }
        return std::move(host_);
    }

private:
    using Line = SshConfig::Line;

    void walk(const SshConfig::Lines& lines, Answer outer) {
        Answer applies = outer;
        for (const Line& line : lines.lines) {
            if (line.keyword == "host") {
                applies = both(outer, for_host(line));
            } else if (line.keyword == "match") {
                applies = both(outer, for_match(line));
            } else if (line.keyword == "include") {
                for (const auto& file : line.included) {
                    walk(file, applies);
                }
            } else if (applies != Answer::No) {
                take(line, applies);
            }
        }
    }

    Answer for_host(const Line& line) const {
        bool found = false;
        for (const std::string& word : line.words) {
            const bool negated = word.starts_with('!');
            const std::string pattern = lower_case(word.substr(negated ? 1 : 0));
            if (matches_pattern(pattern, lower_case(name_))) {
                if (negated) {
                    return Answer::No;
                }
                found = true;
            }
        }
        return found ? Answer::Yes : Answer::No;
    }

    /// All criteria must hold; one that fails decides, whatever the unknown ones would say.
    Answer for_match(const Line& line) {
        Answer all = Answer::Yes;
        for (auto word = line.words.begin(); word != line.words.end(); ++word) {
            const bool negated = word->starts_with('!');
            std::string criterion = lower_case(word->substr(negated ? 1 : 0));
            Answer one = Answer::Unknown;
            if (criterion == "all") {
                one = Answer::Yes;
            } else if (criterion != "canonical" && criterion != "final") {
                if (++word == line.words.end()) {
                    return Answer::Unknown;
                }
                one = holds(criterion, *word);
            }
            if (negated && one != Answer::Unknown) {
                one = one == Answer::Yes ? Answer::No : Answer::Yes;
            }
            all = both(all, one);
        }
        return line.words.empty() ? Answer::Unknown : all;
    }

    Answer holds(const std::string& criterion, const std::string& list) const {
        const auto in_list = [&](const std::string& text) {
            return matches_pattern_list(list, text) ? Answer::Yes : Answer::No;
        };
        if (criterion == "host") {
            return in_list(host_.host_name.empty() ? name_ : host_.host_name);
        }
        if (criterion == "originalhost") {
            return in_list(name_);
        }
        if (criterion == "user") {
            return in_list(user());
        }
        return criterion == "localuser" ? in_list(config_.user().name) : Answer::Unknown;
    }

    std::string user() const {
        if (!given_user_.empty()) {
            return given_user_;
        }
        return host_.user.empty() ? config_.user().name : host_.user;
    }

    void take(const Line& line, Answer applies) {
        const std::string value = line.words.empty() ? "" : line.words.front();
        if (line.keyword == "hostname" && host_.host_name.empty()) {
            host_.host_name = settle(line, value, applies);
            host_name_at_ = line.where;
        } else if (line.keyword == "user" && host_.user.empty()) {
            host_.user = settle(line, value, applies);
        } else if (line.keyword == "port" && !host_.port) {
            const std::string text = settle(line, value, applies);
            host_.port = parse_port(text);
            if (!text.empty() && !host_.port) {
                complain(line, "Port: \"" + text + "\" is no port");
            }
        } else if (line.keyword == "identityfile") {
            const std::string text = settle(line, value, applies);
            if (!text.empty() && text != "none") {
                host_.identity_files.emplace_back(text);
                identity_at_ = line.where;
            }
        } else if (line.keyword == "ciphers" && host_.ciphers.empty()) {
            host_.ciphers = settle(line, value, applies);
        } else if (line.keyword == "proxyjump" && host_.proxy_jump.empty()) {
            host_.proxy_jump = settle(line, value, applies);
            if (host_.proxy_jump != "none" && !host_.proxy_jump.empty() &&
                !parse_proxy_jump(host_.proxy_jump)) {
                complain(line, "ProxyJump: \"" + value + "\" is no list of [user@]host[:port]");
                host_.proxy_jump = "none";
            }
        } else if (line.keyword == "proxycommand" && host_.proxy_jump.empty()) {
            host_.proxy_jump = "none";  // of the two the first one holds
            if (lower_case(value) != "none") {
                settle(line, value, applies);
                complain(line,
                         "ProxyCommand for " + name_ + " is not run",
                         "use ProxyJump, say jump in the inventory, or ssh_config: none under "
                         "defaults");
            }
        }
    }

    /// The value, if the block it stands in surely applies.
    std::string settle(const Line& line, const std::string& value, Answer applies) {
        if (value.empty()) {
            complain(line, line.keyword + " has no value");
        } else if (applies == Answer::Unknown) {
            complain(line,
                     line.keyword + " for " + name_ +
                         " depends on a Match that is not evaluated (only all, host, "
                         "originalhost, user and localuser are)",
                     "say it in the inventory and ssh_config: none under defaults");
            return {};
        }
        return value;
    }

    /// %h the host, %n the name as given, %p port, %r user there, %u user here, %d home, %%.
    std::string expand(const std::string& text, const std::string& host, const Location& where) {
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '%') {
                out += text[i];
                continue;
            }
            const char token = ++i < text.size() ? text[i] : '\0';
            switch (token) {
                case '%':
                    out += '%';
                    break;
                case 'h':
                    out += host;
                    break;
                case 'n':
                    out += name_;
                    break;
                case 'p':
                    out += std::to_string(host_.port.value_or(22));
                    break;
                case 'r':
                    out += user();
                    break;
                case 'u':
                    out += config_.user().name;
                    break;
                case 'd':
                    out += config_.user().home.string();
                    break;
                default:
                    complaints_.emplace_back(
                        where, "\"" + text + "\": only %h, %n, %p, %r, %u, %d and %% are known");
                    return text;
            }
        }
        return out;
    }

    void complain(const Line& line, std::string what, std::string remedy = {}) {
        complaints_.emplace_back(line.where, std::move(what), std::move(remedy));
    }

    const SshConfig& config_;
    const std::string& name_;
    const std::string& given_user_;
    Diagnostics& complaints_;
    SshHost host_;
    Location host_name_at_;
    Location identity_at_;
};

SshConfig SshConfig::parse(std::string_view text,
                           const fs::path& file,
                           SshUser user,
                           const Include& include,
                           Diagnostics& complaints) {
    SshConfig config;
    config.user_ = std::move(user);
    *config.lines_ = SshConfigReader(config.user_.home, include, complaints).read(text, file, 0);
    return config;
}

SshConfig SshConfig::read(const fs::path& file, SshUser user, Diagnostics& complaints) {
    std::error_code error;
    std::string text;
    if (fs::exists(file, error)) {
        std::ifstream in(file, std::ios::binary);
        if (!in || fs::is_directory(file, error) || fs::file_size(file, error) > kLargest) {
            complaints.emplace_back(Location{file.string()}, "cannot be read");
        } else {
            text.assign(std::istreambuf_iterator<char>(in), {});
        }
    }
    return parse(text, file, std::move(user), &read_included, complaints);
}

SshHost SshConfig::host(const std::string& name,
                        const std::string& user,
                        Diagnostics& complaints) const {
    return SshConfigQuestion(*this, name, user, complaints).ask();
}

}  // namespace routeproof::inventory
