"""The process routeproof-bfd by itself: its clients, and packets that no decent peer sends.

Run by ctest (label component) with ROUTEPROOF_BFD in the environment, or by hand:
    ROUTEPROOF_BFD=build/dev/bin/routeproof-bfd python3 tests/interop/bfd/process_test.py -v
"""

import ctypes
import os
import pathlib
import re
import socket
import stat
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from bfd_lab import BFD, FAMILIES, HOST, HOST_LINK, LEAF, LEAF_LINK, Client, Lab, Ours
from bfd_lab import missing, resident_kb, run, session, wait_for

ADMIN_DOWN, DOWN, INIT, UP = range(4)
IP_RECVTTL = 12  # Linux; the socket module lacks it
LIBC = ctypes.CDLL(None, use_errno=True)
POLL, FINAL, AUTHENTICATED = 0x20, 0x10, 0x04


def leaf_session(family="v4", **more):
    return session(family, **{"peer": HOST[family], "local": LEAF[family],
                              "interface": LEAF_LINK, **more})


def in_namespace(space, make):
    """What `make` returns, made in the namespace (a socket stays there)."""
    def enter(namespace):  # os.setns comes with Python 3.12
        if LIBC.setns(namespace.fileno(), 0) != 0:
            raise OSError(ctypes.get_errno(), "setns")

    with open("/proc/thread-self/ns/net") as home, open("/var/run/netns/" + space) as there:
        enter(there)
        try:
            return make()
        finally:
            enter(home)


class Peer:
    """The leaf's end, written by hand: IPv4, any packet, any TTL."""

    def __init__(self, lab):
        self.lab = lab
        self.mine = 4711
        self.listener = in_namespace(lab.leaf, self.listen)

    @staticmethod
    def listen():
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listener.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
        listener.bind((LEAF["v4"], 3784))
        listener.settimeout(20)
        return listener

    def hear(self):
        """(fields of the packet, TTL, source port)"""
        octets, controls, _, source = self.listener.recvmsg(256, 128)
        first, flags, mult, length, mine, yours, tx, rx, echo = struct.unpack("!4B5I", octets)
        ttl, = struct.unpack("i", controls[0][2])
        return {"version": first >> 5, "diagnostic": first & 31, "state": flags >> 6,
                "poll": bool(flags & POLL), "final": bool(flags & FINAL), "c": bool(flags & 8),
                "mult": mult, "length": length, "mine": mine, "yours": yours, "tx": tx, "rx": rx,
                "echo": echo}, ttl, source[1]

    def hear_until(self, **members):
        while True:
            packet = self.hear()[0]
            if all(packet[key] == value for key, value in members.items()):
                return packet

    def say(self, state, yours=0, flags=0, version=1, mult=3, length=24, mine=None, ttl=255,
            source=None, extra=b"", rx=300000):
        octets = struct.pack("!4B5I", version << 5, state << 6 | flags, mult, length,
                             self.mine if mine is None else mine, yours, 300000, rx, 0) + extra
        self.say_octets(octets, ttl, source)

    def say_octets(self, octets, ttl=255, source=None):
        def send():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
                sender.bind((source or LEAF["v4"], 0))
                sender.sendto(octets, (HOST["v4"], 3784))
        in_namespace(self.lab.leaf, send)

    def come_up(self):
        """Our process's discriminator; both ends are Up."""
        self.say(DOWN)
        theirs = self.hear_until(state=INIT)["mine"]
        self.say(UP, theirs)
        self.hear_until(state=UP, poll=True)
        self.say(UP, theirs, FINAL)
        return theirs


