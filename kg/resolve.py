"""Gives every name in statements the entity it means: by the registry, by what the name says, by its document, by judgements.

Two names are one entity when the registry lists both, when their signatures (kg/signatures.py) are equal, when a name says its own other
name in parentheses, when a short name ("R1") completes to one full name of its document or of the lab the document speaks of, or when a
person judged so. Nothing else is merged: names that merely look alike are listed for review.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from kg.entities import Entity, Registry, fold, mint, slug
from kg.judgements import Judgements
from kg.ontology import predicates
from kg.signatures import Signature, names_in, signature
from kg.statements import Statement, with_entities

CLAIMANT_TYPES = ("organisation", "person", "publication")
THIS_DOCUMENT = frozenset({"document", "thedocument", "thisdocument"})
ALIKE = 88.0  # from this similarity on (0..100, rapidfuzz token_sort_ratio) names with equal numbers are listed for review


@dataclass(frozen=True, slots=True)
class Context:
    """What the document around a name speaks of: full model names in it, and organisation ids, most mentioned first."""

    models: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether two names mean one entity: "same", "different" or "unsure"; `score` 0..1; why."""

    verdict: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """Statements with their ids; all entities named, by id; ids that redirect to another; `form_of`: a form factor to its chip."""

    statements: tuple[Statement, ...]
    entities: Mapping[str, Entity]
    redirects: Mapping[str, str]
    form_of: Mapping[str, str]
    resolver: "Resolver"

    def identify(self, label: str, type: str) -> str:
        """The id of the entity a name means outside a statement: a publisher, an author, a chip in a qualifier."""
        return self.resolver.identify(label, type)


