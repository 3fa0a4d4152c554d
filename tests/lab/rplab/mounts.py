"""What is mounted where, by the kernel's own list.

``os.path.ismount`` compares devices, and so does not see that a folder is mounted on itself,
which is just what `ip netns` does.
"""

from __future__ import annotations

import os
from pathlib import Path


def mount_points() -> list[Path]:
    """Every mount in this mount namespace, those hidden under others included."""
    return [point for _, point in _mounts()]


def is_mounted(path: Path) -> bool:
    """Whether what one sees at this path is something mounted there."""
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fields = Path(f"/proc/self/fdinfo/{handle}").read_text().split()
    finally:
        os.close(handle)
    seen = fields[fields.index("mnt_id:") + 1]
    return (seen, path) in _mounts()


def _mounts() -> list[tuple[str, Path]]:
    """(mount id, mount point) of each; see proc_pid_mountinfo(5)."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    fields = [line.split() for line in lines]
    return [(field[0], Path(field[4].replace("\\040", " "))) for field in fields]
