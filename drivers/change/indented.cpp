#include "drivers/change/indented.hpp"

#include "drivers/text.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace routeproof::drivers {
namespace {

bool is_noise(std::string_view line) {
    constexpr std::array<std::string_view, 4> kFrames{
        "Building configuration", "Current configuration", "!Command:", "!Running"};
    return line.empty() || line.front() == '!' || line == "end" || line == "exit" ||
           line.starts_with("exit-") ||
           std::any_of(
               kFrames.begin(), kFrames.end(), [&](auto frame) { return line.starts_with(frame); });
}

bool in_slot(const Scope& scope, const std::string& line) {
    if (scope.whole_line) {
        return line == scope.prefix;
    }
    return line.size() >= scope.prefix.size() + scope.suffix.size() &&
           line.starts_with(scope.prefix) && line.ends_with(scope.suffix);
}

bool is_below(const ConfigLine& line, const ConfigLine& header) {
    const auto depth = header.context.size();
    return line.context.size() > depth &&
           std::equal(header.context.begin(), header.context.end(), line.context.begin()) &&
           line.context[depth] == header.line;
}

std::string negated(const std::string& line) {
    return line.starts_with("no ") ? line.substr(3) : "no " + line;
}

class Planner {
public:
    explicit Planner(const std::vector<ConfigLine>& running) : running_(running) {}

    void place(const Scope& scope) {
        if (scope.is_block) {
            place_block(scope);
            return;
        }
        std::vector<ConfigLine> gone;
        std::vector<std::string> missing = scope.wanted;
        for (const auto& each : running_) {
            if (each.context != scope.context || !in_slot(scope, each.line)) {
                continue;
            }
            if (std::erase(missing, each.line) == 0) {
                gone.push_back(each);
            }
        }
        using Unwanted = Scope::Unwanted;
        if (scope.unwanted == Unwanted::Removed) {
            for (const auto& each : gone) {
                steps_.push_back({{scope.context, negated(each.line)}, with_children(each), false});
            }
        } else if (scope.unwanted == Unwanted::RemovedWhole && !gone.empty()) {
            steps_.push_back(
                {{scope.context, "no " + std::string(trim(scope.prefix))}, gone, false});
        }
        if (scope.only_removes) {
            return;
        }
        for (const auto& line : missing) {
            ConfigStep step{{scope.context, line}, {}, true};
            if (scope.unwanted == Unwanted::Overwritten) {
                step.gone = std::exchange(gone, {});
            }
            steps_.push_back(std::move(step));
        }
    }

    std::vector<ConfigStep> take() { return std::move(steps_); }

private:
    void place_block(const Scope& scope) {
        const ConfigLine header{scope.context, scope.wanted.front()};
        std::multiset<std::string> there;
        bool exists = false;
        for (const auto& each : running_) {
            exists = exists || each == header;
            if (is_below(each, header)) {
                there.insert(each.line);
            }
        }
        if (exists && there == std::multiset<std::string>(scope.block.begin(), scope.block.end())) {
            return;
        }
        if (exists && !there.empty()) {
            steps_.push_back({{scope.context, negated(header.line)}, with_children(header), false});
        }
        steps_.push_back({header, {}, true});
        auto inside = scope.context;
        inside.push_back(header.line);
        for (const auto& line : scope.block) {
            steps_.push_back({{inside, line}, {}, true});
        }
    }

    std::vector<ConfigLine> with_children(const ConfigLine& header) const {
        std::vector<ConfigLine> all{header};
        std::copy_if(
            running_.begin(), running_.end(), std::back_inserter(all), [&](const ConfigLine& each) {
                return is_below(each, header);
            });
        return all;
    }

    const std::vector<ConfigLine>& running_;
    std::vector<ConfigStep> steps_;
};

std::string bracketed(const std::vector<std::string>& context) {
    std::string out;
    for (const auto& each : context) {
        out += (out.empty() ? "[" : " / ") + each;
    }
    return out.empty() ? out : out + "]\n";
}

}  // namespace

std::vector<ConfigLine> read_indented(std::string_view text) {
    struct Open {
        std::size_t indent;
        std::string line;
    };
    std::vector<Open> open;
    std::vector<ConfigLine> lines;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto raw = text.substr(at, end - at);
        at = end + 1;
        const auto line = trim(raw);
        if (is_noise(line)) {
            continue;
        }
        const auto indent = raw.find_first_not_of(" \t");
        while (!open.empty() && open.back().indent >= indent) {
            open.pop_back();
        }
        ConfigLine each;
        for (const auto& header : open) {
            each.context.push_back(header.line);
        }
        each.line = std::string(line);
        lines.push_back(each);
        open.push_back({indent, std::string(line)});
    }
    return lines;
}

std::vector<ConfigStep> plan(const std::vector<ConfigLine>& running,
                             const std::vector<Scope>& scopes) {
    Planner planner(running);
    for (const auto& scope : scopes) {
        planner.place(scope);
    }
    return planner.take();
}

std::string masked(std::string_view line) {
    constexpr std::array<std::string_view, 5> kBefore{
        "password ", "authentication-key ", "secret ", "key-string ", "ascii-text "};
    for (const auto word : kBefore) {
        const auto at = line.find(word);
        // "encrypted-password" and the like, too
        if (at != std::string_view::npos &&
            (at == 0 || line[at - 1] == ' ' || line[at - 1] == '-')) {
            return std::string(line.substr(0, at + word.size())) + "(not shown)";
        }
    }
    return std::string(line);
}

std::string difference(const std::vector<ConfigStep>& steps) {
    std::string out;
    std::vector<std::string> where;
    const auto write = [&](char sign, const ConfigLine& line) {
        if (line.context != where) {
            where = line.context;
            out += bracketed(where);
        }
        out += std::string(1, sign) + ' ' + masked(line.line) + '\n';
    };
    for (const auto& step : steps) {
        for (const auto& line : step.gone) {
            write('-', line);
        }
        if (step.adds) {
            write('+', step.line);
        }
    }
    return out;
}

std::string missing_instance(const Change& change, const std::vector<ConfigLine>& running) {
    const bool needed = std::any_of(change.items.begin(), change.items.end(), [](const auto& item) {
        return std::holds_alternative<BgpPeer>(item) || std::holds_alternative<PeerBfd>(item);
    });
    const std::string header = "router bgp " + change.router_as.to_string();
    const bool there = std::any_of(running.begin(), running.end(), [&](const auto& line) {
        return line.context.empty() && line.line == header;
    });
    return !needed || there ? "" : "has no '" + header + "': is that the AS number of this router?";
}

std::vector<std::string> commands(const std::vector<ConfigStep>& steps) {
    std::vector<std::string> lines;
    std::vector<std::string> where;
    const auto leave_to = [&](std::size_t depth) {
        while (where.size() > depth) {
            where.pop_back();
            lines.push_back(std::string(where.size(), ' ') + "exit");
        }
    };
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto& step = steps[i];
        const auto& context = step.line.context;
        std::size_t common = 0;
        while (common < where.size() && common < context.size() &&
               where[common] == context[common]) {
            ++common;
        }
        leave_to(common);
        for (; common < context.size(); ++common) {
            lines.push_back(std::string(where.size(), ' ') + context[common]);
            where.push_back(context[common]);
        }
        lines.push_back(std::string(where.size(), ' ') + step.line.line);
        // A header opens its context by itself.
        if (i + 1 < steps.size() && is_below(steps[i + 1].line, step.line)) {
            where.push_back(step.line.line);
        }
    }
    leave_to(0);
    return lines;
}

}  // namespace routeproof::drivers
