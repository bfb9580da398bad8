"""From readings and weights to statements: choose, abstain, place the span, read bound, qualifiers, claimant and status."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from kg.documents import Document
from kg.statements import Statement, identified
from loaders.offline.analysis import LIST_GAP, Analysis, Segment
from loaders.offline.claims import Claims
from loaders.offline.found import Found
from loaders.offline.mentions import Mention
from loaders.offline.readings import Evidence, Proposals, Reading, readings
from loaders.offline.slots import slots
from loaders.offline.structure import structural
from loaders.offline.weights import Weights

EXTRACTOR = "offline@2"
_AT_ONCE = 4096  # readings judged by the forest
LEAST = 0.4  # readings that the forest gives less are not stated


def statements_with(
    weights: Weights, document: Document, analysis: Analysis, least: float = LEAST, proposals: Proposals | None = None
) -> tuple[Statement, ...]:
    """The document's statements in reading order, as these weights see them; `proposals` when they have been made before."""
    made = proposals or Proposals(analysis, kept=False)
    every = readings(weights.models, made)
    analysis.lightened()
    told = Evidence(weights.models["name"], made, every, weights.predicates)
    sure = array("d")
    for begin in range(0, len(every), _AT_ONCE):
        sure.frombytes(weights.forest.probabilities(told.rows(begin, begin + _AT_ONCE)).tobytes())
    del told
    return _stated(document, analysis, every, sure, least)


def _stated(document: Document, analysis: Analysis, every: Sequence[Reading], sure: Sequence[float], least: float) -> tuple[Statement, ...]:
    """The statements of the readings that are sure enough: of what is said several times, the surest of each claimant and bound."""
    claims = Claims(analysis)
    kept: dict[tuple[str, ...], _Said] = {}
    doubted: dict[tuple[str, ...], float] = {}
    for found in (*_chosen(analysis, every, sure, least), *structural(analysis)):
        said = _said(claims, found)
        # What two claimants say, what one alleges and another denies, and what one puts at a figure and another at more, are two statements.
        doubt = said.status if said.status in ("alleged", "denied") else ""
        bound = found.figure.figure.bound if found.figure else ""
        key = (found.subject_key, found.predicate, found.object_key, doubt, bound, *said.claimants[:1])
        if doubt:
            doubted[key[:3]] = max(doubted.get(key[:3], 0.0), found.score)
        if key not in kept or kept[key].found.score < found.score:
            kept[key] = said
    # What is doubted elsewhere in the document is stated only when it is surer than the doubt.
    stated = [said for key, said in kept.items() if key[3] or said.found.score >= doubted.get(key[:3], 0.0)]
    stated.sort(key=lambda said: (said.found.start, said.found.end, said.found.predicate, said.found.subject))
    return tuple(_statement(document, analysis, claims, said) for said in stated)


@dataclass(frozen=True, slots=True)
class _Said:
    """What is found, who says it, nearest first, and how sure it is put."""

    found: Found
    claimants: tuple[str, ...]
    status: str


def _said(claims: Claims, found: Found) -> _Said:
    own, anchor = found.subject == "document", _anchor(found)
    spoken = () if own else claims.claimants(found.segment, found.predicate, anchor)
    claimants = tuple(name for name in spoken if name != found.object)
    if own or found.predicate in ("identifier", "costExcludes", "costIncludes"):
        return _Said(found, claimants, "asserted")
    return _Said(found, claimants, claims.status(found.segment, found.predicate, anchor, claimants))


def _anchor(found: Found) -> tuple[int, int]:
    return (found.figure.figure.start, found.figure.figure.end) if found.figure else found.anchor or (found.start, found.end)


def _chosen(analysis: Analysis, every: Sequence[Reading], sure: Sequence[float], least: float) -> Iterator[Found]:
    """The readings to state, surest first: one predicate a figure, one subject an anchor unless several are listed, one object where the
    predicate allows one."""
    taken: dict[tuple[bool, int], Reading] = {}
    leaders: dict[tuple[bool, int, str], Mention] = {}
    only: set[tuple[str, str]] = set()
    for number in sorted((number for number, each in enumerate(sure) if each >= least), key=lambda number: (-sure[number], number)):
        reading = every[number]
        slot, mention = slots()[reading.predicate], reading.candidate.mention
        if reading.figure is not None and taken.setdefault(reading.anchor, reading).predicate != reading.predicate:
            continue
        if reading.figure is not None or slot.one_subject:
            leader = leaders.setdefault((*reading.anchor, reading.predicate), mention)
            if leader is not mention and not _listed(analysis, leader, mention):
                continue
        if slot.one == "object":
            if (reading.predicate, mention.key) in only:
                continue
            only.add((reading.predicate, mention.key))
        anchor = reading.pair.anchor if reading.pair else None
        yield Found(
            mention.label,
            mention.key,
            reading.predicate,
            *_span(reading.segment, reading.start, reading.end, mention.start, mention.end),
            reading.segment,
            sure[number],
            anchor.label if anchor else None,
            reading.object_key,
            reading.figure,
            (reading.start, reading.end) if anchor else None,
        )


def _span(segment: Segment, start: int, end: int, left: int, right: int) -> tuple[int, int]:
    """The smallest range of the segment that holds the anchor and, when it stands in the same segment, the subject."""
    if segment.start <= left and right <= segment.end:
        return min(start, left), max(end, right)
    return start, end


def _statement(document: Document, analysis: Analysis, claims: Claims, said: _Said) -> Statement:
    found = said.found
    start, end = analysis.text.raw_span(found.start, found.end)
    statement = Statement(
        document=document.name, document_id=document.id, subject=found.subject, predicate=found.predicate, start=start, end=end,
        quote=document.raw[start:end], object=found.object, attributed_to=said.claimants, status=said.status,
        qualifiers=claims.qualifiers(found.segment, found.predicate, *_anchor(found)), extractor=EXTRACTOR, confidence=round(found.score, 3),
    )  # fmt: skip
    if found.figure is not None:
        statement = _with_figure(statement, analysis, found)
    return identified(statement)


def _with_figure(statement: Statement, analysis: Analysis, found: Found) -> Statement:
    assert found.figure is not None
    figure = found.figure.figure
    slot = slots()[found.predicate]
    unit = slot.unit
    if figure.kind == "money":
        unit = figure.unit + (
            "/GPU-hour"
            if slot.unit == "USD/GPU-hour"
            else f"/{figure.per}"
            if figure.per in ("year", "month")
            else "/year"
            if slot.unit == "USD/year"
            else ""
        )
    elif figure.kind in ("duration", "power", "energy", "bandwidth", "emission"):
        unit = figure.unit
    elif figure.kind == "percent":
        unit = "percent"
    return replace(
        statement,
        value=None if figure.value is None else float(figure.value), low=None if figure.low is None else float(figure.low),
        high=None if figure.high is None else float(figure.high), unit=unit, lexical=analysis.content[figure.start : figure.end], bound=figure.bound,
    )  # fmt: skip


def _listed(analysis: Analysis, one: Mention, other: Mention) -> bool:
    """Whether two mentions are items of one enumeration: between them stand only commas, conjunctions and items of their type."""
    low, high = (one, other) if one.start < other.start else (other, one)
    position = low.end
    for mention in chain(analysis.mentions_in(low.end, high.start), (high,)):
        if mention.type != low.type or not LIST_GAP.fullmatch(analysis.content, position, mention.start):
            return False
        position = mention.end
    return True
