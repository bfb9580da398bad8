"""The block tree of a Text: headings, paragraphs, items, quotes, tables, fields, footnotes, code, in reading order."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from kg.text import Text
from loaders.fences import Leaf, graph, holding, settings

KINDS = (*("heading", "paragraph", "item", "quote", "table", "row", "cell", "footnote", "code", "front-matter", "field", "rule", "noise"),)


@dataclass(frozen=True, slots=True)
class Block:
    """One block: kind (see KINDS), half-open content range without its marker (`# `, `- `, `> `, `[^1]: `), index of its parent or None.

    `level`: heading level 1-6, nesting depth of items and quotes from 1, 0 else. `label`: key of a footnote or field, marker of an item,
    language of code, for a quote the key of the footnote that ends it. A heading is the parent of what stands under it. A `field` is the
    value of a `Key: value` line and child of the paragraph or item that the line is. Leaf blocks are one line each, code aside. Code that
    holds statements (prose, tables, settings, diagrams) is the parent of what they are; a program has no children.
    """

    kind: str
    start: int
    end: int
    parent: int | None = None
    level: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: rows of half-open cell ranges (an empty cell has start == end), and what its edges say.

    `header_rows`: leading rows that name columns (0, 1 or 2). `header_column`: whether the first column names the rows. `caption`: range
    of the line that introduces or captions it, or None. `heading`: index of the heading block it stands under, or None. `block`: index
    of the table block; `row_blocks`: indexes of its rows.
    """

    rows: tuple[tuple[tuple[int, int], ...], ...]
    header_rows: int
    header_column: bool
    caption: tuple[int, int] | None
    heading: int | None
    block: int
    row_blocks: tuple[int, ...]


_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_BARE_HASHES = re.compile(r"#{1,6}[ \t]*$")
_RULE = re.compile(r"[ \t]*(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|={3,}|~{3,}|─{3,}|—{3,})$")
_SETEXT = re.compile(r"[ \t]{0,3}(=+|-+)[ \t]*$")
_MARKERS = (
    r"[-*+•◦▪‣·●○■□–—:]",
    r"\(?\d{1,3}[.)]",
    r"[①-⑳]",
    r"[a-zA-Z][.)]",
    r"\d{1,2}、",
    r"[（(][一二三四五六七八九十\d]{1,3}[)）]",
    r"[一二三四五六七八九十]{1,3}、",
)
_ITEM = re.compile(rf"([ \t]*)({'|'.join(_MARKERS)})([ \t]+|(?<=[①-⑳、）)])(?=\S))")
_TASK = re.compile(r"\[[ xX]\][ \t]+")
_QUOTE = re.compile(r"[ \t]{0,3}((?:>[ \t]?)+)")
_FOOTNOTE = re.compile(r"[ \t]{0,3}\[\^([^\]\n]{1,60})\]:[ \t]*")
_FENCE = re.compile(r"[ \t]*(```+|~~~+)[ \t]*([\w+-]*)")
_INFO = re.compile(r"[\w+-]+")
_SEPARATOR = re.compile(r"(?=[^-\n]*-)[ \t]*\|?(?:[ \t]*:?-*:?[ \t]*\|)+[ \t]*(?::?-+:?)?[ \t]*$")
_DASHES = re.compile(r"[ \t]*[-=]{2,}(?:[ \t]+[-=]{2,})+[ \t]*$")
_FIELD = re.compile(r"([^\s:：|][^:：|\n]{0,48}?)[ \t]*(?:：|:(?=\s|[^\s/:：\d\w]|[\u3040-\u9fff\uac00-\ud7a3]))[ \t]*(?=\S)")
_YAML = re.compile(r"([A-Za-z_\u0080-\uffff][\w .\-\u0080-\uffff]{0,40}):(?:[ \t]+|$)")
_PATH = re.compile(r"([A-Za-z_][\w\-]*(?:\.[\w\-]+|\[\d+\])*):[ \t]+")
_LAST_MARK = re.compile(r"\[\^([^\]\n]{1,60})\][\s.,;:)>”\"]*$")
_GAP = re.compile(r"\t+| {2,}")
_SENTENCE_GAP = re.compile(r"[.!?:] {2,}\S")
_DAY = re.compile(r"[ \t]*\d{1,2}\.[ \t]+[^\W\d_]{3,}\.?[ \t]+(?:19|20)\d\d\b")
_CAPTION = re.compile(r"(?:Table|Tab\.|Tabelle|Tableau|Tabla|Tabela|表|표|Таблица)")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")

