"""Private OpenSSH servers to log in to, with a user of their own, and `routeproof` that does it.

The program that uses this must run in namespaces of its own (`routers.privately`): its servers, its
/etc/passwd and its network are then private to it and end with it.
"""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import warnings

from routers import run, wait_for

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # what replaces it is in no package of Debian 12
    import crypt

PROGRAMS = ("/usr/sbin/sshd", "/usr/bin/ssh-keygen", "/usr/bin/ssh-agent", "/usr/bin/ssh-add", "/usr/bin/unshare")
USER = "netops"
VERSION = pathlib.Path(__file__).resolve().parents[2] / "data/drivers/frr/show-version/8.4/reply.txt"


def missing():
    """Why this cannot run here; empty if it can."""
    if os.geteuid() != 0:
        return "needs root for network namespaces"
    absent = [program for program in PROGRAMS if not os.access(program, os.X_OK)]
    return f"not installed: {' '.join(absent)}" if absent else ""


class OpenSsh:
    """Servers, keys and inventories in a folder; `stop` ends every process."""

    def __init__(self, program, password):
        self.program = program
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="routeproof-openssh-"))
        self.processes = []
        self.secrets = [password]  # must never be seen in any output
        run("ip", "link", "set", "lo", "up")
        run("mount", "-t", "tmpfs", "tmpfs", "/run")
        pathlib.Path("/run/sshd").mkdir(mode=0o755)
        self.replace("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nsshd:x:4241:65534::/run/sshd:/bin/false\n"
                                    f"{USER}:x:4242:65534::/tmp:/bin/sh\n")
        hashed = crypt.crypt(password, crypt.mksalt(crypt.METHOD_SHA512, rounds=1000))
        self.replace("/etc/shadow", f"root:*:19000::::::\nsshd:*:19000::::::\n{USER}:{hashed}:19000::::::\n")
        self.replace("/etc/pam.d/sshd", "auth required pam_unix.so\naccount required pam_permit.so\n"
                                        "session required pam_permit.so\n")
        (self.folder / "authorized_keys").touch(0o644)
        self.folder.chmod(0o755)
        (self.folder / "version").write_text(VERSION.read_text(encoding="utf-8"), encoding="utf-8")

    def replace(self, file, text):
        """Another file in its place, for this program and what it starts."""
        own = self.folder / pathlib.Path(file).name
        own.write_text(text, encoding="utf-8")
        own.chmod(0o644)
        run("mount", "--bind", own, file)

    def write(self, name, text, mode=0o600):
        file = self.folder / name
        file.unlink(missing_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
        return file

    def key(self, name, passphrase="", authorized=False):
        """A new ed25519 pair; gives its private file."""
        file = self.folder / name
        for old in (file, self.public_file(name)):
            old.unlink(missing_ok=True)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", file)
        if authorized:
            with open(self.folder / "authorized_keys", "a", encoding="utf-8") as keys:
                keys.write(self.public(name) + "\n")
        return file

    def public_file(self, name):
        return self.folder / f"{name}.pub"

    def public(self, name):
        return self.public_file(name).read_text(encoding="utf-8").strip()

    def fingerprint(self, name):
        return run("ssh-keygen", "-l", "-f", self.public_file(name)).split()[1]

    def sshd(self, name, address, *options, port=22, prefix=()):
        """A server with a host key of its own, NAME-host; it answers every command like FRR."""
        if not (self.folder / f"{name}-host").exists():
            self.key(f"{name}-host")
        if not any(option.startswith("ForceCommand") for option in options):
            options += (f"ForceCommand cat {self.folder}/version",)
        config = self.write(f"{name}-sshd_config", "\n".join((
            f"Port {port}", f"ListenAddress {address}", f"HostKey {self.folder}/{name}-host",
            f"AuthorizedKeysFile {self.folder}/authorized_keys", "PidFile none", "StrictModes no",
            "LogLevel VERBOSE", "SetEnv PATH=/usr/bin:/bin", *options, "UsePAM no", "PasswordAuthentication no",
            "KbdInteractiveAuthentication no", "PermitRootLogin no", "")))  # sshd takes the first of each
        with open(self.folder / f"{name}-sshd.log", "wb") as log:
            process = subprocess.Popen([*prefix, "/usr/sbin/sshd", "-D", "-e", "-f", str(config)],
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self.processes.append(process)
        wait_for(f"sshd {name}", lambda: process.poll() is not None or self.log_of(name).count("listening"))
        if process.poll() is not None:
            raise RuntimeError(self.log_of(name))
        return process

    def log_of(self, name):
        return (self.folder / f"{name}-sshd.log").read_text(encoding="utf-8")

    def end(self, process):
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        self.processes.remove(process)

    def know(self, *machines, file="known_hosts"):
        """Writes known_hosts: (address, name of the server)."""
        lines = "".join(f"{address} {self.public(name + '-host')}\n" for address, name in machines)
        return self.write(file, lines)

    def agent(self, *keys):
        """An ssh-agent that holds these keys; gives its socket."""
        path = self.folder / f"agent-{len(self.processes)}"
        self.processes.append(subprocess.Popen(["ssh-agent", "-D", "-a", str(path)], stdout=subprocess.DEVNULL))
        wait_for("ssh-agent", path.exists)
        for key in keys:
            run("ssh-add", "-q", key, env=dict(os.environ, SSH_AUTH_SOCK=str(path)))
        return path

    def inventory(self, credentials, routers, defaults="known_hosts: known_hosts", more=""):
        """inventory.yml; `credentials` is of those called lab, `routers` maps a name to its further keys."""
        lines = "".join(f"  {name}: {{os: frr, asn: {65000 + i}, {keys}}}\n"
                        for i, (name, keys) in enumerate(routers.items()))
        return self.write("inventory.yml", f"""routeproof: 1
pools:
  demo: {{cidr: 198.51.100.0/24, block_size: 26}}
defaults: {{credentials: lab, {defaults}}}
credentials:
  lab: {{{credentials}}}
{more}routers:
{lines}hosts: {{}}
""")

    def routeproof(self, *words, prefix=(), env=None, **more):
        """One run; whatever it says, no secret is in it."""
        clean = {name: value for name, value in os.environ.items() if name != "SSH_AUTH_SOCK"}
        more.setdefault("stdin", subprocess.DEVNULL)
        done = subprocess.run([*prefix, self.program, *map(str, words)], env=dict(clean, HOME=str(self.folder), **(env or {})),
                              capture_output=True, text=True, timeout=120, check=False, **more)
        for secret in self.secrets:
            if secret in done.stdout + done.stderr:
                raise AssertionError(f"a secret was shown: {done.stdout} {done.stderr}")
        return done

    def facts(self, inventory, **more):
        return self.routeproof("inventory", "facts", "-i", inventory, **more)

    def stop(self):
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
