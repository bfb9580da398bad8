"""An entity's page: its facts in groups with every claim on a shared axis, training runs by stage, relations, timeline."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from kg import readable
from kg.api.pages import links
from kg.api.pages.claims import (
    DISPUTED,
    STRIP_WIDTH,
    Chip,
    Linked,
    document_title,
    fact_chip,
    leading,
    marks,
    reading,
    relations_to,
    scale_of,
    summary_strip,
)
from kg.api.pages.site import Alternate, Crumb, Site, render
from kg.catalogue import Catalogue, EntityRow, FactRow, Filter, PairRow, Row
from kg.drawing.layers import Edge, Node, layered
from kg.drawing.strip import axis
from kg.drawing.timeline import NARROW, Event, timeline

MOST = 2000
MOST_ABOUT = 500
BESIDE = 7
MODELS = 40
EVENTS = 16
BESIDE_DOWN = 3
RUN_COLUMNS = (
    ("gpuHours", "GPU-hours"),
    ("trainingCost", "Cost"),
    ("trainingDuration", "Duration"),
    ("trainingHardware", "Chips"),
    ("chipCount", "Number of chips"),
    ("trainingTokens", "Tokens"),
    ("trainingCompute", "Compute"),
)
STAGES = ("pre-training", "context-extension", "post-training", "full-training", "")


@dataclass(frozen=True, slots=True)
class Item:
    """A value with the page of what it names, and its evidence."""

    label: str
    href: str | None
    fact_href: str
    statements: int
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One fact in one line, or the facts of a predicate that has many values."""

    items: tuple[Item, ...]
    scope: str
    strip: str
    chip: Chip | None
    statements: int
    origins: int


@dataclass(frozen=True, slots=True)
class Lines:
    """The facts of one predicate, on one axis where they are figures."""

    predicate: str
    label: str
    axis: str
    lines: tuple[Line, ...]
    readings: int


