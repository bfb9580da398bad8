"""What a fenced block holds, told by its info string, else by the shape of its lines, and the statements in graphs and settings."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

_TABLES = tomllib.loads(files("loaders").joinpath("reading.toml").read_text("utf-8"))["fences"]
_INFO = {info: kind for kind in ("graph", "settings", "prose", "formula") for info in _TABLES[kind]}
_NAMING = frozenset(_TABLES["naming"])
_DIAGRAM = re.compile(rf"\s*(?:{'|'.join(_TABLES['diagrams'])})\b")
_FLOW = re.compile(r"\s*(?:graph|flowchart|digraph|strict)\b")
_COMMAND = re.compile(
    rf"\s*(?:[$%] |>>> |\.\.\. |#!|\./|//|/\*|<[/!?\w]|@\w+\{{|(?:{'|'.join(_TABLES['commands'])})(?=\s|$)"
    r"|(?:def|class|func|fn|function|public|private|static|struct|interface)\s+\w+\s*[({:<]|(?:from\s+\S+\s+)?import\s+[\w{*]"
    r"|(?:for|while|if|elif|else|try|with|switch)\b[^\n]*[:{]\s*$|return\b|(?:const|let|var)\s+\w+\s*=|#include\b|<\||\[/?INST\])"
)
_CODE_END = re.compile(r"(?:[;{}\\]|\)\s*\{|=>)\s*$")
_CALL = re.compile(r"\s*[\w.]+(?:\s*=\s*[\w.]+)?\([^()\n]*\)?\s*$|\s*[\w.\[\]]+\s*=\s*[\w.]+\(")
_WHOLE_PROGRAM = re.compile(r"\s*(?:@\w+\s*\{|#!|<\?|<!DOCTYPE|diff --git)")
_FLAGGED = re.compile(r"\s*[a-z][\w./-]{0,30}(?:\s+[\w./-]{1,40}){0,3}\s+--?[A-Za-z][\w-]{0,40}(?=[\s=]|$)")
_TREE = re.compile(r"\s*(?:[│|]\s*)*[├└]")
_BRACKETS = re.compile(r"[\s{}\[\](),;]*$")
_COMMENT = re.compile(r"(\s*)(?:#+|//|;|%%)[ \t]+(?=\S)")
_SECTION = re.compile(r"\s*\[{1,2}[ \t]*([^\[\]\n\"{},:]{1,60}?)[ \t]*\]{1,2}\s*$")
_KEYED = re.compile(
    r"([ \t]*)((?:-[ \t]+)?)([\"']?)([^\W\d][^\s:=\"'{}#][^:=\"'{}#\n]{0,58}?|[^\W\d]\w?)\3[ \t]*(?::(?=\s|$)|=(?!=))[ \t]*"
)
_PAIR = re.compile(r'"([^"\\\n]{1,60})"[ \t]*:[ \t]*(?="((?:[^"\\\n]|\\.)*)"|([^\s"{}\[\],][^",{}\[\]\n]*)|\[[ \t]*([^\[\]{}\n]*)\]|)')
_ENTRY = re.compile(r"([ \t]*)-[ \t]+(?=\S)")
_LETTER = re.compile(r"[^\W_]")
_DIRECTIVE = re.compile(rf"\s*(?:{'|'.join(_TABLES['directives'])})\b|\s*%%|\s*\S*@?[{{}}]\s*$")
_NODE = re.compile(r"([\w.-]{1,40})(?:\[\[|\[\(|\(\[|\(\(\(|\(\(|\{\{|\[/|\[\\|\[|\(|\{)[ \t]*(?=[^\s)\]}])")
_CLOSING = {"[": "]", "(": ")", "{": "}"}
_LABEL = re.compile(r"\blabel[ \t]*[=:][ \t]*\"([^\"\n]+)\"")
_EDGE = re.compile(r"\|[ \t]*([^|\n]{1,200}?)[ \t]*\||(?:--|==|-\.)[ \t]+([^\s\-=.|>][^|\n\[\](){}]{0,100}?)[ \t]+(?:--+>?|==+>?|\.+-+>?)")
_SUBGRAPH = re.compile(r"\s*subgraph\s+(?:\w+\s*\[)?[\"']?([^\[\]\"'\n]+)")
_MESSAGE = re.compile(r"\s*\w[\w ]{0,40}(?:<<)?(?:--?>>?|--?[x)])[+-]?\s*\w[\w ]{0,40}:[ \t]*(?=\S)|\s*[Nn]ote [\w ,]{1,80}:[ \t]*(?=\S)")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A statement of a fenced block: half-open range, the leaf it belongs under or None, and its key with the range of its value."""

    start: int
    end: int
    parent: int | None = None
    label: str = ""
    value: tuple[int, int] | None = None


