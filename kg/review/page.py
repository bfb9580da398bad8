"""Documents with their statements in, one self-contained HTML page out: every span coloured by predicate, the statements beside it."""

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

from kg.ontology import predicates
from kg.passages import Segment, content_span, segments
from kg.review.numbers import uncounted
from kg.statements import Statement
from kg.text import Text
from kg.wording import figure, predicate_label, scope

_UNCOUNTED = "?"
_TURN = 137.508
"""Degrees from one predicate's hue to the next: the golden angle keeps neighbours of any number of predicates apart."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One document: its text as its loader reads it (None where only its statements are known) and the statements of it."""

    name: str
    text: Text | None
    statements: tuple[Statement, ...]


@cache
def _asset(name: str) -> str:
    return (files("kg.review") / name).read_text(encoding="utf-8")


def _hash(source: str) -> str:
    return "sha256-" + b64encode(sha256(source.encode()).digest()).decode()


def review_page(documents: Iterable[Reviewed]) -> Iterator[str]:
    """The page in pieces. It asks for nothing outside itself and runs no script but its own; all text of documents is escaped.

    Spans that overlap are cut at all their boundaries; a piece has the colour of its shortest span and names all it belongs to.
    Numbers that no statement is about are underlined with dots.
    """
    shown = list(documents)
    style = _asset("review.css") + "".join(_colours({said.predicate for one in shown for said in one.statements}))
    script = _asset("review.js")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>Statements to review</title>\n'
    yield f"<style>{style}</style>\n</head>\n<body>\n<header><h1>Statements to review</h1>\n"
    count = sum(len(one.statements) for one in shown)
    yield f"<p>{count} statements of {len(shown)} document{'' if len(shown) == 1 else 's'}. Colours are predicates; "
    yield '<span class="uncounted">numbers</span> underlined with dots are in no statement.</p></header>\n<main>\n'
    for index, one in enumerate(shown):
        yield from _document(one, f"d{index}")
    yield '</main>\n<section class="saved" aria-label="Corrections" hidden><p><output>0</output> corrections. '
    yield '<a download="corrections.jsonl" href="#">Save them</a> and load with <code>kg load --corrections corrections.jsonl</code>.</p>'
    yield f'<textarea readonly aria-label="Corrections, one JSON object a line"></textarea></section>\n<script>{script}</script>\n'
    yield "</body>\n</html>"


def _colours(names: Iterable[str]) -> Iterator[str]:
    """A light background for each predicate, on which black text has a contrast above 10 to 1, and a darker edge."""
    for name, number in _numbers(names).items():
        hue = round(number * _TURN % 360)
        yield f".p{number}{{background:hsl({hue} 75% {84 if number % 2 else 89}%)}} /* {name} */\n"
        yield f".statements>li.p{number}{{background:#fff;border-left-color:hsl({hue} 60% 45%)}}\n"


@cache
def _known() -> tuple[str, ...]:
    return tuple(predicates())


def _numbers(names: Iterable[str]) -> Mapping[str, int]:
    """A number for each predicate: its place in the ontology, the same on every page."""
    places = {name: place for place, name in enumerate(_known())}
    return {name: places[name] for name in sorted(names, key=lambda name: (places.get(name, -1), name)) if name in places}


def _colour(name: str) -> str:
    places = _numbers([name])
    return f"p{places[name]}" if name in places else "p"


def _document(one: Reviewed, prefix: str) -> Iterator[str]:
    counts = Counter(said.predicate for said in one.statements)
    yield f'<section class="document"><h2>{escape(one.name)}</h2>\n<ul class="legend">'
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f'<li class="{_colour(name)}">{escape(predicate_label(name))} {count}</li>'
    yield "</ul>\n"
    names = {said.id: f"{prefix}-{number}" for number, said in enumerate(one.statements)}
    marked: set[str] = set()
    yield '<div class="columns">'
    if one.text is None:
        yield '<div class="text">The text of this document is not at hand.</div>'
    else:
        yield from _text(one.text, one.statements, names, marked)
    yield f'<ol class="statements" tabindex="0" aria-label="Statements of {escape(one.name, True)}">\n'
    for said in one.statements:
        yield _item(said, names[said.id], names[said.id] in marked)
    yield "</ol></div></section>\n"


def _text(text: Text, statements: Sequence[Statement], names: Mapping[str, str], marked: set[str]) -> Iterator[str]:
    placed = [(said, *span) for said in statements if (span := content_span(text, said.start, said.end)) is not None]
    # The longest span comes first, so that the last one of a piece is the shortest.
    ordered = sorted(placed, key=lambda item: (item[1] - item[2], item[1]))
    spans = [(names[said.id], start, end) for said, start, end in ordered]
    numbers = [(f"{_UNCOUNTED}{start}", start, end) for start, end in uncounted(text.content, placed)]
    by_name = {names[said.id]: said for said, _, _ in placed}
    yield f'<div class="text" tabindex="0" role="region" aria-label="The text; {len(numbers)} of its numbers are in no statement">'
    for piece in segments(text.content, [*spans, *numbers]):
        yield _piece(piece, by_name, marked)
    yield "</div>"


def _piece(piece: Segment, by_name: Mapping[str, Statement], marked: set[str]) -> str:
    written = escape(piece.text)
    if any(name.startswith(_UNCOUNTED) for name in piece.ids):
        written = f'<span class="uncounted" title="in no statement">{written}</span>'
    inside = [name for name in piece.ids if not name.startswith(_UNCOUNTED)]
    if not inside:
        return written
    begins = [name for name in piece.begins if name in by_name]
    marked.update(begins)
    anchors = "".join(f'<a id="{name}-text"></a>' for name in begins)
    says = "; ".join(f"{by_name[name].subject}: {predicate_label(by_name[name].predicate)}" for name in inside)
    several = " several" if len(inside) > 1 else ""
    colour = _colour(by_name[inside[-1]].predicate)
    return f'{anchors}<mark class="{colour}{several}" data-s="{" ".join(inside)}" title="{escape(says, True)}">{written}</mark>'


def _item(said: Statement, name: str, is_marked: bool) -> str:
    record = escape(json.dumps(said.to_json(), ensure_ascii=False), True)
    voice = f", says {escape(' < '.join(said.attributed_to))}" if said.attributed_to else ""
    status = "" if said.status == "asserted" else f", {escape(said.status)}"
    place = f"{said.start}-{said.end}"
    link = f'<a href="#{name}-text">characters {place}</a>' if is_marked else f"characters {place}"
    buttons = "".join(
        f'<button type="button" data-action="{action}" aria-pressed="false" hidden>{label}</button>'
        for action, label in (("accept", "right"), ("reject", "wrong"))
    )
    return (
        f'<li id="{name}" class="{_colour(said.predicate)}" data-s="{name}" data-record="{record}">'
        f"<b>{escape(said.subject)}</b> {escape(predicate_label(said.predicate))}: <b>{escape(figure(said) + scope(said.qualifiers))}</b>"
        f'{voice}{status}<div class="about">{link}, {escape(said.extractor)}, {said.confidence:.2f}, <code>{escape(said.id)}</code></div>'
        f"<div>{buttons}</div></li>\n"
    )
