"""The page of charts: what models cost, GPU-hours against cost, releases by date, compute over time; each also as CSV."""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from kg import readable
from kg.api.pages import links
from kg.api.pages.claims import extent_of, leading
from kg.api.pages.site import Alternate, Crumb, Site, count, render
from kg.catalogue import Catalogue, Filter, Row
from kg.drawing.ranges import Range, ranges
from kg.drawing.scatter import Point, scatter
from kg.drawing.timeline import NARROW, Event, timeline, year_of
from kg.errors import UnknownName
from kg.statements import Statement

MOST = 20_000
ROWS = 25
POINTS = 250
PARTIAL = frozenset({"per", "planned", "condition"})
EVENTS = 30


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart with its source line; `table` is what its CSV holds, header first."""

    name: str
    title: str
    lede: str
    drawing: str
    narrow: str
    source: str
    table: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """What is said of one predicate of one model's whole training: the leading statement and the ends of all claims."""

    subject: str
    subject_id: str
    lead: Row
    low: float
    high: float
    rows: tuple[Row, ...]


def router(site: Site) -> APIRouter:
    """Routes of the charts. They are drawn once a release."""
    routes = APIRouter()
    kept: dict[str, tuple[Chart, ...]] = {}

    def charts() -> tuple[Chart, ...]:
        catalogue = site.catalogue()
        key = str(catalogue.path)
        if key not in kept:
            fresh = tuple(made for draw in DRAWN if (made := draw(catalogue)) is not None)
            kept.clear()
            kept[key] = fresh
        return kept[key]

    @routes.get("/charts", operation_id="page_charts")
    def page(request: Request) -> Response:
        return render(
            request,
            "charts.html",
            title="Charts",
            crumbs=(Crumb("Charts"),),
            alternates=tuple(Alternate(f"{chart.title} (CSV)", f"/charts/{chart.name}.csv", "text/csv") for chart in charts()),
            section="/charts",
            charts=charts(),
        )

    @routes.get("/charts/{name}.csv", operation_id="page_chart_csv")
    def table(name: str) -> Response:
        chart = next((chart for chart in charts() if chart.name == name), None)
        if chart is None:
            raise UnknownName("chart", name, (chart.name for chart in charts()))
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(chart.table)
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Access-Control-Allow-Origin": "*"}
        return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)

    return routes


def figures(catalogue: Catalogue, predicate: str, unit: str) -> list[Figure]:
    """The figures of whole training runs, denied ones, rates and plans left out, by model."""
    by_subject: dict[str, list[Row]] = defaultdict(list)
    for row in catalogue.statements(Filter(predicate=predicate, unit=unit), limit=MOST).items:
        said = row.statement
        whole = said.qualifiers.get("stage", "full-training") == "full-training" and not {"per", "planned", "condition"} & set(
            said.qualifiers
        )
        if whole and said.status != "denied" and extent_of(said) and said.subject_id.startswith("model/"):
            by_subject[said.subject_id].append(row)
    made = []
    for subject, rows in sorted(by_subject.items()):
        extents = [extent for row in rows if (extent := extent_of(row.statement))]
        lead = leading(rows)
        low, high = min(extent[0] for extent in extents), max(extent[1] for extent in extents)
        if low > 0:
            made.append(Figure(lead.statement.subject, subject, lead, low, high, tuple(rows)))
    return made


def _middle(row: Row) -> float:
    extent = extent_of(row.statement)
    assert extent is not None
    return (extent[0] + extent[1]) / 2


def _short(said: Statement) -> str:
    """The statement's figure with three digits, as much as a chart can show."""
    value, low, high = (None if figure is None else float(f"{figure:.3g}") for figure in (said.value, said.low, said.high))
    return readable.quantity(value, said.unit, low, high, said.bound)


def _source(catalogue: Catalogue, rows: Sequence[Row]) -> str:
    publishers = sorted({row.publisher or row.title or row.statement.document for row in rows})
    named = ", ".join(publishers[:4]) + (f" and {len(publishers) - 4} more" if len(publishers) > 4 else "")
    return f"Lab Facts, release {catalogue.release().hash[:12]}. {count(len(rows), 'statement')} in documents of {named}."


def costs(catalogue: Catalogue) -> Chart | None:
    """Training cost per model, from the lowest to the highest claim."""
    found = sorted(figures(catalogue, "trainingCost", "USD"), key=lambda item: (-_middle(item.lead), item.subject_id))
    if not found:
        return None
    shown = []
    for item in found[:ROWS]:
        said = item.lead.statement
        kind = "plain" if said.status == "asserted" else "soft"
        href = links.fact(item.lead.fact_id)
        value = None if said.value is None and said.low != said.high else _middle(item.lead)
        shown.append(Range(item.subject, item.low, item.high, value, _short(said), href, kind))
    table = [("model", "low_usd", "leading_usd", "high_usd", "statements", "fact")]
    table += [
        (item.subject, f"{item.low:.15g}", f"{_middle(item.lead):.15g}", f"{item.high:.15g}", str(len(item.rows)), item.lead.fact_id)
        for item in found
    ]
    lede = "The dot is the leading claim, the bar reaches from the lowest to the highest. A hollow dot is an estimate or an allegation."
    if len(found) > ROWS:
        lede += f" The {ROWS} highest of {len(found)}."
    titles = ("Training cost per model", "Training cost, US dollars, logarithmic")
    drawing, narrow = ranges(shown, *titles, log=True), ranges(shown, *titles, log=True, narrow=True)
    source = _source(catalogue, [row for item in found for row in item.rows])
    return Chart("training-cost", "Training cost per model", lede, drawing, narrow, source, tuple(table))


