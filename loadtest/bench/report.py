"""The report: tables and charts of one record, in Markdown."""

from . import drawings, targets
from .report_cells import ORDER, present, table, title
from .report_growth import growth, scaling, shared_store, soak, streaming
from .report_speed import latency, saturation
from .works import WORKS


def write(record):
    """Writes report.md and the charts beside raw.json; the report's path."""
    record.save()
    charts = drawings.all_of(record, record.folder)
    parts = [_head(record), _targets(record), _candidates(record), _gate(record)]
    parts += saturation(record, charts) + [
        latency(record, charts),
        growth(record, charts),
        streaming(record, charts),
        shared_store(record),
        scaling(record, charts),
        soak(record, charts),
        _left_out(record),
    ]
    path = f"{record.folder}/report.md"
    with open(path, "w") as file:
        file.write("\n\n".join(part for part in parts if part) + "\n")
    return path


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
    return "## Targets\n\n" + table(["work", "target", "measured", "value", ""], rows)


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
    return "## Candidates\n\n" + table(
        ["candidate", "version", "token checked", "what it does here", "resident after start and gate"], rows
    )


def _gate(record):
    names = present(record, "gate")
    if not names:
        return ""
    words = {"bytes": "equal bytes", "value": "equal value", "wrong": "**wrong**", "unsupported": "–"}
    rows, notes = [], []
    for work in WORKS.values():
        found = {name: record.rows("gate", candidate=name, work=work.key) for name in names}
        if any(found.values()):
            rows.append([work.title] + [words[found[name][0]["grade"]] if found[name] else "" for name in names])
        notes += [
            f"- {title(record, name)}, {work.title}: {row['reason']}"
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
        + table(["work"] + [title(record, name) for name in names], rows)
        + ("\n\n" + "\n".join(notes) if notes else "")
    )


def _left_out(record):
    rows = [(row["step"], row["reason"]) for row in record.rows("left_out")]
    return "## Left out\n\n" + table(["step", "why"], rows) if rows else ""
