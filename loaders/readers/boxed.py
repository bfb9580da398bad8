"""Boxed text: the frame around a page (gopher, terminal captures) and the ASCII art above it are taken away."""

import re
from collections import Counter

from kg.text import Text
from loaders.readers.rewriting import Edit, rewritten

# The frame at a line's end, and the one that may stand at its start too.
_RIGHT = re.compile(r"[ \t]*(?:[|│┃║][ \t]*){1,3}$")
_LEFT = re.compile(r"^[ \t]*[|│┃║][ \t]?")
_FRAME = "|│┃║"
_RULE = re.compile(r"^[\s+|│┃║═─━=_*.·┌┐└┘╔╗╚╝├┤┬┴┼╠╣╦╩╬-]*$")
_WORD = re.compile(r"[^\W\d_]{3,}")

_FEWEST_LINES = 6
_FRAMED_SHARE = 0.7
_BARE_SHARE = 0.8


def is_boxed(content: str) -> bool:
    """Whether most lines end in the same frame and are not the rows of a table."""
    lines = [line for line in content.split("\n") if line.strip()]
    if len(lines) < _FEWEST_LINES:
        return False
    frames = Counter(_frame(line) for line in lines)
    frame, count = frames.most_common(1)[0] if frames else ("", 0)
    if not frame:
        (frame, count) = max(((f, c) for f, c in frames.items() if f), key=lambda item: item[1], default=("", 0))
    if not frame or count < _FRAMED_SHARE * len(lines):
        return False
    bare = sum(1 for line in lines if not any(mark in _inside(line) for mark in _FRAME))
    return bare >= _BARE_SHARE * len(lines) and any(len(_inside(line)) > 30 for line in lines)


def unboxed(text: Text) -> Text:
    """The text without frames and without lines that are only drawing."""
    edits: list[Edit] = []
    at = 0
    for line in text.content.split("\n"):
        inside = _inside(line)
        end = at + len(line)
        if line.strip() and (_RULE.match(inside) or _is_drawing(inside)):
            edits.append(Edit(at, end))
        else:
            left, right = _LEFT.match(line), _RIGHT.search(line)
            if left and right and left.end() <= right.start():
                edits.append(Edit(at, at + left.end()))
            if right:
                edits.append(Edit(at + right.start(), end))
        at = end + 1
    return rewritten(text, edits, "boxed")


def _frame(line: str) -> str:
    tail = line[-12:]
    found = _RIGHT.search(tail)
    return "".join(found[0].split()) if found else ""


def _inside(line: str) -> str:
    right = _RIGHT.search(line[-40:])
    cut = line[: len(line) - len(right[0])] if right else line
    left = _LEFT.match(cut) if right else None
    return cut[left.end() :] if left else cut


def _is_drawing(inside: str) -> bool:
    """ASCII art: mostly punctuation, no word of three letters."""
    letters = sum(character.isalnum() for character in inside)
    return letters * 2 < len("".join(inside.split())) and not _WORD.search(inside)
