"""The SPARQL page: an editor with completion, the library as examples, and drawings of results."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from kg import iris, ontology, readable
from kg.api.pages import links
from kg.api.pages.site import HEADERS, Crumb, Site, render
from kg.dates import day_range
from kg.drawing.layers import Edge, Node, in_layers, layered
from kg.drawing.ranges import Range, ranges
from kg.drawing.scatter import Point, scatter
from kg.errors import KgError
from kg.questions import Parameter, Question, library, question

FORBIDDEN = '<>"{}|^`\\'
HEADER = re.compile(r"^#\+.*\n", re.MULTILINE)
BRANCH = re.compile(r"^ +\{(?: #.*)?\n", re.MULTILINE)
SILENT = frozenset({"written", "lexical", "bound", "unit", "status"})
"""Columns of the library's questions that say how a figure is given, not what it is of."""
LARGEST = 4_000_000
ROWS = 40
GRAPH_EDGES = 60
FIRST = """# What did training each model cost, as written, and in which statement?
SELECT ?model ?cost ?written ?statement WHERE {
  ?statement a kg:Statement ;
    kg:subject ?model ;
    kg:predicate kg:trainingCost ;
    kg:value ?cost ;
    kg:lexical ?written .
}
ORDER BY DESC(?cost)
LIMIT 50
"""


def router(site: Site) -> APIRouter:
    """Routes of the editor. The endpoint of the SPARQL Protocol answers at the same address for everyone but browsers."""
    routes = APIRouter()

    @routes.get("/sparql", operation_id="page_sparql")
    def page(request: Request, query: str = "") -> Response:
        asked = request.query_params.get("question", "")
        chosen, text = None, query
        if asked:
            chosen = question(asked)
            text = filled(site, chosen, request.query_params)
        return render(
            request,
            "sparql.html",
            title="SPARQL",
            crumbs=(Crumb("SPARQL"),),
            section="/sparql",
            query=text or with_prefixes(FIRST),
            run=bool(query or asked),
            chosen=chosen,
            questions=[(name, item.summary or name, example(item)) for name, item in library().items()],
        )

    @routes.get("/sparql/terms.json", operation_id="page_sparql_terms")
    def terms() -> Response:
        headers = {**HEADERS, "Cache-Control": "max-age=3600"}
        return Response(orjson.dumps(completions()), media_type="application/json", headers=headers)

    @routes.post("/sparql/drawing", operation_id="page_sparql_drawing")
    async def drawing(request: Request) -> Response:
        body = await request.body()
        if len(body) > LARGEST:
            return Response(status_code=413, headers=HEADERS)
        try:
            record = orjson.loads(body)
        except ValueError:
            return Response(status_code=400, headers=HEADERS)
        drawn = await run_in_threadpool(draw, record)
        if not drawn:
            return Response(status_code=204, headers=HEADERS)
        return Response(drawn, media_type="text/html; charset=utf-8", headers=HEADERS)

    return routes


def example(item: Question) -> str:
    """Address of a question with its example values filled in."""
    return f"/sparql?{urlencode({'question': item.name, **{parameter.name: parameter.example for parameter in item.params}})}"


def with_prefixes(text: str) -> str:
    """The query with a declaration for each known prefix it uses and does not declare."""
    used = [name for name in ontology.prefixes() if f"{name}:" in text and f"PREFIX {name}:" not in text]
    return "".join(f"PREFIX {name}: <{ontology.prefixes()[name]}>\n" for name in used) + text


def filled(site: Site, item: Question, given: Mapping[str, str]) -> str:
    """The question's text with the given values at the beginning of its WHERE, where its patterns and filters see them."""
    values = [
        f"VALUES ${parameter.name} {{ {term(site, parameter, given[parameter.name].strip())} }}"
        for parameter in item.params
        if given.get(parameter.name, "").strip()
    ]
    text = f"# {item.summary}\n" + HEADER.sub("", item.sparql).rstrip()
    head, where, body = text.partition("WHERE {\n")
    if not values or not where:
        return text + "\n"
    # A group of its own is evaluated before it is joined, so the branches of a UNION need the values too.
    inner = "".join(f"      {value}\n" for value in values)
    body = BRANCH.sub(lambda found: found[0] + inner, body)
    return head + where + "".join(f"  {value}\n" for value in values) + body + "\n"


