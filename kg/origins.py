"""Origins: the primary source each statement goes back to, so that five documents that repeat one report count once.

A statement goes back to the publication it is attributed to; to the publication of the subject's own maker where the maker is the
claimant; to the same publication where it repeats that publication's figure and its document cites it, or the figure has so many digits
that nobody meets it twice; else to its claimant; else to its document, where copies of one text are one document. All of this is read
from what the documents say: claimants, references, links and identifiers.
"""

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from kg.collection import uncollected
from kg.documents import Metadata, Reference, is_table
from kg.facts import Survey, object_key, subject_key
from kg.scopes import stated_stage
from kg.statements import Statement
from kg.values import compare, date_interval, interval

ID_DIGITS = 16
NAMELESS = "nameless:"


@dataclass(frozen=True, slots=True)
class Origin:
    """A primary source: `kind` is publication, claimant or document; address and ISO 8601 date where a document gives them."""

    id: str
    label: str
    kind: str
    address: str | None
    date: str | None
    statement_ids: tuple[str, ...]
    document_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a statement comes from its origin: the steps from the primary source to the document, and why in a sentence."""

    statement_id: str
    origin_id: str
    chain: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Origins:
    """All origins by id, and the derivation of each statement by its id."""

    origins: tuple[Origin, ...]
    derivations: Mapping[str, Derivation]

    def count(self, statements: Iterable[Statement]) -> int:
        """How many origins stand behind some statements; denials stand behind nothing."""
        return len({self.derivations[item.id].origin_id for item in statements if item.status != "denied" and item.id in self.derivations})

    @property
    def of_statement(self) -> Mapping[str, str]:
        """The origin's id of each statement."""
        return {identity: derivation.origin_id for identity, derivation in self.derivations.items()}


@dataclass(frozen=True, slots=True)
class _Found:
    """A source met on the way: what it is keyed by, shown as, and why it is the source."""

    key: tuple[str, str]
    label: str
    reason: str


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("kg") / "origins.toml").read_text(encoding="utf-8"))


@cache
def _kinds() -> re.Pattern[str]:
    words = sorted(_table()["kinds"], key=len, reverse=True)
    return re.compile("|".join(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in words), re.IGNORECASE)


@lru_cache(maxsize=65536)
def _folded(label: str) -> str:
    return re.sub(r"[\W_]+", "", label.casefold())


@lru_cache(maxsize=16384)
def publication_key(label: str) -> str | None:
    """What a publication is known by whatever kind it is called: its name without "paper", "technical report"; None for anything else.

    >>> publication_key("Foo-2 Technical Report") == publication_key("the Foo 2 paper")
    True
    """
    if not _kinds().search(label):
        return None
    name = re.sub(r"^(the|its|their|an?|this)\b\s*", "", _kinds().sub(" ", label).strip(), flags=re.IGNORECASE)
    return _folded(name) or None


def _is_nameless(label: str) -> bool:
    """Whether a claimant is "the article" or the like: a kind of publication without a name."""
    return bool(_kinds().search(label)) and not publication_key(label)


@lru_cache(maxsize=16384)
def identifiers(text: str) -> frozenset[str]:
    """The identifiers of publications (arXiv, DOI) in an address or a text."""
    return frozenset(
        found.casefold().rstrip(".") for pattern in _table()["identifiers"] for found in re.findall(pattern, text, re.IGNORECASE)
    )


@uncollected()
def origins(
    statements: Iterable[Statement], found: Survey, documents: Mapping[str, Metadata] | None = None, copies: Mapping[str, str] | None = None
) -> Origins:
    """The origin of every statement.

    `found`: the survey of the statements; `documents`: what each document says of itself, by id; `copies`: the document each copy of a
    text stands for, by id (see kg.copies).
    """
    reader = _Reader(tuple(statements), documents or {}, copies or {})
    sources = reader.read(found)
    return reader.gathered(sources)


