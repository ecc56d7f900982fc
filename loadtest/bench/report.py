"""The report: tables and charts of one record, in Markdown."""

from . import drawings, targets
from .charts import COLOURS
from .record import median
from .works import WORKS

ORDER = list(COLOURS)


def write(record):
    """Writes report.md and the charts beside raw.json; the report's path."""
    record.save()
    charts = drawings.all_of(record, record.folder)
    parts = [_head(record), _targets(record), _candidates(record), _gate(record)]
    parts += _saturation(record, charts) + [
        _latency(record, charts),
        _growth(record, charts),
        _streaming(record, charts),
        _scaling(record, charts),
        _soak(record, charts),
        _left_out(record),
    ]
    path = f"{record.folder}/report.md"
    with open(path, "w") as file:
        file.write("\n\n".join(part for part in parts if part) + "\n")
    return path


def _table(head, rows):
    return "\n".join(
        ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        + ["| " + " | ".join("" if cell is None else str(cell) for cell in row) + " |" for row in rows]
    )


def _chart(charts, *names):
    return "\n".join(f"![{name.removesuffix('.svg')}]({name})" for name in names if name in charts)


def _present(record, stage):
    return [name for name in ORDER if record.rows(stage, candidate=name)]


def _title(record, name):
    return record.data["candidates"][name]["title"] if name in record.data.get("candidates", {}) else name


def _microseconds(value):
    if value is None:
        return "–"
    return f"{value / 1000:,.2f} ms" if value >= 1000 else f"{value:.1f} µs"


def _spread(values, shown=_microseconds):
    """The median and, where there are more, all passes in their order and the spread around the median."""
    middle = median(values)
    if middle is None:
        return "–"
    if len(values) == 1:
        return shown(middle)
    around = (max(values) - min(values)) / middle * 100
    return f"**{shown(middle)}** ({' '.join(_plain(value) for value in values)}; {around:.0f} %)"


def _plain(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}"


def _head(record):
    meta = record.data["meta"]
    machine = meta["machine"]
    tools = ", ".join(f"{name} {version}" for name, version in machine["tools"].items())
    kind = (
        "Quick run: one pass of short measurements, to try the machinery rather than to compare. "
        if meta.get("quick")
        else ""
    )
    broken = "**Interrupted: what follows is what had been measured.** " if meta.get("interrupted") else ""
    return f"""# Load test of {meta["date"][:10]}, commit {meta["commit"]}

{broken}{kind}{machine["processors"]} × {machine["processor"]}, {machine["memory_gib"]} GiB, {machine["system"]}, Linux {machine["kernel"]}; {tools}.
Load average before the run {machine["load_before"]}; {meta["open_files"]:,} open files allowed; it took {meta.get("minutes", "?")} min: `loadtest/run {meta["command"]}`.

Candidate on processor 0 with one worker, alone; upstream, Redis and load generator on processor 1. CPU per request is the
candidate's own time (schedstat of all its threads), so it is steadier than throughput, which swings with whatever else the
machine does. Cells with several passes: **median** (each pass; spread in percent of the median). [README](../../README.md)
says how each is measured and what is fair."""


def _targets(record):
    rows = [
        (work, target, measured, f"**{value}**" if value else "", verdict)
        for work, target, measured, value, verdict in targets.judged(record)
    ]
    return "## Targets\n\n" + _table(["work", "target", "measured", "value", ""], rows)


def _candidates(record):
    known = record.data.get("candidates", {})
    if not known:
        return ""
    rows = [
        (
            known[name]["title"],
            known[name]["version"],
            "yes" if known[name]["auth"] else "no",
            known[name]["remark"],
            f"{record.median('started', 'rss_kib', candidate=name) / 1024:.1f} MiB"
            if record.rows("started", candidate=name)
            else "–",
        )
        for name in ORDER
        if name in known
    ]
    return "## Candidates\n\n" + _table(
        ["candidate", "version", "token checked", "what it does here", "resident after start and gate"], rows
    )


def _gate(record):
    names = _present(record, "gate")
    if not names:
        return ""
    words = {"bytes": "equal bytes", "value": "equal value", "wrong": "**wrong**", "unsupported": "–"}
    rows, notes = [], []
    for work in WORKS.values():
        found = {name: record.rows("gate", candidate=name, work=work.key) for name in names}
        if any(found.values()):
            rows.append([work.title] + [words[found[name][0]["grade"]] if found[name] else "" for name in names])
        notes += [
            f"- {_title(record, name)}, {work.title}: {row['reason']}"
            for name in names
            for row in found[name]
            if row["grade"] == "wrong"
        ]
    text = (
        "## Correctness\n\nChecked before anything was measured: id, isError, the text against the upstream's own answer. "
        "“Equal value”: the same JSON in other bytes, or the same tools with other words around them. A wrong answer keeps the candidate out of that work.\n\n"
    )
    return (
        text
        + _table(["work"] + [_title(record, name) for name in names], rows)
        + ("\n\n" + "\n".join(notes) if notes else "")
    )


