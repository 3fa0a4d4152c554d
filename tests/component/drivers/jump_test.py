"""Jump hosts and ~/.ssh/config, over real OpenSSH servers in a row of networks that do not forward.

::

    ops 10.1.0.1 ---- mid1 10.1.0.2 / 10.2.0.1 ---- mid2 10.2.0.2 / 10.3.0.1 ---- leaf 10.3.0.2
"""

import os
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import openssh  # noqa: E402
import routers  # noqa: E402
from routers import run  # noqa: E402

PROGRAM = pathlib.Path(sys.argv.pop(1)) / "routeproof"
WHY_NOT = openssh.missing()
PASSWORD = "correct-horse-battery"
MID1, MID2, LEAF = "10.1.0.2", "10.2.0.2", "10.3.0.2"
WAY = """jump_hosts:
  mid1: {address: 10.1.0.2}
  mid2: {address: 10.2.0.2, jump: mid1}
"""


def row_of_networks():
    for name in ("mid1", "mid2", "leaf"):
        run("ip", "netns", "add", name)
        run("ip", "-n", name, "link", "set", "lo", "up")
    for i, (left, right) in enumerate((("", "mid1"), ("mid1", "mid2"), ("mid2", "leaf")), 1):
        here = ["-n", left] if left else []
        run("ip", *here, "link", "add", f"to-{right}", "type", "veth", "peer", "name", "uplink", "netns", right)
        run("ip", *here, "address", "add", f"10.{i}.0.1/24", "dev", f"to-{right}")
        run("ip", *here, "link", "set", f"to-{right}", "up")
        run("ip", "-n", right, "address", "add", f"10.{i}.0.2/24", "dev", "uplink")
        run("ip", "-n", right, "link", "set", "uplink", "up")