# A key is a few words; before a long value, which may be the rest of a sentence, fewer.
_MOST_FIELD_WORDS = 7
_FEW_WORDS = 4
_LONG_VALUE = 120
_LONGEST_WIDE_KEY = 14
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_DEEPEST = 16
_LONGEST_VALUE = 80


def blocks(text: Text) -> tuple[Block, ...]:
    """The blocks of the text in reading order; a parent always stands before its children."""
    return tuple(_Builder(text.content).build())


class _Builder:
    def __init__(self, content: str) -> None:
        self.content = content
        self.found: list[Block] = []
        self.lines: list[tuple[int, int]] = []
        at = 0
        for line in content.split("\n"):
            self.lines.append((at, at + len(line)))
            at += len(line) + 1
        self.headings: list[tuple[int, int]] = []
        self.items: list[tuple[int, int]] = []
        self.quotes: list[int] = []
        self.footnote: int | None = None

    def add(self, kind: str, start: int, end: int, parent: int | None, level: int = 0, label: str = "") -> int:
        while end > start and self.content[end - 1] in " \t":
            end -= 1
        self.found.append(Block(kind, start, end, parent, level, label))
        return len(self.found) - 1

    def under(self) -> int | None:
        return self.headings[-1][1] if self.headings else None

    def build(self) -> list[Block]:
        index = self.front_matter()
        blank = True
        while index < len(self.lines):
            start, end = self.lines[index]
            if not self.content[start:end].strip():
                blank = True
                index += 1
                continue
            index = self.line(index, start, end, blank)
            blank = False
        return [self._quote_label(number, block) for number, block in enumerate(self.found)]

    def line(self, index: int, start: int, end: int, blank: bool) -> int:
        """One line of the body and what belongs to it; gives the next line's index."""
        content = self.content
        fence = _FENCE.match(content, start, end)
        if fence:
            return self.code(index, fence)
        quote = _QUOTE.match(content, start, end)
        if quote:
            self.in_quote(quote, index, blank)
            inner = quote.end()
            if "|" in content[inner:end]:
                last = self.quoted_table(index, quote[1].count(">"))
                if last > index:
                    return last
            if inner < end and content[inner:end].strip():
                self.leaf(inner, end, self.quotes[-1])
            return index + 1
        if self.quotes:
            self.quotes, self.items = [], []
        footnote = _FOOTNOTE.match(content, start, end)
        if footnote:
            self.items = []
            self.footnote = self.add("footnote", footnote.end(), end, None, 0, footnote[1])
            return index + 1
        indent = len(content[start:end]) - len(content[start:end].lstrip())
        if self.footnote is not None:
            if indent >= 2:
                self.leaf(start + indent, end, self.footnote)
                return index + 1
            self.footnote = None
        heading = _HEADING.match(content, start, end)
        if heading:
            self.heading(heading.start(2), heading.end(2), len(heading[1]))
            return index + 1
        if _BARE_HASHES.match(content, start, end):
            return index + 1
        if index + 1 < len(self.lines) and self.underlined(index):
            level = 1 if content[self.lines[index + 1][0] : self.lines[index + 1][1]].strip()[0] == "=" else 2
            self.heading(start + indent, end, level)
            return index + 2
        if _RULE.match(content, start, end):
            self.add("rule", start, end, self.under())
            self.items = []
            return index + 1
        last = self.table_end(index)
        if last > index:
            self.items = self.items if indent else []
            self.table(index, last)
            return last
        if blank and not indent:
            self.items = []
        self.leaf(start, end, None, blank)
        return index + 1

    # -- headings, quotes, code

    def heading(self, start: int, end: int, level: int) -> None:
        self.items = []
        while self.headings and self.headings[-1][0] >= level:
            self.headings.pop()
        self.headings.append((level, self.add("heading", start, end, self.under(), level)))

    def underlined(self, index: int) -> bool:
        """A Setext heading: a line of text, then one of `=` or `-` only, nothing before that would make it a paragraph's end."""
        start, end = self.lines[index]
        below = self.lines[index + 1]
        if not _SETEXT.match(self.content, *below) or below[1] - below[0] < 3 or end - start > 120:
            return False
        above = index == 0 or not self.content[slice(*self.lines[index - 1])].strip()
        return above and "|" not in self.content[start:end] and not _ITEM.match(self.content, start, end)

    def in_quote(self, quote: re.Match[str], index: int, blank: bool) -> None:
        """Open or close quote blocks so that as many are open as the line has `>`; an empty line before begins a new quote."""
        depth = min(quote[1].count(">"), _DEEPEST)
        if blank:
            self.quotes = []
        if not self.quotes:
            self.items = []
        del self.quotes[depth:]
        while len(self.quotes) < depth:
            parent = self.quotes[-1] if self.quotes else (self.items[-1][1] if self.items else self.under())
            self.quotes.append(self.add("quote", quote.start(), self.lines[index][1], parent, len(self.quotes) + 1))
        for number in self.quotes:
            self._stretch(number, self.lines[index][1])

    def quoted_table(self, index: int, depth: int) -> int:
        """A pipe table inside a quote: its lines are looked at without their markers."""
        whole = list(self.lines)
        last = index
        while last < len(whole) and (mark := _QUOTE.match(self.content, *whole[last])) and mark[1].count(">") == depth:
            whole[last] = (mark.end(), whole[last][1])
            if not self.content[slice(*whole[last])].strip():
                break
            last += 1
        outside, self.lines = self.lines, whole[:last]
        end = self._pipes_end(index)
        if end > index:
            for number in self.quotes:
                self._stretch(number, self.lines[end - 1][1])
            self.table(index, end, self.quotes[-1])
        self.lines = outside
        return end

    def _stretch(self, number: int, end: int) -> None:
        block = self.found[number]
        self.found[number] = Block(block.kind, block.start, max(block.end, end), block.parent, block.level, block.label)

    def _quote_label(self, number: int, block: Block) -> Block:
        if block.kind != "quote":
            return block
        last = _LAST_MARK.search(self.content, max(block.end - 80, block.start), block.end)
        return Block(block.kind, block.start, block.end, block.parent, block.level, last[1] if last else "")

    def code(self, index: int, fence: re.Match[str]) -> int:
        last = index + 1
        while last < len(self.lines):
            close = _FENCE.match(self.content, *self.lines[last])
            if close and close[1].startswith(fence[1]) and not close[2]:
                break
            last += 1
        closed = last < len(self.lines)
        if not closed:
            # A fence never closed hides nothing: read on after it.
            return index + 1
        parent = self.items[-1][1] if self.items else self.under()
        code = self.add("code", self.lines[index + 1][0], self.lines[last - 1][1], parent, 0, fence[2])
        self.statements(index + 1, last, code, fence)
        return last + 1

    def statements(self, first: int, last: int, code: int, fence: re.Match[str]) -> None:
        """What the lines of a fenced block state, each leaf under the block of code."""
        info = _INFO.search(self.content, fence.end(1), self.lines[first - 1][1])
        kind = holding(info[0] if info else "", [self._line(number) for number in range(first, last)])
        lines = self.lines[first:last]
        if kind == "graph":
            self.leaves(graph(self.content, lines), code)
        elif kind == "settings":
            self.leaves(settings(self.content, lines), code)
        elif kind in ("prose", "formula"):
            self.fenced(first, last, code)

    def leaves(self, leaves: Iterator[Leaf], code: int) -> None:
        """Items for the leaves, nested as they are, with the fields of those that have a key."""
        numbers: list[int] = []
        for leaf in leaves:
            parent = code if leaf.parent is None else numbers[leaf.parent]
            level = self.found[parent].level + 1 if parent != code else 1
            numbers.append(self.add("item", leaf.start, leaf.end, parent, level))
            if leaf.value:
                self.add("field", *leaf.value, numbers[-1], 0, leaf.label)
            elif not leaf.label:
                self.field(leaf.start, leaf.end, numbers[-1])

    def fenced(self, first: int, last: int, code: int) -> None:
        """Text and tables inside a fence, read like those outside of it."""
        outside, items = self.lines, self.items
        self.lines, self.items = outside[:last], []
        index = first
        while index < last:
            start, end = self.lines[index]
            after = self.table_end(index) if self.content[start:end].strip() else index
            if after > index:
                self.items = []
                self.table(index, after, code)
                index = after
                continue
            if self.content[start:end].strip() and not _RULE.match(self.content, start, end):
                self.leaf(start, end, code)
            index += 1
        self.lines, self.items = outside, items

    # -- leaves

    def leaf(self, start: int, end: int, container: int | None, blank: bool = False) -> None:
        """A line that is an item or a paragraph, with its field where it is one."""
        content = self.content
        item = _ITEM.match(content, start, end)
        if item and self._is_item(item, end):
            indent = len(item[1].replace("\t", "    "))
            while self.items and self.items[-1][0] >= indent:
                self.items.pop()
            parent = self.items[-1][1] if self.items else container if container is not None else self.under()
            begin = item.end()
            task = _TASK.match(content, begin, end)
            begin = task.end() if task else begin
            number = self.add("item", begin, end, parent, len(self.items) + 1, item[2])
            self.items.append((indent, number))
            self.field(begin, end, number)
            return
        indent = len(content[start:end]) - len(content[start:end].lstrip())
        if self.items and indent:
            while self.items and self.items[-1][0] >= indent:
                self.items.pop()
        parent = self.items[-1][1] if self.items and indent else container if container is not None else self.under()
        if not indent and container is None:
            self.items = []
        heading = _HEADING.match(content, start + indent, end)
        if heading and container is not None:
            self.add("heading", heading.start(2), heading.end(2), parent, len(heading[1]))
            return
        number = self.add("paragraph", start + indent, end, parent)
        self.field(start + indent, end, number)

    def _is_item(self, item: re.Match[str], end: int) -> bool:
        """`1.` opens an item; the day of a date and an initial do not."""
        if _DAY.match(self.content, item.start(), end):
            return False
        return item.end() < end and not (item[2][0].isalpha() and item[2][0] not in "abcdefghiABCDEFGH一二三四五六七八九十")

    def field(self, start: int, end: int, parent: int) -> None:
        found = _FIELD.match(self.content, start, end) or _PATH.match(self.content, start, end)
        if not found:
            return
        key = found[1].strip()
        wide = _WIDE.search(key) is not None
        if wide and (len(key) > _LONGEST_WIDE_KEY or "," in key):
            return
        if key.count("(") != key.count(")") or key.count("（") != key.count("）"):
            return
        if ". " in key or (end - found.end() > _LONG_VALUE and len(key.split()) > _FEW_WORDS):
            return
        if len(key.split()) > _MOST_FIELD_WORDS or "http" in key or any(mark in key for mark in "。！？!?;；，") or not _LETTER.search(key):
            return
        self.add("field", found.end(), end, parent, 0, key)

    # -- front matter

    def front_matter(self) -> int:
        index = next((number for number, (start, end) in enumerate(self.lines) if self.content[start:end].strip()), None)
        if index is None or self.content[slice(*self.lines[index])].strip() != "---":
            return 0
        last = index + 1
        keyed = 0
        while last < len(self.lines):
            line = self.content[slice(*self.lines[last])]
            if line.strip() in ("---", "..."):
                break
            keyed += bool(_YAML.match(line))
            last += 1
            if last - index > 300:
                return index
        if last >= len(self.lines) or not keyed:
            return index + 1 if keyed or last - index < 3 else index
        container = self.add("front-matter", self.lines[index][0], self.lines[last][1], None)
        self.fields(index + 1, last, container)
        return last + 1

    def fields(self, first: int, last: int, container: int) -> None:
        """The `key: value` lines of front matter; list entries and folded lines belong to the key above."""
        key, value = "", None
        for number in range(first, last):
            start, end = self.lines[number]
            line = self.content[start:end]
            found = _YAML.match(line)
            if found:
                key, value = found[1].strip(), None
                begin = start + found.end()
                rest = self.content[begin:end].strip()
                if rest and rest not in (">", ">-", "|", "|-", ">+", "|+"):
                    value = self._value(begin, end, container, key)
            elif line.strip().startswith("- ") and key:
                begin = start + line.index("- ") + 2
                value = None
                self._value(begin, end, container, key)
            elif line.strip() and key and line[0] in " \t":
                begin = start + len(line) - len(line.lstrip())
                if value is None:
                    value = self._value(begin, end, container, key)
                else:
                    self._stretch(value, end)

    def _value(self, start: int, end: int, container: int, key: str) -> int:
        """A value without the quotes around it."""
        content = self.content
        while end > start and content[end - 1] in " \t":
            end -= 1
        while start < end and content[start] in " \t":
            start += 1
        if end - start >= 2 and content[start] in "\"'" and content[end - 1] == content[start]:
            start, end = start + 1, end - 1
        return self.add("field", start, end, container, 0, key)

    # -- tables

    def table_end(self, index: int) -> int:
        """Where the table that begins at this line ends, or the line itself when none does."""
        return max(self._pipes_end(index), self._columns_end(index), self._commas_end(index))

    def _pipes_end(self, index: int) -> int:
        """Pipe rows: a separator line in the second place, or two and more lines with the same sign of being rows."""
        first = self._line(index)
        if "|" not in first:
            return index
        separator = index + 1 < len(self.lines) and bool(_SEPARATOR.match(self._line(index + 1)))
        last = index
        while last < len(self.lines) and "|" in self._line(last):
            last += 1
        if separator and last == index + 1:
            last = index + 2
        if separator:
            return last
        if any(_ITEM.match(self._line(number)) for number in range(index, last)):
            return index
        framed = all(self._line(number).strip().startswith("|") for number in range(index, last))
        counts = [len(self._pipe_cells(number)) for number in range(index, last)]
        if framed and (last - index >= 2 or counts[0] >= 3):
            return last
        spaced = all(" |" in self._line(number) or "| " in self._line(number) for number in range(index, last))
        if last - index >= 2 and spaced and min(counts) >= 2 and (max(counts) - min(counts) <= 1):
            return last
        return index

    def _columns_end(self, index: int) -> int:
        """Rows whose cells are divided by tabs, or by two spaces and more, over at least two lines with two columns."""
        counts: list[int] = []
        last = index
        while last < len(self.lines):
            line = self._line(last)
            if not line.strip() or _ITEM.match(line) or line.lstrip().startswith((">", "#", "```")):
                break
            count = len(_GAP.split(line.strip()))
            tabbed = "\t" in line.strip()
            if count < 2 or (not tabbed and _SENTENCE_GAP.search(line)) or (not tabbed and (len(line) > 400 or _prose(line))):
                break
            counts.append(count)
            last += 1
        if len(counts) < 2 or max(counts) < 2:
            return index
        most = max(set(counts), key=lambda count: (counts.count(count), count))
        if most < 2 or counts.count(most) * 2 < len(counts):
            return index
        if all(re.match(r"\S+\s+=", self._line(number).lstrip()) for number in range(index, last)):
            return index
        if most == 2 and len(counts) < 3 and "\t" not in self._line(index):
            # Two spaces after a full stop, twice: not a table.
            lines = [self._line(number) for number in range(index, last)]
            if any(len(line) > 120 for line in lines):
                return index
        return last

    def _commas_end(self, index: int) -> int:
        """Comma- or semicolon-separated values (RFC 4180): at least three lines with the same three cells and more, none of them long."""
        first = self._line(index)
        sign = ";" if first.count(";") >= 2 else ","
        count = first.count(sign)
        if count < 2 or first[0] in " \t>#-*":
            return index
        last = index
        while last < len(self.lines):
            cells = self._separated_cells(last, sign)
            if len(cells) != len(self._separated_cells(index, sign)) or any(end - start > _LONGEST_VALUE for start, end in cells):
                break
            last += 1
        rows = range(index, last)
        if last - index < 3 or sum(bool(_DIGIT.search(self._line(number))) for number in rows) * 2 < last - index:
            return index
        if any(self.content[end : end + 2] == f"{sign} " for number in rows for _, end in self._separated_cells(number, sign)):
            return index
        if any(self._line(number).rstrip()[-1:] in ".;:。" for number in rows):
            return index
        return last

    def _separated_cells(self, index: int, sign: str) -> list[tuple[int, int]]:
        start, end = self.lines[index]
        cells = []
        at = start
        while at <= end:
            if at < end and self.content[at] == '"':
                close = self.content.find(f'"{sign}', at + 1, end)
                stop = close if close >= 0 else end - 1 if self.content[end - 1] == '"' and end - 1 > at else end
                cells.append((at + 1, stop))
                at = stop + 2
            else:
                stop = self.content.find(sign, at, end)
                stop = stop if stop >= 0 else end
                cells.append(self._trim(at, stop))
                at = stop + 1
        return cells

    def _line(self, index: int) -> str:
        return self.content[slice(*self.lines[index])]

    def table(self, first: int, last: int, container: int | None = None) -> None:
        piped = any("|" in self._line(number) for number in range(first, last)) and self._pipes_end(first) > first
        commas = not piped and self._columns_end(first) == first
        sign = (";" if self._line(first).count(";") >= 2 else ",") if commas else ""
        parent = container if container is not None else self.items[-1][1] if self.items else self.under()
        indent = len(self._line(first)) - len(self._line(first).lstrip())
        table = self.add("table", self.lines[first][0] + indent, self.lines[last - 1][1], parent)
        separators = 0
        for number in range(first, last):
            if not piped and not sign and first < number < last - 1 and _DASHES.match(self._line(number)):
                if number == first + 1:
                    # The row above the dashes under every column is the header.
                    block = self.found[table]
                    self.found[table] = Block("table", block.start, block.end, block.parent, 1, block.label)
                continue
            if piped and _SEPARATOR.match(self._line(number)):
                separators += 1
                if separators == 1:
                    # The rows above the separator are the header.
                    block = self.found[table]
                    self.found[table] = Block("table", block.start, block.end, block.parent, number - first, "piped")
                continue
            cells = self._pipe_cells(number) if piped else self._separated_cells(number, sign) if sign else self._column_cells(number)
            row = self.add("row", cells[0][0], max(cells[-1][1], cells[0][0]), table)
            for start, end in cells:
                self.found.append(Block("cell", start, end, row))

    def _pipe_cells(self, index: int) -> list[tuple[int, int]]:
        start, end = self.lines[index]
        cells = []
        at = start
        while at <= end:
            bar = self.content.find("|", at, end)
            stop = bar if bar >= 0 else end
            cells.append(self._trim(at, stop))
            at = stop + 1
            if bar < 0:
                break
        line = self.content[start:end].strip()
        if line.startswith("|") and len(cells) > 1:
            cells = cells[1:]
        if line.endswith("|") and len(cells) > 1:
            cells = cells[:-1]
        return cells

    def _column_cells(self, index: int) -> list[tuple[int, int]]:
        start, end = self.lines[index]
        start, end = self._trim(start, end)
        cells = []
        at = start
        for gap in _GAP.finditer(self.content, start, end):
            cells.append((at, gap.start()))
            at = gap.end()
        cells.append((at, end))
        return cells

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        while start < end and self.content[start] in " \t":
            start += 1
        while end > start and self.content[end - 1] in " \t":
            end -= 1
        return start, end


