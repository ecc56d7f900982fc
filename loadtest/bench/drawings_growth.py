"""Charts of what happens as things grow, and over time."""

from . import charts
from .bodies import SIZES
from .charts import Series
from .drawing_names import names, size, time, title


def growth(record, folder):
    """Cost against tools, bytes, connections, tokens and accounts."""
    tools = {"10": 10, "100": 100, "Mail": 268, "300": 300, "1000": 1000}
    series = []
    for name in names(record, "saturation"):
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
                series.append(Series(name, title(record, name) + (", gzip" if gzip else ""), points, gzip))
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
            y_text=time,
        ),
    )
    series = []
    for name in names(record, "saturation"):
        for tls in (False, True):
            points = [
                (
                    max(322, SIZES[each][1]),
                    record.median(
                        "saturation",
                        "cpu_us",
                        candidate=name,
                        problems="",
                        work=f"call-{each.replace(' ', '')}{'-tls' if tls else ''}",
                    ),
                )
                for each in ("0.3 kB", "16 kB", "256 kB", "3 MB")
            ]
            if sum(y is not None for _, y in points) > 1 and not (tls and name not in ("tollgate", "nginx-lua")):
                series.append(Series(name, title(record, name) + (", TLS" if tls else ""), points, tls))
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
            size,
            time,
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
                    title(record, name),
                    [(row["connections"], row["cpu_us"]) for row in record.rows("busy", candidate=name)],
                )
                for name in names(record, "busy")
            ],
            x_log=True,
            x_ticks=[1, 4, 16, 64, 256, 1024],
            x_text=lambda x: f"{x:,}",
            y_text=time,
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
                    "unseen",
                    "unseen token, over tokens in the store",
                    [(r["count"], r["fresh_cpu_us"]) for r in record.rows("tokens")],
                    False,
                ),
                Series(
                    "accounts",
                    "over accounts in use",
                    [(r["count"], r["cpu_us"]) for r in record.rows("accounts")],
                    False,
                ),
            ],
            x_log=True,
            x_ticks=[1, 10, 100, 1e3, 1e4, 1e5, 1e6],
            y_text=time,
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
                Series(name, title(record, name), mib(record.rows("idle", candidate=name), "connections"))
                for name in names(record, "idle")
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
    sizes = sorted({max(322, SIZES[row["size"]][1]) for row in record.rows("first_byte")})
    series = [
        Series(
            name,
            title(record, name),
            [(max(322, SIZES[row["size"]][1]), row["first_us"]) for row in record.rows("first_byte", candidate=name)],
        )
        for name in names(record, "first_byte")
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
            size,
            time,
        ),
    )
    series = []
    for name in names(record, "stream_memory"):
        for slow in (False, True):
            rows = record.rows("stream_memory", candidate=name, slow=slow)
            # A logarithmic axis has no zero.
            points = [
                (max(322, SIZES[row["size"]][1]), max(0.1, (row["peak_kib"] - row["before_kib"]) / 1024))
                for row in rows
            ]
            series.append(Series(name, f"{title(record, name)}, {'slow' if slow else 'fast'} reader", points, slow))
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
            size,
            y_text=lambda y: "≤ 0.1" if y <= 0.1 else f"{y:g}",
        ),
    )
