"""The one image of the lab, made on the spot: there is no registry to ask."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

BUSYBOX = Path("/bin/busybox")
_APPLETS = "cat echo grep head hostname httpd ip ls nc nslookup ping ps sh sleep tail traceroute vi wget".split()


def busybox_tar() -> bytes:
    """A root file system that holds Debian's static busybox under its usual names."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in ("bin", "etc", "proc", "sys", "dev", "tmp"):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(folder)
        program = BUSYBOX.read_bytes()
        file = tarfile.TarInfo("bin/busybox")
        file.size, file.mode = len(program), 0o755
        tar.addfile(file, io.BytesIO(program))
        for applet in _APPLETS:
            link = tarfile.TarInfo(f"bin/{applet}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
    return buffer.getvalue()
