"""Line and dot charts as SVG that reads on light and dark pages. Nothing but text is needed to make them."""

import math
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM = 760, 420, 74, 24, 56
#: Colour on light and on dark, and whether the line is dashed.
COLOURS = {
    "tollgate": ("#c2410c", "#fb923c", False),
    "tollgate-sqlite": ("#a16207", "#fde047", True),
    "nginx-lua": ("#1d4ed8", "#60a5fa", False),
    "nginx": ("#64748b", "#94a3b8", False),
    "direct": ("#111827", "#e5e7eb", True),
    "envoy": ("#7e22ce", "#c084fc", False),
    "fastmcp": ("#15803d", "#4ade80", False),
    "contextforge": ("#be185d", "#f472b6", False),
}
SPARE = [
    ("#c2410c", "#fb923c", False),
    ("#1d4ed8", "#60a5fa", False),
    ("#15803d", "#4ade80", False),
    ("#7e22ce", "#c084fc", False),
]


class Series:
    """Points of one line; `key` chooses the colour, `dashed` sets it apart from another of the same colour."""

    def __init__(self, key, label, points, dashed=None):
        self.key, self.label, self.dashed = key, label, dashed
        self.points = [(x, y) for x, y in points if x is not None and y is not None]


class Axis:
    def __init__(self, low, high, start, end, is_log, ticks=None, text=None):
        self.is_log, self.start, self.end, self.text = is_log, start, end, text or number
        if is_log:
            self.low, self.high = math.log10(low), math.log10(high)
        else:
            self.low, self.high = low, high
        if self.high <= self.low:
            self.high = self.low + 1
        self.ticks = ticks or (self._log_ticks() if is_log else self._ticks())

    def at(self, value):
        place = math.log10(value) if self.is_log else value
        return self.start + (place - self.low) / (self.high - self.low) * (self.end - self.start)

    def _log_ticks(self):
        span = self.high - self.low
        steps = (1, 2, 5) if span < 2.2 else (1,)
        found = [step * 10**power for power in range(math.floor(self.low), math.ceil(self.high) + 1) for step in steps]
        return [tick for tick in found if self.low - 1e-9 <= math.log10(tick) <= self.high + 1e-9]

    def _ticks(self):
        rough = (self.high - self.low) / 5
        power = 10 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
        first = math.ceil(self.low / step - 1e-9)
        return [round(index * step, 10) for index in range(first, math.floor(self.high / step + 1e-9) + 1)]


def number(value):
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.3g}{unit}"
    return f"{value:.3g}"


def nice_log(low, high):
    """The range widened to 1, 2 or 5 times a power of ten."""
    steps = [step * 10.0**power for power in range(-6, 13) for step in (1, 2, 5)]
    return max(step for step in steps if step <= low * 1.0001), min(step for step in steps if step >= high * 0.9999)


class Drawing:
    def __init__(self, title, height=HEIGHT):
        self.height, self.parts, self.colours = height, [], {}
        self.text(LEFT - 54, 24, title, "title", "start")

    def colour(self, key):
        if key not in self.colours:
            self.colours[key] = COLOURS.get(key) or SPARE[len(self.colours) % len(SPARE)]
        return f"k{list(self.colours).index(key)}"

    def text(self, x, y, text, kind="", anchor="middle", turn=None):
        turned = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turn else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}"{turned}>{escape(str(text))}</text>'
        )

    def line(self, x1, y1, x2, y2, kind="grid"):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>')

    def circle(self, x, y, radius, kind):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" class="{kind}"/>')

    def legend(self, entries, y=46):
        """Label after label, in as many rows as needed. Returns the y below."""
        x = LEFT - 54
        for key, label, is_dashed in entries:
            wide = 34 + len(label) * 6.6
            if x + wide > WIDTH - RIGHT:
                x, y = LEFT - 54, y + 20
            kind = self.colour(key)
            self.line(x, y - 4, x + 20, y - 4, f"line {kind}{' dashed' if is_dashed else ''}")
            self.text(x + 26, y, label, "small", "start")
            x += wide + 8
        return y + 14

    def save(self, path):
        light = "".join(f".{self.colour(key)}{{stroke:{c[0]};fill:{c[0]}}}" for key, c in list(self.colours.items()))
        dark = "".join(f".{self.colour(key)}{{stroke:{c[1]};fill:{c[1]}}}" for key, c in list(self.colours.items()))
        style = (
            "svg{background:#fff}text{font:12px system-ui,sans-serif;fill:#1f2937}.title{font-size:15px;font-weight:600}"
            ".small{font-size:11.5px}.muted{fill:#6b7280}.grid{stroke:#e5e7eb}.axis{stroke:#9ca3af}"
            ".line{fill:none!important;stroke-width:2.2}.dashed{stroke-dasharray:6 4}.faint{opacity:.35;stroke:none!important}"
            ".point{stroke:none!important}"
            + light
            + "@media(prefers-color-scheme:dark){svg{background:#0d1117}text{fill:#e5e7eb}.muted{fill:#9ca3af}"
            ".grid{stroke:#273040}.axis{stroke:#4b5563}" + dark + "}"
        )
        with open(path, "w") as file:
            file.write(
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" width="{WIDTH}" '
                f'height="{self.height}" role="img"><style>{style}</style>\n' + "\n".join(self.parts) + "\n</svg>\n"
            )


