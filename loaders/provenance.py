"""What a document says of itself: title, publisher, authors, dates, address, language, and the publications it rests on."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from kg.documents import Document, Metadata, Reference
from kg.text import Link, Text
from loaders.blocks import Block, in_code

_TABLES: dict[str, Any] = tomllib.loads(files("loaders").joinpath("provenance.toml").read_text("utf-8"))
_MONTHS = {name: int(number) for number, names in _TABLES["months"].items() for name in names}
_MONTH = "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_DATES = tuple(
    re.compile(source, re.IGNORECASE)
    for source in (
        rf"(?<!\d){_YEAR}\s?[-–./年년]\s?(?P<m>\d{{1,2}})\s?[-–./月월]\s?(?P<d>\d{{1,2}})(?!\d)",
        rf"\b(?P<M>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}\b",
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.|er|º)?\s+(?:of\s+|de\s+)?(?P<M>{_MONTH})\.?,?\s+(?:de\s+)?{_YEAR}\b",
        rf"(?<!\d)(?P<m>0?[1-9]|1[0-2])/(?P<d>\d{{1,2}})/{_YEAR}\b",
        rf"(?<!\d)(?P<d>\d{{1,2}})\.(?P<m>0?[1-9]|1[0-2])\.{_YEAR}\b",
        rf"\b(?P<M>{_MONTH})\.?,?\s+(?:de\s+)?{_YEAR}\b",
        rf"(?<!\d){_YEAR}\s?[-./年년]\s?(?P<m>1[0-2]|0?[1-9])(?:\s?[月월])?(?!\d)",
        r"(?<!\d)(?P<y>20[0-3]\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])?(?!\d)",
    )
)
ARXIV = re.compile(r"arxiv(?:\.org/(?:abs|pdf|html)/|[.:]\s?)(\d{4}\.\d{4,5})", re.IGNORECASE)
DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>)\]]+[^\s\"<>)\].,;]")
_KIND = "|".join(sorted(map(re.escape, _TABLES["primary"]["kinds"]), key=len, reverse=True))
_KIND_ELSEWHERE = "|".join(map(re.escape, _TABLES["primary"]["kinds_elsewhere"]))
_WORD = r"[\w+’-]+(?:\.\w+)*"
_NAME = rf"(?=[A-Z]){_WORD}(?: (?=[A-Z0-9]){_WORD}){{0,3}}"
NAMED_REPORT = re.compile(rf"(?P<name>{_NAME})(?:['’]s)? (?P<kind>(?i:{_KIND}))\b")
_DETERMINERS = "according to|in|see|the|a|an|this|our|its|their|detailed|full|new|here|official"
_GENERIC = re.compile(rf"(?:(?:{_DETERMINERS})\s+)*(?:{_KIND}|{_KIND_ELSEWHERE}|report|here|link)s?$", re.IGNORECASE)
_BEFORE_KIND = re.compile(r"^(?:(?:according to|in|see|the|a|an|this|our|its|their|here)\s+)+", re.IGNORECASE)
OPENERS = frozenset(_TABLES["primary"]["openers"])
_NOT_MODELS = frozenset(_TABLES["primary"]["not_models"])
ABOUT_REPORT = re.compile(rf"\b(?:{_KIND})\b|(?:{_KIND_ELSEWHERE})", re.IGNORECASE)
_MODEL_NAME = re.compile(r"\b[A-Z][A-Za-z]*(?:[- ]?[A-Z]?[A-Za-z]*\d[\w.]*)(?:-[A-Z][\w.]*)*")
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}$", re.IGNORECASE)
_PUBLISHER_DATE = re.compile(rf"^(?P<name>[^\d|,，。:：]{{2,30}}?)\s*[|·,，]?\s*{_YEAR}[-/年.]\s?\d{{1,2}}[-/月.]\s?\d{{1,2}}")
_PUBLISHER_AUTHOR = re.compile(r"^(?P<publisher>[\u4e00-\u9fff]{2,8}) ?/ ?(?P<name>[\u4e00-\u9fff]{2,4})$")
_PERSON = r"[A-ZÀ-ÖØ-Þ][\w.’-]+(?: [A-ZÀ-ÖØ-Þ][\w.’-]*){1,3}"
_PEOPLE = re.compile(rf"{_PERSON}(?:(?:, (?:and )?| and | & ){_PERSON}){{1,20}}\.?$")
_AFFILIATED = re.compile(rf"({_PERSON}) \([^()]{{2,40}}\)")
_DATED_START = re.compile(r"^(?:date|published|posted|updated)\s*:?\s", re.IGNORECASE)
_DATE_LABEL = re.compile(
    r"(?:^|[·|•;,] ?)(?:published|posted|updated|发布时间|发布于|公開日|작성일)\s?(?:on)?[:：]?\s(?=\S)", re.IGNORECASE
)
_DATE_WORDS = re.compile(
    r"\d{1,2}:\d\d(?::\d\d)?|发布|时间|日期|公開日|更新日|작성일|수정일|入力"
    r"|\b(?:[ap]\.?m\.?|[A-Z]{2,4}T|UTC|GMT|on|at|of|date|published|posted|(?:last )?updated)\b"
    r"|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\b",
    re.IGNORECASE,
)
_SINGLE_WORD = re.compile(r"[A-Za-z/]+$|\W+$")
_OTHER_KEY = re.compile(r"(?!\d)([^:：\d]{2,40})[:：]")
_EMOJI = re.compile("^[\U0001f000-\U0001ffff\u2600-\u27bf\ufe0f\u200d ]+")
_DATELINE = re.compile(r"[^()]{0,60}\((?P<name>[^()]{2,30})\) ?[-–—]")
_LEVELS = ("www", "lite", "m", "mobile", "blog", "newsletter", "news", "text", "old", "en")

_TOP = 14
_SHORT = 100


@dataclass(frozen=True, slots=True)
class _Line:
    """A line near the top of the document: index, kind and text of its block."""

    number: int
    kind: str
    start: int
    end: int
    words: str


def metadata(document: Document, text: Text, blocks: Sequence[Block]) -> Metadata:
    """The metadata found in the document; what it does not say is None or empty."""
    fields = _fields(text, blocks)
    top = list(_top(text, blocks))
    references = list(_references(text, blocks))
    host = _own_host(text, fields)
    publisher = _first(fields, "publisher") or text.notes.get("publisher") or _banner_publisher(top) or _line_publisher(top)
    date = _document_date(text, fields, top)
    return Metadata(
        title=_title(text, blocks, fields, top),
        publisher=publisher or (_site_name(host) if host else None),
        authors=_authors(text, fields, top),
        date=date,
        retrieved=date_in(_first(fields, "retrieved") or ""),
        address=_first(fields, "address") or text.notes.get("address") or _own_address(text, blocks, host),
        language=(_first(fields, "language") or "")[:2].lower() or language(text.content),
        kind=_kind(text, fields),
        references=(*_mirrors(text, top), *_sources(fields), *references),
    )


def language(content: str) -> str | None:
    """ISO 639-1 code of the language most of the text is in, by script and by frequent words; None for a text too short to tell.

    >>> language("DeepSeek hat für das Training der neuen Version eine Woche gebraucht und ist nicht billig")
    'de'
    """
    sample = content[:40_000]
    scripts = Counter(_script(character) for character in sample if character.isalpha())
    if not scripts:
        return None
    # A Chinese character says as much as two Latin letters.
    weights = {
        "ko": 2 * scripts["hangul"],
        "cjk": 2 * (scripts["han"] + scripts["kana"]),
        "ru": scripts["cyrillic"],
        "latin": scripts["latin"],
    }
    weights |= {"ar": scripts["arabic"], "he": scripts["hebrew"]}
    best = max(weights, key=lambda name: weights[name])
    if best == "cjk":
        return "ja" if scripts["kana"] * 12 > scripts["han"] else "zh"
    if best != "latin":
        return best
    words = Counter(re.findall(r"[^\W\d_]+", sample.lower()))
    counts = {code: sum(words[word] for word in stopwords) for code, stopwords in _TABLES["stopwords"].items()}
    likely = max(counts, key=lambda code: counts[code])
    return likely if counts[likely] >= 3 else None


def _script(character: str) -> str:
    if character < "\u0250":
        return "latin"
    if "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf":
        return "han"
    if "\u3040" <= character <= "\u30ff":
        return "kana"
    if "\uac00" <= character <= "\ud7a3" or "\u1100" <= character <= "\u11ff":
        return "hangul"
    if "\u0400" <= character <= "\u04ff":
        return "cyrillic"
    if "\u0600" <= character <= "\u06ff":
        return "arabic"
    if "\u0590" <= character <= "\u05ff":
        return "hebrew"
    return "other"


# -- fields and lines


@cache
def _keys() -> dict[str, str]:
    return {key: name for name, keys in _TABLES["fields"].items() for key in keys}


def _fields(text: Text, blocks: Sequence[Block]) -> dict[str, list[str]]:
    """Values of the known fields: of the front matter, else of `Key: value` lines among the first blocks."""
    found: dict[str, list[str]] = {}
    keys = _keys()
    for number, block in enumerate(blocks):
        if block.kind != "field" or block.parent is None or in_code(blocks, number):
            continue
        parent = blocks[block.parent]
        front = parent.kind == "front-matter"
        name = keys.get(re.sub(r"[\s_-]", "", block.label.lower()))
        if not front and ((number > 40 and name != "author") or block.end - block.start > 300):
            continue
        value = " ".join(text.content[block.start : block.end].strip("[]\"' ").split())
        if name and value and (front or name not in ("kind", "language", "title")):
            found.setdefault(name, []).append(value)
    return found


def _first(fields: dict[str, list[str]], name: str) -> str | None:
    return fields[name][0] if fields.get(name) else None


def _top(text: Text, blocks: Sequence[Block]) -> Iterator[_Line]:
    """The first lines of the body."""
    seen = 0
    for number, block in enumerate(blocks):
        if block.kind in ("heading", "paragraph") and block.start < block.end and not in_code(blocks, number):
            yield _Line(number, block.kind, block.start, block.end, text.content[block.start : block.end].strip())
            seen += 1
            if seen == _TOP:
                return


# -- title, dates, people, publisher


def _title(text: Text, blocks: Sequence[Block], fields: dict[str, list[str]], top: Sequence[_Line]) -> str | None:
    given = _first(fields, "title")
    if given:
        return given
    headings = [
        block for number, block in enumerate(blocks) if block.kind == "heading" and block.start < block.end and not in_code(blocks, number)
    ]
    if headings and "ocr" not in text.kinds:
        first = headings[0]
        near = any(line.start == first.start for line in top[:4])
        if near and not any(block.level <= first.level for block in headings[1:] if block.level > 1 or first.level > 1):
            return _without_notes(text.content[first.start : first.end])
    if text.notes.get("title"):
        return text.notes["title"]
    lines = [line for line in top[:6] if line.kind == "paragraph"]
    if "ocr" in text.kinds or not lines:
        return None
    repeated = next((line.words for number, line in enumerate(lines) if line.words in [other.words for other in lines[:number]]), None)
    if repeated and " " in repeated:
        return repeated
    byline = next((number for number, line in enumerate(lines) if number and _is_byline(line.words)), None)
    if byline and not _is_byline(lines[byline - 1].words) and 12 <= len(lines[byline - 1].words) <= 2 * _SHORT:
        # "Last verified" and the like belong to the date, not to the title.
        named = lines[byline - 1] if len(lines[byline - 1].words.split()) > 3 or not lines[byline - 1].words.isascii() else lines[0]
        return _without_notes(named.words)
    for line in lines[:4]:
        if _is_byline(line.words) or _banner(line.words) or any(mark in line.words for mark in "·≡|｜") or _SINGLE_WORD.match(line.words):
            continue
        if _OTHER_KEY.match(line.words) and "json" in text.kinds:
            return None
        return _without_notes(line.words) if len(line.words) <= 1.4 * _SHORT and line.words[-1] not in ".。;,，:：" else None
    return None


def _without_notes(words: str) -> str:
    return re.sub(r"\[\^[^\]]*\]", "", words).strip()


def _is_byline(words: str) -> bool:
    return (
        words in _TABLES["bylines"]["agencies"]
        or bool(_DATED_START.match(words))
        or (len(words) <= 60 and date_in(words) is not None)
        or any(re.search(pattern, words) for pattern in _TABLES["bylines"]["patterns"])
    ) and len(words) <= 2 * _SHORT


def date_in(words: str) -> str | None:
    """The first full date of a line, else its first month and year, as ISO 8601.

    >>> date_in("4:33 AM EDT, Fri September 19, 2025"), date_in("Posted on 202405"), date_in("2024년 9월 17일")
    ('2025-09-19', '2024-05', '2024-09-17')
    """
    for pattern in _DATES:
        found = pattern.search(words)
        if not found:
            continue
        parts = found.groupdict()
        month = int(parts["m"]) if parts.get("m") else _MONTHS.get((parts.get("M") or "").lower(), 0)
        day = int(parts["d"]) if parts.get("d") else 0
        if month > 12 and day <= 12:
            month, day = day, month
        if 1 <= month <= 12 and day <= 31:
            return f"{parts['y']}-{month:02d}" + (f"-{day:02d}" if day else "")
    return None


def _document_date(text: Text, fields: dict[str, list[str]], top: Sequence[_Line]) -> str | None:
    if "json" in text.kinds and len(fields.get("date", ())) > 1:
        # Records with a date each: none is the document's.
        return None
    for name in ("date", "updated"):
        for value in fields.get(name, ()):
            found = date_in(value)
            if found:
                return found
    found = date_in(text.notes.get("date", ""))
    if found:
        return found
    for line in top:
        if len(line.words) <= 80 and "http" not in line.words:
            found = date_in(line.words)
            if found and len(found) == 10 and _only_dated(line.words):
                return found
        elif _DATED_START.match(line.words):
            found = date_in(line.words[:40])
            if found:
                return found
        labelled = _DATE_LABEL.search(line.words[:240])
        found = date_in(line.words[labelled.end() : labelled.end() + 30]) if labelled else None
        if found and len(found) == 10:
            return found
    # A dateline: the place and the day before the first sentence, as agencies write it.
    for line in top[:4]:
        dateline = re.match(r".{0,60}?(?:[日号號][^。]{0,4}[讯訊电電消]|\) ?[-—–]|— )", line.words)
        if dateline:
            found = date_in(dateline[0])
            if found:
                return found
    return None


def _only_dated(words: str) -> bool:
    """Whether a line is a date with at most a time, an outlet and a name beside it, and not a sentence or a field of its own."""
    key = _OTHER_KEY.match(words)
    if key and _keys().get(re.sub(r"[\s_-]", "", key[1].lower())) not in ("date", "updated"):
        return False
    for pattern in _DATES:
        rest, count = pattern.subn(" ", words, count=1)
        if count:
            rest = _DATE_WORDS.sub(" ", rest).strip(" .,|·•-–—/()年月日:：\u3000")
            return len(rest.split()) <= 5 and len(rest) <= 32 and not re.search(r"\d|[:：。]", rest)
    return False


def _authors(text: Text, fields: dict[str, list[str]], top: Sequence[_Line]) -> tuple[str, ...]:
    given = [name for value in fields.get("author", ()) for name in _people(value)] or list(_people(text.notes.get("author", "")))
    if given:
        return tuple(dict.fromkeys(given))
    for number, line in enumerate(top[:8]):
        if len(line.words) > 4 * _SHORT or line.kind != "paragraph":
            continue
        both = _PUBLISHER_AUTHOR.match(line.words)
        if both:
            return (both["name"],)
        for pattern in _TABLES["bylines"]["patterns"]:
            found = re.search(pattern, line.words)
            if found:
                return tuple(_people(found["name"]))
        affiliated = _AFFILIATED.findall(line.words)
        if len(affiliated) >= 2 and number < 6:
            return tuple(dict.fromkeys(affiliated))
        if number < 4 and _PEOPLE.match(line.words):
            return tuple(_people(line.words))
    return ()


def _people(words: str) -> Iterator[str]:
    words = re.split(r"\.\s(?=[A-Z][a-z]+ [a-z])", words, maxsplit=1)[0]
    for name in re.split(r",|、|，|;| and | und | et | y | & |／|/", words.strip("[]\"' ")):
        name = name.strip(" .\"'")
        if 2 <= len(name) <= 60 and not any(character.isdigit() for character in name):
            yield name


def _banner(words: str) -> re.Match[str] | None:
    """A line that names the site a copy was made of."""
    return (
        next((found for pattern in _TABLES["bylines"]["mirror"] if (found := re.search(pattern, words))), None)
        if len(words) <= _SHORT
        else None
    )


def _banner_publisher(top: Sequence[_Line]) -> str | None:
    found = next((banner for line in top if (banner := _banner(line.words))), None)
    return _site_name(found["host"]) if found else None


def _line_publisher(top: Sequence[_Line]) -> str | None:
    """The outlet in a line such as `Outlet 2025-12-15 14:52` or `Outlet / Author`."""
    for line in top[:6]:
        if len(line.words) > 60 or line.kind != "paragraph":
            continue
        both = _PUBLISHER_AUTHOR.match(line.words)
        if both:
            return both["publisher"]
        found = _PUBLISHER_DATE.match(line.words)
        if found and not _DATED_START.match(line.words) and not re.match(rf"(?:{_MONTH})\b", found["name"], re.IGNORECASE):
            return found["name"].strip(" -–—·")
    return None


def _site_name(host: str) -> str:
    """A site's name from its host: short ones are initials.

    >>> _site_name("lite.cnn.com"), _site_name("www.interconnects.ai")
    ('CNN', 'Interconnects')
    """
    labels = [label for label in host.lower().split(".")[:-1] if label not in _LEVELS] or host.split(".")[:1]
    name = labels[-1] if labels[-1] not in ("co", "com", "org", "substack", "github") or len(labels) == 1 else labels[-2]
    return name.upper() if len(name) <= 3 else name.replace("-", " ").title()


def _own_host(text: Text, fields: dict[str, list[str]]) -> str | None:
    """The host of a newsletter's own site: exports of Substack name the post, and other posts are linked under `/p/`."""
    address = _first(fields, "address")
    if address:
        return urlsplit(address).netloc or None
    hosts = Counter(urlsplit(link.address).netloc for link in text.links if "/p/" in link.address and link.address.startswith("http"))
    best, count = hosts.most_common(1)[0] if hosts else ("", 0)
    return best if count >= 3 else None


