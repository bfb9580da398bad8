"""The JSON-LD context of the graph: short names of every class and property, made from the ontology.

`python -m kg.context` writes ontology/context.jsonld anew. A node written with it reads `{"id": "lf:statement/...", "type": "Statement",
"subject": "model:deepseek-v3", "predicate": "trainingCost", "value": 5576000.0, ...}`.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from pyoxigraph import NamedNode

from kg import iris, ontology
from kg.resources import resource

FILE = "context.jsonld"
_OBJECT_PROPERTY = ontology.OWL + "ObjectProperty"
_PROPERTIES = {_OBJECT_PROPERTY, ontology.OWL + "DatatypeProperty", "http://www.w3.org/1999/02/22-rdf-syntax-ns#Property"}
_XSD = "http://www.w3.org/2001/XMLSchema#"
# What of other vocabularies the graph uses, under the names its users know; the ontology's own names come first.
_OTHERS = {
    "label": ("rdfs:label", None),
    "altLabel": ("skos:altLabel", None),
    "sameAs": ("owl:sameAs", "@id"),
    "quotedFrom": ("prov:wasQuotedFrom", "@id"),
    "attributedTo": ("prov:wasAttributedTo", "@id"),
    "primarySource": ("prov:hadPrimarySource", "@id"),
    "target": ("oa:hasTarget", "@id"),
    "source": ("oa:hasSource", "@id"),
    "selector": ("oa:hasSelector", "@id"),
    "title": ("dcterms:title", None),
    "publisher": ("dcterms:publisher", "@id"),
    "creator": ("dcterms:creator", "@id"),
    "issued": ("dcterms:issued", None),
    "references": ("dcterms:references", "@id"),
}


def context() -> dict[str, Any]:
    """The context as a JSON object with the one key "@context"."""
    types: dict[str, set[str]] = {}
    ranges: dict[str, list[str]] = {}
    for triple in ontology.triples():
        subject, value = triple.subject, triple.object
        if isinstance(subject, NamedNode) and isinstance(value, NamedNode):
            if triple.predicate.value == ontology.RDF_TYPE:
                types.setdefault(subject.value, set()).add(value.value)
            elif triple.predicate.value == ontology.SCHEMA + "rangeIncludes":
                ranges.setdefault(subject.value, []).append(value.value)
    # A property and a prefix of one name cannot both be: nodes of those prefixes are written with "lf:", as "lf:statement/<id>".
    properties = {iri.removeprefix(iris.KG) for iri in types if iri.startswith(iris.KG) and _PROPERTIES & types[iri]}
    prefixes = {name: namespace for name, namespace in sorted(ontology.prefixes().items()) if name not in properties}
    terms: dict[str, Any] = {"lf": iris.BASE, **prefixes, "id": "@id", "type": "@type"}
    for name, (iri, kind) in sorted(_OTHERS.items()):
        terms[name] = {"@id": iri, "@type": kind} if kind else iri
    for iri in sorted(types):
        name = iri.removeprefix(iris.KG)
        if not iri.startswith(iris.KG) or name in terms:
            continue
        if _PROPERTIES & types[iri]:
            terms[name] = _term(name, types[iri], ranges.get(iri, []))
        elif ontology.OWL + "Class" in types[iri]:
            terms[name] = f"kg:{name}"
    for name in ("predicate", "factPredicate"):
        terms[name] = {"@id": f"kg:{name}", "@type": "@vocab"}
    return {"@context": terms}


def _term(name: str, types: set[str], ranges: list[str]) -> Any:
    if _OBJECT_PROPERTY in types:
        return {"@id": f"kg:{name}", "@type": "@id"}
    datatypes = [iri for iri in ranges if iri.startswith(_XSD)]
    if len(ranges) == 1 and datatypes and datatypes != [_XSD + "string"]:
        return {"@id": f"kg:{name}", "@type": "xsd:" + datatypes[0].removeprefix(_XSD)}
    return f"kg:{name}"


def file_text() -> str:
    """What ontology/context.jsonld must be."""
    return json.dumps(context(), ensure_ascii=False, indent=2) + "\n"


def main(write: Callable[[str], object] = sys.stdout.write) -> None:
    """Write ontology/context.jsonld."""
    path = resource("ontology", FILE)
    path.write_text(file_text(), encoding="utf-8")
    write(f"{path}: {len(context()['@context'])} names\n")


if __name__ == "__main__":
    main()
