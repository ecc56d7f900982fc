"""Sections of a report about what happens as things grow, and over time."""

from .report_cells import chart, microseconds, present, table, title


def growth(record, charts):
    parts = []
    rows = [
        [
            title(record, name),
            row["connections"],
            microseconds(row["cpu_us"]),
            f"{row['per_second']:,.0f}",
            f"{row['rss_kib'] / 1024:.1f}",
            row["problems"],
        ]
        for name in present(record, "busy")
        for row in record.rows("busy", candidate=name)
    ]
    if rows:
        parts.append(
            chart(charts, "connections.svg")
            + "\n\n"
            + table(["candidate", "busy connections", "CPU per request", "requests/s", "MiB resident", ""], rows)
        )
    rows = [
        [
            title(record, row["candidate"]),
            f"{row['connections']:,}",
            f"{row['bytes_each']:,.0f}",
            f"{row['after_kib'] / 1024:.1f}",
            f"{100 * row['open_share']:.0f} %",
        ]
        for row in record.rows("idle_cost")
    ]
    if rows:
        parts.append(
            chart(charts, "idle.svg")
            + "\n\n"
            + table(
                ["candidate", "idle connections", "bytes each", "MiB after closing them", "still open at the end"], rows
            )
        )
    rows = [
        [
            f"{row['count']:,}",
            microseconds(row["known_cpu_us"]),
            microseconds(row["fresh_cpu_us"]),
            f"{row['rss_filled_kib'] / 1024:.1f}",
            f"{row['rss_kib'] / 1024:.1f}",
            f"{row['walked']:,}",
            f"{row['redis_mib']:.0f}",
        ]
        for row in record.rows("tokens")
    ]
    if rows:
        parts.append(
            chart(charts, "tokens.svg", "walk.svg")
            + "\n\n"
            + table(
                [
                    "tokens in the store",
                    "call, known token",
                    "call, unseen token",
                    "gateway MiB with that store",
                    "after unseen tokens",
                    "unseen tokens used",
                    "Redis MiB",
                ],
                rows,
            )
        )
    rows = [
        [f"{row['count']:,}", microseconds(row["cpu_us"]), f"{row['rss_kib'] / 1024:.1f}"]
        for row in record.rows("accounts")
    ]
    if rows:
        parts.append(table(["accounts in use", "CPU per call", "MiB resident"], rows))
    return "## As things grow\n\n" + "\n\n".join(parts) if parts else ""


def streaming(record, charts):
    rows = [
        [
            title(record, row["candidate"]),
            row["size"],
            microseconds(row["first_us"]),
            microseconds(row["held_us"]),
            microseconds(row["total_us"]),
        ]
        for row in record.rows("first_byte")
    ]
    if not rows:
        return ""
    text = (
        "## Streaming\n\n"
        + chart(charts, "first-byte.svg", "stream-memory.svg")
        + "\n\n"
        + table(["candidate", "answer", "first byte", "first 64 KiB", "last byte"], rows)
    )
    rows = [
        [
            title(record, row["candidate"]),
            row["size"],
            "slow" if row["slow"] else "fast",
            f"{row['peak_kib'] - row['before_kib']:,}",
            f"{row['seconds']:.2f}",
            f"{row['cpu_seconds'] * 1000:.1f}",
        ]
        for row in record.rows("stream_memory")
    ]
    text += (
        "\n\n" + table(["candidate", "answer", "reader", "KiB more at the highest point", "seconds", "ms CPU"], rows)
        if rows
        else ""
    )
    rows = [
        [title(record, row["candidate"]), row["calls"], row["size"], f"{row['kib_each']:.0f}"]
        for row in record.rows("stalled")
    ]
    return text + (
        "\n\n" + table(["candidate", "answers that nobody reads", "of", "KiB for each"], rows) if rows else ""
    )


def scaling(record, charts):
    rows = [
        [
            row["setup"],
            f"{row['per_second']:,.0f}",
            microseconds(row["cpu_us"]),
            microseconds(row["balancer_us"]) if row["balancer_us"] else "–",
            " / ".join(f"{share:.2f}" for share in row["shares"]),
            microseconds(row["percentiles"]["0.5"]),
            microseconds(row["percentiles"]["0.99"]),
            row["problems"],
        ]
        for row in record.rows("scaling")
    ]
    if not rows:
        return ""
    return (
        "## Workers and replicas\n\nThe second worker or replica shares processor 1 with the load generator, the upstream and HAProxy, so throughput is a floor; cost per request is the gateway's own.\n\n"
        + chart(charts, "scaling.svg")
        + "\n\n"
        + table(
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


def shared_store(record):
    rows = [
        [row["what"], microseconds(row["redis_us"]), microseconds(row["gateway_us"]) if "gateway_us" in row else "–"]
        for row in record.rows("redis")
    ]
    head = ["", "CPU of Redis for each", "CPU of a gateway's worker for each"]
    return "## What Redis pays\n\n" + table(head, rows) if rows else ""


def soak(record, charts):
    rows = record.rows("soak")
    if not rows:
        return ""
    text = "## Soak\n\n" + chart(charts, "soak.svg") + "\n\n"
    for result in record.rows("soak_result"):
        text += (
            f"{result['completed']:,} calls at {result['rate']}/s over {result['seconds'] / 60:.1f} min, {result['failed']} failed, {result['unanswered']} unanswered; "
            f"{result['abandoned']:,} clients broke off in the middle of 3 MB. p50 {microseconds(result['percentiles']['0.5'])}, p99 {microseconds(result['percentiles']['0.99'])}, "
            f"p99.9 {microseconds(result['percentiles']['0.999'])}. "
        )
    return text + (
        f"Resident memory {rows[0]['rss_kib'] / 1024:.1f} MiB at first, at most {max(row['rss_kib'] for row in rows) / 1024:.1f}, {rows[-1]['rss_kib'] / 1024:.1f} at the end; "
        f"open descriptors at most {max(row['descriptors'] for row in rows)}, {rows[-1]['descriptors']} at the end."
    )