class _Reader:
    """Follows claimants and references through all statements at once."""

    def __init__(self, statements: Sequence[Statement], documents: Mapping[str, Metadata], copies: Mapping[str, str]) -> None:
        self.statements, self.documents, self.copies = statements, documents, copies
        self.by_id = {statement.id: statement for statement in statements}
        self.names: dict[str, str] = {}
        self.identified: dict[str, str] = {}
        self.published: dict[str, str] = {}
        self.mirrors: dict[str, list[str]] = {}
        self.chains: dict[tuple[str, tuple[str, ...], str], tuple[str, ...]] = {}
        self.own_voice: dict[str, _Found] = {}
        self.stands_for: dict[str, tuple[str, str]] = {}
        self.makers: dict[str, set[str]] = defaultdict(set)
        for statement in statements:
            subject_name = publication_key(statement.subject)
            if subject_name:
                self.names.setdefault(subject_name, statement.subject)
                if statement.predicate == "identifier":
                    for identity in identifiers(statement.object or ""):
                        self.identified.setdefault(identity, subject_name)
                if statement.predicate == "publicationDate" and statement.object:
                    self.published[subject_name] = min(statement.object, self.published.get(subject_name, statement.object))
            if statement.predicate == "developer":
                self.makers[subject_key(statement)].add(object_key(statement))
        self.told: dict[tuple[str, str, str], set[tuple[str, ...]]] = defaultdict(set)
        self.sources: dict[str, set[str]] = defaultdict(set)
        self.cites = self._citations()
        self.reports: dict[tuple[str, str], set[str]] = defaultdict(set)
        for statement in statements:
            named = self._attributed_publication(statement)
            if named:
                self.reports[subject_key(statement), statement.document_id].add(named)
                self.reports[subject_key(statement), ""].add(named)

    def _citations(self) -> dict[str, set[str]]:
        """The publications each document names: as a reference, a link, a claimant or a subject."""
        cites: dict[str, set[str]] = defaultdict(set)
        for statement in self.statements:
            for label in (statement.subject, *statement.attributed_to):
                name = publication_key(label)
                if name:
                    cites[statement.document_id].add(name)
        for identity, metadata in self.documents.items():
            for reference in metadata.references:
                name = self._referred(reference)
                if name:
                    cites[identity].add(name)
                    if reference.relation == "primary-source":
                        self.sources[identity].add(name)
        return cites

    def _referred(self, reference: Reference) -> str | None:
        for identity in identifiers(f"{reference.address or ''} {reference.label}"):
            if identity in self.identified:
                return self.identified[identity]
        name = publication_key(reference.label)
        if name:
            self.names.setdefault(name, reference.label)
        return name

    def _attributed_publication(self, statement: Statement) -> str | None:
        if not statement.attributed_to:
            return None
        nearest = statement.attributed_to[0]
        name = publication_key(nearest)
        if name is None and _is_nameless(nearest):
            # "The article" is a publication of its own, known only through this document.
            name = f"{NAMELESS}{self.copies.get(statement.document_id, statement.document_id)}"
        elif name is None:
            typed = statement.attributed_to_ids[0] if statement.attributed_to_ids else ""
            name = _folded(nearest) if typed.startswith("publication/") else None
        if name:
            self.names[name] = min(self.names.get(name, nearest), nearest, key=lambda label: (-len(label), label))
        return name

    def read(self, found: Survey) -> dict[str, _Found]:
        """The source of every statement: first what is attributed, then what repeats it, then claimants and documents."""
        sources: dict[str, _Found] = {}
        for statement in self.statements:
            direct = self._direct(statement)
            if direct:
                sources[statement.id] = direct
        direct_ones = set(sources)
        of_topic: dict[tuple[str, str], list[Statement]] = defaultdict(list)
        of_fact: dict[str, list[Statement]] = {}
        for fact in found.facts if direct_ones else ():
            primary = [self.by_id[identity] for identity in fact.statement_ids if identity in direct_ones]
            if primary:
                of_fact[fact.id] = _distinct(primary)
                of_topic[fact.subject_id, fact.predicate].extend(of_fact[fact.id])
        # First exact repeats of all facts, which tell whose figures a voice passes on; then rough ones; then figures that name no stage
        # and may be those of another fact of the topic.
        for exact, elsewhere in ((True, False), (False, False), (False, True)):
            for fact in found.facts if direct_ones else ():
                primary = of_topic.get((fact.subject_id, fact.predicate), []) if elsewhere else of_fact.get(fact.id, [])
                if not primary:
                    continue
                rest = [self.by_id[identity] for identity in fact.statement_ids if identity in self.by_id and identity not in sources]
                if elsewhere:
                    rest = [statement for statement in rest if stated_stage(statement) is None]
                    primary = _distinct(primary)
                if rest:
                    sources |= self._repeated(primary, rest, sources, exact)
        for statement in self.statements:
            sources.setdefault(statement.id, self._claimant_or_document(statement))
        return sources

    def _direct(self, statement: Statement) -> _Found | None:
        named = self._attributed_publication(statement)
        if named:
            return _Found(("publication", named), self.names[named], f"attributed to {statement.attributed_to[0]}")
        if not statement.attributed_to:
            return self._reported(statement)
        claimant = statement.attributed_to_ids[0] if statement.attributed_to_ids else statement.attributed_to[0].casefold()
        subject = subject_key(statement)
        label = statement.attributed_to[0]
        nameless = label == label.lower() and label.isascii()
        if claimant not in self.makers[subject] and not nameless:
            return None
        here = self.reports[subject, statement.document_id] or (self.reports[subject, ""] & self.cites[statement.document_id])
        if len(here) != 1:
            return None
        (name,) = here
        who = "whom the document does not name" if nameless else f"who made {statement.subject}"
        return _Found(("publication", name), self.names[name], f"said by {label}, {who}, in {self.names[name]}")

    def _reported(self, statement: Statement) -> _Found | None:
        """The subject's own report, where the document names it as a source and only the subject's maker can know what is said."""
        if (
            statement.predicate not in _table()["reported"]
            or "planned" in statement.qualifiers
            or statement.status in ("alleged", "denied")
        ):
            return None
        names = {_folded(statement.subject), _folded(statement.subject_id.partition("/")[2])} & self.sources[statement.document_id]
        for name in sorted(names):
            if not self._earlier(statement, name):
                return _Found(("publication", name), self.names[name], f"the document names {self.names[name]} as its source")
        return None

    def _repeated(
        self, primary: Sequence[Statement], rest: Sequence[Statement], sources: Mapping[str, _Found], exactly: bool
    ) -> dict[str, _Found]:
        """Statements that repeat a publication's figure: exactly with telling digits, or roughly where document or voice relies on it."""
        repeated: dict[str, _Found] = {}
        for statement in rest:
            own = interval(statement)
            if own is None or statement.status in ("alleged", "denied"):
                continue
            for given in primary:
                source, beside = sources[given.id], interval(given)
                if beside is None or source.key[1].startswith(NAMELESS) or self._earlier(statement, source.key[1]):
                    continue
                about = (subject_key(statement), statement.document_id, source.key[1])
                if exactly:
                    if own.value is not None and own.value == beside.value and _digits(statement) >= _table()["telling_digits"]:
                        self.told[about].add(statement.attributed_to[:1])
                        repeated[statement.id] = _Found(source.key, source.label, f"the same figure as in {source.label}")
                        break
                    continue
                cited = source.key[1] in self.cites[statement.document_id]
                passed_on = statement.attributed_to[:1] in self.told[about] or (not statement.attributed_to and self.told[about])
                if (cited or passed_on) and compare(own, beside) in ("same", "agrees", "rounding", "truncation"):
                    why = "a document that cites it" if cited else "a voice that repeats its exact figures"
                    repeated[statement.id] = _Found(source.key, source.label, f"the figure of {source.label}, in {why}")
                    break
        return repeated

    def _earlier(self, statement: Statement, publication: str) -> bool:
        """Whether the document is older than the publication, which it then cannot repeat."""
        metadata = self.documents.get(statement.document_id)
        said, published = date_interval((metadata.date if metadata else None) or ""), date_interval(self.published.get(publication, ""))
        return bool(said and published and said.high is not None and published.low is not None and said.high < published.low)

    def _document(self, identity: str) -> tuple[str, str]:
        """The document a text stands for and what it is called: by the publisher whose text it is, where it is a mirror."""
        if identity not in self.stands_for:
            self.stands_for[identity] = self._standing(identity)
        return self.stands_for[identity]

    def _standing(self, identity: str) -> tuple[str, str]:
        here = self.copies.get(identity, identity)
        metadata = self.documents.get(here) or self.documents.get(identity) or Metadata()
        mirrors = [reference.label for reference in metadata.references if reference.relation == "mirror" and reference.label]
        publisher = mirrors[-1] if mirrors else metadata.publisher
        return here, ": ".join(part for part in (publisher, metadata.title) if part)

    def _claimant_or_document(self, statement: Statement) -> _Found:
        if statement.attributed_to:
            label = statement.attributed_to[0]
            key = statement.attributed_to_ids[0] if statement.attributed_to_ids else _folded(label)
            if not (label == label.lower() and label.isascii()):
                return _Found(("claimant", key), label, f"said by {label}")
        found = self.own_voice.get(statement.document_id)
        if found is None:
            found = self.own_voice[statement.document_id] = self._own_voice(statement)
        return found

    def _own_voice(self, statement: Statement) -> _Found:
        """The source of what a document says itself."""
        metadata = self.documents.get(statement.document_id)
        if metadata and is_table(metadata):
            whole = next((one for one in metadata.references if one.relation == "primary-source" and one.start is None), None)
            if whole:  # the tables of one database are one origin
                key = _folded(whole.label)
                self.names.setdefault(key, whole.label)
                return _Found(("publication", key), whole.label, f"a cell of {metadata.title}")
        here, label = self._document(statement.document_id)
        return _Found(("document", here), label or statement.document, "said by the document itself")

    def gathered(self, sources: Mapping[str, _Found]) -> Origins:
        """Origins by id with their statements and documents; copies of one text are one document."""
        members: dict[tuple[str, str], list[Statement]] = defaultdict(list)
        for statement in self.statements:
            members[sources[statement.id].key].append(statement)
        made: list[Origin] = []
        derivations: dict[str, Derivation] = {}
        for key, own in sorted(members.items()):
            identity = sha256(json.dumps(key, ensure_ascii=False).encode()).hexdigest()[:ID_DIGITS]
            label = self.names[key[1]] if key[0] == "publication" else min(sources[item.id].label for item in own)
            address, date = self._whereabouts(key, label)
            documents = sorted({self.copies.get(item.document_id, item.document_id) for item in own})
            made.append(Origin(identity, label, key[0], address, date, tuple(sorted(item.id for item in own)), tuple(documents)))
            for item in own:
                passed = item.document_id, item.attributed_to, label
                chain = self.chains.get(passed)
                if chain is None:
                    chain = self.chains[passed] = self._chain(item, label)
                derivations[item.id] = Derivation(item.id, identity, chain, sources[item.id].reason)
        return Origins(tuple(sorted(made, key=lambda origin: origin.id)), derivations)

    def _whereabouts(self, key: tuple[str, str], label: str) -> tuple[str | None, str | None]:
        if key[0] == "document":
            metadata = self.documents.get(key[1], Metadata())
            return metadata.address, metadata.date
        for identity in sorted(self.documents):
            for reference in self.documents[identity].references:
                named = self._referred(reference) == key[1] if key[0] == "publication" else _folded(reference.label) == _folded(label)
                if named and reference.address:
                    return reference.address, reference.date or self.published.get(key[1])
        return None, self.published.get(key[1]) if key[0] == "publication" else None

    def _chain(self, statement: Statement, origin: str) -> tuple[str, ...]:
        """From the primary source through those who pass it on, publishers of mirrors included, to the document."""
        metadata = self.documents.get(statement.document_id, Metadata())
        if statement.document_id not in self.mirrors:
            self.mirrors[statement.document_id] = [
                reference.label for reference in metadata.references if reference.relation == "mirror" and reference.label
            ]
        mirrors = self.mirrors[statement.document_id]
        passed = [*statement.attributed_to, *reversed(mirrors), *([metadata.publisher] if metadata.publisher else []), statement.document]
        steps = [origin]
        for step in passed:
            key, before = publication_key(step), steps[-1]
            again = _folded(step) == _folded(before) or (len(steps) == 1 and before.startswith(f"{step}: ")) or step in steps[1:]
            if not again and (key is None or key != publication_key(before)):
                steps.append(step)
        return tuple(steps)


def _digits(statement: Statement) -> int:
    found = interval(statement)
    return len(found.value.normalize().as_tuple().digits) if found and found.value is not None else 0


def _distinct(statements: Iterable[Statement]) -> list[Statement]:
    """One statement for each figure and source, so that large facts stay linear."""
    kept: dict[tuple[object, ...], Statement] = {}
    for statement in statements:
        kept.setdefault((interval(statement), statement.attributed_to[:1], statement.document_id), statement)
    return sorted(kept.values(), key=lambda statement: (-_digits(statement), statement.id))[:32]
