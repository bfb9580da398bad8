"""Recognised slides and scans: lines nobody could read go, broken lines and split tables are put together, `Al` is AI again."""

import re
from itertools import pairwise

from kg.text import Text
from loaders.readers.rewriting import Edit, marked, rewritten

_EDGES = "\"'“”‘’.,;:!?()[]{}…*•·-–—"
# Latin letters of any European language; those beyond Latin-1 count as small, whatever they are.
_LOWER = "a-zß-öø-ÿ\u0100-\u024f\u1e00-\u1eff"
_UPPER = "A-ZÀ-ÖØ-Þ\u0100-\u024f\u1e00-\u1eff"
_WORD = re.compile(
    rf"(?:[{_UPPER}]?[{_LOWER}]+|[{_UPPER}]+s?|[{_UPPER}][{_LOWER}]+(?:[{_UPPER}][{_LOWER}]+|[{_UPPER}]{{2,3}}){{1,2}})"
    rf"(?:['’][{_LOWER}]{{1,20}})?$"
)
_NUMBER = re.compile(r"[~<>≈$€£¥₩]*\d[\d.,:/%×x-]*[A-Za-z%°]{0,3}$")
_CODE = re.compile(r"[A-Za-z]{1,5}-?\d{1,4}[A-Za-z]{0,3}$|\d+[A-Za-z]{1,2}\d*$|[vV]\d[\d.]*$")
_SOLID = re.compile(
    rf"(?<![^\W_])(?:[{_UPPER}]?[{_LOWER}]{{2,}}|[{_UPPER}][{_LOWER}]{{3,}}(?:[{_UPPER}][{_LOWER}]{{2,}}|[{_UPPER}]{{1,2}}))(?![^\W_])"
)
_VOWEL = re.compile("[aeiouyAEIOUYà-ÿÀ-Þ\u0100-\u024f\u1e00-\u1eff]")
_OTHER_SCRIPT = re.compile("[^\x00-\u02ff\u2000-\u2bff]")
_JOINTS = re.compile(r"[-/_+&()=]|\.(?=\D)")
_ADDRESS = re.compile(r"\w[\w.-]*[:/@]\S*\w|[\w.-]+\.(?:com|org|net|io|cn|ai|co)\b")
_MARKUP = re.compile(r"^\s*(?:#{1,6} |```|> |[-*] |\d+\. )|\]\(|<[a-z/]|\*\*|^\s*\||\\[a-z]+\{|\[\[", re.MULTILINE)

# A figure as it stands in a column; OCR reads 1 as I or l and 0 as O.
_FIGURE = re.compile(r"[~<>≈]?[$€£¥₩]?\d[\dIlO.,]*(?:[KMBT%]|bn|GB|TB|h)?$")
_LOOKALIKE = re.compile(r"(?<![^\W_])[~$€£¥₩]?\d[\dIlO.,]*[IlO][\dIlO]*(?=[KMBT%]?(?![^\W_]))")
_AI = re.compile(
    r"(?<=[a-z-])Al(?![A-Za-z])|(?<=[\u4e00-\u9fff])Al(?![A-Za-z])|\bAl(?=[’']s\b|\s+(?:model|lab|chip|compan|system|research|startup)s?)"
)
_GAP = re.compile(r"[ \t]*\|[ \t]*|[ \t]{2,}")
_STOPPED = (".", "!", "?", ":", ";", "”", "。", "！", "？", ")")

_FEWEST_NOISE = 3
_NOISE_SHARE = 0.08
_MOST_NOISE = 0.4
_PROSE_SHARE = 0.4


def is_recognised(content: str) -> bool:
    """Whether the text came out of character recognition: a good part of its lines cannot be read, and it has no markup."""
    lines = [line for line in content[:200_000].split("\n") if line.strip()]
    if len(lines) < 8 or len(_MARKUP.findall(content[:200_000])) > len(lines) * 0.15:
        return False
    noise = sum(is_noise(line) for line in lines)
    # Where half of the lines look like noise they are a log, a listing or a cipher: recognition gets most of a page right.
    if noise < _FEWEST_NOISE or not _NOISE_SHARE * len(lines) <= noise <= _MOST_NOISE * len(lines):
        return False
    return sum(_solidity(line) >= 0.5 for line in lines) >= _PROSE_SHARE * len(lines)


def is_noise(line: str) -> bool:
    """Whether a line holds signs but no words: text of another script, or a picture, read as Latin letters."""
    tokens = line.split()
    if not tokens or _OTHER_SCRIPT.search(line):
        return False
    size = sum(map(len, tokens))
    if _solidity(line) >= 0.25:
        return False
    if any(_is_strange(token) for token in tokens if token != "|"):
        return True
    return len(tokens) >= 4 and size <= 3 * len(tokens) and not any(_NUMBER.match(token) for token in tokens)


def _solidity(line: str) -> float:
    """The share of a line's characters that are in words."""
    size = sum(map(len, line.split()))
    return sum(len(word) for word in _SOLID.findall(line) if _VOWEL.search(word)) / size if size else 0.0


def _is_strange(token: str) -> bool:
    if _ADDRESS.match(token):
        return False
    bare = token.strip(_EDGES)
    if not any(character.isalnum() for character in bare):
        return len(token) == 1 and token in "=&<>@£^~|[]{}"
    if _NUMBER.match(bare) or _CODE.match(bare):
        return False
    for part in _JOINTS.split(bare):
        if not part or _NUMBER.match(part) or _CODE.match(part):
            continue
        if not _WORD.match(part) or (len(part) >= 4 and not _VOWEL.search(part)):
            return True
    return False


