"""An axis: from values in a domain to pixels, linear or logarithmic, with its ticks."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

LOG_RATIO = 30.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps [low, high] onto [start, end] pixels; logarithmic where `log`, then low is above 0."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """The pixel of a value, held inside the axis."""
        value = min(max(value, self.low), self.high)
        if self.log:
            share = (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, wanted: int = 6) -> tuple[float, ...]:
        """Round values inside the domain, at most about `wanted` of them."""
        return _log_ticks(self.low, self.high, wanted) if self.log else _linear_ticks(self.low, self.high, wanted)


def scale_for(values: Sequence[float], start: float, end: float, log: bool | None = None, padding: float = 0.06) -> Scale:
    """An axis that holds all values with some room; logarithmic when asked or when they span more than a factor of 30.

    >>> scale_for([5e6, 6e6], 0, 100).log, scale_for([1e4, 6e6], 0, 100).log
    (False, True)
    """
    if not values:
        return Scale(0.0, 1.0, start, end)
    low, high = min(values), max(values)
    chosen = (low > 0 and high / low > LOG_RATIO) if log is None else (log and low > 0)
    if chosen:
        span = max(log10(high) - log10(low), 0.3)
        room = span * padding + (0.15 if high == low else 0.0)
        return Scale(10 ** (log10(low) - room), 10 ** (log10(high) + room), start, end, True)
    span = (high - low) or abs(high) * 0.2 or 1.0
    return Scale(low - span * padding, high + span * padding, start, end)


def _linear_ticks(low: float, high: float, wanted: int) -> tuple[float, ...]:
    raw = (high - low) / max(wanted, 1)
    size = 10 ** floor(log10(raw)) if raw > 0 else 1.0
    step = next(factor * size for factor in (1, 2, 2.5, 5, 10) if factor * size >= raw * 0.999)
    first = ceil(low / step)
    return tuple(round(index * step, 10) for index in range(first, floor(high / step) + 1))


def _log_ticks(low: float, high: float, wanted: int) -> tuple[float, ...]:
    first, last = floor(log10(low)), ceil(log10(high))
    for factors in ((1, 2, 5), (1, 3), (1,)):
        found = tuple(
            factor * 10.0**exponent for exponent in range(first, last + 1) for factor in factors if low <= factor * 10.0**exponent <= high
        )
        if len(found) <= wanted:
            return found
    every = ceil((last - first) / wanted)
    return tuple(10.0**exponent for exponent in range(first, last + 1, every) if low <= 10.0**exponent <= high)
