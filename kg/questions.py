"""The library of questions: each a `.rq` file in queries/ whose `#+` comment lines are a YAML header.

    #+ summary: What did training a model cost, stage by stage, and who says so?
    #+ params:
    #+   model: {type: entity, example: model/deepseek-v3}
    #+ columns:
    #+   cost: figure as stated, in the unit beside it
    SELECT $model ?cost ... WHERE { ... } ORDER BY ?cost

A parameter is a variable of the query's SELECT clause: a value given for it is bound to it, never written into the text. Without a value
its `default` is bound; without a default the query answers for all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from kg.errors import InputError, UnknownName
from kg.resources import resource

TYPES = ("entity", "string", "date", "number", "iri")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable that can be given: `type` is entity, string, date, number or iri; `example` is a value that has an answer.

    `default` is bound when no value is given; None leaves the variable free, and the query answers for all.
    """

    name: str
    type: str
    example: str
    description: str = ""
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its name (path below queries/ without `.rq`), what it asks, what it takes, what its columns mean, its SPARQL.

    `needs`: what must be loaded before it has an answer, such as "epoch"; "" when the packaged release answers it.
    """

    name: str
    summary: str
    sparql: str
    params: tuple[Parameter, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    path: Path | None = None
    needs: str = ""


def _header(text: str, name: str) -> dict[str, object]:
    lines = re.findall(r"^#\+ ?(.*)$", text, re.MULTILINE)
    try:
        header = yaml.safe_load("\n".join(lines)) or {}
    except yaml.YAMLError as error:
        raise InputError(f"{name}: the `#+` header is not YAML ({' '.join(str(error).split())})") from None
    if not isinstance(header, dict):
        raise InputError(f"{name}: the `#+` header is {type(header).__name__}; expected `key: value` lines such as `#+ summary: ...`")
    return header


def _parameter(name: str, value: object, where: str) -> Parameter:
    if not isinstance(value, dict) or value.get("type") not in TYPES or "example" not in value:
        raise InputError(f"{where}: the parameter {name} needs a type (one of {', '.join(TYPES)}) and an example")
    default = str(value["default"]) if "default" in value else None
    return Parameter(name, str(value["type"]), str(value["example"]), str(value.get("description", "")), default)


def parse(text: str, name: str, path: Path | None = None) -> Question:
    """A question from the text of a `.rq` file; a text without header is a question with no parameters.

    Raises: InputError when the header is not in order.
    """
    header = _header(text, name)
    params, columns = header.get("params") or {}, header.get("columns") or {}
    if not isinstance(params, dict) or not isinstance(columns, dict):
        raise InputError(f"{name}: `params` and `columns` in the `#+` header are maps from a variable's name")
    parameters = tuple(_parameter(str(key), value, name) for key, value in params.items())
    meanings = {str(key): str(value) for key, value in columns.items()}
    return Question(
        name,
        str(header.get("summary", "")),
        text,
        parameters,
        meanings,
        str(header.get("description", "")),
        path,
        str(header.get("needs", "")),
    )


@cache
def library() -> Mapping[str, Question]:
    """Every question of queries/ by name, sorted; queries/checks, which ask a view of figures and not the store, are left out."""
    root = resource("queries")
    named = {path.relative_to(root).with_suffix("").as_posix(): path for path in sorted(root.rglob("*.rq")) if path.parent.name != "checks"}
    return {name: parse(path.read_text("utf-8"), name, path) for name, path in named.items()}


def question(name: str) -> Question:
    """A question by its name, or by the last part of it. Raises: UnknownName."""
    known = library()
    if name in known:
        return known[name]
    ending = [found for found in known if found.rpartition("/")[2] == name]
    if len(ending) == 1:
        return known[ending[0]]
    raise UnknownName("query", name, known)
