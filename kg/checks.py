"""Checks: arithmetic over statements of the graph, each with its inputs, formula, computed and stated value, tolerance and verdict.

One SPARQL query a kind (queries/checks) finds, over all statements at once, which figures belong together; the verdict is decided on
exact decimal intervals. For each statement that states a result, each input is what the same document says, nearest first, and what
represents the input's fact where the document is silent. No name of any model, lab or chip is known here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache, reduce
from hashlib import sha256
from operator import add

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from kg import iris
from kg.collection import uncollected
from kg.facts import Fact, Survey, comparable_qualifiers, figure_text, object_key, subject_key, survey
from kg.resources import resource
from kg.scopes import stated_stage
from kg.statements import Statement
from kg.values import DATE, Interval, compare, date_interval, figures, in_base_unit, interval, same_kind, unit_words

KINDS = (
    "parts-sum",
    "hours-times-price",
    "chips-time-price",
    "chips-times-time",
    "rate-times-tokens",
    "ratio",
    "cost-per-chip",
    "date-order",
    "active-at-most-total",
    "compute-of-tokens",
    "compute-of-chips",
)
VERDICTS = ("holds", "does-not-hold", "not-comparable")
WHOLE = "full-training"
ID_DIGITS = 16
MAX_FIGURES = 48
"""So many different figures of one fact are tested, the best supported first; how the others relate to these, the pairs say."""
MAX_ALIKE = 3
"""So many statements of one figure of one fact are tested; the others would be tested with the same numbers again."""
_NO_STEP = Decimal("1e-9")
_STAGED = frozenset({"trainingCost", "gpuHours", "trainingDuration", "energyUse", "trainingCompute", "emissions"})
_USED = _STAGED | {
    "trainingTokens", "chipCount", "rentalPricePerGpuHour", "trainingHardware", "capitalExpenditure", "clusterChipCount", "releaseDate",
    "foundingDate", "operationalDate", "decommissionedDate", "developer", "baseModel", "activeParameters", "totalParameters", "ratio",
    "epochs", "hardwareUtilization", "peakFlops",
}  # fmt: skip
_LINKS = frozenset({"developer", "baseModel"})
_ON_CHIPS = frozenset({"trainingHardware", "gpuHours", "chipCount", "trainingCost", "trainingDuration"})
_STATING = _STAGED | {"ratio", "capitalExpenditure", "releaseDate", "decommissionedDate", "activeParameters"}
# Qualifiers that leave a figure what it is for a check; any other one makes it a figure of something else.
_HARMLESS = frozenset(
    [
        "stage",
        "chip",
        "per",
        "time",
        "since",
        "as_of",
        "form",
        "version",
        "method",
        "by",
        "basis",
        "versus",
        "of",
        "direction",
        "cluster",
        "chips",
    ]
)

# Qualifiers that leave the figures of one predicate what they are: a peak rate has one for each number format.
_HARMLESS_OF = {"peakFlops": frozenset({"precision"}), "hardwareUtilization": frozenset({"kind"})}
ABOUT = 2
"""How many times too much or too little the rules of thumb for compute may give."""
OPERATIONS = Decimal(6)
"""Floating-point operations for each parameter and token of training (Kaplan et al. 2020, https://arxiv.org/abs/2001.08361)."""
TRAINING_FORMATS = ("tensor FP16/BF16", "FP16", "TF32", "FP32")
"""Number formats in the order in which a chip's peak rate is taken for training."""


@dataclass(frozen=True, slots=True)
class Check:
    """One test. `inputs` are statement ids, the one that states the result (`target`) last; numbers are in `unit`.

    `low, high`: what the inputs come to, None where open; `stated_low, stated_high`: what the target says, `stated` its figure; None for
    what is derived and stated by nobody. `tolerance`: how far computed and stated figures may lie apart. Dates are days since 0001-01-01.
    """

    id: str
    kind: str
    formula: str
    inputs: tuple[str, ...]
    target: str
    low: Decimal | None
    high: Decimal | None
    value: Decimal | None
    stated: Decimal | None
    stated_low: Decimal | None
    stated_high: Decimal | None
    tolerance: Decimal | None
    unit: str
    verdict: str
    explanation: str


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the checks stand on, looked up without a search.

    Statements by id and by IRI; their facts; what represents each fact of a subject and predicate; statements by subject, predicate,
    value and unit; those with a stage by subject and document; who developed a model; documents that speak of
    a subject, or of models some maker "made"; `elsewhere` remembers `_other_stage`, `figures` what each statement's figure can stand for.
    """

    statements: Mapping[str, Statement]
    facts: Mapping[str, Fact]
    represented: Mapping[tuple[str, str], Sequence[Statement]]
    of_value: Mapping[tuple[str, str, float | None, str], Sequence[Statement]]
    staged: Mapping[tuple[str, str], Sequence[Statement]]
    developers: Mapping[str, Sequence[str]]
    spoken_of: Mapping[str, set[str]]
    by_iri: Mapping[str, Statement]
    elsewhere: dict[str, Statement | None]
    figures: dict[str, Interval | None]

    def figure(self, statement: Statement) -> Interval | None:
        """The interval of a known statement."""
        if statement.id not in self.figures:
            self.figures[statement.id] = interval(statement)
        return self.figures[statement.id]


Candidates = Mapping[str, Sequence[Statement]]


@uncollected()
def checks(statements: Iterable[Statement], found: Survey | None = None) -> tuple[Check, ...]:
    """All checks over the statements, by kind and id. `found`: their survey, when it is at hand."""
    everything = [statement for statement in statements if statement.status != "denied"]
    known = [statement for statement in everything if statement.predicate in _USED]
    found = found or survey(known)
    ground = _ground(everything, known, found)
    store = Store()
    store.bulk_extend(_view(known, found, ground))
    made: dict[str, Check] = {}
    for kind in KINDS:
        for target, candidates in _joined(store, kind, ground):
            for check in _CHECKERS[kind](target, candidates, ground):
                made[check.id] = check
    return tuple(sorted(made.values(), key=lambda check: (KINDS.index(check.kind), check.id)))


def _ground(everything: Sequence[Statement], known: Sequence[Statement], found: Survey) -> _Ground:
    by_id = {statement.id: statement for statement in known}
    represented: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for fact in found.facts:
        if fact.representative in by_id:
            represented[fact.subject_id, fact.predicate].append(by_id[fact.representative])
    of_value: dict[tuple[str, str, float | None, str], list[Statement]] = defaultdict(list)
    staged: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    developers: dict[str, list[str]] = defaultdict(list)
    spoken_of: dict[str, set[str]] = defaultdict(set)
    for statement in everything:
        key = subject_key(statement)
        if statement.predicate in _STAGED:
            of_value[key, statement.predicate, statement.value, statement.unit].append(statement)
        if statement.predicate == "developer":
            developers[key].append(object_key(statement))
        spoken_of[key].add(statement.document_id)
        if stated_stage(statement):
            staged[key, statement.document_id].append(statement)
    for model, makers in developers.items():
        for maker in set(makers):
            spoken_of[f"{maker} made"] |= spoken_of[model]
    fact_of = {identity: fact for fact in found.facts for identity in fact.statement_ids if identity in by_id}
    by_iri = {iris.statement(identity): statement for identity, statement in by_id.items()}
    return _Ground(by_id, fact_of, represented, of_value, staged, developers, spoken_of, by_iri, {}, {})


# ---- the join


@lru_cache(maxsize=65536)
def _entity(key: str) -> NamedNode:
    return NamedNode(iris.entity(key if "/" in key else f"concept/{key}"))


@cache
def _term(name: str) -> NamedNode:
    return NamedNode(iris.term(name))


@cache
def _stage(name: str) -> NamedNode:
    return NamedNode(iris.concept("stage", name))


@lru_cache(maxsize=65536)
def _document(sha256: str) -> NamedNode:
    return NamedNode(iris.document(sha256))


@cache
def _rate_of(predicate: str) -> NamedNode:
    return _term(f"rateOf{predicate[:1].upper()}{predicate[1:]}")


def _topic(key: str, predicate: str) -> NamedNode:
    return NamedNode(f"{_entity(key).value}#{iris.segment(predicate)}")


def _view(statements: Iterable[Statement], found: Survey, ground: _Ground) -> Iterator[Quad]:
    """The triples the queries of queries/checks read: from what a figure is of, by its predicate, to the statement that gives it.

    A figure of training hangs on the run of the stage it states, the full training by default; a rate on `kg:rateOf...`; a rental price
    on the chip's name, a peak rate on the chip's id, which a model's `kg:usedKind` names. `kg:anywhere` `kg:says` what represents a
    fact, and assumed prices, and `kg:hears` what states a result; a document says the rest of its statements, and then hears its own
    results: each pair of them meets once. Left out are statements of something else than the thing itself (planned, a part of it,
    hypothetical), of equal readings of one fact in one document all but the first, and what MAX_FIGURES and MAX_ALIKE leave out, which
    keeps the joins linear. Each query is joins only, which Oxigraph orders well.
    """
    kept = _tested(sorted(statements, key=lambda statement: (statement.document_id, statement.start, statement.id)), found, ground)
    ratios = _compared(kept)
    compared = {topic for topics in ratios.values() for topic in topics}
    says, hears, anywhere = _term("says"), _term("hears"), _term("anywhere")
    seen: set[tuple[object, ...]] = set()
    used: set[tuple[str, str]] = set()
    runs: dict[tuple[str, str], NamedNode] = {}
    speaking: set[str] = set()
    results: list[tuple[str, NamedNode]] = []
    for statement in kept:
        key, predicate = subject_key(statement), statement.predicate
        qualifiers = comparable_qualifiers(statement)
        chip = statement.object if predicate == "trainingHardware" else statement.qualifiers.get("chip")
        if chip and (predicate in _ON_CHIPS) and (key, chip) not in used:
            used.add((key, chip))
            yield Quad(_entity(key), _term("usedChip"), _entity(f"chip/{chip.casefold()}"))
        if predicate == "trainingHardware":
            yield Quad(_entity(key), _term("usedKind"), _entity(object_key(statement)))
            continue
        if not qualifiers.keys() <= _HARMLESS | _HARMLESS_OF.get(predicate, frozenset()):
            continue
        if predicate in _LINKS:
            yield Quad(_entity(key), _term(predicate), _entity(object_key(statement)))
            continue
        fact, quantity = ground.facts.get(statement.id), ground.figure(statement)
        if fact is None or quantity is None:
            continue
        if len(fact.statement_ids) > 1:
            reading = (fact.id, statement.document_id, quantity, qualifiers.get("stage"), statement.attributed_to)
            if reading in seen and fact.representative != statement.id:
                continue
            seen.add(reading)
        node = NamedNode(iris.statement(statement.id))
        rate = "per" in qualifiers
        if predicate in _STAGED:
            stage = qualifiers.get("stage") or stated_stage(statement) or WHOLE
            run = runs.get((key, stage))
            if run is None:
                run = runs[key, stage] = NamedNode(iris.run(key, stage))
                yield Quad(run, _term("runOf"), _entity(key))
                yield Quad(run, _term("stage"), _stage(stage))
            yield Quad(run, _rate_of(predicate) if rate else _term(predicate), node)
        elif predicate == "rentalPricePerGpuHour":
            yield Quad(_entity(f"chip/{statement.subject.casefold()}"), _term(predicate), node)
        elif predicate == "ratio":
            for side, topic in zip(("ratioOfOne", "ratioOfOther"), ratios.get(statement.id, ()), strict=False):
                yield Quad(node, _term(side), _topic(*topic))
        else:
            yield Quad(_entity(key), _term(predicate), node)
        if (key, predicate) in compared and not rate:
            yield Quad(_topic(key, predicate), _term("figure"), node)
        if fact.representative == statement.id or (predicate == "rentalPricePerGpuHour" and _is_assumed(statement)):
            yield Quad(anywhere, says, node)
        else:
            speaking.add(statement.document_id)
            yield Quad(_document(statement.document_id), says, node)
        if predicate in _STATING:
            results.append((statement.document_id, node))
            yield Quad(anywhere, hears, node)
    yield from (Quad(_document(sha256), hears, node) for sha256, node in results if sha256 in speaking)


def _tested(statements: Sequence[Statement], found: Survey, ground: _Ground) -> list[Statement]:
    """The statements without those of large facts that MAX_FIGURES and MAX_ALIKE leave out; in the order given."""
    large = [fact for fact in found.facts if len(fact.statement_ids) > MAX_ALIKE]
    by_id = {statement.id: statement for statement in statements} if large else {}
    left_out: set[str] = set()
    for fact in large:
        alike: dict[tuple[object, ...], int] = defaultdict(int)
        for statement in (by_id[identity] for identity in fact.statement_ids if identity in by_id):
            figure = (ground.figure(statement), object_key(statement), stated_stage(statement))
            if alike[figure] >= MAX_ALIKE or (not alike[figure] and len(alike) > MAX_FIGURES):
                left_out.add(statement.id)
            alike[figure] += 1
    return [statement for statement in statements if statement.id not in left_out]


def _compared(statements: Iterable[Statement]) -> dict[str, tuple[tuple[str, str], tuple[str, str]]]:
    """The two topics, subject and predicate, that each statement of a ratio compares, by its id."""
    labels: dict[str, str] = {}
    stated: list[Statement] = []
    for statement in statements:
        labels.setdefault(statement.subject.casefold(), subject_key(statement))
        if statement.predicate == "ratio":
            stated.append(statement)
    topics: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {}
    for statement in stated:
        other, of = labels.get(statement.qualifiers.get("versus", "").casefold()), statement.qualifiers.get("of")
        if other and of:
            topics[statement.id] = ((subject_key(statement), of), (other, of))
    return topics


@cache
def _query(kind: str) -> str:
    return resource("queries", "checks", f"{kind}.rq").read_text(encoding="utf-8")


def _joined(store: Store, kind: str, ground: _Ground) -> Iterator[tuple[Statement, Candidates]]:
    """Each target with the candidates for each role, by their ids."""
    solutions = store.query(_query(kind))
    assert isinstance(solutions, QuerySolutions)
    by_iri = ground.by_iri
    found: dict[str, dict[str, dict[str, Statement]]] = {}
    for target, role, chosen in solutions:
        roles = found.setdefault(target.value, {})
        given = by_iri[chosen.value]
        if target.value != chosen.value and not _misplaced(given, ground):
            roles.setdefault(role.value.rsplit("/", 1)[-1], {})[given.id] = given
    for iri in sorted(found):
        yield by_iri[iri], {role: [given[id] for id in sorted(given)] for role, given in sorted(found[iri].items())}


def _nearest(target: Statement, given: Sequence[Statement], prefer: Callable[[Statement], bool] = lambda _: True) -> Statement | None:
    """The input to take: said in the target's document, preferred, by the same claimant, with a stage, nearest; else the first given."""
    if len(given) == 1:
        return given[0]
    return min(
        given,
        key=lambda item: (
            item.document_id != target.document_id,
            not prefer(item),
            item.attributed_to[:1] != target.attributed_to[:1],
            stated_stage(item) is None and item.predicate in _STAGED,
            abs(item.start - target.start) if item.document_id == target.document_id else 0,
            item.id,
        ),
        default=None,
    )


# ---- the verdict


def _number(number: Decimal, unit: str = "") -> str:
    shown = f"{number:,.0f}" if number == number.to_integral_value() else f"{number:,.4g}" if abs(number) < 1000 else f"{number:,.1f}"
    return f"{shown} {unit_words(unit, number)}".strip()


def _range(found: Interval) -> str:
    if found.value is not None:
        return _number(found.value, found.unit)
    if found.low == found.high and found.low is not None:
        return _number(found.low, found.unit)
    low, high = (None if end is None else _number(end) for end in (found.low, found.high))
    return f"{low or 0} to {high or 'more'} {unit_words(found.unit)}".strip()


def _check(
    kind: str,
    formula: str,
    inputs: Sequence[Statement],
    target: Statement,
    computed: Interval,
    stated: Interval | None,
    verdict: str,
    explanation: str,
) -> Check:
    ids = tuple(statement.id for statement in [*inputs, target])
    encoded = " ".join((kind, *ids)).encode()
    spread = [found.high - found.low for found in (computed, stated) if found and found.low is not None and found.high is not None]
    return Check(
        sha256(encoded).hexdigest()[:ID_DIGITS],
        kind,
        formula,
        ids,
        target.id,
        computed.low,
        computed.high,
        computed.value,
        stated.value if stated else None,
        stated.low if stated else None,
        stated.high if stated else None,
        sum(spread, Decimal(0)) / 2 if spread else None,
        computed.unit,
        verdict,
        explanation,
    )


def _fits(computed: Interval, stated: Interval) -> bool:
    """Whether what was computed is what is stated: the intervals meet, or the stated figure rounds or cuts the computed one."""
    fine = Interval(computed.low, computed.high, computed.value, _NO_STEP, computed.unit, computed.approximate)
    how = compare(stated, fine)
    return how is not None and how != "contradicts"


def _in_unit(quantity: Interval, unit: str) -> Interval:
    """A quantity of a base unit in another unit that is exactly so many of it: hours as days; else as it is."""
    one = in_base_unit(Interval(Decimal(1), Decimal(1), Decimal(1), unit=unit))
    if quantity.unit in (unit, "") or one.unit != quantity.unit or not one.value or one.low != one.high:
        return quantity
    low, high, value = (None if end is None else end / one.value for end in (quantity.low, quantity.high, quantity.value))
    return replace(quantity, low=low, high=high, value=value, step=quantity.step and quantity.step / one.value, unit=unit)


def _twin(statement: Statement, ground: _Ground) -> Statement | None:
    """The same figure of the same subject said with a stage or a rate this statement leaves open: what it is a figure of is not sure."""
    own = comparable_qualifiers(statement)
    for other in ground.of_value.get((subject_key(statement), statement.predicate, statement.value, statement.unit), ()):
        more = comparable_qualifiers(other)
        further = {key for key in more.keys() - own.keys() if more[key] != WHOLE} & {"per", "stage"}
        if more.items() > own.items() and further:
            return other
    return None


def _other_stage(statement: Statement, ground: _Ground) -> Statement | None:
    """A figure of a single stage that a figure without a stage is, rounds or cuts, where no figure of the full training fits it."""
    if statement.id not in ground.elsewhere:
        ground.elsewhere[statement.id] = _found_elsewhere(statement, ground)
    return ground.elsewhere[statement.id]


def _found_elsewhere(statement: Statement, ground: _Ground) -> Statement | None:
    if statement.predicate not in _STAGED or stated_stage(statement):
        return None
    own = ground.figure(statement)
    if own is None:
        return None
    found: Statement | None = None
    for other in ground.represented.get((subject_key(statement), statement.predicate), ()):
        beside, stage = ground.figure(other), stated_stage(other)
        if stage and "per" not in other.qualifiers and beside and compare(own, beside) not in (None, "contradicts"):
            if stage == WHOLE:
                return None
            found = found or other
    return found


def _misplaced(statement: Statement, ground: _Ground) -> bool:
    """Whether a figure counts as of the full training only because it names no stage, and is that of another."""
    return _other_stage(statement, ground) is not None


def _judged(
    kind: str, formula: str, sum_text: str, inputs: Sequence[Statement], target: Statement, computed: Interval, ground: _Ground
) -> Check:
    """The check of a stated quantity against a computed one, with the reason where one is to be seen."""
    stated = ground.figure(target)
    assert stated is not None
    pair = same_kind(computed, stated)
    if pair is None:
        why = f"{sum_text} is in {computed.unit}, the stated figure in {stated.unit}; amounts are never converted."
        return _check(kind, formula, inputs, target, computed, None, "not-comparable", why)
    here, there = _in_unit(pair[0], computed.unit), _in_unit(pair[1], computed.unit)
    says = f"{sum_text} = {_range(computed)}, stated: {figure_text(target)}"
    if _fits(here, there):
        return _check(
            kind, formula, inputs, target, here, there, "holds", f"{says}; they agree within the precision they are written with."
        )
    twin = next((found for item in [target, *inputs] if (found := _twin(item, ground))), None)
    if twin is not None:
        named = ", ".join(f"{key} {value}" for key, value in comparable_qualifiers(twin).items() if key in ("per", "stage"))
        why = f"{says}; but {figure_text(twin)} is elsewhere a figure of {named}, which is left open here."
        return _check(kind, formula, inputs, target, here, there, "not-comparable", why)
    sibling = _sibling_that_fits(inputs, target, here, ground)
    if sibling is not None:
        why = f"{says}; but the inputs name no stage and come to {figure_text(sibling)}, the figure of {stated_stage(sibling)}."
        return _check(kind, formula, inputs, target, here, there, "not-comparable", why)
    elsewhere = _other_stage(target, ground)
    if elsewhere is not None:
        why = f"{says}; but the stated figure names no stage and fits {figure_text(elsewhere)}, that of {stated_stage(elsewhere)}."
        return _check(kind, formula, inputs, target, here, there, "not-comparable", why)
    return _check(
        kind,
        formula,
        inputs,
        target,
        here,
        there,
        "does-not-hold",
        f"{says}; this does not reconcile. {_reason(inputs, target, here, there, ground)}".strip(),
    )


def _sibling_that_fits(inputs: Sequence[Statement], target: Statement, computed: Interval, ground: _Ground) -> Statement | None:
    """The figure of another stage that inputs which name no stage come to."""
    if all(stated_stage(item) for item in inputs if item.predicate in _STAGED):
        return None
    for other in ground.represented.get((subject_key(target), target.predicate), ()):
        stage, beside = stated_stage(other), ground.figure(other)
        if stage and stage != (stated_stage(target) or WHOLE) and "per" not in other.qualifiers and beside:
            pair = same_kind(computed, beside)
            if pair and _fits(*pair):
                return other
    return None


def _reason(inputs: Sequence[Statement], target: Statement, computed: Interval, stated: Interval, ground: _Ground) -> str:
    """The likely reason a check does not hold, read from what each figure covers; empty when the scopes show none."""
    less = computed.high is not None and stated.low is not None and computed.high < stated.low
    named = stated_stage(target)
    single = sorted({stage for item in inputs if (stage := stated_stage(item)) and stage != WHOLE})
    clusters = sorted({item.qualifiers["cluster"] for item in inputs if item.qualifiers.get("cluster")})
    reasons: list[str] = []
    if less and named in (None, WHOLE) and len(single) < 2:
        if single:
            covered = f"the hours are of {single[0]} only"
        elif clusters:
            covered = f"the hours are of one run on {clusters[0]}"
        elif any(item.predicate in ("trainingDuration", "gpuHours") for item in inputs):
            covered = "the hours name no stage and may be of one run only"
        else:
            covered = ""
        if covered:
            reasons.append(f"Likely reason: {covered}, while the stated figure is of the training as a whole.")
            others = _further_stages(inputs, target, ground)
            if others:
                reasons.append(f"Other work is stated too: {'; '.join(others)}.")
    elif not less and named and named != WHOLE:
        reasons.append(f"The stated figure is said to be of {named}; it may be of another stage.")
    elif named and named != WHOLE:
        whole = _of_whole(target, ground)
        if whole is not None:
            reasons.append(
                f"Likely reason: {figure_text(target)} is the figure of the full training ({figure_text(whole)}), said of {named} here."
            )
    return " ".join(reasons)


def _of_whole(target: Statement, ground: _Ground) -> Statement | None:
    own = ground.figure(target)
    for other in ground.represented.get((subject_key(target), target.predicate), ()):
        beside = ground.figure(other)
        if stated_stage(other) in (None, WHOLE) and own and beside and compare(own, beside) not in (None, "contradicts"):
            return other
    return None


def _further_stages(inputs: Sequence[Statement], target: Statement, ground: _Ground) -> list[str]:
    """Stages the subject or its developer is said to have had besides those the inputs cover."""
    covered = {stated_stage(item) for item in inputs} | {WHOLE}
    key = subject_key(target)
    found = {
        f"{stage} ({item.subject}: {item.predicate} {figure_text(item)})"
        for subject in [key, *ground.developers.get(key, ())]
        for item in ground.staged.get((subject, target.document_id), ())
        if (stage := stated_stage(item)) not in covered
    }
    return sorted(found)[:3]


# ---- the kinds


def _parts_sum(target: Statement, candidates: Candidates, ground: _Ground) -> Iterator[Check]:
    # A document that gives two stages or more speaks for itself; else every part is the one that represents its fact.
    near = {role for role, given in candidates.items() if any(item.document_id == target.document_id for item in given)}
    parts: dict[str, Statement] = {}
    for role, given in candidates.items():
        given = [item for item in given if item.unit == target.unit]
        usable = given if len(near) > 1 else [item for item in given if ground.facts[item.id].representative == item.id]
        chosen = _nearest(target, usable)
        if chosen:
            parts[role] = chosen
    if len(parts) < 2:
        return
    order = [stage for stage in ("pre-training", "context-extension", "post-training") if stage in parts]
    inputs = [parts[stage] for stage in order]
    found = [in_base_unit(one) for item in inputs if (one := ground.figure(item))]
    if len(found) == len(inputs):
        text = " + ".join(figure_text(item) for item in inputs)
        yield _judged("parts-sum", f"{' + '.join(order)} = {WHOLE}", text, inputs, target, reduce(add, found), ground)


def _is_assumed(price: Statement) -> bool:
    return price.status == "estimated" or price.qualifiers.get("modality") == "assumption"


def _price(target: Statement, given: Sequence[Statement], ground: _Ground) -> Statement | None:
    """The rental price to reckon with: one of a document that states this cost, else one assumed where models of this maker are spoken of.

    A market price of another source and time says nothing about what was paid here, nor does a range of prices.
    """
    fact = ground.facts.get(target.id)
    telling = {ground.statements[identity].document_id for identity in fact.statement_ids} if fact else set()
    key = subject_key(target)
    makers = [f"{maker} made" for maker in ground.developers.get(key, ())]
    near = {document for name in (key, *makers) for document in ground.spoken_of.get(name, ())}
    assumed = [
        item for item in given if _is_assumed(item) and item.document_id in near and item.low is None and "time" not in item.qualifiers
    ]
    return _nearest(target, [item for item in given if item.document_id in telling] or assumed, _is_assumed)


def _currency(price: Statement) -> str:
    return price.unit.partition("/")[0]


def _exact_if_assumed(price: Statement) -> Interval | None:
    found = interval(price)
    if found and found.value is not None and _is_assumed(price) and not price.bound:
        return replace(found, low=found.value, high=found.value)
    return found


def _hours_times_price(target: Statement, candidates: Candidates, ground: _Ground) -> Iterator[Check]:
    hours, price = _nearest(target, candidates.get("hours", ())), _price(target, candidates.get("price", ()), ground)
    if hours is None or price is None or target.low is not None:
        return
    time, rate = ground.figure(hours), _exact_if_assumed(price)
    if time and rate and _currency(price) == target.unit:
        computed = replace(time * rate, unit=target.unit)
        text = f"{figure_text(hours)} × {figure_text(price)}"
        yield _judged("hours-times-price", "GPU-hours × price of a GPU-hour = cost", text, [hours, price], target, computed, ground)


def _chips_time_price(target: Statement, candidates: Candidates, ground: _Ground) -> Iterator[Check]:
    key = subject_key(target)
    if any("per" not in item.qualifiers for item in ground.represented.get((key, "gpuHours"), ())) or target.low is not None:
        return
    chips, time = (_nearest(target, candidates.get(role, ())) for role in ("chips", "time"))
    price = _price(target, candidates.get("price", ()), ground)
    if chips is None or time is None or price is None or _currency(price) != target.unit:
        return
    count, duration, rate = ground.figure(chips), ground.figure(time), _exact_if_assumed(price)
    if count and duration and rate:
        hours = in_base_unit(duration)
        computed = replace(count * hours * rate, unit=target.unit)
        text = f"{figure_text(chips)} × {figure_text(time)} × {figure_text(price)}"
        yield _judged(
            "chips-time-price", "chips × hours × price of a GPU-hour = cost", text, [chips, time, price], target, computed, ground
        )


def _chips_times_time(target: Statement, candidates: Candidates, ground: _Ground) -> Iterator[Check]:
    chips = _nearest(target, candidates.get("chips", ()))
    count = ground.figure(chips) if chips else None
    if chips is None or count is None or not count.low:
        return
    stage = stated_stage(target)
    made: list[Check] = []
    wanted = (
        [stage]
        if stage
        else [WHOLE, *sorted({found for item in candidates.get("hours", ()) if (found := stated_stage(item)) and found != WHOLE})]
    )
    for covered in wanted:
        hours = _nearest(target, [item for item in candidates.get("hours", ()) if (stated_stage(item) or WHOLE) == covered])
        amount = ground.figure(hours) if hours else None
        if hours is None or amount is None:
            continue
        computed = replace(amount / count, unit="hour")
        shown = _in_unit_of(target, computed)
        text = f"{figure_text(hours)} / {figure_text(chips)}"
        made.append(_judged("chips-times-time", "GPU-hours / chips = time", text, [hours, chips], target, shown, ground))
    # A duration that names no stage is of the stage it fits; only when it fits none is it held against the full training.
    fitting = [check for check in made if check.verdict == "holds"]
    yield from sorted(fitting, key=_distance)[:1] or made[:1]


def _distance(check: Check) -> Decimal:
    return abs((check.value or Decimal(0)) - (check.stated or Decimal(0)))


def _in_unit_of(target: Statement, hours: Interval) -> Interval:
    """Hours in the target's own unit where that is exact, so that a duration is shown as it was stated."""
    scale = {"day": Decimal(24), "week": Decimal(168)}.get(target.unit)
    if scale is None and target.unit in ("month", "year"):
        scale = Decimal(24)
    if scale is None:
        return hours
    unit = target.unit if target.unit in ("day", "week") else "day"
    low, high, value = (None if end is None else end / scale for end in (hours.low, hours.high, hours.value))
    return Interval(low, high, value, unit=unit)


@cache
def _per_tokens(words: str) -> Decimal | None:
    """How many tokens a rate is per: "trillion tokens", "300B tokens"; None when it is not per tokens."""
    if "token" not in words:
        return None
    read = figures(words) or figures(f"1 {words}")
    return read[0].value if read else None


def _rate_times_tokens(target: Statement, candidates: Candidates, ground: _Ground) -> Iterator[Check]:
    tokens = _nearest(target, candidates.get("tokens", ()))
    amount = ground.figure(tokens) if tokens else None
    if tokens is None or amount is None:
        return
    for role in ("hours per tokens", "time per tokens"):
        stage = stated_stage(target) or WHOLE
        rates = [item for item in candidates.get(role, ()) if (stated_stage(item) or stage) == stage]
        rate = _nearest(target, rates, lambda item: stated_stage(item) is not None)
        per = _per_tokens(rate.qualifiers["per"].casefold()) if rate else None
        each = ground.figure(rate) if rate else None
        if rate is None or per is None or each is None:
            continue
        scaled = amount / Interval(per, per, per)
        if (role == "hours per tokens") == (target.predicate == "gpuHours"):
            computed = replace(each * scaled, unit=rate.unit)
            text, inputs = f"{figure_text(rate)} per {rate.qualifiers['per']} × {figure_text(tokens)}", [rate, tokens]
            check = _judged("rate-times-tokens", "rate per tokens × tokens = total", text, inputs, target, computed, ground)
            # A rate that names no stage is held against the stage it fits, not against all of them.
            if stated_stage(rate) or check.verdict != "not-comparable":
                yield check
        elif target.predicate == "gpuHours":
            chips = _nearest(target, candidates.get("chips", ()))
            count = ground.figure(chips) if chips else None
            if chips is None or count is None:
                continue
            computed = replace(in_base_unit(each) * scaled * count, unit=target.unit)
            text = f"{figure_text(rate)} per {rate.qualifiers['per']} × {figure_text(tokens)} × {figure_text(chips)}"
            formula = "time per tokens × tokens × chips = GPU-hours"
            yield _judged("rate-times-tokens", formula, text, [rate, tokens, chips], target, computed, ground)


def _sharpest(target: Statement, given: Sequence[Statement]) -> Statement | None:
    """The figure of the whole that the target's document speaks of, in its most precise rendering: 2.788M for a nearby 2.8M."""
    whole = [item for item in given if stated_stage(item) in (None, WHOLE)] or list(given)
    nearest = _nearest(target, whole)
    own = interval(nearest) if nearest else None
    if nearest is None or own is None:
        return nearest
    same = [item for item in whole if (found := interval(item)) and found.step and compare(own, found) in ("same", "agrees", "rounding")]
    return min([nearest, *same], key=lambda item: ((interval(item) or own).step or Decimal(0), item is not nearest, item.id))


def _ratio(target: Statement, candidates: Candidates, ground: _Ground) -> Iterator[Check]:
    one, other = (_sharpest(target, candidates.get(role, ())) for role in ("one", "other"))
    if one is None or other is None:
        return
    left, right = ground.figure(one), ground.figure(other)
    pair = same_kind(left, right) if left and right else None
    if pair is None or not pair[0].low or not pair[1].low:
        return
    less = target.qualifiers.get("direction", "less") == "less"
    computed = replace(pair[1] / pair[0] if less else pair[0] / pair[1], unit=target.unit)
    text = " / ".join(figure_text(item) for item in ((other, one) if less else (one, other)))
    yield _judged("ratio", f"{target.qualifiers.get('of', '')} of one / of the other = ratio", text, [one, other], target, computed, ground)


def _cost_per_chip(target: Statement, candidates: Candidates, ground: _Ground) -> Iterator[Check]:
    chips = _nearest(target, candidates.get("chips", ()))
    cost, count = ground.figure(target), ground.figure(chips) if chips else None
    if chips is None or cost is None or count is None or not count.low:
        return
    computed = replace(cost / count, unit=target.unit)
    shown = replace(computed, value=computed.value.quantize(Decimal(1))) if computed.value is not None else computed
    why = f"Derived, stated by no source: {figure_text(target)} / {figure_text(chips)} = {_range(shown)} a chip."
    yield _check("cost-per-chip", "cost of the cluster / chips = cost of a chip", [chips], target, computed, None, "not-comparable", why)


def _date_order(target: Statement, candidates: Candidates, ground: _Ground) -> Iterator[Check]:
    later = date_interval(target.object or "")
    for role in sorted(candidates):
        first = _nearest(target, candidates[role])
        earlier = date_interval(first.object or "") if first else None
        if first is None or later is None or earlier is None or earlier.low is None or later.high is None:
            continue
        verdict = "holds" if earlier.low <= later.high else "does-not-hold"
        order = "not after" if verdict == "holds" else "after"
        why = f"{first.subject} ({first.predicate} {first.object}) is {order} {target.subject} ({target.predicate} {target.object})."
        if verdict == "does-not-hold":
            why += " One of the two dates, or what it is said of, is wrong."
        computed = Interval(earlier.low, earlier.high, None, None, DATE)
        yield _check("date-order", f"{role} ≤ {target.predicate}", [first], target, computed, later, verdict, why)


def _active_at_most_total(target: Statement, candidates: Candidates, ground: _Ground) -> Iterator[Check]:
    total = _nearest(target, candidates.get("total", ()))
    most, active = ground.figure(total) if total else None, ground.figure(target)
    if total is None or most is None or active is None:
        return
    holds = active.low is None or most.high is None or active.low <= most.high
    sign = "≤" if holds else ">"
    why = f"{figure_text(target)} active {sign} {figure_text(total)} in all" + ("." if holds else ": a model cannot use more than it has.")
    yield _check("active-at-most-total", "active ≤ total", [total], target, most, active, "holds" if holds else "does-not-hold", why)


def _whole(given: Sequence[Statement]) -> list[Statement]:
    """Those that are of the training as a whole, and not rates."""
    return [item for item in given if stated_stage(item) in (None, WHOLE) and "per" not in item.qualifiers]


def _about(
    kind: str,
    formula: str,
    text: str,
    inputs: Sequence[Statement],
    target: Statement,
    computed: Interval,
    ground: _Ground,
    excuse: str = "",
) -> Iterator[Check]:
    """The check of a compute against a rule of thumb, right within a factor of ABOUT; `excuse`: why it may well give too much, if so."""
    stated = ground.figure(target)
    if stated is None or stated.unit != computed.unit or not computed.high or computed.low is None:
        return
    wide = replace(computed, low=computed.low / ABOUT, high=computed.high * ABOUT)
    says = f"{text} = {_power(computed)}, stated: {_power(stated)}"
    if wide.overlaps(stated):
        verdict, why = "holds", f"{says}; within the factor of {ABOUT} that this rule is good for."
    elif excuse and stated.high is not None and stated.high < computed.low:
        verdict, why = "not-comparable", f"{says}; but {excuse}."
    else:
        verdict, why = (
            "does-not-hold",
            f"{says}; more than a factor of {ABOUT} apart: one of the figures, or what it is of, is in question.",
        )
    yield _check(kind, formula, inputs, target, wide, stated, verdict, why)


def _power(found: Interval) -> str:
    """A large number as a person compares it: 3.4e24 FLOP."""
    ends = [f"{end:.3g}" for end in ((found.low, found.high) if found.value is None else (found.value,)) if end is not None]
    return f"{' to '.join(ends)} {found.unit}".strip()


def _compute_of_tokens(target: Statement, candidates: Candidates, ground: _Ground) -> Iterator[Check]:
    if ground.represented.get((subject_key(target), "baseModel")) or not _whole([target]) or target.bound in ("<", ">", "<=", ">="):
        return
    active, total, tokens, epochs = (_nearest(target, _whole(candidates.get(role, ()))) for role in ("active", "total", "tokens", "epochs"))
    size = active or total
    parameters, seen = ground.figure(size) if size else None, ground.figure(tokens) if tokens else None
    passes = ground.figure(epochs) if epochs else None
    if size is None or tokens is None or not parameters or not seen:
        return
    six = Interval(OPERATIONS, OPERATIONS, OPERATIONS)
    computed, inputs = six * parameters * seen, [size, tokens]
    text = f"6 × {figure_text(size)} × {figure_text(tokens)}"
    formula = f"6 × {'active' if active else 'total'} parameters × tokens = compute"
    if epochs is not None and passes and passes.value != 1:
        computed, inputs = computed * passes, [*inputs, epochs]
        text, formula = f"{text} × {figure_text(epochs)}", formula.replace(" = ", " × epochs = ")
    excuse = "" if active else "active parameters are not stated, and of a mixture of experts the total gives too much"
    yield from _about("compute-of-tokens", formula, text, inputs, target, replace(computed, unit=target.unit), ground, excuse)


def _compute_of_chips(target: Statement, candidates: Candidates, ground: _Ground) -> Iterator[Check]:
    peaks = candidates.get("peak", ())
    if len({subject_key(item) for item in peaks}) != 1 or not _whole([target]) or target.bound in ("<", ">", "<=", ">="):
        return
    by_format = {item.qualifiers.get("precision", ""): item for item in reversed(peaks)}
    peak = next((by_format[name] for name in TRAINING_FORMATS if name in by_format), None)
    shares = [item for item in candidates.get("utilisation", ()) if item.qualifiers.get("kind", "MFU") == "MFU"]
    share = min(shares, key=lambda item: (item.document_id != target.document_id, item.id), default=None)
    chips, time = (_nearest(target, _whole(candidates.get(role, ()))) for role in ("chips", "time"))
    if peak is None or share is None or chips is None or time is None:
        return
    inputs = [chips, time, peak, share]
    count, hours, rate, part = (ground.figure(item) for item in inputs)
    if not (count and hours and rate and part) or in_base_unit(hours).unit != "hour" or share.unit != "percent":
        return
    seconds, hundred = (Interval(number, number, number) for number in (Decimal(3600), Decimal(100)))
    computed = replace(count * in_base_unit(hours) * seconds * rate * part / hundred, unit=target.unit)
    shown = f"{figure_text(peak)} ({peak.qualifiers['precision']})"
    text = " × ".join(shown if item is peak else figure_text(item) for item in inputs)
    yield from _about("compute-of-chips", "chips × time × peak rate × utilisation = compute", text, inputs, target, computed, ground)


_CHECKERS: Mapping[str, Callable[[Statement, Candidates, _Ground], Iterator[Check]]] = {
    "parts-sum": _parts_sum,
    "hours-times-price": _hours_times_price,
    "chips-time-price": _chips_time_price,
    "chips-times-time": _chips_times_time,
    "rate-times-tokens": _rate_times_tokens,
    "ratio": _ratio,
    "cost-per-chip": _cost_per_chip,
    "date-order": _date_order,
    "active-at-most-total": _active_at_most_total,
    "compute-of-tokens": _compute_of_tokens,
    "compute-of-chips": _compute_of_chips,
}
