"""Markdown: inline markup disappears, links keep their addresses, footnote marks become `[^key]`; line structure stays."""

import re
from collections.abc import Iterator

from kg.text import Link, Text
from loaders.fences import holding
from loaders.readers.html import code_ranges
from loaders.readers.rewriting import Edit, rewritten

# A link or image: the words (one level of brackets inside), then the address with an optional title.
_WORDS = r"(?:[^\[\]\\\n]++|\\.|\[(?:[^\[\]\\\n]++|\\.)*+\])*+"
_TITLE = r"(?:\s+(?:\"[^\"\n]*+\"|'[^'\n]*+'|\([^()\n]*+\)))?"
_PATH = r"(?P<address><[^<>\n]*+>|(?:[^()\s<>]++|\((?:[^()\s]++|\([^()\s]*+\))*+\))*+)"
_ADDRESS = rf"\(\s*{_PATH}{_TITLE}\s*\)"
_ATTRIBUTES = r"(?:\{[^{}\n]*+\})?"
_IMAGE = re.compile(rf"!\[{_WORDS}\]{_ADDRESS}{_ATTRIBUTES}|!\[\[[^\[\]\n]{{1,300}}+\]\]|!\[{_WORDS}\]\[[^\[\]\n]*+\]")
_LINK = re.compile(rf"(?<!!)\[(?P<words>{_WORDS})\]{_ADDRESS}(?P<attributes>{_ATTRIBUTES})")
_REFERENCE = re.compile(r"\[(?P<words>[^\[\]\n^]++)\]\[(?P<key>[^\[\]\n^]*+)\]")
_DEFINITION = re.compile(r"^ {0,3}\[(?P<key>[^\[\]\n^]++)\]:[ \t]*(?P<address>\S+)[^\n]*$", re.MULTILINE)
_WIKI = re.compile(r"\[\[(?P<page>[^\[\]|\n]++)(?:\|(?P<words>[^\[\]\n]++))?\]\]")
_ANGLE = re.compile(r"<((?:https?|ftp|mailto):[^<>\s]++)>")
_GLOSS = re.compile(r"\{\{(?:term|gloss|abbr|tooltip|define):(?P<words>[^{}|\n]++)(?:\|[^{}]*+)?\}\}", re.IGNORECASE)
_SHORTCODE = re.compile(r"\{\{[<%][^{}\n]*+\}\}|\{%[^{}\n]*+\}")
_REMARK = re.compile(r"[ \t]*\^\[\w{1,20}\]|(?<=> )\[!\w{1,20}\][+-]?")
_DIV = re.compile(r"^[ \t]*:{3,}[^\n]*$", re.MULTILINE)
_BLOCK_ATTRIBUTES = re.compile(r"[ \t]*\{(?:[#.:][^{}\n]*+|[\w-]+=[^{}\n]*+)\}(?=[ \t]*$)", re.MULTILINE)
_NOTE_START = re.compile(
    r"\[(?P<key>\w{1,12})\]\(#footnote-anchor-[^()\s]*+\)(?:\{[^{}\n]*+\})?\s*(?:^:{3,}[^\n]*footnote-content[^\n]*\n)?", re.MULTILINE
)
_NOTE_MARK = re.compile(r"\\?\[?\[\^?(?P<key>\w{1,12})\]\(#(?:footnote|fn|user-content-fn|note|cite)[^()\s]*+\)(?:\{[^{}\n]*+\})?\]?")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~|>$&\"'<:=@%^,])|\\(?=\n)")
_MATH = re.compile(r"(?:\\\\)?\$\$?(?P<inside>[^$\n]{1,200}?)(?:\\\\)?\$\$?")
_TEX_SPAN = re.compile(r"\\{1,2}\((?P<inside>[^\n()]{1,120}?)\\{1,2}\)")
_RUN = re.compile(r"\*{1,3}|(?<![^\W_])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![^\W_])|~~|==(?=\S)|(?<=\S)==")
_PARAGRAPH_END = re.compile(r"\n[ \t>]*\n|\n[ \t]*(?=[-*+] |\d+[.)] |#|\|)")
_FOOTNOTE_SPACE = re.compile(r"(?m)^(\[\^[^\]\n]+\]:)[ \t]*\n[ \t]+(?=\S)")

_COMMANDS = {
    **{"times": "×", "cdot": "·", "approx": "≈", "sim": "~", "simeq": "≈", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "pm": "±"},
    **{"to": "→", "rightarrow": "→", "ldots": "…", "dots": "…", "ll": "≪", "gg": "≫", "mu": "μ", "alpha": "α", "beta": "β", "infty": "∞"},
    **{"quad": " ", "qquad": " ", ",": "", ";": " ", ":": " ", "!": ""},
}
_FENCE_OPENS = re.compile(r"[ \t>]*(?:```+|~~~+)[ \t]*(?P<info>[\w+-]+)[^\n]*\n")
_FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_SHORT_FRACTION = 16
_LONGEST_FORMULA = 400
_TEX = re.compile(r"\\[a-zA-Z%,]|[\^_]|^[A-Za-z]$")
_AMOUNT = re.compile(r"\d[\d.,]*\s?(?:[a-z]{2,}|[BMKT]\b)")
_COMMAND = re.compile(r"\\([a-zA-Z]+|[^a-zA-Z])")
_WRAPPER = re.compile(r"\\(?:text|mathrm|mathbf|textbf|mathit|operatorname|mathcal|textit|rm)\s*\{([^{}]*)\}")


