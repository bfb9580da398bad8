"""An OpenAI-compatible server: one conversation in, the answer's text and its tokens out; tried again, cached, never too long."""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from kg.errors import ServiceError
from loaders.llm.answers import usable
from loaders.llm.costs import MOST_ANSWER_TOKENS, Tokens
from loaders.llm.prompt import schema

KEYS = ("LAB_FACTS_LLM_KEY", "OPENAI_API_KEY")
LARGEST_ANSWER = 4_000_000
"""Bytes of an answer that are read; the connection is closed on a longer one."""
ATTEMPTS = 5
LONGEST_WAIT = 60.0
_PASSING = frozenset((408, 409, 425, 429, 500, 502, 503, 504, 529))
_TIMEOUT = httpx.Timeout(1800.0, connect=15.0)


class BadAnswer(Exception):
    """One request was answered with nothing that can be used; the message says why. Other requests may go better."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The text of an answer, the tokens it took, and which model gave it."""

    text: str
    tokens: Tokens
    model: str = ""
    broken_off: bool = False


def body(model: str, conversation: list[dict[str, str]], form: str = "schema") -> dict[str, Any]:
    """The request: temperature 0 and the answer as JSON. `form`: "schema", "object" or "none", for servers that refuse the first."""
    request: dict[str, Any] = {"model": model, "messages": conversation, "temperature": 0, "max_tokens": MOST_ANSWER_TOKENS}
    if form == "schema":
        described = {"name": "statements", "strict": True, "schema": schema()}
        request["response_format"] = {"type": "json_schema", "json_schema": described}
    elif form == "object":
        request["response_format"] = {"type": "json_object"}
    return request


def answer_of(payload: Any) -> Answer:
    """The answer in a chat completion.

    Raises: BadAnswer when the payload is none.
    """
    try:
        choice = payload["choices"][0]
        text = choice["message"]["content"]
        usage = payload.get("usage") or {}
        sent, received = usage.get("prompt_tokens"), usage.get("completion_tokens")
        tokens = Tokens(sent if isinstance(sent, int) else 0, received if isinstance(received, int) else 0, 1)
        model, broken_off = str(payload.get("model") or ""), choice.get("finish_reason") == "length"
    except (KeyError, IndexError, TypeError, AttributeError):
        raise BadAnswer("the server's answer is no chat completion") from None
    if not isinstance(text, str):
        raise BadAnswer("the server's answer has no text")
    return Answer(text, tokens, model, broken_off)


class Endpoint:
    """A server at `base_url` (".../v1") and one of its models. `pause` waits for so many seconds; tests give another."""

    def __init__(
        self,
        base_url: str,
        model: str,
        cache: Path | None = None,
        pause: Callable[[float], None] = time.sleep,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self.address = base_url.rstrip("/").removesuffix("/chat/completions") + "/chat/completions"
        self.model, self._cache, self._pause = model, cache, pause
        key = next((environment[name] for name in KEYS if environment.get(name)), None)
        self._form = "schema"
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {}, timeout=_TIMEOUT, follow_redirects=False
        )  # fmt: skip

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def is_cached(self, conversation: list[dict[str, str]]) -> bool:
        """Whether the conversation was answered before."""
        place = self._place(conversation)
        return place is not None and place.is_file()

    def ask(self, conversation: list[dict[str, str]]) -> Answer:
        """The answer to a conversation, from the cache where it was given before.

        Raises: BadAnswer when this request failed; ServiceError when the server cannot be used at all.
        """
        place = self._place(conversation)
        if place is not None and place.is_file():
            try:
                kept = answer_of(json.loads(place.read_text(encoding="utf-8")))
                return Answer(kept.text, Tokens(cached=1), kept.model, kept.broken_off)
            except (ValueError, RecursionError, BadAnswer, OSError):
                pass  # a damaged file of the cache is asked for again and written anew
        payload = self._completion(conversation)
        answer = answer_of(payload)
        if place is not None and usable(answer.text):  # what cannot be used may have been an accident: it is asked for again
            self._keep(place, payload)
        return answer

    def _place(self, conversation: list[dict[str, str]]) -> Path | None:
        if self._cache is None:
            return None
        named = json.dumps([self.address, body(self.model, conversation)], ensure_ascii=False, sort_keys=True)
        return self._cache / f"{sha256(named.encode()).hexdigest()}.json"

    def _keep(self, place: Path, payload: Any) -> None:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            written = place.with_suffix(f".{os.getpid()}.{id(payload)}")
            written.write_text(json.dumps(payload, ensure_ascii=False), encoding="utf-8")
            written.replace(place)
        except OSError as error:
            raise ServiceError(
                f"the answer cannot be kept in {place.parent} ({error.strerror or error}); give another folder with --llm-cache"
            ) from None

    def _completion(self, conversation: list[dict[str, str]]) -> Any:
        """The server's JSON. What passes is tried again with growing pauses; a refused form of answer is replaced by a simpler one."""
        attempt, reason = 0, ""
        while attempt < ATTEMPTS:
            form = self._form
            try:
                status, headers, content = self._post(body(self.model, conversation, form))
            except httpx.TransportError as error:
                attempt, reason = attempt + 1, f"{type(error).__name__}: {error}"
                if isinstance(error, httpx.ConnectError | httpx.UnsupportedProtocol) and attempt >= 2:
                    raise ServiceError(f"no server answers at {self.address} ({error}); check --base-url") from None
                self._wait(attempt, None)
                continue
            except httpx.InvalidURL as error:
                raise ServiceError(f"--base-url makes {self.address}, which is no address ({error})") from None
            if status == 200:
                try:
                    return json.loads(content)
                except (ValueError, RecursionError):
                    raise BadAnswer("the server's answer is no JSON") from None
            reason = f"HTTP {status}: {' '.join(content[:300].decode('utf-8', 'replace').split())}"
            if status in (400, 415, 422) and form != "none" and (b"response_format" in content or b"schema" in content or attempt == 0):
                self._form = "object" if form == "schema" else "none"
                continue
            if status in (401, 403):
                raise ServiceError(f"{self.address} refuses the key ({reason}); set {' or '.join(KEYS)}")
            if status == 404:
                raise ServiceError(
                    f"{self.address} has no model {self.model!r} or no such address ({reason}); check --base-url and --model"
                )
            if status not in _PASSING:
                raise BadAnswer(f"the server refused the request ({reason})")
            attempt += 1
            self._wait(attempt, headers.get("retry-after"))
        raise BadAnswer(f"no answer after {ATTEMPTS} attempts ({reason})")

    def _wait(self, attempt: int, asked: str | None) -> None:
        if attempt < ATTEMPTS:
            seconds = float(asked) if asked and asked.isdecimal() else 2.0 ** (attempt - 1)
            self._pause(min(seconds, LONGEST_WAIT))

    def _post(self, request: dict[str, Any]) -> tuple[int, httpx.Headers, bytes]:
        with self._client.stream("POST", self.address, json=request) as response:
            parts: list[bytes] = []
            size = 0
            for part in response.iter_bytes():
                size += len(part)
                if size > LARGEST_ANSWER:
                    raise BadAnswer(f"the server's answer is longer than {LARGEST_ANSWER:,} bytes")
                parts.append(part)
            return response.status_code, response.headers, b"".join(parts)
