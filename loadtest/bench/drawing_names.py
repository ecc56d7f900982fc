"""Names and numbers as charts show them."""

from . import charts


def title(record, name):
    return record.data.get("candidates", {}).get(name, {}).get("title", name)


def names(record, stage):
    """Candidates with rows in `stage`, in the order in which charts know them."""
    return [name for name in charts.COLOURS if record.rows(stage, candidate=name)]


def time(value):
    """A time in µs, in the unit that fits."""
    for limit, unit in ((1e6, "s"), (1e3, "ms")):
        if value >= limit:
            return f"{value / limit:.3g} {unit}"
    return f"{value:.3g} µs"


def size(value):
    return (
        f"{value / 1e6:.3g} MB" if value >= 1e6 else f"{value / 1e3:.1g} kB" if value < 1e3 else f"{value / 1e3:g} kB"
    )