def recognised(text: Text) -> Text:
    """The text without noise, its tables as pipe tables, its paragraphs on one line each."""
    text = marked(text, "ocr")
    text = _without_noise(text)
    text = _restored(text)
    text = _tabled(text)
    return _joined(text)


def restored_names(text: Text) -> Text:
    """`OpenAl` written with a small L becomes OpenAI, in any document."""
    if "Al" not in text.content:
        return text
    edits = [Edit(match.start() + 1, match.start() + 2, "I") for match in _AI.finditer(text.content)]
    return rewritten(text, edits, repaired=True)


def _without_noise(text: Text) -> Text:
    edits, at = [], 0
    for line in text.content.split("\n"):
        if line.strip() and is_noise(line):
            edits.append(Edit(at, at + len(line)))
        at += len(line) + 1
    return rewritten(text, edits, "ocr")


def _restored(text: Text) -> Text:
    """Letters that stand for digits inside a figure."""
    edits = []
    for match in _LOOKALIKE.finditer(text.content):
        for offset, character in enumerate(match[0]):
            if character in "IlO":
                edits.append(Edit(match.start() + offset, match.start() + offset + 1, "0" if character == "O" else "1"))
    return rewritten(text, edits, "ocr", repaired=True)


def _tabled(text: Text) -> Text:
    """Lines that end in the same number of figures, under a line of names: their cells divided by bars."""
    lines, offsets = _lines(text.content)
    edits: list[Edit] = []
    index = 0
    while index < len(lines):
        count = len(_figures(lines[index]))
        last = index
        while last < len(lines) and count >= 2 and len(_figures(lines[last])) == count:
            last += 1
        if last - index < 2 or not any(_GAP.search(line.strip()) for line in lines[index:last]):
            index = max(last, index + 1)
            continue
        head = index - 1
        names = _names(lines[head], lines[index], count) if head >= 0 and _GAP.search(lines[head].strip()) else None
        if names:
            edits += _barred(offsets[head], lines[head], names)
            edits.append(Edit(offsets[index], offsets[index], "|" + "---|" * len(names) + "\n"))
        for number in range(index, last):
            figures = _figures(lines[number])
            label = (len(lines[number]) - len(lines[number].lstrip()), len(lines[number][: figures[0][0]].rstrip(" |\t")))
            edits += _barred(offsets[number], lines[number], [label, *figures])
        index = last
    return rewritten(text, edits, "ocr")


def _lines(content: str) -> tuple[list[str], list[int]]:
    lines = content.split("\n")
    offsets, at = [], 0
    for line in lines:
        offsets.append(at)
        at += len(line) + 1
    return lines, offsets


def _figures(line: str) -> list[tuple[int, int]]:
    """The figures a line ends in, with nothing between them but gaps and bars; none when nothing stands before them."""
    found: list[tuple[int, int]] = []
    words = list(re.finditer(r"[^\s|]+", line))
    for word in reversed(words):
        if not _FIGURE.match(word[0]):
            break
        found.insert(0, word.span())
    return found if len(found) < len(words) else []


def _names(line: str, row: str, count: int) -> list[tuple[int, int]] | None:
    """The column names of a header line: as many as the row has cells, wide ones divided where their parts are most even.

    Bars are trusted: between two bars stand as many names as figures stand there in the row.
    """
    cells = []
    at = 0
    for gap in [*_GAP.finditer(line), None]:
        end = gap.start() if gap else len(line)
        if line[at:end].strip():
            cells.append((at, end))
        at = gap.end() if gap else end
    if not cells or len(cells) > count + 1:
        return None
    while len(cells) < count + 1:
        widest = max(
            range(len(cells)),
            key=lambda number: (" " in line[slice(*cells[number])].strip() and number > 0, cells[number][1] - cells[number][0]),
        )
        start, end = cells[widest]
        spaces = [start + match.start() for match in re.finditer(" ", line[start:end])]
        if not spaces:
            return None
        middle = min(spaces, key=lambda space: abs((space - start) - (end - space)))
        cells[widest : widest + 1] = [(start, middle), (middle + 1, end)]
    return cells


def _barred(offset: int, line: str, cells: list[tuple[int, int]]) -> list[Edit]:
    """Edits that leave only the cells of a line, with bars around them."""
    edits, at = [], 0
    for number, (start, end) in enumerate(cells):
        edits.append(Edit(offset + at, offset + start, " | " if number else "| "))
        at = end
    edits.append(Edit(offset + at, offset + len(line), " |"))
    return edits


def _joined(text: Text) -> Text:
    """Lines that go on in the next one, even across one empty line."""
    lines, offsets = _lines(text.content)
    edits = []
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for index, following in pairwise(filled):
        line, after = lines[index].rstrip(), lines[following].strip()
        if "|" in line.rstrip("| ") or "|" in after.rstrip("| ") or following - index > 2 or line.endswith(_STOPPED):
            continue
        goes_on = after[0].islower() and len(line) >= 20
        running = following == index + 1 and len(line) >= 35 and len(line.split()) >= 5 and len(after.split()) >= 5
        if goes_on or running:
            end = len(line.rstrip("| "))
            start = offsets[following] + len(lines[following]) - len(lines[following].lstrip())
            edits.append(Edit(offsets[index] + end, start, " "))
    return rewritten(text, edits, "ocr")
