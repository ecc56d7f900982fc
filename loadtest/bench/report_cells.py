"""Cells, tables and images of a report."""

from .charts import COLOURS
from .record import median

ORDER = list(COLOURS)


def table(head, rows):
    return "\n".join(
        ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        + ["| " + " | ".join("" if cell is None else str(cell) for cell in row) + " |" for row in rows]
    )


def chart(charts, *names):
    return "\n".join(f"![{name.removesuffix('.svg')}]({name})" for name in names if name in charts)


def present(record, stage):
    return [name for name in ORDER if record.rows(stage, candidate=name)]


def title(record, name):
    return record.data["candidates"][name]["title"] if name in record.data.get("candidates", {}) else name


def microseconds(value):
    if value is None:
        return "–"
    return f"{value / 1000:,.2f} ms" if value >= 1000 else f"{value:.1f} µs"


def spread(values, shown=microseconds):
    """The median and, where there are more, all passes in their order and the spread around the median."""
    middle = median(values)
    if middle is None:
        return "–"
    if len(values) == 1:
        return shown(middle)
    around = (max(values) - min(values)) / middle * 100
    return f"**{shown(middle)}** ({' '.join(plain(value) for value in values)}; {around:.0f} %)"


def plain(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}"
