"""The chain: files in, a new release of the home out, and a report of what was loaded and what was not."""

import gzip
import json
import os
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg import __version__
from kg.catalogue.read import Catalogue
from kg.catalogue.write import MARK, schema_mark, write_catalogue
from kg.collection import uncollected
from kg.copies import fingerprint
from kg.corrections import corrected, keep_in, kept_in, merged
from kg.derive import compared, derive, identify, program_mark
from kg.documents import Document, Problem, document_from_bytes, is_table
from kg.errors import InputError, KgError, StoreError, UsageError
from kg.holdings import DocumentRecord, Holdings, content_hash, from_jsonl
from kg.home import Home
from kg.judgements import all_judgements
from kg.limits import at_most
from kg.loading import Loaded, LoadOptions, loader_for
from kg.reading import files, problem, read_document
from kg.records import check_records, is_records, read_records
from kg.statements import Statement, check_span
from kg.store import StoreWriter, write_report
from kg.superseding import changes, marked, superseded
from kg.tombstones import bury

HOLDINGS = "holdings.jsonl.gz"

LONGEST_READING = 300.0
"""Seconds the offline extractor may take for one file; a language model takes as long as it takes."""

MANY = 8
"""From so many files on, extraction is spread over the processors."""

Progress = Callable[[int, int, str], None]
"""Called after each file with the number done, the number in all, and the file's name; then at each step with what is being done."""

Step = Callable[[str], None]
"""Called at the beginning of each step after reading, with what is being done."""


