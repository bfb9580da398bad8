"""Who is meant: statements with labels go in, the same statements with entity ids come out, and the entities they mention.

A label is looked up in the registry under the types its predicate allows; a label the registry does not know gets an entity of its own.
Where a predicate allows several types, the other statements of the same document about that label decide.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kg.entities import Entity, Registry, fold
from kg.ontology import Predicate, predicates
from kg.statements import Statement

CLAIMANT_TYPES = ("organisation", "person", "publication")
THIS_DOCUMENT = frozenset({"document", "thedocument", "thisdocument"})

_Votes = Mapping[tuple[str, str], Counter[str]]


def resolve(statements: Iterable[Statement], registry: Registry) -> tuple[Statement, ...]:
    """The statements in their order, with subject_id, object_id and attributed_to_ids filled in.

    A subject no type of which is known, in a predicate the ontology does not have, keeps an empty id. The object of a text predicate is
    linked where the registry knows it and stays text (object_id None) where not.
    """
    known = tuple(statements)
    votes = _votes(known)
    return tuple(_resolved(statement, registry, votes) for statement in known)


def mentioned(statements: Iterable[Statement], registry: Registry) -> tuple[Entity, ...]:
    """The entities resolved statements refer to, sorted by id.

    Those of the registry as it has them; the others labelled as they are most often written, their other spellings as aliases.
    """
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for statement in statements:
        pairs = [(statement.subject_id, statement.subject), (statement.object_id, statement.object)]
        pairs += zip(statement.attributed_to_ids, statement.attributed_to, strict=False)
        for id, label in pairs:
            if id and label and not id.startswith("document/"):
                spellings[id][label] += 1
    found = []
    for id in sorted(spellings):
        entity = registry.by_id(id)
        if entity is None:
            labels = sorted(spellings[id], key=lambda label: (-spellings[id][label], label))
            entity = Entity(id=id, type=id.partition("/")[0], label=labels[0], aliases=tuple(labels[1:]))
        found.append(entity)
    return tuple(found)


def _votes(statements: Iterable[Statement]) -> _Votes:
    """What types the statements of a document that leave no choice give to a folded label."""
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for statement in statements:
        predicate = predicates().get(statement.predicate)
        if predicate is None:
            continue
        if len(predicate.subjects) == 1:
            votes[statement.document_id, fold(statement.subject)][predicate.subjects[0]] += 1
        if statement.object and predicate.kind == "entity" and len(predicate.objects) == 1:
            votes[statement.document_id, fold(statement.object)][predicate.objects[0]] += 1
    return votes


def _resolved(statement: Statement, registry: Registry, votes: _Votes) -> Statement:
    predicate = predicates().get(statement.predicate)
    claimants = tuple(_entity(label, CLAIMANT_TYPES, statement, registry, votes).id for label in statement.attributed_to if label.strip())
    if predicate is None or not statement.subject.strip():
        return replace(statement, attributed_to_ids=claimants)
    return replace(
        statement,
        subject_id=_subject_id(statement, predicate, registry, votes),
        object_id=_object_id(statement, predicate, registry, votes),
        attributed_to_ids=claimants,
    )


def _subject_id(statement: Statement, predicate: Predicate, registry: Registry, votes: _Votes) -> str:
    if "document" in predicate.subjects and (statement.subject == statement.document or fold(statement.subject) in THIS_DOCUMENT):
        return f"document/{statement.document_id}"
    types = tuple(type for type in predicate.subjects if type != "document")
    return _entity(statement.subject, types, statement, registry, votes).id


def _object_id(statement: Statement, predicate: Predicate, registry: Registry, votes: _Votes) -> str | None:
    if not statement.object or not statement.object.strip() or not predicate.objects:
        return None
    if predicate.kind == "entity":
        return _entity(statement.object, predicate.objects, statement, registry, votes).id
    known = (registry.find(statement.object, type) for type in predicate.objects)
    return next((entity.id for entity in known if entity), None)


def _entity(label: str, types: tuple[str, ...], statement: Statement, registry: Registry, votes: _Votes) -> Entity:
    """The entity of that label and of one of the types: known before unknown, then as the document votes, then in the order given."""
    known = [type for type in types if registry.find(label, type)]
    ballot = votes.get((statement.document_id, fold(label)), Counter())
    candidates = known or ([type for type in types if ballot[type]] or _likely(label, types, statement, registry))
    chosen = max(candidates, key=lambda type: (ballot[type], -candidates.index(type)))
    return registry.entity(label, chosen)


def _likely(label: str, types: tuple[str, ...], statement: Statement, registry: Registry) -> list[str]:
    """The types of an unknown label: a model when its name begins with that of a family, a cluster when its power is in megawatts."""
    if "model" in types and (registry.family(label) or statement.qualifiers.get("stage")):
        return ["model"]
    if "cluster" in types and statement.unit in ("MW", "GW", "MWh"):
        return ["cluster"]
    return list(types)
