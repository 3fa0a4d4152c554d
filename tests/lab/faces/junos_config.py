"""The configuration database of the Junos face: one candidate, its lock, commits and the way back.

It lies in the state folder, so that sessions share it and a commit outlives the session that made it. The timer of a
confirmed commit is a process of its own, as it is the router's and not the session's.

Shapes: lock-denied from a 15.1X49 recording, commit history from 24.4R2, errors from 12.1X46 and 15.2; the difference
is written statement by statement, where the device writes blocks.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pathlib
import sys
import time
from typing import Any, Callable, Iterator

import frr_lines
import junos_to_frr
from frr import Frr
from junos_statements import Configuration, Syntax, difference
from xml_text import Content, Element, el

class Refused(Exception):
    """An operation that fails: its messages, each with the bad element or None, and the tag."""

    def __init__(self, *messages: tuple[str, str | None], tag: str = "operation-failed") -> None:
        super().__init__(messages)
        self.messages, self.tag = messages, tag


class Database:
    """One session's view."""

    def __init__(self, folder: pathlib.Path, frr: Frr, log: Callable[[str], None]) -> None:
        self._folder, self._frr, self._log = folder / "config", frr, log
        self.modes: dict[str, Any] = {}  # that act on the request at hand
        self._folder.mkdir(exist_ok=True)
        self._user = os.environ.get("USER", "root")
        self._lock: Any = None

    # -- what is stored -------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process touches the files meanwhile."""
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

    def _history(self) -> list[dict[str, Any]]:
        return self._load("history", [{"user": "root", "client": "other", "seconds": int(time.time()), "comment": "",
                                       "log": "", "statements": []}])

    def _active(self) -> Configuration:
        return Configuration(self._history()[0]["statements"])

    def _candidate(self) -> Configuration:
        return Configuration(self._load("candidate", self._history()[0]["statements"]))

    def _pending(self) -> dict[str, Any] | None:
        return self._load("pending", None)

    # -- operations -----------------------------------------------------------------------------------------

    def lock(self) -> list[Content]:
        holder = self.modes.get("lock_held")
        file = open(self._folder / "lock", "a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = holder or file.read()
        if holder:
            file.close()
            raise Refused((f"configuration database locked by:\n  {holder}\n      exclusive ", None),
                          tag="lock-denied")
        if difference(self._active(), self._candidate()):
            file.close()
            raise Refused(("configuration database modified", None))
        file.truncate(0)
        file.write(f"{self._user} terminal  (pid {os.getpid()}) on since "
                   f"{time.strftime('%Y-%m-%d %H:%M:%S UTC', time.gmtime())}, idle 00:00:00")
        file.flush()
        self._lock = file
        return [el("nc:ok")]

    def unlock(self) -> list[Content]:
        if self._lock is None:
            raise Refused(("Configuration database is not open", None))
        self.end()
        return [el("nc:ok")]

    def end(self) -> None:
        """The session ends, or unlocks: what was not committed goes with the lock."""
        if self._lock is not None:
            self.discard()
            self._lock.close()
            self._lock = None

    def discard(self) -> list[Content]:
        (self._folder / "candidate").unlink(missing_ok=True)
        return [el("nc:ok")]

    def load(self, attributes: dict[str, str], inside: dict[str, str]) -> list[Content]:
        candidate = self._candidate()
        warnings: list[Content] = []
        try:
            if "rollback" in attributes:
                candidate = Configuration(self._history()[int(attributes["rollback"])]["statements"])
            elif attributes.get("action") == "set":
                for line in inside["configuration-set"].splitlines():
                    if line.strip() and not candidate.command(line):
                        warnings.append(_error("statement not found", None, "warning"))
            else:
                candidate.text(inside["configuration-text"])
        except Syntax as problem:
            self._store("candidate", candidate.statements)  # as on the device: what came before it stays
            raise Refused(("syntax error", str(problem))) from problem
        self._store("candidate", candidate.statements)
        return [el("load-configuration-results", *warnings, el("nc:ok"))]

    def compare(self, back: int) -> list[Content]:
        history = self._history()
        if back >= len(history):
            raise Refused((f"rollback {back} does not exist", None))
        text = difference(Configuration(history[back]["statements"]), self._candidate())
        return [el("configuration-information", el("configuration-output", "\n" + text if text else ""))]

    def commit(self, check: bool, minutes: int | None, log: str) -> list[Content]:
        rejected = self.modes.get("commit_rejected")
        missing = self._candidate().referenced_but_missing()
        if rejected or missing:
            raise Refused((str(rejected or missing), None), ("configuration check-out failed", None))
        with self._alone():
            (self._folder / "pending").unlink(missing_ok=True)  # a check confirms, too
            if check:
                return [_results("commit-check-success")]
            comment = f"commit confirmed, rollback in {minutes}mins" if minutes else ""
            self._enter(self._user, "netconf", comment, log, self._candidate())
            if minutes:
                until = time.time() + minutes * float(self.modes.get("minute", 60))
                self._store("pending", {"place": self._history()[0]["seconds"], "until": until})
        (self._folder / "candidate").unlink(missing_ok=True)
        if not minutes:
            return [_results("commit-success")]
        self._start_timer(until)
        said = f"commit confirmed will be automatically rolled back in {minutes} minutes unless confirmed"
        return [_results("commit-success", el("output", said))]

    def _enter(self, user: str, client: str, comment: str, log: str, new: Configuration) -> None:
        """A commit: FRR below, then the history."""
        history = self._history()
        local_as = self._frr.local_as()
        if local_as:
            old = junos_to_frr.lines(Configuration(history[0]["statements"]), local_as)
            lines = frr_lines.commands(old, junos_to_frr.lines(new, local_as))
            complaint = self._frr.configure(lines) if lines else ""
            if complaint:
                self._log(f"FRR complains: {complaint}")
        history.insert(0, {"user": user, "client": client, "seconds": int(time.time()), "comment": comment, "log": log,
                           "statements": new.statements})
        self._store("history", history[:50])

    def _start_timer(self, until: float) -> None:
        sys.stdout.flush()
        if os.fork() == 0:
            os.setsid()
            null = os.open(os.devnull, os.O_RDWR)
            for number in (0, 1, 2):
                os.dup2(null, number)
            if self._lock is not None:
                os.close(self._lock.fileno())  # or the lock would outlive its session
            try:
                time.sleep(max(until - time.time(), 0))
                self._time_is_up(until)
            finally:
                os._exit(0)

    def _time_is_up(self, until: float) -> None:
        with self._alone():
            pending = self._pending()
            if pending and pending["until"] == until:
                (self._folder / "pending").unlink()
                self._enter("root", "other", "", "", Configuration(self._history()[1]["statements"]))

    # -- what there is --------------------------------------------------------------------------------------

    def commit_information(self) -> list[Content]:
        out = el("commit-information")
        pending = self._pending()
        for number, entry in enumerate(self._history()):
            row = el("commit-history", el("sequence-number", number), *_who(entry))
            if number == 0 and pending and not self.modes.get("old_history"):
                row.add(el("commit-confirmed", "rollback pending"))
            out.add(row)
        return [out]

    def revision(self) -> list[Content]:
        entry = self._history()[0]
        return [el("commit-revision-information", el("revision", f"re0-{entry['seconds']}-{len(self._history())}"),
                   *_who(entry))]

    @staticmethod
    def uptime() -> list[Content]:
        return [el("system-uptime-information", el("current-time", _date(int(time.time()))))]


def _date(seconds: int) -> Element:
    return el("date-time", time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds)), junos__seconds=str(seconds))


def _who(entry: dict[str, Any]) -> list[Content]:
    out: list[Content] = [el("user", entry["user"]), el("client", entry["client"]), _date(entry["seconds"])]
    return out + [el(name, entry[name]) for name in ("comment", "log") if entry[name]]


def _results(success: str, *before: Element) -> Element:
    return el("commit-results", *before, el("routing-engine", el("name", "re0"), el(success)))


def _error(message: str, bad_element: str | None, severity: str = "error", tag: str = "operation-failed") -> Element:
    out = el("nc:rpc-error", el("nc:error-type", "protocol"), el("nc:error-tag", tag),
             el("nc:error-severity", severity), el("nc:error-message", f"\n{message}\n"))
    return out.add(el("nc:error-info", el("nc:bad-element", bad_element))) if bad_element else out


def errors(refused: Refused) -> list[Content]:
    return [_error(message, bad, tag=refused.tag) for message, bad in refused.messages]
