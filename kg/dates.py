"""Partial ISO 8601 dates as the days they may mean: "2024-05" is any day from 2024-05-01 to 2024-05-31."""

import re
from calendar import monthrange

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?!\d)")


def day_range(text: str | None) -> tuple[str, str] | None:
    """First and last day a date stands for, both included; None when the text does not begin with an ISO 8601 date.

    >>> day_range("2024-02")
    ('2024-02-01', '2024-02-29')
    >>> day_range("2025-01-20")
    ('2025-01-20', '2025-01-20')
    >>> day_range("soon") is None
    True
    """
    found = _PARTIAL.match(text or "")
    if not found:
        return None
    year, month, day = found.groups()
    if int(year) == 0 or (month and not 1 <= int(month) <= 12):
        return None
    first = f"{year}-{month or '01'}-{day or '01'}"
    last_month = month or "12"
    last_day = day or f"{monthrange(int(year), int(last_month))[1]:02d}"
    return first, f"{year}-{last_month}-{last_day}"
