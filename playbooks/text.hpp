// Text with variables in it, and the variables. "{{ name }}" is replaced by the value; nothing else
// is computed, so that a playbook says what it does without being run.
#pragma once

#include "inventory/diagnostic.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace routeproof::playbooks {

using inventory::Diagnostic;
using inventory::Diagnostics;
using inventory::Location;

/// As written in the file; empty: not given.
struct Text {
    std::string raw;
    Location where{};

    bool given() const { return !raw.empty(); }
    friend bool operator==(const Text&, const Text&) = default;
};

/// Every value is text; a list is its elements with ", " between them.
class Variables {
public:
    void set(const std::string& name, std::string value);
    /// An earlier step will give it: its value is known while the play runs, not before.
    void later(const std::string& name);

    enum class Known { Yes, Later, No };
    Known known(std::string_view name) const;
    /// nullptr unless known(name) is Yes.
    const std::string* find(std::string_view name) const;
    /// For "did you mean".
    std::vector<std::string_view> names() const;

private:
    std::map<std::string, std::string, std::less<>> values_;
    std::set<std::string, std::less<>> later_;
};

/// Letters, digits and '_', the first one a letter: what a playbook may call its own variables.
bool is_variable_name(std::string_view name);

/// With every variable replaced. Nothing if one is unknown, or known only later, or a brace is left
/// open: the diagnostics say so.
std::optional<std::string> substitute(const Text& text,
                                      const Variables& variables,
                                      Diagnostics& diagnostics);

/// "a, b" -> a and b: split at commas, blanks round the parts are dropped.
std::vector<std::string> parts_of(std::string_view list);

}  // namespace routeproof::playbooks
