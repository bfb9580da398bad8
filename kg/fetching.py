"""Gets a source's current files from its address, only what has changed since (ETag, RFC 9110 section 13), into a folder."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path

import httpx

from kg.errors import ServiceError, UnknownName

MARKS = ".fetched.json"
"""In the folder: what the server called each file (ETag, Last-Modified), so that an unchanged one is not sent again."""
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Source:
    """Files somebody publishes: `files` maps a file name to its address; `page` is where a person finds them."""

    name: str
    title: str
    licence: str
    page: str
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One file: `changed` is False when the server said that the file here is still the current one."""

    path: Path
    address: str
    changed: bool
    size: int


def sources() -> Mapping[str, Source]:
    """The sources of the installed loaders (entry points of the group `kg.sources`) by name."""
    found = sorted(entry_points(group="kg.sources"), key=lambda entry: entry.name)
    return {source.name: source for source in (entry.load()() for entry in found)}


def source(name: str) -> Source:
    """A source by its name. Raises: UnknownName."""
    known = sources()
    if name not in known:
        raise UnknownName("source", name, known)
    return known[name]


def fetch(source: Source, folder: Path, client: httpx.Client | None = None) -> Iterator[Fetched]:
    """Get the files of a source into `folder`, one after the other; a file is replaced only when it came whole.

    Raises: ServiceError when the server cannot be reached or does not give a file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    marks = _marks(folder)
    own = client or httpx.Client(timeout=SECONDS, follow_redirects=True, headers={"User-Agent": "lab-facts"})
    try:
        for name, address in source.files.items():
            path = folder / name
            known = marks.get(name, {}) if path.exists() and marks.get(name, {}).get("address") == address else {}
            asking = {"If-None-Match": known.get("etag"), "If-Modified-Since": known.get("last-modified")}
            try:
                answer = own.get(address, headers={key: value for key, value in asking.items() if value})
            except httpx.HTTPError as error:
                raise ServiceError(
                    f"{address} cannot be reached ({type(error).__name__}: {error}); connect to the network, or download the file from "
                    f"{source.page} and load it with `kg load FILE`"
                ) from None
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                yield Fetched(path, address, False, path.stat().st_size)
                continue
            kind = answer.headers.get("content-type", "")
            if answer.status_code != httpx.codes.OK or "html" in kind:
                what = f"HTTP {answer.status_code}" if answer.status_code != httpx.codes.OK else f"a web page ({kind}) instead of a table"
                raise ServiceError(f"{address} gave {what}; look for the file's new address at {source.page}")
            working = path.with_name(path.name + ".working")
            working.write_bytes(answer.content)
            working.replace(path)
            marks[name] = {
                "address": address,
                "etag": answer.headers.get("etag", ""),
                "last-modified": answer.headers.get("last-modified", ""),
            }
            (folder / MARKS).write_text(json.dumps(marks, indent=2, sort_keys=True) + "\n", "utf-8")
            yield Fetched(path, address, True, len(answer.content))
    finally:
        if client is None:
            own.close()


def _marks(folder: Path) -> dict[str, dict[str, str]]:
    try:
        found = json.loads((folder / MARKS).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}  # without marks everything is fetched again
    return found if isinstance(found, dict) else {}
