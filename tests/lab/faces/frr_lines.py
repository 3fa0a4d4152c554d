"""Lines of FRR's configuration, each with its headers: what to type so that one set becomes another."""

from __future__ import annotations

Line = tuple[tuple[str, ...], str]  # headers, line


def commands(old: list[Line], new: list[Line]) -> list[str]:
    """What to tell FRR, each line with its headers. A route map entry that differs is written anew: FRR cannot take
    back every line of it."""
    out: list[str] = []
    differ = {context[0] for context, line in set(old) ^ set(new) if context and context[0].startswith("route-map ")}
    for context, line in reversed(old):
        if context and context[0] in differ:
            continue
        if (context, line) not in new or line in differ:
            if " remote-as " in line:  # goes by the neighbour
                line = line.split(" remote-as ")[0]
            out += [*context, f"no {line}"] + ["exit"] * len(context)
    for context, line in new:
        if (context, line) not in old or line in differ or (context and context[0] in differ):
            entered = len(context) + line.startswith("route-map ")
            out += [*context, line] + ["exit"] * entered
    return out