def is_marked_up(content: str) -> bool:
    """Whether there is any Markdown to undo; cheap, and wrong only on the side of yes."""
    return any(sign in content for sign in ("[", "*", "_", "`", "\\", "{", ":::", "~~", "==", "$", "<"))


def _outside(ranges: list[tuple[int, int]], matches: list[re.Match[str]]) -> list[re.Match[str]]:
    """The matches that do not touch a range; both in order."""
    kept, index = [], 0
    for match in matches:
        while index < len(ranges) and ranges[index][1] <= match.start():
            index += 1
        if index == len(ranges) or ranges[index][0] >= match.end():
            kept.append(match)
    return kept


def _notes(text: Text) -> Text:
    """Footnotes of exported newsletters and divs of Pandoc: `[1](#footnote-1){...}` becomes `[^1]`, its text `[^1]: ...`."""
    content = text.content
    edits: list[Edit] = []
    if "](#" in content:
        edits += [Edit(match.start(), match.end(), f"[^{match['key']}]: ") for match in _NOTE_START.finditer(content)]
        for match in _NOTE_MARK.finditer(content):
            if "#footnote-anchor" not in match[0]:
                edits.append(Edit(match.start(), match.end(), f"[^{match['key']}]"))
    if ":::" in content:
        edits += [Edit(match.start(), match.end()) for match in _DIV.finditer(content)]
    if "{{" in content or "{%" in content:
        for match in _GLOSS.finditer(content):
            edits += [Edit(match.start(), match.start("words")), Edit(match.end("words"), match.end())]
        edits += [Edit(match.start(), match.end()) for match in _SHORTCODE.finditer(content)]
    if "^[" in content or "[!" in content:
        edits += [Edit(match.start(), match.end()) for match in _REMARK.finditer(content)]
    if "{" in content:
        edits += [Edit(match.start(), match.end()) for match in _BLOCK_ATTRIBUTES.finditer(content)]
    if "[^" in content:
        edits += [Edit(match.end(1), match.end(), " ") for match in _FOOTNOTE_SPACE.finditer(content)]
    return rewritten(text, edits, "markdown")


def _images(text: Text) -> Text:
    """Images go before links are looked for: they may stand inside links."""
    content = text.content
    if "![" not in content:
        return text
    code = code_ranges(content)
    return rewritten(text, [Edit(match.start(), match.end()) for match in _outside(code, list(_IMAGE.finditer(content)))], "markdown")


def _links(text: Text) -> Text:
    """Links in all their forms."""
    content = text.content
    if "[" not in content and "<" not in content:
        return text
    code = code_ranges(content)
    definitions = {match["key"].lower(): match["address"].strip("<>") for match in _DEFINITION.finditer(content)}
    edits, links = [], []
    for match in _outside(code, list(_LINK.finditer(content))):
        address = match["address"].strip("<>")
        edits += [Edit(match.start(), match.start("words")), Edit(match.end("words"), match.end())]
        links.append(Link(match.start("words"), match.end("words"), re.sub(r"\\(.)", r"\1", address)))
    for match in _outside(code, list(_WIKI.finditer(content))):
        group = "words" if match["words"] else "page"
        edits += [Edit(match.start(), match.start(group)), Edit(match.end(group), match.end())]
        links.append(Link(match.start(group), match.end(group), match["page"]))
    for match in _outside(code, list(_REFERENCE.finditer(content))):
        key = (match["key"] or match["words"]).lower()
        if key in definitions:
            edits += [Edit(match.start(), match.start("words")), Edit(match.end("words"), match.end())]
            links.append(Link(match.start("words"), match.end("words"), definitions[key]))
    for match in _outside(code, list(_ANGLE.finditer(content))):
        edits += [Edit(match.start(), match.start() + 1), Edit(match.end() - 1, match.end())]
        links.append(Link(match.start(1), match.end(1), match[1]))
    return rewritten(text, edits, "markdown", links=[link for link in links if link.start < link.end])


