"""One tree, three renderings: how NX-OS turns a table into JSON (two dialects) or XML.

A tree is a dict; a key `TABLE_x` holds a list of rows, which are dicts again. Leaves are str, int, bool or Duration.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

Tree = dict[str, Any]


@dataclass(frozen=True)
class Duration:
    """Seconds, shown as a duration."""

    seconds: int

    def iso(self) -> str:
        """P2DT16H8M52S, PT1S; a part that is zero is left out."""
        days, rest = divmod(max(self.seconds, 0), 86400)
        parts = [(rest // 3600, "H"), (rest % 3600 // 60, "M"), (rest % 60, "S")]
        clock = "".join(f"{value}{unit}" for value, unit in parts if value)
        if not clock and not days:
            clock = "0S"
        return "P" + (f"{days}D" if days else "") + (f"T{clock}" if clock else "")

    def text(self) -> str:
        """17:02:11 below a day, 5d07h below a week, 6w3d above."""
        if self.seconds < 86400:
            return f"{self.seconds // 3600:02}:{self.seconds % 3600 // 60:02}:{self.seconds % 60:02}"
        days = self.seconds // 86400
        return f"{days}d{self.seconds % 86400 // 3600:02}h" if days < 7 else f"{days // 7}w{days % 7}d"


def native(node: Any) -> Any:
    """`| json native`: rows always a list, numbers bare, ISO durations; booleans are words all the same."""
    if isinstance(node, dict):
        return {key: {_row(key): [native(row) for row in value]} if isinstance(value, list) else native(value)
                for key, value in node.items() if value != []}
    if isinstance(node, bool):
        return str(node).lower()
    return node.iso() if isinstance(node, Duration) else node


def old(node: Any, empty: str = "missing") -> Any:
    """`| json`: a single row is an object, numbers are strings. `empty`: what stands for a table without rows."""
    if isinstance(node, dict):
        out: dict[str, Any] = {}
        for key, value in node.items():
            if value == []:
                if empty != "missing":
                    out[key] = "" if empty == "string" else {}
            elif isinstance(value, list):
                rows = [old(row, empty) for row in value]
                out[key] = {_row(key): rows[0] if len(rows) == 1 else rows}
            else:
                out[key] = old(value, empty)
        return out
    if isinstance(node, bool):
        return str(node).lower()
    return node.text() if isinstance(node, Duration) else str(node)


def mixed(node: Any) -> Any:
    """Both dialects in one reply: address-family rows a list, the ones below an object, numbers both ways."""
    if isinstance(node, dict):
        out: dict[str, Any] = {}
        for number, (key, value) in enumerate((k, v) for k, v in node.items() if v != []):
            if isinstance(value, list):
                rows = [mixed(row) for row in value]
                out[key] = {_row(key): rows[0] if len(rows) == 1 and key not in ("TABLE_vrf", "TABLE_af") else rows}
            elif isinstance(value, int) and not isinstance(value, bool):
                out[key] = value if number % 2 else str(value)
            else:
                out[key] = mixed(value)
        return out
    if isinstance(node, bool):
        return str(node).lower()
    return node.text() if isinstance(node, Duration) else node


def json_text(tree: Tree, dialect: str, empty: str = "missing") -> str:
    """One line of JSON and its newline."""
    if dialect == "native":
        return json.dumps(native(tree), separators=(",", ":")) + "\n"
    return json.dumps(mixed(tree) if dialect == "mixed" else old(tree, empty)) + "\n"


def xml_text(tree: Tree, words: list[str], component: str) -> str:
    """`| xml`: the words of the command become elements, the namespace carries release and component."""
    lines = ['<?xml version="1.0" encoding="ISO-8859-1"?>',
             f'<nf:rpc-reply xmlns="http://www.cisco.com/nxos:9.3.4.:{component}" '
             'xmlns:nf="urn:ietf:params:xml:ns:netconf:base:1.0">', " <nf:data>"]
    for depth, word in enumerate([*words, "__readonly__"]):
        lines.append(f"{' ' * (depth + 2)}<{word}>")
    _xml(tree, len(words) + 3, lines)
    for depth, word in reversed(list(enumerate([*words, "__readonly__"]))):
        lines.append(f"{' ' * (depth + 2)}</{word}>")
    return "\n".join([*lines, " </nf:data>", "</nf:rpc-reply>", "]]>]]>"]) + "\n"


def _xml(node: Tree, depth: int, lines: list[str]) -> None:
    pad = " " * depth
    for key, value in node.items():
        if isinstance(value, list):
            if value:
                lines.append(f"{pad}<{key}>")
                for row in value:
                    lines.append(f"{pad} <{_row(key)}>")
                    _xml(row, depth + 2, lines)
                    lines.append(f"{pad} </{_row(key)}>")
                lines.append(f"{pad}</{key}>")
        elif isinstance(value, bool):
            lines.append(f"{pad}<{key}>{str(value).lower()}</{key}>")
        else:
            text = value.iso() if isinstance(value, Duration) else str(value)
            lines.append(f"{pad}<{key}>{escape(text)}</{key}>")


def _row(key: str) -> str:
    return "ROW_" + key.removeprefix("TABLE_")
