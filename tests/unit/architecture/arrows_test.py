"""The arrows of docs/architecture.md: who may include whom.

A folder names everything it may include; what is not named is forbidden, so a new room has to be
entered here (and in the picture) before it can be used.
"""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))

VALUES = ["inventory/net/", "inventory/time.hpp"]
INVENTORY = VALUES + ["inventory/"]
DRIVER_FACE = ["drivers/device.hpp", "drivers/facts.hpp", "drivers/failure.hpp", "drivers/text.hpp",
               "drivers/trust.hpp"]
CHANGE_FACE = ["drivers/change.hpp", "drivers/change/"]
DRIVER_HELP = DRIVER_FACE + ["drivers/each_family.hpp", "drivers/ping.hpp", "drivers/pools.hpp"]

# Longest folder wins. Every folder may include itself.
MAY_INCLUDE = {
    "inventory/net/": [],
    "inventory/store/": ["inventory/base64.hpp"],
    "inventory/": ["inventory/net/"],
    "drivers/": INVENTORY + ["drivers/"],
    "drivers/change/": INVENTORY + ["drivers/failure.hpp", "drivers/text.hpp"],
    "drivers/ssh/": INVENTORY + DRIVER_HELP,
    "drivers/netconf/": INVENTORY + DRIVER_FACE + ["drivers/ssh/"],
    "drivers/junos/": INVENTORY + DRIVER_HELP + CHANGE_FACE + ["drivers/netconf/", "drivers/ssh/"],
    "drivers/nxos/": INVENTORY + DRIVER_HELP + CHANGE_FACE + ["drivers/ssh/"],
    "drivers/frr/": INVENTORY + DRIVER_HELP + CHANGE_FACE + ["drivers/ssh/"],
    "drivers/bird/": INVENTORY + DRIVER_HELP + ["drivers/ssh/"],
    "drivers/saved/": INVENTORY + DRIVER_FACE + ["drivers/"],
    "agent/log/": [],
    "agent/http/": [],
    "agent/peering/wire/": ["inventory/net/"],
    "agent/peering/rib/": ["inventory/net/", "agent/peering/wire/"],
    "agent/peering/bfd/": ["inventory/net/", "agent/log/"],
    "agent/peering/": ["inventory/net/", "inventory/secret.hpp", "agent/log/", "agent/peering/"],
    "agent/ipam/": VALUES + ["inventory/store/", "inventory/model.hpp"],
    "agent/kernel/": ["inventory/net/"],
    "agent/docker/": VALUES + ["inventory/store/", "agent/http/"],
    "agent/config/": INVENTORY + ["agent/peering/"],
    "agent/control/": INVENTORY + ["agent/http/", "agent/config/", "agent/peering/"],
    "agent/app/": INVENTORY
    + ["agent/log/", "agent/http/", "agent/peering/", "agent/ipam/", "agent/kernel/"]
    + ["agent/config/", "agent/control/", "agent/docker/"],
    "agent/": INVENTORY + ["agent/app/", "agent/log/"],
    "verifier/": INVENTORY + DRIVER_FACE + ["verifier/"],
    "verifier/bgpdump/": VALUES + ["agent/peering/wire/"],
    "verifier/cli/decode.cpp": ["agent/peering/wire/", "verifier/"],
    "verifier/cli/": INVENTORY + DRIVER_FACE + ["verifier/", "drivers/saved/"],
    # Where the verifier becomes the proof of a playbook.
    "verifier/cli/look": INVENTORY + ["verifier/", "playbooks/proof.hpp"],
    "verifier/cli/play.cpp": INVENTORY + ["verifier/", "playbooks/"],
    "playbooks/": INVENTORY + DRIVER_FACE + CHANGE_FACE + ["playbooks/"],
    "verifier/expect/": INVENTORY + DRIVER_FACE + ["verifier/"],
    "verifier/collect/": INVENTORY + DRIVER_FACE + ["verifier/"],
    "verifier/checks/": INVENTORY + DRIVER_FACE + ["verifier/"],
}

# Libraries with one door.
ONE_DOOR = {
    r"<libssh/": "drivers/ssh/",
    r"<libmnl/": "agent/kernel/",
    r"<sqlite3\.h>": "inventory/store/",
    r"<yaml-cpp/": ("inventory/", "agent/app/config.cpp"),
    r"<pugixml\.hpp>": ("drivers/netconf/", "drivers/junos/", "drivers/nxos/"),
    r"<spdlog/": "agent/log/",
}

# Decisions without I/O: these folders and files see neither sockets nor files nor JSON libraries.
PURE = re.compile(r"^(inventory/net|agent/peering/(wire|rib)|verifier/checks|verifier/causes)/|"
                  r"^playbooks/(batches|budget|changes|condition|lonely|model|pattern|plan|proof|scopes|text|windows)\."
                  r"|"
                  r"^agent/peering/(bfd/(control_packet|session|iana)\.|fsm|collision|negotiation|peer_routes|route_tables)")
IO_HEADERS = re.compile(r"<(boost/(asio|beast)|libssh|sys/socket|fstream|unistd)")


def sources():
    for folder in ("inventory", "drivers", "agent", "verifier", "playbooks"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".hpp", ".cpp"):
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def room_of(name):
    return max((room for room in MAY_INCLUDE if name.startswith(room)), key=len, default=None)


class Arrows(unittest.TestCase):
    def test_includes_follow_the_picture(self):
        seen = 0
        for name, text in sources():
            room = room_of(name)
            self.assertIsNotNone(room, f"{name}: its room is not in the picture")
            for include in re.findall(r'^#include "([^"]+)"', text, re.MULTILINE):
                seen += 1
                self.assertTrue((ROOT / include).exists(), f"{name} includes {include}: no such file")
                allowed = include.startswith(room) and room_of(include) == room
                allowed = allowed or any(include.startswith(to) for to in MAY_INCLUDE[room])
                self.assertTrue(allowed, f"{name} must not include {include}")
        self.assertGreater(seen, 100, "no includes found: is the source tree where it should be?")

    def test_libraries_have_one_door(self):
        for name, text in sources():
            for pattern, door in ONE_DOOR.items():
                if re.search(r"^#include " + pattern, text, re.MULTILINE):
                    self.assertTrue(name.startswith(door), f"{name} uses {pattern}: only {door} may")

    def test_decisions_do_no_io(self):
        for name, text in sources():
            if PURE.search(name):
                for line in text.splitlines():
                    self.assertFalse(
                        line.startswith("#include") and IO_HEADERS.search(line), f"{name}: {line}")


if __name__ == "__main__":
    unittest.main()
