#!/usr/bin/python3
"""The NX-OS face: answers the command line of one leaf, standing in for a device that cannot be had.

Runs as `ForceCommand` of a real OpenSSH server: the command is in SSH_ORIGINAL_COMMAND (or given by --command).
It takes every route from that leaf's FRR. One request, one command, no prompt: as an exec request without a
terminal gives it.
"""

from __future__ import annotations

import argparse
import functools
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import modes as mode
from frr import Frr, FrrDown
from nxos_cli import MODES, Cli
from nxos_config import Store


def main() -> int:
    parser = argparse.ArgumentParser(prog="nxos_face.py", description=__doc__, epilog=mode.help_text(MODES),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pathspace", metavar="P", help="pathspace of the leaf's FRR (vtysh -N P)")
    parser.add_argument("--hostname", default="leaf2", help="name of the device")
    parser.add_argument("--state-dir", metavar="D", type=pathlib.Path,
                        help="folder with mode.json; face.log goes there")
    parser.add_argument("--vtysh", default="vtysh", metavar="PATH", help="program to ask instead of vtysh")
    parser.add_argument("--command", help="the command, instead of SSH_ORIGINAL_COMMAND")
    parser.add_argument("--configurable", action="store_true",
                        help="let the login change the configuration, which lies in D/config; FRR follows it")
    options = parser.parse_args()
    if options.configurable and options.state_dir is None:
        parser.error("--configurable needs --state-dir")
    command = options.command if options.command is not None else os.environ.get("SSH_ORIGINAL_COMMAND", "")
    mode.log(options.state_dir, f"command {command}")
    try:
        modes = mode.Modes(options.state_dir, MODES).read(command)
        frr = Frr(options.vtysh, options.pathspace)
        store = None
        if options.configurable:
            store = Store(options.state_dir, frr, functools.partial(mode.log, options.state_dir))
        text = Cli(frr, options.hostname, modes, store).answer(command)
        for piece in mode.spoil((t.encode() for t in text), modes):
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
    except mode.BadMode as problem:
        mode.refuse(problem)
    except FrrDown as problem:
        mode.log(options.state_dir, f"FRR: {problem}")
        sys.stdout.write("Error: bgp process is not responding\n")
    except (mode.Cut, BrokenPipeError):
        os._exit(1)  # no flush: what was not sent stays unsent
    return 0


if __name__ == "__main__":
    sys.exit(main())
