"""Bytes as text: the encoding a file declares or shows, or a sentence that says why it is not text."""

import codecs

from charset_normalizer import from_bytes

from kg.errors import InputError

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# First bytes of formats that hold no text to read, and what a person calls them.
BINARY = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive (or a Word, Excel or PowerPoint file)"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Word, Excel or PowerPoint file"),
    (b"SQLite format 3", "an SQLite file"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "a rich-text file"),
)
_ASCII = bytes(range(128))
_SAMPLE = 65_536
_MOST_CONTROLS = 0.02
# Encodings that files of our languages are met in; the guess is among them only, so that a short text is not taken for an exotic one.
_CANDIDATES = ("gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1252", "cp1250", "cp1251", "koi8_r")
_FEW_HIGH_BYTES = 0.15
_LAST_RESORT = "cp1252"


def decode(content: bytes) -> tuple[str, str]:
    """The text with its newlines as they are, and the encoding's name; a byte order mark stays as the first character.

    UTF-8 first: it hardly ever fits by accident. Bytes that are UTF-8 but for a few, or but for a character cut off at the end, keep
    U+FFFD in the place of the damage; any other encoding is told by its letters.

    Raises: InputError when the content is empty or binary; the sentence begins with the verb.

    >>> decode("幻方".encode())
    ('幻方', 'utf-8')
    """
    if not content.strip():
        raise InputError("is empty; expected a text")
    for magic, kind in BINARY:
        if content.startswith(magic):
            raise InputError(f"is {kind}, not text; save its words as a text, Markdown or HTML file and load that")
    for mark, name in MARKS:
        if content.startswith(mark):
            return content.decode(name, errors="replace"), name
    sample = content[:_SAMPLE]
    wide = _wide_without_mark(sample)
    if wide:
        return content.decode(wide, errors="replace"), wide
    if _control_share(sample) > _MOST_CONTROLS:
        raise InputError("is binary, not text; load a text, Markdown, HTML, CSV or JSON file")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        replaced = content.decode("utf-8", errors="replace")
        cut_off = error.start >= len(content) - 3
        if cut_off or replaced.count("\ufffd") * 200 < len(content.translate(None, _ASCII)):
            return replaced, "utf-8"
    name = _LAST_RESORT
    if len(sample.translate(None, _ASCII)) > _FEW_HIGH_BYTES * len(sample):
        best = from_bytes(sample, cp_isolation=list(_CANDIDATES)).best()
        name = best.encoding if best is not None else _LAST_RESORT
    return content.decode(name, errors="replace"), name


def _wide_without_mark(sample: bytes) -> str | None:
    """UTF-16 text of Western languages without a mark: every second byte is NUL."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 10 * max(even, 1) and odd > len(sample) * 0.2:
        return "utf-16-le"
    if even > 10 * max(odd, 1) and even > len(sample) * 0.2:
        return "utf-16-be"
    return None


def _control_share(sample: bytes) -> float:
    return sum(byte < 32 and byte not in (9, 10, 11, 12, 13, 27) for byte in sample) / len(sample)
