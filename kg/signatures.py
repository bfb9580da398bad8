"""What a name says, taken apart: words, version numbers, sizes, forms; two names of one thing have one signature.

Case, hyphens, makers' names and words such as "GPU" say nothing; versions, sizes and words such as "Instruct" always do: V2 is not
V2.5, Llama 3 405B is not Llama 3.1 405B, H20 is not H200, Phase 1 is not Phase 2.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

WORDS = Path(__file__).parent / "signatures.toml"

_HUB = re.compile(r"^[\w.-]+/(?=[\w.-]+$)")  # "deepseek-ai/DeepSeek-V3": the part before the slash is an account
_MILLIONS = re.compile(r"(?<=\d)[\s-]?(?:(billion)|(million)|(trillion))\b")
_GLUED_VERSION = re.compile(r"(?<=[a-z]{3})v(?=\d)")  # "DeepSeekV3", "TPUv5e"
_UNIT_APART = re.compile(r"(?<=\d) (?=(?:gb|tb|g|b|m|k|t|w)\b)")
_DASHED_VERSION = re.compile(r"(?<![\w.])(\d)-(\d)(?=-|$|\s)")
_TOKEN = re.compile(
    r"sxm\d?(?![a-z\d])"
    r"|a?\d+(?:\.\d+)?x\d+(?:\.\d+)?[bm](?![a-z])"  # 8x7b
    r"|\d+(?:\.\d+)*[a-z]{1,3}(?![a-z\d])"  # 405b, 4o, 5e, 80gb
    r"|v\d+(?:\.\d+)*[a-z]?(?![a-z\d])"  # v3, v5e
    r"|[a-z]+\d+[a-z]+\d*(?![a-z\d])"  # mi300x, mlu370s4
    r"|(?<![a-z])[a-z]\d+(?:\.\d+)*(?![a-z\d])"  # r1, k2, o1, h100
    r"|\d+(?:\.\d+)*"
    r"|[a-z]+"
    r"|\+"
    r"|[^\W\d_a-z]+"
)
_VERSION = re.compile(r"v\d{1,2}(?:\.\d+)*[a-z]?")
_SIZE = re.compile(r"a?\d+(?:\.\d+)?(?:x\d+(?:\.\d+)?)?[bm]|\d+(?:\.\d+)?[kt]")
_MEMORY = re.compile(r"(\d+)g(?:b|ib)?")
APART = frozenset({"person", "publication"})  # words never run together: Li Yang is not Liyang
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_NUMBERED = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Signature:
    """A name taken apart.

    `key` is equal for names of one thing; `words` are its tokens; `numbers` those with a digit, sorted: names whose numbers differ are
    never one thing. `form` is what makes a chip a form factor; `ends` are the words that always tell models apart ("Instruct", "mini").
    `full` says whether there is a word with letters, so that the name can stand without its context ("R1" and "405B" cannot).
    """

    key: str
    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    full: bool = True


@dataclass(frozen=True, slots=True)
class _Table:
    """The words of one type of entity."""

    noise: frozenset[str] = frozenset()
    phrases: tuple[re.Pattern[str], ...] = ()
    makers: tuple[tuple[str, ...], ...] = ()
    runs: tuple[str, ...] = ()
    lines: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    trailing: frozenset[str] = frozenset()
    synonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    roman: bool = False


@cache
def _tables() -> dict[str, _Table]:
    content: dict[str, dict[str, Any]] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {
        kind: _Table(
            noise=frozenset(entry.get("noise", ())),
            phrases=tuple(re.compile(rf"\b{re.escape(phrase)}s?\b") for phrase in entry.get("noise_phrases", ())),
            makers=tuple(sorted({tuple(_tokens(name)) for name in entry.get("makers", ())}, key=len, reverse=True)),
            runs=tuple(name for name in entry.get("makers", ()) if not name.isascii()),
            lines=frozenset(entry.get("lines", ())),
            forms=frozenset(entry.get("forms", ())),
            after=frozenset(entry.get("after", {}).get("words", ())),
            trailing=frozenset(entry.get("trailing", ())),
            synonyms={word: tuple(value.split()) for word, value in entry.get("synonyms", {}).items()},
            roman=bool(entry.get("roman", False)),
        )
        for kind, entry in content.items()
    }


def _plain(label: str) -> str:
    """Lower-case NFKC without accents on Latin letters, apostrophes and quotation marks."""
    text = unicodedata.normalize("NFKC", label).casefold()
    if not text.isascii():
        text = "".join(
            c
            for c in unicodedata.normalize("NFKD", text)
            if not (unicodedata.combining(c) and unicodedata.category(c) == "Mn" and c < "\u0370")
        )
        text = unicodedata.normalize("NFC", text)
    return re.sub(r"['’`\"“”]", "", text)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(_plain(text))


def _version(token: str) -> str:
    """A version without its "v" and without ".0" at the end: v3 is 3, 4.0 is 4; V100 is no version."""
    if _VERSION.fullmatch(token):
        token = token[1:]
    while token.endswith(".0") and token[0].isdigit():
        token = token[:-2]
    return token


@lru_cache(maxsize=65536)
def signature(label: str, type: str) -> Signature:
    """Take a name apart.

    >>> signature("deepseek-ai/DeepSeek-V3", "model").key == signature("DeepSeek V3", "model").key
    True
    >>> signature("NVIDIA H800 SXM5", "chip").form
    ('sxm5',)
    """
    table = _tables().get(type, _Table())
    text = _plain(label)
    if type == "model":
        text = _HUB.sub("", text)
        text = _MILLIONS.sub(lambda match: "b" if match[1] else "m" if match[2] else "t", text)
        text = _DASHED_VERSION.sub(r"\1.\2", text)
    text = _GLUED_VERSION.sub(" v", _UNIT_APART.sub("", text))
    for phrase in table.phrases:
        text = phrase.sub(" ", text)
    for maker_run in table.runs:
        if text.startswith(maker_run) and len(text) > len(maker_run):
            text = text[len(maker_run) :]
    tokens: list[str] = []
    for token in _TOKEN.findall(text):
        if type in ("model", "chip", "cluster"):
            token = _version(token)
        if table.roman and token in _ROMAN and tokens:
            token = _ROMAN[token]
        memory = _MEMORY.fullmatch(token) if type == "chip" else None
        if memory:
            token = f"{memory[1]}gb"
        tokens.extend(table.synonyms.get(token, (token,)))
    kept = [token for token in tokens if token not in table.noise]
    kept = kept or tokens
    for maker in table.makers:
        if tuple(kept[: len(maker)]) == maker and _has_word(kept[len(maker) :], type, table):
            kept = kept[len(maker) :]
            break
    if table.lines and len(kept) > 1:
        kept = [token for token in kept if token not in table.lines] or kept
    if len(kept) > 1 and kept[-1] in table.trailing and len("".join(kept[:-1]).encode()) > 4:  # "Open AI" keeps it, 智谱AI does not
        kept = kept[:-1]
    form: tuple[str, ...] = ()
    if table.forms:
        form = tuple(token for token in kept if token in table.forms or _MEMORY.fullmatch(token))
        core = [token for token in kept if token not in form]
        if core:
            kept = core + list(form)
        else:
            form = ()
    ends: list[str] = []
    if type == "model":
        sizes = sorted(token for token in kept[1:] if _SIZE.fullmatch(token))
        ends = sorted(token for token in kept[1:] if token in table.after)
        kept = kept[:1] + [token for token in kept[1:] if token not in sizes and token not in ends] + sizes + ends
    numbers = tuple(sorted(token for token in kept if _NUMBERED.search(token)))
    key = " ".join(kept if type in APART else _joined(kept))
    return Signature(key, tuple(kept), numbers, form, tuple(ends), _has_word(kept, type, table))


def _joined(tokens: list[str]) -> list[str]:
    """Words that stand side by side run together ("Open AI" is OpenAI); numbers stay apart."""
    joined: list[str] = []
    for token in tokens:
        if joined and not _NUMBERED.search(token) and not _NUMBERED.search(joined[-1]):
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def _has_word(tokens: list[str], type: str, table: _Table) -> bool:
    """Whether a name can stand alone: a word with letters that is no tier, no size and no bare version."""
    if type == "chip":
        return any(re.search(r"[^\W\d_]", token) and token not in table.forms and not _MEMORY.fullmatch(token) for token in tokens)
    if type != "model":
        return any(re.search(r"[^\W\d_]", token) for token in tokens)
    return any(re.fullmatch(r"[^\W\d_]{2,}", token) and token not in table.after for token in tokens) or any(
        re.fullmatch(r"[a-z]{2,}\d+[a-z]+\d*", token) for token in tokens
    )


def names_in(label: str) -> tuple[str, ...]:
    """A name and the other name it gives in parentheses: "Massachusetts Institute of Technology (MIT)" names MIT as well.

    Only one word without digits, at the end, is another name: "PaLM (540B)" and "Korea (Republic of)" describe, and
    "University of California (UC) Berkeley" has another name for a part.

    >>> names_in("Beijing Academy of Artificial Intelligence (BAAI)")
    ('Beijing Academy of Artificial Intelligence (BAAI)', 'Beijing Academy of Artificial Intelligence', 'BAAI')
    """
    match = _PARENTHESES.search(label)
    if match is None or _NUMBERED.search(match[1]) or len(match[1].split()) != 1:
        return (label,)
    outside = " ".join((label[: match.start()] + " " + label[match.end() :]).split())
    at_the_end = match.end() == len(label)
    return ((label, outside, match[1].strip()) if at_the_end else (label, outside)) if outside else (label,)
