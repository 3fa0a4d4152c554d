#include "playbooks/text.hpp"

#include "inventory/suggest.hpp"

#include <algorithm>

namespace routeproof::playbooks {
namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\n");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

}  // namespace

void Variables::set(const std::string& name, std::string value) {
    later_.erase(name);
    values_[name] = std::move(value);
}

void Variables::later(const std::string& name) {
    values_.erase(name);
    later_.insert(name);
}

Variables::Known Variables::known(std::string_view name) const {
    if (values_.find(name) != values_.end()) {
        return Known::Yes;
    }
    return later_.find(name) != later_.end() ? Known::Later : Known::No;
}

const std::string* Variables::find(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

std::vector<std::string_view> Variables::names() const {
    std::vector<std::string_view> all;
    for (const auto& [name, unused] : values_) {
        all.push_back(name);
    }
    all.insert(all.end(), later_.begin(), later_.end());
    return all;
}

bool is_variable_name(std::string_view name) {
    return !name.empty() && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
           });
}

std::optional<std::string> substitute(const Text& text,
                                      const Variables& variables,
                                      Diagnostics& diagnostics) {
    std::string out;
    const std::string_view raw = text.raw;
    for (std::size_t at = 0;;) {
        const auto open = raw.find("{{", at);
        out += raw.substr(at, open - at);
        if (open == std::string_view::npos) {
            return out;
        }
        const auto close = raw.find("}}", open);
        if (close == std::string_view::npos) {
            diagnostics.emplace_back(text.where, "\"{{\" is never closed", "write \"{{ name }}\"");
            return std::nullopt;
        }
        const std::string name(trimmed(raw.substr(open + 2, close - open - 2)));
        switch (variables.known(name)) {
            case Variables::Known::Yes:
                out += *variables.find(name);
                break;
            case Variables::Known::Later:
                diagnostics.emplace_back(text.where,
                                         "\"" + name +
                                             "\" is the result of a step, and this is needed "
                                             "before any step has run",
                                         "use results of steps in \"when\" and \"pause\"");
                return std::nullopt;
            case Variables::Known::No:
                diagnostics.emplace_back(text.where,
                                         "there is no variable \"" + name + "\"",
                                         inventory::suggestion(name, variables.names()));
                return std::nullopt;
        }
        at = close + 2;
    }
}

std::vector<std::string> parts_of(std::string_view list) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= list.size();) {
        const auto comma = std::min(list.find(',', at), list.size());
        const auto part = trimmed(list.substr(at, comma - at));
        if (!part.empty()) {
            parts.emplace_back(part);
        }
        at = comma + 1;
    }
    return parts;
}

}  // namespace routeproof::playbooks
