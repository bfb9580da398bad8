"""Things a text describes instead of naming them: "our 70B model", "the data center in Lyon". Names in, further mentions out."""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from loaders.offline.mentions import SPACED, Mention, squeezed

GRAMMAR = Path(__file__).parent / "grammar" / "described.toml"
_BACK = 4  # names before a site that are looked at
_SCALES = {"billion": "B", "trillion": "T", "million": "M"}
_NEAR = 60  # characters within which a named site is taken for the one described


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Sized models (the size and the noun), sites, what may stand between a site and its place, and what points back to one."""
    table = tomllib.loads(GRAMMAR.read_text(encoding="utf-8"))

    def words(name: str) -> str:
        return "|".join(re.escape(word).replace(r"\ ", r"\s{1,3}") for word in sorted(table[name], key=len, reverse=True))

    sized = re.compile(
        rf"(?<![{SPACED}.,$€£¥])(?P<size>\d{{1,4}}(?:\.\d{{1,2}})?)[ \-–]?(?P<scale>B|T|M|{words('scales')})(?:[ \-–](?:{words('parameters')}))?"
        rf"(?:[ \-–的]?(?:{words('manners')})){{0,3}}[ \-–的]?(?P<noun>{words('models')})(?![A-Za-z])",
        re.IGNORECASE,
    )
    site = re.compile(rf"(?<![A-Za-z])(?:{words('sites')})(?![A-Za-z])", re.IGNORECASE)
    between = re.compile(rf"[^.;:!?\n。；：()（）]{{0,50}}(?<![A-Za-z])(?:{words('prepositions')})[ ]?", re.IGNORECASE)
    pointing = re.compile(rf"(?:{words('pointing')})\s?(?:[\w\-]+ )?$", re.IGNORECASE)
    return sized, site, between, pointing


def described(text: str, names: Sequence[Mention]) -> list[Mention]:
    """Mentions of models told by their size and of sites told by their place, outside the names."""
    starts = [name.start for name in names]
    found = [*_sized_models(text, names, starts), *_sites(text, names, starts)]
    return sorted(found, key=lambda mention: mention.start)


def _free(names: Sequence[Mention], starts: Sequence[int], start: int, end: int) -> bool:
    at = bisect_left(starts, end)
    return at == 0 or names[at - 1].end <= start


def _sized_models(text: str, names: Sequence[Mention], starts: Sequence[int]) -> Iterator[Mention]:
    sizes: dict[str, list[Mention]] = {}
    for name in names:
        if name.type == "model":
            for size in re.findall(r"(?<![\d.])(\d+(?:\.\d+)?)\s?[Bb](?![A-Za-z0-9])", name.label):
                sizes.setdefault(size, []).append(name)
    for found in _patterns()[0].finditer(text):
        if not _free(names, starts, *found.span()):
            continue
        scale = _SCALES.get(found["scale"].lower(), found["scale"].upper())
        size = found["size"] + (scale if scale in "BTM" else found["scale"])
        known = min(sizes.get(found["size"], ()) if scale == "B" else (), key=lambda name: abs(name.start - found.start()), default=None)
        label = known.label if known else f"{size} model"
        yield Mention(*found.span("noun"), "model", label, known.key if known else "model:" + squeezed(size), "described")


def _sites(text: str, names: Sequence[Mention], starts: Sequence[int]) -> Iterator[Mention]:
    _, site, between, pointing = _patterns()
    last: Mention | None = None
    for found in site.finditer(text):
        start, end = found.span()
        if not _free(names, starts, start, end):
            continue
        at = bisect_left(starts, start)
        place = None
        if at < len(names) and names[at].start - end <= _NEAR and between.fullmatch(text, end, names[at].start):
            place = _town(text, names, at)
        if place is None:
            behind = (back for back in range(at - 1, max(-1, at - _BACK - 1), -1) if _BEFORE.fullmatch(text, names[back].end, start))
            place = next((each for back in behind if (each := _town(text, names, back))), None)
        if place is not None:
            named = next(
                (each for each in names[max(0, at - 1) : at + 1] if each.type == "cluster" and _beside(text, each, start, end)), None
            )
            town = text[place.start : place.end]
            label = named.label if named else f"{town} {_BREAK.sub(' ', found.group())}"
            last = Mention(start, end, "cluster", label, named.key if named else "cluster:" + squeezed(town), "described")
            yield last
        elif last is not None and pointing.search(text[max(0, start - 24) : start]):
            yield Mention(start, end, "cluster", last.label, last.key, "described")


_BREAK = re.compile(r"\s+")
# What may stand between a place and its site: "Lyon's new data centre", "Lyon, where it runs a facility", "杭州的数据中心".
_BEFORE = re.compile(r"(?:['’]s)?[ \-](?:[\w\-]+ ){0,2}|,? where [^.;:!?\n]{0,70}|的?")


def _town(text: str, names: Sequence[Mention], at: int) -> Mention | None:
    """The town that names[at] is, or stands behind ("Boise, Idaho"): a city of the gazetteer, or a name with a state or country behind
    it."""
    name = names[at]
    if name.type == "place" and name.kind == "city":
        return name
    if name.type == "place" and at and text[names[at - 1].end : name.start] == ", " and names[at - 1].type in ("place", "name"):
        return names[at - 1]
    following = at + 1 < len(names) and names[at + 1].type == "place" and text[name.end : names[at + 1].start] == ", "
    return name if name.type == "name" and following else None


def _beside(text: str, name: Mention, start: int, end: int) -> bool:
    """Whether a name stands in the same sentence as [start, end), near it."""
    low, high = (name.end, start) if name.end <= start else (end, name.start)
    return high - low <= _NEAR and not re.search(r"[.!?。\n]\s", text[low:high])
