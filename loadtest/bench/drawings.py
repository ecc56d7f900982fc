"""Which charts a record yields."""

from . import charts
from .bodies import SIZES
from .charts import Series
from .record import median
from .works import WORKS


def _title(record, name):
    return record.data.get("candidates", {}).get(name, {}).get("title", name)


def _names(record, stage):
    """Candidates with rows in `stage`, in the order in which charts know them."""
    return [name for name in charts.COLOURS if record.rows(stage, candidate=name)]


def _time(value):
    """A time in µs, in the unit that fits."""
    for limit, unit in ((1e6, "s"), (1e3, "ms")):
        if value >= limit:
            return f"{value / limit:.3g} {unit}"
    return f"{value:.3g} µs"


def _size(value):
    return (
        f"{value / 1e6:.3g} MB" if value >= 1e6 else f"{value / 1e3:.1g} kB" if value < 1e3 else f"{value / 1e3:g} kB"
    )


def latency(record, folder):
    """By percentile, at each offered rate; the median over passes, and only where all of it was delivered."""
    for rate in sorted({row["rate"] for row in record.rows("latency")}):
        series = []
        for name in _names(record, "latency"):
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
                    _title(record, name),
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
                y_text=_time,
            ),
        )


def _dots(record, folder, name, title, label, key, works, text):
    groups = []
    for work in works:
        rows = []
        for candidate in _names(record, "saturation"):
            values = [
                row[key]
                for row in record.rows("saturation", candidate=candidate, work=work)
                if row.get(key) and not row["problems"]
            ]
            rows.append((candidate, _title(record, candidate), values, median(values)))
        groups.append((WORKS[work].title, rows))
    return f"{name}.svg", charts.dots(f"{folder}/{name}.svg", title, label, groups, text)


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
        _time,
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


def growth(record, folder):
    """Cost against tools, bytes, connections, tokens and accounts."""
    tools = {"10": 10, "100": 100, "Mail": 268, "300": 300, "1000": 1000}
    series = []
    for name in _names(record, "saturation"):
        for gzip in (False, True):
            # Zoho Mail's tools are longer than the made ones: they would bend the curve.
            points = [
                (
                    count,
                    record.median(
                        "saturation", "cpu_us", candidate=name, problems="", work=f"list-{key}{'-gzip' if gzip else ''}"
                    ),
                )
                for key, count in tools.items()
                if key != "Mail"
            ]
            if sum(y is not None for _, y in points) > 1:
                series.append(Series(name, _title(record, name) + (", gzip" if gzip else ""), points, gzip))
    yield (
        "tools.svg",
        charts.lines(
            f"{folder}/tools.svg",
            "tools/list: cost as the number of tools grows",
            "tools",
            "CPU time per request",
            series,
            True,
            True,
            [10, 100, 300, 1000],
            y_text=_time,
        ),
    )
    series = []
    for name in _names(record, "saturation"):
        for tls in (False, True):
            points = [
                (
                    max(322, SIZES[size][1]),
                    record.median(
                        "saturation",
                        "cpu_us",
                        candidate=name,
                        problems="",
                        work=f"call-{size.replace(' ', '')}{'-tls' if tls else ''}",
                    ),
                )
                for size in ("0.3 kB", "16 kB", "256 kB", "3 MB")
            ]
            if sum(y is not None for _, y in points) > 1 and not (tls and name not in ("tollgate", "nginx-lua")):
                series.append(Series(name, _title(record, name) + (", TLS" if tls else ""), points, tls))
    yield (
        "bytes.svg",
        charts.lines(
            f"{folder}/bytes.svg",
            "tools/call: cost as answers grow",
            "bytes of the upstream's answer",
            "CPU time per request",
            series,
            True,
            True,
            [322, 16e3, 256e3, 3e6],
            _size,
            _time,
        ),
    )
    yield (
        "connections.svg",
        charts.lines(
            f"{folder}/connections.svg",
            "tools/call (0.3 kB): cost as busy connections grow",
            "connections",
            "CPU time per request",
            [
                Series(
                    name,
                    _title(record, name),
                    [(row["connections"], row["cpu_us"]) for row in record.rows("busy", candidate=name)],
                )
                for name in _names(record, "busy")
            ],
            x_log=True,
            x_ticks=[1, 4, 16, 64, 256, 1024],
            y_text=_time,
        ),
    )
    yield (
        "tokens.svg",
        charts.lines(
            f"{folder}/tokens.svg",
            "tools/call (0.3 kB): cost as the store grows",
            "tokens, or accounts, in the store",
            "CPU time per request",
            [
                Series(
                    "tollgate",
                    "known token, over tokens in the store",
                    [(r["count"], r["known_cpu_us"]) for r in record.rows("tokens")],
                ),
                Series(
                    "nginx-lua",
                    "unseen token, over tokens in the store",
                    [(r["count"], r["fresh_cpu_us"]) for r in record.rows("tokens")],
                    False,
                ),
                Series(
                    "fastmcp",
                    "over accounts in use",
                    [(r["count"], r["cpu_us"]) for r in record.rows("accounts")],
                    False,
                ),
            ],
            x_log=True,
            x_ticks=[1, 10, 100, 1e3, 1e4, 1e5, 1e6],
            y_text=_time,
        ),
    )