def _prose(line: str) -> bool:
    """Running text with a double space somewhere in it, not cells."""
    words = line.split()
    return len(words) > 14 and len(_GAP.split(line.strip())) < 4


def tables(found: Sequence[Block], text: Text) -> tuple[Table, ...]:
    """The tables among the blocks, with their header rows, header column, caption and heading."""
    rows: dict[int, list[int]] = {}
    cells: dict[int, list[tuple[int, int]]] = {}
    for number, block in enumerate(found):
        if block.kind == "row" and block.parent is not None:
            rows.setdefault(block.parent, []).append(number)
        elif block.kind == "cell" and block.parent is not None:
            cells.setdefault(block.parent, []).append((block.start, block.end))
    result = []
    for number, numbers in rows.items():
        grid = tuple(tuple(cells.get(row, ())) for row in numbers)
        above = found[number].level
        header = above if above else _header_rows(grid, text)
        result.append(
            Table(
                grid,
                header,
                _has_header_column(grid[header:], text),
                _caption(found, number, numbers[-1], text),
                heading_of(found, number),
                number,
                tuple(numbers),
            )
        )
    return tuple(result)


def _header_rows(grid: Sequence[Sequence[tuple[int, int]]], text: Text) -> int:
    """1 when the first row is words over rows that hold figures in the same columns, else 0."""
    if len(grid) < 2 or len(grid[0]) < 2:
        return 0

    def figures(row: Sequence[tuple[int, int]]) -> list[bool]:
        return [bool(_DIGIT.search(text.content, start, end)) for start, end in row]

    first, others = figures(grid[0]), [figures(row) for row in grid[1:]]
    below = [sum(column < len(row) and row[column] for row in others) / len(others) for column in range(len(first))]
    worded = [column for column in range(len(first)) if not first[column]]
    if len(grid[0]) == 2:
        # Two columns of key and value have no header unless their first row is plainly one.
        return int(not any(first) and below[1] >= 0.6 and len(grid) > 2)
    if not any(first) and max(below[1:]) >= 0.6:
        return 1
    return int(sum(below[column] >= 0.5 for column in worded) * 2 > len(first) - 1)


