"""What is measured. Each case takes rooms with engines and yields numbers; a wrong table is an
error, however fast it came."""

import contextlib
import os
import pathlib
import statistics
import sys
import time
import types
from subprocess import DEVNULL, PIPE

import engines as all_engines
from machine import PEERS, BenchError, Room, Watcher, now, wait_until_quiet
from tables import INJECTED, Table, dotted

LONG = 30  # seconds: a run above it is repeated less often
PATIENCE = 240
SETTLED = 60


def say(text):
    print(f"   {text}", file=sys.stderr, flush=True)


def program(name):
    return pathlib.Path(os.environ["ROUTEPROOF_BIN"]) / name


def sink(room, table, peer=0):
    return Watcher(room, program("bgp_sink"), "--count", table.count, "--hold", 240, peer=peer)


def check(engine, summary, table):
    """The same routes from everybody, each once, or the time counts for nothing."""
    wanted = table.count if table.distinct else min(table.count, 1)
    for what, is_so in (
            (f"{summary['routes']} routes instead of {table.count}",
             summary["routes"] == table.count),
            (f"{summary['announced'] - table.count} of {table.count} routes more than once",
             summary["announced"] == table.count),
            (f"{summary['withdrawn']} withdrawals", summary["withdrawn"] == 0),
            (f"{summary['attribute_sets']} attribute sets instead of {wanted}",
             summary["attribute_sets"] == wanted),
            ("no End-of-RIB", summary["end_of_rib"] or engine.name != "routeproof")):
        if not is_so:
            raise BenchError(f"{engine.name} sent {what}")


class Case:
    """Rooms of one case; all engines live at once and take turns, so that a busy moment of the
    machine meets all of them."""

    def __init__(self, options, title):
        self.options = options
        self.title = title
        self.results = {}
        self.notes = {}

    def engines(self, kind, table, receives=False, peers=1):
        with contextlib.ExitStack() as rooms:
            started = []
            for name in self.options.engines:
                engine_class = all_engines.ENGINES[name]
                if kind in engine_class.limits:
                    self.notes[name] = engine_class.limits[kind]
                    continue
                most, why = engine_class.largest.get(kind, (table.count, ""))
                if table.count > most:
                    self.notes[name] = f"only tried up to {most:,} routes: {why}"
                    continue
                room = Room(name)
                rooms.callback(room.close)
                engine = engine_class(room, peers)
                begun = time.monotonic()
                try:
                    engine.start(table, receives)
                except (BenchError, OSError, KeyError, ValueError) as error:
                    self.fail(engine, f"did not start: {error}")
                    room.close()
                    continue
                say(f"{self.title}: {name} has {table} after {time.monotonic() - begun:.1f} s")
                started.append(engine)
            yield started

    def rounds(self, kind, started, measure):
        """`measure(engine)` gives a dict of numbers; medians of the runs are the result."""
        runs = {engine.name: [] for engine in started}
        active = list(started)
        for turn in range(self.options.runs):
            for engine in list(active):
                begun = time.monotonic()
                try:
                    runs[engine.name].append(measure(engine, turn))
                except (BenchError, OSError, KeyError, ValueError) as error:
                    self.fail(engine, str(error))
                    active.remove(engine)
                    continue
                most = engine.runs.get(kind, self.options.runs)
                if time.monotonic() - begun > LONG:
                    most = min(most, 2)
                if turn + 1 >= most:
                    active.remove(engine)
        for name, all_runs in runs.items():
            if all_runs and name not in self.notes:
                keys = {key for one in all_runs for key in one}
                self.results[name] = {
                    key: statistics.median([one[key] for one in all_runs if key in one])
                    for key in sorted(keys)}
                self.results[name]["runs"] = len(all_runs)

    def fail(self, engine, why):
        self.notes[engine.name] = "FAILED: " + why
        say(f"{self.title}: {engine.name} FAILED: {why}")


def empty_memory(engine_class):
    """What the process takes with one session and no route at all."""
    room = Room(engine_class.name)
    try:
        engine = engine_class(room)
        engine.start(Table(0))
        watcher = sink(room, Table(0))
        watcher.event("established", SETTLED)
        wait_until_quiet(engine.process.pid, SETTLED)
        taken = engine.memory()["rss"]
        watcher.finish()
        return taken
    finally:
        room.close()


def announce(options, table, kind):
    case = Case(options, f"announce {table}")

    def measure(engine, turn):
        before = engine.cpu()
        watcher = sink(engine.room, table)
        established = watcher.event("established", SETTLED)["t"]
        full = watcher.event("full", PATIENCE)["t"]
        after = wait_until_quiet(engine.process.pid, SETTLED)
        numbers = {"seconds": (full - established) / 1e9, "cpu": after - before}
        if turn == 0:
            numbers["rss"] = engine.memory()["rss"]
        summary = watcher.finish()
        check(engine, summary, table)
        numbers["updates"] = summary["updates"]
        return numbers

    for started in case.engines(kind, table):
        case.rounds(kind, started, measure)
    if table.count >= 100_000:
        for name, numbers in case.results.items():
            base = empty_memory(all_engines.ENGINES[name])
            numbers["bytes_per_route"] = (numbers["rss"] - base) / table.count
    return case


