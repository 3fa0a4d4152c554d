#include "playbooks/loader.hpp"

#include "inventory/suggest.hpp"
#include "inventory/yaml.hpp"
#include "playbooks/read_steps.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace routeproof::playbooks {
namespace {

using inventory::suggestion;
using inventory::yaml::File;
using inventory::yaml::Map;
using inventory::yaml::Need;

constexpr std::array<std::string_view, 16> kSteps{"peer",
                                                  "prefix_list",
                                                  "policy",
                                                  "config",
                                                  "snapshot",
                                                  "prove",
                                                  "diff",
                                                  "wait",
                                                  "pause",
                                                  "confirm",
                                                  "rollback",
                                                  "drain",
                                                  "undrain",
                                                  "move",
                                                  "run",
                                                  "notify"};
// Part of the format, and not carried out yet: refused by name, never passed over.
constexpr std::array<std::string_view, 5> kRefused{"drain", "undrain", "move", "run", "notify"};
constexpr std::array<std::string_view, 3> kBesides{"name", "when", "register"};
// Once a change has been taken back, there is nothing left to decide about it.
constexpr std::array<std::string_view, 3> kAfterFailure{"prove", "wait", "pause"};

template <class Range>
bool contains(const Range& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<Variable> read_vars(const Map& map) {
    std::vector<Variable> vars;
    map.each_named("vars", Need::Optional, [&](const std::string& name, const YAML::Node& node) {
        Variable variable;
        variable.name = name;
        variable.where = map.file().at(node);
        if (!is_variable_name(name)) {
            map.file().fail(node,
                            "variable \"" + name + "\": a name is of letters, digits and '_'",
                            "names with a dot belong to routers, hosts and steps");
            return;
        }
        if (node.IsScalar()) {
            variable.value = Text{node.Scalar(), variable.where};
        } else if (node.IsSequence()) {
            Text joined{"", variable.where};
            for (const auto& element : node) {
                if (!element.IsScalar()) {
                    map.file().fail(element, "variable \"" + name + "\": expected a list of words");
                    return;
                }
                joined.raw += (joined.raw.empty() ? "" : ", ") + element.Scalar();
            }
            variable.value = std::move(joined);
        } else if (!node.IsNull()) {
            map.file().fail(node,
                            "variable \"" + name + "\": expected a word or a list of words",
                            "a variable stands in quotes: \"{{ name }}\"");
            return;
        }
        vars.push_back(std::move(variable));
    });
    return vars;
}

std::optional<Wave> read_wave(File& file, const YAML::Node& node) {
    Wave wave;
    std::string_view text = node.IsScalar() ? std::string_view(node.Scalar()) : std::string_view();
    wave.percent = text.ends_with('%');
    if (wave.percent) {
        text.remove_suffix(1);
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), wave.number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() ||
        wave.number == 0 || (wave.percent && wave.number > 100)) {
        file.fail(node,
                  "serial: expected a number of routers or a percentage",
                  "write serial: 1, serial: 50% or serial: [1, 50%, 100%]");
        return std::nullopt;
    }
    return wave;
}

std::vector<Wave> read_serial(const Map& map) {
    std::vector<Wave> waves;
    const YAML::Node node = map.get("serial", Need::Optional);
    if (!node.IsDefined() || node.IsNull()) {
        return waves;
    }
    const auto add = [&](const YAML::Node& element) {
        if (const auto wave = read_wave(map.file(), element)) {
            waves.push_back(*wave);
        }
    };
    if (node.IsSequence()) {
        for (const auto& element : node) {
            add(element);
        }
    } else {
        add(node);
    }
    return waves;
}

/// A list of patterns is their union.
Text read_pattern(const Map& map, const char* key) {
    const auto texts = texts_of(map, key);
    Text all;
    for (const Text& text : texts) {
        if (text.given()) {
            all.raw += (all.raw.empty() ? "" : ":") + text.raw;
            all.where = all.where.line == 0 ? text.where : all.where;
        }
    }
    return all;
}

class Reader {
public:
    explicit Reader(File& file) : file_(file) {}

