"""Open entity recognition: text in, mentions out: the gazetteer's names, names by their shape, and names the document itself introduces."""

import re
import tomllib
from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

import ahocorasick

from kg.entities import TYPES, Registry

GRAMMAR = Path(__file__).parent / "grammar" / "names.toml"
NAMED = {"organisation", "model", "chip", "cluster", "person", "place", "benchmark"}
# Letters and digits of scripts that set spaces between words, "<W>" in the patterns: amid Chinese, Japanese or Korean a name ends where
# these end.
SPACED = "A-Za-z0-9_\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u052f\u1e00-\u1eff"


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text: half-open span, entity type (or the kind of a concept: "technique", "architecture", "licence", "title").

    `label` is the name to report, `key` what mentions of one entity share, `source` "gazetteer", "weak", "family" (a known name
    with a version behind it), "shape", "list", "alias", "bare" (a version alone), "quoted", "coded" or "looks" (typed by naming.py). `entity` is the gazetteer's entity id (of the family, for a version) or "",
    `kind` its grouping there ("lab", "media", "investor", ...).
    """

    start: int
    end: int
    type: str
    label: str
    key: str
    source: str
    entity: str = ""
    kind: str = ""

    def stands_for(self, types: Container[str]) -> bool:
        """Whether the mention can stand for a thing of these types: an unknown name for any, a system of many chips for a cluster too."""
        return self.type in types or self.type == "name" or (self.kind == "system" and "cluster" in types)


@dataclass(frozen=True, slots=True)
class _Alias:
    spelling: str
    type: str
    label: str
    entity: str
    weak: bool
    group: str = ""


@dataclass(frozen=True, slots=True)
class _Shapes:
    version: re.Pattern[str]
    sized: re.Pattern[str]
    versioned: re.Pattern[str]
    bare_version: re.Pattern[str]
    chip: re.Pattern[str]
    chip_tail: re.Pattern[str]
    system: re.Pattern[str]
    proper: re.Pattern[str]
    licence: re.Pattern[str]
    person_zh_before: re.Pattern[str]
    person_zh_after: re.Pattern[str]
    person_zh_byline: re.Pattern[str]
    person_ko: re.Pattern[str]
    organisation_cjk: re.Pattern[str]
    suffixes: frozenset[str]
    given: frozenset[str]
    titles: frozenset[str]
    common: frozenset[str]
    labels: frozenset[str]


def alternatives(words: Iterable[str]) -> str:
    """A pattern of any of these words, the longest first."""
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("<W>", SPACED))


@cache
def _shapes() -> _Shapes:
    table: dict[str, Any] = tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))
    variants = alternatives(table["model"]["variants"])
    part = rf"(?:(?! \d{{2,}}\.\d| 0[.,]\d)(?:[ \-_–‑]?(?:[vVrRkKoOmMsSabAB]?\d{{1,4}}(?:\.\d+){{0,3}}(?:[a-zA-Z]{{1,2}}(?![a-zA-Z]))?)(?![<W>%])|[ \-_](?:{variants})(?![A-Za-z])))"
    person = table["person"]
    surname = f"[{person['surnames_zh']}]"
    han = r"[\u4e00-\u9fff]"
    before = alternatives(person["cjk_titles_before"])
    after = alternatives(person["cjk_titles_after"])
    return _Shapes(
        version=_compiled(rf"{part}{{1,5}}"),
        sized=_compiled(
            r"(?<![<W>/.])(?:[A-Za-z][A-Za-z0-9.]*(?:[\-_][A-Za-z0-9.]+)*?[\-_]|[A-Z][A-Za-z]*[A-Z][A-Za-z0-9.]* ?|[A-Z][A-Za-z]+(?:[ \-]\d+(?:\.\d+)*)?[ ]?)\d+(?:\.\d+)?(?:x\d+)?[BbM](?![A-Za-z0-9])(?:[\-_][A-Za-z0-9.]+)*"
        ),
        versioned=_compiled(
            rf"(?<![<W>/.@#])[A-Z][A-Za-z]+(?:[\-_][A-Z][A-Za-z]+)?(?:[\-‑]?[vVrR]?\d{{1,3}}(?:\.\d+)*[a-z]?)(?![<W>%]){part}{{0,3}}"
        ),
        bare_version=_compiled(rf"(?<![<W>.\-/@#])[VRKMo]\d(?:\.\d)?(?![<W>.]\d|[<W>])(?:[\-‑ ](?:{variants})(?![A-Za-z]))*"),
        chip=_compiled(
            r"(?<![<W>/.\-])(?:[ABHLPTV]\d{2,4}[A-Z]{0,2}|(?:GB|GH|MI|RTX ?|TPU ?v|TPUv|WSE-|Ascend ?|昇腾 ?|MTT ?S|BR)\d{1,4}[a-zA-Z]{0,2}|9[123]0[ABCD])(?:s(?![<W>]))?(?![<W>])"
        ),
        chip_tail=re.compile(r"(?:[ \-](?:SXM\d?|PCIe|PCI-E|NVL\d*|\d{2,3} ?GB?\b|Ultra|Super|Ti|Max))+"),
        system=re.compile(alternatives(table["chip"]["systems"]), re.IGNORECASE),
        proper=_compiled(
            r"(?<![<W>@/#])(?:[A-ZÀ-ÖØ-ÞА-Я][<W>’'.\-&]*[<W>]|[A-Z])(?:[ ](?:(?:of|de|du|des|del|da|der|den|von|van|for|and|&|the|di|la|et|für|und)[ ])?(?:[A-ZÀ-ÖØ-ÞА-Я][<W>’'\-&]*(?:\.(?=[ ][A-Z]))?|\d+(?=[ ][A-Z]))){0,5}"
        ),
        licence=_compiled(
            r"(?<![<W>/@])(?:[A-Z0-9][\w.\-]*[ \-]){1,5}(?:(?:Community |Open |Model |Research |Software |Public |Use )*(?:Licen[sc]e(?: Agreement)?|Terms of Use|Terms)|Lizenz)(?![\w])"
            r"|[A-Za-z][\w.\-]*(?: [\w.\-]+){0,3} ?(?:系列)?(?:模型)?(?:社区|商用|開源|开源|社群)?(?:许可证|许可协议|許可證|授權條款|ライセンス|利用規約|라이선스)"
        ),
        person_zh_before=re.compile(rf"(?:{before})[ :：、，是为的]?\s?\[?({surname}{han}{{1,2}})"),
        person_zh_byline=re.compile(rf"^[^\n]{{0,20}}[ \u3000|/／]({surname}{han}{{1,2}})[ \u3000]*$", re.MULTILINE),
        person_zh_after=re.compile(rf"({surname}{han}{{1,2}}?)(?:[（(][^）)]{{1,30}}[）)])?(?={after})"),
        person_ko=re.compile(
            rf"(?<![가-힣])([{person['surnames_ko']}][가-힣]{{2}})(?= ?(?:{after}))|(?:대표|기자|CEO|교수)[ ]([{person['surnames_ko']}][가-힣]{{2}})(?![가-힣])"
        ),
        organisation_cjk=re.compile(
            rf"(?<![\u4e00-\u9fffA-Za-z])(?:{han}|[A-Za-z]){{2,10}}(?:{alternatives(table['organisation']['cjk_suffixes'])})|[가-힣A-Za-z]{{2,12}}(?:대학교|연구원|연구소|그룹|벤처스|캐피탈|인베스트먼트|파트너스|재단)"
        ),
        suffixes=frozenset(table["organisation"]["suffixes"]),
        given=frozenset(person["given"]),
        titles=frozenset(person["titles"]),
        common=frozenset(table["common"]["words"]),
        labels=frozenset(table["common"]["words"]) | frozenset(table["common"]["labels"]),
    )


def entity_type(entity_type: str, kind: str) -> str:
    """The mention type of a registry entity: its type, or for concepts their kind."""
    if entity_type != "concept":
        return entity_type
    return {"license": "licence", "job-title": "title", "jobTitle": "title", "title": "title"}.get(kind, kind or "technique")


@cache
def _automaton() -> Any:
    """All spellings of the registry's names in lower case, ready for one pass over a text."""
    automaton = ahocorasick.Automaton()
    entries: dict[str, list[_Alias]] = {}
    registry = Registry.default()
    for entity in (each for kind in TYPES for each in registry.all(kind)):
        kind = entity_type(entity.type, entity.kind)
        maker = registry.by_id(entity.hints.get("manufacturer", ""))
        makers = tuple(spelling.lower() for spelling, _ in maker.spellings) if maker else ()
        for spelling, weak in entity.spellings:
            lowered = spelling.lower()
            if len(lowered) != len(spelling) or len(spelling) < 2:
                continue
            if lowered.startswith(makers) and lowered not in makers:
                continue  # "Nvidia H100" is two names, and says who makes the chip
            entries.setdefault(lowered, []).append(_Alias(spelling, kind, entity.label, entity.id, weak, entity.kind))
    for lowered, aliases in entries.items():
        automaton.add_word(lowered, (len(lowered), tuple(aliases)))
    automaton.make_automaton()
    return automaton