@unittest.skipIf(WHY_NOT, WHY_NOT)
class Jump(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ssh = openssh.OpenSsh(PROGRAM, PASSWORD)
        cls.addClassCleanup(cls.ssh.stop)
        row_of_networks()
        cls.ssh.key("id", authorized=True)
        cls.ssh.key("stranger")
        for name, address in (("mid1", MID1), ("mid2", MID2), ("leaf", LEAF)):
            cls.ssh.sshd(name, address, prefix=("ip", "netns", "exec", name))
        cls.ssh.sshd("closed", MID1, "AllowTcpForwarding no", port=23, prefix=("ip", "netns", "exec", "mid1"))
        cls.ssh.sshd("by_password", MID1, "PasswordAuthentication yes", "PubkeyAuthentication no", port=24,
                     prefix=("ip", "netns", "exec", "mid1"))
        cls.ssh.sshd("old", "127.0.0.31", "Ciphers aes256-cbc")
        cls.ssh.write("password", PASSWORD)

    def setUp(self):
        self.ssh.know((MID1, "mid1"), (MID2, "mid2"), (LEAF, "leaf"), (f"[{MID1}]:23", "closed"),
                      (f"[{MID1}]:24", "by_password"), ("127.0.0.31", "old"))

    def inventory(self, router, more=WAY, defaults="known_hosts: known_hosts", credentials="key_file: id"):
        return self.ssh.inventory(f"user: {openssh.USER}, {credentials}", {"leaf": router}, defaults=defaults, more=more)

    def works(self, inventory, **more):
        done = self.ssh.facts(inventory, **more)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("FRRouting", done.stdout)

    def fails(self, words, inventory, **more):
        done = self.ssh.facts(inventory, **more)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        for part in words:
            self.assertIn(part, done.stdout)

    def config(self, text):
        (self.ssh.folder / ".ssh").mkdir(exist_ok=True)
        self.addCleanup((self.ssh.folder / ".ssh/config").unlink, missing_ok=True)
        return self.ssh.write(".ssh/config", text)

    # --- jump hosts of the inventory ------------------------------------------------------------

    def test_without_a_jump_host_there_is_no_way(self):
        self.fails(["connect: 10.3.0.2:22 cannot be reached: Network is unreachable"], self.inventory(f"address: {LEAF}"))

    def test_over_one_and_over_two(self):
        self.works(self.inventory(f"address: {MID2}, jump: mid1"))
        self.works(self.inventory(f"address: {LEAF}, jump: mid2"))
        self.works(self.inventory(f"address: {LEAF}", defaults="known_hosts: known_hosts, jump: mid2"))

    def test_none_takes_the_default_away(self):
        self.works(self.inventory(f"address: {MID1}, jump: none", defaults="known_hosts: known_hosts, jump: mid2"))

    def test_the_key_of_each_machine_on_the_way_is_checked(self):
        inventory = self.inventory(f"address: {LEAF}, jump: mid2")
        known = self.ssh.folder / "known_hosts"
        lines = known.read_text().splitlines(keepends=True)
        for address, words in ((MID1, f"host key: jump host {MID1}:22 shows ED25519"),
                               (MID2, f"host key: jump host {MID2}:22 shows ED25519"),
                               (LEAF, f"host key: {LEAF}:22 shows ED25519")):
            known.write_text("".join(line for line in lines if not line.startswith(address + " ")))
            self.fails([words, "does not know this host", "routeproof inventory trust leaf"], inventory)
            known.write_text("".join(f"{address} {self.ssh.public('stranger')}\n" if line.startswith(address + " ") else line
                                     for line in lines))
            self.fails([words, f"has ED25519 {self.ssh.fingerprint('stranger')}"], inventory)

    def test_a_pin_of_a_jump_host_holds(self):
        pins = "jump_hosts:\n  mid1: {address: 10.1.0.2, host_keys: [\"%s\"]}\n"
        self.works(self.inventory(f"address: {MID2}, jump: mid1", more=pins % self.ssh.public("mid1-host")))
        self.fails([f"jump host {MID1}:22 shows", "inventory.yml:8 pins"],
                   self.inventory(f"address: {MID2}, jump: mid1", more=pins % self.ssh.public("stranger")))

    def test_a_jump_host_has_its_own_credentials(self):
        more = ("  other: {user: netops, %s}\n"
                "jump_hosts:\n  mid1: {address: 10.1.0.2, port: 24, credentials: other}\n")
        self.works(self.inventory(f"address: {MID2}, jump: mid1", more=more % "password_file: password"))
        self.fails([f"auth: jump host {MID1}:24 refuses user netops with ", "id (ssh-ed25519"],
                   self.inventory(f"address: {MID2}, jump: mid1", more=more % "key_file: id"))

    def test_one_that_lets_nobody_through_says_so(self):
        more = "jump_hosts:\n  mid1: {address: 10.1.0.2, port: 23}\n"
        self.fails([f"jump host {MID1}:23 does not let us through to {MID2}:22"],
                   self.inventory(f"address: {MID2}, jump: mid1", more=more))

    def test_a_machine_that_refuses_behind_it_is_named(self):
        self.fails([f"connect: jump host {MID1}:22 cannot reach {MID2}:99: ", "refused"],
                   self.inventory(f"address: {MID2}, port: 99, jump: mid1"))

    def test_trust_walks_the_way(self):
        known = self.ssh.folder / "known_hosts"
        known.unlink()
        inventory = self.inventory(f"address: {LEAF}, jump: mid2")
        hashes = [self.ssh.fingerprint(f"{name}-host") for name in ("mid1", "mid2", "leaf")]

        def trust(*wanted):
            options = [word for each in wanted for word in ("--fingerprint", each)]
            return self.ssh.routeproof("inventory", "trust", "leaf", "-i", inventory, *options)

        first = trust(hashes[0])
        self.assertEqual(first.returncode, 77)
        self.assertIn(f"jump host of leaf ({MID1}:22): ED25519 {hashes[0]} is trusted from now on", first.stdout)
        self.assertIn(f"jump host of leaf ({MID2}:22) shows the host key ED25519 {hashes[1]}", first.stderr)
        self.assertEqual(trust(*hashes).returncode, 0)
        self.assertEqual([line.split()[0] for line in known.read_text().splitlines()], [MID1, MID2, LEAF])
        self.works(inventory)

    # --- ~/.ssh/config --------------------------------------------------------------------------

    def test_ssh_config_says_host_port_user_key_and_way(self):
        self.config(f"""
Include config.d/*
Host leaf-by-name
    HostName {LEAF}
    User {openssh.USER}
    IdentityFile {self.ssh.folder}/nothing-here
    IdentityFile ~/id
    ProxyJump mid-by-name
Host mid-by-name
    HostName {MID2}
    ProxyJump {openssh.USER}@{MID1}:22
Host mid-* 10.1.0.2
    User {openssh.USER}
    IdentityFile ~/id
""")
        inventory = self.ssh.write("inventory.yml", """routeproof: 1
pools: {demo: {cidr: 198.51.100.0/24}}
defaults: {known_hosts: known_hosts}
routers:
  leaf: {os: frr, asn: 65000, address: leaf-by-name}
hosts: {}
""")
        self.works(inventory)
        shown = self.ssh.routeproof("inventory", "show", "-i", inventory)
        self.assertIn(f"{openssh.USER}@{LEAF}:22 over {openssh.USER}@{MID2}:22", shown.stdout)

    def test_the_inventory_wins(self):
        self.config(f"Host *\n  Port 99\n  User nobody\n  IdentityFile ~/stranger\n  ProxyJump nowhere\n")
        self.works(self.inventory(f"address: {MID1}, port: 22, jump: none", more=""))

    def test_ssh_config_can_be_left_out(self):
        self.config("Host *\n  Port 99\n")
        self.fails([f"{MID1}:99 refuses the connection"], self.inventory(f"address: {MID1}"))
        self.works(self.inventory(f"address: {MID1}", defaults="known_hosts: known_hosts, ssh_config: none"))

    def test_a_proxy_command_is_not_run(self):
        ran = self.ssh.folder / "ran"
        file = self.config(f"Host 10.1.*\n  ProxyCommand touch {ran}\nMatch exec \"touch {ran}\"\n  User nobody\n")
        done = self.ssh.facts(self.inventory(f"address: {MID1}"))
        self.assertEqual(done.returncode, 65, done.stdout)
        self.assertIn(f"{file}:2:1: ProxyCommand for {MID1} is not run; use ProxyJump", done.stderr)
        self.assertIn(f"{file}:4:1: user for {MID1} depends on a Match that is not evaluated", done.stderr)
        self.assertFalse(ran.exists())

    def test_ciphers_are_those_of_ssh_config(self):
        self.fails(["key exchange: 127.0.0.31:22 failed: "], self.inventory("address: 127.0.0.31"))
        self.config("Host 127.0.0.31\n  Ciphers +aes256-cbc\n")
        self.works(self.inventory("address: 127.0.0.31"))
        self.config("Host 127.0.0.31\n  Ciphers no-such-cipher\n")
        self.fails(["libssh knows none of the ciphers no-such-cipher"], self.inventory("address: 127.0.0.31"))


if __name__ == "__main__":
    if not WHY_NOT:
        routers.privately(PROGRAM.parent)
    unittest.main()
