"""Drawn tables: the borders that terminals, reStructuredText and Org draw around cells become the bars and rules of pipe tables."""

import re

from kg.text import Text
from loaders.readers.rewriting import Edit, rewritten

_BORDER = re.compile(r"[ \t]*[+|├┌└╠╔╚┝┏┗╞╭╰][-=+|─━═┬┼┴╦╬╩┯┿┷╤╪╧┳╋┻]{2,}[+|┤┐┘╣╗╝┥┓┛╡╮╯]?[ \t]*$")
_MARKDOWN = re.compile(r"[ \t]*\|[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BARS = re.compile("[│┃║┆┊]")


def has_grids(content: str) -> bool:
    """Whether a line of the text draws a table's border."""
    return any(sign in content for sign in ("+-", "+=", "-+", "─", "━", "═"))


def ungridded(text: Text) -> Text:
    """The text with its drawn tables as pipe tables; the first border between rows becomes the rule under the header, the others go."""
    lines = text.content.split("\n")
    edits: list[Edit] = []
    at = 0
    ruled = 0
    rows = 0
    for number, line in enumerate(lines):
        if _BORDER.match(line) and not _MARKDOWN.match(line):
            above, below = (lines[number - 1] if number else ""), (lines[number + 1] if number + 1 < len(lines) else "")
            inside = _is_row(above) and _is_row(below)
            if inside and not ruled and rows:
                edits.append(Edit(at, at + len(line), "|" + "---|" * _columns(above)))
                ruled = 1
            elif _is_row(above) or _is_row(below):
                end = at + len(line) + (1 if number + 1 < len(lines) else 0)
                edits.append(Edit(at, end))
        elif _is_row(line):
            rows += 1
            edits += [Edit(at + bar.start(), at + bar.end(), "|") for bar in _BARS.finditer(line)]
        else:
            ruled = rows = 0
        at += len(line) + 1
    return rewritten(text, edits, "grid")


def _is_row(line: str) -> bool:
    stripped = line.strip()
    return len(stripped) > 2 and stripped[0] in "|│┃║" and stripped[-1] in "|│┃║" and not _BORDER.match(line)


def _columns(line: str) -> int:
    return max(len(re.findall("[|│┃║┆┊]", line)) - 1, 1)
