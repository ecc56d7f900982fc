"""Sections of a report about full speed and fixed rates."""

from .report_cells import chart, microseconds, present, spread, table, title
from .works import WORKS


def _figures(record, name, work, key, shown):
    rows = record.rows("saturation", candidate=name, work=work)
    if rows and any(row["problems"] for row in rows):
        return "not counted: " + "; ".join(row["problems"] for row in rows if row["problems"])
    return spread([row[key] for row in rows if row.get(key) is not None], shown)


def saturation(record, charts):
    names = present(record, "saturation")
    if not names:
        return []
    floors = [name for name in names if name in ("direct", "nginx")]
    gateways = [name for name in names if name not in floors]
    calls = [work.key for work in WORKS.values() if work.kind in ("call", "error")]
    lists = [work.key for work in WORKS.values() if work.kind == "list"]
    parts = ["## Cost and throughput at full speed\n\n" + chart(charts, "cpu.svg", "throughput.svg")]
    for group, who, works in (
        ("Forwarding only: no MCP, no token", floors, calls),
        ("ping", gateways + floors, ["ping"]),
        ("tools/call", gateways, calls),
        ("tools/list", gateways + floors, lists),
    ):
        who = [name for name in who if any(record.rows("saturation", candidate=name, work=work) for work in works)]
        for what, key, shown in (
            ("CPU per request", "cpu_us", microseconds),
            ("requests per second", "per_second", lambda v: f"{v:,.0f}"),
        ):
            rows = [
                [WORKS[work].title] + [_figures(record, name, work, key, shown) for name in who]
                for work in works
                if any(record.rows("saturation", candidate=name, work=work) for name in who)
            ]
            if rows:
                parts.append(f"### {group}: {what}\n\n" + table([""] + [title(record, name) for name in who], rows))
    parts.append(chart(charts, "tools.svg", "bytes.svg"))
    return parts


def latency(record, charts):
    names = present(record, "latency")
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
                    title(record, name),
                    spread([row["delivered"] for row in found], lambda v: f"{v:,.0f}"),
                    sum(row["failed"] + row["unanswered"] + row["other_status"] for row in found),
                ]
                + [spread(cell) for cell in cells]
            )
    return (
        "## Latency at fixed rates\n\ntools/call, 0.3 kB, open loop: requests leave evenly spaced whatever the answers do, and latency counts from the time a "
        "request was due. Errors are failed, unanswered 2 s after the end, or not 200.\n\n"
        + chart(charts, *[c for c in charts if c.startswith("latency-")])
        + "\n\n"
        + table(["offered/s", "candidate", "delivered/s", "errors", "p50", "p99", "p99.9"], rows)
    )
