"""A strict reader of Prometheus' text format, version 0.0.4: what it does not know it refuses."""

import itertools
import math
import re
from dataclasses import dataclass, field

from tests.client import Visitor
from tests.server import METRICS_TOKEN, Server

_HELP = re.compile(r"# HELP ([a-z][a-z0-9_]*) (\S.*\S)")
_TYPE = re.compile(r"# TYPE ([a-z][a-z0-9_]*) (counter|gauge|histogram)")
_SAMPLE = re.compile(r'([a-z][a-z0-9_]*)(?:\{([a-z]+)="([^"\\{}]*)"\})? (\S+)')
_ENDINGS = {"counter": ("",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


@dataclass
class Family:
    """Samples by the ending of their name and their label's value."""

    kind: str
    samples: dict[tuple[str, str], float] = field(default_factory=dict)


class Figures(dict[str, Family]):
    def value(self, name: str, label: str = "") -> float:
        """Of a counter or gauge; 0 where it has not begun."""
        return self[name].samples.get(("", label), 0.0)

    def count(self, name: str) -> float:
        """How many values a histogram has taken."""
        return self[name].samples["_count", ""]


def figures_of(server: Server) -> Figures:
    """What a running server tells at the moment."""
    told = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    reply = Visitor(server.url).fetch("/metrics", headers=told)
    assert reply.status == 200
    return read(reply.content.decode())


def read(text: str) -> Figures:
    assert text.endswith("\n")
    figures = Figures()
    lines = iter(text.splitlines())
    name = ""
    for line in lines:
        if line.startswith("#"):
            name = _read_head(line, next(lines), figures)
        else:
            _read_sample(line, name, figures[name])
    for name, family in figures.items():
        _judge(name, family)
    return figures


def _read_head(first: str, second: str, figures: Figures) -> str:
    help_, type_ = _HELP.fullmatch(first), _TYPE.fullmatch(second)
    assert help_, first
    assert type_, second
    name = help_[1]
    assert name == type_[1]
    assert name not in figures, f"{name} comes twice"
    figures[name] = Family(type_[2])
    return name


def _read_sample(line: str, name: str, family: Family) -> None:
    match = _SAMPLE.fullmatch(line)
    assert match, line
    ending = match[1].removeprefix(name)
    assert ending in _ENDINGS[family.kind], f"{line} is no sample of {name}"
    assert (match[2] == "le") == (ending == "_bucket"), line
    key = (ending, match[3] or "")
    assert key not in family.samples, f"{line} comes twice"
    family.samples[key] = float(match[4])


def _judge(name: str, family: Family) -> None:
    values = family.samples.values()
    assert all(math.isfinite(value) for value in values), name
    assert (family.kind == "counter") == name.endswith("_total"), name
    if family.kind != "gauge":
        assert all(value >= 0 for value in values), name
    if family.kind == "histogram":
        buckets = {
            le: value for (ending, le), value in family.samples.items() if ending == "_bucket"
        }
        bounds = [float(le) for le in buckets]
        assert bounds == sorted(bounds)
        assert bounds[-1] == math.inf
        assert all(one <= next_ for one, next_ in itertools.pairwise(buckets.values())), name
        assert family.samples["_count", ""] == buckets["+Inf"], name
        assert ("_sum", "") in family.samples, name