class Process(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if reason := missing():
            print("SKIPPED: " + reason, flush=True)
            raise unittest.SkipTest(reason)

    def setUp(self):
        self.lab = Lab()
        self.addCleanup(self.lab.down)
        self.lab.up()
        self.ours = Ours(self.lab)

    def connect(self, ours=None):
        client = Client((ours or self.ours).socket)
        self.addCleanup(client.close)
        return client

    def peer(self):
        peer = Peer(self.lab)
        self.addCleanup(peer.listener.close)
        return peer


class Packets(Process):
    def discarded(self):
        return self.ours.status()[0]["discarded"]

    def test_packets_leave_as_rfc_5881_asks(self):
        peer = self.peer()
        self.connect().set(session(interval_ms=100))
        packet, ttl, port = peer.hear()
        self.assertEqual(ttl, 255)
        self.assertTrue(49152 <= port <= 65535, port)
        self.assertEqual(packet, {"version": 1, "diagnostic": 0, "state": DOWN, "poll": False,
                                  "final": False, "c": True, "mult": 3, "length": 24,
                                  "mine": packet["mine"], "yours": 0, "tx": 1000000,
                                  "rx": 100000, "echo": 0})
        peer.come_up()
        for _ in range(5):
            self.assertEqual(peer.hear()[1:], (255, port), "the source port stays")

    def test_what_must_be_discarded_is_discarded_and_counted(self):
        peer = self.peer()
        client = self.connect()
        client.set(session())
        theirs = peer.come_up()
        client.session(state="Up")
        self.lab_second_address()
        spoilt = (
            ("too_short", lambda: peer.say_octets(b"\x20\xc0\x03")),
            ("version", lambda: peer.say(DOWN, theirs, version=0)),
            ("length_too_small", lambda: peer.say(DOWN, theirs, length=23)),
            ("length_beyond_payload", lambda: peer.say(DOWN, theirs, length=25)),
            ("detect_mult_zero", lambda: peer.say(DOWN, theirs, mult=0)),
            ("multipoint", lambda: peer.say(DOWN, theirs, flags=1)),
            ("my_discriminator_zero", lambda: peer.say(DOWN, theirs, mine=0)),
            ("your_discriminator_zero", lambda: peer.say(INIT)),
            ("your_discriminator_zero", lambda: peer.say(UP)),
            ("authentication_length",
             lambda: peer.say(DOWN, theirs, AUTHENTICATED, length=27, extra=b"\1\1x")),
            ("authentication",
             lambda: peer.say(DOWN, theirs, AUTHENTICATED, length=28, extra=b"\1\4\1x")),
            ("time_to_live", lambda: peer.say(DOWN, theirs, ttl=254)),
            ("no_session", lambda: peer.say(DOWN, theirs ^ 0x100)),
            ("no_session", lambda: peer.say(DOWN, theirs, source="10.100.0.252")),
            ("no_session", lambda: peer.say(DOWN, source="10.100.0.252")))
        for reason, send in spoilt:
            before = self.discarded()[reason]
            send()
            wait_for(lambda: self.discarded()[reason] == before + 1, reason + " to be counted")
            # Between them the peer says that it is there, or silence would end the session.
            peer.say(UP, theirs)
        self.assertEqual(client.session()["state"], "Up")
        self.assertEqual(client.session()["ups"], 1)

    def lab_second_address(self):
        run("ip", "-n", self.lab.leaf, "address", "add", "10.100.0.252/24", "dev", LEAF_LINK)

    def test_a_flood_of_garbage_costs_no_session(self):
        leaf = Ours(self.lab, self.lab.leaf)
        client, other = self.connect(), self.connect(leaf)
        client.set(session("v6"))
        other.set(leaf_session("v6"))
        client.session("v6", state="Up")

        def flood():
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                for i in range(20000):
                    sender.sendto(os.urandom(i % 300), (HOST["v4"], 3784))
        client.set(session("v6"), session())  # opens the port of IPv4
        in_namespace(self.lab.leaf, flood)
        _, sessions = self.ours.status()
        self.assertEqual(sessions[LEAF["v6"]]["state"], "Up")
        self.assertEqual(sessions[LEAF["v6"]]["ups"], 1)

    def test_a_peer_that_stops_between_polls_is_detected(self):
        peer = self.peer()
        client = self.connect()
        client.set(session(interval_ms=100))
        peer.come_up()
        event = client.session(state="Down", liveness="failed")
        self.assertEqual(event["diagnostic"], 1)
        self.assertEqual(peer.hear_until(state=DOWN)["diagnostic"], 1)


class Links(Process):
    def setUp(self):
        super().setUp()
        self.leaf = Ours(self.lab, self.lab.leaf)
        self.client, self.other = self.connect(), self.connect(self.leaf)

    def test_an_address_and_a_link_that_come_later_are_waited_for(self):
        run("ip", "-n", self.lab.host, "address", "del", HOST["v4"] + "/24", "dev", HOST_LINK)
        self.client.set(session(), session("v6", interface="later0"))
        self.other.set(leaf_session(), leaf_session("v6"))
        wait_for(lambda: "cannot bind to the local address" in
                 self.ours.status()[1][LEAF["v4"]]["problem"], "the problem to be told")
        self.assertIn("cannot look up the interface",
                      self.ours.status()[1][LEAF["v6"]]["problem"])
        run("ip", "-n", self.lab.host, "address", "add", HOST["v4"] + "/24", "dev", HOST_LINK)
        self.client.session(state="Up", problem="")
        run("ip", "-n", self.lab.host, "link", "set", HOST_LINK, "down")
        run("ip", "-n", self.lab.host, "link", "set", HOST_LINK, "name", "later0")
        run("ip", "-n", self.lab.host, "link", "set", "later0", "up")
        run("ip", "-n", self.lab.host, "address", "replace", HOST["v6"] + "/64", "dev", "later0",
            "nodad")
        self.client.session("v6", state="Up", problem="")

    def test_a_link_that_is_made_anew_under_its_name_is_found_again(self):
        self.client.set(*map(session, FAMILIES))
        self.other.set(*map(leaf_session, FAMILIES))
        for family in FAMILIES:
            self.client.session(family, state="Up")
        run("ip", "-n", self.lab.host, "link", "del", HOST_LINK)
        for family in FAMILIES:
            self.client.session(family, state="Down", liveness="failed")
        run("ip", "link", "add", HOST_LINK, "netns", self.lab.host, "type", "veth",
            "peer", "name", "port0", "netns", self.lab.middle)
        run("ip", "-n", self.lab.middle, "link", "set", "port0", "master", "br0", "up")
        run("ip", "-n", self.lab.host, "link", "set", HOST_LINK, "addrgenmode", "none")
        run("ip", "-n", self.lab.host, "link", "set", HOST_LINK, "up")
        for family, length in (("v4", "/24"), ("v6", "/64"), ("link-local", "/64")):
            extra = [] if family == "v4" else ["nodad"]
            run("ip", "-n", self.lab.host, "address", "add", HOST[family] + length, "dev",
                HOST_LINK, *extra)
        for family in FAMILIES:
            self.client.session(family, state="Up", ups=2)


class Clients(Process):
    def setUp(self):
        super().setUp()
        self.leaf = Ours(self.lab, self.lab.leaf)
        self.client, self.other = self.connect(), self.connect(self.leaf)
        self.other.set(*map(leaf_session, FAMILIES))

    def up(self):
        self.client.set(*map(session, FAMILIES))
        for family in FAMILIES:
            self.client.session(family, state="Up", remote_state="Up")

    def test_both_ends_report_the_c_bit_of_the_other(self):
        self.up()
        self.assertTrue(all(event["remote_c_bit"] for event in self.client.latest.values()))

    def test_sessions_that_a_client_no_longer_names_end_with_admin_down(self):
        self.up()
        self.client.set(session("v6"))
        self.client.session(state="AdminDown")
        self.assertEqual(self.client.expect(event="removed", peer=LEAF["v4"])["interface"],
                         HOST_LINK)
        self.client.expect(event="removed", peer=LEAF["link-local"])
        self.assertEqual(list(self.ours.status()[1]), [LEAF["v6"]])

    def test_a_client_that_comes_back_keeps_what_it_has_not_named_yet_until_it_says_done(self):
        self.up()
        self.client.close()
        wait_for(lambda: "bfd.client.gone" in self.ours.log_text(), "the client to be missed")
        self.client = self.connect()
        self.client.set(session())
        for family in FAMILIES:  # it hears of all, and all are Up
            self.assertEqual(self.client.session(family)["state"], "Up")
        self.client.say(do="sync_done")
        for family in ("v6", "link-local"):
            self.client.session(family, state="AdminDown")
            self.client.expect(event="removed")
        self.assertEqual(self.client.session()["ups"], 1)

    def test_a_second_client_takes_over_and_the_first_is_told(self):
        self.up()
        second = self.connect()
        second.set(*map(session, FAMILIES))
        self.client.expect(event="error", text="another client took over")
        self.client.expect(event="closed")
        for family in FAMILIES:
            self.assertEqual(second.session(family, state="Up")["ups"], 1)

    def test_a_leaving_session_that_is_wanted_again_comes_up_again(self):
        self.up()
        self.client.set()
        self.client.set(*map(session, FAMILIES))
        for family in FAMILIES:
            self.client.session(family, state="Up", liveness="up")

    def test_bad_lines_are_answered_in_a_sentence_and_change_nothing(self):
        self.up()
        self.client.socket.sendall(b"hello\n")
        self.assertIn("parse error", self.client.expect(event="error")["text"])
        self.client.say(do="set", sessions=[{"peer": "leaf1"}])
        self.assertEqual(self.client.expect(event="error")["text"],
                         "peer: 'leaf1' is no address")
        self.client.socket.sendall(b"x" * 70000)
        self.client.expect(event="error", text="the line is too long")
        self.client.expect(event="closed")
        self.assertEqual({one["state"] for one in self.ours.status()[1].values()}, {"Up"})

    def test_a_client_that_never_reads_is_dropped_and_costs_no_session(self):
        self.up()
        deaf = socket.socket(socket.AF_UNIX)
        self.addCleanup(deaf.close)
        deaf.settimeout(20)
        deaf.connect(str(self.ours.socket))
        with self.assertRaises(OSError):
            while True:
                deaf.sendall(b'{"do":"status"}\n' * 100)
        self.assertEqual({one["ups"] for one in self.ours.status()[1].values()}, {1})

    def test_the_socket_is_for_its_owner_only(self):
        self.assertEqual(stat.S_IMODE(self.ours.socket.stat().st_mode), 0o600)

    def test_a_second_process_is_refused_and_the_first_keeps_its_socket(self):
        self.up()
        second = subprocess.run(self.lab.inside(self.lab.host) +
                                [BFD, "--socket", str(self.lab.folder / "second.sock")],
                                capture_output=True, text=True, timeout=20)
        self.assertEqual(second.returncode, 69)
        self.assertIn("another routeproof-bfd runs in this network namespace", second.stderr)
        elsewhere = subprocess.run(self.lab.inside(self.lab.middle) +
                                   [BFD, "--socket", str(self.ours.socket)],
                                   capture_output=True, text=True, timeout=20)
        self.assertEqual(elsewhere.returncode, 69)
        self.assertIn("another process answers there already", elsewhere.stderr)
        self.assertEqual({one["state"] for one in self.ours.status()[1].values()}, {"Up"})

    def test_sigterm_leaves_no_socket_behind_and_the_peer_knows_why(self):
        self.up()
        self.assertEqual(self.ours.terminate(), 0)
        self.assertFalse(self.ours.socket.exists())
        for family in FAMILIES:
            wait_for(lambda family=family: self.leaf.status()[1][HOST[family]]["remote_state"] ==
                     "AdminDown", "the leaf to hear AdminDown")
            self.assertEqual(self.leaf.status()[1][HOST[family]]["liveness"], "admin_down")

    def test_detached_it_serves_when_the_command_returns_and_outlives_it(self):
        self.ours.terminate()
        path = self.lab.folder / "detached.sock"
        done = subprocess.run(self.lab.inside(self.lab.host) +
                              [BFD, "--detach", "--socket", str(path)], timeout=20)
        self.assertEqual(done.returncode, 0)
        client = Client(path)
        self.addCleanup(client.close)
        pid = client.expect(event="process")["pid"]
        self.addCleanup(lambda: os.path.exists(f"/proc/{pid}") and os.kill(pid, 9))
        self.assertEqual(os.getsid(pid), pid, "a session of its own")
        client.set(*map(session, FAMILIES))
        for family in FAMILIES:
            client.session(family, state="Up")
        os.kill(pid, 15)
        client.expect(event="closed")
        wait_for(lambda: not os.path.exists(f"/proc/{pid}"), "the process to end")

    def test_it_outlives_the_pipe_that_was_its_standard_error(self):
        self.ours.terminate()
        path = self.lab.folder / "piped.sock"
        reader, writer = os.pipe()
        done = subprocess.run(self.lab.inside(self.lab.host) +
                              [BFD, "--verbose", "--detach", "--socket", str(path)],
                              stderr=writer, timeout=20)
        os.close(writer)
        os.close(reader)
        self.assertEqual(done.returncode, 0)
        client = Client(path)
        self.addCleanup(client.close)
        pid = client.expect(event="process")["pid"]
        self.addCleanup(lambda: os.path.exists(f"/proc/{pid}") and os.kill(pid, 9))
        client.set(*map(session, FAMILIES))  # every change of state is a line that nobody reads
        for family in FAMILIES:
            client.session(family, state="Up")

    def test_the_table_names_every_session(self):
        self.up()
        table = run(BFD, "--status", "--socket", str(self.ours.socket))
        for family in FAMILIES:
            self.assertRegex(table, rf"(?m)^{re.escape(LEAF[family])} +{HOST_LINK} +Up +Up +C ")

    def test_it_is_small(self):
        self.up()
        rss = resident_kb(self.ours.process.pid)
        print(f"RSS {rss} kB", flush=True)
        self.assertLess(rss, 4096)


if __name__ == "__main__":
    unittest.main()
