"""`kg resolve`: look at names that may mean one thing, and decide: same, different, unsure, each with a reason; undo."""

import datetime
import os
from collections.abc import Iterator
from typing import Annotated

import typer

from kg.catalogue import Catalogue
from kg.commands.arguments import DEFAULT_HOME, HomeOption
from kg.commands.output import write
from kg.entities import Entity
from kg.errors import UsageError
from kg.home import Home
from kg.judgements import Judgement, all_judgements, recorded, undone
from kg.naming import entity_named
from kg.pipeline import derive_again
from kg.release import filled
from kg.resolve import likeness, to_review

MOST = 1_000_000


def _entities(catalogue: Catalogue, type: str | None) -> Iterator[Entity]:
    for row in catalogue.entities(type=type, limit=MOST).items:
        yield Entity(row.id, row.type, row.label, row.aliases, row.identifiers)


def _pairs(catalogue: Catalogue, type: str | None, limit: int, home: Home) -> Iterator[str]:
    judged = all_judgements(home.path)
    shown = 0
    for decision, left, right in to_review(_entities(catalogue, type), judged):
        shown += 1
        if shown <= limit:
            yield f"{decision.score:.2f}  {left.id}  {right.id}"
            yield f"      {left.label} | {right.label}: {decision.reason}"
    more = f", the first {limit} shown" if shown > limit else ""
    yield f"{shown} pairs to review{more}; decide with `kg resolve LEFT RIGHT --same --reason ...`"


def _judged(home: Home) -> Iterator[str]:
    for item in all_judgements(home.path):
        yield f"{item.verdict}  {item.left}  {item.right}"
        yield f"      {item.reason} ({', '.join(part for part in (item.author, item.date) if part)})"


def _id(catalogue: Catalogue, name: str, home: Home) -> str:
    """The id meant: one that redirects stays as it is, so that a judgement can be undone."""
    if any(name in (item.left, item.right) for item in all_judgements(home.path)):
        return name
    return entity_named(catalogue, name).id


def resolve(
    left: Annotated[str | None, typer.Argument(metavar="[LEFT", help="A name or id such as model/deepseek-v3.")] = None,
    right: Annotated[str | None, typer.Argument(metavar="RIGHT]", help="Another one; with --same its id stays.")] = None,
    home: HomeOption = DEFAULT_HOME,
    same: Annotated[bool, typer.Option("--same", help="LEFT is RIGHT: LEFT's address redirects to RIGHT's.")] = False,
    different: Annotated[bool, typer.Option("--different", help="They are two things, however alike.")] = False,
    unsure: Annotated[bool, typer.Option("--unsure", help="Take the pair off the list without deciding.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was judged about the pair.")] = False,
    judgements: Annotated[bool, typer.Option("--judgements", help="List what was judged, with reasons and authors.")] = False,
    reason: Annotated[str, typer.Option(help="Why; kept with the judgement.")] = "",
    author: Annotated[str, typer.Option(envvar="KG_AUTHOR", help="Who judges.", show_default="the user's login name")] = "",
    type: Annotated[str | None, typer.Option("--type", help="List pairs of one type only, such as model.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many pairs to list.")] = 50,
) -> None:
    """Review names that may mean one thing; judge them same, different or unsure; undo."""
    filled(home)
    place, catalogue = Home(home), Catalogue.open(home)
    if judgements:
        write(_judged(place))
        return
    if left is None:
        write(_pairs(catalogue, type, limit, place))
        return
    if right is None:
        raise UsageError("one name is given; give two to compare or judge, or none to list pairs to review")
    one, other = _id(catalogue, left, place), _id(catalogue, right, place)
    chosen = [name for name, given in (("same", same), ("different", different), ("unsure", unsure), ("undo", undo)) if given]
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join('--' + name for name in chosen)} exclude each other; give one")
    if not chosen:
        write(_compared(catalogue, one, other, place))
        return
    if chosen == ["undo"]:
        taken = undone(place.path, one, other)
        message = f"undone: {taken.verdict} {one} {other}"
    else:
        if one == other:
            raise UsageError(f"{left} and {right} are both {one} already; nothing to judge")
        if one.partition("/")[0] != other.partition("/")[0]:
            raise UsageError(f"{one} and {other} are of different types; only things of one type can be the same")
        if not reason:
            raise UsageError("a judgement needs a reason; give --reason")
        today = datetime.date.today().isoformat()
        recorded(place.path, Judgement(chosen[0], one, other, reason, author or os.environ.get("USER", "unknown"), today))
        message = f"recorded: {one} {chosen[0]} {other}"
    release, changed = derive_again(home)
    write([message, f"release {release}{'' if changed else ' (unchanged)'}"])


def _compared(catalogue: Catalogue, one: str, other: str, home: Home) -> Iterator[str]:
    if one == other:
        yield f"one thing: {one}"
        return
    left, right = catalogue.entity(one), catalogue.entity(other)
    verdict = all_judgements(home.path).verdict(one, other)
    if verdict:
        yield f"judged {verdict}: {one}, {other}"
        return
    decision = likeness(left.label, right.label, left.type)
    yield f"{decision.verdict} ({decision.score:.2f}): {left.label} ({one}) and {right.label} ({other}): {decision.reason}"