    Playbook read(const YAML::Node& document) {
        Playbook playbook;
        playbook.file = file_.path().string();
        const Map root(file_, document, "playbook", {"routeproof", "name", "vars", "plays"});
        inventory::yaml::check_format(root);
        playbook.name = root.text("name", Need::Optional).value_or(file_.path().stem().string());
        playbook.vars = read_vars(root);
        root.each("plays", Need::Required, [&](const YAML::Node& node) {
            playbook.plays.push_back(read_play(node));
        });
        if (playbook.plays.empty() && file_.diagnostics().empty()) {
            file_.fail(root.get("plays", Need::Required), "plays: there is none");
        }
        return playbook;
    }

private:
    Play read_play(const YAML::Node& node) {
        const Map map(file_,
                      node,
                      "play",
                      {"name",
                       "routers",
                       "hosts",
                       "serial",
                       "vars",
                       "confirm_within",
                       "tasks",
                       "on_failure"});
        Play play;
        play.where = file_.at(node);
        play.name = map.text("name", Need::Required).value_or("");
        play.routers = read_pattern(map, "routers");
        play.hosts = read_pattern(map, "hosts");
        if (node.IsMap() && !play.routers.given() && !play.hosts.given()) {
            file_.fail(node,
                       "play \"" + play.name + "\": neither routers nor hosts are named",
                       "write routers: all, or hosts: NAME for the routers that it peers with");
        }
        play.serial = read_serial(map);
        play.vars = read_vars(map);
        if (const auto time = duration_of(map,
                                          "confirm_within",
                                          Need::Optional,
                                          std::chrono::seconds(1),
                                          std::chrono::hours(24))) {
            play.confirm_within = std::chrono::ceil<std::chrono::seconds>(*time);
        }
        map.each("tasks", Need::Required, [&](const YAML::Node& task) {
            read_task(task, kSteps, play.tasks);
        });
        map.each("on_failure", Need::Optional, [&](const YAML::Node& task) {
            read_task(task, kAfterFailure, play.on_failure);
        });
        return play;
    }

    template <class Steps>
    void read_task(const YAML::Node& node, const Steps& allowed, std::vector<Task>& into) {
        const auto found = find_step(node);
        if (!found) {
            return;
        }
        const auto& [verb, where, arguments] = *found;
        if (contains(kRefused, verb)) {
            file_.fail(where,
                       "this version does not carry out the step \"" + verb + "\" yet",
                       "nothing was touched; take the step out, or do it by hand");
            return;
        }
        if (!contains(allowed, verb)) {
            file_.fail(where,
                       "\"" + verb + "\" cannot stand under on_failure",
                       "the change has been taken back by then; prove, wait and pause can");
            return;
        }
        const Map map(file_, node, "task", {"name", "when", "register", verb});
        auto step = read_step(file_, verb, arguments);
        if (!step) {
            return;
        }
        Task task{map.text("name", Need::Optional).value_or(verb),
                  {},
                  map.text("register", Need::Optional).value_or(""),
                  std::move(*step),
                  file_.at(where)};
        for (const Text& text : texts_of(map, "when")) {
            read_condition(text, task.when, file_.diagnostics());
        }
        check_result(map, task);
        into.push_back(std::move(task));
    }

    void check_result(const Map& map, const Task& task) {
        if (task.result.empty()) {
            return;
        }
        const YAML::Node node = map.get("register", Need::Optional);
        if (!is_variable_name(task.result)) {
            file_.fail(node, "register: a name is of letters, digits and '_'");
        } else if (results_of(task.step).empty()) {
            file_.fail(node,
                       "register: the step \"" + std::string(verb(task.step)) + "\" has no result");
        }
    }

    struct Found {
        std::string verb;
        YAML::Node where;
        YAML::Node arguments;
    };

    /// The one key of a task that is a step.
    std::optional<Found> find_step(const YAML::Node& node) {
        if (!node.IsMap()) {
            file_.fail(node, "task: expected a mapping such as \"prove: {wait: 30s}\"");
            return std::nullopt;
        }
        std::optional<Found> found;
        for (const auto& entry : node) {
            if (!entry.first.IsScalar()) {
                file_.fail(entry.first, "task: a key must be a word");
                return std::nullopt;
            }
            const std::string& key = entry.first.Scalar();
            if (contains(kBesides, key)) {
                continue;
            }
            if (!contains(kSteps, key)) {
                std::vector<std::string_view> known(kSteps.begin(), kSteps.end());
                known.insert(known.end(), kBesides.begin(), kBesides.end());
                file_.fail(
                    entry.first, "task: unknown step \"" + key + "\"", suggestion(key, known));
                return std::nullopt;
            }
            if (found) {
                file_.fail(entry.first,
                           "task: \"" + found->verb + "\" and \"" + key + "\" are two steps",
                           "write a task for each");
                return std::nullopt;
            }
            found = Found{key, entry.first, entry.second};
        }
        if (!found) {
            file_.fail(node, "task: there is no step in it", suggestion("", kSteps));
        }
        return found;
    }

    File& file_;
};

inventory::Loaded<Playbook> read(File& file, const YAML::Node& document) {
    Playbook playbook;
    if (file.diagnostics().empty()) {
        playbook = Reader(file).read(document);
    }
    if (file.diagnostics().empty()) {
        return playbook;
    }
    auto& all = file.diagnostics();
    std::stable_sort(all.begin(), all.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return std::pair(a.where.line, a.where.column) < std::pair(b.where.line, b.where.column);
    });
    return all;
}

}  // namespace

inventory::Loaded<Playbook> load(const std::filesystem::path& path) {
    File file(path);
    const YAML::Node document = file.load();
    return read(file, document);
}

inventory::Loaded<Playbook> load_text(const std::filesystem::path& path, const std::string& text) {
    File file(path);
    const YAML::Node document = file.parse(text);
    return read(file, document);
}

std::span<const std::string_view> known_steps() {
    return kSteps;
}

std::span<const std::string_view> refused_steps() {
    return kRefused;
}

}  // namespace routeproof::playbooks