def holding(info: str, lines: Sequence[str]) -> str:
    """What the lines of a fence are: "graph", "settings", "formula", "prose" or "code". An unknown info string is a language's name.

    >>> holding("", ["pip install x"]), holding("", ["Loss went down all night."]), holding("yaml", ["a: b"])
    ('code', 'prose', 'settings')
    """
    if info:
        return _INFO.get(info.lower(), "code")
    spoken = [line for line in lines if line.strip()]
    if not spoken or _WHOLE_PROGRAM.match(spoken[0]):
        return "code"
    if _DIAGRAM.match(spoken[0]):
        return "graph"
    objects = spoken[0].lstrip().startswith(("{", "[")) and any(_PAIR.search(line) for line in spoken)
    if not objects and sum(_is_code(line) for line in spoken) * 3 >= len(spoken):
        return "code"
    keyed = sum(bool(_KEYED.match(line) or _PAIR.search(line)) for line in spoken)
    others = sum(bool(_BRACKETS.match(line) or _COMMENT.match(line) or _SECTION.match(line) or _ENTRY.match(line)) for line in spoken)
    return "settings" if keyed and (objects or keyed + others == len(spoken)) else "prose"


def _is_code(line: str) -> bool:
    return bool(_COMMAND.match(line) or _CODE_END.search(line) or _CALL.match(line) or _FLAGGED.match(line) or _TREE.match(line))


def graph(content: str, lines: Sequence[tuple[int, int]]) -> Iterator[Leaf]:
    """The labels of a diagram's nodes and edges, a node under the node that points to it; the whole lines of other diagrams."""
    known: dict[str, int] = {}
    flow = any(_FLOW.match(content[start:end]) or "[" in content[start:end] for start, end in lines)
    count = 0
    for start, end in lines:
        line = content[start:end]
        title = _SUBGRAPH.match(line)
        if title:
            yield Leaf(start + title.start(1), start + len(line[: title.end(1)].rstrip()))
            count += 1
            continue
        if _DIRECTIVE.match(line) or _DIAGRAM.match(line) or not _LETTER.search(line):
            continue
        if not flow:
            message = _MESSAGE.match(line)
            yield Leaf(start + (message.end() if message else len(line) - len(line.lstrip())), start + len(line.rstrip()))
            count += 1
            continue
        for low, high, name, before in _labels(line):
            yield Leaf(start + low, start + high, known.get(before))
            if name:
                known.setdefault(name, count)
            count += 1


def _labels(line: str) -> Iterator[tuple[int, int, str, str]]:
    """Range of each label of a line of a flow chart, with the name of its node ("" of an edge) and of the node before it."""
    before = line.split()[0]
    at = 0
    for node in _NODE.finditer(line):
        if node.start() < at:
            continue
        opened = line[node.end(1)]
        begin = node.end()
        quoted = line[begin] == '"' and line.find('"', begin + 1) > 0
        stop = line.find('"', begin + 1) if quoted else line.find(_CLOSING[opened], begin)
        if stop < 0:
            break
        begin += quoted
        yield from _edges(line, at, node.start(), before)
        at = stop + 1
        inner = line[node.end(1) + 1]
        while not quoted and stop > begin and line[stop - 1] in " \t)]}/\\" and (line[stop - 1].isspace() or inner in "([{/\\"):
            stop -= 1
        if stop > begin and _LETTER.search(line, begin, stop):
            yield begin, stop, node[1], before if before != node[1] else ""
        if "&" not in line[at : at + 4]:
            before = node[1]
    yield from _edges(line, at, len(line), before)


def _edges(line: str, start: int, end: int, before: str) -> Iterator[tuple[int, int, str, str]]:
    for found in [*_EDGE.finditer(line, start, end), *_LABEL.finditer(line, start, end)]:
        group = next(number for number, words in enumerate(found.groups(), 1) if words is not None)
        if _LETTER.search(found[group]):
            yield found.start(group), found.end(group), "", before


