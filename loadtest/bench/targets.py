"""What Tollgate is to reach, as data, and each line's figure from the same run."""

from .record import median

CALL = "call-0.3kB"


def _cost(record, candidate, work):
    """The median CPU time of a request in µs, over passes without problems."""
    return record.median("saturation", "cpu_us", candidate=candidate, work=work, problems="")


def _against(record, work, other, limit, other_work=None):
    """Tollgate's cost divided by another's for the same work."""
    mine, theirs = _cost(record, "tollgate", work), _cost(record, other, other_work or work)
    if not mine or not theirs:
        return None
    return f"{mine:.1f} µs against {theirs:.1f} µs", mine / theirs, limit, "×"


def _own(record, work, base, limit):
    return _against_own(record, _cost(record, "tollgate", work), _cost(record, "tollgate", base), limit)


def _against_own(record, mine, theirs, limit):
    return (f"{mine:.1f} µs against {theirs:.1f} µs", mine / theirs, limit, "×") if mine and theirs else None


def _absolute(value, limit, unit):
    return None if value is None else (f"{value:.3g} {unit}", value, limit, unit)


def _gzip(record):
    costs = {
        work: _cost(record, "tollgate", work)
        for work in ("list-10-gzip", "list-100-gzip", "list-Mail-gzip", "list-300-gzip", "list-1000-gzip")
    }
    known = {work: cost for work, cost in costs.items() if cost}
    if not known:
        return None
    worst = max(known, key=known.get)
    return f"{known[worst]:.1f} µs ({worst.removeprefix('list-').removesuffix('-gzip')} tools)", known[worst], 15, "µs"


def _first_byte(record):
    mine = record.rows("first_byte", candidate="tollgate", size="3 MB")
    theirs = record.rows("first_byte", candidate="direct", size="3 MB")
    if not mine or not theirs:
        return None
    added = (mine[0]["first_us"] - theirs[0]["held_us"]) / 1000
    return f"{added:.2f} ms after the first 64 KiB can have come", added, 1, "ms"


def _stalled(record):
    rows = record.rows("stalled", candidate="tollgate")
    return _absolute(rows[0]["kib_each"] if rows else None, 256, "KiB")


def _escaper(record):
    """The slowest text, and the cost of a byte through all of the gateway, kernel included, from two sizes of call."""
    rows = record.rows("escaper")
    if not rows:
        return None
    slowest = min(rows, key=lambda row: row["gb_per_second"])
    figures = f"{slowest['gb_per_second']:.1f} GB/s ({slowest['text']})"
    low, high = _cost(record, "tollgate", "call-256kB"), _cost(record, "tollgate", "call-3MB")
    if low and high:
        whole = (3_000_000 - 256_000) / (high - low) / 1000
        figures += f"; the whole path, kernel included, {whole:.2f} GB/s"
    return figures, slowest["gb_per_second"], 1, "GB/s"


def _idle_memory(record):
    return _absolute(record.median("start", "idle_kib") / 1024 if record.rows("start") else None, 20, "MiB")


def _busy_memory(record):
    value = record.median("busy", "rss_kib", candidate="tollgate", connections=64)
    return _absolute(value / 1024 if value else None, 25, "MiB")


def _connection_memory(record):
    value = record.median("idle_cost", "bytes_each", candidate="tollgate")
    return _absolute(value / 1000 if value else None, 10, "kB")


def _flat_calls(record):
    """Growth of memory between the tenth and the last part of the soak."""
    rows = record.rows("soak")
    result = record.rows("soak_result")
    if len(rows) < 20 or not result:
        return None
    tenth = len(rows) // 10
    early = median(row["rss_kib"] for row in rows[tenth : 2 * tenth])
    late = median(row["rss_kib"] for row in rows[-tenth:])
    return (
        f"{late - early:+.0f} KiB over {result[0]['completed']:,} calls and {result[0]['abandoned']:,} abandoned ones, at {late / 1024:.1f} MiB",
        late / early,
        1.05,
        "×",
    )


def _flat_tokens(record):
    rows = record.rows("tokens")
    if len(rows) < 2:
        return None
    # Tokens that were used are cached, and are another matter: only what filling the store did is added up.
    base, last = rows[0]["rss_before_kib"], rows[-1]
    grown = sum(row["rss_filled_kib"] - row["rss_before_kib"] for row in rows)
    figures = f"{grown:+,} KiB on {base / 1024:.1f} MiB while the store grew to {last['count']:,} tokens"
    return figures, (base + grown) / base, 1.1, "×"


