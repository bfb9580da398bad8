"""What people have decided about who is who: same, different or unsure, each with a reason and an author, in a file one can review.

One JSON object a line, in the order of deciding:
{"verdict": "same", "left": "model/a", "right": "model/b", "reason": "...", "author": "...", "date": "2025-11-21"}
"same" makes the left entity the right one: the right id stays, the left redirects to it. "different" keeps two names apart that the
rules would join. "unsure" takes a pair off the list to review. The last judgement on a pair counts.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from kg.errors import InputError, UsageError

VERDICTS = ("same", "different", "unsure")
FILE = "judgements.jsonl"
_PACKAGED = Path(__file__).parent / "names" / FILE


@dataclass(frozen=True, slots=True)
class Judgement:
    """One decision about two entity ids such as "model/deepseek-v3"."""

    verdict: str
    left: str
    right: str
    reason: str
    author: str
    date: str = ""


class Judgements:
    """The judgements that count, by unordered pair."""

    def __init__(self, judgements: Iterable[Judgement] = ()) -> None:
        self._pairs: dict[frozenset[str], Judgement] = {}
        for item in judgements:
            if item.verdict not in VERDICTS:
                raise InputError(f"a judgement on {item.left} and {item.right} is {item.verdict!r}; expected one of {', '.join(VERDICTS)}")
            self._pairs[frozenset((item.left, item.right))] = item

    def __iter__(self) -> Iterator[Judgement]:
        return iter(self._pairs.values())

    def __len__(self) -> int:
        return len(self._pairs)

    def digest(self) -> str:
        """Hash of what was judged, which decides the ids of a release."""
        lines = sorted(f"{item.verdict} {item.left} {item.right}" for item in self._pairs.values())
        return sha256("\n".join(lines).encode()).hexdigest()

    def verdict(self, left: str, right: str) -> str | None:
        """What was decided about this very pair; None when nothing was."""
        found = self._pairs.get(frozenset((left, right)))
        return found.verdict if found else None

    def merged(self) -> Mapping[str, str]:
        """Each id that is another entity, to the id that stays.

        Raises: InputError when a chain of "same" joins two ids that are judged different, or runs in a circle.
        """
        target = {item.left: item.right for item in self._pairs.values() if item.verdict == "same"}
        final: dict[str, str] = {}
        for start in target:
            seen, id = {start}, target[start]
            while id in target:
                if id in seen:
                    raise InputError(f"the judgements that {start} is {target[start]} run in a circle; undo one with `kg resolve --undo`")
                seen.add(id)
                id = target[id]
            final[start] = id
        for item in self._pairs.values():
            if item.verdict == "different" and final.get(item.left, item.left) == final.get(item.right, item.right):
                raise InputError(
                    f"{item.left} and {item.right} are judged different ({item.author}: {item.reason}) but joined by other judgements"
                )
        return final


def read_judgements(path: Path) -> tuple[Judgement, ...]:
    """The judgements of a file in its order; none when there is no file.

    Raises: InputError naming the line that cannot be used.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(Judgement(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise InputError(
                f"{path} line {number}: is no judgement ({error}); expected verdict, left, right, reason, author, date"
            ) from None
    return tuple(found)


def write_judgements(path: Path, judgements: Iterable[Judgement]) -> None:
    """Replace the file in one step."""
    working = path.with_suffix(".working")
    path.parent.mkdir(parents=True, exist_ok=True)
    working.write_text("".join(json.dumps(asdict(item), ensure_ascii=False) + "\n" for item in judgements), encoding="utf-8")
    working.replace(path)


@cache
def packaged_judgements() -> tuple[Judgement, ...]:
    """The judgements that come with the package."""
    return read_judgements(_PACKAGED)


def all_judgements(home: Path | None = None) -> Judgements:
    """The packaged judgements and those of a home, which count more."""
    own = read_judgements(home / FILE) if home else ()
    return Judgements((*packaged_judgements(), *own))


def recorded(home: Path, judgement: Judgement) -> Judgements:
    """Add a judgement to a home's file.

    Raises: UsageError when it contradicts another one.
    """
    own = [item for item in read_judgements(home / FILE) if {item.left, item.right} != {judgement.left, judgement.right}]
    own.append(judgement)
    found = Judgements((*packaged_judgements(), *own))
    try:
        found.merged()
    except InputError as error:
        raise UsageError(f"not recorded: {error}") from None
    write_judgements(home / FILE, own)
    return found


def undone(home: Path, left: str, right: str) -> Judgement:
    """Take a judgement out of a home's file; it is returned.

    Raises: UsageError when the home has none on this pair.
    """
    own = read_judgements(home / FILE)
    kept = tuple(item for item in own if {item.left, item.right} != {left, right})
    if len(kept) == len(own):
        raise UsageError(f"{home / FILE} has no judgement on {left} and {right}; `kg resolve --judgements` lists them")
    write_judgements(home / FILE, kept)
    return next(item for item in own if {item.left, item.right} == {left, right})
