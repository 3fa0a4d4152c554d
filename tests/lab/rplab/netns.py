"""Network namespaces, by their names as `ip netns` shows them."""

from __future__ import annotations

from . import syscalls
from .mounts import is_mounted
from .names import NETNS_ROOT, RUN_ROOT
from .process import ProcessId, kill
from .run import run

# Present while the machine had no /run/netns mount of its own before the first lab.
_MOUNT_IS_OURS = RUN_ROOT / "netns-mount-is-ours"


def create(name: str) -> None:
    """Make a network namespace with its loopback up."""
    if not is_mounted(NETNS_ROOT):
        _MOUNT_IS_OURS.touch()
    run(["ip", "netns", "add", name])
    run(["ip", "-n", name, "link", "set", "lo", "up"])


def exists(name: str) -> bool:
    return (NETNS_ROOT / name).exists()


def processes(name: str) -> list[ProcessId]:
    """Everything that runs in the namespace."""
    pids = run(["ip", "netns", "pids", name], check=False).out.split()
    return [found for pid in pids if (found := ProcessId.of(int(pid))) is not None]


def remove(name: str) -> None:
    """End what still runs in the namespace, then take it away with all its links."""
    while left := processes(name):
        for process in left:
            kill(process)
    run(["ip", "netns", "del", name])


def names(prefix: str) -> list[str]:
    """Namespaces whose name begins so."""
    if not NETNS_ROOT.is_dir():
        return []
    return sorted(path.name for path in NETNS_ROOT.iterdir() if path.name.startswith(prefix))


def give_back_mount() -> None:
    """Undo what the first `ip netns add` on a machine leaves: /run/netns mounted on itself.

    Only when a lab was that first one. While anybody else's namespace is in there the kernel
    refuses, and the mark stays for the next lab that goes.
    """
    if not _MOUNT_IS_OURS.exists():
        return
    try:
        if is_mounted(NETNS_ROOT):
            syscalls.umount(str(NETNS_ROOT))
    except OSError:
        return
    _MOUNT_IS_OURS.unlink(missing_ok=True)
    if NETNS_ROOT.is_dir() and not any(NETNS_ROOT.iterdir()):
        NETNS_ROOT.rmdir()
