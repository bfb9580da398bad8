"""What a figure covers: the stage of training it speaks of, read from a statement's qualifiers."""

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from kg.statements import Statement


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("kg") / "scopes.toml").read_text(encoding="utf-8"))


@cache
def _stages() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((stage, re.compile("|".join(entry["patterns"]), re.IGNORECASE)) for stage, entry in _table()["stages"].items())


@lru_cache(maxsize=16384)
def stage_named(words: str) -> str | None:
    """The one stage of training that words name; None when they name none or several.

    >>> stage_named("final pre-training run")
    'pre-training'
    """
    found = [stage for stage, pattern in _stages() if pattern.search(words)]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=16384)
def is_whole(words: str) -> bool:
    """Whether a scope is "total" or the like, which restricts nothing."""
    return any(re.search(pattern, words.strip(), re.IGNORECASE) for pattern in _table()["whole"]["patterns"])


def stage_of(stage: str | None, scope: str | None) -> str | None:
    """The stage that a `stage` and a `scope` qualifier name: a known one, the stage's own words, or None when they name none."""
    if stage:
        return stage_named(stage) or stage.strip().lower()
    return stage_named(scope) if scope else None


def stated_stage(statement: Statement) -> str | None:
    """The stage a statement's `stage` or `scope` qualifier names; None when it states none."""
    return stage_of(statement.qualifiers.get("stage"), statement.qualifiers.get("scope"))