class _Settings:
    """Reads settings line by line; keys stand under the key they are indented below, and under the name of their entry."""

    def __init__(self) -> None:
        self.count = 0
        self.above: list[tuple[int, int, bool]] = []  # indent, leaf, whether it names its entry

    def under(self, indent: int, naming: bool) -> int | None:
        while self.above and (self.above[-1][0] > indent or (self.above[-1][0] == indent and (naming or not self.above[-1][2]))):
            self.above.pop()
        return self.above[-1][1] if self.above else None

    def leaf(self, indent: int | None, leaf: Leaf) -> Leaf:
        if indent is not None:
            self.above.append((indent, self.count, leaf.label.lower() in _NAMING))
        self.count += 1
        return leaf


def settings(content: str, lines: Sequence[tuple[int, int]]) -> Iterator[Leaf]:
    """The keys of YAML, TOML, INI and JSON with their values, their entries without key, comments and text between them."""
    reader = _Settings()
    for start, end in lines:
        line = content[start:end]
        if _BRACKETS.match(line) or line.strip() in ("---", "..."):
            continue
        comment, section = _COMMENT.match(line), _SECTION.match(line)
        pairs = list(_PAIR.finditer(line))
        if comment:
            yield reader.leaf(None, Leaf(start + comment.end(), start + len(line.rstrip()), reader.under(len(comment[1]) + 1, False)))
        elif section and not pairs:
            reader.above.clear()
            yield reader.leaf(-1, Leaf(start + section.start(1), start + section.end(1)))
        elif pairs:
            yield from _pairs(reader, start, line, pairs)
        elif keyed := _KEYED.match(line):
            yield from _keyed(reader, start, line, keyed)
        else:
            entry = _ENTRY.match(line)
            begin = entry.end() if entry else len(line) - len(line.lstrip())
            low, high = _unquoted(line, begin)
            if low < high and _LETTER.search(line, low, high):
                yield reader.leaf(None, Leaf(start + low, start + high, reader.under(begin, False)))


def _pairs(reader: _Settings, start: int, line: str, pairs: list[re.Match[str]]) -> Iterator[Leaf]:
    """The `"key": value` pairs of one line; in an object on one line the rest stands under the first."""
    indent = len(line) - len(line.lstrip())
    for number, pair in enumerate(pairs):
        group = next((group for group in (2, 3, 4) if pair[group] is not None), 0)
        low, high = (pair.start(group), pair.start(group) + len(pair[group].rstrip())) if group else (pair.end(), pair.end())
        listed = group == 4 and pair[4].count('"') == 2
        low, high = (low + listed, high - listed) if high - low > 2 else (low, high)
        depth = indent + (number > 0)
        parent = reader.under(depth, pair[1].lower() in _NAMING)
        end = high + (group == 2) + listed if group else pair.end(1) + 1
        value = (start + low, start + high) if high > low else None
        yield reader.leaf(depth, Leaf(start + pair.start(), start + end, parent, pair[1], value))


def _keyed(reader: _Settings, start: int, line: str, keyed: re.Match[str]) -> Iterator[Leaf]:
    """A line `key: value` or `key = value`; what opens an entry with a dash is above the entry's other keys."""
    indent = len(keyed[1])
    key = keyed[4].strip()
    low, high = _unquoted(line, keyed.end())
    dashed = bool(keyed[2])
    parent = reader.under(indent, dashed or key.lower() in _NAMING)
    has_value = low < high and line[low:high] not in ("|", ">", "|-", ">-", "{", "[")
    end = _bare_end(line, keyed.end()) if has_value else keyed.end(4)
    leaf = Leaf(start + keyed.start(3), start + end, parent, key, (start + low, start + high) if has_value else None)
    yield reader.leaf(indent, leaf)


def _bare_end(line: str, start: int) -> int:
    end = len(line)
    while end > start and line[end - 1] in " \t,;":
        end -= 1
    return end


def _unquoted(line: str, start: int) -> tuple[int, int]:
    """The rest of the line without white space, a comma or semicolon at its end and quotes around it."""
    end = _bare_end(line, start)
    while start < end and line[start] in " \t":
        start += 1
    if end - start >= 2 and line[start] in "\"'" and line[end - 1] == line[start]:
        start, end = start + 1, end - 1
    return start, end
