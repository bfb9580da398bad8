"""Bytes as text: the encoding a file declares or shows, or a sentence that says why it is not text."""

import codecs

from kg.errors import InputError

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
FALLBACKS = ("utf-8", "gb18030", "windows-1252")
"""Tried in this order: UTF-8 hardly ever fits by accident, GB18030 rejects most of what is not Chinese, Windows-1252 takes the rest."""


def decode(content: bytes) -> tuple[str, str]:
    """The text with its newlines as they are, and the encoding's name; a byte order mark stays as the first character.

    Raises: InputError when the content is empty or binary.

    >>> decode("幻方".encode())
    ('幻方', 'utf-8')
    """
    if not content.strip():
        raise InputError("is empty; expected a text")
    for mark, name in MARKS:
        if content.startswith(mark):
            try:
                return content.decode(name), name
            except UnicodeDecodeError as error:
                raise InputError(f"begins like {name} but byte {error.start} does not fit; save it again as UTF-8") from None
    if b"\0" in content or _control_share(content) > 0.02:
        raise InputError("is binary, not text; convert it to UTF-8 text first")
    for name in FALLBACKS:
        try:
            return content.decode(name), name
        except UnicodeDecodeError:
            continue
    raise InputError(f"is in none of the encodings {', '.join(FALLBACKS)}; save it again as UTF-8")


def _control_share(content: bytes) -> float:
    sample = content[:65536]
    return sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in sample) / len(sample)