def memory(record, folder):
    def mib(rows, key):
        return [(row[key], row["rss_kib"] / 1024) for row in rows]

    yield (
        "idle.svg",
        charts.lines(
            f"{folder}/idle.svg",
            "Memory as idle connections grow",
            "idle connections, each used once",
            "resident memory in MiB",
            [
                Series(name, _title(record, name), mib(record.rows("idle", candidate=name), "connections"))
                for name in _names(record, "idle")
            ],
        ),
    )
    yield (
        "soak.svg",
        charts.lines(
            f"{folder}/soak.svg",
            "Memory over the soak, with clients that break off in the middle",
            "minutes",
            "resident memory in MiB",
            [
                Series(
                    "tollgate",
                    "Tollgate",
                    [(row["seconds"] / 60, row["rss_kib"] / 1024) for row in record.rows("soak")],
                )
            ],
        ),
    )
    yield (
        "walk.svg",
        charts.lines(
            f"{folder}/walk.svg",
            "Memory as ever more different tokens are used",
            "different tokens used",
            "resident memory in MiB",
            [Series("tollgate", "Tollgate", mib(record.rows("walk"), "walked"))],
        ),
    )


def streaming(record, folder):
    """First byte and memory against the size of the answer."""
    names = _names(record, "first_byte")
    sizes = sorted({max(322, SIZES[row["size"]][1]) for row in record.rows("first_byte")})
    series = [
        Series(
            name,
            _title(record, name),
            [(max(322, SIZES[row["size"]][1]), row["first_us"]) for row in record.rows("first_byte", candidate=name)],
        )
        for name in names
    ]
    yield (
        "first-byte.svg",
        charts.lines(
            f"{folder}/first-byte.svg",
            "Time to the first byte as answers grow",
            "bytes of the upstream's answer",
            "first byte of the answer",
            series,
            True,
            True,
            sizes,
            _size,
            _time,
        ),
    )
    series = []
    for name in _names(record, "stream_memory"):
        for slow in (False, True):
            rows = record.rows("stream_memory", candidate=name, slow=slow)
            # A logarithmic axis has no zero.
            points = [
                (max(322, SIZES[row["size"]][1]), max(0.01, (row["peak_kib"] - row["before_kib"]) / 1024))
                for row in rows
            ]
            series.append(Series(name, f"{_title(record, name)}, {'slow' if slow else 'fast'} reader", points, slow))
    yield (
        "stream-memory.svg",
        charts.lines(
            f"{folder}/stream-memory.svg",
            "Further memory while one answer passes",
            "bytes of the upstream's answer",
            "MiB more at the highest point",
            series,
            True,
            True,
            sizes,
            _size,
            y_text=lambda y: "0" if y <= 0.01 else f"{y:g}",
        ),
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
