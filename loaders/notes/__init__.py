"""The project's own notes: one sentence a fact, in its own words, each with its public source, shipped whole."""

from pathlib import Path


def documents() -> tuple[Path, ...]:
    """The shipped notes files, by name."""
    return tuple(sorted(Path(__file__).parent.glob("*.toml")))
