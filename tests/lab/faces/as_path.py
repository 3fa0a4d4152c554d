"""AS paths: FRR's text and segments in, the vendors' texts out.

FRR writes `64900 65000 {65100,65101}`, a confederation sequence in round brackets and a confederation set in
square ones. Segments here are (kind, members) with the four kinds of RFC 4271 4.3 and RFC 5065 3.
"""

from __future__ import annotations

import re
from typing import Sequence

SEQUENCE, SET, CONFED_SEQUENCE, CONFED_SET = "as-sequence", "as-set", "as-confed-sequence", "as-confed-set"
Segment = tuple[str, tuple[int, ...]]
_OPEN = {"{": SET, "(": CONFED_SEQUENCE, "[": CONFED_SET}
_CLOSE = "})]"


def number(text: str) -> int:
    """An AS number in asplain or asdot (RFC 5396)."""
    high, dot, low = text.partition(".")
    return int(high) * 65536 + int(low) if dot else int(high)


def parse(text: str) -> tuple[Segment, ...]:
    """Segments of FRR's text form; an empty path gives none."""
    segments: list[Segment] = []
    kind, members = SEQUENCE, []  # type: str, list[int]

    def flush() -> None:
        if members:
            segments.append((kind, tuple(members)))
            members.clear()

    for word in re.findall(r"[{}()\[\]]|[0-9.]+", text):
        if word in _OPEN:
            flush()
            kind = _OPEN[word]
        elif word in _CLOSE:
            flush()
            kind = SEQUENCE
        else:
            members.append(number(word))
    flush()
    return tuple(segments)


def asdot(value: int) -> str:
    """asdot as NX-OS prints it: two-byte numbers stay plain."""
    return f"{value >> 16}.{value & 0xffff}" if value > 0xffff else str(value)


def text(segments: Sequence[Segment], dotted: bool = False) -> str:
    """The form both vendors share: blanks between members, braces round a set, brackets round confederations."""
    frame = {SEQUENCE: "{}", SET: "{{{}}}", CONFED_SEQUENCE: "({})", CONFED_SET: "([{}])"}
    show = asdot if dotted else str
    return " ".join(frame[kind].format(" ".join(show(m) for m in members)) for kind, members in segments)


def length(segments: Sequence[Segment]) -> int:
    """Length as RFC 4271 9.1.2.2 (a) and RFC 5065 5.3 count it: a set is one, confederation segments nothing."""
    return sum(len(members) if kind == SEQUENCE else 1 if kind == SET else 0 for kind, members in segments)


def count(segments: Sequence[Segment], asn: int) -> int:
    """How often an AS stands in the path."""
    return sum(members.count(asn) for _, members in segments)
