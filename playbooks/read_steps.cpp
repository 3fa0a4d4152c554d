#include "playbooks/read_steps.hpp"

#include "inventory/duration.hpp"

#include <array>
#include <fstream>
#include <iterator>

namespace routeproof::playbooks {

using inventory::Os;
using inventory::yaml::File;
using inventory::yaml::Map;
using inventory::yaml::Need;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr std::size_t kLargestConfig = std::size_t{1} << 20;

Text scalar(File& file, const YAML::Node& node, const std::string& name) {
    if (node.IsNull()) {
        return {};
    }
    if (!node.IsScalar()) {
        file.fail(node,
                  name + " must be a text, found a " + (node.IsMap() ? "mapping" : "list"),
                  node.IsMap() ? "a variable stands in quotes: \"{{ name }}\"" : "");
        return {};
    }
    return {node.Scalar(), file.at(node)};
}

PeerStep read_peer(const Map& map) {
    PeerStep step;
    step.address = text_of(map, "address", Need::Optional);
    step.as = text_of(map, "as", Need::Optional);
    step.group = text_of(map, "group", Need::Optional);
    step.description = text_of(map, "description", Need::Optional);
    step.import_policy = text_of(map, "import", Need::Optional);
    step.export_policy = text_of(map, "export", Need::Optional);
    step.shutdown = text_of(map, "shutdown", Need::Optional);
    step.keep_received = text_of(map, "keep_received", Need::Optional);
    step.state = text_of(map, "state", Need::Optional);
    if (map.has("bfd")) {
        const Map bfd(map.file(),
                      map.get("bfd", Need::Optional),
                      map.name() + ": bfd",
                      {"interval", "multiplier"});
        step.bfd = BfdArguments{text_of(bfd, "interval", Need::Optional),
                                text_of(bfd, "multiplier", Need::Optional)};
    }
    return step;
}

PrefixListStep read_prefix_list(const Map& map) {
    PrefixListStep step;
    step.name = text_of(map, "name", Need::Required);
    step.family = text_of(map, "family", Need::Optional);
    step.or_longer = text_of(map, "or_longer", Need::Optional);
    step.state = text_of(map, "state", Need::Optional);
    step.prefixes = texts_of(map, "prefixes");
    return step;
}

PolicyStep read_policy(const Map& map) {
    PolicyStep step;
    step.name = text_of(map, "name", Need::Required);
    step.state = text_of(map, "state", Need::Optional);
    map.each("terms", Need::Optional, [&](const YAML::Node& node) {
        const Map term(map.file(),
                       node,
                       map.name() + ": term",
                       {"prefix_list",
                        "family",
                        "or_longer",
                        "action",
                        "local_preference",
                        "med",
                        "communities",
                        "prepend"});
        PolicyStep::Term read;
        read.where = map.file().at(node);
        read.prefix_list = text_of(term, "prefix_list", Need::Optional);
        read.family = text_of(term, "family", Need::Optional);
        read.or_longer = text_of(term, "or_longer", Need::Optional);
        read.action = text_of(term, "action", Need::Required);
        read.local_preference = text_of(term, "local_preference", Need::Optional);
        read.med = text_of(term, "med", Need::Optional);
        read.communities = texts_of(term, "communities");
        read.prepend = texts_of(term, "prepend");
        step.terms.push_back(std::move(read));
    });
    return step;
}

/// The content of a file that a playbook names; nothing, and said so, if it cannot be had.
std::optional<std::string> content(File& file, const YAML::Node& node, const std::string& written) {
    const auto path = file.resolve(written);
    std::error_code error;
    std::ifstream in(path, std::ios::binary);
    if (!in || !std::filesystem::is_regular_file(path, error) ||
        std::filesystem::file_size(path, error) > kLargestConfig) {
        file.fail(node, path.string() + ": cannot be read, or is no file of at most 1 MiB");
        file.diagnostics().back().kind = inventory::Diagnostic::Kind::Unreadable;
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(in), {});
}

ConfigStep read_config(const Map& map) {
    ConfigStep step;
    for (const Os os : {Os::Junos, Os::Nxos, Os::Frr}) {
        const std::string key(inventory::to_string(os));
        const YAML::Node node = map.get(key.c_str(), Need::Optional);
        if (!node.IsDefined()) {
            continue;
        }
        if (!node.IsMap()) {
            step.texts[os] = scalar(map.file(), node, map.name() + ": " + key);
            continue;
        }
        const Map from(map.file(), node, map.name() + ": " + key, {"file"});
        const auto written = from.text("file", Need::Required);
        if (!written) {
            continue;
        }
        if (auto text = content(map.file(), from.get("file", Need::Required), *written)) {
            step.texts[os] = {std::move(*text), from.at("file")};
        }
    }
    if (step.texts.empty()) {
        map.file().fail(map.get("frr", Need::Optional),
                        map.name() + ": has no configuration",
                        "write frr: |, nxos: | or junos: | and the lines below it");
    }
    return step;
}

ProveStep read_prove(const Map& map) {
    ProveStep step;
    step.hosts = text_of(map, "hosts", Need::Optional);
    step.gone = text_of(map, "gone", Need::Optional);
    if (map.choice("require", Need::Optional, {"all", "kept"}) == "kept") {
        step.require = ProveStep::Require::Kept;
    }
    step.wait = duration_of(map, "wait", Need::Optional, seconds(0), hours(12)).value_or(step.wait);
    step.every =
        duration_of(map, "every", Need::Optional, milliseconds(200), hours(1)).value_or(step.every);
    step.stable_for = duration_of(map, "stable_for", Need::Optional, seconds(0), hours(12));
    return step;
}

Step read_wait(File& file, const YAML::Node& node) {
    WaitStep step;
    const auto read = node.IsScalar() ? parse_duration(node.Scalar()) : std::nullopt;
    if (!read || *read > hours(12) || node.Scalar().find_first_of("hms") == std::string::npos) {
        file.fail(node,
                  "wait: expected a duration with its unit, of at most 12h",
                  "write wait: 30s; to wait until something is proven, write prove: {wait: 30s}");
    } else {
        step.time = *read;
    }
    return step;
}

PauseStep read_pause(File& file, const YAML::Node& node) {
    if (!node.IsMap()) {
        return {scalar(file, node, "pause"), std::nullopt};
    }
    const Map map(file, node, "pause", {"prompt", "within"});
    return {text_of(map, "prompt", Need::Optional),
            duration_of(map, "within", Need::Optional, seconds(1), hours(12))};
}

/// For steps all of whose arguments may be left out: `confirm:` is `confirm: {}`.
YAML::Node or_empty(const YAML::Node& node) {
    return node.IsNull() ? YAML::Node(YAML::NodeType::Map) : node;
}

}  // namespace

