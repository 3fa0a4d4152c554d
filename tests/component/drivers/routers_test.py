"""`routeproof routes` and `inventory facts` against real FRR and BIRD behind a real OpenSSH server."""

import json
import pathlib
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import routers  # noqa: E402

PROGRAM = pathlib.Path(sys.argv.pop(1)) / "routeproof"
WHY_NOT = routers.missing()


@unittest.skipIf(WHY_NOT, WHY_NOT)
class RealRouters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.routers = routers.Routers()
        cls.addClassCleanup(cls.routers.stop)
        cls.routers.start()
        cls.routers.settled()
        cls.inventory = cls.routers.inventory()

    def ask(self, *words, code=0):
        done = subprocess.run([PROGRAM, *words, "-i", self.inventory, "--format", "json"],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, code, done.stderr)
        return json.loads(done.stdout) if code == 0 else done.stderr

    def rows(self, *words):
        return self.ask("routes", *words)["entries"]

    def test_both_say_who_they_are(self):
        facts = {each["name"]: each["facts"]["os"] for each in self.ask("inventory", "facts")["routers"]}
        self.assertEqual(facts, {"leaf1": "FRRouting", "leaf2": "BIRD"})

    def test_both_give_the_same_origins(self):
        expected = {"198.51.100.0/26": {65100}, "198.51.100.64/32": {65190}, "198.51.100.128/25": {65100, 65101},
                    "198.51.100.192/32": {"set"}, "198.51.100.193/32": {4200000001}}
        for leaf in ("leaf1", "leaf2"):
            seen = {}
            for row in self.rows(leaf):
                if row["valid"]:
                    seen.setdefault(row["prefix"], set()).add(row["origin_as"])
            self.assertEqual(seen, expected, leaf)

    def test_a_peer_is_named_by_its_address(self):
        for leaf in ("leaf1", "leaf2"):
            peers = {row["from"] for row in self.rows(leaf, "198.51.100.128/25")}
            self.assertEqual(peers, {routers.HOST1, routers.HOST2}, leaf)

    def test_what_a_filter_rejected_comes_with_its_name(self):
        for leaf, words in (("leaf1", "route-map HOSTS"), ("leaf2", "import filter hosts")):
            (row,) = self.rows(leaf, "203.0.113.0/24", "--view", "received", "--from", routers.HOST1)
            self.assertFalse(row["valid"])
            self.assertIn(words, row["reason"])

    def test_what_is_not_kept_is_not_supported(self):
        for leaf, peer, words in (("leaf1", "10.100.0.9", "soft reconfiguration not enabled"),
                                  ("leaf2", routers.HOST2, "import keep filtered")):
            said = self.ask("routes", leaf, "--view", "received", "--from", peer, code=2)
            self.assertIn("not supported", said)
            self.assertIn(words, said)

    def test_both_next_hops_of_a_multipath_forward(self):
        for leaf in ("leaf1", "leaf2"):
            row = next(row for row in self.rows(leaf, "198.51.100.128/25", "--view", "forwarding")
                       if row["prefix"] == "198.51.100.128/25")
            self.assertEqual(sorted(row["next_hops"]), [routers.HOST1, routers.HOST2], leaf)

    def test_ipv6_is_asked_for_in_its_own_tables(self):
        for leaf in ("leaf1", "leaf2"):
            (row,) = self.rows(leaf, "2001:db8:100::/48")
            self.assertEqual((row["prefix"], row["origin_as"]), ("2001:db8:100::/64", 65100), leaf)


if __name__ == "__main__":
    if not WHY_NOT:
        routers.privately(PROGRAM.parent)
    unittest.main()
