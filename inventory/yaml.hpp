// A strict reader over yaml-cpp: every complaint bears file:line:column, nothing is guessed, and
// one run reports everything that is wrong. Shared by the inventory and the agent's configuration.
#pragma once

#include "inventory/diagnostic.hpp"
#include "inventory/net/asn.hpp"
#include "inventory/net/prefix.hpp"
#include "inventory/net/router_id.hpp"

#include <yaml-cpp/yaml.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::inventory::yaml {

/// One file and what is wrong with it so far.
class File {
public:
    explicit File(const std::filesystem::path& path) : path_(path) {}

    /// Reads and parses; a null node if that failed (the diagnostics say why).
    YAML::Node load();
    /// The same for a text that is at hand: `path` is only what messages call it. JSON is YAML.
    YAML::Node parse(const std::string& text);

    Location at(const YAML::Node& node) const;
    void fail(const YAML::Node& node, std::string what, std::string remedy = {});
    const std::filesystem::path& path() const { return path_; }
    /// A path as written in the file: "~/" is the home directory, the rest is relative to the file.
    std::filesystem::path resolve(const std::string& written) const;

    Diagnostics& diagnostics() { return diagnostics_; }

private:
    std::filesystem::path path_;
    Diagnostics diagnostics_;
};

enum class Need { Required, Optional };

/// One mapping with a closed set of keys. Unknown and repeated keys are reported by the
/// constructor; every getter reports a missing or ill-formed value and then gives nothing.
class Map {
public:
    /// `name` says what the mapping is, for messages: "router leaf1".
    Map(File& file, const YAML::Node& node, std::string name, std::vector<std::string_view> known);

    bool has(const char* key) const;
    YAML::Node get(const char* key, Need need) const;
    /// Where a value stands, or the mapping if it is absent.
    Location at(const char* key) const;

    std::optional<std::string> text(const char* key, Need need) const;
    std::optional<std::uint64_t> number(const char* key,
                                        Need need,
                                        std::uint64_t lowest,
                                        std::uint64_t highest) const;
    std::optional<net::Address> address(const char* key, Need need) const;
    std::optional<net::Prefix> prefix(const char* key, Need need) const;
    std::optional<net::Asn> asn(const char* key, Need need) const;
    std::optional<net::RouterId> router_id(const char* key, Need need) const;
    std::vector<net::Prefix> prefixes(const char* key) const;
    std::vector<std::string> texts(const char* key) const;
    /// The value if it is one of `choices`.
    std::optional<std::string> choice(const char* key,
                                      Need need,
                                      std::vector<std::string_view> choices) const;
    /// "true" or "false".
    std::optional<bool> flag(const char* key, Need need) const;
    /// "300ms", "30s", "2m"; a number without a unit is seconds ("0.2" too).
    std::optional<std::chrono::milliseconds> duration(const char* key,
                                                      Need need,
                                                      std::chrono::milliseconds shortest,
                                                      std::chrono::milliseconds longest) const;

    /// Elements of a list.
    void each(const char* key,
              Need need,
              const std::function<void(const YAML::Node&)>& visit) const;
    /// Entries of a mapping with free keys; keys given twice are reported.
    void each_named(const char* key,
                    Need need,
                    const std::function<void(const std::string&, const YAML::Node&)>& visit) const;

    File& file() const { return file_; }
    const std::string& name() const { return name_; }

private:
    template <class T>
    std::optional<T> parsed(const char* key, Need need) const;

    File& file_;
    YAML::Node node_;
    std::string name_;
};

/// The document's root: `routeproof: 1` must be there, so that a later format is refused, not
/// misread.
void check_format(const Map& root);

}  // namespace routeproof::inventory::yaml
