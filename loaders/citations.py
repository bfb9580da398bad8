"""Publications a document cites, as statements: their arXiv or DOI numbers, dates and authors, as far as the document gives them."""

import re
from collections.abc import Iterator, Sequence

from kg.documents import Document, Metadata
from kg.statements import Statement, identified
from kg.text import Text
from loaders.blocks import Block
from loaders.provenance import ABOUT_REPORT, ARXIV, DOI, NAMED_REPORT, date_in, report_label

EXTRACTOR = "citations@1"
# A link says which publication it leads to; a number in running text belongs to the report named before it.
_LINKED = 0.95
_NAMED = 0.85
_REACH = 160
_POINTING = re.compile(r"(?:according to|see|in)?\s*(?:this|that|these|here)\b", re.IGNORECASE)
_REPORT = re.compile(rf"{ABOUT_REPORT.pattern}|\bet al\b|\breport\b", re.IGNORECASE)


def citations(document: Document, text: Text, blocks: Sequence[Block], about: Metadata) -> tuple[Statement, ...]:
    """`identifier`, `publicationDate` and `author` statements about the publications the document links, names, quotes or lists."""
    found: dict[tuple[str, str, str], Statement] = {}
    statements = (
        *_own_date(document, text, blocks, about),
        *_linked(document, text),
        *_numbered(document, text, blocks),
        *_dated(document, text, blocks, about),
        *_bibliography(document, text),
    )
    for statement in statements:
        found.setdefault((statement.subject.lower(), statement.predicate, statement.object or ""), statement)
    return tuple(sorted(found.values(), key=lambda statement: (statement.start, statement.end, statement.predicate)))


def identifier(words: str) -> str | None:
    """The arXiv number or DOI in an address or a sentence.

    >>> identifier("https://arxiv.org/pdf/2412.19437v2"), identifier("https://doi.org/10.1038/s41586-025-09422-z")
    ('arXiv:2412.19437', '10.1038/s41586-025-09422-z')
    """
    paper = ARXIV.search(words)
    if paper:
        return f"arXiv:{paper[1]}"
    number = DOI.search(words)
    return number[0] if number else None


def _statement(document: Document, subject: str, predicate: str, value: str, start: int, end: int, confidence: float) -> Statement:
    return identified(
        Statement(
            document=document.name,
            document_id=document.id,
            subject=subject,
            predicate=predicate,
            start=start,
            end=end,
            quote=document.raw[start:end],
            object=value,
            extractor=EXTRACTOR,
            confidence=confidence,
        )
    )


def _own_date(document: Document, text: Text, blocks: Sequence[Block], about: Metadata) -> Iterator[Statement]:
    """The document's own date, where it stands first."""
    if about.date is None:
        return
    for block in blocks[:60]:
        if (
            block.kind in ("field", "paragraph", "heading")
            and date_in(text.content[block.start : min(block.end, block.start + 100)]) == about.date
        ):
            end = min(block.end, block.start + 100)
            yield _statement(document, "document", "publicationDate", about.date, *text.raw_span(block.start, end), _LINKED)
            return


def _linked(document: Document, text: Text) -> Iterator[Statement]:
    """Links to papers: the quote takes in the address, which is the evidence."""
    for link in text.links:
        number = identifier(link.address)
        words = " ".join(text.content[link.start : link.end].split())
        if number is None or not re.search(r"[^\W\d_]", words) or len(words) > 100:
            continue
        start, end = text.raw_span(link.start, link.end)
        at = document.raw.find(link.address, max(start - _REACH, 0), end + _REACH + len(link.address))
        if at < 0:
            continue
        low, high = min(start, at), max(end, at + len(link.address))
        subject = report_label(text, link, words)
        # "This paper" may be about anything, and a link on the name of a method is a footnote in disguise: only reports are named here.
        if subject == number or _POINTING.match(words) or not _REPORT.search(subject):
            continue
        yield _statement(document, subject, "identifier", number, low, high, _LINKED)


