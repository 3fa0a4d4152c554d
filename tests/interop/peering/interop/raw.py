"""A scripted peer: it sends any bytes it is told to, and tells what it gets. It shares no line with
our codec."""

import ipaddress
import os
import socket
import struct
import time

from .lab import HOST, LEAF, PATIENCE, Failure

OPEN, UPDATE, NOTIFICATION, KEEPALIVE, ROUTE_REFRESH = 1, 2, 3, 4, 5
MARKER = b"\xff" * 16
CLONE_NEWNET = 0x40000000


def inside(space, what):
    """A socket that belongs to another namespace: this thread goes there and comes back."""
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/thread-self/ns/net", "rb") as home, \
            open("/var/run/netns/" + space, "rb") as there:
        if libc.setns(there.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        try:
            return what()
        finally:
            if libc.setns(home.fileno(), CLONE_NEWNET):
                os._exit(70)  # nobody may go on in the wrong namespace


def message(kind, body=b"", length=None, marker=MARKER):
    return marker + struct.pack("!HB", 19 + len(body) if length is None else length, kind) + body


def capability(code, value=b""):
    return bytes([code, len(value)]) + value


def open_message(asn=65000, hold_time=30, identifier="10.100.0.253", version=4, capabilities=None):
    if capabilities is None:
        capabilities = (capability(1, b"\0\1\0\1") + capability(2) +
                        capability(65, struct.pack("!I", asn)))
    parameters = bytes([2, len(capabilities)]) + capabilities if capabilities else b""
    return message(OPEN, struct.pack("!BHH", version, min(asn, 65535), hold_time) +
                   ipaddress.IPv4Address(identifier).packed + bytes([len(parameters)]) + parameters)


def attribute(flags, code, value, length=None):
    size = len(value) if length is None else length
    if flags & 0x10:
        return struct.pack("!BBH", flags, code, size) + value
    return struct.pack("!BBB", flags, code, size) + value


ORIGIN = attribute(0x40, 1, b"\0")
AS_PATH = attribute(0x40, 2, b"\2\1" + struct.pack("!I", 65000))
NEXT_HOP = attribute(0x40, 3, ipaddress.IPv4Address(LEAF[4]).packed)
GOOD = ORIGIN + AS_PATH + NEXT_HOP


def attributes(asn, next_hop):
    return (ORIGIN + attribute(0x40, 2, b"\2\1" + struct.pack("!I", asn)) +
            attribute(0x40, 3, ipaddress.IPv4Address(next_hop).packed))


def nlri(*prefixes):
    text = b""
    for prefix in prefixes:
        network = ipaddress.ip_network(prefix)
        text += bytes([network.prefixlen])
        text += network.network_address.packed[:(network.prefixlen + 7) // 8]
    return text


def update(attributes=b"", reachable=b"", withdrawn=b"", attribute_length=None,
           withdrawn_length=None):
    size = len(attributes) if attribute_length is None else attribute_length
    gone = len(withdrawn) if withdrawn_length is None else withdrawn_length
    return message(UPDATE, struct.pack("!H", gone) + withdrawn + struct.pack("!H", size) +
                   attributes + reachable)


class RawPeer:
    def __init__(self, lab, address=LEAF[4], to=HOST[4]):
        self.lab, self.address, self.to = lab, address, to
        self.socket = None
        self.buffer = b""

    def dial(self, patience=PATIENCE):
        """Our agent listens; this may take until it does."""
        end = time.monotonic() + patience
        while True:
            self.buffer = b""
            self.socket = inside(self.lab.leaf, lambda: socket.socket(socket.AF_INET))
            self.socket.settimeout(PATIENCE)
            try:
                self.socket.bind((self.address, 0))
                self.socket.connect((self.to, 179))
                return self
            except OSError as error:
                self.socket.close()
                if time.monotonic() > end:
                    raise Failure(f"cannot connect to {self.to}: {error}") from None
                time.sleep(0.05)

    def send(self, data):
        self.socket.sendall(data)

    def receive(self, patience=PATIENCE):
        """(kind, body) of the next message; None: the connection has ended."""
        end = time.monotonic() + patience
        while True:
            if len(self.buffer) >= 19:
                size = struct.unpack("!H", self.buffer[16:18])[0]
                if len(self.buffer) >= size:
                    whole, self.buffer = self.buffer[:size], self.buffer[size:]
                    return whole[18], whole[19:]
            self.socket.settimeout(max(0.01, end - time.monotonic()))
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                return None
            except TimeoutError:
                raise Failure("no message and no end of the connection came") from None
            if not data:
                return None
            self.buffer += data

    def expect(self, kind, patience=PATIENCE):
        """The next message of this kind; those before it are passed over."""
        while True:
            got = self.receive(patience)
            if got is None:
                raise Failure(f"the connection ended before a message of type {kind}")
            if got[0] == kind:
                return got[1]
            if got[0] == NOTIFICATION:
                raise Failure(f"a NOTIFICATION came: {got[1].hex()}")

    def expect_notification(self, code, subcode=None, patience=PATIENCE):
        body = None
        while (got := self.receive(patience)) is not None:
            if got[0] == NOTIFICATION:
                body = got[1]
        if body is None:
            raise Failure(f"the connection ended without the NOTIFICATION {code}/{subcode}")
        if body[0] != code or (subcode is not None and body[1] != subcode):
            raise Failure(f"NOTIFICATION {body[0]}/{body[1]} instead of {code}/{subcode}")
        return body[2:]

    def establish(self, **options):
        """Dials until a session stands: an earlier one may still be about to be forgotten."""
        end = time.monotonic() + PATIENCE
        while True:
            self.dial()
            try:
                self.send(open_message(**options))
                self.expect(OPEN)
                self.send(message(KEEPALIVE))
                self.expect(KEEPALIVE)
                return self
            except (Failure, ConnectionError):
                self.close()
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def close(self):
        if self.socket:
            self.socket.close()
            self.socket = None
