#!/usr/bin/python3
"""A NETCONF subsystem that says what a test wrote into a file: no device, only its framing.

Called with a folder that holds `hello` and `1`, `2`, ...: the bytes to answer each message with. A missing
number ends the session; `log` receives what the client said.
"""

import pathlib
import sys


def messages(log):
    """Yields once per message of the client, in either framing."""
    text, chunked = b"", False
    while True:
        byte = sys.stdin.buffer.read(1)
        if not byte:
            return
        text += byte
        log.write(byte)
        log.flush()
        if text.endswith(b"\n##\n" if chunked else b"]]>]]>"):
            if b"<hello" in text:
                chunked = (folder / "chunked").exists()
            yield text
            text = b""


folder = pathlib.Path(sys.argv[1])
answers = iter(["hello", *map(str, range(1, 100))])


def answer() -> bool:
    file = folder / next(answers)
    if not file.exists():
        return False
    sys.stdout.buffer.write(file.read_bytes())
    sys.stdout.buffer.flush()
    return True


with open(folder / "log", "wb") as log:
    if answer():
        for message in messages(log):
            if b"<hello" not in message and not answer():
                break
