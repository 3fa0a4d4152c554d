"""Does BFD at 100 ms x 3 hold on a busy host? Run by `./dev soak bfd [SECONDS]` (default 600).

routeproof-bfd in one network namespace has sessions over IPv4, IPv6 and IPv6 link-local addresses
with FRR's bfdd in a second and BIRD in a third, while a busy loop at ordinary priority runs for
every core. The peers get real-time priority: they stand for routers, which do not share our host.
Ends with 1 if any session went down on either side.
"""

import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "interop" / "bfd"))
from bfd_lab import HOST, LEAF, LEAF_LINK, Client, Lab, Ours
from bfd_lab import cpu_seconds, missing, resident_kb, run, session, wait_for
from bird_test import CONFIG, Bird
from frr_test import DAEMONS, Frr

INTERVAL_MS = 100
SECOND = {"v4": "10.100.0.252", "v6": "fd00::252", "link-local": "fe80::252"}  # BIRD


class TwoLeaves(Lab):
    def up(self):
        super().up()
        self.second = self.tag + "-leaf2"
        run("ip", "netns", "add", self.second)
        self.undo.append(lambda: run("ip", "netns", "del", self.second))
        run("ip", "link", "add", LEAF_LINK, "netns", self.second, "type", "veth",
            "peer", "name", "port2", "netns", self.middle)
        run("ip", "-n", self.middle, "link", "set", "port2", "master", "br0", "up")
        run("ip", "-n", self.second, "link", "set", LEAF_LINK, "addrgenmode", "none")
        run("ip", "-n", self.second, "link", "set", LEAF_LINK, "up")
        for name, length in (("v4", "/24"), ("v6", "/64"), ("link-local", "/64")):
            nodad = [] if name == "v4" else ["nodad"]
            run("ip", "-n", self.second, "address", "add", SECOND[name] + length, "dev", LEAF_LINK,
                *nodad)
        return self


class RealTime:
    """A lab in which the peers' programs are started with real-time priority."""

    def __init__(self, lab, space):
        self.lab, self.leaf = lab, space

    def __getattr__(self, name):
        return getattr(self.lab, name)

    def start(self, _, *command, log=None):
        return self.lab.start(self.leaf, "chrt", "-f", "20", *command, log=log)


class SecondBird(Bird):
    def write(self, rx=INTERVAL_MS, tx=INTERVAL_MS):
        neighbors = "\n".join(
            f'    neighbor {HOST[family]} dev "{LEAF_LINK}" local {SECOND[family]};'
            for family in HOST)
        self.config.write_text(CONFIG.format(link=LEAF_LINK, rx=rx, tx=tx, neighbors=neighbors))


def start_peers(lab):
    frr = Frr(RealTime(lab, lab.leaf))
    for family in LEAF:
        frr.peer(f"receive-interval {INTERVAL_MS}", f"transmit-interval {INTERVAL_MS}",
                 "no shutdown", family=family)
    return frr, SecondBird(RealTime(lab, lab.second))


def all_up(ours):
    sessions = ours.status()[1].values()
    return len(sessions) == 6 and all(
        one["state"] == "Up" and one["transmit_interval_us"] == INTERVAL_MS * 1000 and
        one["detection_time_us"] == 3 * INTERVAL_MS * 1000 for one in sessions)


def alarms(ours, frr):
    """How often a session went down: as we count, and as FRR counts."""
    here = sum(one["ups"] - 1 + (one["state"] != "Up") for one in ours.status()[1].values())
    there = sum(peer["session-down"] for peer in frr.show("counters").values())
    return here, there


def watch(seconds):
    lab = TwoLeaves()
    try:
        lab.up()
        ours = Ours(lab)
        client = Client(ours.socket)
        client.set(*[session(family, INTERVAL_MS) for family in LEAF],
                   *[session(family, INTERVAL_MS, peer=SECOND[family]) for family in SECOND])
        frr, bird = start_peers(lab)
        wait_for(lambda: all_up(ours), "all six sessions")
        before = ours.status()
        pids = {"routeproof-bfd": ours.process.pid, "bfdd": frr.processes["bfdd"].pid,
                "bird": bird.process.pid}
        cpu = {name: cpu_seconds(pid) for name, pid in pids.items()}
        cores = len(os.sched_getaffinity(0))
        for _ in range(cores):
            lab.start(lab.middle, "sh", "-c", "while :; do :; done")
        begin = time.monotonic()
        print(f"{time.strftime('%H:%M:%S')} watching 6 sessions at {INTERVAL_MS} ms x 3 for "
              f"{seconds} s, {cores} cores busy; scheduling: {before[0]['scheduling']}", flush=True)
        while (left := begin + seconds - time.monotonic()) > 0:
            time.sleep(min(60, left))
            process, _ = ours.status()
            here, there = alarms(ours, frr)
            print(f"{time.strftime('%H:%M:%S')} {time.monotonic() - begin:6.0f} s: alarms here "
                  f"{here}, at FRR {there}; latest wake-up "
                  f"{process['lateness_max_us'] / 1000:.3f} ms", flush=True)
        return report(ours, frr, bird, before, pids, cpu, time.monotonic() - begin)
    finally:
        lab.down()


def report(ours, frr, bird, before, pids, cpu, seconds):
    process, sessions = ours.status()
    packets = {key: sum(one[key] - before[1][peer][key] for peer, one in sessions.items())
               for key in ("packets_in", "packets_out")}
    here, there = alarms(ours, frr)
    at_bird = sum(row[0] != "Up" for row in bird.states().values())
    bounds = [f"<= {bound} ms" for bound in process["lateness_bounds_ms"]] + ["later"]
    print(f"\nwatched            {seconds:.0f} s, {len(sessions)} sessions, "
          f"{INTERVAL_MS} ms x 3\n"
          f"packets            {packets['packets_in']} in, {packets['packets_out']} out\n"
          f"false alarms       {here} here, {there} at FRR, {at_bird} down at BIRD\n"
          f"latest wake-up     {process['lateness_max_us'] / 1000:.3f} ms")
    for bound, count in zip(bounds, process["lateness_counts"]):
        print(f"  {bound:>9}        {count}")
    for name, pid in pids.items():
        print(f"{name:18} {100 * (cpu_seconds(pid) - cpu[name]) / seconds:.2f} % of a core, "
              f"RSS {resident_kb(pid)} kB")
    return 0 if (here, there, at_bird) == (0, 0, 0) else 1


def main():
    reason = missing(("frr", str(DAEMONS / "bfdd")), ("bird2", "bird"), ("util-linux", "chrt"))
    if reason:
        print("cannot soak: " + reason, file=sys.stderr)
        return 77
    return watch(int(sys.argv[1]) if len(sys.argv) > 1 else 600)


if __name__ == "__main__":
    sys.exit(main())