def term(site: Site, parameter: Parameter, value: str) -> str:
    """A parameter's value as it stands in a query; text is quoted and escaped, so it can be nothing but a value."""
    if parameter.type == "entity":
        found = site.catalogue().named(value)
        identifier = found[0].id if found else value
        try:
            return f"<{iris.entity(identifier)}>"
        except (KgError, ValueError):
            return quoted(value)
    if parameter.type == "iri":
        return f"<{_safe(value)}>"
    if parameter.type == "number":
        try:
            return f"{float(value):.15g}"
        except ValueError:
            return quoted(value)
    if parameter.type == "date":
        days = day_range(value)
        return f"{quoted(days[1] if days else value)}^^<http://www.w3.org/2001/XMLSchema#date>"
    return quoted(value)


def _safe(iri: str) -> str:
    """The IRI without characters that could end it (SPARQL 1.1, IRIREF)."""
    return "".join(letter for letter in iri if letter > " " and letter not in FORBIDDEN)


def quoted(value: str) -> str:
    """A string literal."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'


def completions() -> dict[str, Any]:
    """What the editor completes: prefixes, and the ontology's terms with their labels."""
    kept = [{"name": f"kg:{name}", "label": item.label} for name, item in sorted(ontology.predicates().items())]
    kept += [{"name": f"kg:{item.name}", "label": f"class: {item.label}"} for item in ontology.entity_classes().values()]
    seen: dict[str, dict[str, str]] = {}
    for item in kept:
        seen.setdefault(item["name"], item)
    prefixes = [{"name": f"{name}:", "iri": address} for name, address in sorted(ontology.prefixes().items())]
    return {"prefixes": prefixes, "terms": list(seen.values())}


def page_of(iri: str) -> str | None:
    """The page of the thing an IRI of this graph names; None for any other."""
    identifier = iris.entity_id(iri)
    if identifier:
        return links.entity(identifier)
    said = iris.statement_id(iri)
    return links.statement(said) if said else None


def draw(record: Any) -> str:
    """The results as a drawing where their columns allow one: a graph of entities, points, or bars; else nothing.

    `record` is {"columns": [...], "rows": [[{"value", "type", "label"}, ...]]} with None for an unbound cell.
    """
    if not isinstance(record, dict) or not isinstance(record.get("columns"), list) or not isinstance(record.get("rows"), list):
        return ""
    columns = [str(name) for name in record["columns"]]
    rows = [row for row in record["rows"] if isinstance(row, list) and len(row) == len(columns)]
    if not 1 < len(rows) <= 5000 or len(columns) < 2:
        return ""
    rows, unit = _one_unit(columns, rows)
    numbers = [index for index in range(len(columns)) if _all(rows, index, _number)]
    entities = [index for index in range(len(columns)) if _all(rows, index, _entity)]
    telling = _telling(rows, [index for index, name in enumerate(columns) if index not in numbers and name not in SILENT])
    if len(entities) >= 2:
        return _graph(rows, entities[0], entities[1], columns)
    if len(numbers) >= 2 and telling:
        return _points(rows, numbers[0], numbers[1], telling, columns)
    if numbers and telling:
        return _bars(rows, numbers[0], telling, columns[numbers[0]] + (f", {unit}" if unit else ""))
    return ""


def _one_unit(columns: list[str], rows: list[list[Any]]) -> tuple[list[list[Any]], str]:
    """The rows in the commonest unit, where a column names one: figures of different units share no axis."""
    if "unit" not in columns:
        return rows, ""
    place = columns.index("unit")
    units = Counter(_text(row[place]) for row in rows)
    if not units:
        return rows, ""
    unit = max(sorted(units), key=lambda name: units[name])
    return [row for row in rows if _text(row[place]) == unit], unit


