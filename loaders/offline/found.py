"""A statement in the making, before its span, claimant and status are read."""

from dataclasses import dataclass

from loaders.offline.analysis import Segment
from loaders.offline.proposals import FigureProposal


@dataclass(frozen=True, slots=True)
class Found:
    """Content range of what supports it, and how sure the weights are (0..1)."""

    subject: str
    subject_key: str
    predicate: str
    start: int
    end: int
    segment: Segment
    score: float
    object: str | None = None
    object_key: str = ""
    figure: FigureProposal | None = None
    anchor: tuple[int, int] | None = None
