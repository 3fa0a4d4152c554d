"""Every way of logging in that an inventory can name, against a real OpenSSH server."""

import os
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import openssh  # noqa: E402
import routers  # noqa: E402

PROGRAM = pathlib.Path(sys.argv.pop(1)) / "routeproof"
WHY_NOT = openssh.missing()
PASSWORD = "correct-horse-battery"
PASSPHRASE = "staple-of-leaves"
BY_KEY, BY_PASSWORD, BY_PROMPT, BY_BOTH = "127.0.0.11", "127.0.0.12", "127.0.0.13", "127.0.0.14"
BY_KEY_TOO, BY_PASSWORD_TOO = "127.0.0.16", "127.0.0.17"


@unittest.skipIf(WHY_NOT, WHY_NOT)
class Login(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ssh = openssh.OpenSsh(PROGRAM, PASSWORD)
        cls.addClassCleanup(cls.ssh.stop)
        cls.ssh.secrets.append(PASSPHRASE)
        cls.ssh.key("id", authorized=True)
        cls.ssh.key("locked", PASSPHRASE, authorized=True)
        cls.ssh.key("authority")
        cls.ssh.sshd("by_key", BY_KEY, f"TrustedUserCAKeys {cls.ssh.folder}/authority.pub",
                     f"ListenAddress {BY_KEY_TOO}")
        cls.ssh.sshd("by_password", BY_PASSWORD, "PasswordAuthentication yes", "PubkeyAuthentication no",
                     f"ListenAddress {BY_PASSWORD_TOO}")
        cls.ssh.sshd("by_prompt", BY_PROMPT, "KbdInteractiveAuthentication yes", "UsePAM yes", "PubkeyAuthentication no")
        cls.ssh.sshd("by_both", BY_BOTH, "PasswordAuthentication yes", "AuthenticationMethods publickey,password")
        cls.ssh.know((BY_KEY, "by_key"), (BY_PASSWORD, "by_password"), (BY_PROMPT, "by_prompt"), (BY_BOTH, "by_both"),
                     (BY_KEY_TOO, "by_key"), (BY_PASSWORD_TOO, "by_password"))
        cls.ssh.write("password", PASSWORD + "\n")
        cls.ssh.write("passphrase", PASSPHRASE + "\n")

    def facts(self, credentials, *addresses, **more):
        routers_ = {f"leaf{i}": f"address: {address}" for i, address in enumerate(addresses, 1)}
        inventory = self.ssh.inventory(f"user: {openssh.USER}, {credentials}", routers_)
        return self.ssh.facts(inventory, **more)

    def works(self, credentials, *addresses, **more):
        done = self.facts(credentials, *addresses, **more)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stdout.count("FRRouting"), len(addresses), done.stdout)

    def fails(self, words, credentials, *addresses, **more):
        done = self.facts(credentials, *addresses, **more)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        for part in words:
            self.assertIn(part, done.stdout)

    def test_a_password_comes_from_a_file_a_variable_or_a_command(self):
        self.works("password_file: password", BY_PASSWORD)
        self.works("password_env: LEAF_PASSWORD", BY_PASSWORD, env={"LEAF_PASSWORD": PASSWORD})
        self.works(f"password_command: cat {self.ssh.folder}/password", BY_PASSWORD)

    def test_a_password_answers_the_prompt_of_keyboard_interactive(self):
        self.works("password_file: password", BY_PROMPT)

    def test_a_wrong_password_is_refused_once_and_not_shown(self):
        self.ssh.write("wrong", "tr0ub4dor\n")
        self.ssh.secrets.append("tr0ub4dor")
        self.fails(["auth: 127.0.0.12:22 refuses user netops with the password"], "password_file: wrong", BY_PASSWORD)
        self.fails(["auth: 127.0.0.13:22 refuses user netops with the password"], "password_file: wrong", BY_PROMPT)
        self.assertEqual(self.ssh.log_of("by_password").count("Failed password"), 1)

    def test_a_secret_that_others_may_read_or_that_is_not_there_costs_no_login(self):
        self.ssh.write("open", PASSWORD, 0o644)
        before = self.ssh.log_of("by_password").count("Connection from")
        self.fails(["password_file ", "/open may be read by others; chmod 600 it"], "password_file: open", BY_PASSWORD)
        self.fails(["password_file ", "/absent cannot be read"], "password_file: absent", BY_PASSWORD)
        self.fails(["password_env NOT_THERE is not in the environment"], "password_env: NOT_THERE", BY_PASSWORD)
        self.fails(["password_command 'exit 3' exits with status 3"], "password_command: exit 3", BY_PASSWORD)
        self.fails(["password_command 'true' has nothing in its first line"], 'password_command: "true"', BY_PASSWORD)
        self.assertEqual(self.ssh.log_of("by_password").count("Connection from"), before)

    def test_a_command_runs_once_for_all_and_no_secret_is_in_any_command_line(self):
        seen = self.ssh.folder / "seen"
        self.ssh.write("tell", f"#!/bin/sh\ncat /proc/[0-9]*/cmdline | tr '\\0' ' ' >>{seen}\necho run >>{seen}.count\n"
                               f"cat {self.ssh.folder}/password\n", 0o700)
        self.works(f"password_command: {self.ssh.folder}/tell", BY_PASSWORD, BY_PROMPT, BY_PASSWORD_TOO)
        self.assertEqual(pathlib.Path(f"{seen}.count").read_text(encoding="utf-8"), "run\n")
        lines = seen.read_text(encoding="utf-8")
        self.assertIn("inventory facts", lines)
        self.assertNotIn(PASSWORD, lines)

    def test_a_command_that_waits_holds_nobody_up(self):
        # The command of one leaf ends only when another leaf has been asked.
        fifo = self.ssh.folder / "fifo"
        os.mkfifo(fifo)
        os.chmod(fifo, 0o666)
        self.ssh.sshd("starter", "127.0.0.15", f"ForceCommand echo go >{fifo}; cat {self.ssh.folder}/version")
        self.ssh.know((BY_PASSWORD, "by_password"), ("127.0.0.15", "starter"), file="known_two")
        inventory = self.ssh.inventory(
            f"user: {openssh.USER}, key_file: id",
            {"leaf1": f"address: {BY_PASSWORD}, credentials: slow", "leaf2": "address: 127.0.0.15"},
            defaults="known_hosts: known_two",
            more=f"  slow: {{user: {openssh.USER}, password_command: read go <{fifo}; cat {self.ssh.folder}/password}}\n")
        done = self.ssh.facts(inventory)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_key_with_a_passphrase(self):
        self.works("key_file: locked, passphrase_file: passphrase", BY_KEY)
        self.works("key_file: locked, passphrase_env: P", BY_KEY, env={"P": PASSPHRASE})
        self.works(f"key_file: locked, passphrase_command: cat {self.ssh.folder}/passphrase", BY_KEY, BY_KEY_TOO)
        self.fails(["locked has a passphrase: name a passphrase_file"], "key_file: locked", BY_KEY)
        self.fails(["locked cannot be unlocked by its passphrase"], "key_file: locked, passphrase_file: password", BY_KEY)

    def test_the_agent_is_asked_if_nothing_else_is_named(self):
        socket = self.ssh.agent(self.ssh.folder / "id")
        inventory = self.ssh.inventory(f"user: {openssh.USER}", {"leaf1": f"address: {BY_KEY}"})
        done = self.ssh.facts(inventory, env={"SSH_AUTH_SOCK": str(socket)})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        stranger = self.ssh.agent(self.ssh.key("stranger"))
        done = self.ssh.facts(inventory, env={"SSH_AUTH_SOCK": str(stranger)})
        self.assertIn("refuses user netops with any key of the ssh-agent", done.stdout)

    def test_a_certificate_makes_a_strange_key_welcome(self):
        certified = self.ssh.key("certified")
        routers.run("ssh-keygen", "-q", "-s", self.ssh.folder / "authority", "-I", "test", "-n", openssh.USER, f"{certified}.pub")
        self.works("key_file: certified, certificate_file: certified-cert.pub", BY_KEY)
        self.fails(["refuses user netops with ", "certified (ssh-ed25519 SHA256:"], "key_file: certified", BY_KEY)
        self.fails(["certified-cert.pub belongs to another key than key_file"],
                   "key_file: id, certificate_file: certified-cert.pub", BY_KEY)
        self.fails(["id.pub holds no OpenSSH certificate"], "key_file: id, certificate_file: id.pub", BY_KEY)
        self.fails(["nowhere cannot be read: No such file"], "key_file: id, certificate_file: nowhere", BY_KEY)

    def test_a_server_that_wants_two_things_gets_two_or_is_told_by_name(self):
        self.works("key_file: id, password_file: password", BY_BOTH)
        self.fails(["accepts ", "id (ssh-ed25519 SHA256:", "for user netops but wants more: password"],
                   "key_file: id", BY_BOTH)

    def test_a_password_is_the_second_choice_beside_a_key(self):
        self.ssh.key("unknown")
        self.works("key_file: unknown, password_file: password", BY_PROMPT)


if __name__ == "__main__":
    if not WHY_NOT:
        routers.privately(PROGRAM.parent)
    unittest.main()
