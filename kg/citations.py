"""How to cite a fact or statement: as a sentence, as BibTeX, as CSL-JSON; the permanent IRI names what is cited."""

import re
from dataclasses import dataclass
from typing import Any

from kg import iris, readable
from kg.catalogue import Row


@dataclass(frozen=True, slots=True)
class Citation:
    """One citation in three forms. https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html"""

    text: str
    bibtex: str
    csl: dict[str, Any]


def _escaped(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text.replace("\\", "\\textbackslash ").replace("~", "\\textasciitilde ").replace("^", "\\^{}"))


def _date_parts(date: str) -> list[int]:
    return [int(part) for part in date.split("-") if part.isdigit()]


def cited(row: Row) -> Citation:
    """The citation of one statement: who says it, what, in which document, at which permanent IRI."""
    said = row.statement
    claim = readable.plain(readable.sentence(said))
    title = row.title or said.document
    authors = list(said.attributed_to) or ([row.publisher] if row.publisher else [])
    iri = iris.statement(said.id)
    who = f"Said by {', '.join(authors)} in " if authors else "In "
    dated = f" ({row.date})" if row.date else ""
    fields = {
        "title": _escaped(claim),
        "author": " and ".join(f"{{{_escaped(name)}}}" for name in authors),
        "booktitle": _escaped(title),
        "publisher": _escaped(row.publisher or ""),
        "year": (row.date or "")[:4],
        "url": iri,
        "note": f"Lab Facts, statement {said.id}",
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    csl: dict[str, Any] = {
        "id": said.id,
        "type": "entry",
        "title": claim,
        "author": [{"literal": name} for name in authors],
        "container-title": title,
        "URL": iri,
        "source": "Lab Facts",
    }
    if row.publisher:
        csl["publisher"] = row.publisher
    if row.date and _date_parts(row.date):
        csl["issued"] = {"date-parts": [_date_parts(row.date)]}
    return Citation(f"{claim}. {who}{title}{dated}. Lab Facts, {iri}", f"@misc{{labfacts-{said.id},\n{lines}\n}}", csl)
