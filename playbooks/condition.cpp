#include "playbooks/condition.hpp"

#include "inventory/suggest.hpp"

#include <algorithm>
#include <array>

namespace routeproof::playbooks {
namespace {

struct Token {
    enum class Kind { Word, Quoted, Sign, End } kind = Kind::End;
    std::string text;
};

class Tokens {
public:
    explicit Tokens(std::string_view text) : rest_(text) { advance(); }

    const Token& peek() const { return now_; }
    Token take() {
        Token taken = std::move(now_);
        advance();
        return taken;
    }
    bool take_if(Token::Kind kind, std::string_view text) {
        if (now_.kind != kind || now_.text != text) {
            return false;
        }
        advance();
        return true;
    }

private:
    void advance() {
        now_ = {};
        const auto start = rest_.find_first_not_of(" \t\n");
        if (start == std::string_view::npos) {
            rest_ = {};
            return;
        }
        rest_.remove_prefix(start);
        const char first = rest_.front();
        if (first == '\'' || first == '"') {
            const auto end = rest_.find(first, 1);
            now_ = {end == std::string_view::npos ? Token::Kind::Sign : Token::Kind::Quoted,
                    std::string(rest_.substr(1, end - 1))};
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
            return;
        }
        constexpr std::string_view kSigns = "=!<>()[],|&{}";
        auto size = rest_.find_first_of(std::string(" \t\n'\"") + std::string(kSigns));
        Token::Kind kind = Token::Kind::Word;
        if (size == 0) {
            kind = Token::Kind::Sign;
            size = rest_.starts_with("==") || rest_.starts_with("!=") ? 2 : 1;
        }
        now_ = {kind, std::string(rest_.substr(0, size))};
        rest_.remove_prefix(std::min(rest_.size(), size));
    }