def lowered(text: str) -> str:
    """Lower case with every character kept in its place."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _word(character: str) -> bool:
    return character.isalnum() and character < "\u2e80"


def _runs_on(left: str, right: str) -> bool:
    """Whether both are Katakana, or both Hangul: names do not begin within such a word (nor end in one of Katakana)."""
    return any(first <= left <= last and first <= right <= last for first, last in (("\u30a1", "\u30fe"), ("\uac00", "\ud7a3")))


def _bounded(text: str, start: int, end: int) -> bool:
    """Whether [start, end) does not cut an alphabetic word or number (a plural s is allowed)."""
    if start > 0 and ((_word(text[start - 1]) and _word(text[start])) or _runs_on(text[start - 1], text[start])):
        return False
    if end < len(text) and "\u30a1" <= text[end - 1] <= "\u30fe" and _runs_on(text[end - 1], text[end]):
        return False
    if end < len(text) and _word(text[end]) and _word(text[end - 1]):
        return text[end] == "s" and not (end + 1 < len(text) and _word(text[end + 1])) and text[end - 1].isupper() | text[end - 1].isdigit()
    return True


def _fits_case(surface: str, alias: _Alias) -> bool:
    spelling = alias.spelling
    if surface == spelling or not spelling.isascii() or alias.type in ("technique", "architecture", "licence", "title"):
        if spelling.isupper() and len(spelling) <= 4 and spelling.isascii():
            return surface == spelling
        return True
    if spelling.isupper() and len(spelling) <= 5:
        return surface == spelling or (surface.istitle() and len(spelling) >= 4)
    if spelling[0].isupper():
        return surface[0].isupper()
    return True


def _gazetteer(text: str, low: str) -> list[Mention]:
    """Names of the registry, longest and leftmost, with the version behind a model's or chip's name."""
    hits: list[tuple[int, int, tuple[_Alias, ...]]] = []
    for last, (length, aliases) in _automaton().iter(low):
        start, end = last + 1 - length, last + 1
        if _bounded(text, start, end):
            fitting = tuple(alias for alias in aliases if _fits_case(text[start:end], alias))
            if fitting:
                hits.append((start, end, fitting))
    hits.sort(key=lambda hit: (hit[0], -hit[1]))
    mentions: list[Mention] = []
    position = 0
    shapes = _shapes()
    for start, end, aliases in hits:
        if start < position:
            continue
        alias = _preferred(aliases, text, end)
        surface_end, source, label = end, "weak" if alias.weak else "gazetteer", alias.label
        kind, entity, key = alias.type, alias.entity, alias.entity
        if kind in ("model", "organisation"):
            tail = shapes.version.match(text, end)
            if tail and (kind == "model" or _model_tail(tail.group())):
                surface_end = tail.end()
                label, kind, source = text[start:surface_end], "model", "family"
                key = "model:" + squeezed(label)
        elif kind == "chip":
            tail = shapes.chip_tail.match(text, end)
            if tail:
                surface_end = tail.end()
                label = text[start:surface_end]
                key = "chip:" + squeezed(label)
        group = "system" if kind == "chip" and shapes.system.search(label) else alias.group
        mentions.append(Mention(start, surface_end, kind, label, key, source, entity, group))
        position = surface_end
    return mentions


def _model_tail(tail: str) -> bool:
    """Whether what follows an organisation's name makes it a model's ("DeepSeek-V3", "Baichuan2-7B", but not "Meta 2024")."""
    return (bool(re.match(r"[\-]?[vVrR]?\d", tail)) and not re.match(r"\s?(?:19|20)\d\d", tail)) or bool(re.match(r" [VvRrKMo]\d", tail))


def _preferred(aliases: tuple[_Alias, ...], text: str, end: int) -> _Alias:
    """Among entities of one name: a model before a version, an organisation otherwise, strong names before weak ones."""
    if len(aliases) == 1:
        return aliases[0]
    versioned = bool(_shapes().version.match(text, end))

    def rank(alias: _Alias) -> tuple[bool, int, str]:
        order = ["model", "organisation", "chip"] if versioned else ["organisation", "chip", "cluster", "model"]
        return alias.weak, order.index(alias.type) if alias.type in order else 5, alias.entity

    return min(aliases, key=rank)


def squeezed(label: str) -> str:
    """A name without case, spaces and punctuation, versions kept apart by their dots."""
    return re.sub(r"[^\w.]|_", "", label.lower())


def _shaped(text: str, taken: list[tuple[int, int]]) -> Iterator[Mention]:
    """Names recognised by their shape alone, outside the spans already taken."""
    shapes = _shapes()
    free = _Free(taken)
    for pattern, kind in ((shapes.sized, "model"), (shapes.chip, "chip"), (shapes.versioned, "model"), (shapes.bare_version, "model")):
        for found in pattern.finditer(text):
            start, end = found.span()
            surface = found.group()
            if kind == "chip":
                tail = shapes.chip_tail.match(text, end)
                surface_end = tail.end() if tail else end
                if free.take(start, surface_end):
                    label = text[start:surface_end].rstrip("s") if surface.endswith("s") else text[start:surface_end]
                    yield Mention(start, surface_end, "chip", label, "chip:" + squeezed(label), "shape")
                continue
            first = re.split(r"[\-_ \d]", surface)[0]
            if pattern is shapes.bare_version:
                if free.take(start, end):
                    yield Mention(start, end, kind, surface, "model:" + squeezed(surface), "bare")
                continue
            if (
                first in shapes.common
                or len(first) < 2
                or re.match(
                    r"(?:Q|FY|H|Nov|Dec|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Level|Phase|Stage|Series|Step|Top|Tier|Web|Covid|COVID|Python|CUDA|HTTP|IPv|ISO|UTF|MP|PM|GEMM|BF|FP|INT|HBM|DDR|NVL|USB|CC|SM|Tbl|Fig|CO|NO|LPDDR|GDDR|SXM|PCIe|PCI|OAM|LLM|GPU|CPU|TPU|NPU|API|RAM|SSD|AI|ML|RL|KV|GEMV|Gen|Wi|GB|TB|MW|GW|kW|Part|Section|Chapter|Table|Figure|Item|Day|Week|Year|Round|Grade|Class|Type|Mode|Version|Ver|Release|Rev|Build)\d*[a-z]{0,2}$",
                    first,
                )
            ):
                continue
            if re.search(r"(?:19|20)\d\d$", surface) and kind == "model" and not surface[0].islower():
                continue
            if free.take(start, end):
                yield Mention(start, end, kind, surface, "model:" + squeezed(surface), "shape")
    for pattern in (shapes.person_zh_before, shapes.person_zh_after, shapes.person_zh_byline):
        for found in pattern.finditer(text):
            yield from _cjk_person(text, found.start(1), found.group(1), free)
    for found in shapes.person_ko.finditer(text):
        group = 1 if found.group(1) else 2
        if free.take(*found.span(group)):
            yield Mention(*found.span(group), "person", found.group(group), "person:" + found.group(group), "shape")
    for found in shapes.organisation_cjk.finditer(text):
        if free.take(*found.span()):
            yield Mention(*found.span(), "organisation", found.group(), "organisation:" + found.group(), "shape")
    for found in _QUOTED.finditer(text):
        if free.take(*found.span("name")):
            yield Mention(*found.span("name"), "name", found["name"], "name:" + squeezed(found["name"]), "quoted")
    for found in _CODED.finditer(text):
        if free.take(*found.span("name")):
            yield Mention(*found.span("name"), "name", found["name"], "name:" + squeezed(found["name"]), "coded")
    yield from _proper(text, free)


# What Chinese and Japanese put in quotation marks, and identifiers with a number set as code, without the ending of a file.
_QUOTED = re.compile(r"[“「『《](?P<name>[\w\-·.+ ]{2,14})[”」』》]")
_CODED = re.compile(
    r"`(?P<name>[A-Za-z][A-Za-z]*(?:[\-_.][A-Za-z0-9]+)*[\-_]v?\d[\w.\-]*?)(?:\.(?:ckpt|gguf|bin|pt|pth|safetensors|onnx))?`"
)


def _cjk_person(text: str, start: int, name: str, free: "_Free") -> Iterator[Mention]:
    """A Chinese name of two or three characters: the length that recurs in the document wins."""
    short = name[:2]
    if len(name) == 3 and text.count(short) > text.count(name):
        name = short
    if free.take(start, start + len(name)):
        yield Mention(start, start + len(name), "person", name, "person:" + name, "shape")


class _Free:
    """Which parts of the text no mention has taken yet."""

    def __init__(self, taken: list[tuple[int, int]]) -> None:
        self._taken = bytearray(max((end for _, end in taken), default=0))
        for start, end in taken:
            self._taken[start:end] = b"\1" * (end - start)

    def take(self, start: int, end: int) -> bool:
        """Take the range if it is wholly free."""
        if self._taken.find(1, start, end) >= 0:
            return False
        self._taken.extend(bytes(max(0, end - len(self._taken))))
        self._taken[start:end] = b"\1" * (end - start)
        return True

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The free runs inside a range."""
        self._taken.extend(bytes(max(0, end - len(self._taken))))
        while start < end:
            begin = self._taken.find(0, start, end)
            if begin < 0:
                return
            stop = self._taken.find(1, begin, end)
            start = stop if stop >= 0 else end
            yield begin, start