def _own_address(text: Text, blocks: Sequence[Block], host: str | None) -> str | None:
    """Substack's exports name the post `<number>.<slug>`; the post is at `/p/<slug>`."""
    if not host:
        return None
    for block in blocks:
        if block.kind == "field" and block.label == "post_id":
            post = re.fullmatch(r"\d+\.([a-z0-9-]+)", text.content[block.start : block.end].strip())
            return f"https://{host}/p/{post[1]}" if post else None
    return None


def _kind(text: Text, fields: dict[str, list[str]]) -> str | None:
    given = _first(fields, "kind")
    if given and len(given) <= 30:
        return given.lower()
    if "ocr" in text.kinds:
        return "slides"
    return None


# -- references


def _mirrors(text: Text, top: Sequence[_Line]) -> Iterator[Reference]:
    """Publications whose whole text this is: the site a copy was made of, then the agency the site took it from."""
    seen: set[str] = set()
    for line in top:
        span = text.raw_span(line.start, line.end) if line.start < line.end else (None, None)
        banner = _banner(line.words)
        label = None
        address = None
        if banner:
            label, address = _site_name(banner["host"]), f"https://{banner['host']}/"
        elif (wired := _DATELINE.match(line.words)) and wired["name"] in _TABLES["bylines"]["agencies"]:
            label = wired["name"]
        elif line.words in _TABLES["bylines"]["agencies"] and line.kind == "paragraph":
            label = line.words
        else:
            copied = next((found for pattern in _TABLES["bylines"]["mirrored_by"] if (found := re.search(pattern, line.words))), None)
            source = re.match(r"(?:Source|来源|來源|출처|出典|Quelle|Fuente|Fonte)\s*[:：]\s*(?P<name>[^\s].{1,40})$", line.words)
            if source or copied:
                label = (source or copied)["name"].strip()  # type: ignore[index]
        if label and label.lower() not in seen:
            seen.add(label.lower())
            yield Reference("mirror", label, address, None, span[0], span[1])