def _inline(text: Text) -> Text:
    """Code ticks, formulas, escapes, then emphasis."""
    content = text.content
    code = code_ranges(content)
    edits: list[Edit] = []
    for start, end in code:
        ticks = len(content[start:end]) - len(content[start:end].lstrip("`"))
        if ticks and "\n" not in content[start:end]:
            edits += [Edit(start, start + ticks), Edit(end - ticks, end)]
        elif "\n" in content[start:end]:
            edits += _fenced_formulas(content, start, end)
    taken = [*code]
    if "$" in content or "\\(" in content:
        for match in _outside(code, sorted([*_MATH.finditer(content), *_TEX_SPAN.finditer(content)], key=lambda match: match.start())):
            if taken and taken[-1][1] > match.start() >= taken[-1][0]:
                continue
            put = _formula(match["inside"])
            if put is not None:
                edits.append(Edit(match.start(), match.end(), put))
                taken.append((match.start(), match.end()))
        taken.sort()
    escaped: set[int] = set()
    if "\\" in content:
        for match in _outside(taken, list(_ESCAPE.finditer(content))):
            edits.append(Edit(match.start(), match.start() + 1))
            escaped.add(match.start() + 1)
    edits += _emphasis(content, taken, escaped)
    return rewritten(text, edits, "markdown")


def _fenced_formulas(content: str, start: int, end: int) -> Iterator[Edit]:
    """The lines of a fence of formulas, each in plain characters."""
    opened = _FENCE_OPENS.match(content, start, end)
    if not opened or holding(opened["info"], ()) != "formula":
        return
    at = opened.end()
    for line in content[at : content.rfind("\n", at, end) if content.rfind("\n", at, end) >= 0 else at].split("\n"):
        body = line.strip()
        put = _formula(body) if 0 < len(body) <= _LONGEST_FORMULA else None
        if put is not None:
            begin = at + len(line) - len(line.lstrip())
            yield Edit(begin, begin + len(body), put)
        at += len(line) + 1


def _formula(inside: str) -> str | None:
    """A short TeX formula in plain characters; None when it is no formula (two prices in a sentence) or needs a second dimension."""
    if not _TEX.search(inside) or (inside[0] == " " and inside[-1] != " ") or _AMOUNT.match(inside):
        return None
    plain = _WRAPPER.sub(r"\1", inside.replace("\\_", "_"))
    plain = re.sub(r"\^\{([^{}]*)\}", r"^\1", plain)
    plain = re.sub(r"_(?:\{(\d+)\}|(\d))", r"\1\2", plain)
    plain = re.sub(r"_\{([^{}]*)\}", r"_\1", plain)
    plain = _FRACTION.sub(lambda match: f"{match[1]}/{match[2]}" if len(match[0]) <= _SHORT_FRACTION else f"{match[1]} / {match[2]}", plain)
    plain = _COMMAND.sub(lambda match: _COMMANDS.get(match[1], match[1]), plain)
    return plain.replace("{", "").replace("}", "").strip()


def _emphasis(content: str, taken: list[tuple[int, int]], escaped: set[int]) -> list[Edit]:
    """Pairs of `*`, `_`, `~~` and `==` within a paragraph. More lenient than CommonMark at CJK punctuation, stricter between digits."""
    edits: list[Edit] = []
    ends = iter([match.start() for match in _PARAGRAPH_END.finditer(content)])
    end = next(ends, len(content))
    open_runs: list[tuple[str, int, int]] = []
    for match in _outside(taken, list(_RUN.finditer(content))):
        while match.start() >= end:
            open_runs.clear()
            end = next(ends, len(content) + 1)
        start, stop = match.span()
        if start in escaped:
            continue
        sign = match[0][0]
        before = content[start - 1] if start else "\n"
        after = content[stop] if stop < len(content) else "\n"
        line_start = before in "\n" or not content[content.rfind("\n", 0, start) + 1 : start].strip(" \t>")
        if sign == "*" and stop - start == 1 and line_start and after in " \t":
            continue
        if sign == "*" and stop - start == 1 and _is_latin(before) and _is_latin(after):
            continue
        if sign == "*" and ((before.isdigit() and after.isdigit()) or (before.isspace() and after.isspace())):
            continue
        size = stop - start
        if not before.isspace() and before != "|":
            found = next((index for index in range(len(open_runs) - 1, -1, -1) if open_runs[index][0] == sign), None)
            while found is not None and size and (sign not in "~=" or open_runs[found][2] == size):
                _, place, length = open_runs[found]
                used = min(length, size)
                edits += [Edit(place + length - used, place + length), Edit(start, start + used)]
                start, size = start + used, size - used
                if used == length:
                    del open_runs[found:]
                else:
                    open_runs[found] = (sign, place, length - used)
                    del open_runs[found + 1 :]
                found = next((index for index in range(len(open_runs) - 1, -1, -1) if open_runs[index][0] == sign), None)
        if size and not after.isspace():
            open_runs.append((sign, start, size))
            if len(open_runs) > 64:
                del open_runs[0]
    return edits


def _is_latin(character: str) -> bool:
    """Inside a word, as in `4*h*h` or `PDF*2`, a lone star is itself."""
    return character.isascii() and character.isalnum()


# Undo inline markup, one after the other: images go, links stay as words with their address, code loses its ticks, escapes are resolved.
UNMARKING = (_notes, _images, _links, _inline)
