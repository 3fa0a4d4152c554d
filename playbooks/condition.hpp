// `when`: comparisons of variables and literals, joined by "and" (or written as a list). No more.
//
//   router.os == 'frr' and host in ['a', 'b']      before.mismatch != 0      not quiet
//   extra is defined
#pragma once

#include "playbooks/text.hpp"

namespace routeproof::playbooks {

struct Operand {
    bool literal = false;
    std::string text;  // of the literal, or the variable's name

    friend bool operator==(const Operand&, const Operand&) = default;
};

struct Clause {
    enum class Kind { Truth, Equal, In, Defined };

    Kind kind = Kind::Truth;
    bool negated = false;
    Operand left;
    std::vector<Operand> right;  // one for Equal, any number for In
    Location where{};

    friend bool operator==(const Clause&, const Clause&) = default;
};

/// All must hold; none: always.
using Condition = std::vector<Clause>;

/// Adds the clauses of one text; what is wrong goes to the diagnostics.
void read_condition(const Text& text, Condition& into, Diagnostics& diagnostics);

enum class Holds { Yes, No, Later };

/// Later: it depends on the result of a step. Unknown variables go to the diagnostics.
Holds holds(const Condition& condition, const Variables& variables, Diagnostics& diagnostics);

}  // namespace routeproof::playbooks
