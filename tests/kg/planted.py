"""Synthetic statements about made-up models in which every figure fits every other, and the same with known errors planted."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.statements import Statement, identified

STAGES = ("pre-training", "context-extension", "post-training")
KINDS = ("parts-sum", "hours-times-price", "chips-times-time", "rate-times-tokens", "active-at-most-total", "date-order", "ratio")


@dataclass(frozen=True, slots=True)
class Planted:
    """Statements and, by kind of check, the ids of those that were made wrong."""

    statements: tuple[Statement, ...]
    errors: dict[str, tuple[str, ...]]


def _say(
    document: int, subject: str, predicate: str, place: int, figure: float | str, unit: str = "", lexical: str = "", **qualifiers: str
) -> Statement:
    identity = f"{document:064x}"
    return identified(
        Statement(
            f"{document}.txt", identity, subject.split("/")[1], predicate, place, place + 1, "x",
            object=figure if isinstance(figure, str) else None, value=None if isinstance(figure, str) else float(figure), unit=unit,
            lexical=lexical, qualifiers=qualifiers, subject_id=subject,
            object_id=figure if isinstance(figure, str) and "/" in figure else None,
        )
    )  # fmt: skip


def _thousands(number: int) -> str:
    return f"{number // 1000}K"


def model(number: int, chance: random.Random) -> dict[str, list[Statement]]:
    """One made-up model's statements by the check that could go wrong in them; all consistent, in one document, with one reprint."""
    subject, lab, chip, cluster = f"model/m{number}", f"organisation/l{number // 5}", f"chip/c{number}", f"C{number}"
    chips, days = chance.choice((256, 512, 1024, 2048)), chance.randint(20, 60)
    tokens = chance.randint(2, 15)
    each = chips * 24 * days // tokens // 1000 * 1000 + 1000
    hours = {
        "pre-training": each * tokens,
        "context-extension": chance.randint(20, 90) * 1000,
        "post-training": chance.randint(5, 19) * 1000,
    }
    total, price = sum(hours.values()), chance.choice((1, 2, 4))
    real_days = round(hours["pre-training"] / chips / 24, 1)
    year, month = chance.randint(2019, 2025), chance.randint(1, 12)
    active = chance.randint(10, 50) * 10**9

    def say(predicate: str, figure: float | str, unit: str = "", lexical: str = "", about: str = subject, **qualifiers: str) -> Statement:
        nonlocal place
        place += 10
        return _say(number, about, predicate, place, figure, unit, lexical, **qualifiers)

    place = 0
    rival = round(total * 3 / 1000) * 1000
    return {
        "": [
            *[say("gpuHours", hours[stage], "GPU-hour", _thousands(hours[stage]), stage=stage, chip=cluster) for stage in STAGES],
            say("chipCount", chips, "GPU", str(chips), chip=cluster),
            say("rentalPricePerGpuHour", price, "USD/GPU-hour", f"${price}", about=f"chip/{cluster.lower()}", modality="assumption"),
            say("trainingTokens", tokens * 10**12, "token", f"{tokens}.0T"),
            say("totalParameters", active * 8, "parameter", f"{active * 8 // 10**9}B"),
            say("developer", lab),
            say("foundingDate", "2018", about=lab),
            say("gpuHours", rival, "GPU-hour", _thousands(rival), about=f"{subject}-rival"),
            say("manufacturer", "organisation/n", about=chip),
        ],
        "parts-sum": [say("gpuHours", total, "GPU-hour", _thousands(total), stage="full-training", chip=cluster)],
        "hours-times-price": [
            say("trainingCost", hours["pre-training"] * price, "USD", _thousands(hours["pre-training"] * price), stage="pre-training")
        ],
        "chips-times-time": [say("trainingDuration", real_days, "day", f"{real_days} days", stage="pre-training")],
        "rate-times-tokens": [
            say("gpuHours", each, "GPU-hour", _thousands(each), stage="pre-training", per="trillion tokens", chip=cluster)
        ],
        "active-at-most-total": [say("activeParameters", active, "parameter", f"{active // 10**9}B")],
        "date-order": [say("releaseDate", f"{year}-{month:02d}")],
        "ratio": [say("ratio", 3, "times", "3.0x", versus=f"m{number}-rival", of="gpuHours", direction="less")],
    }


def _wrong(statement: Statement, kind: str, chance: random.Random) -> Statement:
    if kind == "date-order":
        return identified(replace(statement, object="2016-03"))
    # Factors of a ratio are none that a wrong total would make right again.
    factors = {"active-at-most-total": (20,), "ratio": (0.3, 0.5, 1.4, 3)}.get(kind, (0.4, 0.6, 1.5, 2.5))
    factor = chance.choice(factors)
    assert statement.value is not None
    value = round(statement.value * factor, 1) if statement.value < 1000 else float(round(statement.value * factor))
    return identified(replace(statement, value=value, lexical=""))


def synthetic(models: int, share: float = 0.0, seed: int = 7) -> Planted:
    """Statements of so many models; in a share of them, one error of each kind is planted, each kind in other models."""
    chance = random.Random(seed)
    errors: dict[str, list[str]] = {kind: [] for kind in KINDS}
    made: list[Statement] = []
    numbers = list(range(models))
    wrong = {kind: set(chance.sample(numbers, round(models * share))) for kind in KINDS}

    def those() -> Iterator[Statement]:
        for number in numbers:
            for kind, statements in model(number, chance).items():
                for statement in statements:
                    if kind and number in wrong[kind]:
                        planted = _wrong(statement, kind, chance)
                        errors[kind].append(planted.id)
                        yield planted
                    else:
                        yield statement

    made.extend(those())
    return Planted(tuple(made), {kind: tuple(ids) for kind, ids in errors.items()})
