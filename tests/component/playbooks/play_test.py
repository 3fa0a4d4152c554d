"""`routeproof play` over two real FRR leaves: kept when proven, taken back when not, however it ends.

What the leaves hold is read by vtysh, never through the code under test. At the end a table says for
each case what both leaves held before, during and after.
"""

import json
import pathlib
import signal
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import leaves as lab  # noqa: E402
from leaves import LEAVES, routers  # noqa: E402

PROGRAM, SHIPPED = sys.argv[1], pathlib.Path(sys.argv[2])
WHY_NOT = lab.missing()

# Only host1's block is let in: both leaves lose host2.
LOSES = """
routeproof: 1
name: a prefix list that is too narrow
plays:
  - name: narrow
    routers: all
    confirm_within: {window}
    tasks:
      - prefix_list: {{name: HOSTS, prefixes: [198.51.100.0/26], or_longer: true}}
      - prove: {{wait: {wait}, require: kept, stable_for: {stable}}}
      - confirm:
"""
# A change that takes nothing away, and is watched for a while.
HARMLESS = """
routeproof: 1
name: a list that nobody uses
plays:
  - name: list
    routers: {routers}
    confirm_within: {window}
    tasks:
      - prefix_list: {{name: EXTRA, prefixes: [203.0.113.0/24]}}
      - prove: {{require: kept, stable_for: {stable}}}
      - confirm:
"""