def _added(record, share, limit):
    mine = [row["percentiles"][share] for row in record.rows("latency", candidate="tollgate", rate=1000)]
    theirs = [row["percentiles"][share] for row in record.rows("latency", candidate="direct", rate=1000)]
    if not mine or not theirs or None in mine + theirs:
        return None
    added = (median(mine) - median(theirs)) / 1000
    if added < 0:
        return "nothing to be told: the machine's own delays were longer than the difference"
    figures = f"{median(mine) / 1000:.2f} ms against {median(theirs) / 1000:.2f} ms"
    for name, title in (("nginx", "nginx's proxy_pass"), ("nginx-lua", "nginx+Lua+Redis")):
        others = [row["percentiles"][share] for row in record.rows("latency", candidate=name, rate=1000)]
        if others and None not in others:
            figures += f"; {title} adds {(median(others) - median(theirs)) / 1000:.2f} ms"
    return figures, added, limit, "ms"


def _start(record):
    return _absolute(record.median("start", "median_ms"), 50, "ms")


def _allocations(record, operation, limit):
    """The committed figures of loadtest/guards: counted, not measured in this run."""
    guards = record.data["meta"].get("guards")
    if not guards:
        return None
    own, every = guards["own allocations"][operation], guards["allocations"][operation]
    unit = "allocation" if own == 1 else "allocations"
    return f"{own:g} of {every:g} in all, committed by loadtest/guards", own, limit, unit


#: Work, target, how it is judged: (figures, value, limit, unit); None where it was not measured.
TARGETS = (
    ("ping, token in cache", "CPU/request ≤ 1.0× nginx+Lua+Redis", lambda r: _against(r, "ping", "nginx-lua", 1.0)),
    (
        "tools/call, token in cache, 0.3 kB, plain upstream",
        "≤ 1.0× nginx+Lua+Redis",
        lambda r: _against(r, CALL, "nginx-lua", 1.0),
    ),
    ("the same", "≤ 0.5× Envoy's bridge", lambda r: _against(r, CALL, "envoy", 0.5)),
    ("the same", "≤ 1/30 of FastMCP", lambda r: _against(r, CALL, "fastmcp", 1 / 30)),
    (
        "the same over a TLS upstream",
        "≤ 1.0× nginx+Lua+Redis over TLS",
        lambda r: _against(r, CALL + "-tls", "nginx-lua", 1.0),
    ),
    (
        "tools/call, token not in cache",
        "≤ 1.2× the call with the token in cache",
        lambda r: _own(r, CALL + "-uncached", CALL, 1.2),
    ),
    (
        "tools/list, all of Zoho Mail, identity",
        "≤ 1.1× nginx sending a file of that size, sendfile off",
        lambda r: _against(r, "list-Mail", "nginx", 1.1),
    ),
    ("tools/list, gzip, any number of tools", "≤ 15 µs", _gzip),
    ("3 MB answer: first byte", "≤ 1 ms after the decision", _first_byte),
    ("3 MB answer: memory of a call", "≤ 256 KiB", _stalled),
    ("3 MB answer: escaper", "≥ 1 GB/s", _escaper),
    ("resident memory, idle", "≤ 20 MiB", _idle_memory),
    ("resident memory, 64 connections", "≤ 25 MiB", _busy_memory),
    ("resident memory, each idle connection", "≤ 10 kB", _connection_memory),
    ("resident memory over the soak's calls", "flat: ≤ 1.05×", _flat_calls),
    ("resident memory over tokens in the store", "flat: ≤ 1.1×", _flat_tokens),
    ("added latency at 1,000 calls/s, p50", "≤ 0.15 ms over the upstream itself", lambda r: _added(r, "0.5", 0.15)),
    ("added latency at 1,000 calls/s, p99", "≤ 0.5 ms over the upstream itself", lambda r: _added(r, "0.99", 0.5)),
    ("heap allocations, tools/list", "≤ 10", lambda r: _allocations(r, "tools/list", 10)),
    (
        "heap allocations, tools/call",
        "≤ 30 beside curl's own",
        lambda r: _allocations(r, "tools/call", 30),
    ),
    ("start", "ready ≤ 50 ms after exec", _start),
)


def judged(record):
    """Rows of (work, target, measured, value with unit, verdict)."""
    for work, target, judge in TARGETS:
        outcome = judge(record)
        if outcome is None:
            yield work, target, "not measured", "", ""
        elif isinstance(outcome, str):
            yield work, target, outcome, "", ""
        else:
            figures, value, limit, unit = outcome
            shown = (
                f"{value:.2f}×"
                if unit == "×" and value >= 0.1
                else f"1/{1 / value:.0f}"
                if unit == "×"
                else f"{value:.3g} {unit}"
            )
            is_met = value >= limit if unit == "GB/s" else value <= limit
            yield work, target, figures, shown, "met" if is_met else "missed"
