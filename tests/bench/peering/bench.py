"""./dev bench peering: routeproof-agent and the routers of Debian in one run, taking turns.

docs/benchmarks.md says what each number means, and which comparison is not fair."""

import argparse
import json
import os
import pathlib
import signal
import sys
import types

import cases
import engines
from machine import BenchError, machine_info
from report import Report
from tables import Table

CASES = {"a": "announce", "b": "announce, each route with attributes of its own",
         "c": "receive", "d": "latency of one route", "e": "idle", "f": "withdraw"}


def options_of(arguments):
    parser = argparse.ArgumentParser(
        prog="./dev bench peering", formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="cases:\n" + "\n".join(f"  {key}  {what}" for key, what in CASES.items()))
    parser.add_argument("--quick", action="store_true",
                        help="3 runs, up to 100,000 routes, 10 s of idling")
    parser.add_argument("--only", metavar="a,d", help="only these cases")
    parser.add_argument("--peers", metavar="bird,frr", help="only these beside routeproof; none")
    parser.add_argument("--runs", type=int, help="default 5")
    parser.add_argument("--idle", type=int, metavar="SECONDS", help="default 60")
    parser.add_argument("--json", metavar="FILE", help="default build/release/bench-peering.json")
    given = parser.parse_args(arguments)
    peers = [name for name in engines.ENGINES if name != "routeproof"]
    if given.peers is not None:
        wanted = [] if given.peers == "none" else given.peers.split(",")
        if unknown := set(wanted) - set(peers):
            parser.error(f"{', '.join(unknown)} is no peer; there are {', '.join(peers)}")
        peers = wanted
    only = given.only.split(",") if given.only else list(CASES)
    if unknown := set(only) - set(CASES):
        parser.error(f"{', '.join(unknown)} is no case; there are {', '.join(CASES)}")
    return types.SimpleNamespace(
        engines=["routeproof", *peers], only=only, quick=given.quick,
        runs=given.runs or (3 if given.quick else 5),
        idle=given.idle or (10 if given.quick else 60),
        injections=300 if given.quick else 1000,
        json=pathlib.Path(given.json or pathlib.Path(os.environ["ROUTEPROOF_BIN"]).parent
                          / "bench-peering.json"))


def measure(options, report):
    whole = 100_000 if options.quick else 1_000_000
    sizes = [1_000, 10_000, 100_000] + ([] if options.quick else [whole])
    if "a" in options.only:
        report.add("floor", cases.floor(options, Table(whole)))
        for size in sizes:
            report.add("announce", cases.announce(options, Table(size), "announce"))
    if "b" in options.only:
        table = Table(100_000, distinct=True)
        report.add("floor", cases.floor(options, table))
        report.add("announce", cases.announce(options, table, "distinct"))
    if "c" in options.only:
        report.add("receive", cases.receive(options, Table(whole), "receive"))
        report.add("receive", cases.receive(options, Table(whole, scattered=True), "receive"))
        report.add("receive", cases.receive(options, Table(100_000, True), "receive_distinct"))
    if "d" in options.only:
        report.add("latency", cases.floor_latency(options))
        report.add("latency", cases.latency(options, Table(100_000), "latency"))
    if "e" in options.only:
        report.add("idle", cases.idle(options))
    if "f" in options.only:
        report.add("withdraw", cases.withdraw(options, Table(whole), "withdraw"))


def main():
    options = options_of(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was made is unmade
    info = {"machine": machine_info(), "runs": options.runs,
            "versions": {name: engines.ENGINES[name].version() for name in options.engines}}
    report = Report(info)
    try:
        measure(options, report)
    except KeyboardInterrupt:
        print("bench: interrupted; what there is:", file=sys.stderr)
    finally:
        print(report.text())
        options.json.write_text(json.dumps(report.values(), indent=2) + "\n")
        print(f"\nas JSON: {options.json}")
    return 1 if report.failed() else 0


try:
    sys.exit(main())
except BenchError as error:
    print("bench:", error, file=sys.stderr)
    sys.exit(1)