@dataclass(slots=True)
class Resolver:
    """Finds entities for names; the same names in the same order give the same ids."""

    registry: Registry
    judgements: Judgements = field(default_factory=Judgements)
    form_of: dict[str, str] = field(default_factory=dict)
    _merged: Mapping[str, str] = field(default_factory=dict)
    _by_key: dict[str, dict[str, str]] = field(default_factory=dict)
    _by_developer: dict[str, list[Entity]] = field(default_factory=dict)
    _own: dict[tuple[str, str], str] = field(default_factory=dict)
    _minted: dict[tuple[str, str], str] = field(default_factory=dict)
    _other_names: dict[tuple[str, str], str | None] = field(default_factory=dict)
    _separate: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._merged = self.judgements.merged()
        self._separate = frozenset(id for item in self.judgements if item.verdict == "different" for id in (item.left, item.right))

    # ---- one name

    def identify(self, label: str, type: str, context: Context | None = None) -> str:
        """The id of the entity a name means; a minted one where nothing is known of it."""
        if type == "model" and context is not None and not signature(label, type).full:
            completed = self._in_document(label, context) or (None if self.registry.find(label, type) else self._of_lab(label, context))
            if completed:
                return completed
        found = self._own.get((type, label))
        if found is None:
            found = self._own[type, label] = self._resolved(label, type)
        return found

    def _resolved(self, label: str, type: str) -> str:
        own = f"{type}/{slug(label)}"
        id = self._known(label, type) or self._mint(label, type)
        if own in self._separate and self.judgements.verdict(own, id) == "different":
            id = own
        return self._merged.get(id, id)

    def _known(self, label: str, type: str) -> str | None:
        """The registry's entity of that name, or of a name with the same signature; a form factor of a known chip."""
        for name in names_in(label):
            if type == "chip" and signature(name, type).form:
                return self._form_factor(name)
            found = self.registry.find(name, type)
            if found and (type != "model" or _says_the_same(name, found.label)):
                return found.id
            by_key = self._keys(type).get(signature(name, type).key)
            if by_key:
                return by_key
            rest = self._without_owner(name) if type == "cluster" else None
            if rest:
                known = self.registry.find(rest, type)
                by_key = known.id if known else self._keys(type).get(signature(rest, type).key)
                if by_key:
                    return by_key
        return None

    def _form_factor(self, label: str) -> str:
        """A board of a chip ("H800 SXM5") is an entity below the chip ("H800"), whose price, power and memory are its own."""
        parts = signature(label, "chip")
        core = " ".join(word for word in parts.words if word not in parts.form)
        chip = self._keys("chip").get(signature(core, "chip").key)
        if chip is None:
            known = self.registry.find(core, "chip")
            chip = known.id if known else self._mint(core, "chip")
        id = f"{chip}-{'-'.join(parts.form)}"
        self.form_of[id] = chip
        return id

    def _without_owner(self, label: str) -> str | None:
        """A cluster's name without the organisation before it ("xAI Colossus" is Colossus)."""
        words = label.split()
        for count in range(min(4, len(words) - 1), 0, -1):
            if self.registry.find(" ".join(words[:count]), "organisation"):
                rest = " ".join(words[count:])
                return rest if signature(rest, "cluster").full else None
        return None

    def _keys(self, type: str) -> dict[str, str]:
        """Signature keys of the registry's names; a key of two entities is nobody's."""
        index = self._by_key.get(type)
        if index is None:
            found: dict[str, set[str]] = defaultdict(set)
            for entity in self.registry.all(type):
                for name in entity.names:
                    said = signature(name, type)
                    if said.full and not said.form and (type != "model" or _says_the_same(name, entity.label)):
                        found[said.key].add(entity.id)
            index = self._by_key[type] = {key: next(iter(ids)) for key, ids in found.items() if len(ids) == 1 and key}
        return index

    def _mint(self, label: str, type: str) -> str:
        """An id for a name nobody knows: that of the names with the same signature, as `learn` has chosen it."""
        for name in names_in(label):
            other = self._other_names.get((type, signature(name, type).key))
            if other:
                return other
        key = signature(names_in(label)[0], type).key
        return self._minted.get((type, key)) or mint(label, type).id

    def _in_document(self, label: str, context: Context) -> str | None:
        """The one model of the document whose name is this short name after its family's name."""
        short = signature(label, "model")
        found = {self.identify(name, "model") for name in context.models if _completes(short, label, name)}
        return found.pop() if len(found) == 1 else None

    def _of_lab(self, label: str, context: Context) -> str | None:
        """The one model of the first lab the document speaks of that has one whose name is this short name after its family's."""
        short = signature(label, "model")
        if any(_completes(short, label, name) for name in context.models):
            return None
        if not self._by_developer:
            for entity in self.registry.all("model"):
                self._by_developer.setdefault(entity.hints.get("developer", ""), []).append(entity)
        for organisation in context.organisations:
            models = self._by_developer.get(organisation, ())
            found = {model.id for model in models if any(_completes(short, label, name) for name in model.names)}
            if len(found) == 1:
                id = found.pop()
                return self._merged.get(id, id)
            if found:
                return None
            guess = self._family_guess(label, organisation)
            if guess:
                return guess
        return None

    def _family_guess(self, label: str, organisation: str) -> str | None:
        """A minted name that an earlier document gave in full: "R1" of DeepSeek where only documents name DeepSeek-R1."""
        owner = self.registry.by_id(organisation)
        if owner is None:
            return None
        key = signature(f"{owner.label} {label}", "model").key
        return self._minted.get(("model", key)) or self._keys("model").get(key)

    # ---- all names of a home

    def learn(self, names: Mapping[tuple[str, str], int]) -> None:
        """Choose ids for names the registry does not know, from how often each is used: {(type, label): count}.

        Of names with one signature the most used (then the first in the alphabet) gives the id; a name that declares another one in
        parentheses lends it, unless two declare it differently.
        """
        groups: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
        declared: dict[tuple[str, str], set[str]] = defaultdict(set)
        owned: dict[tuple[str, str], set[str]] = defaultdict(set)
        for (type, label), count in names.items():
            if self._known(label, type):
                continue
            parts = names_in(label)
            groups[type, signature(parts[0], type).key].append((-count, label))
            for name in parts[1:]:
                declared[type, signature(name, type).key].add(signature(parts[0], type).key)
            rest = self._without_owner(label) if type == "cluster" else None
            if rest:
                owned[type, signature(rest, type).key].add(signature(label, type).key)
        for (type, key), labels in sorted(groups.items()):
            best = min(labels)[1]
            chosen = mint(best, type).id
            kept_apart = chosen in self._separate and any(
                self.judgements.verdict(chosen, mint(label, type).id) == "different" for _, label in labels
            )
            if not kept_apart:
                self._minted[type, key] = chosen
        for (type, key), owners in sorted(declared.items()):
            ids = {self._minted.get((type, owner)) for owner in owners}
            self._other_names[type, key] = ids.pop() if len(ids) == 1 else None
        for (type, key), owners in sorted(owned.items()):
            if (type, key) in self._minted and len(owners) == 1:  # "xAI Colossus" where a document says just Colossus
                self._other_names[type, owners.pop()] = self._minted[type, key]
        self._own.clear()

    # ---- two names

    def compare(self, left: str, right: str, type: str, context: Context | None = None) -> Decision:
        """Whether two names mean one entity, and why."""
        one, other = self.identify(left, type, context), self.identify(right, type, context)
        if one == other:
            return Decision("same", 1.0, "one entity of the registry, one signature, or a completed short name")
        if self.form_of.get(one) == other or self.form_of.get(other) == one:
            return Decision("different", 0.9, "a form factor of the other")
        verdict = self.judgements.verdict(one, other)
        if verdict:
            return Decision(verdict, 0.5, "judged by a person")
        return likeness(left, right, type)


