"""Mojibake: UTF-8 that was read with a Windows code page becomes the text it was, with a probability for what had been lost."""

import re
import tomllib
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from itertools import product
from math import exp, log

from kg.text import Text, Uncertain
from loaders.readers.dictionary import Dictionary, chinese

_CONTROLS = re.compile("[\x80-\x9f]")

SURE = 0.9
"""Below this posterior a restored character is marked uncertain."""

_SETTINGS = tomllib.loads(files("loaders").joinpath("reading.toml").read_text("utf-8"))
_DIGITS = frozenset("0123456789０１２３４５６７８９〇零一二三四五六七八九十百千万亿兆两壹贰叁肆伍陆柒捌玖拾佰仟萬億")
_FEWEST_COMPLETE = 3
_MOST_ODD = 0.34
_LONGEST_RUN = 400
_SOFT_HYPHEN = 0xAD
_BRACKETS = {"「": "」", "『": "』", "【": "】"}
_LONGEST_QUOTATION = 80
_OFTEN_LOST = (0x81, 0x8D, 0x8E, 0x8F, 0x90, 0x9D, 0x9E, _SOFT_HYPHEN)


@dataclass(frozen=True, slots=True)
class Page:
    """A code page as a wrong decoder applied it: character of each byte, None for those that vanished."""

    name: str
    characters: tuple[str | None, ...]
    lost: tuple[int, ...]

    def damage(self, text: str) -> str:
        """What the wrong decoder makes of a text: the certificate of a repair is that this gives the file back.

        >>> pages()[-1].damage("十亿")
        'åäº¿'
        """
        return "".join(self.characters[byte] or "" for byte in text.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class _Token:
    """One damaged character: its range in the content and what it may have been (one reading: certain)."""

    start: int
    end: int
    readings: tuple[str, ...]


@dataclass(slots=True)
class _Tally:
    """How the sequences of one stretch fit UTF-8."""

    complete: int = 0
    partial: int = 0
    odd: int = 0
    tokens: list[_Token] = field(default_factory=list)


@cache
def pages() -> tuple[Page, ...]:
    """The wrong decoders known."""
    found = []
    for entry in _SETTINGS["pages"]:
        characters: list[str | None] = []
        for byte in range(256):
            try:
                characters.append(bytes([byte]).decode(entry["name"]))
            except UnicodeDecodeError:
                characters.append(None if entry["undefined"] == "lost" else chr(byte))
        if entry["hyphens"] == "lost":
            characters[_SOFT_HYPHEN] = None
        name = "-".join((entry["name"], entry["undefined"], entry["hyphens"]))
        found.append(Page(name, tuple(characters), tuple(byte for byte in range(256) if characters[byte] is None)))
    return tuple(found)


@cache
def _grammar(number: int) -> tuple[re.Pattern[str], dict[str, int]]:
    """The pattern of damaged characters under a page, and the byte of each of its characters above ASCII."""
    page = pages()[number]
    byte_of = {character: byte for byte, character in enumerate(page.characters) if character is not None and byte >= 0x80}

    def among(first: int, last: int) -> str:
        return "[" + "".join(re.escape(page.characters[byte] or "") for byte in range(first, last + 1)) + "]"

    tail = among(0x80, 0xBF)
    pattern = rf"{among(0xE0, 0xEF)}{tail}{{0,2}}|{among(0xC2, 0xDF)}{tail}?|{among(0xF0, 0xF4)}{tail}{{0,3}}"
    return re.compile(pattern), byte_of


@cache
def _suspicion(number: int) -> re.Pattern[str]:
    """Sequences that hardly occur in any real text: a three-byte lead and two continuations, or `Ã` and one."""
    page = pages()[number]
    tail = "[" + "".join(re.escape(page.characters[byte] or "") for byte in range(0x80, 0xC0)) + "]"
    leads = "[" + "".join(re.escape(page.characters[byte] or "") for byte in range(0xE0, 0xF0)) + "]"
    return re.compile(f"{leads}{tail}{tail}|[ÂÃ]{tail}")


def repaired(text: Text) -> Text:
    """The text with mojibake undone where it stands; a text without any is given back as it is."""
    content = text.content
    if content.isascii():
        return text
    number = _page_of(content)
    if number is None:
        return text
    tokens = [token for line in _stretches(content, number) for token in _tally(content, *line, number, True).tokens]
    if not tokens:
        return text
    return _rewritten(text, tokens, pages()[number])


def _page_of(content: str) -> int | None:
    """The page under which the text makes most sense, or None when it is no mojibake."""
    scores = []
    controls = len(_CONTROLS.findall(content))
    for number, page in enumerate(pages()):
        if not _suspicion(number).search(content):
            continue
        complete = partial = odd = 0
        for start, end in _stretches(content, number):
            tally = _tally(content, start, end, number, False)
            complete, partial, odd = complete + tally.complete, partial + tally.partial, odd + tally.odd
        if complete >= _FEWEST_COMPLETE or (complete and not odd and not partial):
            # A byte that the page keeps should be met once in 64 continuations; one never met was more likely lost.
            kept = [character for byte in _OFTEN_LOST if (character := page.characters[byte]) is not None]
            unmet = sum(character not in content for character in kept) * (2 * complete + partial) / 64
            unexplained = 0 if page.characters[0x81] else controls
            scores.append((complete + partial - 4 * (odd + unexplained) - unmet, -number, number))
    return max(scores)[2] if scores else None


def _stretches(content: str, number: int) -> Iterator[tuple[int, int]]:
    """Lines, or parts of lines between characters the page cannot give, that are mojibake as a whole."""
    foreign = _foreign(number)
    at = 0
    for line in content.split("\n"):
        end = at + len(line)
        if not line.isascii():
            start = at
            for other in foreign.finditer(content, at, end):
                if other.start() > start and _is_damaged(content, start, other.start(), number):
                    yield start, other.start()
                start = other.end()
            if start < end and _is_damaged(content, start, end, number):
                yield start, end
        at = end + 1


@cache
def _foreign(number: int) -> re.Pattern[str]:
    _, byte_of = _grammar(number)
    return re.compile("[^\x00-\x7f" + "".join(re.escape(character) for character in byte_of) + "]+")


def _is_damaged(content: str, start: int, end: int, number: int) -> bool:
    tally = _tally(content, start, end, number, False)
    if not tally.complete:
        # A single damaged character that lost a byte, such as an emoji in a line of English.
        return tally.partial > 0 and tally.odd == 0
    return tally.odd <= _MOST_ODD * (tally.complete + tally.partial)


def _tally(content: str, start: int, end: int, number: int, readings: bool) -> _Tally:
    """Count, and with `readings` list, the damaged characters of one stretch."""
    pattern, byte_of = _grammar(number)
    page = pages()[number]
    tally = _Tally()
    at = start
    for match in pattern.finditer(content, start, end):
        tally.odd += sum(content[index] in byte_of for index in range(at, match.start())) if match.start() > at else 0
        at = match.end()
        found = bytes(byte_of[character] for character in match[0])
        size = 2 if found[0] < 0xE0 else 3 if found[0] < 0xF0 else 4
        options = _readings(found, size, page.lost) if readings or len(found) == size else ("?",)
        if not options:
            tally.odd += len(found)
            continue
        if len(found) == size:
            tally.complete += 1
        elif len(found) == 1 and size < 4 and not page.lost:
            tally.odd += 1
        elif len(found) == 1:
            # Everything after the lead byte lost: rare (1 in 80), while a lone accented letter is common in honest text.
            tally.partial += 1
            tally.odd += 1
        else:
            tally.partial += 1
        if readings:
            tally.tokens.append(_Token(match.start(), match.end(), options))
    tally.odd += sum(content[index] in byte_of for index in range(at, end))
    return tally


@cache
def _readings(found: bytes, size: int, lost: tuple[int, ...]) -> tuple[str, ...]:
    """The characters whose UTF-8 bytes, less the lost ones, are these."""
    missing = size - len(found)
    options: dict[str, None] = {}
    if missing == 0:
        sequences: Iterator[bytes] = iter((found,))
    else:
        sequences = _filled(found, size, missing, lost)
    for sequence in sequences:
        try:
            options.setdefault(sequence.decode("utf-8"))
        except UnicodeDecodeError:
            continue
    return tuple(options)


def _filled(found: bytes, size: int, missing: int, lost: tuple[int, ...]) -> Iterator[bytes]:
    """Every way to put lost bytes between the ones that are left."""
    tail = found[1:]
    for places in product((False, True), repeat=size - 1):
        if sum(places) != missing:
            continue
        for values in product([byte for byte in lost if 0x80 <= byte <= 0xBF], repeat=missing):
            left, put = iter(tail), iter(values)
            yield bytes([found[0], *(next(put) if place else next(left) for place in places)])


def _rewritten(text: Text, tokens: Sequence[_Token], page: Page) -> Text:
    """The text with every damaged character replaced by its best reading."""
    best = _closed(text.content, tokens, _best(text.content, tokens))
    parts: list[str] = []
    starts, ends = array("I"), array("I")
    changed: list[tuple[int, int]] = []
    uncertain: list[Uncertain] = []
    at = size = 0
    for token, (reading, posterior) in zip(tokens, best, strict=True):
        parts.append(text.content[at : token.start])
        starts.extend(text.starts[at : token.start])
        ends.extend(text.ends[at : token.start])
        size += token.start - at
        low, high = text.raw_span(token.start, token.end)
        parts.append(reading)
        starts.extend([low] * len(reading))
        ends.extend([high] * len(reading))
        if changed and changed[-1][1] == size:
            changed[-1] = (changed[-1][0], size + len(reading))
        else:
            changed.append((size, size + len(reading)))
        if len(token.readings) > 1:
            # A figure that was guessed is no figure, however good the guess.
            doubt = 0.0 if reading in _DIGITS else posterior
            if doubt < SURE:
                uncertain.append(Uncertain(size, size + len(reading), doubt))
        size += len(reading)
        at = token.end
    parts.append(text.content[at:])
    starts.extend(text.starts[at:])
    ends.extend(text.ends[at:])
    return replace(
        text,
        content="".join(parts),
        starts=starts,
        ends=ends,
        kinds=(*text.kinds, "mojibake"),
        uncertain=tuple(uncertain),
        repaired=tuple(changed),
        notes={**text.notes, "mojibake": page.name},
    )


def _best(content: str, tokens: Sequence[_Token]) -> list[tuple[str, float]]:
    """For every token its most probable reading and the posterior of that reading."""
    if all(len(token.readings) == 1 for token in tokens):
        return [(token.readings[0], 1.0) for token in tokens]
    known = Counter(token.readings[0] for token in tokens if len(token.readings) == 1)
    words = chinese()
    result: list[tuple[str, float]] = []
    run: list[_Token] = []
    for token in tokens:
        if run and (token.start != run[-1].end or len(run) >= _LONGEST_RUN):
            result += _decoded(run, words, known)
            run = []
        run.append(token)
    return result + (_decoded(run, words, known) if run else [])


def _closed(content: str, tokens: Sequence[_Token], best: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """A quotation that was opened and, as far as is certain, never closed on its line is closed where a reading allows it."""
    result = list(best)
    opened: tuple[str, int] | None = None
    for index, token in enumerate(tokens):
        if opened and "\n" in content[tokens[index - 1].end : token.start]:
            opened = None
        reading = best[index][0]
        if reading in _BRACKETS:
            opened = (_BRACKETS[reading], index)
        elif opened and reading == opened[0]:
            opened = None
        elif opened and opened[0] in token.readings and index - opened[1] <= _LONGEST_QUOTATION:
            following = _next_bracket(content, tokens, best, index, opened[0])
            if following != opened[0]:
                result[index] = (opened[0], 0.5)
                opened = None
    return result


def _next_bracket(content: str, tokens: Sequence[_Token], best: list[tuple[str, float]], index: int, closing: str) -> str:
    """The next certain bracket of a kind after a token on its line, "" when there is none."""
    for other in range(index + 1, min(index + _LONGEST_QUOTATION, len(tokens))):
        if "\n" in content[tokens[other - 1].end : tokens[other].start]:
            return ""
        reading = best[other][0]
        if reading == closing or _BRACKETS.get(reading) == closing:
            return reading
    return ""


def _decoded(run: Sequence[_Token], words: Dictionary, known: Counter[str]) -> list[tuple[str, float]]:
    """Forward-backward over the lattice of dictionary words that the readings of neighbouring characters allow."""
    if all(len(token.readings) == 1 for token in run):
        return [(token.readings[0], 1.0) for token in run]
    edges = [list(_edges(run, index, words, known)) for index in range(len(run))]
    forward = [float("-inf")] * (len(run) + 1)
    forward[0] = 0.0
    for index, leaving in enumerate(edges):
        for word, weight in leaving:
            forward[index + len(word)] = _sum(forward[index + len(word)], forward[index] + weight)
    backward = [float("-inf")] * (len(run) + 1)
    backward[-1] = 0.0
    mass: list[dict[str, float]] = [{} for _ in run]
    for index in range(len(run) - 1, -1, -1):
        for word, weight in edges[index]:
            rest = weight + backward[index + len(word)]
            backward[index] = _sum(backward[index], rest)
            through = forward[index] + rest - forward[-1]
            if through < -40:
                continue
            share = exp(through)
            for offset, character in enumerate(word):
                seen = mass[index + offset]
                seen[character] = seen.get(character, 0.0) + share
    result = []
    for token, seen in zip(run, mass, strict=True):
        if len(token.readings) == 1:
            result.append((token.readings[0], 1.0))
            continue
        total = sum(seen.values()) or 1.0
        character = max(token.readings, key=lambda reading: seen.get(reading, 0.0))
        result.append((character, seen.get(character, 0.0) / total))
    return result


def _edges(run: Sequence[_Token], index: int, words: Dictionary, known: Counter[str]) -> Iterator[tuple[str, float]]:
    """Words that may begin at a place, with their log probabilities; every single reading is a word, if an unlikely one."""
    for reading in run[index].readings:
        count = words.counts.get(reading, 0) or _SETTINGS["marks"].get(reading, 0)
        yield reading, log((count + 20 * known[reading] + 0.01) / words.total)
    stack = [(reading, index + 1) for reading in run[index].readings if reading in words.counts]
    while stack:
        begun, at = stack.pop()
        if at >= len(run):
            continue
        for reading in run[at].readings:
            word = begun + reading
            count = words.counts.get(word)
            if count is None:
                continue
            if count:
                yield word, log(count / words.total)
            stack.append((word, at + 1))


def _sum(left: float, right: float) -> float:
    """log(exp(left) + exp(right))."""
    if left < right:
        left, right = right, left
    if right == float("-inf"):
        return left
    return left + log(1.0 + exp(right - left))
