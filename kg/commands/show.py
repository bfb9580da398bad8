"""`kg show`: everything that is said of an entity, in a fact or in a statement, by whom and where."""

from collections.abc import Iterator
from typing import Annotated

import typer

from kg.catalogue import Catalogue, CheckRow, FactDetail, PairRow, Row
from kg.commands.arguments import DEFAULT_HOME, HomeOption
from kg.commands.output import write
from kg.errors import UnknownName
from kg.naming import entity_named
from kg.release import filled
from kg.wording import figure, predicate_label, scope, sentence, source

EVERYTHING = 100_000


def _statement_lines(row: Row) -> Iterator[str]:
    said = row.statement
    yield f"  {figure(said)}"
    yield f"      {source(row)}"
    yield f"      statement {said.id}"


def _pair_lines(pairs: tuple[PairRow, ...]) -> Iterator[str]:
    for pair in pairs:
        yield f"  {pair.relation}: {pair.left} and {pair.right}: {pair.explanation}"


def _check_lines(checks: tuple[CheckRow, ...]) -> Iterator[str]:
    for check in checks:
        yield f"  {check.verdict}: {check.explanation} (check {check.id})"


def _fact_lines(detail: FactDetail) -> Iterator[str]:
    fact = detail.fact
    yield f"{fact.subject}: {predicate_label(fact.predicate)}{scope(fact.qualifiers)}  (fact {fact.id})"
    for row in detail.statements:
        yield from _statement_lines(row)
    yield from _pair_lines(detail.pairs)
    yield from _check_lines(detail.checks)


def _statement_page(catalogue: Catalogue, id: str) -> Iterator[str]:
    detail = catalogue.statement(id)
    row = detail.row
    yield sentence(row.statement)
    yield f"  said by   {source(row)}"
    yield f"  passage   {' '.join(row.statement.quote.split())}"
    yield f"  read by   {row.statement.extractor}, confidence {row.statement.confidence:g}"
    yield f"  fact      {row.fact_id or 'none: quarantined'}"
    yield from _pair_lines(detail.pairs)
    yield from _check_lines(detail.checks)
    for violation in detail.violations:
        yield f"  {violation.severity}: {violation.message}"


def _entity_page(catalogue: Catalogue, name: str) -> Iterator[str]:
    entity = entity_named(catalogue, name)
    yield f"{entity.label}  ({entity.id})"
    if entity.aliases:
        yield f"also {', '.join(entity.aliases)}"
    for fact in catalogue.facts(subject=entity.id, limit=EVERYTHING).items:
        yield ""
        yield from _fact_lines(catalogue.fact(fact.id))
    mentioned = [fact for fact in catalogue.facts(entity=entity.id, limit=EVERYTHING).items if fact.subject_id != entity.id]
    if mentioned:
        yield ""
        yield "named in"
    for fact in mentioned:
        yield f"  {fact.subject}: {predicate_label(fact.predicate)}{scope(fact.qualifiers)}  (fact {fact.id})"


def shown(catalogue: Catalogue, name: str) -> Iterator[str]:
    """The lines about a statement, a fact or an entity. Raises: UnknownName."""
    try:
        return iter(list(_statement_page(catalogue, name)))
    except UnknownName:
        pass
    try:
        return iter(list(_fact_lines(catalogue.fact(name))))
    except UnknownName:
        return iter(list(_entity_page(catalogue, name)))


def show(
    name: Annotated[str, typer.Argument(metavar="ENTITY|FACT|STATEMENT", help="A name such as DeepSeek-V3, or an id.")],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Show what is said: by whom, where, and how it compares."""
    filled(home)
    write(shown(Catalogue.open(home), name))