_DANGLING = re.compile(r"(?: (?:of|de|du|des|del|da|der|den|von|van|for|and|&|the|di|la|et|für|und))+$")
_JOINED = re.compile(r" (?:and|und|et) ")
_INSTITUTIONAL = re.compile(r" (?:of|for|de|für) |^(?:Ministry|Department|Institute|School|Centre|Center|Council|Bureau|Office)")


def _unjoined(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The names that a conjunction joins, each by itself; an institution's name of several parts ("Ministry of X and Y") stays whole."""
    piece = text[start:end]
    if _INSTITUTIONAL.search(piece) or piece.rstrip(" .,").rpartition(" ")[2] in _shapes().suffixes:
        yield start, end
        return
    position = start
    for joined in [*_JOINED.finditer(piece), None]:
        stop = start + joined.start() if joined else end
        if position < stop:
            yield position, stop
        position = start + joined.end() if joined else end


def _proper(text: str, free: _Free) -> Iterator[Mention]:
    """Capitalised sequences, typed by their parts; common words at their edges fall away."""
    shapes = _shapes()
    for found in shapes.proper.finditer(text):
        for start, end in (each for span in free.pieces(*found.span()) for each in _unjoined(text, *span)):
            piece = text[start:end]
            for word in re.finditer(r"\S+", piece):
                if word.group().strip("’'.") not in shapes.common and word.group()[0].isupper():
                    start += word.start()
                    break
            else:
                continue
            piece = text[start:end].rstrip(" .-&'’")
            piece = re.sub(r"(?:'s|’s)$", "", piece)
            piece = _DANGLING.sub("", piece)
            words = piece.split()
            while words and words[-1] in shapes.common and words[-1] not in shapes.suffixes:
                words.pop()
                piece = _DANGLING.sub("", piece[: piece.rfind(" ")]) if " " in piece else ""
                words = piece.split()
            if (
                not words
                or len(piece) < 2
                or (len(words) == 1 and piece.isupper() and len(piece) <= 4)
                or all(word.strip(".,’'") in shapes.labels or len(word) == 1 or word.isdigit() for word in words)
                or re.fullmatch(r"[A-Z][A-Za-z]?[A-Z0-9]s?|[A-Z]{2,5}s|CO2\w*", piece)
            ):
                continue
            possessive = re.search(r"(?:'s|’s) ", piece)
            parts = [(0, len(piece))] if not possessive else [(0, possessive.start()), (possessive.end(), len(piece))]
            for left, right in parts:
                name = piece[left:right]
                if len(name) < 2 or not free.take(start + left, start + right):
                    continue
                kind = _kind(text, start + left, name)
                if kind:
                    yield Mention(start + left, start + right, kind, name, f"{kind}:{squeezed(name)}", "shape")


_SENTENCE_ENDS = ("", ".", "!", "?", "\n", ":", "|", "•", "。")  # of what stands before a name; "" is the beginning of the text


def _kind(text: str, start: int, name: str) -> str:
    """The type a capitalised name most likely has, or "" for none."""
    shapes = _shapes()
    words = [word.strip(".,’'") for word in name.split()]
    last = words[-1]
    before = text[max(0, start - 24) : start].split()
    if len(words) > 1 and (
        last in shapes.suffixes
        or words[0]
        in ("University", "Institute", "Ministry", "Bank", "Université", "Universidad", "Institut", "Council", "Department", "Office")
    ):
        return "organisation"
    latin = [word for word in words if word[:1].isupper()]
    if 2 <= len(words) <= 4 and len(latin) >= 2 and all(word.replace("-", "").replace(".", "").isalpha() for word in words):
        if words[0] in shapes.given or (before and before[-1] in shapes.titles):
            return "person"
    if len(words) == 1:
        sentence_start = start == 0 or text[max(0, start - 40) : start].rstrip(' "“*_>#-')[-1:] in _SENTENCE_ENDS
        if sentence_start and name.isalpha() and name[1:].islower() and text.find(name, text.find(name) + 1) < 0:
            return ""
    if before and before[-1] in ("in", "near", "from") and len(words) <= 2 and name.isascii() and all(w.isalpha() for w in words):
        return "name"
    return "name"


_PARENTHESIS = re.compile(r"\s?[（(]\s?[“\"]?")
_LIST_SPLIT = re.compile(r"[、,，;；]\s?|\s?(?:和|及|与|以及|and|und|et|y|e|및|や|と)\s?")


def _lists(text: str, mentions: list[Mention]) -> Iterator[Mention]:
    """Unknown items of a CJK enumeration whose other items are names of one type."""
    taken = _Free([(mention.start, mention.end) for mention in mentions])
    by_start = {mention.start: mention for mention in mentions}
    for found in re.finditer(
        r"(?:[^、。，,；;：:！!？?\n（）()“”]{2,16}(?:[（(][^）)\n]{1,30}[）)])?、){1,40}[^、。，,；;！!？?\n（）()]{2,16}", text
    ):
        items: list[tuple[int, int]] = []
        cursor = found.start()
        for piece in re.split(r"(、|和|及|与|以及)", found.group()):
            if piece not in ("、", "和", "及", "与", "以及", ""):
                items.append((cursor, cursor + len(piece)))
            cursor += len(piece)
        types = Counter(
            by_start[start].type for start, end in items if start in by_start and by_start[start].type in ("organisation", "person")
        )
        if not types or sum(types.values()) * 3 < len(items):
            continue
        kind = types.most_common(1)[0][0]
        for index, (start, end) in enumerate(items):
            name = re.sub(r"等.*$|[（(].*$", "", text[start:end]).strip()
            start += text[start:end].find(name) if name else 0
            if 2 <= len(name) <= 12 and index > 0 and re.fullmatch(r"[\w·\- .]+", name) and taken.take(start, start + len(name)):
                yield Mention(start, start + len(name), kind, name, f"{kind}:{squeezed(name)}", "list")


_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+")


def mentions(text: str) -> tuple[Mention, ...]:
    """Every name of the text in reading order, without overlaps, aliases of one entity sharing a key; none inside a web address."""
    addresses = [found.span() for found in _ADDRESS.finditer(text)]
    outside = _Free(addresses)
    found = [each for each in _with_licences(text, _gazetteer(text, lowered(text))) if outside.take(each.start, each.end)]
    found.extend(_shaped(text, [*addresses, *((mention.start, mention.end) for mention in found)]))
    found.sort(key=lambda mention: mention.start)
    found.extend(_lists(text, found))
    found.sort(key=lambda mention: mention.start)
    return tuple(_in_own_words(text, list(_with_aliases(text, found))))


def _in_own_words(text: str, found: list[Mention]) -> Iterator[Mention]:
    """Mentions of known entities labelled as this document calls them: a concept as it stands, a name by its commonest, then longest form."""
    forms: dict[str, Counter[str]] = {}
    for mention in found:
        if mention.entity and mention.source != "family":
            forms.setdefault(mention.key, Counter())[text[mention.start : mention.end]] += 1
    for mention in found:
        if mention.key not in forms or not mention.entity or mention.source == "family":
            yield mention
        elif mention.type == "place":
            form = text[mention.start : mention.end]
            yield replace(mention, label=form) if "\u3040" <= form[0] <= "\u9fff" or "\uac00" <= form[0] <= "\ud7a3" else mention
        elif mention.type in NAMED:
            counted = forms[mention.key]
            yield replace(
                mention, label=max(counted, key=lambda form: (mention.type == "person" and len(form), counted[form], len(form), form))
            )
        else:
            yield replace(mention, label=text[mention.start : mention.end])


def _with_licences(text: str, found: list[Mention]) -> list[Mention]:
    """Known names, and licences known by their shape: a name inside one ("Llama 3.1 Community License") is no mention of its own."""
    shaped = [
        Mention(*each.span(), "licence", each.group(), "licence:" + squeezed(each.group()), "shape")
        for each in _shapes().licence.finditer(text)
    ]
    inside = _Free([(mention.start, mention.end) for mention in shaped])
    known = [mention for mention in found if mention.type == "licence" or inside.take(mention.start, mention.end)]
    taken = _Free([(mention.start, mention.end) for mention in known if mention.type == "licence"])
    return sorted([*known, *(mention for mention in shaped if taken.take(mention.start, mention.end))], key=lambda mention: mention.start)


def _with_aliases(text: str, found: list[Mention]) -> Iterator[Mention]:
    """Mentions with the keys of what the document uses them for: bracketed second names, surnames, bare versions and acronyms."""
    same: dict[str, str] = {}
    best: dict[str, Mention] = {}
    for left, right in pairwise(found):
        gap = text[left.end : right.start]
        if _PARENTHESIS.fullmatch(gap) and right.end < len(text) and text[right.end : right.end + 3].lstrip('”" ')[:1] in "）),，;":
            if (
                left.key != right.key
                and (left.type == right.type or "name" in (left.type, right.type))
                and {left.type, right.type} & (NAMED | {"name"})
            ):
                main, other = (left, right) if right.type == "name" or left.type != "name" else (right, left)
                same[other.key] = main.key
                best[other.key] = main
    people = {mention.label.split()[-1]: mention for mention in reversed(found) if mention.type == "person" and " " in mention.label}
    models = [mention for mention in found if mention.type == "model" and len(mention.label) > 3]
    spelt: dict[str, Mention] = {}
    for mention in models:
        spelt.setdefault(squeezed(mention.label), mention)
    whole_of: dict[str, Mention | None] = {}
    named = sorted(models, key=lambda model: model.label)
    continued = cache(lambda label: _continued(label, named))
    families = _families(found)
    organisations = {
        mention.label.split()[0]: mention
        for mention in reversed(found)
        if mention.type == "organisation" and " " in mention.label and mention.source == "shape"
    }
    for mention in found:
        key, label, kind = mention.key, mention.label, mention.type
        first = best.get(key)
        if first is not None:
            key, kind = first.key, first.type if kind == "name" else kind
            if kind == first.type:
                label = first.label if mention.source != "gazetteer" else label
        elif kind == "name" and len(label) >= 4 and text[mention.end : mention.end + 1] == "\n" and (whole := continued(label)):
            key, label, kind = whole.key, whole.label, "model"
        elif kind == "name" and label in people:
            key, label, kind = people[label].key, people[label].label, "person"
        elif kind == "name" and label in organisations:
            key, label, kind = organisations[label].key, organisations[label].label, "organisation"
        elif kind == "model" and mention.source in ("shape", "family", "bare") and len(squeezed(label)) <= 12:
            tail = squeezed(label)
            if tail not in whole_of:
                whole_of[tail] = _ending(tail, spelt)
            full = whole_of[tail]
            if full is not None:
                key, label = full.key, full.label
            elif mention.source == "bare" and (family := _family_before(families, mention)):
                label = f"{family} {mention.label}"
                key = "model:" + squeezed(label)
        yield replace(mention, key=same.get(key, key), label=label, type=kind)


def _continued(label: str, models: list[Mention]) -> Mention | None:
    """The model, of those sorted by their labels, a name cut off at the end of a line begins: the one named most often."""
    begin = bisect_right(models, label, key=lambda model: model.label)
    begun = list(takewhile(lambda model: model.label.startswith(label), (models[at] for at in range(begin, len(models)))))
    often = Counter(model.key for model in begun)
    return max(begun, key=lambda model: (often[model.key], -model.start), default=None)


def _ending(tail: str, spelt: dict[str, Mention]) -> Mention | None:
    """The first model whose squeezed name ends with that of a version, and is no other number."""
    for full, other in spelt.items():
        if full != tail and full.endswith(tail) and len(full) > len(tail) + 1 and not full[-len(tail) - 1].isdigit():
            return other
    return None


def _families(found: list[Mention]) -> dict[str, list[int]]:
    """Labs and unversioned families of models that a bare version can belong to, those named most: by label, where each is named."""
    places: dict[str, list[int]] = {}
    for other in found:
        family = (
            other.type == "model" and other.source in ("gazetteer", "weak") and not any(character.isdigit() for character in other.label)
        )
        if family or (other.type == "organisation" and other.kind == "lab"):
            places.setdefault(other.label, []).append(other.start)
    most = max(map(len, places.values()), default=0)
    return {label: starts for label, starts in places.items() if len(starts) == most}


def _family_before(families: dict[str, list[int]], mention: Mention) -> str | None:
    """The name a bare version ("V4-Pro") belongs to: the lab or unversioned family the document names most, before one it names nearer."""
    if len(families) == 1:
        return next(iter(families))
    return min(families, key=lambda label: min(abs(start - mention.start) for start in families[label]), default=None)
