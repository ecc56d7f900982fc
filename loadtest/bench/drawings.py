"""Which charts a record yields."""

from . import charts
from .charts import Series
from .drawing_names import names, time, title
from .drawings_growth import growth, memory, streaming
from .record import median
from .works import WORKS


def latency(record, folder):
    """By percentile, at each offered rate; the median over passes, and only where all of it was delivered."""
    for rate in sorted({row["rate"] for row in record.rows("latency")}):
        series = []
        for name in names(record, "latency"):
            rows = [
                row
                for row in record.rows("latency", candidate=name, rate=rate)
                if row["percentiles"]["0.5"] is not None
            ]
            if not rows or median(row["delivered"] for row in rows) < 0.95 * rate:
                continue
            shares = [
                share for share in rows[0]["percentiles"] if 0.1 <= float(share) <= 1 - 2 / (rate * rows[0]["seconds"])
            ]
            series.append(
                Series(
                    name,
                    title(record, name),
                    [(1 / (1 - float(share)), median(row["percentiles"][share] for row in rows)) for share in shares],
                )
            )
        yield (
            f"latency-{rate}.svg",
            charts.lines(
                f"{folder}/latency-{rate}.svg",
                f"Latency of tools/call (0.3 kB) at {rate:,} calls/s",
                "percentile",
                "from due time to last byte",
                series,
                x_log=True,
                y_log=True,
                x_ticks=[1 / (1 - share) for share in (0.1, 0.5, 0.9, 0.99, 0.999) if 1 / (1 - share) <= rate * 2],
                x_text=lambda x: f"{100 * (1 - 1 / x):.4g} %",
                y_text=time,
            ),
        )


def _dots(record, folder, name, heading, label, key, works, text):
    groups = []
    for work in works:
        rows = []
        for candidate in names(record, "saturation"):
            values = [
                row[key]
                for row in record.rows("saturation", candidate=candidate, work=work)
                if row.get(key) and not row["problems"]
            ]
            rows.append((candidate, title(record, candidate), values, median(values)))
        groups.append((WORKS[work].title, rows))
    return f"{name}.svg", charts.dots(f"{folder}/{name}.svg", heading, label, groups, text)


def cost(record, folder):
    works = ("ping", "list-Mail", "list-Mail-gzip", "call-0.3kB", "call-0.3kB-tls", "call-0.3kB-uncached", "error")
    yield _dots(
        record,
        folder,
        "cpu",
        "CPU per request, one worker on one core",
        "CPU time per request, logarithmic",
        "cpu_us",
        works,
        time,
    )
    yield _dots(
        record,
        folder,
        "throughput",
        "Throughput at full speed, one worker on one core",
        "requests per second, logarithmic",
        "per_second",
        works,
        charts.number,
    )


def scaling(record, folder):
    rows = record.rows("scaling")
    groups = [
        (
            "requests per second",
            [
                (
                    f"s{index}",
                    row["setup"].replace(" behind HAProxy", ", HAProxy"),
                    [row["per_second"]],
                    row["per_second"],
                )
                for index, row in enumerate(rows)
            ],
        )
    ]
    yield (
        "scaling.svg",
        charts.dots(
            f"{folder}/scaling.svg",
            "Throughput of workers and replicas, on two cores with all the rest",
            "requests per second, logarithmic",
            groups,
        ),
    )


def all_of(record, folder):
    """Writes every chart that the record has figures for; their file names."""
    found = []
    for part in (cost, latency, growth, memory, streaming, scaling):
        found += [name for name, is_there in part(record, folder) if is_there]
    return found
