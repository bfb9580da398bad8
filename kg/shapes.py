"""The SHACL shapes: those of ontology/shapes, and those of the predicates, which are made from the ontology.

`python -m kg.shapes` writes ontology/shapes/predicate.ttl anew. A predicate's statements are reached from the predicate itself, by the
inverse of kg:predicate, because SHACL Core has no target "statements with this predicate"; results name the statement as focus.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kg import iris, ontology
from kg.ontology import Predicate
from kg.resources import resource

PREDICATES_FILE = "predicate.ttl"
SH = "http://www.w3.org/ns/shacl#"
SEVERITIES = MappingProxyType({SH + "Violation": "violation", SH + "Warning": "warning", SH + "Info": "info"})

_PREFIXES = ("kg", "rdf", "sh", "shape", "unit", "cur", "vocab")
_NUMBERS = "[ sh:alternativePath ( kg:value kg:low kg:high ) ]"
_FORMS = {"quantity": ("value", "low", "high", "unit"), "date": ("date",), "entity": ("object",), "text": ("object", "text")}


@dataclass(frozen=True, slots=True)
class Shape:
    """A property shape: its IRI and name, what it is a shape of ("statement", "gpuHours"), severity and message."""

    iri: str
    name: str
    target: str
    severity: str
    message: str


def _list(iris_: Iterable[str]) -> str:
    return " ".join(_short(iri) for iri in iris_)


@cache
def _short(iri: str) -> str:
    for prefix in ("kg", "unit", "cur"):
        root = ontology.prefixes()[prefix]
        if iri.startswith(root):
            return f"{prefix}:{iri.removeprefix(root)}"
    return f"<{iri}>"


def _number(value: float) -> str:
    text = repr(float(value)).replace("e+", "e")
    return text if "e" in text else text + "e0"


def year_pattern(earliest: int, latest: int) -> str:
    """A regular expression for partial ISO 8601 dates with a year in [earliest, latest].

    >>> import re
    >>> [bool(re.search(year_pattern(1998, 2035), date)) for date in ("1997", "1998-05", "2035-12-31", "2036", "2024-13")]
    [False, True, True, False, False]
    """
    years = "|".join(_years(earliest, latest))
    return f"^({years})(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"


def _years(earliest: int, latest: int) -> Iterator[str]:
    """Parts of a regular expression that match the years: whole decades and centuries as classes."""
    year = earliest
    while year <= latest:
        for width, zeros in ((1000, "[0-9]{3}"), (100, "[0-9]{2}"), (10, "[0-9]"), (1, "")):
            if year % width == 0 and year + width - 1 <= latest:
                yield f"{year // width}{zeros}"
                year += width
                break


def _range_words(predicate: Predicate) -> str:
    lower = "" if predicate.least is None else f"{'above' if predicate.positive else 'from'} {predicate.least:g}"
    upper = "" if predicate.most is None else f"{'to' if lower else 'up to'} {predicate.most:g}"
    return " ".join(part for part in (lower, upper) if part)


def _property(name: str, path: str, constraints: Iterable[str], message: str, severity: str = "Violation") -> str:
    said = message.replace("\\", "\\\\").replace('"', '\\"')
    body = " ; ".join(constraints)
    return f"""shape:{name} a sh:PropertyShape ;
    sh:path {path} ;
    {body} ;
    sh:severity sh:{severity} ;
    sh:message "{said}" .
