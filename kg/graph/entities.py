"""Entities as RDF: class, label, other names, and what other registers call the same thing."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Protocol

from pyoxigraph import Literal, NamedNode, Quad

from kg import iris, ontology
from kg.graph.terms import LABEL, RDF_TYPE, entity_nodes, named, nodes

_ALTERNATIVE, _SAME_AS, _IDENTIFIER = named("skos:altLabel"), named("owl:sameAs"), named("dcterms:identifier")

_REPLACED_BY, _FORM_FACTOR_OF = named("dcterms:isReplacedBy"), named("kg:formFactorOf")


class Named(Protocol):
    """What of an entity goes into the graph; kg.entities.Entity and rows of the catalogue have it."""

    @property
    def id(self) -> str:
        """The id "<type>/<slug>"."""
        ...

    @property
    def label(self) -> str:
        """The name shown."""
        ...

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names."""
        ...

    @property
    def identifiers(self) -> Mapping[str, str]:
        """Register ("wikidata") to what it calls the entity ("Q117"): see vocab/register.ttl."""
        ...


@cache
def _classes() -> Mapping[str, NamedNode]:
    return {kind: nodes[term.iri] for kind, term in ontology.entity_classes().items()}


def entity_quads(entities: Iterable[Named]) -> Iterator[Quad]:
    """The quads of entities in graph/entities, sorted by id; one of an unknown type has no class, and its statements are quarantined."""
    graph = nodes[iris.GRAPH_ENTITIES]
    registers = ontology.registers()
    for entity in sorted(entities, key=lambda item: item.id):
        node = entity_nodes[entity.id]
        kind = _classes().get(entity.id.partition("/")[0])
        if kind is not None:
            yield Quad(node, RDF_TYPE, kind, graph)
        yield Quad(node, LABEL, Literal(entity.label), graph)
        for alias in sorted(set(entity.aliases) - {entity.label}):
            yield Quad(node, _ALTERNATIVE, Literal(alias), graph)
        for register, name in sorted(entity.identifiers.items()):
            template = registers.get(register)
            if template:
                yield Quad(node, _SAME_AS, NamedNode(iris.elsewhere(template, name)), graph)
            else:
                yield Quad(node, _IDENTIFIER, Literal(f"{register}:{name}"), graph)


def identity_quads(redirects: Mapping[str, str], form_of: Mapping[str, str]) -> Iterator[Quad]:
    """Ids that were given up for another one, and form factors with their chip, in graph/entities."""
    graph = nodes[iris.GRAPH_ENTITIES]
    for old, id in sorted(redirects.items()):
        yield Quad(nodes[iris.entity(old)], _REPLACED_BY, entity_nodes[id], graph)
    for form, chip in sorted(form_of.items()):
        yield Quad(entity_nodes[form], _FORM_FACTOR_OF, entity_nodes[chip], graph)


def ontology_quads() -> Iterator[Quad]:
    """The ontology and its concept schemes in graph/ontology, sorted."""
    graph = nodes[iris.GRAPH_ONTOLOGY]
    for triple in ontology.triples():
        yield Quad(triple.subject, triple.predicate, triple.object, graph)
