"""Who and what there is: the gazetteer of kg/names/*.toml read into entities, found by any of their names.

Each file lists one type of entity: `groups` says what the levels of its table headings mean, `[entities.<group>.<group>]` has one line an
entity (`slug = [label, alias, ...]`), `weak` lists names that are also common words, `[inflections]` forms the names take in a sentence,
`[identifiers.<scheme>]` what others call an entity, `[hints.<name>]` another entity it belongs to. Kinds and hints help to read a
document; they are never served as statements.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from kg.errors import InputError, UnknownName

NAMES = Path(__file__).parent / "names"
TYPES = ("organisation", "model", "chip", "cluster", "person", "place", "benchmark", "publication", "concept")

_SPELLINGS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ё": "е", "&": " and ", "'": "", "’": ""}
)
_ACCENTS = frozenset(map(chr, range(0x300, 0x370)))
_DOT_OUTSIDE_NUMBER = re.compile(r"(?<!\d)\.|\.(?!\d)")
_ASCII_PUNCTUATION = re.compile(r"[\x00-\x2a,\-/:-@\[-`{-\x7f]+")
_BETWEEN_NUMBERS = re.compile(r"(?<=\d) +(?=\d)")
_WORD_THEN_NUMBER = re.compile(r"(?<=[a-z]{3})(?=\d)")
_POSSESSIVE = re.compile(r"['’]s?$")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9.]+")
_PARTS = re.compile(r"[ -]")
_MOST_PARTS = 5
_WIDE = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]"
_SCRIPTS_MEET = re.compile(rf"(?<={_WIDE})(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?={_WIDE})")
_SPACE_BETWEEN_SCRIPTS = re.compile(rf"(?<={_WIDE}) (?=[A-Za-z0-9])|(?<=[A-Za-z0-9]) (?={_WIDE})")
_HASH_DIGITS = 8
REMEMBERED = 65536
"""Names whose entities a registry remembers."""
_FILE_KEYS = {"type", "groups", "weak", "entities", "identifiers", "hints", "inflections"}


@dataclass(frozen=True, slots=True)
class Entity:
    """Something with a name.

    `id` is `<type>/<slug>`. `aliases` are its other names; `weak` are those names (label or alias) that are also common words and need
    support from the text around them. `kind` is the gazetteer's own grouping ("lab", "city", "technique"; "" when unknown).
    `identifiers` maps a scheme ("wikidata", "huggingface", "homepage", "iso3166") to an identifier. `hints` maps "country", "developer",
    "manufacturer", "variantOf", "owner", "affiliation" to an entity id: knowledge for reading, not a statement. `inflections` are
    adjectives and inflected forms ("deutsche", "Яндексом"): they point to the entity without being names of it.
    """

    id: str
    type: str
    label: str
    aliases: tuple[str, ...] = ()
    identifiers: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)
    weak: tuple[str, ...] = ()
    inflections: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The label, then the aliases."""
        return (self.label, *self.aliases)

    @property
    def spellings(self) -> Iterator[tuple[str, bool]]:
        """Each way to write each name, and whether that name is weak: with spaces, with hyphens, joined to a number; each way once.

        >>> list(Entity("chip/rtx-4090", "chip", "RTX 4090", ("显卡4090",)).spellings)
        [('RTX 4090', False), ('RTX-4090', False), ('RTX4090', False), ('显卡4090', False), ('显卡 4090', False)]
        """
        seen: set[str] = set()
        for name in (*self.names, *self.inflections):
            for spelling in (name, *_written_otherwise(name)):
                if spelling not in seen:
                    seen.add(spelling)
                    yield spelling, name in self.weak

    @property
    def slug(self) -> str:
        """The id without its type."""
        return self.id.partition("/")[2]


def _written_otherwise(name: str) -> Iterator[str]:
    """The name with its parts spaced, hyphenated or joined, where that leaves it readable."""
    parts = _PARTS.split(name)
    if 2 <= len(parts) <= _MOST_PARTS and all(parts):
        yield " ".join(parts)
        yield "-".join(parts)
        if len(parts) == 2 and not parts[0][-1].isdigit() and (parts[1][0].isdigit() or (name.islower() and "-" in name)):
            yield "".join(parts)
    if not name.isascii():
        yield _SCRIPTS_MEET.sub(" ", name)
        yield _SPACE_BETWEEN_SCRIPTS.sub("", name)


