"""The ontology as data: predicates, units, qualifiers, concept schemes and prefixes, read from ontology/*.ttl."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg import iris
from kg.errors import UnknownName
from kg.resources import resource

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SCHEMA = "https://schema.org/"
OWL = "http://www.w3.org/2002/07/owl#"

KINDS = {"QuantityPredicate": "quantity", "DatePredicate": "date", "EntityPredicate": "entity", "TextPredicate": "text"}


@dataclass(frozen=True, slots=True)
class Predicate:
    """A property statements can have.

    `subjects`, `objects`: entity types ("model", "organisation", ...). `kind`: "quantity", "entity", "date" or "text"; a text predicate
    with `objects` may name an entity of those types as well. `units`: unit codes a quantity may have. `least`, `most`: sane values in
    whatever unit (None = no limit), `positive`: zero makes no sense. `earliest_year`, `latest_year`: sane years of a date. `inverse`:
    local name of the property read the other way, or "". `labels`: by language tag. `of_run`: its statements on a model are about one of
    the model's training runs.
    """

    name: str
    iri: str
    label: str
    definition: str
    subjects: tuple[str, ...]
    kind: str
    objects: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    positive: bool = False
    earliest_year: int | None = None
    latest_year: int | None = None
    inverse: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    of_run: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit. `code` as in records ("USD/GPU-hour"); one unit is `factor` of its dimension's first unit (a day is 24 of time)."""

    code: str
    iri: str
    label: str
    definition: str
    dimension: str
    factor: float
    least: float | None = None
    most: float | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of a scheme; `broader` is the name of the next wider concept of the scheme or "", `symbol` a sign it is written as."""

    name: str
    iri: str
    label: str
    definition: str
    broader: str = ""
    symbol: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Term:
    """A class, property or qualifier of the ontology with its label and definition."""

    name: str
    iri: str
    label: str
    definition: str
    labels: Mapping[str, str] = field(default_factory=dict)


class _Terms:
    """Triples of one Turtle file by subject and property, in the file's order."""

    def __init__(self, path: Path) -> None:
        self.values: dict[str, dict[str, list[NamedNode | Literal]]] = {}
        for triple in parse(path=str(path), format=RdfFormat.TURTLE):
            subject, value = triple.subject, triple.object
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                self.values.setdefault(subject.value, {}).setdefault(triple.predicate.value, []).append(value)

    def all(self, subject: str, predicate: str) -> list[str]:
        return [value.value for value in self.values[subject].get(predicate, ())]

    def one(self, subject: str, predicate: str) -> str | None:
        return next(iter(self.all(subject, predicate)), None)

    def number(self, subject: str, predicate: str) -> float | None:
        value = self.one(subject, predicate)
        return None if value is None else float(value)

    def labels(self, subject: str, predicate: str = RDFS + "label") -> Mapping[str, str]:
        found = self.values[subject].get(predicate, ())
        return MappingProxyType({value.language or "": value.value for value in found if isinstance(value, Literal)})

    def term(self, subject: str, name: str) -> Term:
        labels = self.labels(subject)
        return Term(name, subject, labels.get("en", name), self.one(subject, SKOS + "definition") or "", labels)

    def typed(self, type_iri: str) -> list[str]:
        return [subject for subject in self.values if type_iri in self.all(subject, RDF_TYPE)]


@cache
def _ontology() -> _Terms:
    return _Terms(resource("ontology", "ontology.ttl"))


@cache
def prefixes() -> Mapping[str, str]:
    """Prefix to namespace, from ontology/prefixes.ttl, the only prefix table."""
    parser = parse(path=str(resource("ontology", "prefixes.ttl")), format=RdfFormat.TURTLE)
    for _ in parser:
        pass
    return MappingProxyType(dict(parser.prefixes))


@cache
def entity_classes() -> Mapping[str, Term]:
    """Entity type ("model", "organisation", ... and "document") to its class."""
    terms = _ontology()
    return MappingProxyType(
        {
            kind: terms.term(subject, subject.removeprefix(iris.KG))
            for subject in terms.typed(OWL + "Class")
            if (kind := terms.one(subject, iris.term("entityType"))) is not None
        }
    )


@cache
def units() -> Mapping[str, Unit]:
    """Unit code ("USD", "GPU-hour") to the unit, in the order of vocab/unit.ttl."""
    terms = _Terms(resource("ontology", "vocab", "unit.ttl"))
    found = {}
    for subject in terms.typed(iris.term("Unit")):
        code = terms.one(subject, iris.term("unitCode")) or ""
        term = terms.term(subject, code)
        found[code] = Unit(
            code,
            subject,
            term.label,
            term.definition,
            terms.one(subject, iris.term("dimension")) or "",
            terms.number(subject, iris.term("factor")) or 1.0,
            terms.number(subject, iris.term("least")),
            terms.number(subject, iris.term("most")),
            term.labels,
        )
    return MappingProxyType(found)