def _has_header_column(grid: Sequence[Sequence[tuple[int, int]]], text: Text) -> bool:
    """Whether the first column is mostly filled with names."""
    first = [row[0] for row in grid if row]
    named = sum(bool(_LETTER.search(text.content, start, end)) for start, end in first)
    return bool(first) and named * 2 >= len(first)


def _caption(found: Sequence[Block], table: int, last_row: int, text: Text) -> tuple[int, int] | None:
    """The line before the table that ends in a colon or is short, or the one after it that begins with "Table"."""
    after = next((block for block in found[last_row + 1 : last_row + 200] if block.kind not in ("cell", "row")), None)
    if after and after.kind == "paragraph" and _CAPTION.match(text.content, after.start, after.end):
        return after.start, after.end
    before = next((block for block in reversed(found[max(table - 6, 0) : table]) if block.kind not in ("field", "rule")), None)
    if before and before.kind in ("paragraph", "item") and before.end <= found[table].start:
        words = text.content[before.start : before.end].rstrip()
        if words.endswith((":", "：")) or len(words) <= 160:
            return before.start, before.end
    return None


def heading_of(found: Sequence[Block], number: int) -> int | None:
    """Index of the heading the block stands under, or None."""
    parent = found[number].parent
    while parent is not None and found[parent].kind != "heading":
        parent = found[parent].parent
    return parent


