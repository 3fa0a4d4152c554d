#include "inventory/yaml.hpp"

#include "inventory/duration.hpp"
#include "inventory/suggest.hpp"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

namespace routeproof::inventory::yaml {
namespace {

std::string kind_of(const YAML::Node& node) {
    switch (node.Type()) {
        case YAML::NodeType::Map:
            return "a mapping";
        case YAML::NodeType::Sequence:
            return "a list";
        case YAML::NodeType::Scalar:
            return "\"" + node.Scalar() + "\"";
        default:
            return "nothing";
    }
}

Location location(const std::filesystem::path& path, const YAML::Mark& mark) {
    if (mark.is_null()) {
        return {path.string(), 0, 0};
    }
    return {path.string(), mark.line + 1, mark.column + 1};
}

// What a value of this type looks like, for the second half of a message.
template <class T>
const char* example();
template <>
const char* example<net::Address>() {
    return "write an address such as 10.100.0.254";
}
template <>
const char* example<net::Prefix>() {
    return "write a prefix such as 172.16.100.0/24";
}
template <>
const char* example<net::Asn>() {
    return "write an AS number such as 65100";
}
template <>
const char* example<net::RouterId>() {
    return "write a router ID such as 10.100.0.254";
}

}  // namespace

YAML::Node File::load() {
    errno = 0;
    std::ifstream in(path_);
    std::ostringstream text;
    if (!in || !(text << in.rdbuf())) {
        // An empty file also makes operator<< fail; that is bad data, not an unreadable file.
        const int why = errno;
        const bool empty = in && why == 0;
        Diagnostic diagnostic({path_.string()},
                              empty ? "the file is empty"
                                    : "cannot be read: " + std::generic_category().message(why));
        diagnostic.kind = empty ? Diagnostic::Kind::BadData : Diagnostic::Kind::Unreadable;
        diagnostics_.push_back(std::move(diagnostic));
        return {};
    }
    return parse(text.str());
}

YAML::Node File::parse(const std::string& text) {
    try {
        return YAML::Load(text);
    } catch (const YAML::Exception& e) {
        diagnostics_.emplace_back(location(path_, e.mark), "not YAML: " + e.msg);
        return {};
    }
}

Location File::at(const YAML::Node& node) const {
    return location(path_, node.Mark());
}

void File::fail(const YAML::Node& node, std::string what, std::string remedy) {
    diagnostics_.emplace_back(at(node), std::move(what), std::move(remedy));
}

std::filesystem::path File::resolve(const std::string& written) const {
    if (written.starts_with("~/")) {
        const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): nobody sets it
        return std::filesystem::path(home == nullptr ? "/" : home) / written.substr(2);
    }
    return std::filesystem::absolute(path_).parent_path() / written;
}

Map::Map(File& file, const YAML::Node& node, std::string name, std::vector<std::string_view> known)
    : file_(file), node_(node), name_(std::move(name)) {
    if (!node_.IsMap()) {
        file_.fail(node_, name_ + ": expected a mapping, found " + kind_of(node_));
        node_ = YAML::Node(YAML::NodeType::Map);
        return;
    }
    std::set<std::string> seen;
    for (const auto& entry : node_) {
        if (!entry.first.IsScalar()) {
            file_.fail(entry.first, name_ + ": a key must be a word");
            continue;
        }
        const std::string& key = entry.first.Scalar();
        if (!seen.insert(key).second) {
            file_.fail(entry.first, name_ + ": key \"" + key + "\" is given twice");
        } else if (std::find(known.begin(), known.end(), key) == known.end()) {
            // "password:secret", its blank forgotten, is one word: what stands behind is not
            // repeated.
            const std::string name = key.substr(0, key.find(':'));
            if (std::find(known.begin(), known.end(), name) != known.end()) {
                file_.fail(entry.first,
                           name_ + ": \"" + name + "\" has no blank behind its colon",
                           "write " + name + ": VALUE");
                continue;
            }
            file_.fail(
                entry.first, name_ + ": unknown key \"" + name + "\"", suggestion(name, known));
        }
    }
}

bool Map::has(const char* key) const {
    const YAML::Node& node = node_;
    return node[key].IsDefined();
}

YAML::Node Map::get(const char* key, Need need) const {
    // On a const node operator[] looks up and never adds the key.
    const YAML::Node& node = node_;
    const YAML::Node value = node[key];
    if (!value.IsDefined()) {
        if (need == Need::Required && !node_.Mark().is_null()) {
            file_.fail(node_, name_ + ": \"" + key + "\" is missing");
        }
        return YAML::Node(YAML::NodeType::Undefined);
    }
    return value;
}

Location Map::at(const char* key) const {
    const YAML::Node value = get(key, Need::Optional);
    return file_.at(value.IsDefined() ? value : node_);
}

std::optional<std::string> Map::text(const char* key, Need need) const {
    const YAML::Node value = get(key, need);
    if (!value.IsDefined()) {
        return std::nullopt;
    }
    if (!value.IsScalar() || value.Scalar().empty()) {
        file_.fail(value, name_ + ": " + key + " must be a word, found " + kind_of(value));
        return std::nullopt;
    }
    return value.Scalar();
}

