"""What requests cost: characters and figures in, tokens and, where prices are known, money out; estimated before, counted after."""

from dataclasses import dataclass

from kg.errors import UsageError

MOST_ANSWER_TOKENS = 4096
_TOKENS_A_STATEMENT = 160
_STATEMENTS_A_THOUSAND = 6
"""Statements a thousand characters hold, as dense as the densest labelled documents."""


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for a million tokens sent and received."""

    sent: float
    received: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens sent and received, and how many requests they are of; `cached` requests were answered before and cost nothing."""

    sent: int = 0
    received: int = 0
    requests: int = 0
    cached: int = 0

    def __add__(self, other: "Tokens") -> "Tokens":
        return Tokens(
            self.sent + other.sent, self.received + other.received, self.requests + other.requests, self.cached + other.cached
        )  # fmt: skip


def prices(given: str | None) -> Prices | None:
    """Prices from "IN,OUT", such as "0.15,0.60"; None where none are given.

    Raises: UsageError when these are not two amounts.
    """
    if given is None:
        return None
    try:
        sent, received = (float(part) for part in given.split(","))
        if not (0 <= sent < 1e6 and 0 <= received < 1e6):
            raise ValueError
    except ValueError:
        raise UsageError(
            f"--llm-prices is {given!r}; expected two amounts in USD a million tokens, in and out, such as 0.15,0.60"
        ) from None
    return Prices(sent, received)


def token_estimate(text: str) -> int:
    """About how many tokens a text is: four characters of ASCII or one of any other script a token.

    >>> token_estimate("twelve chars"), token_estimate("模型")
    (3, 2)
    """
    wide = sum(character > "\u007f" for character in text)
    return -(-(len(text) - wide) // 4) + wide


def expected(sent: str, passage: str) -> Tokens:
    """The tokens of one request: what is sent, and about what a dense passage gets back."""
    back = 20 + len(passage) * _STATEMENTS_A_THOUSAND * _TOKENS_A_STATEMENT // 1000
    return Tokens(token_estimate(sent), min(back, MOST_ANSWER_TOKENS), 1)


def in_words(tokens: Tokens, price: Prices | None, about: str = "") -> str:
    """One line: requests, tokens, and their price or that it is not known. `about` goes before each number that is an estimate.

    >>> in_words(Tokens(2_000_000, 500_000, 10), Prices(0.15, 0.60))
    '10 requests, 2,000,000 tokens in, 500,000 out, 0.60 USD'
    """
    known = f"{about}{tokens.sent * price.sent / 1e6 + tokens.received * price.received / 1e6:.2f} USD" if price else "price not known"
    cached = f" and {tokens.cached} from the cache" if tokens.cached else ""
    plural = "" if tokens.requests == 1 else "s"
    return f"{tokens.requests} request{plural}{cached}, {about}{tokens.sent:,} tokens in, {about}{tokens.received:,} out, {known}"