@unittest.skipIf(WHY_NOT, WHY_NOT)
class Play(unittest.TestCase):
    rows = []

    @classmethod
    def setUpClass(cls):
        cls.leaves = lab.Leaves()
        cls.addClassCleanup(cls.leaves.stop)
        cls.leaves.start()
        cls.addClassCleanup(cls.print_table)

    @classmethod
    def print_table(cls):
        print(f"\n{'case':64} {'before':>10} {'during':>10} {'after':>10}   routes on leaf1/leaf2", file=sys.stderr)
        for row in cls.rows:
            print("{:64} {:>10} {:>10} {:>10}".format(*row), file=sys.stderr)

    def setUp(self):
        self.state = self.leaves.folder / "state" / self._testMethodName
        self.before = {name: self.leaves.running(name) for name in LEAVES}
        self.held_before = self.held()
        self.during = "-"

    def tearDown(self):
        self.rows.append((self._testMethodName.removeprefix("test_").replace("_", " "), self.held_before, self.during,
                          self.held()))

    def held(self):
        return "/".join(str(len(self.leaves.routes(name))) for name in LEAVES)

    def write(self, text, **values):
        file = self.leaves.folder / f"{self._testMethodName}.yml"
        file.write_text(text.format(**values))
        return file

    def start(self, playbook, *words, state=None):
        process = subprocess.Popen(
            [PROGRAM, "play", playbook, "-i", self.leaves.inventory_file, "--state", state or self.state, *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.stdout.close)
        return process

    def play(self, playbook, *words, code=0, state=None):
        process = self.start(playbook, *words, state=state)
        said = process.stdout.read()
        self.assertEqual(process.wait(), code, said)
        return said

    @staticmethod
    def read_until(process, word):
        said = ""
        for line in process.stdout:
            said += line
            if word in line:
                return said
        raise AssertionError(f"never said {word!r}: {said}")

    def assert_as_before(self):
        for name in LEAVES:
            self.assertFalse(self.leaves.locked(name), name)
            self.assertEqual(self.leaves.running(name), self.before[name])
        routers.wait_for("the routes to be back", lambda: self.held() == self.held_before)

    def journal(self, state=None):
        (file,) = ((state or self.state) / "runs").glob("*.jsonl")
        return file.stem, [json.loads(line) for line in file.read_text().splitlines()]

    # --- good -----------------------------------------------------------------------------------

    def test_a_host_is_added_seen_removed_and_all_of_it_is_proven(self):
        said = self.play(SHIPPED / "add-host.yml", "-e", "host=host3", "--yes", "--check", "--diff")
        self.assertIn("leaf1 | + neighbor 10.100.0.3 remote-as 65102", said)
        self.assertIn("2 routers would be changed", said)
        self.assert_as_before()
        said = self.play(SHIPPED / "add-host.yml", "-e", "host=host3", "--yes")
        self.assertIn("2 routers changed and confirmed", said)
        self.during = self.held()
        for name in LEAVES:
            self.assertIn("198.51.100.128/26", self.leaves.routes(name))
        events = [entry["event"] for entry in self.journal()[1]]
        self.assertLess(events.index("commit"), events.index("pending"))
        self.assertLess(events.index("keep"), events.index("confirmed"))
        self.assertEqual(events[-1], "end")

        again = self.state / "again"
        said = self.play(SHIPPED / "add-host.yml", "-e", "host=host3", "--yes", "--format", "json", state=again)
        report = json.loads(said[said.index("{\n"):])
        states = [each["state"] for batch in report["plays"][0]["batches"] for each in batch["changes"]]
        self.assertEqual(states, ["no change", "no change"])
        self.assertNotIn("commit", [entry["event"] for entry in self.journal(again)[1]])

        self.play(SHIPPED / "post-deploy.yml")
        self.play(SHIPPED / "remove-host.yml", "-e", "host=host3", "--yes", state=self.state / "removed")
        for name in LEAVES:
            self.assertNotIn("10.100.0.3", self.leaves.running(name))
            self.leaves.ask(name, "configure terminal", "no route-map ROUTEPROOF-HOSTS",
                            "no ip prefix-list ROUTEPROOF-POOLS")

    def test_what_is_not_as_it_should_be_is_said_by_an_audit_that_changes_nothing(self):
        said = self.play(SHIPPED / "cron-audit.yml", code=1)  # host3 is in the inventory, and no peer
        self.assertIn("not proven: session-established leaf1 host3", said)
        self.assert_as_before()

    # --- taken back -----------------------------------------------------------------------------

    def test_a_change_that_loses_a_route_is_taken_back_on_both(self):
        process = self.start(self.write(LOSES, window="1m", wait="2s", stable="10s"), "--yes")
        said = self.read_until(process, "lost:")
        self.during = self.held()
        said += process.stdout.read()
        self.assertEqual(process.wait(), 1, said)
        self.assertRegex(said, r"lost: prefix-\w+ leaf\d host2 198\.51\.100\.64/26")
        self.assertIn("as before: all", said)
        self.assert_as_before()

    def test_a_router_that_rejects_the_commit_takes_it_back_on_the_other(self):
        text = HARMLESS.replace("      - prove", "      - when: router.name == 'leaf2'\n        config: {{frr: \"router bgp "
                                "65001\\n neighbor 10.100.0.9 description nobody\"}}\n      - prove")
        said = self.play(self.write(text, routers="all", window="1m", stable="1s"), "--yes", code=1)
        self.assertIn("leaf2 did not take the change: % Specify remote-as", said)
        self.assertIn("leaf1: rolled back", said)
        self.assert_as_before()

    def test_killed_between_commit_and_confirm_the_routers_take_it_back(self):
        process = self.start(self.write(HARMLESS, routers="all", window="30s", stable="10s"), "--yes")
        self.read_until(process, "leaf2: pending")
        process.kill()
        process.wait()
        run, entries = self.journal()
        self.assertEqual({entry["ticket"]["router"] for entry in entries if entry["event"] == "commit"}, set(LEAVES))
        for name in LEAVES:
            self.assertIn("EXTRA", self.leaves.running(name))
        self.during = self.held()
        routers.wait_for("both timers", lambda: not any(map(self.leaves.locked, LEAVES)))
        self.assert_as_before()
        done = subprocess.run([PROGRAM, "play", "--resume", run, "-i", self.leaves.inventory_file, "--state", self.state],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("by the timer on the router", done.stdout)

    def test_killed_and_resumed_it_is_taken_back_at_once(self):
        process = self.start(self.write(HARMLESS, routers="all", window="10m", stable="20s"), "--yes")
        self.read_until(process, "leaf2: pending")
        process.kill()
        process.wait()
        run, _ = self.journal()
        done = subprocess.run([PROGRAM, "play", "--resume", run, "-i", self.leaves.inventory_file, "--state", self.state],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("rolled back on request", done.stdout)
        self.assert_as_before()

    def test_a_link_that_is_cut_while_it_is_pending(self):
        process = self.start(self.write(HARMLESS, routers="all", window="40s", stable="15s"), "--yes")
        self.read_until(process, "leaf2: pending")
        routers.run("ip", "link", "set", "v-leaf2", "down")
        try:
            self.read_until(process, "leaf1: rolled back")
        finally:
            routers.run("ip", "link", "set", "v-leaf2", "up")
        said = process.stdout.read()
        self.assertIn(process.wait(), (1, 2), said)
        self.assertIn("leaf2: rolled back", said)
        self.assert_as_before()

    def test_ctrl_c_at_each_step_leaves_everything_as_it_was(self):
        playbook = self.write(HARMLESS, routers="all", window="2m", stable="60s")
        for number, word in enumerate(("look at the network", "stage", "commit, to be", "leaf2: pending", "prove")):
            with self.subTest(step=word):
                process = self.start(playbook, "--yes", state=self.state / str(number))
                said = self.read_until(process, word)
                process.send_signal(signal.SIGINT)
                said += process.stdout.read()
                self.assertEqual(process.wait(), 130, said)
                routers.wait_for("the locks to go", lambda: not any(map(self.leaves.locked, LEAVES)))
                self.assert_as_before()

    # --- refused --------------------------------------------------------------------------------

    def test_two_runs_do_not_meet(self):
        playbook = self.write(HARMLESS, routers="leaf1", window="2m", stable="60s")
        process = self.start(playbook, "--yes")
        self.read_until(process, "leaf1: pending")
        said = self.play(playbook, "--yes", code=75)
        self.assertIn("leaf1 is being changed by another run: ", said)
        said = self.play(playbook, "--yes", code=75, state=self.state / "another user")
        self.assertRegex(said, "leaf1 is being changed by .*routeproof.*state: pending")
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        self.assertEqual(process.wait(), 130)
        self.assert_as_before()

    def test_bad_plays_are_refused_before_anything_is_touched(self):
        for text, code, word in (
                (LOSES.format(window="20s", wait="2s", stable="10s"), 65, "comes too late"),
                (HARMLESS.format(routers="laef1", window="1m", stable="1s"), 65, "did you mean leaf1?"),
                (HARMLESS.format(routers="all", window="30h", stable="1s"), 65, "confirm_within"),
                (HARMLESS.format(routers="all", window="1m", stable="1s").replace("- prove", "- prov"), 65, "did you mean prove?")):
            file = self.leaves.folder / "bad.yml"
            file.write_text(text)
            self.assertIn(word, self.play(file, "--yes", code=code))
        self.assertIn("--yes", self.play(self.write(HARMLESS, routers="all", window="1m", stable="1s"), code=64))
        self.play(self.leaves.folder / "none.yml", code=66)
        self.assertFalse((self.state / "runs").exists())
        self.assert_as_before()


if __name__ == "__main__":
    if not WHY_NOT:
        routers.privately()
    del sys.argv[1:3]
    unittest.main()