std::optional<std::uint64_t> Map::number(const char* key,
                                         Need need,
                                         std::uint64_t lowest,
                                         std::uint64_t highest) const {
    const auto read = text(key, need);
    if (!read) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(read->data(), read->data() + read->size(), value);
    if (error != std::errc{} || end != read->data() + read->size() || value < lowest ||
        value > highest) {
        file_.fail(
            get(key, need),
            name_ + ": " + key + ": \"" + *read + "\" is out of range",
            "write a number from " + std::to_string(lowest) + " to " + std::to_string(highest));
        return std::nullopt;
    }
    return value;
}

template <class T>
std::optional<T> Map::parsed(const char* key, Need need) const {
    const auto read = text(key, need);
    if (!read) {
        return std::nullopt;
    }
    const auto value = T::parse(*read);
    if (!value) {
        file_.fail(get(key, need),
                   name_ + ": " + key + ": \"" + *read + "\": " + value.error().message(),
                   example<T>());
        return std::nullopt;
    }
    return *value;
}

std::optional<net::Address> Map::address(const char* key, Need need) const {
    return parsed<net::Address>(key, need);
}

std::optional<net::Prefix> Map::prefix(const char* key, Need need) const {
    return parsed<net::Prefix>(key, need);
}

std::optional<net::Asn> Map::asn(const char* key, Need need) const {
    return parsed<net::Asn>(key, need);
}

std::optional<net::RouterId> Map::router_id(const char* key, Need need) const {
    return parsed<net::RouterId>(key, need);
}

std::vector<std::string> Map::texts(const char* key) const {
    std::vector<std::string> values;
    each(key, Need::Optional, [&](const YAML::Node& element) {
        if (!element.IsScalar() || element.Scalar().empty()) {
            file_.fail(element,
                       name_ + ": " + key + ": expected a word, found " + kind_of(element));
            return;
        }
        values.push_back(element.Scalar());
    });
    return values;
}

std::vector<net::Prefix> Map::prefixes(const char* key) const {
    std::vector<net::Prefix> values;
    each(key, Need::Optional, [&](const YAML::Node& element) {
        const std::string written = element.IsScalar() ? element.Scalar() : kind_of(element);
        const auto value = net::Prefix::parse(written);
        if (!value) {
            file_.fail(element,
                       name_ + ": " + key + ": \"" + written + "\": " + value.error().message(),
                       example<net::Prefix>());
            return;
        }
        values.push_back(*value);
    });
    return values;
}

std::optional<std::string> Map::choice(const char* key,
                                       Need need,
                                       std::vector<std::string_view> choices) const {
    auto read = text(key, need);
    if (read && std::find(choices.begin(), choices.end(), *read) == choices.end()) {
        file_.fail(get(key, need),
                   name_ + ": " + key + ": \"" + *read + "\" is not known",
                   suggestion(*read, choices));
        return std::nullopt;
    }
    return read;
}

std::optional<bool> Map::flag(const char* key, Need need) const {
    const auto word = choice(key, need, {"true", "false"});
    return word ? std::optional(*word == "true") : std::nullopt;
}

std::optional<std::chrono::milliseconds> Map::duration(const char* key,
                                                       Need need,
                                                       std::chrono::milliseconds shortest,
                                                       std::chrono::milliseconds longest) const {
    const auto read = text(key, need);
    if (!read) {
        return std::nullopt;
    }
    const auto value = parse_duration(*read);
    if (!value || *value < shortest || *value > longest) {
        file_.fail(get(key, need),
                   name_ + ": " + key + ": \"" + *read + "\" is " +
                       (value ? "out of range" : "not a duration"),
                   "write one from " + to_string(shortest) + " to " + to_string(longest));
        return std::nullopt;
    }
    return value;
}

void Map::each(const char* key,
               Need need,
               const std::function<void(const YAML::Node&)>& visit) const {
    const YAML::Node list = get(key, need);
    if (!list.IsDefined()) {
        return;
    }
    if (!list.IsSequence()) {
        file_.fail(list, name_ + ": " + key + " must be a list, found " + kind_of(list));
        return;
    }
    for (const auto& element : list) {
        visit(element);
    }
}

void Map::each_named(
    const char* key,
    Need need,
    const std::function<void(const std::string&, const YAML::Node&)>& visit) const {
    const YAML::Node map = get(key, need);
    if (!map.IsDefined()) {
        return;
    }
    if (!map.IsMap()) {
        file_.fail(map, name_ + ": " + key + " must be a mapping of names, found " + kind_of(map));
        return;
    }
    std::set<std::string> seen;
    for (const auto& entry : map) {
        if (!entry.first.IsScalar() || entry.first.Scalar().empty()) {
            file_.fail(entry.first, name_ + ": " + key + ": a name must be a word");
        } else if (!seen.insert(entry.first.Scalar()).second) {
            file_.fail(entry.first,
                       name_ + ": " + key + ": \"" + entry.first.Scalar() + "\" is given twice");
        } else {
            visit(entry.first.Scalar(), entry.second);
        }
    }
}

void check_format(const Map& root) {
    const auto format = root.text("routeproof", Need::Required);
    if (format && *format != "1") {
        root.file().fail(root.get("routeproof", Need::Required),
                         "format \"" + *format + "\" is newer than this program",
                         "it reads routeproof: 1");
    }
}

}  // namespace routeproof::inventory::yaml