"""


def _predicate_parts(predicate: Predicate) -> Iterator[tuple[str, str]]:
    """Name and Turtle of each property shape of a predicate."""
    name, label = predicate.name, predicate.label
    classes = ontology.entity_classes()

    def shape(part: str, path: str, constraints: Iterable[str], message: str) -> tuple[str, str]:
        return f"{name}-{part}", _property(f"{name}-{part}", path, constraints, message)

    kinds = ", ".join(predicate.subjects)
    allowed = f"sh:in ( {_list(classes[kind].iri for kind in predicate.subjects)} )"
    yield shape(
        "subject", "( kg:subject rdf:type )", ("sh:minCount 1", allowed),
        f"{name} ({label}) is said of: {kinds}; resolve the subject to one of these, or choose another predicate.",
    )  # fmt: skip
    others = [form for form in ("value", "low", "high", "unit", "date", "object", "text") if form not in _FORMS[predicate.kind]]
    if predicate.kind == "quantity":
        yield shape("number", _NUMBERS, ("sh:minCount 1",), f"{name} ({label}) is a number: give value, or low or high of a range.")
        bounds = (
            [] if predicate.least is None else [f"sh:min{'Exclusive' if predicate.positive else 'Inclusive'} {_number(predicate.least)}"]
        )
        bounds += [] if predicate.most is None else [f"sh:maxInclusive {_number(predicate.most)}"]
        if bounds:
            yield shape(
                "range",
                _NUMBERS,
                bounds,
                f"{name} ({label}) is {_range_words(predicate)}: look for a lost factor or a wrong unit in the quote.",
            )
        units = ontology.units()
        yield shape(
            "unit", "kg:unit", ("sh:minCount 1", f"sh:in ( {_list(units[code].iri for code in predicate.units)} )"),
            f"{name} ({label}) is given in {', '.join(predicate.units)}: correct the unit, or choose the predicate the unit belongs to.",
        )  # fmt: skip
    elif predicate.kind == "date":
        earliest, latest = predicate.earliest_year or 1, predicate.latest_year or 9999
        pattern = year_pattern(earliest, latest)
        yield shape(
            "date", "kg:date", ("sh:minCount 1", f'sh:pattern "{pattern}"'),
            f"{name} ({label}) is a date between {earliest} and {latest}, written 2024-05-06, 2024-05 or 2024: correct it.",
        )  # fmt: skip
    else:
        wanted = ", ".join(predicate.objects)
        if predicate.kind == "entity":
            message = f"{name} ({label}) names {wanted}: resolve the object to an entity."
            yield shape("object", "kg:object", ("sh:minCount 1",), message)
        else:
            least = () if name == "claim" else ("sh:minCount 1",)
            message = f"{name} ({label}) is said in words or as a concept, one a statement: fill it in, or split the statement."
            yield shape("text", "[ sh:alternativePath ( kg:object kg:text ) ]", (*least, "sh:maxCount 1"), message)
        if predicate.objects:
            allowed = f"sh:in ( {_list(classes[kind].iri for kind in predicate.objects)} )"
            message = f"{name} ({label}) names {wanted}: resolve the object to one of these, or choose another predicate."
            known = ("sh:minCount 1", allowed) if predicate.kind == "entity" else (allowed,)
            yield shape("object-type", "( kg:object rdf:type )", known, message)
    path = f"[ sh:alternativePath ( {' '.join('kg:' + form for form in others)} ) ]"
    kind = {"quantity": "a number with a unit", "date": "a date", "entity": "an entity", "text": "words or a concept"}[predicate.kind]
    yield shape("only", path, ("sh:maxCount 0",), f"{name} ({label}) has {kind} and nothing else: take away {', '.join(others)}.")


def _header() -> str:
    return "".join(f"@prefix {prefix}: <{ontology.prefixes()[prefix]}> .\n" for prefix in _PREFIXES)


def names_turtle() -> str:
    """The shape that knows the name of every predicate, as Turtle."""
    known = f"sh:in ( {_list(predicate.iri for predicate in ontology.predicates().values())} )"
    message = "The predicate is not in the ontology: use one that is, or claim, or add it to ontology/ontology.ttl."
    owner = "shape:predicate a sh:NodeShape ;\n    sh:targetClass kg:Statement ;\n    sh:property shape:statement-known-predicate .\n"
    return "\n".join((_header(), owner, _property("statement-known-predicate", "kg:predicate", (known,), message)))


def predicate_turtle(names: Iterable[str], *, nested: bool = True) -> str:
    """The shapes of predicates as Turtle; not `nested` means the property shapes alone, to be given targets by the caller."""
    parts = [_header()]
    for name in names:
        found = list(_predicate_parts(ontology.predicate(name)))
        if nested:
            inner, listed = f"shape:{name}-statements", ", ".join(f"shape:{part}" for part, _ in found)
            parts.append(f"shape:{name} a sh:NodeShape ;\n    sh:targetNode kg:{name} ;\n    sh:property {inner} .\n")
            parts.append(f"{inner} a sh:PropertyShape ;\n    sh:path [ sh:inversePath kg:predicate ] ;\n    sh:property {listed} .\n")
        parts += [turtle for _, turtle in found]
    return "\n".join(parts)


def file_text() -> str:
    """What ontology/shapes/predicate.ttl must be."""
    head = "# Made from ontology/ontology.ttl by `python -m kg.shapes`; change the ontology, not this file.\n"
    return head + names_turtle() + "\n" + predicate_turtle(ontology.predicates()).removeprefix(_header())


def class_files() -> tuple[str, ...]:
    """Names of the shape files written by hand, sorted."""
    found = resource("ontology", "shapes").glob("*.ttl")
    return tuple(sorted(path.name for path in found if path.name != PREDICATES_FILE))


@cache
def class_turtle() -> str:
    """The shapes written by hand, one class a file, as one Turtle text."""
    return "\n".join(resource("ontology", "shapes", name).read_text(encoding="utf-8") for name in class_files())


@cache
def shapes() -> Mapping[str, Shape]:
    """Every property shape by its IRI."""
    found: dict[str, dict[str, str]] = {}
    owners: dict[str, str] = {}
    for text in (class_turtle(), file_text()):
        for quad in parse(text, format=RdfFormat.TURTLE):
            subject, value = quad.subject, quad.object
            if isinstance(subject, NamedNode) and isinstance(value, NamedNode | Literal):
                name = quad.predicate.value.removeprefix(SH)
                if name == "property":
                    owners[value.value] = owners.get(subject.value, subject.value)
                found.setdefault(subject.value, {})[name] = value.value
    root = iris.shape("")
    return MappingProxyType(
        {
            iri: Shape(
                iri,
                iri.removeprefix(root),
                owners[iri].removeprefix(root).removesuffix("-statements"),
                SEVERITIES[said["severity"]],
                said["message"],
            )
            for iri, said in found.items()
            if "message" in said
        }
    )


def main(write: Callable[[str], object] = sys.stdout.write) -> None:
    """Write ontology/shapes/predicate.ttl."""
    path = resource("ontology", "shapes", PREDICATES_FILE)
    path.write_text(file_text(), encoding="utf-8")
    write(f"{path}: {len(ontology.predicates())} predicates\n")


if __name__ == "__main__":
    main()
