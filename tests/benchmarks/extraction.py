"""The speed and memory of the offline extractor: `python -m tests.benchmarks.extraction [FOLDER ...]` (the shared documents).

Characters a second of processor, grammars and weights loaded before: of the documents one after the other, and of one long document made of
all of them, over and over with other years, at 0.5, 1, 2 and 5 million characters. Each length runs in a process of its own, whose peak
memory is given.
"""

import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path

from kg.documents import Document, document_from_bytes
from kg.loading import LoadOptions
from kg.reading import files
from kg.text import identity
from loaders.prose import loader
from loaders.readers.mojibake import repaired
from tests.shared import SHARED

LENGTHS = (500_000, 1_000_000, 2_000_000, 5_000_000)


def documents(folders: Sequence[Path]) -> list[Document]:
    """The documents of the folders that are no mojibake: undoing that is another work, and needs a dictionary of Chinese."""
    read = (document_from_bytes(path.name, path.read_bytes()) for path in files(folders))
    return [document for document in read if repaired(text := identity(document.raw)) is text]


def joined(folders: Sequence[Path], length: int) -> Document:
    """One document of so many characters: all documents, over and over, each time with years of their own."""
    found: list[str] = []
    parts = documents(folders)
    size = turn = 0
    while size < length:
        for part in parts:
            found.append(part.raw.replace("2024", str(2024 - turn % 9)) + "\n\n")
            size += len(found[-1])
        turn += 1
    return document_from_bytes("joined.txt", "".join(found)[:length].encode())


def measured(read: Sequence[Document]) -> tuple[int, float, int, int]:
    """Characters, seconds of processor, statements and peak memory in MB of the documents."""
    loader.load(document_from_bytes("warm.txt", b"Acme raised $40 million for its model Lark-7B."), LoadOptions())
    start = time.process_time()
    found = sum(len(loader.load(document, LoadOptions()).statements) for document in read)
    seconds = time.process_time() - start
    return sum(len(document.raw) for document in read), seconds, found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def rows(folders: Sequence[Path]) -> Iterator[tuple[int, float, int, int]]:
    """The documents, then each length, every one in a process of its own."""
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    for length in (0, *LENGTHS):
        # Mojibake is told from the rest by a dictionary, which no other document needs: the documents are chosen in a process of their own.
        with get_context("spawn").Pool(1) as pool:
            read = [pool.apply(joined, (folders, length))] if length else pool.apply(documents, (folders,))
        with get_context("spawn").Pool(1) as pool:
            yield pool.apply(measured, (read,))


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    folders = [Path(each) for each in arguments] or [SHARED / "documents", SHARED / "dev-documents"]
    print(f"{'characters':>10} {'seconds':>8} {'a second':>9} {'statements':>10} {'peak MB':>8}", flush=True)
    for characters, seconds, found, peak in rows(folders):
        print(f"{characters:10} {seconds:8.2f} {characters / seconds:9.0f} {found:10} {peak:8}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
