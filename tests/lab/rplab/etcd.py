"""A store that hosts share: three members of etcd, on the operator's machine.

They are services of the node ``ops``, each on ports of its own, so that one can be killed and started
again by itself.
"""

from __future__ import annotations

import signal

from .node import Node
from .topology import OPS_ADDRESS
from .wait import wait_for

ETCD = "/usr/bin/etcd"
MEMBERS = (0, 1, 2)
_CLIENT_PORT = 2379
_PEER_PORT = 2390


def endpoints() -> list[str]:
    return [_client(member) for member in MEMBERS]


def start(node: Node, *members: int) -> None:
    """Start these members; whoever needs an answer waits for it himself."""
    for member in members:
        node.start(
            name(member),
            [
                ETCD,
                f"--name=m{member}",
                f"--data-dir=/var/tmp/etcd-{member}",
                f"--listen-client-urls={_client(member)}",
                f"--advertise-client-urls={_client(member)}",
                f"--listen-peer-urls={_peer(member)}",
                f"--initial-advertise-peer-urls={_peer(member)}",
                "--initial-cluster=" + ",".join(f"m{other}={_peer(other)}" for other in MEMBERS),
            ],
        )


def kill(node: Node, *members: int) -> None:
    for member in members:
        node.signal(name(member), signal.SIGKILL)
    for member in members:
        wait_for(f"{name(member)} to die", lambda member=member: not node.running(name(member)))


def name(member: int) -> str:
    return f"etcd-{member}"


def _client(member: int) -> str:
    return f"http://{OPS_ADDRESS}:{_CLIENT_PORT + member}"


def _peer(member: int) -> str:
    return f"http://{OPS_ADDRESS}:{_PEER_PORT + member}"
