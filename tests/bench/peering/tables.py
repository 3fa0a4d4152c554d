"""The table of a run: host routes 10.0.0.0, 10.0.0.1, … and a form of it for each engine."""

import itertools
import struct

from machine import ENGINE

BASE = 10 << 24
INJECTED = (172 << 24) | (16 << 16)  # prefixes outside the table, for latency


def dotted(address):
    return ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))


class Table:
    def __init__(self, count, distinct=False, scattered=False):
        self.count, self.distinct, self.scattered = count, distinct, scattered

    def __str__(self):
        return (f"{self.count:,}" + (" distinct" if self.distinct else "")
                + (" scattered" if self.scattered else ""))

    def entries(self):
        """(prefix, community); the community alone makes attribute sets differ."""
        for index in range(self.count):
            community = (100 + (index >> 16), index & 0xFFFF) if self.distinct else None
            yield dotted(BASE + index) + "/32", community

    def write_lines(self, path, form, distinct_form=None):
        with open(path, "w", buffering=1 << 20) as out:
            for prefix, community in self.entries():
                if community:
                    out.write(distinct_form.format(prefix, *community))
                else:
                    out.write(form.format(prefix))
        return path

    def write_mrt(self, path):
        """RFC 6396 TABLE_DUMP_V2, the only bulk format that gobgp takes."""
        def record(subtype, body):
            return struct.pack(">IHHI", 0, 13, subtype, len(body)) + body

        own = bytes(map(int, ENGINE.split(".")))
        with open(path, "wb", buffering=1 << 20) as out:
            out.write(record(1, own + struct.pack(">HH", 0, 1) + b"\2" + own + own
                             + struct.pack(">I", 65001)))
            fixed = b"\x40\x01\x01\x00" + b"\x40\x02\x00" + b"\x40\x03\x04" + own
            # gobgp 3.10 exits before its last thousand or so routes have left it: they are such
            # as may get lost.
            padding = [self.count - 1] * 5000
            for index in itertools.chain(range(self.count), padding):
                attributes = fixed
                if self.distinct:
                    attributes += b"\xC0\x08\x04" + struct.pack(
                        ">HH", 100 + (index >> 16), index & 0xFFFF)
                out.write(record(2, struct.pack(">IBIHHIH", index, 32, BASE + index, 1, 0, 0,
                                                len(attributes)) + attributes))
        return path
