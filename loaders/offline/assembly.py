"""From proposals and weights to statements: choose, abstain, place the span, read bound, qualifiers, claimant and status."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from kg.documents import Document
from kg.statements import Statement, identified
from loaders.offline.analysis import LIST_GAP, Analysis, Segment
from loaders.offline.claims import Claims
from loaders.offline.found import Found
from loaders.offline.mentions import Mention
from loaders.offline.proposals import PairProposal, figure_proposals, pair_proposals, slots, subject_pairs, under
from loaders.offline.structure import structural
from loaders.offline.weights import Weights, trusted

EXTRACTOR = "offline@1"
FIGURE_LEAST = 0.1  # raw probabilities below these are not looked at
PAIR_LEAST = 0.2
LEAST = 0.45  # statements that held-out documents give less trust are not made


def statements_with(weights: Weights, document: Document, analysis: Analysis) -> tuple[Statement, ...]:
    """The document's statements in reading order, as these weights see them."""
    chosen = [*_figures(weights, analysis, FIGURE_LEAST), *_relations(weights, analysis, PAIR_LEAST), *structural(analysis)]
    kept: dict[tuple[str, str, str], Found] = {}
    for found in chosen:
        value = found.object_key or (f"{float(found.figure.figure.size):.4g}" if found.figure else "")
        key = (found.subject_key, found.predicate, value)
        if key not in kept or kept[key].score < found.score:
            kept[key] = found
    ordered = sorted(kept.values(), key=lambda found: (found.start, found.end, found.predicate, found.subject))
    claims = Claims(analysis)
    said = (_statement(document, analysis, claims, found) for found in ordered)
    trust = weights.calibration
    if not trust:
        return tuple(said)
    sure = (replace(statement, confidence=calibrated(trust, statement)) for statement in said)
    return tuple(statement for statement in sure if statement.confidence >= LEAST)


def calibrated(calibration: Mapping[str, float], statement: Statement) -> float:
    """The confidence of a statement of this extractor as held-out documents bear it out; of another extractor's its own."""
    if statement.extractor != EXTRACTOR:
        return statement.confidence
    return round(trusted(calibration, statement.predicate, statement.confidence), 3)


def _figures(weights: Weights, analysis: Analysis, least: float) -> Iterator[Found]:
    for proposal in figure_proposals(analysis):
        shares = {name: weights.probability("figure", under(proposal.features, name, proposal.predicates)) for name in proposal.predicates}
        predicate = max(shares, key=lambda name: (shares[name], name))
        if shares[predicate] < least:
            continue
        scored = [
            (weights.probability("subject", under(features, predicate, proposal.predicates)), candidate)
            for candidate, features in subject_pairs(analysis, proposal, predicate)
        ]
        if not scored:
            continue
        best, leader = max(scored, key=lambda item: item[0])
        for score, candidate in scored:
            if score < best and not (score > 0.5 and score > 0.7 * best and _listed(analysis, leader.mention, candidate.mention)):
                continue
            total = shares[predicate] * score
            if total < least:
                continue
            mention = candidate.mention
            yield Found(
                mention.label,
                mention.key,
                predicate,
                *_span(proposal.segment, proposal.figure.start, proposal.figure.end, mention.start, mention.end),
                proposal.segment,
                total,
                figure=proposal,
            )


def _relations(weights: Weights, analysis: Analysis, least: float) -> Iterator[Found]:
    best: dict[tuple[str, str], Found] = {}
    by_anchor: dict[tuple[str, int], list[tuple[float, PairProposal]]] = {}
    for pair in pair_proposals(analysis):
        for predicate in pair.predicates:
            score = weights.probability("relation", under(pair.features, predicate, pair.predicates))
            if score >= least:
                by_anchor.setdefault((predicate, pair.anchor.start), []).append((score, pair))
    for (predicate, _), scored in by_anchor.items():
        slot = slots()[predicate]
        leader = max(scored, key=lambda item: item[0])[1]
        for score, pair in scored:
            mention, anchor = pair.candidate.mention, pair.anchor
            if slot.one_subject and pair is not leader and not _listed(analysis, leader.candidate.mention, mention):
                continue
            span = _span(anchor.segment, anchor.start, anchor.end, mention.start, mention.end)
            found = Found(
                mention.label,
                mention.key,
                predicate,
                *span,
                anchor.segment,
                score,
                anchor.label,
                anchor.key,
                model="relation",
                anchor=(anchor.start, anchor.end),
            )
            if slot.one != "object":
                yield found
            elif (held := best.get((predicate, mention.key))) is None or held.score < score:
                best[predicate, mention.key] = found
    yield from best.values()


def _span(segment: Segment, start: int, end: int, left: int, right: int) -> tuple[int, int]:
    """The smallest range of the segment that holds the anchor and, when it stands in the same segment, the subject."""
    if segment.start <= left and right <= segment.end:
        return min(start, left), max(end, right)
    return start, end


def _statement(document: Document, analysis: Analysis, claims: Claims, found: Found) -> Statement:
    start, end = analysis.text.raw_span(found.start, found.end)
    anchor = (found.figure.figure.start, found.figure.figure.end) if found.figure else found.anchor or (found.start, found.end)
    own = found.subject == "document"
    spoken = () if own else claims.claimants(found.segment)
    claimants = tuple(name for name in spoken if name not in (found.object,))
    status = (
        "asserted"
        if own or found.predicate in ("identifier", "costExcludes", "costIncludes")
        else claims.status(found.segment, found.predicate, anchor, claimants)
    )
    statement = Statement(
        document=document.name, document_id=document.id, subject=found.subject, predicate=found.predicate, start=start, end=end,
        quote=document.raw[start:end], object=found.object, attributed_to=claimants, status=status,
        qualifiers=claims.qualifiers(found.segment, found.predicate, *anchor), extractor=EXTRACTOR, confidence=round(found.score, 3),
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
    for mention in [*analysis.mentions_in(low.end, high.start), high]:
        if mention.type != low.type or not LIST_GAP.fullmatch(analysis.content, position, mention.start):
            return False
        position = mention.end
    return True
