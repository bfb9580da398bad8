"""SVG elements as text: names and numbers in, escaped markup out. No style attributes, no scripts, no ids."""

from collections.abc import Mapping
from html import escape as html_escape

Attribute = str | int | float | None


def number(value: float) -> str:
    """A coordinate with at most two decimals, the same on every machine.

    >>> number(3.0), number(2.456)
    ('3', '2.46')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def escape(content: str) -> str:
    """Text as it stands between tags."""
    return html_escape(content, quote=False)


def element(name: str, attributes: Mapping[str, Attribute] | None = None, *children: str) -> str:
    """An element; children are markup already. Attributes of None are left out."""
    pieces = [name]
    for key, value in (attributes or {}).items():
        if value is not None:
            shown = number(value) if isinstance(value, int | float) else html_escape(value, quote=True)
            pieces.append(f'{key}="{shown}"')
    opening = " ".join(pieces)
    return f"<{opening}>{''.join(children)}</{name}>" if children else f"<{opening}/>"


def text(content: str, x: float, y: float, kind: str, anchor: str | None = None) -> str:
    """Escaped text with its baseline at (x, y)."""
    return element("text", {"class": kind, "x": x, "y": y, "text-anchor": anchor}, escape(content))


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A straight line."""
    return element("line", {"class": kind, "x1": x1, "y1": y1, "x2": x2, "y2": y2})


def circle(x: float, y: float, radius: float, kind: str) -> str:
    """A circle."""
    return element("circle", {"class": kind, "cx": x, "cy": y, "r": radius})


def box(x: float, y: float, width: float, height: float, kind: str, radius: float = 0) -> str:
    """A rectangle with rounded corners."""
    return element("rect", {"class": kind, "x": x, "y": y, "width": width, "height": height, "rx": radius or None})


def link(href: str, label: str, kind: str, *children: str) -> str:
    """A link that assistive technology reads as `label`."""
    return element("a", {"href": href, "aria-label": label, "class": kind}, *children)


def drawing(width: float, height: float, label: str, kind: str, *children: str, interactive: bool = False) -> str:
    """The outermost element. `interactive` figures hold links and are a group; others are one image with a text alternative."""
    return element(
        "svg",
        {
            "class": kind,
            "viewBox": f"0 0 {number(width)} {number(height)}",
            "width": width,
            "height": height,
            "role": "group" if interactive else "img",
            "aria-label": label,
        },
        *(children or ("",)),
    )