def in_code(found: Sequence[Block], number: int) -> bool:
    """Whether the block stands in a fenced block: what is said there is not said of the document itself."""
    parent = found[number].parent
    while parent is not None and found[parent].kind != "code":
        parent = found[parent].parent
    return parent is not None


def introduction(found: Sequence[Block], number: int, text: Text) -> int | None:
    """Index of the paragraph or item that introduces a quote, list or table with a colon, or None."""
    for index in range(number - 1, max(number - 8, -1), -1):
        block = found[index]
        if block.kind in ("paragraph", "item"):
            return index if text.content[block.start : block.end].rstrip().endswith((":", "：")) else None
        if block.kind not in ("field", "rule"):
            return None
    return None


_WORDS = tomllib.loads(files("loaders").joinpath("reading.toml").read_text("utf-8"))["sentences"]
_ABBREVIATIONS = frozenset(_WORDS["abbreviations"])
_MAY_END = frozenset(_WORDS["closing"])
_STARTERS = frozenset(_WORDS["opening"])
_DAY_OF = re.compile(rf"\.\s(?:{'|'.join(_WORDS['months'])})\b", re.IGNORECASE)
_NUMBERED_DAY = re.compile(r"\.\s\d{1,2}\.\s?\d{1,2}\b")  # 2025. 7. 3.
_NUMBERED_MONTH = re.compile(r"(?<!\d)20\d\d\.\s$")
_INITIALS = re.compile(r"[A-Z](?:\.[A-Z])+")  # D.E. Shaw
_STOP = re.compile(r"[.!?]+|[。！？!?｡]+|…+")
LONGEST_SENTENCE = 2000
"""Characters; what goes on for longer without a stop is divided."""
_SPOKEN = re.compile(r"[^\W_]")
_CLOSERS = "\"'”’»)]）］」』】〉》"
_NOTES_AFTER = re.compile(r"(?:[ \t]?\^?\[(?:\^[^\]\n]{1,40}|\w{1,9})\])+|\d{1,3}(?=\s)")
_MARKS_AFTER = re.compile(r"(?:\[\^[^\]\n]{1,40}\])+")