@dataclass(frozen=True, slots=True)
class Group:
    """Facts under one heading."""

    name: str
    predicates: tuple[Lines, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A training stage with the leading value of each column, None where nothing is said."""

    stage: str
    cells: tuple[tuple[Linked, ...], ...]


def router(site: Site) -> APIRouter:
    """Routes of the entity pages."""
    routes = APIRouter()

    @routes.get("/page/{kind}/{slug}", operation_id="page_entity")
    def page(request: Request, kind: str, slug: str) -> Response:
        return entity_page(request, site.catalogue(), f"{kind}/{slug}")

    return routes


def entity_page(request: Request, catalogue: Catalogue, identifier: str) -> Response:
    """Render the page of an entity. Raises: UnknownName."""
    entity = catalogue.entity(identifier)
    facts = {fact.id: fact for fact in catalogue.facts(subject=identifier, limit=MOST).items}
    own = catalogue.statements(Filter(subject=identifier), limit=MOST).items
    about = catalogue.statements(Filter(object=identifier), limit=MOST_ABOUT).items
    said = catalogue.statements(Filter(claimant=identifier), limit=60)
    by_fact: dict[str, list[Row]] = defaultdict(list)
    for row in own:
        by_fact[row.fact_id].append(row)
    pairs: dict[str, list[PairRow]] = defaultdict(list)
    for pair in catalogue.pairs_of(name for name, fact in facts.items() if fact.relation not in ("", "same")):
        pairs[pair.fact_id].append(pair)
    href, section = links.section_of(entity.type)
    return render(
        request,
        "entity.html",
        title=entity.label,
        crumbs=(Crumb(section, href), Crumb(entity.label)),
        alternates=alternates(identifier),
        section=href,
        entity=entity,
        summary=summary(entity, facts, own),
        groups=groups(facts, by_fact, pairs),
        runs=runs(facts, by_fact) if entity.type == "model" else None,
        relations=relations(entity, own, about),
        timeline=dates(catalogue, entity, own, about),
        elsewhere=elsewhere(about),
        said=[(readable.sentence(row.statement), links.statement(row.statement.id), document_title(row)) for row in said.items],
        said_total=said.total,
        claims=[
            (row.statement.object or row.statement.quote, links.statement(row.statement.id), document_title(row))
            for row in own
            if not row.fact_id
        ],
        strip_width=STRIP_WIDTH,
    )


def alternates(identifier: str) -> tuple[Alternate, ...]:
    """The entity as data."""
    return (
        Alternate("JSON", f"/data/{identifier}.json", "application/json"),
        Alternate("JSON-LD", f"/data/{identifier}.jsonld", "application/ld+json"),
        Alternate("Turtle", f"/data/{identifier}.ttl", "text/turtle"),
        Alternate("CSV", f"/data/{identifier}.csv", "text/csv"),
    )


def summary(entity: EntityRow, facts: dict[str, FactRow], own: Sequence[Row]) -> str:
    """One line on what is known: counts of facts, statements, documents, disputed facts."""
    documents = len({row.statement.document_id for row in own})
    disputed = sum(fact.status in ("contradicted", "disputed") for fact in facts.values())
    if not facts:
        return f"Named in what is said about others, {entity.as_object + entity.as_claimant} times."
    words = f"{len(facts)} facts from {len(own)} statements in {documents} {'document' if documents == 1 else 'documents'}"
    return f"{words}; sources disagree on {disputed}." if disputed else f"{words}."


def groups(facts: dict[str, FactRow], by_fact: dict[str, list[Row]], pairs: Mapping[str, Sequence[PairRow]]) -> list[Group]:
    """Facts by heading and predicate, in the order people look for them."""
    by_predicate: dict[str, list[FactRow]] = defaultdict(list)
    for name, fact in facts.items():
        if by_fact[name]:
            by_predicate[fact.predicate].append(fact)
    made: dict[str, list[Lines]] = defaultdict(list)
    for predicate in sorted(by_predicate, key=readable.predicate_order):
        for some in _by_unit(by_predicate[predicate], by_fact):
            made[readable.group_of(predicate)].append(_lines(predicate, some, by_fact, pairs))
    return [Group(name, tuple(found)) for name, found in made.items()]


def _by_unit(facts: Sequence[FactRow], by_fact: dict[str, list[Row]]) -> list[list[FactRow]]:
    units: dict[str, list[FactRow]] = defaultdict(list)
    for fact in facts:
        units[leading(by_fact[fact.id], fact.representative).statement.unit].append(fact)
    return [units[unit] for unit in sorted(units)]


def _lines(predicate: str, facts: Sequence[FactRow], by_fact: dict[str, list[Row]], pairs: Mapping[str, Sequence[PairRow]]) -> Lines:
    rows = [row for fact in facts for row in by_fact[fact.id]]
    numeric = bool(marks(rows, {}))
    scale = scale_of(rows)
    if not numeric and len(facts) > 1:
        listed = sorted(
            facts, key=lambda fact: (-fact.statements, leading(by_fact[fact.id], fact.representative).statement.object or "", fact.id)
        )
        items = tuple(_item(fact, by_fact[fact.id], True) for fact in listed)
        line = Line(items, "", "", None, sum(fact.statements for fact in facts), max(fact.origins for fact in facts))
        return Lines(predicate, readable.predicate_words(predicate), "", (line,), len(facts))
    lines = []
    for fact in sorted(facts, key=lambda fact: (_stage_order(fact.qualifiers.get("stage", "")), -fact.statements, fact.id)):
        lead = leading(by_fact[fact.id], fact.representative)
        found = relations_to(lead, by_fact[fact.id], pairs.get(fact.id, ()))
        drawn = summary_strip(by_fact[fact.id], found, scale, lead.statement.id)
        item = _item(fact, by_fact[fact.id], False)
        lines.append(Line((item,), _scope(fact, lead), drawn, fact_chip(fact, found.values()), fact.statements, fact.origins))
    return Lines(
        predicate,
        readable.predicate_words(predicate),
        axis(scale, STRIP_WIDTH) if numeric else "",
        tuple(lines),
        len({reading(row.statement) for row in rows}),
    )


def _scope(fact: FactRow, lead: Row) -> str:
    """The qualifiers that tell the fact from others, as the leading statement writes them (a fact's own are folded)."""
    said = lead.statement.qualifiers
    return readable.qualifier_words({name: said.get(name, value) for name, value in fact.qualifiers.items()})


def _item(fact: FactRow, rows: Sequence[Row], in_list: bool) -> Item:
    said = leading(rows, fact.representative).statement
    label = readable.value_text(said) or said.quote
    scope = readable.qualifier_words({name: said.qualifiers.get(name, value) for name, value in fact.qualifiers.items()})
    if in_list and scope:
        label = f"{label} ({scope[:1].lower()}{scope[1:]})"
    chip = fact_chip(fact) if in_list and fact.status in DISPUTED else None
    return Item(label, links.entity(said.object_id) if said.object_id else None, links.fact(fact.id), fact.statements, chip)


def _stage_order(stage: str) -> int:
    return {"full-training": 0, "": 1, "pre-training": 2, "context-extension": 3, "post-training": 4}.get(stage, 5)


def runs(facts: dict[str, FactRow], by_fact: dict[str, list[Row]]) -> tuple[list[str], list[Run]] | None:
    """Training figures by stage; None where fewer than two stages are named."""
    cells: dict[tuple[str, str], list[Linked]] = defaultdict(list)
    stages = set()
    for name, fact in sorted(facts.items(), key=lambda item: (-item[1].statements, item[0])):
        if fact.predicate not in dict(RUN_COLUMNS) or not by_fact[name]:
            continue
        stage = fact.qualifiers.get("stage", "")
        if "per" in fact.qualifiers or "planned" in fact.qualifiers:
            continue
        lead = leading(by_fact[name], fact.representative).statement
        stages.add(stage)
        cell = cells[stage, fact.predicate]
        shown = Linked(readable.value_text(lead), links.fact(name))
        if shown.label not in [item.label for item in cell] and len(cell) < 3:
            cell.append(shown)
    named = [stage for stage in (*STAGES, *sorted(stages - set(STAGES))) if stage in stages]
    if len(named) < 2:
        return None
    columns = [(predicate, label) for predicate, label in RUN_COLUMNS if any((stage, predicate) in cells for stage in named)]
    made = []
    for stage in named:
        name = readable.stage_name(stage) if stage else "Stage not named"
        made.append(Run(name, tuple(tuple(cells[stage, predicate]) for predicate, _ in columns)))
    return [label for _, label in columns], made


@dataclass(frozen=True, slots=True)
class Relations:
    """The drawn neighbourhood, across and down, and how many neighbours were left out."""

    across: str
    down: str
    left_out: int


def relations(entity: EntityRow, own: Sequence[Row], about: Sequence[Row]) -> Relations | None:
    """The entities it stands in relation to: those that point at it before it, those it points at after it; fewer on a phone."""
    label = f"What {entity.label} stands in relation to"
    nodes, edges, left_out = neighbourhood(entity, own, about, BESIDE)
    if not edges:
        return None
    few_nodes, few_edges, _ = neighbourhood(entity, own, about, BESIDE_DOWN)
    return Relations(layered(nodes, edges, label), layered(few_nodes, few_edges, label, vertical=True), left_out)


def neighbourhood(entity: EntityRow, own: Sequence[Row], about: Sequence[Row], most: int) -> tuple[list[Node], list[Edge], int]:
    """At most `most` neighbours on each side, those most is said of first, and how many are left out."""
    weight: dict[tuple[str, str, bool], list[Row]] = defaultdict(list)
    for rows, outgoing in ((about, False), (own, True)):
        for row in rows:
            other = row.statement.object_id if outgoing else row.statement.subject_id
            if other and other != entity.id and links.type_of(other) not in ("document", "publication", "concept"):
                weight[other, row.statement.predicate, outgoing].append(row)
    ranked = sorted(weight.items(), key=lambda item: (-len(item[1]), item[0]))
    nodes = {entity.id: Node(entity.id, entity.label, entity.type, links.type_words(entity.type), links.entity(entity.id), 1, True)}
    edges: list[Edge] = []
    counts = {True: 0, False: 0}
    left_out = 0
    for (other, predicate, outgoing), rows in ranked:
        said = rows[0].statement
        if other not in nodes:
            if counts[outgoing] >= most:
                left_out += 1
                continue
            counts[outgoing] += 1
            label = (said.object or other) if outgoing else said.subject
            kind = links.type_of(other)
            nodes[other] = Node(other, label, kind, links.type_words(kind), links.entity(other), 2 if outgoing else 0)
        source, target = (entity.id, other) if outgoing else (other, entity.id)
        disputed = any(row.statement.status in ("denied", "alleged") for row in rows)
        words = readable.edge_words(predicate)
        if disputed:
            words = f"{words} ({'denied' if any(row.statement.status == 'denied' for row in rows) else 'alleged'})"
        edges.append(Edge(source, target, words, readable.plain(readable.sentence(said)), links.fact(rows[0].fact_id), disputed))
    present = sorted({node.layer for node in nodes.values()})
    return [_moved(node, present.index(node.layer)) for node in nodes.values()], edges, left_out


def _moved(node: Node, layer: int) -> Node:
    return Node(node.id, node.label, node.kind, node.caption, node.href, layer, node.current)


def dates(catalogue: Catalogue, entity: EntityRow, own: Sequence[Row], about: Sequence[Row]) -> tuple[str, ...]:
    """What happened when: its own dated facts, and for an organisation the releases of its models."""
    rows = list(own)
    if entity.type == "organisation":
        models = sorted({row.statement.subject_id for row in about if row.statement.predicate == "developer"})
        rows.extend(catalogue.statements_about(models[:MODELS], ["releaseDate"]))
    events: dict[tuple[str, str], Event] = {}
    for row in rows:
        said = row.statement
        if not said.predicate.endswith("Date") or not said.object or not said.object[:4].isdigit() or said.status == "denied":
            continue
        word = readable.predicate_words(said.predicate).removesuffix(" date").lower()
        label = f"{said.subject} {_done(word)}" if said.subject_id != entity.id else _done(word).capitalize()
        events.setdefault((said.object, label), Event(said.object, label, links.fact(row.fact_id)))
    labels = [(event.date, event.label) for event in events.values()]
    shown = [event for event in events.values() if not any(name == event.label and _finer(day, event.date) for day, name in labels)]
    shown = sorted(shown, key=lambda event: event.date)[-EVENTS:]
    label = f"Dates of {entity.label}"
    return (timeline(shown, label), timeline(shown, label, NARROW)) if len(shown) > 1 else ()


def _finer(date: str, than: str) -> bool:
    return len(date) > len(than) and date.startswith(than)


def _done(word: str) -> str:
    return {"release": "released", "founding": "founded", "publication": "published", "operational": "in operation"}.get(word, word)


def elsewhere(about: Sequence[Row]) -> list[tuple[tuple[readable.Part, ...], str, str]]:
    """What is said about others that names this entity: one line a fact."""
    seen: dict[str, tuple[tuple[readable.Part, ...], str, str]] = {}
    for row in about:
        seen.setdefault(row.fact_id, (readable.sentence(row.statement), links.fact(row.fact_id), links.entity(row.statement.subject_id)))
    return list(seen.values())[:60]
