"""An OpenSSH server in a node: how the operator and `routeproof` get in."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from . import keys
from .node import Node
from .wait import wait_for

SERVICE = "sshd"
HOST_KEY = "host_ed25519"


def render(address: str, ports: Sequence[int], path: str, *, netconf: str = "", force: str = "") -> str:
    """sshd_config. ``netconf`` is the program of that subsystem; ``force`` answers every command."""
    lines = [
        *(f"ListenAddress {address}:{port}" for port in ports),
        f"HostKey /run/lab/{HOST_KEY}",
        "AuthorizedKeysFile /run/lab/authorized_keys",
        "PidFile /run/lab/sshd.pid",
        "PermitRootLogin prohibit-password",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "StrictModes no",
        "UsePAM no",
        "UseDNS no",
        "PrintMotd no",
        "PrintLastLog no",
        # bash runs login files for each command unless it believes itself nested.
        f"SetEnv PATH={path} SHLVL=2",
        # Faces hold one session per login; a verifier may open many logins at once.
        "MaxStartups 100:30:200",
        "LogLevel VERBOSE",
    ]
    if netconf:
        lines.append(f"Subsystem netconf {netconf}")
    if force:
        lines.append(f"ForceCommand {force}")
    return "\n".join(lines) + "\n"


def start(node: Node, config: str, client_key: str) -> str:
    """Start the server and return its public host key. Returns when it listens."""
    host_key = node.folder / HOST_KEY
    if not host_key.exists():
        keys.make(host_key, f"{node.role}.{node.names.tag}")
    (node.folder / "authorized_keys").write_text(client_key + "\n")
    (node.folder / "sshd_config").write_text(config)
    pid_file = node.folder / "sshd.pid"
    node.start(SERVICE, ["/usr/sbin/sshd", "-D", "-e", "-f", "/run/lab/sshd_config"])
    # sshd writes its pid once its sockets listen.
    wait_for(f"sshd on {node.role}", pid_file.exists, still_possible=lambda: node.must_run(SERVICE))
    return keys.public(host_key)


def quoted(argv: Sequence[str]) -> str:
    """A command for sshd_config: sshd hands it to the login shell."""
    return shlex.join(argv)