def _figures(record, name, work, key, shown):
    rows = record.rows("saturation", candidate=name, work=work)
    if rows and any(row["problems"] for row in rows):
        return "not counted: " + "; ".join(row["problems"] for row in rows if row["problems"])
    return _spread([row[key] for row in rows if row.get(key) is not None], shown)


def _saturation(record, charts):
    names = _present(record, "saturation")
    if not names:
        return []
    floors = [name for name in names if name in ("direct", "nginx")]
    gateways = [name for name in names if name not in floors]
    calls = [work.key for work in WORKS.values() if work.kind in ("call", "error")]
    lists = [work.key for work in WORKS.values() if work.kind == "list"]
    parts = ["## Cost and throughput at full speed\n\n" + _chart(charts, "cpu.svg", "throughput.svg")]
    for title, who, works in (
        ("Forwarding only: no MCP, no token", floors, calls),
        ("ping", gateways + floors, ["ping"]),
        ("tools/call", gateways, calls),
        ("tools/list", gateways + [n for n in floors if n == "nginx"], lists),
    ):
        for what, key, shown in (
            ("CPU per request", "cpu_us", _microseconds),
            ("requests per second", "per_second", lambda v: f"{v:,.0f}"),
        ):
            rows = [
                [WORKS[work].title] + [_figures(record, name, work, key, shown) for name in who]
                for work in works
                if any(record.rows("saturation", candidate=name, work=work) for name in who)
            ]
            if rows:
                parts.append(f"### {title}: {what}\n\n" + _table([""] + [_title(record, name) for name in who], rows))
    parts.append(_chart(charts, "tools.svg", "bytes.svg"))
    return parts


def _latency(record, charts):
    names = _present(record, "latency")
    if not names:
        return ""
    rows = []
    for rate in sorted({row["rate"] for row in record.rows("latency")}):
        for name in names:
            found = record.rows("latency", candidate=name, rate=rate)
            if not found:
                continue
            cells = [
                [row["percentiles"][share] for row in found if row["percentiles"][share] is not None]
                for share in ("0.5", "0.99", "0.999")
            ]
            rows.append(
                [
                    f"{rate:,}",
                    _title(record, name),
                    _spread([row["delivered"] for row in found], lambda v: f"{v:,.0f}"),
                    sum(row["failed"] + row["unanswered"] + row["other_status"] for row in found),
                ]
                + [_spread(cell) for cell in cells]
            )
    return (
        "## Latency at fixed rates\n\ntools/call, 0.3 kB, open loop: requests leave evenly spaced whatever the answers do, and latency counts from the time a "
        "request was due. Errors are failed, unanswered 2 s after the end, or not 200.\n\n"
        + _chart(charts, *[c for c in charts if c.startswith("latency-")])
        + "\n\n"
        + _table(["offered/s", "candidate", "delivered/s", "errors", "p50", "p99", "p99.9"], rows)
    )


def _growth(record, charts):
    parts = []
    rows = [
        [
            _title(record, name),
            row["connections"],
            _microseconds(row["cpu_us"]),
            f"{row['per_second']:,.0f}",
            f"{row['rss_kib'] / 1024:.1f}",
            row["problems"],
        ]
        for name in _present(record, "busy")
        for row in record.rows("busy", candidate=name)
    ]
    if rows:
        parts.append(
            _chart(charts, "connections.svg")
            + "\n\n"
            + _table(["candidate", "busy connections", "CPU per request", "requests/s", "MiB resident", ""], rows)
        )
    rows = [
        [
            _title(record, row["candidate"]),
            f"{row['connections']:,}",
            f"{row['bytes_each']:,.0f}",
            f"{row['after_kib'] / 1024:.1f}",
            f"{100 * row['open_share']:.0f} %",
        ]
        for row in record.rows("idle_cost")
    ]
    if rows:
        parts.append(
            _chart(charts, "idle.svg")
            + "\n\n"
            + _table(
                ["candidate", "idle connections", "bytes each", "MiB after closing them", "still open at the end"], rows
            )
        )
    rows = [
        [
            f"{row['count']:,}",
            _microseconds(row["known_cpu_us"]),
            _microseconds(row["fresh_cpu_us"]),
            f"{row['rss_before_kib'] / 1024:.1f}",
            f"{row['rss_kib'] / 1024:.1f}",
            f"{row['walked']:,}",
            f"{row['redis_mib']:.0f}",
        ]
        for row in record.rows("tokens")
    ]
    if rows:
        parts.append(
            _chart(charts, "tokens.svg", "walk.svg")
            + "\n\n"
            + _table(
                [
                    "tokens in the store",
                    "call, known token",
                    "call, unseen token",
                    "gateway MiB before",
                    "after unseen tokens",
                    "unseen tokens used",
                    "Redis MiB",
                ],
                rows,
            )
        )
    rows = [
        [f"{row['count']:,}", _microseconds(row["cpu_us"]), f"{row['rss_kib'] / 1024:.1f}"]
        for row in record.rows("accounts")
    ]
    if rows:
        parts.append(_table(["accounts in use", "CPU per call", "MiB resident"], rows))
    return "## As things grow\n\n" + "\n\n".join(parts) if parts else ""