def _sources(fields: dict[str, list[str]]) -> Iterator[Reference]:
    """Addresses that the front matter names as source."""
    for value in fields.get("source", ()):
        if value.startswith(("http://", "https://")):
            yield Reference("primary-source", _site_name(urlsplit(value).netloc or value), value)


def _references(text: Text, blocks: Sequence[Block]) -> Iterator[Reference]:
    """Quoted publications, then primary sources, each once, in reading order."""
    found: dict[str, Reference] = {}
    places: dict[str, str] = {}
    for reference in (*_quoted(text, blocks), *_linked_reports(text), *_named_reports(text, blocks)):
        keys = _keys_of(reference)
        place = next((places[key] for key in keys if key in places), keys[0])
        before = found.get(place)
        if before is None:
            found[place] = reference
        elif before.address is None or before.date is None:
            found[place] = replace(before, address=before.address or reference.address, date=before.date or reference.date)
        places |= dict.fromkeys(keys, place)
    yield from found.values()


def _keys_of(reference: Reference) -> list[str]:
    """What tells publications apart: the arXiv number, the address, the label with every kind of report as one word."""
    paper = ARXIV.search(reference.address or "") or ARXIV.search(reference.label)
    label = re.sub(r"[\W_]+", "", re.sub(rf"(?i)\b(?:{_KIND}|report)\b", "report", reference.label).lower())
    return [key for key in (paper[1] if paper else None, reference.address, label) if key]


