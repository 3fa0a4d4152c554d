"""The ``lab`` program: a lab to play in."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from . import frr
from .lab import Busy, Lab, Options, all_labs, deaf_to_signals
from .names import is_tag
from .requirements import EX_NOPERM, refusal
from .run import LabError
from .topology import HOSTS, ROLES, ROUTERS, peerings

EX_TEMPFAIL = 75
EX_SOFTWARE = 70
EX_USAGE = 64

_REPOSITORY = Path(__file__).resolve().parents[3]


def main(argv: list[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    try:
        return int(arguments.handler(arguments))
    except Busy as busy:
        return _complain(str(busy), EX_TEMPFAIL)
    except LabError as error:
        return _complain(str(error), EX_SOFTWARE)
    except BrokenPipeError:  # as in `lab up | head`: nobody reads on, which is no fault
        sys.stdout = open(os.devnull, "w", encoding="utf-8")
        return 128 + int(signal.SIGPIPE)
    except KeyboardInterrupt as interrupt:
        number = int(interrupt.args[0]) if interrupt.args else int(signal.SIGINT)
        return _complain("interrupted: nothing is left of the lab", 128 + number)


def programs_folder() -> Path:
    """Where routeproof and routeproof-agent are: $ROUTEPROOF_BIN, else the dev build."""
    return Path(os.environ.get("ROUTEPROOF_BIN") or _REPOSITORY / "build" / "dev" / "bin").resolve()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="lab", description="Real Docker hosts and real routers on one machine, to play in.")
    verbs = parser.add_subparsers(required=True, metavar="up|status|shell|down")

    up = verbs.add_parser("up", help="build a lab and print its tag")
    up.add_argument("--no-docker-run", action="store_true", help="leave the Docker hosts empty")
    up.add_argument("--routers-only", action="store_true", help="start neither dockerd nor routeproof-agent")
    up.set_defaults(handler=_up)

    status = verbs.add_parser("status", help="what runs, and which BGP sessions are up")
    status.set_defaults(handler=_status)

    shell = verbs.add_parser("shell", help="a shell, or one command, on a node")
    shell.add_argument("host", metavar="HOST", choices=ROLES, help=", ".join(ROLES))
    shell.add_argument("command", nargs=argparse.REMAINDER, help="default: bash")
    shell.set_defaults(handler=_shell)

    down = verbs.add_parser("down", help="take a lab away, or what a killed one left")
    down.add_argument("--all", action="store_true", help="every lab on this machine")
    down.set_defaults(handler=_down)

    for verb in (status, shell, down):
        verb.add_argument("--tag", help="which lab; default: the newest", type=_tag)
    return parser


class _Parser(argparse.ArgumentParser):
    """Ends with the exit code that all of Routeproof uses for wrong usage."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(EX_USAGE, f"{self.prog}: {message}\n")


def _up(arguments: argparse.Namespace) -> int:
    programs = programs_folder()
    if no := refusal(None if arguments.routers_only else programs):
        return _complain(no[1], no[0])
    started = time.monotonic()
    lab = Lab.create(Options(programs=str(programs), hosts=not arguments.routers_only))
    try:
        print(f"lab {lab.names.tag}", flush=True)
        lab.up(lambda line: print(line, flush=True))
        if not (arguments.no_docker_run or arguments.routers_only):
            lab.run_containers(lambda line: print(f"         {line}", flush=True))
    except BaseException:
        with deaf_to_signals():
            lab.down()
        raise
    print(f"up in {time.monotonic() - started:.1f} s. Now, for instance:")
    tag = f"--tag {lab.names.tag} " if len(all_labs()) > 1 else ""
    print(f"  ./dev lab shell {tag}leaf1 vtysh -c 'show ip bgp'")
    if not arguments.routers_only:
        print(f"  ./dev lab shell {tag}dockerhost1 docker ps")
        print(f"  ./dev lab shell {tag}ops routeproof verify -i inventory.yml")
    print(f"  ./dev lab down {tag}".rstrip())
    return 0


def _status(arguments: argparse.Namespace) -> int:
    _need_root()
    if not arguments.tag:
        labs = all_labs()
        if not labs:
            print("no lab")
            return 0
        for other in labs[1:]:
            print(f"lab {other.names.tag}: {other.ledger.status} (--tag {other.names.tag} for more)")
    lab = _chosen(arguments)
    print(f"lab {lab.names.tag}: {lab.ledger.status}, files in {lab.names.run_dir}")
    if lab.ledger.status != "up":
        print(f"  `lab down --tag {lab.names.tag}` takes it away")
        return 0
    for router in ROUTERS:
        node = lab.nodes[router.name]
        sessions = [
            f"{peer.neighbour} {frr.session(node, peer.address).get('state', 'unknown')}"
            for peer in peerings(router.name)
        ]
        print(f"  {router.name:12} AS {router.asn}  {router.os:6} {router.management:12} {', '.join(sessions)}")
    for host in HOSTS:
        node = lab.nodes[host.name]
        services = [name for name in ("routeproof-agent", "dockerd") if lab.options.hosts and node.running(name)]
        print(f"  {host.name:12} AS {host.asn}         {host.management:12} {', '.join(services) or 'nothing'} running")
    return 0


def _shell(arguments: argparse.Namespace) -> NoReturn:
    _need_root()
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    argv = _chosen(arguments).shell_command(arguments.host, command)
    sys.stdout.flush()
    os.execvp(argv[0], argv)


def _down(arguments: argparse.Namespace) -> int:
    _need_root()
    labs = all_labs() if arguments.all else [_chosen(arguments)] if arguments.tag or all_labs() else []
    if not labs:
        print("no lab")
    for lab in labs:
        lab.down()
        print(f"lab {lab.names.tag} is gone")
    return 0


def _chosen(arguments: argparse.Namespace) -> Lab:
    labs = all_labs()
    if arguments.tag:
        for lab in labs:
            if lab.names.tag == arguments.tag:
                return lab
        raise LabError(f"there is no lab {arguments.tag}")
    if not labs:
        raise LabError("there is no lab: `lab up` makes one")
    return labs[0]


def _need_root() -> None:
    if os.geteuid() != 0:
        sys.exit(_complain("the lab lives in network namespaces and needs root: run it with sudo", EX_NOPERM))


def _tag(text: str) -> str:
    if not is_tag(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no tag: four digits of 0-9a-f")
    return text


def _interrupted(number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt(number)


def _complain(line: str, code: int) -> int:
    print(f"lab: {line}", file=sys.stderr)
    return code
