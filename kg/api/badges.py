"""Badges: a label and a value as a small SVG of fixed width, or as what shields.io reads.

https://shields.io/badges/endpoint-badge
"""

import unicodedata
from xml.sax.saxutils import escape, quoteattr

from kg.api.cards import Card

COLOURS = {"good": "#0f6b3c", "warn": "#8a4b00", "bad": "#a02020", "": "#0b57a4"}
LONGEST = 60
_NARROW = frozenset("fijlrtI.,:;'!|()[] -1")
_WIDE = frozenset("mwMW@%")


def width(text: str) -> int:
    """Pixels a text takes at 11 px in Verdana or a face like it; the SVG stretches the text to it, so that every machine draws the same."""
    total = 0.0
    for character in text:
        if unicodedata.east_asian_width(character) in "WF":
            total += 11
        else:
            total += 4.4 if character in _NARROW else 10.2 if character in _WIDE else 7.6 if character.isupper() else 6.8
    return round(total)


def shortened(text: str) -> str:
    """At most LONGEST characters."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def message(card: Card) -> str:
    """What the badge says: the value, and the word for its state unless it simply stands."""
    word = {"disputed": " (disputed)", "superseded": " (superseded)"}.get(card.state, "")
    return shortened(card.value) + word


def svg(label: str, value: str, colour: str) -> bytes:
    """The badge as an SVG image that says in words what it shows."""
    left, right = width(label) + 12, width(value) + 12
    total = left + right
    name = f"{label}: {value}"
    parts = []
    for text, start, size in ((label, 0, left), (value, left, right)):
        parts.append(f'<text x="{start + 6}" y="14" textLength="{size - 12}" lengthAdjust="spacingAndGlyphs">{escape(text)}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="20" role="img" aria-label={quoteattr(name)}>'
        f"<title>{escape(name)}</title>"
        f'<clipPath id="r"><rect width="{total}" height="20" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#4a5260"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">{"".join(parts)}</g></svg>'
    ).encode()


def badge(card: Card) -> bytes:
    """The badge of a card."""
    return svg(shortened(f"{card.subject} {card.predicate.lower()}"), message(card), COLOURS.get(card.kind, COLOURS[""]))


def endpoint(card: Card) -> dict[str, object]:
    """The same for shields.io."""
    return {
        "schemaVersion": 1,
        "label": shortened(f"{card.subject} {card.predicate.lower()}"),
        "message": message(card),
        "color": COLOURS.get(card.kind, COLOURS[""]).removeprefix("#"),
        "cacheSeconds": 3600,
    }
