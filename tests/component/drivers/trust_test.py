"""Host keys: pinned, known, unknown and changed, and `routeproof inventory trust`, against a real OpenSSH server."""

import os
import pathlib
import pty
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import openssh  # noqa: E402
import routers  # noqa: E402

PROGRAM = pathlib.Path(sys.argv.pop(1)) / "routeproof"
WHY_NOT = openssh.missing()
LEAF = "127.0.0.11"
OTHERS = [f"127.0.0.{n}" for n in range(21, 27)]


@unittest.skipIf(WHY_NOT, WHY_NOT)
class Trust(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ssh = openssh.OpenSsh(PROGRAM, "unused-password")
        cls.addClassCleanup(cls.ssh.stop)
        cls.ssh.key("id", authorized=True)
        cls.ssh.key("other")
        cls.ssh.sshd("leaf1", LEAF)
        cls.hash = cls.ssh.fingerprint("leaf1-host")

    def setUp(self):
        self.known = self.ssh.folder / "known_hosts"
        self.known.unlink(missing_ok=True)

    def inventory(self, keys=""):
        return self.ssh.inventory(f"user: {openssh.USER}, key_file: id", {"leaf1": f"address: {LEAF}{keys}"})

    def trust(self, *words, inventory=None, **more):
        return self.ssh.routeproof("inventory", "trust", "leaf1", "-i", inventory or self.inventory(), *words, **more)

    def answer(self, word):
        """What a person at a terminal sees who types the word."""
        ours, theirs = pty.openpty()
        program = subprocess.Popen([PROGRAM, "inventory", "trust", "leaf1", "-i", self.inventory()],
                                   stdin=theirs, stdout=theirs, stderr=theirs, env={"HOME": str(self.ssh.folder)})
        os.close(theirs)
        seen = b""
        try:
            while chunk := os.read(ours, 4096):
                seen += chunk
                if seen.endswith(b"(yes/no) "):
                    os.write(ours, word.encode() + b"\n")
        except OSError:  # the other side of a terminal has gone
            pass
        os.close(ours)
        return program.wait(), seen.decode()

    def test_without_a_terminal_the_fingerprint_must_be_named(self):
        done = self.trust()
        self.assertEqual(done.returncode, 77)
        self.assertIn(f"leaf1 ({LEAF}:22) shows the host key ED25519 {self.hash}; there is no terminal", done.stderr)
        self.assertIn(f"add --fingerprint {self.hash}", done.stderr)
        wrong = self.trust("--fingerprint", self.ssh.fingerprint("other"))
        self.assertEqual(wrong.returncode, 77)
        self.assertIn(f"{self.hash}, not {self.ssh.fingerprint('other')}", wrong.stderr)
        self.assertFalse(self.known.exists())
        right = self.trust("--fingerprint", self.hash)
        self.assertEqual(right.returncode, 0, right.stderr)
        self.assertEqual(self.known.read_text(), f"{LEAF} {self.ssh.public('leaf1-host')}\n")
        self.assertEqual(self.known.stat().st_mode & 0o777, 0o600)
        again = self.trust()
        self.assertEqual(again.returncode, 0)
        self.assertIn(f"is trusted already ({self.known}:1)", again.stdout)
        self.assertEqual(self.ssh.facts(self.inventory()).returncode, 0)

    def test_at_a_terminal_it_asks_and_takes_only_yes(self):
        code, seen = self.answer("y")
        self.assertEqual(code, 77, seen)
        self.assertFalse(self.known.exists())
        code, seen = self.answer("yes")
        self.assertEqual(code, 0, seen)
        self.assertIn(f"shows the host key ED25519 {self.hash}", seen)
        self.assertIn("is trusted from now on", seen)
        self.assertEqual(self.known.read_text().count("\n"), 1)

    def test_what_is_in_the_file_stays(self):
        real = self.ssh.write("real_hosts", "# ours\n@revoked * ssh-ed25519 AAAA\nlast line without end", 0o640)
        self.known.symlink_to(real)
        self.assertEqual(self.trust("--fingerprint", self.hash).returncode, 0)
        self.assertTrue(self.known.is_symlink())
        self.assertEqual(real.read_text(), "# ours\n@revoked * ssh-ed25519 AAAA\nlast line without end\n"
                                           f"{LEAF} {self.ssh.public('leaf1-host')}\n")
        self.assertEqual(real.stat().st_mode & 0o777, 0o640)
        self.assertEqual([file.name for file in self.ssh.folder.glob("real_hosts*")], ["real_hosts"])

    def test_a_changed_key_is_another_error_than_an_unknown_one(self):
        unknown = self.ssh.facts(self.inventory())
        self.assertEqual(unknown.returncode, 2)
        self.assertIn(f"host key: {LEAF}:22 shows ED25519 {self.hash}, and there is no file", unknown.stdout)
        self.assertIn("then: routeproof inventory trust leaf1", unknown.stdout)
        self.ssh.write("known_hosts", f"{LEAF} {self.ssh.public('other')}\n")
        changed = self.ssh.facts(self.inventory())
        self.assertEqual(changed.returncode, 2)
        self.assertIn(f"shows ED25519 {self.hash}, {self.known}:1 has ED25519 {self.ssh.fingerprint('other')}", changed.stdout)
        before = self.known.read_text()
        for words in ([], ["--fingerprint", self.hash]):
            done = self.trust(*words)
            self.assertEqual(done.returncode, 77)
            self.assertIn(f"{self.known}:1 has ED25519 {self.ssh.fingerprint('other')}", done.stderr)
        self.assertEqual(self.known.read_text(), before)

    def test_a_revoked_key_is_never_written(self):
        self.ssh.write("known_hosts", f"@revoked * {self.ssh.public('leaf1-host')}\n")
        done = self.trust("--fingerprint", self.hash)
        self.assertEqual(done.returncode, 77)
        self.assertIn(f"which {self.known}:1 revokes", done.stderr)
        pinned = self.ssh.facts(self.inventory(f', host_keys: ["{self.ssh.public("leaf1-host")}"]'))
        self.assertIn(f"which {self.known}:1 revokes", pinned.stdout)

    def test_a_pinned_key_needs_no_file_and_another_is_a_change(self):
        for pin in (self.ssh.public("leaf1-host"), f"ssh-ed25519 {self.hash}"):
            inventory = self.inventory(f', host_keys: ["{pin}"]')
            self.assertEqual(self.ssh.facts(inventory).returncode, 0, pin)
            done = self.trust(inventory=inventory)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("is trusted already (", done.stdout)
            self.assertIn("inventory.yml:8)", done.stdout)
        self.ssh.know((LEAF, "leaf1"))  # does not help
        for pin in (self.ssh.public("other"), f"ssh-ed25519 {self.ssh.fingerprint('other')}"):
            inventory = self.inventory(f', host_keys: ["{pin}"]')
            done = self.ssh.facts(inventory)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"inventory.yml:8 pins ED25519 {self.ssh.fingerprint('other')}", done.stdout)
            self.assertEqual(self.trust("--fingerprint", self.hash, inventory=inventory).returncode, 77)
        done = self.ssh.facts(self.inventory(f', host_keys: ["ssh-rsa {self.hash}"]'))
        self.assertIn("offers no host key of a kind that the inventory pins", done.stdout)

    def test_many_at_once_lose_no_line(self):
        servers = []
        for i, address in enumerate(OTHERS):
            servers.append(self.ssh.sshd(f"many{i}", address))
        inventory = self.ssh.inventory(f"user: {openssh.USER}, key_file: id",
                                       {f"many{i}": f"address: {address}" for i, address in enumerate(OTHERS)})
        runs = [subprocess.Popen([PROGRAM, "inventory", "trust", f"many{i}", "-i", inventory, "--fingerprint",
                                  self.ssh.fingerprint(f"many{i}-host")], stdout=subprocess.DEVNULL)
                for i in range(len(OTHERS))]
        self.assertEqual([each.wait() for each in runs], [0] * len(OTHERS))
        self.assertEqual(sorted(line.split()[0] for line in self.known.read_text().splitlines()), OTHERS)
        for server in servers:
            self.ssh.end(server)

    def test_what_cannot_be_written_or_reached_has_its_exit_code(self):
        self.ssh.write("plain", "")
        inventory = self.ssh.inventory(f"user: {openssh.USER}, key_file: id", {"leaf1": f"address: {LEAF}"},
                                       defaults="known_hosts: plain/known_hosts")
        done = self.trust("--fingerprint", self.hash, inventory=inventory)
        self.assertEqual(done.returncode, 74, done.stderr)
        self.assertIn("plain/known_hosts cannot be written: Not a directory", done.stderr)
        inventory = self.ssh.inventory(f"user: {openssh.USER}, key_file: id", {"leaf1": "address: 127.0.0.99"})
        self.assertEqual(self.trust(inventory=inventory).returncode, 69)
        nobody = self.ssh.routeproof("inventory", "trust", "leaf9", "-i", inventory)
        self.assertEqual(nobody.returncode, 64)


if __name__ == "__main__":
    if not WHY_NOT:
        routers.privately(PROGRAM.parent)
    unittest.main()
