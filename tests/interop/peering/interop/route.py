"""A route as both sides can tell it, and the tables that are announced."""

import dataclasses
import ipaddress


@dataclasses.dataclass(frozen=True)
class Route:
    prefix: str
    as_path: tuple = ()
    next_hop: str = ""
    med: int | None = None
    communities: frozenset = frozenset()  # "65000:1"
    large: frozenset = frozenset()        # "65000:1:2"


def prefixes(count, family=4, start=0):
    """Host routes, none of which is somebody's next hop."""
    if family == 4:
        base = int(ipaddress.IPv4Address("172.16.0.0")) + start
        return [f"{ipaddress.IPv4Address(base + i)}/32" for i in range(count)]
    base = int(ipaddress.IPv6Address("2001:db8:1::")) + start
    return [f"{ipaddress.IPv6Address(base + i)}/128" for i in range(count)]


def peer_prefixes(count, family=4):
    """What the peer announces."""
    if family == 4:
        base = int(ipaddress.IPv4Address("172.24.0.0"))
        return [f"{ipaddress.IPv4Address(base + i)}/32" for i in range(count)]
    base = int(ipaddress.IPv6Address("2001:db8:2::"))
    return [f"{ipaddress.IPv6Address(base + i)}/128" for i in range(count)]


def family_of(prefix):
    return 6 if ":" in prefix else 4