def _links_in(text: Text, start: int, end: int) -> list[Link]:
    return [link for link in text.links if start <= link.start and link.end <= end]


def _quoted(text: Text, blocks: Sequence[Block]) -> Iterator[Reference]:
    """Publications that block quotes are taken from: by the footnote at a quote's end, or by the linked heading above it."""
    notes = {block.label: block for block in blocks if block.kind == "footnote"}
    headings: set[int] = set()
    for number, block in enumerate(blocks):
        if block.kind != "quote" or (block.parent is not None and blocks[block.parent].kind == "quote"):
            continue
        note = notes.get(block.label) if block.label else None
        if note and note.start < note.end:
            yield _publication(text, "quoted", note.start, note.end, None)
            continue
        parent = block.parent
        if parent is not None and blocks[parent].kind == "heading" and parent not in headings:
            heading = blocks[parent]
            links = _links_in(text, heading.start, heading.end)
            if links and heading.start < heading.end:
                headings.add(parent)
                posted = next(
                    (date_in(text.content[each.start : each.end]) for each in blocks[parent + 1 : number] if each.kind == "paragraph"),
                    None,
                )
                yield _publication(text, "quoted", links[0].start, links[0].end, posted)


def _publication(text: Text, relation: str, start: int, end: int, date: str | None) -> Reference:
    links = _links_in(text, start, end)
    if links:
        start, end = links[0].start, links[0].end
    label = _EMOJI.sub("", text.content[start:end]).strip() or text.content[start:end]
    return Reference(relation, label, links[0].address if links else None, date, *text.raw_span(start, end))


