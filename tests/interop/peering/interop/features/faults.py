"""A scripted peer misbehaves beside a real one (BIRD), whose session and routes must not notice.

The scripted peer has an address of its own on the leaf's link.
"""

import os
import struct
import time

from .. import raw
from ..agent import agent_config, peer_config
from ..feature import expect, expect_equal, feature
from ..lab import HOST, LEAF_LINK, Failure, stays, wait_for
from ..peers.base import Setup
from ..peers.bird import Bird
from ..raw import GOOD, NEXT_HOP, ORIGIN, AS_PATH, RawPeer, attribute, message, nlri, update
from ..route import peer_prefixes, prefixes

BAD = "10.100.0.66"
P = "198.51.100.1/32"
OTHER = "198.51.100.2/32"
ONLY = {"only": ("raw",)}

RESET, WITHDRAW, DISCARD = "reset", "treat-as-withdraw", "attribute discard"


class Beside:
    """Our agent with two peers: a well-behaved BIRD, and the scripted one (it dials us)."""

    def __init__(self, trial, **more):
        self.trial = trial
        trial.lab.ip(trial.lab.leaf, f"address add {BAD}/24 dev {LEAF_LINK}")
        self.bird = trial.peer = Bird(trial.lab)
        self.bird.start(Setup(announce=tuple(peer_prefixes(50))))
        bad = peer_config(65000, name="bad", address=BAD, passive=True, **more)
        self.agent = trial.start_our(agent_config(peer_config(65000), bad,
                                                  announce=prefixes(50)))
        trial.both_up()
        wait_for(lambda: self.agent.received("leaf1") == 50 and self.bird.count() == 50,
                 "both tables")
        self.since = self.agent.session("leaf1")["since"]
        self.peer = RawPeer(trial.lab, BAD)
        trial.cleanups.append(self.peer.close)

    def nobody_noticed(self):
        session = self.agent.session("leaf1")
        expect_equal((session["state"], session["since"], session["received"]),
                     ("Established", self.since, 50), "BIRD's session and routes")
        expect(self.bird.is_up(), "BIRD to be Established")
        expect_equal((self.bird.count(), self.bird.withdrawals()), (50, 0), "our routes at BIRD")

    def received(self):
        return self.agent.received("bad")


def with_(*extra):
    return GOOD + b"".join(extra)