def hours_against_cost(catalogue: Catalogue) -> Chart | None:
    """GPU-hours against cost, a point a model and stage that has both."""
    by_run: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for predicate, unit in (("gpuHours", "GPU-hour"), ("trainingCost", "USD")):
        for row in catalogue.statements(Filter(predicate=predicate, unit=unit), limit=MOST).items:
            said = row.statement
            if said.status != "denied" and extent_of(said) and "per" not in said.qualifiers and _middle(row) > 0:
                by_run[said.subject_id, said.qualifiers.get("stage", "full-training")][predicate].append(row)
    points, table, used = [], [("model", "stage", "gpu_hours", "cost_usd", "gpu_hours_fact", "cost_fact")], []
    for (_, stage), both in sorted(by_run.items()):
        if len(both) == 2:
            hours, cost = leading(both["gpuHours"]), leading(both["trainingCost"])
            name = hours.statement.subject
            label = f"{name}, {readable.stage_name(stage).lower()}"
            points.append(Point(_middle(hours), _middle(cost), label, links.fact(cost.fact_id)))
            table.append((name, stage, f"{_middle(hours):.15g}", f"{_middle(cost):.15g}", hours.fact_id, cost.fact_id))
            used += both["gpuHours"] + both["trainingCost"]
    if not points:
        return None
    titles = ("GPU-hours against cost", "GPU-hours", "Cost, US dollars")
    drawing, narrow = scatter(points[:POINTS], *titles), scatter(points[:POINTS], *titles, narrow=True)
    lede = "Each point is a model's training run or one stage of it for which sources give both figures."
    return Chart("gpu-hours-and-cost", "GPU-hours against cost", lede, drawing, narrow, _source(catalogue, used), tuple(table))


def releases(catalogue: Catalogue) -> Chart | None:
    """When models were released."""
    by_subject: dict[str, list[Row]] = defaultdict(list)
    for row in catalogue.statements(Filter(predicate="releaseDate"), limit=MOST).items:
        said = row.statement
        if said.object and said.object[:4].isdigit() and said.status != "denied" and "planned" not in said.qualifiers:
            by_subject[said.subject_id].append(row)
    found = []
    for rows in by_subject.values():
        best = max(rows, key=lambda row: (len(row.statement.object or ""), row.statement.id))
        found.append((best.statement.object or "", best.statement.subject, best, len(rows)))
    found.sort(key=lambda item: (year_of(item[0]), item[1]))
    if len(found) < 2:
        return None
    table = [("model", "released", "statements", "fact"), *((name, date, str(number), row.fact_id) for date, name, row, number in found)]
    source = _source(catalogue, [row for rows in by_subject.values() for row in rows])
    latest = sorted(found, key=lambda item: (item[3], item[0]), reverse=True)[:EVENTS]
    events = [Event(date, name, links.fact(row.fact_id)) for date, name, row, _ in latest]
    lede = "Release dates as sources give them."
    if len(found) > EVENTS:
        lede = f"The {EVENTS} models whose release most statements speak of, of {len(found)}."
    drawing, narrow = timeline(events, "Release timeline", 1040.0), timeline(events, "Release timeline", NARROW)
    return Chart("releases", "Release timeline", lede, drawing, narrow, source, tuple(table))


def compute(catalogue: Catalogue) -> Chart | None:
    """Training compute against release date."""
    dates: dict[str, str] = {}
    for row in catalogue.statements(Filter(predicate="releaseDate"), limit=MOST).items:
        given = row.statement.object or ""
        if given[:4].isdigit() and len(given) > len(dates.get(row.statement.subject_id, "")):
            dates[row.statement.subject_id] = given
    found = [item for item in figures(catalogue, "trainingCompute", "FLOP") if item.subject_id in dates]
    if len(found) < 3:
        return None
    found.sort(key=lambda item: (-_middle(item.lead), item.subject_id))
    points = [
        Point(year_of(dates[item.subject_id]), _middle(item.lead), item.subject, links.fact(item.lead.fact_id)) for item in found[:POINTS]
    ]
    table = [("model", "released", "flop", "fact")]
    table += [(item.subject, dates[item.subject_id], f"{_middle(item.lead):.15g}", item.lead.fact_id) for item in found]
    titles = ("Training compute over time", "Released", "Training compute, FLOP, logarithmic")
    drawing, narrow = scatter(points, *titles, years=True), scatter(points, *titles, years=True, narrow=True)
    lede = "Training compute of models by release date." + (f" The {POINTS} largest of {len(found)}." if len(found) > POINTS else "")
    source = _source(catalogue, [row for item in found for row in item.rows])
    return Chart("compute", "Training compute over time", lede, drawing, narrow, source, tuple(table))


DRAWN: tuple[Callable[[Catalogue], Chart | None], ...] = (costs, hours_against_cost, releases, compute)