def _words(label: str) -> str:
    """Lower-case NFKC words with single spaces; Latin letters without accents, other scripts as they are; dots only inside numbers."""
    text = label
    if not text.isascii():
        letters: list[str] = []
        for character in unicodedata.normalize("NFKC", text).casefold().translate(_SPELLINGS):
            if character < "ɐ" or "Ḁ" <= character <= "ỿ":
                letters.extend(
                    part if part.isalnum() or part.isascii() else " "
                    for part in unicodedata.normalize("NFKD", character)
                    if part not in _ACCENTS
                )
            elif character not in _ACCENTS:
                letters.append(character if character.isalnum() or unicodedata.category(character)[0] == "M" else " ")
        text = "".join(letters)
    else:
        text = text.casefold()
        if "&" in text or "'" in text:
            text = text.translate(_SPELLINGS)
    if "." in text:
        text = _DOT_OUTSIDE_NUMBER.sub(" ", text)
    return _ASCII_PUNCTUATION.sub(" ", text).strip()


@lru_cache(maxsize=65536)
def fold(label: str) -> str:
    """The name without case, width, accents, spaces and punctuation, for comparing; "" when nothing is left.

    A dot inside a number and a plus sign are kept, and two numbers never run together: versions and sizes stay apart.

    >>> fold("Llama-3.1 405B"), fold("LLaMA 3.1-405b"), fold("GPT 4"), fold("Command R+"), fold("ＤｅｅｐＳｅｅｋ　Ｖ２．５")
    ('llama3.1-405b', 'llama3.1-405b', 'gpt4', 'commandr+', 'deepseekv2.5')
    """
    words = _words(label)
    return _BETWEEN_NUMBERS.sub("-", words).replace(" ", "") if " " in words else words


@lru_cache(maxsize=16384)
def slug(label: str) -> str:
    """The name as a part of an IRI: ASCII letters, digits, hyphens and dots inside numbers.

    A word of three letters or more is parted from a number that follows it, so that Llama3 and Llama 3 are one slug. What has other
    scripts keeps its ASCII part and gets a hash of its folded form.

    >>> slug("DeepSeek-V3"), slug("Llama3.1 405B"), slug("Command R+"), slug("幻方")
    ('deepseek-v3', 'llama-3.1-405b', 'command-r-plus', 'x-2a3685dc')
    """
    words = _words(label)
    ascii_words = words.replace("+", " plus")
    ascii_words = _WORD_THEN_NUMBER.sub("-", _NOT_IN_SLUG.sub("-", ascii_words)).strip("-.")
    if words.isascii() and ascii_words:
        return ascii_words
    return f"{ascii_words or 'x'}-{sha256(fold(label).encode()).hexdigest()[:_HASH_DIGITS]}"


def mint(label: str, type: str) -> Entity:
    """An entity for a name the registry does not know; the same name gives the same entity.

    Raises: UnknownName when `type` is not one of TYPES; InputError when the label is empty.
    """
    if type not in TYPES:
        raise UnknownName("entity type", type, TYPES)
    if not label.strip():
        raise InputError(f"an empty label cannot name {'an' if type[0] in 'aeiou' else 'a'} {type}")
    return Entity(id=f"{type}/{slug(label)}", type=type, label=label.strip())


