"""Hard wraps: the lines of a paragraph that was broken to fit a width become one line again."""

import re

from kg.text import Text
from loaders.fences import holding
from loaders.readers.rewriting import Edit, rewritten

WIDEST = 140
_FEWEST_PAIRS = 3
_FEWEST_DOUBLE = 4

# Lines that begin something of their own: heading, list item, footnote, table row, rule, fence, div, definition, HTML left over.
_STARTS = re.compile(
    r"^\s*(?:#{1,6}\s|[-*+•◦▪‣·–—:]\s|\(?\d{1,3}[.)、]\s?\D|[①-⑳]|\[\^[^\]]*\]:|[|│]|(?:[-*_=~]\s*){3,}$|```|~~~|:::|---|<"
    r"|https?://|\[[ xX]\]\s)"
)
_QUOTE = re.compile(r"^\s*(?:>\s?)+")
_TABLE = re.compile(r"\S\s*\|\s*\S|^\s*\||\|\s*$|\S(?:\t| {3,})\S")
_HEADING = re.compile(r"^\s*#{1,6}\s")
_FIELD = re.compile(r"^\s*[*_]{0,2}[^\s:：|][^:：|.。!?]{0,40}[*_]{0,2}[:：][*_]{0,2}(?:\s|$)")
_FENCE = re.compile(r"^\s*(?:>\s?)*(```+|~~~+)(?:\W*([\w+-]+))?")
_FIRST_WORD = re.compile(r"[^\w\s]*\s?\S+")
_STOP = ".!?:;。！？：；…”\"'’)）》」』|"
_CJK = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


def joined(text: Text) -> Text:
    """The text with wrapped lines joined: by a space, by nothing between Chinese or Japanese characters or after a divided word.

    A line was wrapped when the next line's first word would not have fitted into the document's width; a line that goes on in lower
    case in the next one was broken too. Code, tables, headings and front matter keep their lines.
    """
    lines = text.content.split("\n")
    offsets = _offsets(lines)
    held = _held(lines)
    free = [index for index in range(len(lines) - 1) if not held[index] and not held[index + 1]]
    pairs = [(index, index + 1) for index in free if _may_join(lines[index], lines[index + 1])]
    apart = [(index, index + 2) for index in free[:-1] if not lines[index + 1].strip() and _may_join(lines[index], lines[index + 2])]
    edits = _edits(text.content, lines, offsets, pairs, _trusted_width(lines, pairs))
    if _is_double_spaced(lines, apart):
        edits += _edits(text.content, lines, offsets, apart, _trusted_width(lines, apart))
    return rewritten(text, edits, "wrapped")


def _edits(content: str, lines: list[str], offsets: list[int], pairs: list[tuple[int, int]], width: int | None) -> list[Edit]:
    """What joins the pairs of lines that belong together."""
    edits = []
    for index, after in pairs:
        line, following = lines[index], lines[after]
        if line.endswith(("  ", "\\")) and len(line) < (width or 0):
            continue
        if not (_was_wrapped(line, following, width) or _goes_on(line, following)):
            continue
        start = offsets[index] + len(line.rstrip())
        marker = _QUOTE.match(following)
        rest = following[marker.end() :] if marker else following
        end = offsets[after] + len(following) - len(rest.lstrip())
        last, first = line.rstrip()[-1], content[end]
        if _CJK.match(last) and _CJK.match(first):
            put = ""
        elif last in "-\u2010" and len(line.rstrip()) > 1 and line.rstrip()[-2].isalpha() and first.islower():
            put, start = "", start - 1
        else:
            put = " "
        edits.append(Edit(start, end, put))
    return edits


def _trusted_width(lines: list[str], pairs: list[tuple[int, int]]) -> int | None:
    """The width of the pairs' lines when enough of them break off in a sentence there."""
    width = _width([len(lines[index].rstrip()) for index, _ in pairs])
    broken = sum(lines[index].rstrip()[-1] not in _STOP and _was_wrapped(lines[index], lines[after], width) for index, after in pairs)
    return width if broken >= _FEWEST_PAIRS and broken * 4 >= len(pairs) else None


def _is_double_spaced(lines: list[str], pairs: list[tuple[int, int]]) -> bool:
    """Whether every line of the document, not every paragraph, is followed by an empty one: sentences go on across it."""
    long = [(index, after) for index, after in pairs if len(lines[index].strip()) >= 30]
    going_on = sum(lines[index].rstrip()[-1] not in _STOP and lines[after].lstrip()[0].islower() for index, after in long)
    return going_on >= _FEWEST_DOUBLE and going_on * 3 >= len(long)


def _offsets(lines: list[str]) -> list[int]:
    offsets, at = [], 0
    for line in lines:
        offsets.append(at)
        at += len(line) + 1
    return offsets


def _held(lines: list[str]) -> list[bool]:
    """Which lines are front matter or code and keep their ends; fenced prose is no code."""
    held = [False] * len(lines)
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    at = 0
    if first is not None and lines[first].strip() == "---":
        close = next((index for index in range(first + 1, min(len(lines), first + 200)) if lines[index].strip() in ("---", "...")), None)
        if close is not None:
            held[: close + 1] = [True] * (close + 1)
            at = close + 1
    fence, info, opened = "", "", 0
    for index in range(at, len(lines)):
        found = _FENCE.match(lines[index])
        if fence:
            held[index] = True
            if found and found[1].startswith(fence):
                fence = ""
                inside = lines[opened + 1 : index]
                if holding(info, inside) == "prose":
                    held[opened + 1 : index] = [False] * len(inside)
        elif found:
            held[index] = True
            fence, info, opened = found[1], found[2] or "", index
    return held


def _may_join(line: str, following: str) -> bool:
    quote, next_quote = _QUOTE.match(line), _QUOTE.match(following)
    if bool(quote) != bool(next_quote) or (quote and next_quote and quote[0].count(">") != next_quote[0].count(">")):
        return False
    body = line[quote.end() :] if quote else line
    rest = following[next_quote.end() :] if next_quote else following
    if not body.strip() or not rest.strip() or _STARTS.match(rest) or _HEADING.match(body) or body.lstrip().startswith((":::", "<")):
        return False
    return not _TABLE.search(body) and not _TABLE.search(rest)


def _width(lengths: list[int]) -> int | None:
    """The width the document was broken to, or None when its lines are not broken."""
    if len(lengths) < _FEWEST_PAIRS:
        return None
    ordered = sorted(lengths)
    width = ordered[int(len(ordered) * 0.9)]
    return width if 30 <= width <= WIDEST else None


def _was_wrapped(line: str, following: str, width: int | None) -> bool:
    if width is None or _FIELD.match(following):
        return False
    word = _FIRST_WORD.search(_QUOTE.sub("", following))
    # Chinese and Japanese break anywhere: only one character need not have fitted.
    size = 1 if word and _CJK.match(word[0]) else len(word[0]) if word else 0
    return len(line.rstrip()) + 1 + size >= width * 0.95


def _goes_on(line: str, following: str) -> bool:
    if _FIELD.match(following):
        return False
    rest = _QUOTE.sub("", following).lstrip()
    end = line.rstrip()[-1]
    return len(line.strip()) > 20 and end not in _STOP and rest[0].islower() and (len(rest) > 20 or len(line) > 60)