@cache
def predicates() -> Mapping[str, Predicate]:
    """Local name ("gpuHours") to the predicate, in the order of the ontology."""
    terms = _ontology()
    types = {term.iri: kind for kind, term in entity_classes().items()}
    codes = {unit.iri: code for code, unit in units().items()}
    kinds = {iris.term(name): kind for name, kind in KINDS.items()}
    found = {}
    for subject in terms.values:
        kind = next((kinds[value] for value in terms.all(subject, RDF_TYPE) if value in kinds), None)
        if kind is None:
            continue
        term = terms.term(subject, subject.removeprefix(iris.KG))
        earliest, latest = terms.number(subject, iris.term("earliestYear")), terms.number(subject, iris.term("latestYear"))
        found[term.name] = Predicate(
            term.name,
            subject,
            term.label,
            term.definition,
            tuple(types[value] for value in terms.all(subject, SCHEMA + "domainIncludes") if value in types),
            kind,
            tuple(types[value] for value in terms.all(subject, SCHEMA + "rangeIncludes") if value in types),
            tuple(codes[value] for value in terms.all(subject, iris.term("permittedUnit"))),
            terms.number(subject, iris.term("least")),
            terms.number(subject, iris.term("most")),
            terms.one(subject, iris.term("positive")) == "true",
            None if earliest is None else int(earliest),
            None if latest is None else int(latest),
            (terms.one(subject, OWL + "inverseOf") or _inverse_of(subject) or "").removeprefix(iris.KG),
            term.labels,
            iris.term("TrainingRun") in terms.all(subject, SCHEMA + "domainIncludes"),
        )
    return MappingProxyType(found)


def _inverse_of(iri: str) -> str | None:
    terms = _ontology()
    return next((subject for subject in terms.values if iri in terms.all(subject, OWL + "inverseOf")), None)


def predicate(name: str) -> Predicate:
    """The predicate of that local name.

    Raises: UnknownName, naming the nearest ones.
    """
    known = predicates()
    if name not in known:
        raise UnknownName("predicate", name, sorted(known, key=lambda other: (not other.lower().startswith(name[:3].lower()), other)))
    return known[name]


@cache
def qualifiers() -> Mapping[str, Term]:
    """Qualifier name ("stage") to its definition. Statements may have others; these are the ones with a meaning all agree on."""
    terms = _ontology()
    root = iris.qualifier("")
    names = {subject: subject.removeprefix(root) for subject in terms.values if subject.startswith(root)}
    return MappingProxyType({name: terms.term(subject, name) for subject, name in names.items()})


@cache
def scheme_names() -> tuple[str, ...]:
    """The concept schemes of ontology/vocab, units apart."""
    return tuple(sorted(path.stem for path in resource("ontology", "vocab").glob("*.ttl") if path.stem != "unit"))


@cache
def scheme(name: str) -> Mapping[str, Concept]:
    """Concept name to concept of a scheme such as "status" or "cost-component", in the order of its file.

    Raises: UnknownName when there is no such scheme.
    """
    if name not in scheme_names():
        raise UnknownName("concept scheme", name, scheme_names())
    terms = _Terms(resource("ontology", "vocab", f"{name}.ttl"))
    root = iris.scheme(name) + "/"
    found = {}
    for subject in terms.typed(SKOS + "Concept"):
        labels = terms.labels(subject, SKOS + "prefLabel")
        slug = subject.removeprefix(root)
        found[slug] = Concept(
            slug,
            subject,
            labels.get("en", slug),
            terms.one(subject, SKOS + "definition") or "",
            (terms.one(subject, SKOS + "broader") or "").removeprefix(root),
            terms.one(subject, SKOS + "altLabel"),
            labels,
        )
    return MappingProxyType(found)


@cache
def registers() -> Mapping[str, str | None]:
    """Register of identifiers ("wikidata") to the template of its IRIs, "{}" standing for the name; None where it has none."""
    terms = _Terms(resource("ontology", "vocab", "register.ttl"))
    return MappingProxyType({name: terms.one(concept.iri, iris.term("iriTemplate")) for name, concept in scheme("register").items()})


@cache
def bounds() -> Mapping[str, str]:
    """The sign of a bound ("", "~", "<", ...) to the name of its concept."""
    return MappingProxyType({concept.symbol or "": name for name, concept in scheme("bound").items()})


def fold(text: str) -> str:
    """A label as concepts are looked up: lower case, words joined by one hyphen.

    >>> fold("Prior research")
    'prior-research'
    """
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-")


def triples() -> tuple[Triple, ...]:
    """Every triple of ontology.ttl and vocab/*.ttl, sorted: what the named graph of the ontology holds."""
    paths = [resource("ontology", "ontology.ttl"), *sorted(resource("ontology", "vocab").glob("*.ttl"))]
    found = {Triple(quad.subject, quad.predicate, quad.object) for path in paths for quad in parse(path=str(path), format=RdfFormat.TURTLE)}
    return tuple(sorted(found, key=str))
