"""What shapes have to say about nodes, and the report of it: grouped text, JSON, one HTML page, or a sh:ValidationReport as RDF."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from html import escape
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, Quad

from kg import iris
from kg.errors import UnknownName
from kg.graph.serialise import to_turtle
from kg.graph.terms import LABEL, RDF_TYPE, named, nodes

SEVERITIES = ("violation", "warning", "info")
EXAMPLES = 5
"""Nodes listed for each shape of a text report."""

_SEVERITY_NODES = MappingProxyType({name: named(f"sh:{name.capitalize()}") for name in SEVERITIES})
_REPORT, _RESULT, _CONFORMS, _HAS = named("sh:ValidationReport"), named("sh:ValidationResult"), named("sh:conforms"), named("sh:result")
_FOCUS, _SHAPE, _PATH, _VALUE = named("sh:focusNode"), named("sh:sourceShape"), named("sh:resultPath"), named("sh:value")
_SEVERITY, _MESSAGE, _COMPONENT = named("sh:resultSeverity"), named("sh:resultMessage"), named("sh:sourceConstraintComponent")


@dataclass(frozen=True, slots=True)
class Violation:
    """What a shape has to say about a node.

    `shape`: IRI of the property shape; `focus`: IRI of the node; `path`: the property, or "" for a path of several; `severity`:
    "violation" (kept, listed, not served), "warning" (served and shown) or "info"; `value`: the offending value as text, None where one
    is missing; `constraint`: the parameter of the shape that is violated, such as "minCount".
    """

    shape: str
    focus: str
    path: str
    severity: str
    message: str
    value: str | None = None
    constraint: str = ""

    @property
    def name(self) -> str:
        """The shape's name, such as "statement-quote"."""
        return self.shape.removeprefix(iris.shape(""))

    @property
    def id(self) -> str:
        """Sixteen hexadecimal digits naming this shape's word on this node."""
        parts = json.dumps([self.shape, self.focus, self.constraint, self.value], ensure_ascii=False)
        return sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


Describe = Callable[[str], str]
"""Gives a node's description in a few words by its IRI, or the IRI itself."""


def ordered(violations: Iterable[Violation]) -> tuple[Violation, ...]:
    """By shape, node, constraint and value."""
    return tuple(sorted(violations, key=lambda one: (one.shape, one.focus, one.constraint, one.value or "")))


def by_shape(violations: Iterable[Violation]) -> Mapping[str, Sequence[Violation]]:
    """Violations by shape name: violations before warnings before the rest, most frequent first, then by name."""
    groups: dict[str, list[Violation]] = defaultdict(list)
    for violation in ordered(violations):
        groups[violation.name].append(violation)
    rank = {name: place for place, name in enumerate(SEVERITIES)}
    keys = sorted(groups, key=lambda name: (rank[groups[name][0].severity], -len(groups[name]), name))
    return {name: groups[name] for name in keys}


def summary(violations: Sequence[Violation]) -> str:
    """One sentence: how many violations and warnings, of how many shapes."""
    if not violations:
        return "No shape has anything to say: all is in order."
    counts = [(severity, sum(violation.severity == severity for violation in violations)) for severity in SEVERITIES]
    words = [f"{number} {severity}{'' if number == 1 else 's'}" for severity, number in counts if number and severity != "info"]
    words += [f"{number} remark{'' if number == 1 else 's'}" for severity, number in counts if number and severity == "info"]
    shapes = len({violation.shape for violation in violations})
    return f"{' and '.join(words)} of {shapes} shape{'' if shapes == 1 else 's'}."


def text_report(violations: Sequence[Violation], describe: Describe = str) -> str:
    """The report for a terminal: a paragraph a shape, what to do first, then the first nodes with their values."""
    parts = [summary(violations)]
    for name, group in by_shape(violations).items():
        first = group[0]
        lines = [f"{first.severity}: {name} ({len(group)})", f"  {first.message}"]
        for one in group[:EXAMPLES]:
            found = "" if one.value is None else f"  found: {_shown(one.value)}"
            lines.append(f"  - {describe(one.focus)}{found}")
        if len(group) > EXAMPLES:
            lines.append(f"  - and {len(group) - EXAMPLES} more")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _shown(value: str) -> str:
    return value.removeprefix(iris.BASE) if len(value) <= 80 else value[:79] + "…"


