"""The configuration of the NX-OS face: lines in their modes, checkpoints, and the FRR below that follows.

It lies in the state folder: each command is a process of its own. A line that is refused leaves the ones before it in
force, as on the device.

Concluded, since nobody has published a recording of it: the exact layout of `show checkpoint summary`, and that lines
after a refused one of the same request are still taken.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import pathlib
import re
import time
from typing import Any, Iterator

import frr_lines
from frr import Frr

Path = tuple[str, ...]

# Which lines each mode knows: a pattern, and whether it opens a mode; a line that no pattern takes is looked for in the
# mode above. One value: the words before it are what the line replaces.
MODES: dict[str, list[tuple[str, str, str]]] = {
    "": [(r"router bgp \d+", "bgp", ""), (r"route-map \S+ (permit|deny) \d+", "map", ""),
         (r"(ip|ipv6) prefix-list \S+ seq \d+ (permit|deny) \S+( le \d+| ge \d+)*", "", ""),
         (r"feature \S+", "", ""), (r"hostname \S+", "", "hostname")],
    "bgp": [(r"router-id \S+", "", "router-id"), (r"neighbor [0-9a-fA-F.:]+", "neighbour", "")],
    "neighbour": [(r"remote-as \d+", "", "remote-as"), (r"description .+", "", "description"), (r"bfd", "", ""),
                  (r"shutdown", "", ""), (r"password \d \S+", "", "password"),
                  (r"address-family ipv[46] unicast", "af", "")],
    "af": [(r"route-map \S+ in", "", "route-map in"), (r"route-map \S+ out", "", "route-map out"),
           (r"soft-reconfiguration inbound( always)?", "", "soft-reconfiguration")],
    "map": [(r"match (ip|ipv6) address prefix-list .+", "", "match"), (r"set metric \d+", "", "set metric"),
            (r"set local-preference \d+", "", "set local-preference"), (r"set as-path prepend .+", "", "set as-path"),
            (r"set community .+", "", "set community")],
}
INVALID = "                                      ^\n% Invalid command at '^' marker.\n"


class Configuration:
    """Lines, each with the modes it stands in."""

    def __init__(self, lines: list[list[str]]) -> None:
        self.lines: list[Path] = [tuple(line) for line in lines]

    def take(self, commands: list[str]) -> str:
        """Configuration lines; gives what the device says."""
        said, where, modes = "", (), [""]
        for line in commands:
            if line == "exit":
                where, modes = where[:-1], modes[:-1] or [""]
                continue
            no, words = line.startswith("no "), line.removeprefix("no ")
            found = None
            for depth in range(len(modes) - 1, -1, -1):
                found = self._match(modes[depth], words, no)
                if found:
                    where, modes = where[:depth], modes[: depth + 1]
                    break
            if not found:
                said += INVALID
                continue
            opens, slot = found
            if no:
                said += self._remove((*where, words))
                continue
            self._set(where, words, slot)
            if opens:
                where, modes = (*where, words), [*modes, opens]
        return said

    @staticmethod
    def _match(mode: str, words: str, no: bool) -> tuple[str, str] | None:
        for pattern, opens, slot in MODES[mode]:
            if re.fullmatch(pattern, words):
                return opens, slot
        if no and mode == "" and re.fullmatch(r"(route-map|ip prefix-list|ipv6 prefix-list) \S+", words):
            return "", ""
        return None

    def _set(self, where: Path, words: str, slot: str) -> None:
        if words.startswith("password 0 "):  # the device shows another text than it was told
            words = "password 3 " + hashlib.sha256(words.encode()).hexdigest()[:16]
        if slot:
            first, *last = slot.split()
            self.lines = [line for line in self.lines
                          if not (line[:-1] == where and line[-1].startswith(slot if not last or first == "set" else first)
                                  and (not last or first == "set" or line[-1].endswith(last[0])))]
        if (*where, words) not in self.lines:
            self.lines.append((*where, words))

    def _remove(self, path: Path) -> str:
        def goes(line: Path) -> bool:
            return line[: len(path)] == path or (len(path) == 1 and line[0].startswith(f"{path[0]} "))

        before = len(self.lines)
        self.lines = [line for line in self.lines if not goes(line)]
        return "" if len(self.lines) < before else "ERROR: nothing of that name is configured\n"

    def text(self) -> str:
        out, written = "", set()
        for top in dict.fromkeys(line[0] for line in self.lines):
            for line in [(top,), *sorted((each for each in self.lines if each[0] == top and len(each) > 1), key=self._order)]:
                if line not in written:
                    written.add(line)
                    out += "  " * (len(line) - 1) + line[-1] + "\n"
        return out

    def _order(self, line: Path) -> list[int]:
        """A block stands together, in the order of its first lines."""
        firsts = {}
        for number, each in enumerate(self.lines):
            for depth in range(1, len(each) + 1):
                firsts.setdefault(each[:depth], number)
        return [firsts[line[:depth]] for depth in range(1, len(line) + 1)]

    def frr(self) -> list[frr_lines.Line]:
        """What FRR has to hold; the modes of a neighbour are flat there."""
        out: list[frr_lines.Line] = []
        for line in self.lines:
            if line[0].startswith("router bgp ") and len(line) > 2:
                peer = line[1]
                if len(line) == 3 and not line[2].startswith("address-family"):
                    out.append((line[:1], f"{peer} {re.sub(r'^password . ', 'password ', line[2])}"))
                elif len(line) == 3 and "ipv6" in line[2]:
                    out.append(((line[0], line[2]), f"{peer} activate"))
                elif len(line) == 4:
                    out.append(((line[0], line[2]), f"{peer} {line[3].removesuffix(' always')}"))
            elif re.match(r"(ip|ipv6) prefix-list |route-map ", line[0]):
                out.append((line[:-1], line[-1]))
        return sorted(out, key=lambda each: 0 if "prefix-list" in each[1] and not each[0] else
                      1 if each[1].startswith("route-map") and not each[0] or each[0][:1] and
                      each[0][0].startswith("route-map") else 2 if " remote-as " in each[1] else 3)


class Store:
    """The running configuration and the checkpoints, on disk."""

    def __init__(self, folder: pathlib.Path, frr: Frr, log: Any) -> None:
        self._folder, self._frr, self._log = folder / "config", frr, log
        self._folder.mkdir(exist_ok=True)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with open(self._folder / "mutex", "w") as mutex:
            fcntl.flock(mutex, fcntl.LOCK_EX)
            yield

    def _load(self, name: str, default: Any) -> Any:
        file = self._folder / name
        return json.loads(file.read_text()) if file.exists() else default

    def _store(self, name: str, value: Any) -> None:
        new = self._folder / f"{name}.new"
        new.write_text(json.dumps(value))
        new.rename(self._folder / name)

    def running(self) -> Configuration:
        local_as = self._frr.local_as()
        start = [["feature bgp"], ["feature bfd"]] + ([[f"router bgp {local_as}"]] if local_as else [])
        return Configuration(self._load("running", start))

    def _enter(self, new: Configuration) -> None:
        lines = frr_lines.commands(self.running().frr(), new.frr())
        complaint = self._frr.configure(lines) if lines else ""
        if complaint:
            self._log(f"FRR complains: {complaint}")
        self._store("running", new.lines)

    def answer(self, command: str, modes: dict[str, Any]) -> str | None:
        """The answer to a command about the configuration, or None for any other."""
        with self._alone():
            return self._answer(command, modes)

    def _answer(self, command: str, modes: dict[str, Any]) -> str | None:
        if command.startswith("configure terminal"):
            rejected = modes.get("config_rejected")
            new = self.running()
            said = new.take([part.strip() for part in command.split(";")[1:]])
            self._enter(new)
            return said + (f"ERROR: {rejected}\n" if rejected else "")
        if command == "show running-config":
            return ("\n!Command: show running-config\n!Running configuration last done at: "
                    f"{time.strftime('%a %b %e %H:%M:%S %Y')}\n\nversion 9.3(4) Bios:version \n"
                    + self.running().text())
        if command == "show checkpoint summary":
            return self._summary()
        checkpoints = self._load("checkpoints", {})
        words = command.split()
        if words[0] == "checkpoint" and len(words) == 2:
            checkpoints[words[1]] = {"lines": self.running().lines, "at": time.strftime("%a, %H:%M:%S %d %b %Y")}
            self._store("checkpoints", checkpoints)
            return "..Done\n"
        name = words[-1] if words[-1] != "running-config" else words[-2]
        if words[:2] == ["no", "checkpoint"] or words[:3] == ["rollback", "running-config", "checkpoint"] \
                or words[:4] == ["show", "diff", "rollback-patch", "checkpoint"]:
            if name not in checkpoints:
                return f"ERROR: checkpoint {name} does not exist\n"
            return self._with_checkpoint(words[0], name, checkpoints, modes)
        if words == ["copy", "running-config", "startup-config"]:
            return "[########################################] 100%\nCopy complete.\n"
        return None

    def _with_checkpoint(self, verb: str, name: str, checkpoints: dict[str, Any], modes: dict[str, Any]) -> str:
        then = Configuration(checkpoints[name]["lines"])
        if verb == "no":
            del checkpoints[name]
            self._store("checkpoints", checkpoints)
            return ""
        if verb == "rollback":
            if modes.get("rollback_fails"):
                return "Rollback failed.\n"
            self._enter(then)
            return "Collecting Running-Config\nExecuting Rollback Patch\nRollback completed successfully.\n"
        new = [line for line in self.running().lines if line not in then.lines]
        return "!!\n" + "".join(" ".join(line) + "\n" for line in new)

    def _summary(self) -> str:
        rule = "-" * 80
        out = f"User Checkpoint Summary\n{rule}\n"
        for number, (name, about) in enumerate(self._load("checkpoints", {}).items(), 1):
            out += (f"{number}) {name}:\nCreated by admin\nCreated at {about['at']}\nSize is 1,024 bytes\n"
                    "Description: None\n\n")
        return out