def _linked_reports(text: Text) -> Iterator[Reference]:
    """Links to papers and filings: by where they lead, or by what their words say."""
    for link in text.links:
        host = urlsplit(link.address).netloc.lower() if link.address.startswith("http") else ""
        words = text.content[link.start : link.end].strip()
        report = any(host == known or host.endswith("." + known) for known in _TABLES["primary"]["hosts"])
        if not ABOUT_REPORT.search(words) and not (report and _GENERIC.match(words)):
            continue
        if not host or len(words) > _SHORT:
            continue
        yield Reference("primary-source", report_label(text, link, words), link.address, None, *text.raw_span(link.start, link.end))


def report_label(text: Text, link: Link, words: str) -> str:
    """The link's words; where they only say "technical report", with the name of the model the sentence speaks of."""
    if not _GENERIC.match(words):
        return words
    begin = max(text.content.rfind("\n", 0, link.start) + 1, link.start - 300)
    names = [name[0] for name in _MODEL_NAME.finditer(text.content[begin : link.start]) if not _is_no_model(name[0])]
    kind = _BEFORE_KIND.sub("", words)
    if names:
        return f"{names[-1]} {kind}"
    paper = ARXIV.search(link.address)
    return f"arXiv:{paper[1]}" if paper else kind


def _is_no_model(name: str) -> bool:
    word = re.split(r"[^A-Za-z]", name, maxsplit=1)[0]
    return word in _NOT_MODELS or word.lower() in _MONTHS


