"""The tables that people read, and the same as JSON."""

OURS = "routeproof"


def seconds(value):
    if value < 0.1:
        return f"{value * 1e3:.2f} ms"
    return f"{value:.3f} s" if value < 10 else f"{value:.1f} s"


def milliseconds(value):
    return f"{value:.2f} ms"


def mebibytes(value):
    return f"{value / 2 ** 20:.1f} MiB"


COLUMNS = {  # kind -> (key, heading, how it is written, whether a ratio is of use)
    "floor": [("seconds", "wall", seconds, False)],
    "announce": [("seconds", "wall", seconds, True), ("cpu", "CPU", seconds, True),
                 ("bytes_per_route", "B/route", "{:.0f}".format, True),
                 ("updates", "messages", "{:.0f}".format, False)],
    "receive": [("seconds", "wall", seconds, True), ("cpu", "CPU", seconds, True),
                ("bytes_per_route", "B/route", "{:.0f}".format, True)],
    "latency": [("p50_ms", "p50", milliseconds, True), ("p99_ms", "p99", milliseconds, True),
                ("injections", "n", "{:.0f}".format, False)],
    "idle": [("rss", "RSS", mebibytes, True), ("pss", "PSS", mebibytes, True),
             ("private", "private", mebibytes, False), ("cpu_percent", "CPU", "{:.3f} %".format,
                                                        False)],
    "withdraw": [("seconds", "wall", seconds, True), ("cpu", "CPU", seconds, True)],
}


class Report:
    def __init__(self, info):
        self.info = info
        self.cases = []

    def add(self, kind, case):
        self.cases.append((kind, case))

    def failed(self):
        return any(note.startswith("FAILED") for _, case in self.cases
                   for note in case.notes.values())

    def values(self):
        return {**self.info, "cases": [
            {"case": case.title, "kind": kind, "results": case.results, "notes": case.notes}
            for kind, case in self.cases]}

    def text(self):
        machine = self.info["machine"]
        lines = [f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_mib']} MiB, Linux "
                 f"{machine['kernel']}, {machine['date']}, load {machine['load']:.1f}"]
        lines += [f"  {name}: {version}" for name, version in self.info["versions"].items()]
        for kind, case in self.cases:
            lines += ["", *self.table(kind, case)]
        lines += self.curve()
        return "\n".join(lines)

    def table(self, kind, case):
        columns = [column for column in COLUMNS[kind]
                   if any(column[0] in one for one in case.results.values())]
        rows = [[case.title, *(heading for _, heading, _, _ in columns), "runs",
                 *("us/it " + heading for _, heading, _, ratio in columns if ratio)]]
        ours = case.results.get(OURS)
        for name, numbers in case.results.items():
            row = [name]
            row += [form(numbers[key]) if key in numbers else "" for key, _, form, _ in columns]
            row.append(str(numbers.get("runs", 1)))
            for key, _, _, ratio in columns:
                if ratio:
                    known = ours and name != OURS and key in numbers and key in ours
                    row.append(f"{ours[key] / numbers[key]:.3f}" if known and numbers[key] > 0
                               else "")
            rows.append(row)
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        lines = ["  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                           for i, (cell, width) in enumerate(zip(row, widths))).rstrip()
                 for row in rows]
        return lines + [f"  {name}: {note}" for name, note in case.notes.items()]

    def curve(self):
        """Microseconds of CPU per route: a flat line is a linear cost."""
        points = {}
        for kind, case in self.cases:
            if kind == "announce" and "distinct" not in case.title:
                count = int(case.title.split()[1].replace(",", ""))
                for name, numbers in case.results.items():
                    points.setdefault(name, []).append(
                        f"{count:,}: {numbers['seconds'] / count * 1e6:.3f}")
        if not any(len(of_one) > 1 for of_one in points.values()):
            return []
        return ["", "Wall microseconds per route by table size (flat: linear)",
                *(f"  {name}: {'   '.join(of_one)}" for name, of_one in points.items())]
