"""SSH keys of one lab. Nothing of root's own ~/.ssh is read or written."""

from __future__ import annotations

from pathlib import Path

from .run import run


def make(path: Path, comment: str) -> None:
    """An ed25519 key pair without a passphrase at PATH and PATH.pub."""
    path.parent.mkdir(parents=True, exist_ok=True)
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path)])


def public(path: Path) -> str:
    """`ssh-ed25519 AAAA…`, without the comment."""
    return " ".join(Path(f"{path}.pub").read_text().split()[:2])


def known_hosts_line(address: str, port: int, key: str) -> str:
    """A line of known_hosts; a port other than 22 is part of the name."""
    return f"{address if port == 22 else f'[{address}]:{port}'} {key}\n"
