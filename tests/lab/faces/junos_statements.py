"""Junos configuration as a list of statements: set commands and text in, differences out.

A statement is the tuple of words from the top to a leaf: ("protocols", "bgp", "group", "HOSTS", "type", "external").
A deactivated part is a statement that begins with "inactive:".
"""

from __future__ import annotations

import re

import junos_secrets

Statement = tuple[str, ...]

# Leaves that hold one value: setting one takes the place of what it was.
SINGLE = {"type", "peer-as", "description", "authentication-key", "local-preference", "metric", "minimum-interval",
          "multiplier", "as-path-prepend", "host-name", "autonomous-system", "local-address", "hold-time"}
# What the face knows below each top; a word that is not there is a syntax error, as on the device.
TOP = {"policy-options", "protocols", "routing-options", "system"}
BELOW = {("policy-options",): {"prefix-list", "policy-statement", "community"}, ("protocols",): {"bgp"},
         ("protocols", "bgp"): {"group"}}
NEIGHBOUR = {"peer-as", "description", "import", "export", "authentication-key", "bfd-liveness-detection", "family",
             "hold-time", "local-address", "multihop", "shutdown", "neighbor", "type"}


class Syntax(Exception):
    """What cannot be read: the word at fault."""


def words(line: str) -> list[str]:
    found = re.findall(r'"[^"]*"|\[|\]|[^\s"\[\]]+', line)
    return [word.strip('"') for word in found]


def check(path: Statement) -> None:
    if not path or path[0] not in TOP:
        raise Syntax(path[0] if path else "")
    for above, known in BELOW.items():
        if path[: len(above)] == above and len(path) > len(above) and path[len(above)] not in known:
            raise Syntax(path[len(above)])
    if path[:3] == ("protocols", "bgp", "group"):
        if path[6:7] == ("authentication-key",) and len(path) > 8:
            raise Syntax(path[8])
        inside = path[4:] if path[4:5] != ("neighbor",) else path[6:]
        if inside and inside[0] not in NEIGHBOUR:
            raise Syntax(inside[0])


class Configuration:
    """A set of statements in the order in which they came."""

    def __init__(self, statements: list[Statement] | list[list[str]]) -> None:
        self.statements: list[Statement] = [tuple(s) for s in statements]

    def set(self, path: Statement) -> None:
        check(path)
        if path[-2:-1] == ("authentication-key",) and not path[-1].startswith("$9$"):
            path = (*path[:-1], junos_secrets.obfuscate(path[-1]))
        if len(path) > 1 and path[-2] in SINGLE:
            self.statements = [s for s in self.statements if s[:-1] != path[:-1]]
        if path not in self.statements:
            self.statements.append(path)

    def delete(self, path: Statement) -> bool:
        """False if there was nothing."""
        kept = [s for s in self.statements
                if s[: len(path)] != path and not (s[0] == "inactive:" and s[1 : len(path) + 1] == path)]
        gone = len(kept) != len(self.statements)
        self.statements = kept
        return gone

    def command(self, line: str) -> bool:
        """One set command; False for a warning "statement not found"."""
        verb, *path = words(line)
        statement = tuple(path)
        if verb == "set":
            self.set(statement)
        elif verb == "delete":
            return self.delete(statement)
        elif verb == "deactivate":
            self.statements.append(("inactive:", *statement))
        elif verb == "activate":
            mark = ("inactive:", *statement)
            self.statements = [s for s in self.statements if s != mark]
        else:
            raise Syntax(verb)
        return True

    def text(self, text: str) -> None:
        """Text with braces, merged."""
        path: list[tuple[str, ...]] = []
        for part in re.findall(r'(?:"[^"]*"|[^{};"])*[{};]', re.sub(r"/\*.*?\*/|#[^\n]*", "", text, flags=re.S)):
            inside = tuple(words(part[:-1]))
            if part[-1] == "{":
                path.append(inside)
            elif part[-1] == "}":
                if not path:
                    raise Syntax("}")
                path.pop()
            else:
                self.set(tuple(word for each in path for word in each) + inside)
        if path:
            raise Syntax(path[-1][-1])

    def active(self) -> list[Statement]:
        """Without what is deactivated."""
        off = [s[1:] for s in self.statements if s[0] == "inactive:"]
        return [s for s in self.statements
                if s[0] != "inactive:" and not any(s[: len(path)] == path for path in off)]

    def referenced_but_missing(self) -> str:
        """The commit's own check: what is referred to and not there."""
        policies = {s[2] for s in self.statements if s[:2] == ("policy-options", "policy-statement")}
        lists = {s[2] for s in self.statements if s[:2] == ("policy-options", "prefix-list")}
        for s in self.active():
            if s[:2] == ("protocols", "bgp") and s[-2] in ("import", "export") and s[-1] not in policies:
                return f"Policy error: Policy {s[-1]} referenced but not defined"
            if "prefix-list-filter" in s and s[s.index("prefix-list-filter") + 1] not in lists:
                return f"Policy error: Prefix list {s[s.index('prefix-list-filter') + 1]} referenced but not defined"
        return ""


def difference(old: Configuration, new: Configuration) -> str:
    """As `show | compare` writes it, one statement per line."""
    before, after = set(old.statements), set(new.statements)
    rows = [("-", s) for s in old.statements if s not in after] + [("+", s) for s in new.statements if s not in before]
    out, where = "", None
    for sign, statement in rows:
        mark = "inactive: " if statement[0] == "inactive:" else ""
        path = statement[1:] if mark else statement
        depth = min(len(path) - 1, 6 if path[0] == "protocols" else 3)
        if path[:depth] != where:
            where = path[:depth]
            out += f"[edit {' '.join(where)}]\n"
        tail = " ".join(f'"{word}"' if " " in word or "$" in word else word for word in path[depth:])
        out += f"{sign}    {mark}{tail};{' ## SECRET-DATA' if 'authentication-key' in path else ''}\n"
    return out