def likeness(left: str, right: str, type: str) -> Decision:
    """How alike two names of different entities are: never "same", "unsure" where a person should look."""
    one, other = signature(left, type), signature(right, type)
    score = fuzz.token_sort_ratio(" ".join(one.words), " ".join(other.words))
    if one.numbers != other.numbers:
        return Decision("different", score / 200, "their versions, sizes or other numbers differ")
    if score >= ALIKE:
        return Decision("unsure", score / 100, "their numbers are equal and their words nearly so")
    if one.numbers and (set(one.words) < set(other.words) or set(other.words) < set(one.words)):
        return Decision("unsure", score / 100, "one name has all words of the other")
    return Decision("different", score / 100, "their words differ")


def _says_the_same(name: str, label: str) -> bool:
    """Whether a registry's other name of a model may stand for it: if it has the family's word, it has the same numbers and tier.

    "文心一言" and "K2" are other names; "Llama 3.1 405B Instruct" and "Whisper large-v2" are other models.
    """
    one, other = signature(name, "model"), signature(label, "model")
    if not set(one.words[:1]) & set(other.words):
        return True
    return one.numbers == other.numbers and one.ends == other.ends


def _completes(short: Signature, label: str, name: str) -> bool:
    """Whether `name` is the short name after words that carry no number of their own, tier or size: DeepSeek-R1 completes R1.

    A bare size ("405B") is completed by a name with a version, as there is only one of that size in the document.
    """
    full = signature(name, "model")
    if not full.full or full.key == short.key:
        return False
    rest = list(full.words)
    for word in short.words:
        if word not in rest:
            return False
        rest.remove(word)
    folded, wanted = name.casefold(), label.casefold()
    if not folded.endswith(wanted) and signature(wanted, "model").words != full.words[-len(short.words) :]:
        return False
    if folded.endswith(wanted) and folded[: -len(wanted)][-1:].isalnum():
        return False
    only_size = all(word[-1:] in "bm" and word[:1].isdigit() for word in short.words)
    return only_size or not any(character.isdigit() for word in rest for character in word)


# ---- statements


Types = tuple[str, str | None, tuple[str, ...]]
"""The types of a statement's subject ("" unknown, "document" this document), object (None: no entity) and claimants."""


def resolve(
    statements: Iterable[Statement], registry: Registry, judgements: Judgements | None = None, beside: Iterable[tuple[str, str]] = ()
) -> Resolution:
    """Fill in the ids of subjects, objects and claimants; `beside`: labels with their types that stand outside statements.

    A subject or object id that a loader gave stays; an id that is only a type ("chip/") says of what type the name is. A subject no type
    of which is known, in a predicate the ontology does not have, keeps an empty id. The object of a text predicate is linked where the
    registry knows it and stays text (object_id None) where not.
    """
    items = tuple(statements)
    resolver = Resolver(registry, judgements or Judgements())
    by_document: dict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        by_document[item.document_id].append(index)
    named: Counter[tuple[str, str]] = Counter((type, label) for label, type in beside)
    typed: list[Types] = [("", None, ())] * len(items)
    for indices in by_document.values():
        for index, types in zip(indices, _typed([items[index] for index in indices], registry), strict=True):
            typed[index] = types
            for label, type in _mentions(items[index], types):
                named[type, label] += 1
    resolver.learn(named)
    contexts = {
        document: _context([items[index] for index in indices], [typed[index] for index in indices], resolver)
        for document, indices in by_document.items()
    }
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    made = [_resolved(item, types, resolver, contexts[item.document_id], spellings) for item, types in zip(items, typed, strict=True)]
    redirects: dict[str, str] = {}
    for type, label in named:
        own, id = f"{type}/{slug(label)}", resolver.identify(label, type)
        spellings[id][label] += 0
        redirects[own] = id
    for id, chip in resolver.form_of.items():
        if id in spellings:
            spellings[chip].update(())
    redirects.update(resolver.judgements.merged())
    return Resolution(
        tuple(made),
        {id: _entity(id, labels, registry) for id, labels in sorted(spellings.items())},
        {old: id for old, id in sorted(redirects.items()) if old not in spellings and id in spellings},
        {id: chip for id, chip in sorted(resolver.form_of.items()) if id in spellings},
        resolver,
    )


