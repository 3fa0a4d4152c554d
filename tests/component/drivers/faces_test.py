"""Every way in which the Junos and NX-OS faces can differ or misbehave, read by `routeproof routes`.

Both faces stand behind a real OpenSSH server and show one real FRR, so both must give what FRR itself
gives; a mode either changes nothing in the answer, or makes it an error that says what happened.
"""

import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import routers  # noqa: E402

PROGRAM = pathlib.Path(sys.argv.pop(1)) / "routeproof"
FACES = pathlib.Path(__file__).resolve().parents[2] / "lab" / "faces"
WHY_NOT = routers.missing()
PORT = 2830
ADDRESS = {"junos": "192.0.2.21", "nxos": "192.0.2.22"}  # both of leaf1
VIEWS = ("accepted", "best", "received", "forwarding")
# What a face must not change: where the route leads and whose it is.
FACTS = ("prefix", "as_path", "origin_as", "valid", "best", "next_hops")


@unittest.skipIf(WHY_NOT, WHY_NOT)
class Faces(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.routers = routers.Routers()
        cls.addClassCleanup(cls.routers.stop)
        cls.routers.start()
        cls.routers.settled()
        folder = cls.routers.folder
        python = "/usr/bin/python3"
        cls.state = {}
        for name, words in (
                ("junos", "Subsystem netconf {} {}/junos_face.py --hostname leaf1 --state-dir {}"),
                ("nxos", "ForceCommand {} {}/nxos_face.py --hostname leaf1 --state-dir {}")):
            cls.state[name] = folder / f"{name}-state"
            cls.state[name].mkdir()
            routers.run("ip", "-n", "leaf1", "address", "add", f"{ADDRESS[name]}/24", "dev", "eth0")
            cls.routers.sshd("leaf1", ADDRESS[name], PORT, words.format(python, FACES, cls.state[name]))
        key = (folder / "host_key.pub").read_text().rsplit(" ", 1)[0]
        with open(folder / "known_hosts", "a") as known:
            known.writelines(f"[{address}]:{PORT} {key}\n" for address in ADDRESS.values())
        cls.inventory = cls.routers.inventory()
        cls.inventory.write_text(cls.inventory.read_text().replace("hosts: {}", "".join(
            f"  {name}: {{os: {name}, address: {address}, port: {PORT}, asn: {asn}}}\n"
            for asn, (name, address) in enumerate(ADDRESS.items(), 64512)) + "hosts: {}"))
        for address in ADDRESS.values():
            routers.wait_for("sshd", lambda address=address: cls.listens(address))
        cls.good = {os_name: {view: cls.rows(os_name, view) for view in VIEWS} for os_name in ("junos", "nxos")}

    @staticmethod
    def listens(address):
        return f"{address}:{PORT} " in routers.run("ip", "netns", "exec", "leaf1", "ss", "-Hltn")

    @staticmethod
    def ask(*words):
        return subprocess.run([PROGRAM, *words], capture_output=True, text=True)

    @classmethod
    def rows(cls, os_name, view):
        # What a host sent is looked at whole: the leaf's policy rejects what lies outside the pool.
        words = ["0.0.0.0/0", "--from", routers.HOST1] if view == "received" else []
        done = cls.ask("routes", os_name, *words, "--view", view, "-i", cls.inventory, "--format", "json")
        if done.returncode != 0:
            raise AssertionError(f"{os_name} {view}: {done.stderr}")
        return sorted(({key: row[key] for key in FACTS if key in row} for row in json.loads(done.stdout)["entries"]),
                      key=json.dumps)

    def mode(self, os_name, **modes):
        """In force until the end of the test."""
        file = self.state[os_name] / "mode.json"
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(modes))
        os.rename(fresh, file)
        self.addCleanup(file.unlink, missing_ok=True)

    def changes_nothing(self, os_name, views=("accepted", "received", "forwarding"), **modes):
        with self.subTest(os=os_name, **modes):
            self.mode(os_name, **modes)
            for view in views:
                self.assertEqual(self.rows(os_name, view), self.good[os_name][view], view)
            facts = self.ask("inventory", "facts", "-i", self.inventory, "--format", "json")
            (row,) = [row for row in json.loads(facts.stdout)["routers"] if row["name"] == os_name]
            self.assertEqual(row["facts"]["hostname"], "leaf1")

    def fails(self, os_name, code, *words, view="accepted", **modes):
        """With this exit code, one line, and no route printed."""
        with self.subTest(os=os_name, **modes):
            self.mode(os_name, **modes)
            done = self.ask("routes", os_name, "--view", view, "-i", self.inventory)
            self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            for word in (os_name, *words):
                self.assertIn(word, done.stderr)

    def test_both_show_what_frr_holds(self):
        frr = self.rows("leaf1", "best")
        self.assertTrue(frr)
        for os_name in ("junos", "nxos"):
            keep = ("prefix", "as_path", "origin_as")
            best = {tuple(str(row[key]) for key in keep) for row in self.good[os_name]["best"]}
            self.assertEqual(best, {tuple(str(row[key]) for key in keep) for row in frr}, os_name)
            self.assertTrue(any(not row["valid"] for row in self.good[os_name]["received"]), "a rejected route")

    def test_dialects_of_junos_mean_the_same(self):
        for modes in ({"old_hello": True}, {"base_1_1": True}, {"rfc_compliant": True}, {"no_namespace": True},
                      {"old_detail": True}, {"multi_re": True}, {"warning": "statistics are not being collected"},
                      {"base_1_1": True, "rfc_compliant": True, "multi_re": True}, {"drip": 0.001}):
            self.changes_nothing("junos", **modes)

    def test_dialects_of_nxos_mean_the_same(self):
        for modes in ({"dialect": "native"}, {"dialect": "mixed"}, {"empty_table": "string"},
                      {"empty_table": "object"}, {"json_refused": "json"}, {"json_refused": "native"},
                      {"json_refused": "both"}, {"json_refused": "both", "xml_refused": True},
                      {"banner": "Authorized use only {operators}"}, {"asdot": True}, {"vrfs": ["BLUE", "RED"]},
                      {"vrfs": ["BLUE"], "json_refused": "both", "xml_refused": True}, {"drip": 0.001}):
            self.changes_nothing("nxos", **modes)

    def test_a_huge_table_around_ours_changes_nothing(self):
        for os_name in ("junos", "nxos"):
            self.changes_nothing(os_name, views=("best",), huge=3000)

    def test_a_router_without_bgp_is_not_a_router_without_routes(self):
        self.fails("nxos", 2, "rpc", "feature bgp", bgp_off=True)
        self.mode("junos", bgp_not_running=True)
        self.assertEqual(self.rows("junos", "accepted"), [])
        self.fails("junos", 2, "BGP is not running", view="received", bgp_not_running=True)

    def test_who_may_not_ask_is_told_so(self):
        self.fails("junos", 77, "rpc", "permission denied", permission_denied=True)
        self.fails("nxos", 77, "rpc", "Permission denied for the role", permission_denied=True)

    def test_what_the_router_says_is_passed_on(self):
        self.fails("junos", 76, "rpc", "the process is busy", rpc_error="the process is busy")

    def test_nothing_left_to_ask_in_is_said(self):
        self.fails("nxos", 2, "rpc", "Invalid command", json_refused="both", xml_refused=True, text_refused=True)

    def test_rejected_routes_that_are_not_kept_are_no_finding(self):
        self.mode("junos", keep_none=True)
        self.assertTrue(all(row["valid"] for row in self.rows("junos", "received")))

    def test_a_hello_that_is_none_names_the_stage(self):
        self.fails("junos", 76, "hello", "Too many sessions", hello_error=True)

    def test_a_cut_reply_is_never_a_table(self):
        for size in (0, 1, 100, 400, 900, 1500):
            self.fails("junos", 69, cut=size, only=["get-route-information"])
            if size > 900:  # behind the hello
                self.fails("junos", 69, cut=size, base_1_1=True, only=["get-route-information", "hello"])
            if size > 0:  # an answer without an octet is NX-OS' way to say that there is no such table
                self.fails("nxos", 76, cut=size, only=["show bgp"])

    def test_garbage_is_never_a_table(self):
        self.fails("junos", 76, garbage="inside", only=["get-route-information"])
        self.fails("nxos", 76, garbage="instead", only=["show bgp"])

    def test_control_characters_of_the_console_cost_nothing_or_the_answer(self):
        """Never a part of it: the routes are all there, or it is an error."""
        for os_name, request in (("junos", "get-route-information"), ("nxos", "show bgp")):
            for kind in ("control", "broadcast", "inside"):
                with self.subTest(os=os_name, garbage=kind):
                    self.mode(os_name, garbage=kind, only=[request])
                    done = self.ask("routes", os_name, "-i", self.inventory, "--format", "json")
                    if done.returncode == 0:
                        self.assertEqual(self.rows(os_name, "best"), self.good[os_name]["best"])
                    else:
                        self.assertEqual((done.returncode, done.stdout), (76, ""), done.stderr)

    def test_a_slow_router_is_waited_for(self):
        for os_name in ("junos", "nxos"):
            self.changes_nothing(os_name, views=("best",), slow=0.5)


if __name__ == "__main__":
    if not WHY_NOT:
        sys.argv.insert(1, str(PROGRAM.parent))
        routers.privately()
        del sys.argv[1]
    unittest.main()