@dataclass(frozen=True, slots=True)
class Read:
    """What one file gave: the documents in it with their statements, and what could not be used. `kept`: bytes to keep, or None."""

    documents: tuple[tuple[DocumentRecord, tuple[Statement, ...]], ...] = ()
    problems: tuple[Problem, ...] = ()
    kept: bytes | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """How a load went. `changed`: the release before and after differ. `problems` with severity "error" are files that gave nothing."""

    release: str
    changed: bool
    documents: int
    statements: int
    problems: tuple[Problem, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether nothing could be loaded at all."""
        return self.documents == 0


def extract(path: Path, options: LoadOptions) -> tuple[Document, bytes, Loaded]:
    """One file through its loader, then the corrections; every statement's quote is held against the text.

    Raises: InputError for a file that cannot be read; SpanError for a loader that cites wrongly.
    """
    document, content = read_document(path)
    loaded = loader_for(document, options).load(document, replace(options, min_confidence=0.0) if options.corrections else options)
    for statement in loaded.statements:
        check_span(statement, document.raw)
    if options.corrections:
        after, failed = corrected(loaded.statements, options.corrections, document.id, document.name, document.raw)
        problems = tuple(Problem(document.name, "corrections", sentence) for sentence in failed)
        loaded = replace(loaded, statements=after, problems=(*loaded.problems, *problems))
    return document, content, loaded


def _sure(statements: Iterable[Statement], options: LoadOptions) -> Iterator[Statement]:
    return (statement for statement in statements if statement.confidence >= options.min_confidence)


def _records(document: Document, options: LoadOptions) -> Read:
    by_document: dict[str, list[Statement]] = defaultdict(list)
    for statement in read_records(document):
        by_document[statement.document_id].append(statement)
    documents, problems = [], []
    for id, said in sorted(by_document.items()):
        name = said[0].document
        after, failed = corrected(said, options.corrections, id, name, None)
        documents.append((DocumentRecord(id, name), tuple(_sure(after, options))))
        problems += [Problem(name, "corrections", sentence) for sentence in failed]
    return Read(tuple(documents), tuple(problems))


def read(path: Path, options: LoadOptions) -> Read:
    """What one file gives; an error of this file becomes a problem."""
    try:
        document, _ = read_document(path)
        if is_records(document):
            return _records(document, options)
        with at_most(LONGEST_READING if options.extractor == "offline" else None):
            document, content, loaded = extract(path, options)
    except (KgError, OSError) as error:
        if type(error) is UsageError:  # what the user asked for cannot be done with any file
            raise
        return Read(problems=(problem(path, error),))
    except Exception as error:  # whatever a file nobody foresaw does to a loader, the other files are loaded
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        place = f"{where.tb_frame.f_globals.get('__name__')} line {where.tb_lineno}" if where else "an unknown place"
        fault = f"the loader failed at {place} ({type(error).__name__}: {error}); this is a fault of the program: report it with the file"
        return Read(problems=(problem(path, InputError(" ".join(fault.split())[:500])),))
    record = DocumentRecord(
        document.id,
        document.name,
        document.encoding,
        document.media_type,
        document.size,
        loaded.metadata,
        loader_for(document, options).name,
        () if is_table(loaded.metadata) else fingerprint(loaded.text.content),
    )
    return Read(((record, tuple(_sure(loaded.statements, options))),), loaded.problems, content)


def _read_all(paths: Sequence[Path], options: LoadOptions, progress: Progress) -> Iterator[Read]:
    if len(paths) < MANY:
        for number, path in enumerate(paths, 1):
            yield read(path, options)
            progress(number, len(paths), path.name)
        return
    with ProcessPoolExecutor(min(os.cpu_count() or 1, 8)) as pool:
        try:
            for number, result in enumerate(pool.map(read, paths, [options] * len(paths), chunksize=4), 1):
                yield result
                progress(number, len(paths), paths[number - 1].name)
        except BrokenProcessPool:
            raise StoreError(
                "a worker that extracts statements was killed (memory?); nothing was changed: load fewer files at once"
            ) from None


def held(home: Home, given: Holdings | None = None) -> Holdings:
    """What the home's current release holds; in an empty home `given`, or nothing.

    Raises: StoreError when the release is damaged.
    """
    release = home.release_path()
    if release is None:
        return given or Holdings()
    try:
        return from_jsonl(gzip.decompress((release / HOLDINGS).read_bytes()).splitlines(), str(release / HOLDINGS))
    except (OSError, EOFError, zlib.error) as error:
        raise StoreError(
            f"{release / HOLDINGS}: what the home holds cannot be read ({error.__class__.__name__}); move {home.path} away and load again"
        ) from None


def _joined(record: DocumentRecord, said: tuple[Statement, ...], home: Home, known: Mapping[str, DocumentRecord]) -> DocumentRecord:
    """The record of a document known only by its statements: what is known of it stays, and its text, if kept, is checked."""
    if record.loader:
        return record
    content = home.content(record.id)
    check_records(said, None if content is None else document_from_bytes(record.name, content).raw)
    return known.get(record.id, record)


@uncollected()
def load(
    paths: Sequence[Path],
    home: Path,
    options: LoadOptions | None = None,
    progress: Progress = lambda *_: None,
    given: Holdings | None = None,
    *,
    beside: bool = False,
) -> Report:
    """Load files and folders into a home as one new release; the home changes as a whole or not at all.

    `given`: what an empty home is taken to hold already. Corrections are kept in the home and hold for every later load.
    Files that cannot be used are problems of the report. What was held of a document that is loaded again is replaced.

    `beside`: use a second processor for the store; not for a process that goes on to serve.

    Raises: StoreError when the home cannot be written or another process writes it.
    """
    options = options or LoadOptions()
    place = Home(home)
    found = list(files(paths))
    if not found and not given:
        raise UsageError(f"{', '.join(map(str, paths))}: holds no files; give a file, or a folder with files in it")
    with place.writing():
        corrections = merged(kept_in(home), options.corrections)
        asked, options = options.corrections, replace(options, corrections=corrections)
        before = held(place, given)
        documents: list[tuple[DocumentRecord, tuple[Statement, ...]]] = []
        problems: list[Problem] = []
        known = dict(before.documents)
        contents: list[bytes] = []
        for result in _read_all(found, options, progress):
            problems += result.problems
            if result.kept is not None:
                contents.append(result.kept)
            for record, said in result.documents:
                try:
                    known[record.id] = _joined(record, said, place, known)
                    documents.append((known[record.id], said))
                except InputError as error:
                    problems.append(Problem(record.name, "file", str(error), "error"))
        older = superseded(before.documents, [record for record, _ in documents])
        after = marked(before.replaced(documents), older)
        for old, new in older.items():
            problems += changes(after.documents[old], after.documents[new], after)
        if not after.documents:
            return Report("", False, 0, 0, tuple(problems))
        for content in contents:
            place.keep(content)
        name, counts, changed = publish(after, place, beside=beside, step=lambda words: progress(len(found), len(found), words))
        if asked:
            keep_in(home, corrections)
    loaded = {record.id for record, _ in documents}
    return Report(name, changed, len(loaded), sum(len(after.statements[id]) for id in loaded), tuple(problems), counts)


def derive_again(home: Path) -> tuple[str, bool]:
    """Derive the release of what a home holds once more, after judgements changed; its name and whether it is new."""
    place = Home(home)
    with place.writing():
        name, _, changed = publish(held(place), place)
    return name, changed


@uncollected()
def publish(holdings: Holdings, home: Home, *, beside: bool = False, step: Step = lambda _: None) -> tuple[str, dict[str, int], bool]:
    """Derive and write the release of these holdings unless it is the current one; its name, counts and whether it is new.

    `beside`: write the store in a copy of this process, see `kg.store.StoreWriter`.
    """
    judgements = all_judgements(home.path)
    lines = "".join(holdings.to_jsonl()).encode()
    name = content_hash(lines, f"{__version__}\n{MARK}\n{judgements.digest()}")
    current = home.release_path()
    if current is not None and current.name == name:
        return name, dict(Catalogue.open(home.path).release().counts), False
    step("finding out who is who")
    identified = identify(holdings, judgements)
    with home.working_release() as folder, StoreWriter(folder, current, mark=program_mark(), beside=beside) as store:
        store.begin(identified.part(), compared)
        step("comparing statements")
        derived = derive(identified, name)
        store.complete(derived.quads())
        step("writing the catalogue")
        (folder / HOLDINGS).write_bytes(gzip.compress(lines, compresslevel=1, mtime=0))
        write_catalogue(folder, derived.contents, current, program_mark())
        write_report(folder, identified.report())
        step("writing the store")
        store.finish()
        release = {"hash": name, "version": __version__, "counts": dict(derived.contents.release.counts)}
        (folder / "release.json").write_text(json.dumps(release, indent=2) + "\n", "utf-8")
        after = home.publish(folder, name)
        if current is not None and schema_mark(current) == MARK:
            bury(home.path, current, after)
    return name, dict(derived.contents.release.counts), True


def extract_all(paths: Sequence[Path], options: LoadOptions) -> Iterator[Read]:
    """What each file gives, in the order of the files, nothing stored; a file that cannot be read gives a problem."""
    return _read_all(list(files(paths)), options, lambda *_: None)
