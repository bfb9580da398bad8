"""HTML, whole pages and fragments inside Markdown: tags become line structure, tables become pipe tables, entities characters."""

import html
import re
from dataclasses import dataclass, field, replace

from kg.text import Link, Text
from loaders.readers.plain import UNSEEN
from loaders.readers.rewriting import Edit, Piece, assembled, rewritten

# Attributes may hold quoted ">" but never "<": every attempt ends at the next "<", so that the whole scan is linear.
_TAG = re.compile(
    r"<!--|<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*+)(?P<rest>(?:\s(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+|/)?)>"
    r"|<(?P<close2>/?)(?P<name2>[a-zA-Z][a-zA-Z0-9]*+)(?P<rest2>\s[^<>]*+)>|<!(?i:doctype)[^<>]*+>|<\?xml[^<>]*+>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([a-zA-Z_:][-\w:.]*)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TITLE_END = re.compile("</title", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_FENCED = re.compile(r"^[ \t>]*(```+|~~~+)", re.MULTILINE)
_TICKS = re.compile(r"`+|\n")

_DROPPED = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "canvas"))
# In a whole page these hold what belongs to the site and not to the text.
_ASIDE = frozenset(("footer", "aside", "nav", "form", "button", "select", "object"))
# Tags that need no closing one; every other tag without attributes is only a word in angle brackets unless it is closed somewhere.
_ALONE = frozenset(("br", "hr", "img", "wbr", "p", "li", "td", "th", "tr", "dt", "dd", "table"))
_BREAKS = frozenset(
    (
        *("p", "div", "section", "article", "header", "footer", "main", "aside", "ul", "ol", "dl", "dd", "dt", "blockquote", "pre"),
        "center",
        *("figure", "figcaption", "details", "summary", "address", "fieldset", "legend", "hgroup", "caption", "tbody", "thead", "tfoot"),
        *("body", "html", "head", "noindex", "picture", "video", "audio"),
    )
)
_INLINE = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label", "mark"),
        *("q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "code", "img", "source"),
        *("meta", "link", "input", "area", "base", "col", "colgroup", "param", "track", "embed", "ruby", "rb", "rp", "rt", "nobr", "title"),
    )
)
_OTHER = frozenset(("br", "hr", "li", "table", "tr", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6"))
_KNOWN = _DROPPED | _ASIDE | _BREAKS | _INLINE | _OTHER
_WIDEST_SPAN = 1000
_MOST_COPIES = 20_000
"""A table that repeats its cells more often than this in all is not a table for readers: the spans left count as 1."""
_META = {
    "og:title": "title",
    "og:site_name": "publisher",
    "application-name": "publisher",
    "og:url": "address",
    "article:published_time": "date",
    "datepublished": "date",
    "date": "date",
    "dc.date": "date",
    "pubdate": "date",
    "author": "author",
    "article:author": "author",
    "dc.creator": "author",
}


@dataclass(slots=True)
class _Cell:
    pieces: list[Piece] = field(default_factory=list)
    columns: int = 1
    rows: int = 1
    head: bool = False
    strong: bool = True


def is_page(content: str) -> bool:
    """Whether the document is a web page rather than text with some tags in it."""
    head = content[:3000].lower()
    return "<html" in head or "<!doctype html" in head or "<body" in head


def has_tags(content: str) -> bool:
    """Whether anything in the text is a known tag or an entity."""
    if "<" in content and any(_name(match) in _KNOWN or match[0].startswith("<!--") for match in _TAG.finditer(content)):
        return True
    return "&" in content and _ENTITY.search(content) is not None


def untagged(text: Text) -> Text:
    """The text without tags; links, tables, lists and headings keep their meaning, comments, scripts and images go."""
    return _entities(_tags(text))


def _name(match: re.Match[str]) -> str:
    return (match["name"] or match["name2"] or "").lower()


def attributes(match: re.Match[str]) -> dict[str, str]:
    """The attributes of a tag, names in lower case, values without quotes and entities."""
    rest = match["rest"] or match["rest2"] or ""
    return {name.lower(): html.unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(rest)}


def code_ranges(content: str) -> list[tuple[int, int]]:
    """Half-open ranges of fenced and inline code, in order."""
    ranges: list[tuple[int, int]] = []
    fence, opened = "", 0
    for found in _FENCED.finditer(content):
        if not fence:
            fence, opened = found[1], found.start()
        elif found[1].startswith(fence):
            line_end = content.find("\n", found.end())
            ranges.append((opened, line_end if line_end >= 0 else len(content)))
            fence = ""
    inline: list[tuple[int, int]] = []
    at = 0
    for start, end in [*ranges, (len(content), len(content))]:
        inline += _inline_code(content, at, start)
        at = end
    return sorted(ranges + inline)


def _inline_code(content: str, start: int, end: int) -> list[tuple[int, int]]:
    """Code between runs of equally many ticks on one line."""
    found: list[tuple[int, int]] = []
    if content.find("`", start, end) < 0:
        return found
    opened: dict[int, int] = {}
    for run in _TICKS.finditer(content, start, end):
        size = run.end() - run.start()
        if run[0] == "\n":
            opened.clear()
        elif size in opened:
            found.append((opened[size], run.end()))
            opened.clear()
        else:
            opened[size] = run.start()
    return found


class _Guard:
    """Says whether a growing position lies in one of the ranges."""

    def __init__(self, ranges: list[tuple[int, int]]) -> None:
        self._ranges, self._index = ranges, 0

    def holds(self, position: int) -> bool:
        while self._index < len(self._ranges) and self._ranges[self._index][1] <= position:
            self._index += 1
        return self._index < len(self._ranges) and self._ranges[self._index][0] <= position


class _Writer:
    """Turns the stream of tags into pieces; inside a table into cells first."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.content = text.content
        self.page = is_page(text.content)
        self.pieces: list[Piece] = []
        self.links: list[Link] = []
        self.notes: dict[str, str] = {}
        self.depth = 0
        self.rows: list[list[_Cell]] = []
        self.cell: _Cell | None = None
        self.table_at = 0
        self.lists: list[int | None] = []
        self.anchor: tuple[int, str] | None = None
        self.pre = 0
        self.quotes = 0
        self.sup: int | None = None
        self.fresh = False
        self.row_start = self.row_end = 0
        self.row = False

    def words(self, start: int, end: int) -> None:
        """Text between two tags."""
        if start >= end:
            return
        if self.depth:
            if self.cell is not None:
                self._cell_words(start, end)
        elif self.page and not self.pre:
            if self.content[start:end].isspace():
                if not self.fresh:
                    self.pieces.append(Piece(start, end, " "))
                return
            self.fresh = False
            self._collapsed(start, end, self.pieces)
        else:
            self.pieces.append(Piece(start, end))

    def _collapsed(self, start: int, end: int, pieces: list[Piece]) -> None:
        at = start
        for space in _SPACE.finditer(self.content, start, end):
            if space.start() > at:
                pieces.append(Piece(at, space.start()))
            pieces.append(Piece(space.start(), space.end(), " "))
            at = space.end()
        if at < end:
            pieces.append(Piece(at, end))

    def _cell_words(self, start: int, end: int) -> None:
        assert self.cell is not None
        at = start
        for index in range(start, end):
            if self.content[index] == "|":
                self._collapsed(at, index, self.cell.pieces)
                self.cell.pieces.append(Piece(index, index + 1, "¦"))
                at = index + 1
        self._collapsed(at, end, self.cell.pieces)

    def put(self, match: re.Match[str], put: str) -> None:
        """The tag replaced by something; in a cell a line break is a space."""
        if not self.depth:
            if put and put.isspace() and not self.page and self._in_row(match.start()):
                put = " "
            self.pieces.append(Piece(match.start(), match.end(), put))
        elif self.cell is not None and put:
            self.cell.pieces.append(Piece(match.start(), match.end(), " " if put.isspace() else put.strip("\n")))

    def _in_row(self, position: int) -> bool:
        """Whether a tag stands in a row of a Markdown table, where a line break would divide the row."""
        if not self.row_start <= position < self.row_end:
            self.row_start = self.content.rfind("\n", 0, position) + 1
            end = self.content.find("\n", position)
            self.row_end = end if end >= 0 else len(self.content)
            self.row = self.content.startswith("|", self.row_start) or self.content.count("|", self.row_start, self.row_end) >= 3
        return self.row

    def tag(self, match: re.Match[str], name: str) -> None:
        """One known tag."""
        closing = bool(match["close"] or match["close2"])
        if name == "table":
            self._table(match, closing)
        elif self.depth == 1 and name in ("tr", "td", "th"):
            self._cells(match, name, closing)
        elif name == "br":
            self.put(match, "\n")
        elif name == "hr":
            self.put(match, "\n\n---\n\n")
        elif len(name) == 2 and name[0] == "h" and name[1].isdigit():
            self.put(match, "\n\n" if closing else "\n\n" + "#" * int(name[1]) + " ")
        elif name == "li":
            self._item(match, closing)
        elif name == "a":
            self._link(match, closing)
        elif name in ("sup", "sub"):
            self._raised(match, name, closing)
        elif name == "blockquote":
            self.quotes = max(self.quotes + (-1 if closing else 1), 0)
            self._break(match, name)
            self.fresh = not closing
        elif name in ("dt", "dd"):
            self.put(match, {("dt", False): "\n\n", ("dd", False): ": ", ("dd", True): "\n"}.get((name, closing), ""))
            self.fresh = not closing or name == "dt"
        elif name in _BREAKS:
            if name in ("ul", "ol"):
                if closing:
                    del self.lists[-1:]
                else:
                    self.lists.append(1 if name == "ol" else None)
            elif name == "pre":
                self.pre = max(self.pre + (-1 if closing else 1), 0)
            self._break(match, name)
        elif name == "meta":
            self._meta(match)
        elif name == "time" and not closing:
            self._note("date", attributes(match).get("datetime", ""))
        else:
            if name in ("del", "s", "strike") and self.depth == 0:
                pass
            self.put(match, "")

    def _break(self, match: re.Match[str], name: str) -> None:
        """A block's edge: an empty line, and the marker of the quote it stands in; none just after an item's or a quote's own marker."""
        if self.fresh and self.page:
            self.put(match, "")
            return
        wide = self.page or name in ("p", "blockquote", "summary", "ul", "ol", "figcaption")
        put = "\n\n" if wide else "\n"
        closing = bool(match["close"] or match["close2"])
        if self.quotes and (self.page or name == "blockquote"):
            put = ("\n\n" if name == "blockquote" and not closing and self.quotes == 1 else "\n") + "> " * self.quotes
        elif name == "pre" and self.page and not self.depth:
            put = "\n```\n\n" if closing else "\n\n```\n"
        self.put(match, put)

    def _item(self, match: re.Match[str], closing: bool) -> None:
        if closing:
            self.put(match, "\n")
            self.fresh = False
            return
        self.fresh = True
        number = self.lists[-1] if self.lists else None
        indent = "  " * max(len(self.lists) - 1, 0)
        if number is None:
            self.put(match, f"\n{indent}- ")
        else:
            self.lists[-1] = number + 1
            self.put(match, f"\n{indent}{number}. ")

    def _link(self, match: re.Match[str], closing: bool) -> None:
        if closing:
            if self.anchor:
                start, address = self.anchor
                if start < match.start() and address:
                    self.links.append(Link(start, match.start(), address))
                self.anchor = None
        else:
            self.anchor = (match.end(), attributes(match).get("href", ""))
        self.put(match, "")

    def _raised(self, match: re.Match[str], name: str, closing: bool) -> None:
        """`10<sup>23</sup>` is a power and a linked or lonely raised number a footnote; anything else stays as it is."""
        if name == "sub" or self.depth:
            self.put(match, "")
            return
        if closing:
            if self.sup is not None:
                self.put(match, "]" if self.sup else "")
            self.sup = None
            return
        close = self.content.find("</sup>", match.end(), match.end() + 300)
        markup = self.content[match.end() : close] if close >= 0 else ""
        inside = _TAG.sub("", markup).strip()
        before = self.content[match.start() - 1 : match.start()]
        if re.fullmatch(r"[-−+]?\d{1,3}", inside) and before.isdigit() and "href" not in markup:
            self.sup = 0
            self.put(match, "^")
        elif re.fullmatch(r"\[?[\w*†‡]{1,4}\]?", inside) and (inside.strip("[]").isdigit() or "href" in markup):
            self.sup = 0 if inside.startswith("[") else 1
            self.put(match, "[^" if self.sup else "")
        else:
            self.sup = None
            self.put(match, "")

    def _meta(self, match: re.Match[str]) -> None:
        found = attributes(match)
        key = (found.get("property") or found.get("name") or found.get("itemprop") or "").lower()
        if key in _META:
            self._note(_META[key], found.get("content", ""))

    def _note(self, key: str, value: str) -> None:
        if value.strip():
            self.notes.setdefault(key, " ".join(value.split()))

    def _table(self, match: re.Match[str], closing: bool) -> None:
        if not closing:
            self.depth += 1
            if self.depth == 1:
                self.rows, self.cell, self.table_at = [], None, match.start()
            return
        if not self.depth:
            return
        self.depth -= 1
        if not self.depth:
            self.finish(match.end())

    def _cells(self, match: re.Match[str], name: str, closing: bool) -> None:
        self.cell = None
        if name == "tr":
            if not closing:
                self.rows.append([])
            return
        if closing:
            return
        found = attributes(match)
        self.cell = _Cell(columns=_span(found.get("colspan")), rows=_span(found.get("rowspan")), head=name == "th")
        strong = self.content[match.end() : match.end() + 12].strip().lower()
        self.cell.strong = strong.startswith(("<strong", "<b>", "**"))
        if not self.rows:
            self.rows.append([])
        self.rows[-1].append(self.cell)

    def finish(self, end: int) -> None:
        """Write the table read so far as pipe rows."""
        grid = _grid([row for row in self.rows if row])
        self.pieces.append(Piece(self.table_at, self.table_at, "\n\n"))
        for number, row in enumerate(grid):
            at = self.table_at
            line: list[Piece] = []
            for cell, again in row:
                pieces = [replace(piece, again=True) for piece in cell.pieces] if again else _trimmed(cell.pieces)
                pieces = _trimmed(pieces)
                if not again and pieces:
                    at = pieces[0].start
                line.append(Piece(at, at, "| "))
                line += pieces
                if not again and pieces:
                    at = pieces[-1].end
                line.append(Piece(at, at, " "))
            self.pieces += line
            self.pieces.append(Piece(at, at, "|\n"))
            self.table_at = at
            if number == 0 and len(grid) > 1 and _is_head(grid[0]):
                self.pieces.append(Piece(at, at, "|" + "---|" * len(row) + "\n"))
        self.pieces.append(Piece(end, end, "\n"))
        self.depth, self.rows, self.cell = 0, [], None


def _tags(text: Text) -> Text:
    content = text.content
    if "<" not in content:
        return text
    writer = _Writer(text)
    guard = _Guard([] if writer.page else code_ranges(content))
    at = 0
    skip_to = ""
    ends: dict[str, int] = {}
    pairs: dict[str, bool] = {}

    def closed(match: re.Match[str], name: str) -> bool:
        """Whether a tag is one and not a placeholder such as `<data>`."""
        if name in _ALONE or match["rest"] or match["rest2"]:
            return True
        if name not in pairs:
            pairs[name] = re.search(rf"</{name}\s*>", content, re.IGNORECASE) is not None
        return pairs[name]

    for match in _TAG.finditer(content):
        if match.start() < at or guard.holds(match.start()):
            continue
        name = _name(match)
        if skip_to:
            if name == skip_to and (match["close"] or match["close2"]):
                skip_to, at = "", match.end()
            continue
        if name and (name not in _KNOWN or (not writer.page and not match["close"] and not closed(match, name))):
            continue
        writer.words(at, match.start())
        at = match.end()
        if match[0] == "<!--":
            close = content.find("-->", at)
            at = close + 3 if close >= 0 else len(content)
        if not name:
            continue
        if (name in _DROPPED or (writer.page and name in _ASIDE)) and not (match["rest"] or match["rest2"] or "").endswith("/"):
            if not (match["close"] or match["close2"]) and ends.get(name, 0) >= 0:
                if ends.get(name, 0) < match.end():
                    found = re.compile(rf"</{name}\b", re.IGNORECASE).search(content, match.end())
                    ends[name] = found.start() if found else -1
                if ends[name] >= 0:
                    skip_to = name
            continue
        if name == "title" and writer.page:
            title_end = _TITLE_END.search(content, match.end(), match.end() + 2000)
            if title_end and not match["close"]:
                writer.notes.setdefault("title", " ".join(html.unescape(content[match.end() : title_end.start()]).split()))
                skip_to = "title"
            continue
        writer.tag(match, name)
    if not skip_to:
        writer.words(at, len(content))
    if writer.depth:
        writer.finish(len(content))
    result = assembled(text, writer.pieces, "html", links=writer.links)
    return replace(result, notes={**text.notes, **writer.notes}) if writer.notes else result


def _entities(text: Text) -> Text:
    edits = []
    for match in _ENTITY.finditer(text.content):
        put = html.unescape(match[0])
        if put != match[0]:
            edits.append(Edit(match.start(), match.end(), UNSEEN.sub("", put.replace("\u00a0", " "))))
    return rewritten(text, edits, "html")


def _span(value: str | None) -> int:
    return min(max(int(value), 1), _WIDEST_SPAN) if value and value.isdigit() else 1


def _grid(rows: list[list[_Cell]]) -> list[list[tuple[_Cell, bool]]]:
    """Rows of (cell, whether it is a repetition), spans filled in as the HTML standard's table model does."""
    grid: list[list[tuple[_Cell, bool]]] = []
    hanging: dict[int, tuple[_Cell, int]] = {}
    budget = _MOST_COPIES
    for row in rows:
        line: list[tuple[_Cell, bool]] = []
        cells = iter(row)
        cell = next(cells, None)
        while cell is not None or len(line) in hanging:
            column = len(line)
            if column in hanging:
                above, left = hanging.pop(column)
                line.append((above, True))
                budget -= 1
                if left > 1 and budget > 0:
                    hanging[column] = (above, left - 1)
                continue
            assert cell is not None
            for offset in range(cell.columns if budget > 0 else 1):
                line.append((cell, offset > 0))
                budget -= offset > 0
                if cell.rows > 1 and budget > 0:
                    hanging[column + offset] = (cell, cell.rows - 1)
            cell = next(cells, None)
        grid.append(line)
    return grid


def _is_head(row: list[tuple[_Cell, bool]]) -> bool:
    filled = [cell for cell, _ in row if any(piece.put != " " for piece in cell.pieces)]
    return bool(filled) and (all(cell.head for cell in filled) or 2 * sum(cell.strong for cell in filled) > len(filled))


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    """Without spaces at the edges and without two in a row."""
    kept: list[Piece] = []
    for piece in pieces:
        if piece.put == " " and (not kept or kept[-1].put == " "):
            continue
        kept.append(piece)
    while kept and kept[-1].put == " ":
        kept.pop()
    return kept