@dataclass(frozen=True, slots=True)
class Forms:
    """Parts of a name that do not tell entities apart: legal forms of companies, generic nouns after a chip's name, articles."""

    articles: tuple[str, ...] = ()
    before: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Registry:
    """Entities by id and by folded name. The entities of a type are read, and its index of names is built, when first asked for."""

    def __init__(self, entities: Iterable[Entity] = (), forms: Forms | None = None, files: Mapping[str, Path] | None = None) -> None:
        """`entities` are given, others are read from `files` (entity type to gazetteer file)."""
        self._read: dict[str, dict[str, Entity]] = {}
        for entity in entities:
            self._read.setdefault(entity.type, {})[entity.id] = entity
        self._forms = forms or Forms()
        self._files = dict(files or {})
        self._index: dict[str, dict[str, Entity]] = {}
        self._found: dict[tuple[str, str], Entity | None] = {}

    @staticmethod
    def default() -> "Registry":
        """The packaged gazetteer, one a process."""
        return _packaged()

    def __len__(self) -> int:
        return sum(len(self._of(type)) for type in TYPES)

    def __iter__(self) -> Iterator[Entity]:
        return (entity for type in TYPES for entity in self._of(type).values())

    def by_id(self, id: str) -> Entity | None:
        """The entity with that id, such as "chip/h800"; None when there is none."""
        return self._of(id.partition("/")[0]).get(id)

    def all(self, type: str) -> tuple[Entity, ...]:
        """Every entity of a type, in the order of the gazetteer."""
        return tuple(self._of(type).values())

    def find(self, label: str, type: str | None = None) -> Entity | None:
        """The entity one of whose names is the label, after folding; with no type the first in the order of TYPES.

        A name not found is tried again without its article, possessive, legal form or honorific, the owner of a repository, the maker
        before a chip or the noun after it ("Cerebras Systems, Inc.", "the NVIDIA H800 GPUs", "deepseek-ai/DeepSeek-V3"). Versions are
        never dropped.
        """
        for candidate in (type,) if type else TYPES:
            key = candidate, label
            if key not in self._found:
                if len(self._found) >= REMEMBERED:
                    self._found.clear()
                self._found[key] = self._exact(label, candidate) or self._loose(label, candidate)
            found = self._found[key]
            if found:
                return found
        return None

    def find_all(self, label: str) -> tuple[Entity, ...]:
        """The entities of all types with that name, in the order of TYPES: DeepSeek is an organisation and a family of models."""
        found = (self.find(label, type) for type in TYPES)
        return tuple(entity for entity in found if entity)

    def family(self, label: str) -> Entity | None:
        """The model family whose name begins the label ("Qwen2.5-72B-Instruct" -> Qwen), longest name first; None when none does.

        The name must end where a word ends and never inside a number: Phi is not the family of "Philosopher", nor GPT-4 that of "GPT-4.7".
        """
        before = self._forms.before.get("model", ())
        words = _words(label.rpartition("/")[2]).split()
        label = " ".join(words[1:] if len(words) > 1 and words[0] in before and words[0] not in self._names("model") else words)
        folded, index = fold(label), self._names("model")
        for end in range(len(folded), 1, -1):
            entity = index.get(folded[:end])
            if entity and (end == len(folded) or _parted(folded, end) or _ends_word(label, folded[:end])):
                return entity
        return None

    def entity(self, label: str, type: str) -> Entity:
        """The known entity, or a minted one."""
        return self.find(label, type) or mint(label, type)

    def _exact(self, label: str, type: str) -> Entity | None:
        return self._names(type).get(fold(label))

    def _loose(self, label: str, type: str) -> Entity | None:
        words = _words(_POSSESSIVE.sub("", label.rpartition("/")[2] if type == "model" else label)).split()
        if len(words) > 1 and words[0] in self._forms.articles:
            words = words[1:]
        before, after = self._forms.before.get(type, ()), self._forms.after.get(type, ())
        for start in range(2 if words and words[0] in before else 1):
            end = len(words)
            while end > start:
                found = self._exact(" ".join(words[start:end]), type)
                if found:
                    return found
                if words[end - 1] not in after:
                    break
                end -= 1
        folded = fold(" ".join(words))
        wide = [""] + [form for form in before if not form.isascii() and folded.startswith(form) and len(folded) > len(form) + 1]
        for first in wide:
            rest = folded.removeprefix(first)
            ends = [""] + [form for form in after if not form.isascii() and rest.endswith(form) and len(rest) > len(form) + 1]
            for last in ends:
                found = self._names(type).get(rest.removesuffix(last))
                if found:
                    return found
        return None

    def _of(self, type: str) -> dict[str, Entity]:
        read = self._read.get(type)
        if read is None:
            path = self._files.get(type)
            read = self._read[type] = {entity.id: entity for entity in read_names(path)} if path else {}
        return read

    def _names(self, type: str) -> dict[str, Entity]:
        index = self._index.get(type)
        if index is None:
            index = {}
            for entity in self._of(type).values():
                for name in (*entity.names, *entity.inflections):
                    index.setdefault(fold(name), entity)
            index.pop("", None)
            self._index[type] = index
        return index


