"""Copies: which documents repeat the text of another, found from small fingerprints, so that two mirrors of one article count once.

A fingerprint is the smallest hashes of the text's overlapping pieces (bottom-k sketch, Broder 1997); two texts are copies when the
sketches say that at least half of their pieces are the same. Frames, line breaks and punctuation do not count.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import blake2b

PIECE = 24
"""Letters and digits in a piece: four or five English words, a Chinese sentence."""
SKETCH = 96
ALIKE = 0.5
SHORTEST = 30
"""A text of fewer pieces is too short to tell a copy from a commonplace."""
COMMON = 200
"""A piece of so many documents is boilerplate."""


def fingerprint(text: str) -> tuple[int, ...]:
    """The sketch of a text, ascending; empty when the text is too short to be told from others.

    >>> fingerprint("too short")
    ()
    """
    letters = re.sub(r"[\W_]+", "", text.casefold())
    pieces = {letters[start : start + PIECE] for start in range(len(letters) - PIECE + 1)}
    if len(pieces) < SHORTEST:
        return ()
    hashes = sorted(int.from_bytes(blake2b(piece.encode("utf-8", "surrogatepass"), digest_size=6).digest(), "big") for piece in pieces)
    return tuple(hashes[:SKETCH])


def likeness(left: tuple[int, ...], right: tuple[int, ...]) -> float:
    """The estimated share of pieces two texts have in common, 0 to 1."""
    union = sorted({*left, *right})[: min(SKETCH, len({*left, *right}))]
    both = set(left) & set(right)
    return sum(1 for value in union if value in both) / len(union) if union else 0.0


def copies(fingerprints: Mapping[str, tuple[int, ...]]) -> dict[str, str]:
    """The document each one stands for: itself, or the first by id of those whose text it repeats."""
    holders: dict[int, list[str]] = defaultdict(list)
    for identity in sorted(fingerprints):
        for value in fingerprints[identity]:
            holders[value].append(identity)
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for together in holders.values():
        if 1 < len(together) <= COMMON:
            # The first holder stands for the group: every pair of a large group would be quadratic.
            for other in together[1:]:
                shared[together[0], other] += 1
    root = {identity: identity for identity in fingerprints}

    def first(identity: str) -> str:
        while root[identity] != identity:
            identity = root[identity]
        return identity

    for left, right in _by_id(pair for pair, number in shared.items() if number * 4 >= SKETCH * ALIKE):
        if likeness(fingerprints[left], fingerprints[right]) >= ALIKE:
            one, other = sorted((first(left), first(right)))
            root[other] = one
    return {identity: first(identity) for identity in fingerprints}


def _by_id(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(pairs)