Text text_of(const Map& map, const char* key, Need need) {
    const YAML::Node node = map.get(key, need);
    if (!node.IsDefined()) {
        return {};
    }
    Text text = scalar(map.file(), node, map.name() + ": " + key);
    if (need == Need::Required && node.IsNull()) {
        map.file().fail(node, map.name() + ": " + key + " is empty");
    }
    return text;
}

std::vector<Text> texts_of(const Map& map, const char* key) {
    const YAML::Node node = map.get(key, Need::Optional);
    std::vector<Text> texts;
    if (!node.IsDefined() || node.IsNull()) {
        return texts;
    }
    if (!node.IsSequence()) {
        texts.push_back(scalar(map.file(), node, map.name() + ": " + key));
        return texts;
    }
    for (const auto& element : node) {
        texts.push_back(scalar(map.file(), element, map.name() + ": " + key));
    }
    return texts;
}

std::optional<milliseconds> duration_of(
    const Map& map, const char* key, Need need, milliseconds shortest, milliseconds longest) {
    const auto read = map.duration(key, need, shortest, longest);
    const YAML::Node node = map.get(key, Need::Optional);
    if (read && node.Scalar().find_first_of("hms") == std::string::npos) {
        map.file().fail(node,
                        map.name() + ": " + key + ": \"" + node.Scalar() + "\" has no unit",
                        "write 90s or 5m");
        return std::nullopt;
    }
    return read;
}

std::optional<Step> read_step(File& file, const std::string& verb, const YAML::Node& node) {
    const auto before = file.diagnostics().size();
    const auto good = [&](Step step) -> std::optional<Step> {
        return file.diagnostics().size() == before ? std::optional(std::move(step)) : std::nullopt;
    };
    if (verb == "peer") {
        return good(read_peer(Map(file,
                                  or_empty(node),
                                  verb,
                                  {"address",
                                   "as",
                                   "group",
                                   "description",
                                   "import",
                                   "export",
                                   "shutdown",
                                   "keep_received",
                                   "state",
                                   "bfd"})));
    }
    if (verb == "prefix_list") {
        return good(read_prefix_list(
            Map(file, node, verb, {"name", "prefixes", "family", "or_longer", "state"})));
    }
    if (verb == "policy") {
        return good(read_policy(Map(file, node, verb, {"name", "terms", "state"})));
    }
    if (verb == "config") {
        return good(read_config(Map(file, node, verb, {"junos", "nxos", "frr"})));
    }
    if (verb == "prove") {
        return good(read_prove(Map(file,
                                   or_empty(node),
                                   verb,
                                   {"hosts", "gone", "require", "wait", "every", "stable_for"})));
    }
    if (verb == "diff") {
        const Map map(file, or_empty(node), verb, {"max_lines"});
        return good(DiffStep{map.number("max_lines", Need::Optional, 1, 1'000'000)});
    }
    if (verb == "wait") {
        return good(read_wait(file, node));
    }
    if (verb == "pause") {
        return good(read_pause(file, node));
    }
    const Map nothing(file, or_empty(node), verb, {});
    if (verb == "snapshot") {
        return good(SnapshotStep{});
    }
    return good(verb == "confirm" ? Step(ConfirmStep{}) : Step(RollbackStep{}));
}

}  // namespace routeproof::playbooks