    std::string_view rest_;
    Token now_;
};

bool is_number(std::string_view word) {
    return !word.empty() &&
           std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

constexpr auto kWord = Token::Kind::Word;
constexpr auto kSign = Token::Kind::Sign;

/// One text to clauses. The first thing that is wrong ends the reading.
class Reader {
public:
    Reader(const Text& text, Diagnostics& diagnostics)
        : text_(text), tokens_(text.raw), diagnostics_(diagnostics) {}

    void read(Condition& into) {
        do {
            Clause clause;
            clause.where = text_.where;
            if (!read_clause(clause)) {
                return;
            }
            into.push_back(std::move(clause));
        } while (tokens_.take_if(kWord, "and"));
        if (tokens_.peek().kind != Token::Kind::End) {
            wrong("\"" + tokens_.peek().text + "\" is not understood");
        }
    }

private:
    bool wrong(const std::string& what) {
        diagnostics_.emplace_back(text_.where,
                                  "when: " + what,
                                  "write NAME, not NAME, NAME == 'text', NAME != 'text', NAME in "
                                  "['a', 'b'] or NAME is defined, joined by \"and\"");
        return false;
    }

    bool operand(Operand& into) {
        const Token token = tokens_.take();
        if (token.kind == Token::Kind::Quoted) {
            into = {true, token.text};
            return true;
        }
        if (token.kind != kWord) {
            return wrong(token.kind == Token::Kind::End ? "something is missing"
                                                        : "\"" + token.text + "\" is no value");
        }
        const bool literal = is_number(token.text) || token.text == "true" || token.text == "false";
        into = {literal, token.text};
        return true;
    }

    bool list(std::vector<Operand>& into) {
        if (!tokens_.take_if(kSign, "[")) {
            into.emplace_back();
            return operand(into.back());
        }
        do {
            into.emplace_back();
            if (!operand(into.back())) {
                return false;
            }
        } while (tokens_.take_if(kSign, ","));
        return tokens_.take_if(kSign, "]") || wrong("\"[\" is never closed");
    }

    bool read_clause(Clause& clause) {
        clause.negated = tokens_.take_if(kWord, "not");
        if (!operand(clause.left)) {
            return false;
        }
        const bool equal = tokens_.take_if(kSign, "==");
        if (equal || tokens_.take_if(kSign, "!=")) {
            clause.kind = Clause::Kind::Equal;
            clause.negated = clause.negated != !equal;
            clause.right.emplace_back();
            return operand(clause.right.back());
        }
        if (tokens_.take_if(kWord, "is")) {
            clause.kind = Clause::Kind::Defined;
            clause.negated = tokens_.take_if(kWord, "not") != clause.negated;
            return tokens_.take_if(kWord, "defined") || wrong("\"is\" what?");
        }
        const bool inverted = tokens_.take_if(kWord, "not");
        if (tokens_.take_if(kWord, "in")) {
            clause.kind = Clause::Kind::In;
            clause.negated = clause.negated != inverted;
            return list(clause.right);
        }
        return !inverted || wrong("\"not\" what?");
    }

    const Text& text_;
    Tokens tokens_;
    Diagnostics& diagnostics_;
};

bool is_true(std::string_view value) {
    constexpr std::array<std::string_view, 5> kFalse{"", "0", "false", "no", "off"};
    return std::find(kFalse.begin(), kFalse.end(), value) == kFalse.end();
}

/// The value of an operand, or why there is none.
struct Value {
    Variables::Known known = Variables::Known::Yes;
    std::string text;
};

Value value_of(const Operand& operand, const Variables& variables) {
    if (operand.literal) {
        return {Variables::Known::Yes, operand.text};
    }
    const std::string* found = variables.find(operand.text);
    return {variables.known(operand.text), found == nullptr ? std::string() : *found};
}

/// `in 'a, b'` and `in ['a', 'b']` mean the same.
bool is_in(const Value& left, const std::vector<Value>& right) {
    return std::any_of(right.begin(), right.end(), [&](const Value& value) {
        const auto parts = parts_of(value.text);
        return value.text == left.text ||
               std::find(parts.begin(), parts.end(), left.text) != parts.end();
    });
}

Holds judge(const Clause& clause, const Variables& variables, Diagnostics& diagnostics) {
    using Known = Variables::Known;
    const Value left = value_of(clause.left, variables);
    if (clause.kind == Clause::Kind::Defined) {
        return (left.known != Known::No) != clause.negated ? Holds::Yes : Holds::No;
    }
    std::vector<Value> right;
    bool later = left.known == Known::Later;
    std::vector<const Operand*> unknown;
    if (left.known == Known::No) {
        unknown.push_back(&clause.left);
    }
    for (const Operand& operand : clause.right) {
        right.push_back(value_of(operand, variables));
        later = later || right.back().known == Known::Later;
        if (right.back().known == Known::No) {
            unknown.push_back(&operand);
        }
    }
    for (const Operand* operand : unknown) {
        diagnostics.emplace_back(
            clause.where,
            "when: there is no variable \"" + operand->text + "\"",
            inventory::suggestion(operand->text, variables.names()) + " (text stands in quotes)");
    }
    if (!unknown.empty()) {
        return Holds::No;
    }
    if (later) {
        return Holds::Later;
    }
    bool met = false;
    switch (clause.kind) {
        case Clause::Kind::Truth:
            met = is_true(left.text);
            break;
        case Clause::Kind::Equal:
            met = left.text == right.front().text;
            break;
        case Clause::Kind::In:
            met = is_in(left, right);
            break;
        case Clause::Kind::Defined:
            break;
    }
    return met != clause.negated ? Holds::Yes : Holds::No;
}

}  // namespace

void read_condition(const Text& text, Condition& into, Diagnostics& diagnostics) {
    Reader(text, diagnostics).read(into);
}

Holds holds(const Condition& condition, const Variables& variables, Diagnostics& diagnostics) {
    Holds all = Holds::Yes;
    for (const Clause& clause : condition) {
        const Holds one = judge(clause, variables, diagnostics);
        if (one == Holds::No) {
            return Holds::No;
        }
        if (one == Holds::Later) {
            all = Holds::Later;
        }
    }
    return all;
}

}  // namespace routeproof::playbooks