def _mentions(item: Statement, types: Types) -> Iterator[tuple[str, str]]:
    """The names of a statement that are to be found out, with their types."""
    subject, object, claimants = types
    if subject not in ("", "document") and (not item.subject_id or item.subject_id.endswith("/")):
        yield item.subject, subject
    if object and item.object and item.object_id is None:
        yield item.object, object
    yield from ((label, type) for label, type in zip(item.attributed_to, claimants, strict=True) if label.strip())


def _resolved(item: Statement, types: Types, resolver: Resolver, context: Context, spellings: dict[str, Counter[str]]) -> Statement:
    subject_type, object_type, claimant_types = types
    if subject_type == "document":
        subject_id = f"document/{item.document_id}"
    elif item.subject_id and not item.subject_id.endswith("/"):
        subject_id = item.subject_id
        spellings[subject_id][item.subject] += 1
    elif subject_type and item.subject.strip():
        subject_id = resolver.identify(item.subject, subject_type, None if item.subject_id else context)
        spellings[subject_id][item.subject] += 1
    else:
        subject_id = ""
    object_id = item.object_id
    if object_id is None and object_type and item.object:
        object_id = resolver.identify(item.object, object_type, None if item.subject_id else context)
    if object_id and item.object:
        spellings[object_id][item.object] += 1
    if not item.attributed_to:
        return with_entities(item, subject_id, object_id, ())
    claimants = tuple(
        resolver.identify(label, type) for label, type in zip(item.attributed_to, claimant_types, strict=True) if label.strip()
    )
    for id, label in zip(claimants, (label for label in item.attributed_to if label.strip()), strict=True):
        spellings[id][label] += 1
    return with_entities(item, subject_id, object_id, claimants)


def _typed(said: Sequence[Statement], registry: Registry) -> Iterator[Types]:
    """The types of the names in each statement of one document."""
    known = predicates()
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    sure_of: dict[tuple[str, tuple[str, ...]], str | None] = {}

    def only(label: str, options: tuple[str, ...]) -> str | None:
        if (label, options) not in sure_of:
            sure_of[label, options] = _only(label, options, registry)
        return sure_of[label, options]

    for item in said:
        predicate = known.get(item.predicate)
        if predicate is None:
            continue
        if item.subject_id:
            votes[fold(item.subject)][item.subject_id.partition("/")[0]] += 1
        elif sure := only(item.subject, predicate.subjects):
            votes[fold(item.subject)][sure] += 1
        if item.object and predicate.kind == "entity" and (sure := only(item.object, predicate.objects)):
            votes[fold(item.object)][sure] += 1
    apart = {name: tuple(type for type in one.subjects if type != "document") for name, one in known.items()}
    cached: dict[tuple[str, str, bool], str] = {}
    linked: dict[tuple[str, str], str | None] = {}

    def type_of(label: str, options: Sequence[str], item: Statement, of_subject: bool) -> str:
        key = label, item.predicate if of_subject or options is not CLAIMANT_TYPES else "", of_subject
        if key not in cached:
            cached[key] = _type(label, options, item, registry, votes)
        return cached[key]

    for item in said:
        predicate = known.get(item.predicate)
        claimants = tuple(type_of(label, CLAIMANT_TYPES, item, False) for label in item.attributed_to) if item.attributed_to else ()
        if predicate is None or not item.subject.strip():
            yield item.subject_id.partition("/")[0], None, claimants
            continue
        if item.subject_id:
            subject = item.subject_id.partition("/")[0]
        elif "document" in predicate.subjects and (item.subject == item.document or fold(item.subject) in THIS_DOCUMENT):
            subject = "document"
        else:
            subject = type_of(item.subject, apart[item.predicate], item, True)
        object: str | None = None
        if item.object and item.object.strip() and predicate.objects and item.object_id is None:
            if predicate.kind == "entity":
                object = type_of(item.object, predicate.objects, item, False)
            else:
                if (item.object, item.predicate) not in linked:
                    found = (type for type in predicate.objects if registry.find(item.object, type))
                    linked[item.object, item.predicate] = next(found, None)
                object = linked[item.object, item.predicate]
        yield subject, object, claimants


