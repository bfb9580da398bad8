"""The language-model extractor: a model proposes statements for each passage, and those that the document supports exist."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kg.documents import Document, Metadata, Problem
from kg.entities import Registry
from kg.errors import UsageError
from kg.loading import LoadOptions
from kg.statements import Statement
from kg.text import Text
from loaders.blocks import Block
from loaders.llm import batch
from loaders.llm.answers import Faulty, proposals
from loaders.llm.chunks import Chunk, chunks
from loaders.llm.costs import Tokens, expected, in_words, prices
from loaders.llm.endpoint import Answer, BadAnswer, Endpoint
from loaders.llm.evidence import Evidence
from loaders.llm.merging import joined, without_repeats
from loaders.llm.prompt import messages, request_id
from loaders.llm.verification import Dropped, verified

__all__ = ["extract", "joined"]

VERSION = "1"
AT_ONCE = 4
"""Requests of one document that are under way at the same time."""

Conversation = list[dict[str, str]]


def extract(
    document: Document, text: Text, blocks: Sequence[Block], metadata: Metadata, options: LoadOptions
) -> tuple[tuple[Statement, ...], tuple[Problem, ...]]:
    """The statements a language model finds and the document supports, in reading order, and all that was dropped with the reason.

    `options.settings`: base-url and model of a server; or llm-requests, a file that requests are written to, nothing being
    extracted; or llm-answers, a file that answers are read from. Further llm-cache (folder), llm-prices ("IN,OUT").

    Raises: UsageError for settings that do not fit together; ServiceError when the server cannot be used.
    """
    settings = options.settings
    price = prices(settings.get("llm-prices"))
    pieces = [(chunk, messages(document, metadata, text.content[chunk.start : chunk.end])) for chunk in chunks(text, blocks)]
    if "llm-requests" in settings:
        model = _needed(settings, "model", "--llm-requests")
        lines = [batch.request_line(request_id(document, conversation), model, conversation) for _, conversation in pieces]
        batch.append_requests(Path(settings["llm-requests"]), lines)
        options.remark(f"{document.name}: {in_words(_estimate(pieces), price, 'about ')}, written to {settings['llm-requests']}")
        return (), ()
    answers: Iterator[Answer | BadAnswer]
    if "llm-answers" in settings:
        answers = _from_file(document, pieces, Path(settings["llm-answers"]))
    else:
        answers = _from_server(document, pieces, settings, options.remark)
    registry = Registry.default()
    evidence = Evidence(text, blocks, metadata.language or "en", (metadata.date or "")[:4] or None, registry)
    found: list[Statement] = []
    problems: list[Problem] = []
    counts: Counter[str] = Counter()
    spent = Tokens()
    for (chunk, _), answer in zip(pieces, answers, strict=True):
        where = _where(text, chunk)
        if isinstance(answer, BadAnswer):
            counts[str(answer).partition(" (")[0]] += 1
            problems.append(Problem(document.name, where, str(answer), "error"))
            continue
        spent += answer.tokens
        named = settings.get("model") or answer.model or "unnamed"
        proposed, faults = proposals(answer.text)
        problems += [_fault(document, where, fault, answer) for fault in faults]
        counts.update(fault.reason for fault in faults)
        counts["proposed"] += len(proposed)
        for proposal in proposed:
            result = verified(proposal, document, evidence, chunk, f"llm:{named}@{VERSION}")
            if isinstance(result, Dropped):
                counts[result.reason] += 1
                problems.append(_dropped(document, where, result))
            else:
                counts["verified"] += 1
                found.append(result.statement)
                problems += [_left_out(document, where, result.statement, qualifier) for qualifier in result.left_out]
    kept = without_repeats(found, registry)
    proposed_in_all, good = counts.pop("proposed", 0), counts.pop("verified", 0)
    listed = "; ".join(f"{count} {reason}" for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    options.remark(f"{document.name}: {in_words(spent, price)}")
    options.remark(
        f"{document.name}: {proposed_in_all} statements proposed, {good} verified, {len(kept)} of them distinct"
        + (f"; not used: {listed}" if listed else "")
    )
    return kept, tuple(problems)


def _needed(settings: Mapping[str, str], name: str, why: str) -> str:
    if not settings.get(name):
        raise UsageError(f"{why} needs --{name}")
    return settings[name]


def _estimate(pieces: Sequence[tuple[Chunk, Conversation]]) -> Tokens:
    total = Tokens()
    for chunk, conversation in pieces:
        total += expected("".join(message["content"] for message in conversation), "x" * (chunk.end - chunk.start))
    return total


def _from_file(document: Document, pieces: Sequence[tuple[Chunk, Conversation]], path: Path) -> Iterator[Answer | BadAnswer]:
    given = batch.answers(path)
    for _, conversation in pieces:
        name = request_id(document, conversation)
        yield given.get(name) or BadAnswer(f"the answers file has no answer to request {name} (another document, passage or prompt)")


def _from_server(
    document: Document, pieces: Sequence[tuple[Chunk, Conversation]], settings: Mapping[str, str], remark: Callable[[str], None]
) -> Iterator[Answer | BadAnswer]:
    cache = Path(settings["llm-cache"]) if "llm-cache" in settings else _default_cache()
    address, model = _needed(settings, "base-url", "--extractor llm"), _needed(settings, "model", "--extractor llm")
    endpoint = Endpoint(address, model, cache)
    due = [piece for piece in pieces if not endpoint.is_cached(piece[1])]
    expectation = in_words(_estimate(due), prices(settings.get("llm-prices")), "about ")
    remark(f"{document.name}: asking {model} at {endpoint.address}: {expectation}")

    def asked(conversation: Conversation) -> Answer | BadAnswer:
        try:
            return endpoint.ask(conversation)
        except BadAnswer as error:
            return error

    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            pending = [pool.submit(asked, conversation) for _, conversation in pieces]
            try:
                for future in pending:
                    yield future.result()
            finally:
                for future in pending:
                    future.cancel()
    finally:
        endpoint.close()


def _default_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lab-facts" / "llm"


def _where(text: Text, chunk: Chunk) -> str:
    start, end = text.raw_span(chunk.start, chunk.end)
    return f"characters {start}-{end}"


def _fault(document: Document, where: str, fault: Faulty, answer: Answer) -> Problem:
    cut = " (it reached the longest answer allowed)" if answer.broken_off else ""
    return Problem(document.name, where, f"{fault.reason}{cut}: {fault.what!r}", "warning", {"reason": fault.reason})


def _dropped(document: Document, where: str, dropped: Dropped) -> Problem:
    proposal = dropped.proposal
    said = f"{proposal.subject} {proposal.predicate}"[:120]
    return Problem(document.name, where, f"dropped {said!r}: {dropped.reason}: {dropped.what!r}", "warning", {"reason": dropped.reason})


def _left_out(document: Document, where: str, statement: Statement, qualifier: str) -> Problem:
    said = f"{statement.subject} {statement.predicate}"[:120]
    message = f"left {qualifier!r} out of {said!r}: the document does not say it in these words"
    return Problem(document.name, where, message, "warning", {"reason": "a qualifier was left out"})
