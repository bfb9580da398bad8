"""How wide a label will be: character classes of a UI sans serif, so that boxes fit without a browser measuring them."""

from unicodedata import east_asian_width

NARROW, WIDE = frozenset("iIjltfr.,:;'|!()[] ·-"), frozenset("mwMW@%")


def width(label: str, size: float, bold: bool = False) -> float:
    """Width of the label in pixels at a font size in pixels, rounded up to the wider fonts.

    >>> width("DeepSeek-V3", 13) > width("DeepSeek", 13)
    True
    """
    total = 0.0
    for letter in label:
        if east_asian_width(letter) in "WF":
            total += 1.0
        elif letter in NARROW:
            total += 0.34
        elif letter in WIDE:
            total += 0.88
        else:
            total += 0.68 if letter.isupper() else 0.585
    return total * size * (1.06 if bold else 1.0)


def cut(label: str, size: float, limit: float, bold: bool = False) -> str:
    """The label, shortened with an ellipsis to be at most `limit` pixels wide.

    >>> cut("A very long name of a model", 13, 60)
    'A very l…'
    """
    if width(label, size, bold) <= limit:
        return label
    while label and width(label + "…", size, bold) > limit:
        label = label[:-1]
    return label.rstrip() + "…"
