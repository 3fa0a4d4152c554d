#!/usr/bin/python3
"""./dev demo: the whole story, for real, as a transcript for somebody who has never seen it."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from rplab import leftovers, topology  # noqa: E402
from rplab.cli import programs_folder  # noqa: E402
from rplab.lab import Lab, Options, deaf_to_signals  # noqa: E402
from rplab.requirements import refusal  # noqa: E402
from rplab.run import LabError, Result, run  # noqa: E402
from story import BLIND, FAULTS, Story  # noqa: E402

_WIDTH = min(100, shutil.get_terminal_size((100, 24)).columns)


class Printer:
    """Prints the story as it happens, and how long each step took."""

    def __init__(self) -> None:
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self.times: list[tuple[str, float]] = []

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        started = time.monotonic()
        self._line("")
        self._line(self._bold(f"== {title} " + "=" * max(0, _WIDTH - len(title) - 4)))
        yield
        self.times.append((title, time.monotonic() - started))
        self._line(self._dim(f"   ({self.times[-1][1]:.1f} s)"))

    def say(self, text: str) -> None:
        self._line("")
        for paragraph in text.split("\n\n"):
            self._line(textwrap.fill(" ".join(paragraph.split()), _WIDTH))

    def command(self, where: str, line: str) -> None:
        self._line("")
        self._line(self._bold(f"{where}# {line}"))

    def output(self, result: Result) -> None:
        for line in result.text.rstrip("\n").splitlines():
            self._line(line)
        if result.code:
            self._line(self._dim(f"[exit code {result.code}]"))

    def raw(self, text: str) -> None:
        self._line(text)

    def _line(self, text: str) -> None:
        print(text, flush=True)

    def _bold(self, text: str) -> str:
        return f"\033[1m{text}\033[0m" if self._colour else text

    def _dim(self, text: str) -> str:
        return f"\033[2m{text}\033[0m" if self._colour else text


def main() -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    programs = programs_folder()
    if no := refusal(programs):
        print(f"demo: {no[1]}", file=sys.stderr)
        return no[0]
    printer = Printer()
    started = time.monotonic()
    lab = Lab.create(Options(programs=str(programs)))
    try:
        _tell(lab, printer)
    except LabError as error:
        print(f"\ndemo: the story broke: {error}", file=sys.stderr)
        _end(lab)
        return 1
    except KeyboardInterrupt as interrupt:
        _end(lab)
        print("\ndemo: interrupted; the lab is gone", file=sys.stderr)
        return 128 + (int(interrupt.args[0]) if interrupt.args else int(signal.SIGINT))
    except BaseException:
        _end(lab)
        raise
    printer.raw("")
    for title, seconds in printer.times:
        printer.raw(f"{seconds:6.1f} s  {title}")
    printer.raw(f"{time.monotonic() - started:6.1f} s  in all. Every step came out as it must.")
    printer.raw("\nPlay in it yourself: ./dev lab up")
    return 0


def _tell(lab: Lab, printer: Printer) -> None:
    story = Story(lab, printer)

    with printer.step("1. The programs"):
        printer.say("The packages are installed and both programs are built: `./dev demo` began with that.")
        for program in ("routeproof", "routeproof-agent"):
            printer.command("you", f"{program} --version")
            printer.output(run([str(Path(lab.options.programs) / program), "--version"]))

    with printer.step("2. A network comes up"):
        printer.say(
            f"""Two Docker hosts, each with its own dockerd and routeproof-agent and an AS of its own; two
            leaves and a spine that really speak BGP (FRR). leaf1 is asked over NETCONF as a Junos device would
            be, leaf2 over its command line as an NX-OS device. All of it lives in namespaces of this machine,
            named rp-{lab.names.tag}-*, and goes away at the end."""
        )
        printer.raw("")
        printer.raw(_picture())
        printer.raw("")
        lab.up(printer.raw)
        story.type("leaf1", "vtysh -c 'show bgp ipv4 unicast summary'")

    with printer.step("3. A container gets an address that the fabric knows"):
        printer.say(
            """No port is published, no NAT rule written, nothing typed on a router: the container's address is
            announced by its host."""
        )
        story.run_containers()
        printer.say("The host routes the address to the container, and drops what is left of its block:")
        story.look_at_host()
        printer.say("The leaf has received the block from the host's AS:")
        story.look_at_leaf()

    with printer.step("4. The proof, from the leaves' own tables"):
        story.prove()

    with printer.step("5. The container moves, its address with it"):
        story.move()
        printer.say(
            """host2 borrows the address from host1's block. It announces a /32 beside host1's /26, and the
            longest match decides:"""
        )
        story.look_at_longest_match()
        story.prove()
        printer.say("A container on host1 reaches it across leaf1, spine1 and leaf2 (each takes one off the TTL):")
        story.ping()
        printer.say("And nobody on the way translates addresses:")
        story.look_for_nat()
        printer.say("demo1 goes home again:")
        story.end_ping()
        story.move_home()
        story.prove()

    with printer.step("6. Three faults are found, and what cannot be seen is not called broken"):
        for fault in FAULTS:
            story.find(fault)
        story.look_away()
        printer.say(f"Not proven, and not a mismatch either: {BLIND.title}, so nobody knows. Exit code 2.")

    with printer.step("7. Everything goes away"):
        printer.command("you", f"./dev lab down --tag {lab.names.tag}")
        lab.down()
        left = leftovers.bearing(lab.names.tag)
        printer.raw("\n".join(left) or "no namespace, process, mount or file is left")
        if left:
            raise LabError(f"{len(left)} things are left, the first: {left[0]}")


def _picture() -> str:
    """The drawing in topology's own description."""
    drawing = (topology.__doc__ or "").partition("::\n")[2].partition("\nEvery node")[0]
    return textwrap.dedent(drawing).strip("\n")


def _end(lab: Lab) -> None:
    with deaf_to_signals():
        try:
            lab.down()
        except LabError as error:
            print(f"demo: {error}", file=sys.stderr)


def _interrupted(number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt(number)


if __name__ == "__main__":
    sys.exit(main())