def json_report(violations: Sequence[Violation], describe: Describe = str) -> str:
    """The report as one JSON object: conforms, counts, and the groups with every violation."""
    groups = [
        {
            "shape": name,
            "severity": group[0].severity,
            "message": group[0].message,
            "count": len(group),
            "results": [{"id": one.id, "description": describe(one.focus), **asdict(one)} for one in group],
        }
        for name, group in by_shape(violations).items()
    ]
    report = {
        "conforms": conforms(violations),
        "summary": summary(violations),
        "counts": {severity: sum(one.severity == severity for one in violations) for severity in SEVERITIES},
        "shapes": groups,
    }
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def html_report(violations: Sequence[Violation], describe: Describe = str) -> str:
    """The report as one HTML page that needs nothing else; nodes link to their IRIs."""
    sections = []
    for name, group in by_shape(violations).items():
        first = group[0]
        rows = "".join(
            f'<tr><td><a href="{escape(one.focus)}">{escape(describe(one.focus))}</a></td>'
            f"<td>{'' if one.value is None else escape(_shown(one.value))}</td></tr>"
            for one in group
        )
        sections.append(
            f'<section class="{first.severity}"><h2>{escape(name)} <small>{first.severity}, {len(group)}</small></h2>'
            f"<p>{escape(first.message)}</p><table><thead><tr><th>where</th><th>found</th></tr></thead><tbody>{rows}</tbody></table></section>"
        )
    style = (
        "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}section{border-left:4px solid #888;"
        "padding-left:1rem;margin:2rem 0}.violation{border-color:#b3261e}.warning{border-color:#a15c00}small{font-weight:400;color:#555}"
        "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ccc;padding:.3rem .6rem;text-align:left}"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Validation report</title><style>{style}</style></head>\n"
        f"<body><h1>Validation report</h1><p>{escape(summary(violations))}</p>"
        f"{''.join(sections)}</body></html>\n"
    )


def turtle_report(violations: Sequence[Violation], describe: Describe = str) -> str:
    """The report as a sh:ValidationReport in Turtle."""
    return to_turtle(report_quads(violations, describe)).decode()


def report_quads(violations: Iterable[Violation], describe: Describe = str) -> Iterator[Quad]:
    """The report as a sh:ValidationReport in graph/quarantine; results have IRIs of their own.

    Nodes in quarantine are named and described only: a query over the whole store must not meet their statements.
    """
    graph = nodes[iris.GRAPH_QUARANTINE]
    given = ordered(violations)
    report = nodes[iris.result("report")]
    yield Quad(report, RDF_TYPE, _REPORT, graph)
    yield Quad(report, _CONFORMS, Literal(conforms(given)), graph)
    for one in given:
        node = NamedNode(iris.result(one.id))
        yield Quad(report, _HAS, node, graph)
        yield Quad(node, RDF_TYPE, _RESULT, graph)
        yield Quad(node, _FOCUS, NamedNode(one.focus), graph)
        yield Quad(node, _SHAPE, nodes[one.shape], graph)
        yield Quad(node, _SEVERITY, _SEVERITY_NODES[one.severity], graph)
        yield Quad(node, _MESSAGE, Literal(one.message), graph)
        if one.path:
            yield Quad(node, _PATH, nodes[one.path], graph)
        if one.constraint:
            component = f"sh:{one.constraint[:1].upper()}{one.constraint[1:]}ConstraintComponent"
            yield Quad(node, _COMPONENT, named(component), graph)
        if one.value is not None:
            yield Quad(node, _VALUE, Literal(one.value), graph)
        yield Quad(node, LABEL, Literal(describe(one.focus)), graph)


def conforms(violations: Iterable[Violation]) -> bool:
    """Whether there are no violations; warnings and remarks do not count."""
    return not any(one.severity == "violation" for one in violations)


FORMATS: Mapping[str, Callable[[Sequence[Violation], Describe], str]] = MappingProxyType(
    {"text": text_report, "json": json_report, "html": html_report, "ttl": turtle_report}
)


def render(violations: Sequence[Violation], format: str, describe: Describe = str) -> str:
    """The report in a format of FORMATS.

    Raises: UnknownName for another format.
    """
    if format not in FORMATS:
        raise UnknownName("report format", format, FORMATS)
    return FORMATS[format](violations, describe)
