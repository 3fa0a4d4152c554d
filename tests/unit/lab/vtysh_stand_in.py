#!/usr/bin/python3
"""Stands in for vtysh in the unit tests of the faces: answers from files recorded off a real FRR.

Called as vtysh is: `vtysh_stand_in.py [-N SPACE] -c COMMAND`. The folder of answers is $VTYSH_ANSWERS, or
`frr` beside this file; a command nobody recorded gives FRR's own words.
"""

import os
import pathlib
import re
import sys


def file_name(command: str) -> str:
    """The file that holds the answer to a command."""
    return re.sub(r"[^a-z0-9.]+", "-", command.lower()) + ".txt"


def main(arguments: list[str]) -> int:
    folder = pathlib.Path(os.environ.get("VTYSH_ANSWERS", pathlib.Path(__file__).parent / "frr"))
    for position, word in enumerate(arguments):
        if word == "-c":
            command = arguments[position + 1]
            answer = folder / file_name(command)
            if not answer.exists():
                sys.stdout.write(f"% Unknown command: {command}\n")
                return 1
            sys.stdout.write(answer.read_text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