def _only(label: str, options: Sequence[str], registry: Registry) -> str | None:
    """The only type a name can have there: the only possible one, or the only one of the possible ones it is known with."""
    known = options if len(options) == 1 else [type for type in options if registry.find(label, type)]
    return known[0] if len(known) == 1 else None


def _type(label: str, options: Sequence[str], item: Statement, registry: Registry, votes: Mapping[str, Counter[str]]) -> str:
    """The type of a name among those possible: known before unknown, then as the document votes, then in the order given."""
    if len(options) == 1:
        return options[0]
    known = [type for type in options if registry.find(label, type)]
    ballot = votes.get(fold(label), Counter())
    candidates = known or [type for type in options if ballot[type]] or _likely(label, options, item, registry)
    return max(candidates, key=lambda type: (ballot[type], -candidates.index(type)))


def _likely(label: str, options: Sequence[str], item: Statement, registry: Registry) -> list[str]:
    """The types of an unknown label: a model when its name begins with that of a family, a cluster when its power is in megawatts."""
    if "model" in options and (registry.family(label) or item.qualifiers.get("stage")):
        return ["model"]
    if "cluster" in options and item.unit in ("MW", "GW", "MWh"):
        return ["cluster"]
    return list(options)


def _context(said: Sequence[Statement], typed: Sequence[Types], resolver: Resolver) -> Context:
    """The full model names of a document and the organisations it speaks of, most mentioned first."""
    models: dict[str, None] = {}
    organisations: Counter[str] = Counter()
    short = False
    for item, (subject, object, _) in zip(said, typed, strict=True):
        if item.subject_id:  # tables give full names
            continue
        for label, type in ((item.subject, subject), (item.object or "", object)):
            if type == "model":
                if signature(label, type).full:
                    models[label] = None
                else:
                    short = True
            elif type == "organisation":
                organisations[label] += 1
    if not short:
        return Context()
    ranked = sorted(organisations.items(), key=lambda pair: (-pair[1], pair[0]))
    for label in models:
        family = resolver.registry.family(label)
        developer = family.hints.get("developer") if family else None
        if developer:
            organisations[developer] += 1
    ids = dict.fromkeys(resolver.identify(label, "organisation") for label, _ in ranked)
    ids.update(dict.fromkeys(id for id, _ in organisations.most_common() if "/" in id))
    return Context(tuple(models), tuple(ids))


def _entity(id: str, labels: Counter[str], registry: Registry) -> Entity:
    """The registry's entity with the names used in the home added, or one made of them: the most used name is the label."""
    known = registry.by_id(id)
    used = [label for label, _ in sorted(labels.items(), key=lambda pair: (-pair[1], pair[0]))]
    if known:
        return replace(known, aliases=tuple(dict.fromkeys([*known.aliases, *(label for label in used if label != known.label)])))
    label = used[0] if used else id.partition("/")[2]
    return Entity(id=id, type=id.partition("/")[0], label=label, aliases=tuple(used[1:]))


def to_review(entities: Iterable[Entity], judgements: Judgements) -> Iterator[tuple[Decision, Entity, Entity]]:
    """Pairs of entities whose names are so alike that a person should look, likeliest first within a type."""
    by_type: dict[tuple[str, tuple[str, ...]], list[Entity]] = defaultdict(list)
    for entity in entities:
        by_type[entity.type, signature(entity.label, entity.type).numbers].append(entity)
    found: list[tuple[Decision, Entity, Entity]] = []
    for (type, _), group in sorted(by_type.items()):
        group.sort(key=lambda entity: entity.id)
        for position, left in enumerate(group):
            for right in group[position + 1 :]:
                decision = likeness(left.label, right.label, type)
                if decision.verdict == "unsure" and judgements.verdict(left.id, right.id) is None:
                    found.append((decision, left, right))
    yield from sorted(found, key=lambda item: (-item[0].score, item[1].id, item[2].id))