MP_REACH_HEAD = struct.pack("!HB", 1, 1)
# name, the UPDATE, what RFC 7606 (and 4271, 4760) make of it, the subcode where it is a reset
MALFORMED = [
    ("ORIGIN of two octets", update(attribute(0x40, 1, b"\0\0") + AS_PATH + NEXT_HOP, nlri(P)), WITHDRAW),
    ("ORIGIN 3", update(attribute(0x40, 1, b"\3") + AS_PATH + NEXT_HOP, nlri(P)), WITHDRAW),
    ("ORIGIN optional", update(attribute(0xC0, 1, b"\0") + AS_PATH + NEXT_HOP, nlri(P)), WITHDRAW),
    ("ORIGIN missing", update(AS_PATH + NEXT_HOP, nlri(P)), WITHDRAW),
    ("AS_PATH missing", update(ORIGIN + NEXT_HOP, nlri(P)), WITHDRAW),
    ("AS_PATH with a segment of type 9", update(ORIGIN + attribute(0x40, 2, b"\x09\1\0\0\xfd\xe8") + NEXT_HOP, nlri(P)), WITHDRAW),
    ("AS_PATH with an empty segment", update(ORIGIN + attribute(0x40, 2, b"\2\0") + NEXT_HOP, nlri(P)), WITHDRAW),
    ("AS_PATH with a segment beyond its end", update(ORIGIN + attribute(0x40, 2, b"\2\5\0\0\xfd\xe8") + NEXT_HOP, nlri(P)), WITHDRAW),
    ("AS 0 in AS_PATH (RFC 7607)", update(ORIGIN + attribute(0x40, 2, b"\2\2\0\0\xfd\xe8\0\0\0\0") + NEXT_HOP, nlri(P)), WITHDRAW),
    ("NEXT_HOP missing", update(ORIGIN + AS_PATH, nlri(P)), WITHDRAW),
    ("NEXT_HOP of three octets", update(ORIGIN + AS_PATH + attribute(0x40, 3, b"\1\2\3"), nlri(P)), WITHDRAW),
    ("MED of three octets", update(with_(attribute(0x80, 4, b"\0\0\1")), nlri(P)), WITHDRAW),
    ("COMMUNITIES of three octets", update(with_(attribute(0xC0, 8, b"\0\0\1")), nlri(P)), WITHDRAW),
    ("COMMUNITIES empty", update(with_(attribute(0xC0, 8, b"")), nlri(P)), WITHDRAW),
    ("EXTENDED_COMMUNITIES of seven octets", update(with_(attribute(0xC0, 16, bytes(7))), nlri(P)), WITHDRAW),
    ("LARGE_COMMUNITY of eleven octets", update(with_(attribute(0xC0, 32, bytes(11))), nlri(P)), WITHDRAW),
    ("OTC of three octets (RFC 9234)", update(with_(attribute(0xC0, 35, bytes(3))), nlri(P)), WITHDRAW),
    ("an attribute beyond the end of all", update(with_(attribute(0xC0, 8, b"\0\0\0\1", length=200)), nlri(P)), WITHDRAW),
    ("ATOMIC_AGGREGATE of one octet", update(with_(attribute(0x40, 6, b"\0")), nlri(P)), DISCARD),
    ("AGGREGATOR of five octets", update(with_(attribute(0xC0, 7, bytes(5))), nlri(P)), DISCARD),
    ("LOCAL_PREF from an external peer", update(with_(attribute(0x40, 5, bytes(4))), nlri(P)), DISCARD),
    ("ORIGINATOR_ID from an external peer", update(with_(attribute(0x80, 9, bytes(4))), nlri(P)), DISCARD),
    ("CLUSTER_LIST from an external peer", update(with_(attribute(0x80, 10, bytes(4))), nlri(P)), DISCARD),
    ("MED twice", update(with_(attribute(0x80, 4, bytes(4)), attribute(0x80, 4, b"\0\0\0\1")), nlri(P)), DISCARD),
    ("every attribute twice", update(GOOD + GOOD, nlri(P)), DISCARD),
    ("an unknown optional attribute", update(with_(attribute(0xC0, 99, b"hello")), nlri(P)), DISCARD),
    ("a prefix of 33 bits", update(GOOD, b"\x21\1\2\3\4\5"), RESET),
    ("a prefix cut short", update(GOOD, b"\x20\1\2"), RESET),
    ("withdrawn routes beyond the message", update(withdrawn_length=500), RESET),
    ("attributes beyond the message", update(GOOD, attribute_length=500), RESET),
    ("MP_REACH_NLRI twice", update(with_(*[attribute(0x80, 14, MP_REACH_HEAD + b"\4" + bytes([10, 100, 0, 66]) + b"\0" + nlri(P))] * 2)), RESET),
    ("MP_REACH_NLRI with a next hop of 7 octets", update(with_(attribute(0x80, 14, MP_REACH_HEAD + b"\7" + bytes(7) + b"\0" + nlri(P)))), RESET),
    ("MP_UNREACH_NLRI cut short", update(attribute(0x80, 15, b"\0")), RESET),
]


@feature("malformed", "malformed UPDATEs, every class of RFC 7606, over TCP", **ONLY)
def malformed(trial):
    beside = Beside(trial)
    wrong = []
    beside.peer.establish()
    for name, bad, verdict in MALFORMED:
        try:
            one_malformed(beside, bad, verdict)
        except (Failure, ConnectionError) as failure:
            wrong.append(f"{name}: {failure}")
            beside.peer.close()
            beside.peer.establish()
    beside.nobody_noticed()
    if wrong:
        raise Failure(f"{len(wrong)} of {len(MALFORMED)}: " + "; ".join(wrong))


def one_malformed(beside, bad, verdict):
    peer = beside.peer
    # The prefix is there, and a second one shows that the session goes on.
    peer.send(update(GOOD, nlri(P)))
    wait_for(lambda: beside.received() == 1, "the good route", patience=3)
    peer.send(bad)
    if verdict == RESET:
        peer.expect_notification(3, patience=3)
        peer.close()
        wait_for(lambda: beside.received() == 0, "the routes to go", patience=3)
        peer.establish()
        return
    peer.send(update(GOOD, nlri(OTHER)))
    wanted = 1 if verdict == WITHDRAW else 2
    wait_for(lambda: beside.received() == wanted, lambda:
             f"{wanted} routes after {verdict}; there are {beside.received()}", patience=3)
    peer.send(update(withdrawn=nlri(P, OTHER)))
    wait_for(lambda: beside.received() == 0, "the withdrawal", patience=3)


