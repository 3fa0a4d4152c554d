#!/usr/bin/python3
"""The Junos face: a NETCONF server for one leaf, standing in for a device that cannot be had.

Runs as `Subsystem netconf` of a real OpenSSH server and takes every route from that leaf's FRR.
"""

from __future__ import annotations

import argparse
import functools
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import modes as mode
from frr import Frr
from junos_config import Database
from junos_session import MODES, Session


def main() -> int:
    parser = argparse.ArgumentParser(prog="junos_face.py", description=__doc__, epilog=mode.help_text(MODES),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pathspace", metavar="P", help="pathspace of the leaf's FRR (vtysh -N P)")
    parser.add_argument("--hostname", default="leaf1", help="name of the device")
    parser.add_argument("--state-dir", metavar="D", type=pathlib.Path,
                        help="folder with mode.json; face.log goes there")
    parser.add_argument("--configurable", action="store_true",
                        help="let the login change the configuration, which lies in D/config; FRR follows it")
    parser.add_argument("--vtysh", default="vtysh", metavar="PATH", help="program to ask instead of vtysh")
    options = parser.parse_args()
    frr, modes = Frr(options.vtysh, options.pathspace), mode.Modes(options.state_dir, MODES)
    log = functools.partial(mode.log, options.state_dir)
    database = None
    if options.configurable:
        if options.state_dir is None:
            parser.error("--configurable needs --state-dir")
        database = Database(options.state_dir, frr, log)
    session = Session(frr, options.hostname, modes, log, sys.stdin.fileno(), sys.stdout.fileno(), database)
    try:
        session.run()
    except mode.BadMode as problem:
        mode.refuse(problem)
    except mode.Cut:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