def _numbered(document: Document, text: Text, blocks: Sequence[Block]) -> Iterator[Statement]:
    """A number after the name of a report on the same line."""
    taken = [(link.start, link.end) for link in text.links]
    for block in blocks:
        if block.kind not in ("paragraph", "item", "heading", "footnote"):
            continue
        for match in (*ARXIV.finditer(text.content, block.start, block.end), *DOI.finditer(text.content, block.start, block.end)):
            if any(start <= match.start() < end for start, end in taken):
                continue
            before = list(NAMED_REPORT.finditer(text.content, max(block.start, match.start() - _REACH), match.start()))
            number = identifier(match[0])
            if before and number:
                start, end = text.raw_span(match.start(), match.end())
                yield _statement(document, before[-1][0], "identifier", number, start, end, _NAMED)


def _dated(document: Document, text: Text, blocks: Sequence[Block], about: Metadata) -> Iterator[Statement]:
    """The date that stands under the heading of a quoted publication."""
    dated = {
        (reference.start, reference.end): reference for reference in about.references if reference.relation == "quoted" and reference.date
    }
    if not dated:
        return
    spans = {}
    for number, block in enumerate(blocks):
        if block.kind == "heading":
            for link in text.links:
                if block.start <= link.start and link.end <= block.end:
                    spans[text.raw_span(link.start, link.end)] = number
    for span, reference in dated.items():
        heading = spans.get((span[0] or 0, span[1] or 0))
        if heading is None or reference.date is None:
            continue
        for block in blocks[heading + 1 : heading + 4]:
            if block.kind == "paragraph" and date_in(text.content[block.start : block.end]) == reference.date:
                start, end = text.raw_span(block.start, block.end)
                yield _statement(document, reference.label, "publicationDate", reference.date, start, end, _LINKED)
                break


_ENTRY = re.compile(r"^[ \t]*@[A-Za-z]+\{[^,{}\n]*,[^@]{10,3000}", re.MULTILINE)
_PART = re.compile(r"^[ \t]*(?P<name>title|author|year|month|doi|eprint)[ \t]*=[ \t]*(?P<value>[^\n]+)$", re.MULTILINE | re.IGNORECASE)
_MOST_AUTHORS = 20


def _bibliography(document: Document, text: Text) -> Iterator[Statement]:
    """BibTeX entries (http://www.bibtex.org/Format/), one field a line as the world writes them."""
    for entry in _ENTRY.finditer(text.content):
        parts: dict[str, tuple[int, int]] = {}
        for part in _PART.finditer(text.content, entry.start(), entry.end()):
            start, end = part.span("value")
            while start < end and text.content[start] in "{\"' ":
                start += 1
            while end > start and text.content[end - 1] in "}\"', \t":
                end -= 1
            if start < end:
                parts.setdefault(part["name"].lower(), (start, end))
        if "title" not in parts:
            continue
        title = " ".join(text.content[slice(*parts["title"])].replace("{", "").replace("}", "").split())
        year = re.fullmatch(r"(?:19|20)\d\d", text.content[slice(*parts["year"])]) if "year" in parts else None
        if year:
            low, high = parts["year"]
            month = date_in(f"{text.content[slice(*parts['month'])]} {year[0]}") if "month" in parts else None
            if month:
                low, high = min(low, parts["month"][0]), max(high, parts["month"][1])
            yield _statement(document, title, "publicationDate", month or year[0], *text.raw_span(low, high), _LINKED)
        if "author" in parts:
            start, end = parts["author"]
            for words in text.content[start:end].split(" and ")[:_MOST_AUTHORS]:
                at = text.content.index(words, start, end)
                family, _, given = words.strip().partition(",")
                name = f"{given.strip()} {family.strip()}".strip()
                if name not in ("others", "") and len(name) <= 60:
                    yield _statement(document, title, "author", name, *text.raw_span(at, at + len(words)), _LINKED)
        for name in ("doi", "eprint"):
            if name in parts:
                written = text.content[slice(*parts[name])]
                number = identifier(written) or (f"arXiv:{written}" if re.fullmatch(r"\d{4}\.\d{4,5}", written) else None)
                if number:
                    yield _statement(document, title, "identifier", number, *text.raw_span(*parts[name]), _LINKED)