@feature("header-errors", "message header and OPEN errors, the right NOTIFICATION each", **ONLY)
def header_errors(trial):
    beside = Beside(trial)
    opened = raw.open_message()
    cases = [
        ("marker", message(raw.OPEN, opened[19:], marker=b"\0" * 16), 1, 1),
        ("length 18", message(raw.KEEPALIVE, length=18), 1, 2),
        ("length 5000", message(raw.KEEPALIVE, length=5000), 1, 2),
        ("OPEN of 20 octets", message(raw.OPEN, b"\4"), 1, 2),
        ("type 99", message(99), 1, 3),
        ("version 3", raw.open_message(version=3), 2, 1),
        ("AS of somebody else", raw.open_message(asn=65001), 2, 2),
        ("identifier 0", raw.open_message(identifier="0.0.0.0"), 2, 3),
        ("hold time 1", raw.open_message(hold_time=1), 2, 6),
        ("hold time 2", raw.open_message(hold_time=2), 2, 6),
        ("UPDATE before OPEN", update(GOOD, nlri(P)), 5, None),
    ]
    wrong = []
    for name, data, code, subcode in cases:
        # After an error the agent is away for its idle hold time: then it closes at once.
        end = time.monotonic() + 10
        while True:
            beside.peer.dial()
            try:
                beside.peer.send(data)
                beside.peer.expect_notification(code, subcode, patience=3)
                break
            except (Failure, ConnectionError) as error:
                last = str(error)
            finally:
                beside.peer.close()
            if time.monotonic() > end:
                wrong.append(f"{name}: {last}")
                break
            time.sleep(0.1)
    beside.nobody_noticed()
    if wrong:
        raise Failure("; ".join(wrong))


@feature("hold-absurd", "OPEN with hold time 65535 and 0: accepted", **ONLY)
def hold_absurd(trial):
    beside = Beside(trial)
    for hold_time, agreed in ((65535, 30), (0, 0)):
        beside.peer.establish(hold_time=hold_time)
        wait_for(lambda: beside.agent.is_up("bad"), "the session")
        expect_equal(beside.agent.session("bad")["hold_time"], agreed, "hold time")
        beside.peer.close()
        beside.agent.wait_down("bad")
    beside.nobody_noticed()


@feature("one-octet", "one octet at a time: the message still arrives", **ONLY)
def one_octet(trial):
    beside = Beside(trial)
    beside.peer.establish()
    beside.peer.socket.setsockopt(raw.socket.IPPROTO_TCP, raw.socket.TCP_NODELAY, 1)
    for octet in update(GOOD, nlri(P)):
        beside.peer.send(bytes([octet]))
        time.sleep(0.02)
    wait_for(lambda: beside.received() == 1, "the route")
    beside.nobody_noticed()


@feature("half-message", "half a message, then silence: the hold timer ends it", **ONLY)
def half_message(trial):
    beside = Beside(trial)
    beside.peer.establish(hold_time=3)
    beside.peer.send(update(GOOD, nlri(P))[:30])
    beside.peer.expect_notification(4)
    beside.nobody_noticed()


@feature("garbage", "4096 octets of garbage, before and after OPEN", **ONLY)
def garbage(trial):
    beside = Beside(trial)
    for _ in range(20):
        beside.peer.dial()
        try:
            beside.peer.send(os.urandom(4096))
            while beside.peer.receive(patience=10) is not None:
                pass
        except ConnectionError:
            pass
        finally:
            beside.peer.close()
    beside.peer.establish()
    beside.peer.send(os.urandom(4096))
    beside.peer.expect_notification(1, 1)
    beside.nobody_noticed()


@feature("open-flood", "2,000 connections with an OPEN each, as fast as they go", **ONLY)
def open_flood(trial):
    beside = Beside(trial)
    beside.peer.establish()
    beside.peer.close()
    wait_for(lambda: not beside.agent.is_up("bad"), "the first session to end")
    before = beside.agent.resident_kib()
    hello = raw.open_message()
    held = []
    for _ in range(2000):
        knocker = raw.inside(trial.lab.leaf, lambda: raw.socket.socket(raw.socket.AF_INET))
        knocker.settimeout(1)
        try:
            knocker.bind((BAD, 0))
            knocker.connect((HOST[4], 179))
            knocker.sendall(hello)
        except OSError:
            pass
        held.append(knocker)
        if len(held) > 200:
            held.pop(0).close()
    for knocker in held:
        knocker.close()
    beside.nobody_noticed()
    grown = beside.agent.resident_kib() - before
    expect(grown < 4096, f"memory to stay (it grew by {grown} KiB)")
    wait_for(lambda: beside.agent.descriptors() < 40, lambda:
             f"descriptors to be closed; {beside.agent.descriptors()} are open")
    beside.peer.establish()
    stays(lambda: beside.agent.is_up("leaf1"), "BIRD's session", 0.2)
    beside.nobody_noticed()


@feature("send-hold", "a peer that reads nothing: others go on, the hold timer ends it", **ONLY)
def send_hold(trial):
    beside = Beside(trial)
    beside.peer.dial()
    beside.peer.socket.setsockopt(raw.socket.SOL_SOCKET, raw.socket.SO_RCVBUF, 4096)
    beside.peer.close()
    beside.peer.establish(hold_time=3)
    many = prefixes(100000, start=100000)
    beside.agent.announce(*many)
    wait_for(lambda: beside.bird.count() == 100050, "BIRD to get the whole table", patience=60)
    beside.agent.wait_down("bad")
    expect(beside.bird.is_up(), "BIRD to be Established")
    expect_equal(beside.bird.count(), 100050, "our routes at BIRD")