def sentences(text: Text, block: Block) -> tuple[tuple[int, int], ...]:
    """Half-open content ranges of the block's sentences, without the white space between them.

    Footnote marks stay with their sentence; none is longer than LONGEST_SENTENCE.
    """
    found = list(_sentences(text.content, block.start, block.end))
    if len(found) > 1 and not _SPOKEN.search(text.content, *found[-1]):
        found[-2:] = [(found[-2][0], found[-1][1])]
    return tuple(part for sentence in found for part in _bounded(text.content, *sentence))


def _bounded(content: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentence, or its parts when it is too long to be one: readers of sentences compare everything in one with everything else."""
    while end - start > LONGEST_SENTENCE:
        cut = max(content.rfind(sign, start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE) for sign in (" ", ",", "，", "、", ";", "|"))
        cut = cut + 1 if cut > start else start + LONGEST_SENTENCE
        yield start, cut
        start = cut
        while start < end and content[start].isspace():
            start += 1
    if start < end:
        yield start, end


def _sentences(content: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    position = start
    spoken = False
    while position < end:
        found = _STOP.search(content, position, end)
        if not found:
            break
        stop = found.end()
        wide = found[0][0] in "。！？｡"
        while stop < end and content[stop] in _CLOSERS:
            stop += 1
        if not wide:
            notes = _NOTES_AFTER.match(content, stop, end)
            if notes and (notes[0][0] in "[^ \t" or content[found.start() - 1 : found.start()].isalpha()):
                stop = notes.end()
        else:
            notes = _MARKS_AFTER.match(content, stop, end)
            stop = notes.end() if notes else stop
        spoken = spoken or _SPOKEN.search(content, position, stop) is not None
        if not spoken:
            position = stop
            continue
        if stop >= end or _ends(content, start, found, stop, end, wide):
            begin = at
            while begin < stop and content[begin].isspace():
                begin += 1
            if begin < stop:
                yield begin, stop
            at = stop
            spoken = False
        position = stop
    while at < end and content[at].isspace():
        at += 1
    while end > at and content[end - 1].isspace():
        end -= 1
    if at < end:
        yield at, end


def _ends(content: str, start: int, found: re.Match[str], stop: int, end: int, wide: bool) -> bool:
    """Whether a stop sign ends a sentence."""
    if wide:
        # A stop inside a quotation that goes on in the same sentence: 「...。」と述べた
        return not (stop > found.end() and stop < end and content[stop] in "とのというなは，、,")
    following = content[stop : stop + 1]
    if not following.isspace():
        cjk = "\u3000" <= following <= "\u9fff" or "\uac00" <= following <= "\ud7a3"
        return cjk and found[0][0] in "!?"
    rest = content[stop:end].lstrip()[:2]
    if found[0][0] in "!?":
        return not rest[:1].islower()
    if found[0] == ".":
        begin = found.start()
        while begin > start and not content[begin - 1].isspace() and content[begin - 1] not in "([“\"'（":
            begin -= 1
        word = content[begin : found.start()].lower()
        if word in _ABBREVIATIONS:
            return word in _MAY_END and _opens(rest) and not rest[:1].isdigit() and _likely_new(content, stop, end)
        if _INITIALS.fullmatch(content, begin, found.start()):
            return False
        if len(word) == 1 and word.isalpha() and word not in "iаяоиу" and content[begin].isupper():
            return False
        if word.isdigit() and len(word) <= 4 and _dates(content, begin, found.start(), end):
            return False
        if word.isdigit() and len(word) <= 2 and rest[:1].islower():
            return False
    return not rest[:1].islower()


def _dates(content: str, begin: int, stop: int, end: int) -> bool:
    """Whether the full stop behind the digits [begin, stop) stands inside a date: "5. September 2025", "2025. 7. 3."."""
    if stop - begin == 4:
        return _NUMBERED_DAY.match(content, stop, end) is not None
    return _DAY_OF.match(content, stop, end) is not None or (
        _NUMBERED_MONTH.search(content, max(0, begin - 7), begin) is not None and content[stop + 1 : stop + 3].strip()[:1].isdigit()
    )


def _opens(rest: str) -> bool:
    return bool(rest) and (rest[0].isupper() or rest[0] in "“\"'(«„" or not rest[0].isascii())


def _likely_new(content: str, stop: int, end: int) -> bool:
    """After "Inc." or "U.S.": the next word, capitalised, is one that usually opens a sentence."""
    word = re.compile(r"\w+").search(content, stop, end)
    return bool(word) and word is not None and word[0].lower() in _STARTERS