def lines(
    path, title, x_label, y_label, series, x_log=False, y_log=False, x_ticks=None, x_text=None, y_text=None, y_zero=True
):
    """One chart of lines. Returns False when there is nothing to draw."""
    series = [each for each in series if each.points]
    if not series:
        return False
    drawing = Drawing(title)

    def is_dashed(each):
        return COLOURS.get(each.key, SPARE[0])[2] if each.dashed is None else each.dashed

    top = drawing.legend([(each.key, each.label, is_dashed(each)) for each in series]) + 6
    xs = [x for each in series for x, _ in each.points]
    ys = [y for each in series for _, y in each.points]
    low, high = (
        nice_log(max(1e-6, min(y for y in ys if y > 0)), max(ys))
        if y_log
        else (0 if y_zero else min(ys), max(ys) * 1.05 or 1)
    )
    x_axis = Axis(min(xs), max(xs), LEFT, WIDTH - RIGHT, x_log, x_ticks, x_text)
    y_axis = Axis(low, high, HEIGHT - BOTTOM, top, y_log, None, y_text)
    for tick in y_axis.ticks:
        drawing.line(LEFT, y_axis.at(tick), WIDTH - RIGHT, y_axis.at(tick))
        drawing.text(LEFT - 8, y_axis.at(tick) + 4, y_axis.text(tick), "small muted", "end")
    for tick in x_axis.ticks:
        drawing.line(x_axis.at(tick), HEIGHT - BOTTOM, x_axis.at(tick), HEIGHT - BOTTOM + 5, "axis")
        drawing.text(x_axis.at(tick), HEIGHT - BOTTOM + 19, x_axis.text(tick), "small muted")
    drawing.line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "axis")
    drawing.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, x_label)
    drawing.text(20, (top + HEIGHT - BOTTOM) / 2, y_label, turn=True)
    for each in series:
        kind = drawing.colour(each.key)
        place = " ".join(f"{x_axis.at(x):.1f},{y_axis.at(max(y, low) if y_log else y):.1f}" for x, y in each.points)
        drawing.parts.append(f'<polyline points="{place}" class="line {kind}{" dashed" if is_dashed(each) else ""}"/>')
        if len(each.points) < 20:
            for x, y in each.points:
                drawing.circle(x_axis.at(x), y_axis.at(max(y, low) if y_log else y), 3, f"point {kind}")
    drawing.save(path)
    return True


def dots(path, title, x_label, groups, text=number):
    """Groups of rows on a logarithmic axis: every pass a faint dot, the median a full one with its value.

    `groups` are (name, [(key, label, values, median)]).
    """
    groups = [(name, [row for row in rows if row[3]]) for name, rows in groups]
    groups = [(name, rows) for name, rows in groups if rows]
    if not groups:
        return False
    names = 150
    height = 60 + sum(26 + 19 * len(rows) for _, rows in groups) + 46
    drawing = Drawing(title, height)
    values = [value for _, rows in groups for row in rows for value in row[2]]
    low, high = nice_log(min(values), max(values))
    axis = Axis(low, high * 1.6, LEFT - 54 + names, WIDTH - RIGHT - 30, True)
    bottom = height - 50
    for tick in axis.ticks:
        drawing.line(axis.at(tick), 40, axis.at(tick), bottom)
        drawing.text(axis.at(tick), bottom + 17, text(tick), "small muted")
    drawing.text((axis.start + axis.end) / 2, height - 12, x_label)
    y = 56
    for name, rows in groups:
        drawing.text(LEFT - 54, y, name, "small muted", "start")
        y += 19
        for key, label, passes, middle in rows:
            kind = drawing.colour(key)
            drawing.text(LEFT - 54 + names - 10, y, label, "small", "end")
            for value in passes:
                drawing.circle(axis.at(value), y - 4, 4, f"faint {kind}")
            drawing.circle(axis.at(middle), y - 4, 5, f"point {kind}")
            drawing.text(axis.at(max(passes)) + 10, y, text(middle), "small", "start")
            y += 19
        y += 7
    drawing.save(path)
    return True
