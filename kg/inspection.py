"""Everything the shapes have to say about what a home holds: statements, documents, entities, training runs, facts, pairs,
checks, origins and the scope of costs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Quad

from kg import iris, ontology
from kg.checks import checks
from kg.copies import copies
from kg.costs import cost_scopes
from kg.derive import named_beside
from kg.entities import Registry
from kg.facts import survey
from kg.graph import cost_quads, entity_quads, origin_quads, relation_quads
from kg.graph.terms import RDF_TYPE, named
from kg.holdings import Holdings
from kg.judgements import Judgements, all_judgements
from kg.origins import origins
from kg.resolve import resolve
from kg.shacl import validate_quads
from kg.validate import partition, validate_findings
from kg.violations import Violation, ordered
from kg.wording import sentence

_RUN = named("kg:TrainingRun")


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the shapes say, and a few words about each node they say it of, by IRI."""

    violations: tuple[Violation, ...]
    words: Mapping[str, str] = field(default_factory=dict)

    def describe(self, iri: str) -> str:
        """A few words about a node, or its IRI without the base."""
        return self.words.get(iri) or iri.removeprefix(iris.BASE)


def inspect(holdings: Holdings, judgements: Judgements | None = None, *, screen: bool = True) -> Inspection:
    """Hold everything against the shapes; `screen=False` sends all of it through pyshacl, with the same result."""
    said = holdings.all_statements()
    resolution = resolve(said, Registry.default(), judgements or all_judgements(), named_beside(holdings.documents.values(), said))
    entities = tuple(resolution.entities.values())
    labels = {entity.id: entity.label for entity in entities}
    parted = partition(resolution.statements, holdings.documents, labels, screen=screen)
    dates = {record.id: record.metadata.date for record in holdings.documents.values() if record.metadata.date}
    found = survey(parted.accepted, dates)
    tested = checks(parted.accepted, found)
    same = copies({record.id: record.fingerprint for record in holdings.documents.values()})
    sources = origins(parted.accepted, found, {record.id: record.metadata for record in holdings.documents.values()}, same)
    served = {item.id: item for item in parted.accepted}
    relations = list(relation_quads(parted.accepted, resolution.identify, labels))
    named_ = [entity for entity in entities if not screen or not entity.label or "" in entity.aliases]
    violations = [
        *(one for _, reasons in parted.quarantined for one in reasons),
        *parted.warnings,
        *validate_findings(found.facts, found.pairs, tested, served, screen=screen),
        *validate_quads([*origin_quads(sources), *cost_quads(cost_scopes(parted.accepted, sources.of_statement))]),
        *validate_quads(entity_quads(named_)),
        *_runs(relations, list(entity_quads(entities)), screen),
    ]
    words = {iris.document(record.id): record.name for record in holdings.documents.values()}
    words |= {iris.statement(item.id): f"{item.document} {item.start}-{item.end}: {sentence(item)}" for item in resolution.statements}
    words |= {iris.fact(fact.id): f"{fact.subject or fact.subject_id} {fact.predicate} ({len(fact.statement_ids)})" for fact in found.facts}
    words |= {iris.origin(origin.id): origin.label for origin in sources.origins}
    words |= {iris.check(check.id): f"{check.kind}: {check.explanation}" for check in tested}
    return Inspection(ordered(dict.fromkeys(violations)), words)


def _runs(relations: list[Quad], entities: list[Quad], screen: bool) -> tuple[Violation, ...]:
    """What the shapes say of training runs, with the models and chips they name."""
    stages = {concept.iri for concept in ontology.scheme("stage").values()}
    sound: Mapping[str, Callable[[str], bool]] = {
        iris.term("stage"): stages.__contains__,
        iris.term("runOf"): lambda iri: (iris.entity_id(iri) or "").startswith("model/"),
        iris.term("usedChip"): lambda iri: (iris.entity_id(iri) or "").startswith("chip/"),
    }
    runs = {quad.subject for quad in relations if quad.predicate == RDF_TYPE and quad.object == _RUN}
    if screen:
        runs = {
            quad.subject
            for quad in relations
            if quad.subject in runs and quad.predicate.value in sound and not sound[quad.predicate.value](quad.object.value)  # type: ignore[union-attr]
        }
    graph = [quad for quad in relations if quad.subject in runs]
    touched = {quad.object for quad in graph}
    focus = {run.value for run in runs}  # type: ignore[union-attr]
    graph += [quad for quad in entities if quad.subject in touched]
    return tuple(one for one in validate_quads(graph) if one.focus in focus) if graph else ()