def _streaming(record, charts):
    rows = [
        [
            _title(record, row["candidate"]),
            row["size"],
            _microseconds(row["first_us"]),
            _microseconds(row["held_us"]),
            _microseconds(row["total_us"]),
        ]
        for row in record.rows("first_byte")
    ]
    if not rows:
        return ""
    text = (
        "## Streaming\n\n"
        + _chart(charts, "first-byte.svg", "stream-memory.svg")
        + "\n\n"
        + _table(["candidate", "answer", "first byte", "first 64 KiB", "last byte"], rows)
    )
    rows = [
        [
            _title(record, row["candidate"]),
            row["size"],
            "slow" if row["slow"] else "fast",
            f"{row['peak_kib'] - row['before_kib']:,}",
            f"{row['seconds']:.2f}",
            f"{row['cpu_seconds'] * 1000:.1f}",
        ]
        for row in record.rows("stream_memory")
    ]
    text += (
        "\n\n" + _table(["candidate", "answer", "reader", "KiB more at the highest point", "seconds", "ms CPU"], rows)
        if rows
        else ""
    )
    rows = [
        [_title(record, row["candidate"]), row["calls"], row["size"], f"{row['kib_each']:.0f}"]
        for row in record.rows("stalled")
    ]
    return text + (
        "\n\n" + _table(["candidate", "answers that nobody reads", "of", "KiB for each"], rows) if rows else ""
    )


def _scaling(record, charts):
    rows = [
        [
            row["setup"],
            f"{row['per_second']:,.0f}",
            _microseconds(row["cpu_us"]),
            _microseconds(row["balancer_us"]) if row["balancer_us"] else "–",
            " / ".join(f"{share:.2f}" for share in row["shares"]),
            _microseconds(row["percentiles"]["0.5"]),
            _microseconds(row["percentiles"]["0.99"]),
            row["problems"],
        ]
        for row in record.rows("scaling")
    ]
    if not rows:
        return ""
    return (
        "## Workers and replicas\n\nThe second worker or replica shares processor 1 with the load generator, the upstream and HAProxy, so throughput is a floor; cost per request is the gateway's own.\n\n"
        + _chart(charts, "scaling.svg")
        + "\n\n"
        + _table(
            [
                "",
                "requests/s",
                "gateways' CPU per request",
                "HAProxy's",
                "CPU seconds per gateway",
                "p50 at 1,000/s",
                "p99 at 1,000/s",
                "",
            ],
            rows,
        )
    )


def _soak(record, charts):
    rows = record.rows("soak")
    if not rows:
        return ""
    text = "## Soak\n\n" + _chart(charts, "soak.svg") + "\n\n"
    for result in record.rows("soak_result"):
        text += (
            f"{result['completed']:,} calls at {result['rate']}/s over {result['seconds'] / 60:.1f} min, {result['failed']} failed, {result['unanswered']} unanswered; "
            f"{result['abandoned']:,} clients broke off in the middle of 3 MB. p50 {_microseconds(result['percentiles']['0.5'])}, p99 {_microseconds(result['percentiles']['0.99'])}, "
            f"p99.9 {_microseconds(result['percentiles']['0.999'])}. "
        )
    return text + (
        f"Resident memory {rows[0]['rss_kib'] / 1024:.1f} MiB at first, at most {max(row['rss_kib'] for row in rows) / 1024:.1f}, {rows[-1]['rss_kib'] / 1024:.1f} at the end; "
        f"open descriptors at most {max(row['descriptors'] for row in rows)}, {rows[-1]['descriptors']} at the end."
    )


def _left_out(record):
    rows = [(row["step"], row["reason"]) for row in record.rows("left_out")]
    return "## Left out\n\n" + _table(["step", "why"], rows) if rows else ""