def receive(options, table, kind):
    case = Case(options, f"receive {table}")

    def measure(engine, turn):
        pid = engine.process.pid
        rss = engine.memory()["rss"]
        before = wait_until_quiet(pid, SETTLED)
        blast = Watcher(engine.room, program("bgp_blast"), "--count", table.count, "--hold", 240,
                        *(["--distinct"] if table.distinct else []),
                        *(["--scattered"] if table.scattered else []))
        start = blast.event("start", SETTLED)["t"]
        polls = 0
        patience = time.monotonic() + PATIENCE
        while engine.received() < table.count:
            polls += 1
            if time.monotonic() > patience:
                raise BenchError(f"has {engine.received()} of {table.count} routes")
            time.sleep(0.005)
        numbers = {"seconds": (now() - start) / 1e9, "polls": polls}
        numbers["cpu"] = wait_until_quiet(pid, SETTLED) - before
        if engine.received() != table.count:
            raise BenchError(f"has {engine.received()} routes instead of {table.count}")
        if turn == 0:
            numbers["bytes_per_route"] = (engine.memory()["rss"] - rss) / table.count
        blast.finish()
        wait_until_quiet(pid, SETTLED)
        return numbers

    for started in case.engines(kind, Table(0), receives=True):
        case.rounds(kind, started, measure)
    return case


def latency(options, table, kind):
    once = types.SimpleNamespace(**{**vars(options), "runs": 1})
    case = Case(once, f"latency, table of {table}")

    def measure(engine, _):
        watcher = sink(engine.room, table)
        watcher.event("full", PATIENCE)
        wait_until_quiet(engine.process.pid, SETTLED)
        count = min(engine.runs.get(kind, options.injections), options.injections)
        warm_up = max(1, count // 20)
        times = []
        for index in range(count + warm_up):
            prefix = dotted(INJECTED + index) + "/32"
            start = engine.inject(prefix)
            arrived = watcher.event("route", SETTLED)
            if arrived["prefix"] != prefix:
                raise BenchError(f"{arrived['prefix']} came instead of {prefix}")
            if index >= warm_up:
                times.append((arrived["t"] - start) / 1e6)
        watcher.finish()
        times.sort()
        return {"p50_ms": times[len(times) // 2], "p99_ms": times[len(times) * 99 // 100],
                "injections": count}

    for started in case.engines(kind, table):
        case.rounds("once", started, measure)
    return case


def idle(options):
    case = Case(options, "idle, 4 peers")
    for started in case.engines("idle", Table(0), peers=len(PEERS)):
        watchers, before = [], {}
        for engine in list(started):
            try:
                for peer in range(len(PEERS)):
                    watcher = sink(engine.room, Table(0), peer)
                    watcher.event("established", SETTLED)
                    watchers.append(watcher)
            except BenchError as error:
                case.fail(engine, str(error))
                started.remove(engine)
        for engine in started:
            before[engine.name] = wait_until_quiet(engine.process.pid, SETTLED)
        begun = time.monotonic()
        time.sleep(options.idle)
        for engine in started:
            passed = time.monotonic() - begun
            case.results[engine.name] = {
                **engine.memory(), "seconds": passed,
                "cpu_percent": 100 * (engine.cpu() - before[engine.name]) / passed}
        for watcher in watchers:
            watcher.finish()
    return case


def withdraw(options, table, kind):
    case = Case(options, f"withdraw {table}")
    watchers = {}

    def measure(engine, turn):
        if turn == 0:
            watchers[engine.name] = sink(engine.room, table)
        else:
            engine.restore_table()
        watcher = watchers[engine.name]
        watcher.event("full", PATIENCE)
        before = wait_until_quiet(engine.process.pid, SETTLED)
        start = engine.withdraw_table()
        empty = watcher.event("empty", PATIENCE)["t"]
        after = wait_until_quiet(engine.process.pid, SETTLED)
        return {"seconds": (empty - start) / 1e9, "cpu": after - before}

    for started in case.engines(kind, table):
        case.rounds(kind, started, measure)
        for engine in started:
            if engine.name in case.results:
                summary = watchers[engine.name].finish()
                if summary["routes"] != 0:
                    case.results.pop(engine.name)
                    case.fail(engine, f"left {summary['routes']} routes")
    return case


def floor(options, table):
    """Prebuilt messages from bgp_blast to bgp_sink: what the wire and the sink can do at all."""
    case = Case(options, f"floor {table}")
    times = []
    for _ in range(options.runs):
        room = Room("floor")
        try:
            blast = room.start(
                [program("bgp_blast"), "--listen", "--from", "192.0.2.1", "--to", PEERS[0],
                 "--asn", 65001, "--count", table.count,
                 *(["--distinct"] if table.distinct else [])],
                stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL)
            watcher = sink(room, table)
            established = watcher.event("established", SETTLED)["t"]
            full = watcher.event("full", PATIENCE)["t"]
            times.append((full - established) / 1e9)
            summary = watcher.finish()
            if summary["routes"] != table.count:
                raise BenchError(f"the floor has {summary['routes']} routes")
            blast.stdin.close()
        finally:
            room.close()
    case.results["prebuilt"] = {"seconds": statistics.median(times), "runs": len(times)}
    return case


def floor_latency(options):
    case = Case(options, "floor latency")
    room = Room("floor")
    try:
        blast = room.start([program("bgp_blast"), "--listen", "--from", "192.0.2.1", "--to",
                            PEERS[0], "--asn", 65001, "--count", 1], stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL)
        watcher = sink(room, Table(1))
        watcher.event("full", SETTLED)
        times = []
        for index in range(options.injections):
            start = now()
            blast.stdin.write(f"announce {dotted(INJECTED + index)}\n".encode())
            blast.stdin.flush()
            times.append((watcher.event("route", SETTLED)["t"] - start) / 1e6)
        times.sort()
        case.results["prebuilt"] = {"p50_ms": times[len(times) // 2],
                                    "p99_ms": times[len(times) * 99 // 100],
                                    "injections": len(times)}
        watcher.finish()
    finally:
        room.close()
    return case