def _parted(folded: str, end: int) -> bool:
    """Whether a letter before the position meets a digit after it, or two numbers are parted there."""
    return (folded[end - 1].isalpha() and folded[end].isdigit()) or folded[end] == "-"


def _ends_word(label: str, folded: str) -> bool:
    """Whether a word of the label ends where the folded beginning ends."""
    words = _words(label).split(" ")
    return any(fold(" ".join(words[:count])) == folded for count in range(1, len(words) + 1))


def read_names(path: Path) -> Iterator[Entity]:
    """The entities of one gazetteer file.

    Raises: InputError when the file has an unknown key, type or group, or a line that is not a list of names.
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = content.keys() - _FILE_KEYS
    if unknown or content.get("type") not in TYPES:
        raise InputError(
            f"{path.name}: expected a type of {', '.join(TYPES)} and the keys {', '.join(sorted(_FILE_KEYS))}; got {sorted(content)}"
        )
    type, groups = content["type"], tuple(content["groups"])
    weak = frozenset(content.get("weak", ()))
    identifiers = _by_slug(content.get("identifiers", {}))
    hints = _by_slug(content.get("hints", {}))
    inflections = content.get("inflections", {})
    for values, lines in _tables(content["entities"], groups, path):
        group = dict(zip(groups, values, strict=True))
        shared = {key: _hint(key, value) for key, value in group.items() if key != "kind" and value != "none"}
        for name, names in lines.items():
            own, inflected = hints.get(name), tuple(inflections.get(name, ()))
            spelled = (*names, *inflected)
            yield Entity(
                id=f"{type}/{name}",
                type=type,
                label=names[0],
                aliases=tuple(names[1:]),
                identifiers=identifiers.get(name, {}),
                kind=group.get("kind", ""),
                hints={**shared, **{key: _hint(key, value) for key, value in own.items()}} if own else shared,
                weak=() if weak.isdisjoint(spelled) else tuple(alias for alias in spelled if alias in weak),
                inflections=inflected,
            )


_HINT_TYPES = {
    "country": "place",
    "within": "place",
    "developer": "organisation",
    "manufacturer": "organisation",
    "owner": "organisation",
    "affiliation": "organisation",
    "variantOf": "chip",
    "family": "chip",
}


def _hint(name: str, value: str) -> str:
    return value if "/" in value else f"{_HINT_TYPES[name]}/{value}"


def _tables(table: Mapping[str, Any], groups: tuple[str, ...], path: Path) -> Iterator[tuple[tuple[str, ...], Mapping[str, list[str]]]]:
    """The innermost of the nested tables: the values of its groups, and its lines from slug to names."""
    nested: list[tuple[tuple[str, ...], Mapping[str, Any]]] = [((), table)]
    for values, entries in nested:
        inner = len(values) == len(groups)
        for key, value in entries.items():
            if not isinstance(value, list if inner else dict) or not value:
                raise InputError(f"{path.name}: {key!r} under {values} is not a {'list of names' if inner else f'table of {groups}'}")
        if inner:
            yield values, entries
        else:
            nested.extend(((*values, key), value) for key, value in entries.items())


def _by_slug(tables: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    turned: dict[str, dict[str, str]] = {}
    for scheme, table in tables.items():
        for name, value in table.items():
            turned.setdefault(name, {})[scheme] = value
    return turned


def read_forms(path: Path) -> Forms:
    """The parts of names that do not tell entities apart, from forms.toml."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Forms(
        articles=tuple(content["articles"]),
        before={type: tuple(forms) for type, forms in content["before"].items()},
        after={type: tuple(forms) for type, forms in content["after"].items()},
    )


FILES: Mapping[str, Path] = {
    "organisation": NAMES / "organisations.toml",
    "model": NAMES / "models.toml",
    "chip": NAMES / "chips.toml",
    "cluster": NAMES / "clusters.toml",
    "person": NAMES / "people.toml",
    "place": NAMES / "places.toml",
    "benchmark": NAMES / "benchmarks.toml",
    "publication": NAMES / "publications.toml",
    "concept": NAMES / "concepts.toml",
}


@cache
def _packaged() -> Registry:
    return Registry(forms=read_forms(NAMES / "forms.toml"), files=FILES)