def _telling(rows: list[list[Any]], columns: list[int]) -> list[int]:
    """The first two columns whose words differ from row to row, else the first of all: what a mark is called."""
    differing: list[int] = []
    same: list[int] = []
    for index in columns:
        words = {_text(row[index]) for row in rows}
        pages = {page_of(str(row[index].get("value", ""))) for row in rows if isinstance(row[index], dict)}
        statements = any(page and page.startswith(("/statement/", "/fact/", "/check/", "/document/")) for page in pages)
        if not statements and words != {""}:
            (differing if len(words) > 1 else same).append(index)
    return differing[:2] or same[:1]


def _named(row: list[Any], columns: list[int]) -> str:
    return ", ".join(words for index in columns if (words := _text(row[index])))


def _text(cell: Any) -> str:
    if not isinstance(cell, dict):
        return ""
    return str(cell.get("label") or cell.get("value") or "")[:200]


def _number(cell: Any) -> float | None:
    if not isinstance(cell, dict) or str(cell.get("type", "")).rpartition("#")[2] not in (
        "double", "decimal", "integer", "float", "int", "long",
    ):  # fmt: skip
        return None
    try:
        value = float(cell["value"])
    except (KeyError, TypeError, ValueError):
        return None
    return value if abs(value) < 1e40 else None


def _entity(cell: Any) -> str | None:
    if not isinstance(cell, dict) or cell.get("type") != "uri":
        return None
    return iris.entity_id(str(cell.get("value", "")))


def _all(rows: list[list[Any]], index: int, test: Any) -> bool:
    cells = [row[index] for row in rows if row[index] is not None]
    return len(cells) > 1 and all(test(cell) is not None for cell in cells)


def _href(row: list[Any]) -> str:
    """The page a mark leads to: the first of the row's things that has one."""
    pages = [page_of(str(cell.get("value", ""))) for cell in row if isinstance(cell, dict) and cell.get("type") == "uri"]
    statements = [page for page in pages if page and page.startswith("/statement/")]
    return next(iter(statements), None) or next((page for page in pages if page), "#results")


def _graph(rows: list[list[Any]], left: int, right: int, columns: list[str]) -> str:
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str], Edge] = {}
    for row in rows:
        ends = (_entity(row[left]), _entity(row[right]))
        if ends[0] is None or ends[1] is None or ends[0] == ends[1] or len(edges) >= GRAPH_EDGES:
            continue
        for end, cell in zip(ends, (row[left], row[right]), strict=True):
            kind = links.type_of(str(end))
            label = _text(cell)
            label = label if label and not label.startswith("http") else str(end).partition("/")[2]
            nodes.setdefault(str(end), Node(str(end), label, kind, links.type_words(kind), links.entity(str(end)), 0))
        edges.setdefault((ends[0], ends[1]), Edge(ends[0], ends[1], columns[right], f"{columns[right]}: {_text(row[right])}", _href(row)))
    if not edges:
        return ""
    starts = [name for name in nodes if not any(target == name for _, target in edges)] or list(nodes)[:1]
    steps = [("", name) for name in starts] + list(edges)
    placed = [node for node in in_layers([Node("", "", "", "", "", 0), *nodes.values()], steps, "") if node.id]
    lowest = min(node.layer for node in placed)
    shifted = [Node(node.id, node.label, node.kind, node.caption, node.href, max(node.layer - lowest, 0)) for node in placed]
    made = list(edges.values())
    return layered(shifted, made, "Results as a graph") + layered(shifted, made, "Results as a graph", vertical=True)


def _points(rows: list[list[Any]], x: int, y: int, names: list[int], columns: list[str]) -> str:
    made = []
    for row in rows[:250]:
        across, upward = _number(row[x]), _number(row[y])
        if across is not None and upward is not None:
            made.append(Point(across, upward, _named(row, names), _href(row)))
    titles = ("Results as points", columns[x], columns[y])
    return scatter(made, *titles) + scatter(made, *titles, narrow=True)


def _bars(rows: list[list[Any]], number: int, names: list[int], title: str) -> str:
    made = []
    for row in rows[:ROWS]:
        value = _number(row[number])
        if value is not None:
            made.append(Range(_named(row, names), value, value, value, readable.number(value), _href(row)))
    titles = ("Results as points on an axis", title)
    return ranges(made, *titles) + ranges(made, *titles, narrow=True)
