"""routeproof-bfd against BIRD's bfd protocol over IPv4, IPv6 and IPv6 link-local addresses.

Run by ctest (label interop) with ROUTEPROOF_BFD in the environment, or by hand:
    ROUTEPROOF_BFD=build/dev/bin/routeproof-bfd python3 tests/interop/bfd/bird_test.py -v
Needs root and Debian's bird2; says SKIPPED and why where one is missing.
"""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from bfd_lab import FAMILIES, HOST, LEAF, LEAF_LINK, Client, Lab, Ours
from bfd_lab import missing, run, session, wait_for

CONFIG = """
router id 10.100.0.253;
protocol device {{ }}
protocol bfd bfd1 {{
    interface "{link}" {{ min rx interval {rx} ms; min tx interval {tx} ms; multiplier 3; }};
{neighbors}
}}
"""


class Bird:
    def __init__(self, lab):
        self.lab = lab
        self.config = lab.folder / "bird.conf"
        self.socket = lab.folder / "bird.ctl"
        self.write()
        self.start()

    def write(self, rx=300, tx=300):
        neighbors = "\n".join(
            f'    neighbor {HOST[family]} dev "{LEAF_LINK}" local {LEAF[family]};'
            for family in FAMILIES)
        self.config.write_text(CONFIG.format(link=LEAF_LINK, rx=rx, tx=tx, neighbors=neighbors))

    def start(self):
        self.process = self.lab.start(self.lab.leaf, "bird", "-f", "-c", str(self.config), "-s",
                                      str(self.socket), log="bird.log")
        wait_for(self.socket.exists, "BIRD to listen")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.socket.unlink()

    def birdc(self, *words):
        return run("birdc", "-s", str(self.socket), *words)

    def states(self):
        rows = re.findall(rf"^(\S+) +{LEAF_LINK} +(\w+) +\S+ +([\d.]+) +([\d.]+)",
                          self.birdc("show", "bfd", "sessions"), re.MULTILINE)
        by_address = {HOST[family]: family for family in FAMILIES}
        return {by_address[address]: (state, float(interval), float(timeout))
                for address, state, interval, timeout in rows}

    def wait(self, family, expected):
        wait_for(lambda: self.states().get(family, ("",))[:len(expected)] == expected,
                 f"BIRD to show {expected} for {family}")


class BirdTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if reason := missing(("bird2", "bird"), ("bird2", "birdc")):
            print("SKIPPED: " + reason, flush=True)
            raise unittest.SkipTest(reason)

    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.down)
        self.lab.up()
        self.bird = Bird(self.lab)
        self.ours = Ours(self.lab)
        self.client = Client(self.ours.socket)
        self.addCleanup(self.client.close)
        self.client.set(*map(session, FAMILIES))

    def all_up(self):
        for family in FAMILIES:
            self.client.session(family, state="Up", transmit_interval_us=300000,
                                detection_time_us=900000)
            self.bird.wait(family, ("Up", 0.3, 0.9))

    def test_sessions_come_up_and_intervals_follow_changes_on_either_side(self):
        self.all_up()
        self.bird.write(rx=500, tx=400)
        self.bird.birdc("configure")
        for family in FAMILIES:
            self.client.session(family, transmit_interval_us=500000, detection_time_us=1200000)
        self.client.set(*[session(family, interval_ms=700, multiplier=4) for family in FAMILIES])
        for family in FAMILIES:
            self.bird.wait(family, ("Up", 0.7, 2.8))
            self.assertEqual(self.client.session(family, transmit_interval_us=700000)["ups"], 1)

    def test_a_cut_without_loss_of_carrier_is_detected_by_both_and_mended(self):
        self.all_up()
        self.lab.cut()
        for family in FAMILIES:
            event = self.client.session(family, state="Down", liveness="failed", diagnostic=1)
            self.assertGreaterEqual(event["silence_us"], 900000)
            print(f"{family}: down after {event['silence_us'] / 1000:.1f} ms of silence "
                  "(3 x 300 ms)", flush=True)
            self.bird.wait(family, ("Down",))
        self.lab.mend()
        for family in FAMILIES:
            self.client.session(family, state="Up", ups=2)

    def test_our_admin_down_takes_birds_sessions_down(self):
        self.all_up()
        self.client.set()
        for family in FAMILIES:
            self.client.session(family, state="AdminDown", liveness="admin_down")
            self.bird.wait(family, ("Down",))

    def test_bird_disabled_falls_silent_and_comes_back(self):
        # BIRD 2.0 never sends AdminDown: to us a disabled protocol is a dead peer.
        self.all_up()
        self.bird.birdc("disable", "bfd1")
        for family in FAMILIES:
            self.client.session(family, state="Down", liveness="failed", diagnostic=1)
        self.bird.birdc("enable", "bfd1")
        for family in FAMILIES:
            self.client.session(family, state="Up", ups=2)

    def test_bird_killed_and_started_again(self):
        self.all_up()
        self.bird.kill()
        for family in FAMILIES:
            self.client.session(family, state="Down", liveness="failed", diagnostic=1)
        self.bird.start()
        for family in FAMILIES:
            self.client.session(family, state="Up", ups=2)

    def test_the_process_killed_is_detected_by_bird_and_a_new_one_begins_again(self):
        self.all_up()
        self.ours.kill()
        for family in FAMILIES:
            self.bird.wait(family, ("Down",))
        self.ours.start()
        self.client = Client(self.ours.socket)
        self.addCleanup(self.client.close)
        self.client.set(*map(session, FAMILIES))
        self.all_up()


if __name__ == "__main__":
    unittest.main()
