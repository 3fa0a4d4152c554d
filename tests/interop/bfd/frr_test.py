"""routeproof-bfd against FRR's bfdd over IPv4, IPv6 and IPv6 link-local addresses.

Run by ctest (label interop) with ROUTEPROOF_BFD in the environment, or by hand:
    ROUTEPROOF_BFD=build/dev/bin/routeproof-bfd python3 tests/interop/bfd/frr_test.py -v
Needs root and Debian's frr; says SKIPPED and why where one is missing.
"""

import json
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from bfd_lab import FAMILIES, HOST, HOST_LINK, LEAF, LEAF_LINK, Client, Lab, Ours
from bfd_lab import end_process, missing, run, session, wait_for

DAEMONS = pathlib.Path("/usr/lib/frr")


class Frr:
    """zebra and bfdd in the leaf's namespace."""

    def __init__(self, lab):
        self.lab = lab
        self.vty = pathlib.Path("/var/run/frr") / lab.tag
        etc = pathlib.Path("/etc/frr") / lab.tag
        for folder in (etc, self.vty):
            folder.mkdir(parents=True)
            lab.undo.append(lambda folder=folder: shutil.rmtree(folder))
            shutil.chown(folder, "frr", "frr")
        (etc / "vtysh.conf").touch()
        self.processes = {}
        self.start("zebra")
        self.start("bfdd")

    def start(self, name):
        self.processes[name] = self.lab.start(self.lab.leaf, str(DAEMONS / name), "-N",
                                              self.lab.tag)
        wait_for((self.vty / (name + ".vty")).exists, name + " to listen")

    def kill_bfdd(self):
        self.processes["bfdd"].kill()
        self.processes["bfdd"].wait()
        (self.vty / "bfdd.vty").unlink()

    def stop_bfdd(self):
        end_process(self.processes["bfdd"])
        (self.vty / "bfdd.vty").unlink(missing_ok=True)

    def vtysh(self, *commands):
        return run("vtysh", "-N", self.lab.tag, *[w for line in commands for w in ("-c", line)])

    def peer(self, *lines, family="v4"):
        """Configures one peer, in its section."""
        interface = "" if family == "v6" else " interface " + LEAF_LINK
        self.vtysh("configure terminal", "bfd",
                   f"peer {HOST[family]} local-address {LEAF[family]}{interface}", *lines)

    def peers(self):
        for family in FAMILIES:
            self.peer("receive-interval 300", "transmit-interval 300", "detect-multiplier 3",
                      "no shutdown", family=family)

    def show(self, what=""):
        shown = json.loads(self.vtysh(f"show bfd peers {what} json"))
        by_address = {HOST[family]: family for family in FAMILIES}
        return {by_address[peer["peer"]]: peer for peer in shown}

    def wait(self, family="v4", **members):
        members = {key.replace("_", "-"): value for key, value in members.items()}

        def reached():
            peer = self.show().get(family, {})
            return peer if all(peer.get(key) == value for key, value in members.items()) else None
        return wait_for(reached, f"FRR to show {members} for {family}")


class FrrTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if reason := missing(("frr", str(DAEMONS / "bfdd")), ("frr", "vtysh")):
            print("SKIPPED: " + reason, flush=True)
            raise unittest.SkipTest(reason)

    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.down)
        self.lab.up()
        self.frr = Frr(self.lab)
        self.ours = Ours(self.lab)
        self.client = self.connect()

    def connect(self):
        client = Client(self.ours.socket)
        self.addCleanup(client.close)
        return client

    def all_up(self):
        self.client.set(*map(session, FAMILIES))
        self.frr.peers()
        for family in FAMILIES:
            self.client.session(family, state="Up", transmit_interval_us=300000,
                                detection_time_us=900000)
            self.frr.wait(family, status="up", remote_receive_interval=300,
                          remote_transmit_interval=300, remote_detect_multiplier=3)

    def downs(self):
        return {family: peer["session-down"] for family, peer in self.frr.show("counters").items()}

    def test_sessions_come_up_and_intervals_follow_changes_on_either_side(self):
        self.all_up()
        self.assertEqual({peer["diagnostic"] for peer in self.frr.show().values()}, {"ok"})
        # FRR slower in both directions: 400 ms is what it sends, 500 ms what it wants.
        self.frr.peer("receive-interval 500", "transmit-interval 400", "detect-multiplier 5")
        self.client.session(transmit_interval_us=500000, detection_time_us=2000000)
        # We slower, then faster: by Poll Sequence, without a flap.
        self.client.set(session(interval_ms=700, multiplier=4), session("v6"),
                        session("link-local"))
        self.frr.wait(remote_receive_interval=700, remote_transmit_interval=700,
                      remote_detect_multiplier=4)
        self.client.session(transmit_interval_us=700000, detection_time_us=3500000)
        self.client.set(session(interval_ms=100), session("v6"), session("link-local"))
        self.frr.wait(remote_receive_interval=100, remote_transmit_interval=100,
                      remote_detect_multiplier=3)
        self.client.session(transmit_interval_us=500000, detection_time_us=2000000)
        self.assertEqual(self.downs(), {family: 0 for family in FAMILIES})

    def test_a_cut_without_loss_of_carrier_is_detected_by_both_and_mended(self):
        self.all_up()
        self.lab.cut()
        for family in FAMILIES:
            event = self.client.session(family, state="Down", liveness="failed")
            self.assertEqual(event["diagnostic_text"], "control detection time expired")
            # Silence can only be declared after the negotiated time, never before.
            self.assertGreaterEqual(event["silence_us"], 900000)
            print(f"{family}: down after {event['silence_us'] / 1000:.1f} ms of silence "
                  "(3 x 300 ms)", flush=True)
            self.frr.wait(family, status="down", diagnostic="control detection time expired")
        self.assertTrue(self.lab.has_carrier(self.lab.host, HOST_LINK))
        self.assertTrue(self.lab.has_carrier(self.lab.leaf, LEAF_LINK))
        self.lab.mend()
        for family in FAMILIES:
            self.client.session(family, state="Up", ups=2, liveness="up")

    def test_our_admin_down_is_told_and_does_not_look_like_a_failure(self):
        self.all_up()
        self.client.say(do="leave")
        for family in FAMILIES:
            self.client.session(family, state="AdminDown", liveness="admin_down")
            self.frr.wait(family, status="down", remote_diagnostic="administratively down")
        for _ in FAMILIES:
            self.client.expect(event="removed")
        self.assertEqual(self.ours.status()[1], {})

    def test_frrs_admin_down_is_no_failure_either_and_it_comes_back(self):
        self.all_up()
        self.frr.peer("shutdown")
        event = self.client.session(state="Down", remote_state="AdminDown")
        self.assertEqual(event["liveness"], "admin_down")
        self.assertEqual(event["diagnostic_text"], "neighbor signaled session down")
        self.frr.peer("no shutdown")
        self.client.session(state="Up", ups=2)

    def test_frr_killed_and_started_again(self):
        self.all_up()
        self.frr.kill_bfdd()
        for family in FAMILIES:
            self.client.session(family, state="Down", liveness="failed", diagnostic=1)
        self.frr.start("bfdd")
        self.frr.peers()
        for family in FAMILIES:
            self.client.session(family, state="Up", ups=2)

    def test_frr_restarted_faster_than_detection(self):
        self.client.set(*[session(family, interval_ms=2000) for family in FAMILIES])
        self.frr.peers()
        for family in FAMILIES:
            self.client.session(family, state="Up", detection_time_us=6000000)
        self.frr.stop_bfdd()
        self.frr.start("bfdd")
        self.frr.peers()
        for family in FAMILIES:
            self.client.session(family, state="Up", ups=2)

    def test_the_client_goes_and_comes_back_and_frr_notices_nothing(self):
        self.all_up()
        sent = self.ours.status()[1][LEAF["v4"]]["packets_out"]
        self.client.close()
        wait_for(lambda: self.ours.status()[1][LEAF["v4"]]["packets_out"] > sent + 5,
                 "packets to go on without a client")
        self.client = self.connect()
        self.client.set(*map(session, FAMILIES))
        self.client.say(do="sync_done")
        for family in FAMILIES:
            self.client.session(family, state="Up", ups=1)
        self.assertEqual(self.downs(), {family: 0 for family in FAMILIES})

    def test_the_process_killed_is_detected_by_frr_and_a_new_one_begins_again(self):
        self.all_up()
        self.ours.kill()
        for family in FAMILIES:
            self.frr.wait(family, status="down", diagnostic="control detection time expired")
        self.client.expect(event="closed")
        self.ours.start()
        self.client = self.connect()
        self.client.set(*map(session, FAMILIES))
        for family in FAMILIES:
            self.client.session(family, state="Up", ups=1)
            self.frr.wait(family, status="up")

    def test_sigterm_tells_frr_admin_down_before_the_process_ends(self):
        self.all_up()
        self.assertEqual(self.ours.terminate(), 0)
        for family in FAMILIES:
            self.frr.wait(family, status="down", remote_diagnostic="administratively down")


if __name__ == "__main__":
    unittest.main()
