"""Batch files in the OpenAI form: requests to JSON lines, and answers, read by the name of their request, from JSON lines."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kg.errors import UsageError
from loaders.llm.endpoint import Answer, BadAnswer, answer_of, body

LONGEST_LINE = 8_000_000
"""Characters; a longer line of an answers file is an error, not an answer."""


def request_line(name: str, model: str, conversation: list[dict[str, str]]) -> str:
    """One request of a batch file (https://platform.openai.com/docs/api-reference/batch/request-input)."""
    line = {"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body(model, conversation)}
    return json.dumps(line, ensure_ascii=False)


def append_requests(path: Path, lines: Iterable[str]) -> None:
    """Write requests behind those of other documents; whole lines in one write, so that processes do not mix theirs.

    Raises: UsageError when the file cannot be written.
    """
    try:
        with path.open("ab", buffering=0) as file:
            file.write("".join(line + "\n" for line in lines).encode())
    except OSError as error:
        raise UsageError(f"--llm-requests {path}: cannot be written ({error.strerror or error})") from None


def answers(path: Path) -> Mapping[str, Answer | BadAnswer]:
    """Request name to its answer or to what was wrong with it; lines that are no answers are left out.

    Raises: UsageError when the file cannot be read or holds no answer at all.
    """
    try:
        stat = path.stat()
        return _answers(path, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        raise UsageError(f"--llm-answers {path}: cannot be read ({error.strerror or error})") from None


@lru_cache(maxsize=2)
def _answers(path: Path, changed: int, size: int) -> Mapping[str, Answer | BadAnswer]:
    with path.open(encoding="utf-8", errors="replace") as file:
        found = dict(_read(file))
    if not found:
        raise UsageError(f"--llm-answers {path}: holds no answers; expected the output file of a batch, one JSON object a line")
    return MappingProxyType(found)


def _read(lines: Iterable[str]) -> Iterator[tuple[str, Answer | BadAnswer]]:
    for line in lines:
        try:
            record: Any = json.loads(line[: LONGEST_LINE + 1])
        except (ValueError, RecursionError):
            continue
        name = record.get("custom_id") if isinstance(record, dict) else None
        if isinstance(name, str):
            yield name, _answer(record)


def _answer(record: dict[str, Any]) -> Answer | BadAnswer:
    response = record.get("response")
    if not isinstance(response, dict) or response.get("status_code") != 200:
        status = response.get("status_code") if isinstance(response, dict) else None
        return BadAnswer(f"the batch could not answer it (status {status}, {str(record.get('error'))[:200]})")
    try:
        return answer_of(response.get("body"))
    except BadAnswer as error:
        return error
