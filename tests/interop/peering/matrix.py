#!/usr/bin/python3
"""Our speaker against real peers, a matrix of features.

    matrix.py run PEER [FEATURE...] [--results DIR]   try them; PEER: frr bird gobgp exabgp raw
    matrix.py table DIR [--markdown]                  what was found, peer by feature

ROUTEPROOF_AGENT (and ROUTEPROOF_BFD) name the programs. Needs root and the peer's package; says
SKIPPED and why where one is missing. A feature that a peer does not have is no skipped test but a
cell of its own: "n/a", with the reason.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from interop.agent import AGENT
from interop.feature import FEATURES, Trial
from interop.lab import Failure, Lab, sweep
from interop.peers import ALL
from interop import features  # noqa: F401  (they enter themselves)

RAW = "raw"


def missing(peer_class):
    if os.geteuid() != 0:
        return "root is needed for network namespaces"
    if not AGENT or not os.access(AGENT, os.X_OK):
        return "ROUTEPROOF_AGENT names no program"
    if peer_class:
        for program in peer_class.programs:
            if not shutil.which(program):
                return peer_class.package + " is not installed"
    return None


def why_not(feature, key, peer_class):
    """Why this cell is not tried; None: it is."""
    if feature.only and key not in feature.only:
        return feature.why_only
    return peer_class.cannot.get(feature.key) if peer_class else None


def logs_of(trial):
    text = ""
    for path in sorted(trial.lab.folder.glob("*.log")) + sorted(trial.lab.folder.glob("*.out")):
        tail = path.read_text(errors="replace")[-2500:]
        text += f"--- {path.name}\n{tail}\n"
    if trial.peer and callable(getattr(trial.peer, "log", None)):
        text += "--- peer's log\n" + trial.peer.log()[-2500:]
    return text


def attempt(feature, peer_class):
    """(verdict, words) of one cell, in a lab of its own."""
    lab = Lab()
    trial = None
    try:
        lab.up()
        trial = Trial(lab, peer_class)
        feature.run(trial)
        verdict = ("ok", "")
    except Failure as failure:
        verdict = ("FAILED", str(failure))
        if trial:
            print(logs_of(trial), flush=True)
    except Exception as error:  # a mistake of the harness, or an answer that nobody expected
        verdict = ("FAILED", f"{type(error).__name__}: {error}")
        traceback.print_exc(file=sys.stdout)
    finally:
        try:
            if trial:
                trial.end()
        finally:
            lab.down()
    left = lab.leftovers()
    if left and verdict[0] == "ok":
        verdict = ("FAILED", "left behind: " + ", ".join(left))
    return verdict


def run(arguments):
    key = arguments.peer
    peer_class = ALL.get(key)
    if key != RAW and not peer_class:
        sys.exit(f"no peer \"{key}\"; there are {', '.join([*ALL, RAW])}")
    known = {feature.key for feature in FEATURES}
    if unknown := set(arguments.features) - known:
        sys.exit(f"no feature {', '.join(unknown)}; there are {', '.join(known)}")
    results = {"peer": key, "name": peer_class.name if peer_class else "scripted peer",
               "version": "", "cells": {}}
    if reason := missing(peer_class):
        print("SKIPPED: " + reason, flush=True)
        results["skipped"] = reason
        write(arguments.results, results)
        return 0
    sweep()
    results["version"] = peer_class.version() if peer_class else ""
    failed = 0
    for feature in FEATURES:
        if arguments.features and feature.key not in arguments.features:
            continue
        if (RAW in feature.only) != (key == RAW):
            continue  # what the scripted peer does, no real one is asked for, and the reverse
        begin = time.monotonic()
        if reason := why_not(feature, key, peer_class):
            verdict = ("n/a", reason)
        else:
            verdict = attempt(feature, peer_class)
        failed += verdict[0] == "FAILED"
        print(f"{verdict[0]:6} {results['name']:8} {feature.title}"
              f"{': ' + verdict[1] if verdict[1] else ''} ({time.monotonic() - begin:.1f} s)",
              flush=True)
        results["cells"][feature.key] = verdict
        write(arguments.results, results)
    return 1 if failed else 0


def write(folder, results):
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / (results["peer"] + ".json")).write_text(json.dumps(results, ensure_ascii=False))


def cell_of(results, feature):
    if "skipped" in results:
        return "SKIPPED"
    verdict = results["cells"].get(feature.key)
    return verdict[0] if verdict else ""


def table(arguments):
    columns = []
    for key in [*ALL, RAW]:
        path = arguments.folder / (key + ".json")
        if path.exists():
            columns.append(json.loads(path.read_text()))
    if not columns:
        return 0
    heads = [f"{column['name']} {column['version']}".strip() for column in columns]
    rows = [[feature.title] + [cell_of(column, feature) for column in columns]
            for feature in FEATURES]
    print(markdown(heads, rows) if arguments.markdown else plain(heads, rows))
    notes(columns, arguments.markdown)
    return 1 if any("FAILED" in row for row in rows) else 0


def markdown(heads, rows):
    lines = ["| | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def plain(heads, rows):
    widths = [max(map(len, column)) for column in zip(["", *heads], *rows)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
                     for row in [["", *heads], *rows])


def notes(columns, as_list):
    """Reasons, each told once per peer."""
    print()
    titles = {feature.key: feature.title for feature in FEATURES}
    for column in columns:
        if "skipped" in column:
            print(f"SKIPPED {column['name']}: {column['skipped']}")
        reasons = {}
        for key, (verdict, words) in column["cells"].items():
            if verdict == "FAILED":
                print(f"FAILED {column['name']}, {titles.get(key, key)}: {words}")
            elif verdict == "n/a":
                reasons.setdefault(words, []).append(titles.get(key, key))
        for words, which in reasons.items():
            print(f"{'- ' if as_list else ''}n/a {column['name']}: {words} "
                  f"({'; '.join(which)})")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(required=True)
    one = verbs.add_parser("run")
    one.add_argument("peer")
    one.add_argument("features", nargs="*")
    one.add_argument("--results", type=pathlib.Path)
    one.set_defaults(call=run)
    shown = verbs.add_parser("table")
    shown.add_argument("folder", type=pathlib.Path)
    shown.add_argument("--markdown", action="store_true")
    shown.set_defaults(call=table)
    arguments = parser.parse_args()
    # A signal ends it like Ctrl-C: everything is taken down.
    signal.signal(signal.SIGTERM, lambda *_: signal.default_int_handler(signal.SIGINT, None))
    sys.exit(arguments.call(arguments))


if __name__ == "__main__":
    main()