def _named_reports(text: Text, blocks: Sequence[Block]) -> Iterator[Reference]:
    """Papers and reports that are named without a link."""
    for block in blocks:
        if block.kind not in ("paragraph", "item", "heading"):
            continue
        line = text.content[block.start : block.end][:4000]
        for match in NAMED_REPORT.finditer(line):
            words = match["name"].split()
            while words and words[0] in OPENERS:
                del words[0]
            if not words:
                continue
            name = " ".join(words)
            begin = match.end("name") - len(name)
            after = line[match.end() : match.end() + 120]
            paper = ARXIV.search(after) or DOI.search(after)
            address = None
            if paper:
                arxiv = ARXIV.search(after)
                address = f"https://arxiv.org/abs/{arxiv[1]}" if arxiv else f"https://doi.org/{paper[0]}"
            dated = re.match(r"\s?\(([^()]{4,24})\)", after)
            start = block.start + begin
            yield Reference(
                "primary-source",
                f"{name} {match['kind']}",
                address,
                date_in(dated[1]) if dated else None,
                *text.raw_span(start, block.start + match.end()),
            )
        for pattern in _TABLES["primary"]["patterns"]:
            for match in re.finditer(pattern, line):
                if match["name"].lower() in _MONTHS or match["name"] in OPENERS:
                    continue
                span = text.raw_span(block.start + match.start(), block.start + match.end())
                label = match["name"] if match["kind"] in ("article", "paper", "study") else f"{match['name']} {match['kind']}"
                yield Reference("primary-source", label, None, None, *span)
