"""What the lab needs of the machine, each piece with the Debian package that brings it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

SEARCH_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

# piece -> Debian package; a name without a slash is looked up in SEARCH_PATH.
_PIECES = {
    "ip": "iproute2",
    "nsenter": "util-linux",
    "ssh-keygen": "openssh-client",
    "sshd": "openssh-server",
    "/usr/lib/frr/zebra": "frr",
    "/usr/lib/frr/bgpd": "frr",
    "vtysh": "frr",
    "dockerd": "docker.io",
    "docker": "docker.io",
    "containerd": "containerd",
    "/usr/share/doc/busybox-static": "busybox-static",
    "nft": "nftables",
    "iptables-save": "iptables",
    "ping": "iputils-ping",
    "/usr/bin/etcd": "etcd-server",
}

EX_UNAVAILABLE = 69
EX_NOPERM = 77


def missing_packages() -> list[tuple[str, str]]:
    """(piece, Debian package) of everything that is not installed."""
    return [(piece, package) for piece, package in _PIECES.items() if not _there(piece)]


def refusal(routeproof_bin: Path | None) -> tuple[int, str] | None:
    """Why no lab can be made here, as exit code and one line; None when one can.

    ``routeproof_bin`` is where our own programs should be; None when they are not needed.
    """
    if os.geteuid() != 0:
        return EX_NOPERM, "the lab makes network namespaces and needs root: run it with sudo"
    if missing := missing_packages():
        piece, package = missing[0]
        packages = " ".join(dict.fromkeys(package for _, package in missing))
        return EX_UNAVAILABLE, f"{piece} is missing (Debian package {package}): apt-get install {packages}"
    if routeproof_bin is not None:
        for program in ("routeproof", "routeproof-agent"):
            if not os.access(routeproof_bin / program, os.X_OK):
                return EX_UNAVAILABLE, f"{routeproof_bin / program} is missing: build it first, or set ROUTEPROOF_BIN"
    return None


def _there(piece: str) -> bool:
    if piece.startswith("/"):
        return Path(piece).exists()
    return shutil.which(piece, path=SEARCH_PATH) is not None
