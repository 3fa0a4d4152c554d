"""What Junos statements mean to the FRR below: so that a wrong prefix list really loses routes.

Only what a change of routeproof can hold is translated: prefix lists, policies by prefix list, external neighbours
with their policies, BFD. Everything else stands in the face's configuration and does nothing.
"""

from __future__ import annotations

from collections import defaultdict

import junos_secrets
from frr_lines import Line
from junos_statements import Configuration, Statement


def _under(statements: list[Statement], *path: str) -> dict[str, list[Statement]]:
    """The rest of each statement below the path, by its next word."""
    out: dict[str, list[Statement]] = defaultdict(list)
    for s in statements:
        if s[: len(path)] == path and len(s) > len(path):
            out[s[len(path)]].append(s[len(path) + 1 :])
    return out


def _family(prefix: str) -> tuple[str, int]:
    return ("ipv6", 128) if ":" in prefix else ("ip", 32)


def lines(configuration: Configuration, local_as: int) -> list[Line]:
    """In the order in which FRR may be told them."""
    active = configuration.active()
    out: list[Line] = []
    lists = {name: [s[0] for s in rest if s] for name, rest in _under(active, "policy-options", "prefix-list").items()}
    communities = {name: rest[0][1] for name, rest in _under(active, "policy-options", "community").items()}
    for policy, statements in _under(active, "policy-options", "policy-statement").items():
        terms: dict[str, list[Statement]] = defaultdict(list)
        for s in statements:
            terms[s[1] if s[0] == "term" else ""].append(s[2:] if s[0] == "term" else s)
        sequence = 0
        for name, term in terms.items():
            sequence += 10
            out += _term(policy, sequence, name, term, lists, communities)
    bgp = (f"router bgp {local_as}",)
    for group, statements in _under(active, "protocols", "bgp", "group").items():
        for neighbour, about in _under(active, "protocols", "bgp", "group", group, "neighbor").items():
            out += _neighbour(bgp, neighbour, {s[0]: s[1:] for s in about if s},
                              {s[0]: s[1:] for s in statements if s and s[0] != "neighbor"})
    return out


def _term(policy: str, sequence: int, name: str, term: list[Statement], lists: dict[str, list[str]],
          communities: dict[str, str]) -> list[Line]:
    action = "deny" if ("then", "reject") in term else "permit"
    out: list[Line] = []
    inside: list[str] = []
    for s in term:
        if s[:2] == ("from", "prefix-list-filter"):
            made = f"{policy}-{name}"
            family = "ip"
            for number, prefix in enumerate(lists.get(s[2], [])):
                family, width = _family(prefix)
                longer = f" le {width}" if s[3:] == ("orlonger",) and not prefix.endswith(f"/{width}") else ""
                out.append(((), f"{family} prefix-list {made} seq {5 * number + 5} permit {prefix}{longer}"))
            inside.append(f"match {family} address prefix-list {made}")
        elif s[:2] == ("then", "local-preference"):
            inside.append(f"set local-preference {s[2]}")
        elif s[:2] == ("then", "metric"):
            inside.append(f"set metric {s[2]}")
        elif s[:2] == ("then", "as-path-prepend"):
            inside.append(f"set as-path prepend {s[2]}")
        elif s[:3] == ("then", "community", "add"):
            inside.append(f"set community {communities[s[3]]} additive")
    header = f"route-map {policy} {action} {sequence}"
    return out + [((), header)] + [((header,), line) for line in inside]


def _neighbour(bgp: tuple[str, ...], address: str, own: dict[str, Statement], group: dict[str, Statement]) -> list[Line]:
    about = {**group, **own}
    if "peer-as" not in about:
        return []
    family = (*bgp, "address-family ipv6 unicast" if ":" in address else "address-family ipv4 unicast")
    out: list[Line] = [(bgp, f"neighbor {address} remote-as {about['peer-as'][0]}")]
    if "description" in about:
        out.append((bgp, f"neighbor {address} description {about['description'][0]}"))
    if "authentication-key" in about:
        out.append((bgp, f"neighbor {address} password {junos_secrets.reveal(about['authentication-key'][0])}"))
    if "bfd-liveness-detection" in about:
        out.append((bgp, f"neighbor {address} bfd"))
    if ":" in address:
        out.append((family, f"neighbor {address} activate"))
    for word, way in (("import", "in"), ("export", "out")):
        if word in about:
            out.append((family, f"neighbor {address} route-map {about[word][0]} {way}"))
    out.append((family, f"neighbor {address} soft-reconfiguration inbound"))  # Junos keeps what it rejects
    return out
