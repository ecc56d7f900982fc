"""The kinds of work, each done by every candidate that can."""

from dataclasses import dataclass

LISTS = {"10": "load_10", "100": "load_100", "Mail": "zoho_mail", "300": "load_300", "1000": "load_1000"}


@dataclass(frozen=True)
class Work:
    key: str
    title: str
    kind: str  # ping, list, call, error
    tools: str = ""  # key of LISTS
    gzip: bool = False
    size: str = ""  # key of bodies.SIZES
    tls: bool = False
    cached: bool = True
    quick: bool = False


def _works():
    yield Work("ping", "ping", "ping", quick=True)
    for tools in LISTS:
        name = "all of Zoho Mail (268)" if tools == "Mail" else f"{int(tools):,} tools"
        for gzip in (False, True):
            yield Work(
                f"list-{tools}{'-gzip' if gzip else ''}",
                f"tools/list, {name}{', gzip' if gzip else ''}",
                "list",
                tools=tools,
                gzip=gzip,
                quick=tools == "Mail",
            )
    for tls in (False, True):
        for size in ("0.3 kB", "16 kB", "256 kB", "3 MB"):
            key = f"call-{size.replace(' ', '')}{'-tls' if tls else ''}"
            yield Work(
                key,
                f"tools/call, {size}{', TLS upstream' if tls else ''}",
                "call",
                size=size,
                tls=tls,
                quick=size in ("0.3 kB", "3 MB") and not (tls and size == "3 MB"),
            )
    yield Work(
        "call-0.3kB-uncached", "tools/call, 0.3 kB, token not in cache", "call", size="0.3 kB", cached=False, quick=True
    )
    yield Work("error", "tools/call that Bigin fails with 200", "error", quick=True)


WORKS = {work.key: work for work in _works()}


@dataclass
class Target:
    """A request: `%ID%` in path or body becomes 17 digits of its own in each; `paths` are walked over once."""

    port: int
    path: str
    body: str = ""
    headers: tuple = ()
    paths: tuple = ()
    answer_limit: int = 0
    scheme: str = "http"

    @property
    def method(self):
        return "POST" if self.body else "GET"


class Unsupported(Exception):
    """A candidate cannot do this work, and why."""
