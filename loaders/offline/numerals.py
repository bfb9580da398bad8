"""Numbers written in Chinese and Japanese characters or in Korean words: where they stand, what they are worth, how vague they are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {
    character: value
    for value, characters in enumerate(("零〇", "一", "二两兩", "三", "四", "五", "六", "七", "八", "九"))
    for character in characters
}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_UNKNOWN = "数數几幾"
_MORE = "多余餘"
_SIGNS = "".join((*_DIGITS, *_SMALL, *_LARGE)) + _UNKNOWN
_RUN = re.compile(rf"(?<![\d.第{_SIGNS}])(?:(?![兆千]瓦)[{_SIGNS}]|(?<=[{_SIGNS}])[{_MORE}](?=[{''.join(_LARGE)}]))+")
_HALF = re.compile(r"(?<![上下前后後一二两三四五六七八九十\d年月])半(?=年|天|日|个月|個月|个小时|小时|小時|周)")
_LONGEST = 16

_SINO = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
_SINO_SMALL = {"십": 10, "백": 100, "천": 1000}
_SINO_LARGE = {"만": 10**4, "억": 10**8, "조": 10**12}
_SINO_RUN = re.compile(
    rf"(?<![가-힣\w])[{''.join((*_SINO, *_SINO_SMALL, *_SINO_LARGE))}]{{1,12}}(?=\s?여?\s?(?:장|명|개|원|달러|대|유로|위안|토큰|파라미터|매개변수))"
)
_TENS = {"열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90}
_ONES = {
    **{"한": 1, "두": 2, "세": 3, "석": 3, "서": 3, "네": 4, "넉": 4, "너": 4},
    **{"다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9},
}
_PAIRS = {
    "한두": (1, 2),
    "두세": (2, 3),
    "두서너": (2, 4),
    "서너": (3, 4),
    "너댓": (4, 5),
    "네댓": (4, 5),
    "네다섯": (4, 5),
    "대여섯": (5, 6),
    "예닐곱": (6, 7),
}
_NATIVE_PAIR = re.compile(rf"(?<![가-힣\w])(?:{'|'.join(_PAIRS)})(?=\s?(?:장|명|달|주|시간))")
_NATIVE = re.compile(rf"(?<![가-힣\w])(?!세대)(?P<tens>{'|'.join(_TENS)})?(?P<ones>{'|'.join(_ONES)})?(?=\s?(?:장|개|명|대|기|달|주|시간))")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in words: half-open span, value or the ends of a range ("两三千"), and the large sign it ends with ("万").

    `bare`: it begins with a multitude ("千亿"), which is a number only in front of what it counts.
    `bound`: ">" when the signs themselves say more ("十多万").
    """

    start: int
    end: int
    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    magnitude: str = ""
    bare: bool = False
    bound: str = ""


def numerals(text: str) -> Iterator[Numeral]:
    """Every number of the text written in such words, kind by kind; whether it counts something is for the caller to see.

    >>> [str(found.value) for found in numerals("六千八百五十亿、千亿参数；GPU 서른두 장")]
    ['685000000000', '100000000000', '32']
    """
    if text.isascii():
        return
    for run in _RUN.finditer(text):
        if len(run.group()) <= _LONGEST and (found := _han(run.group(), run.start())):
            yield found
    for half in _HALF.finditer(text):
        yield Numeral(half.start(), half.end(), Decimal("0.5"))
    for run in _SINO_RUN.finditer(text):
        if (worth := _sino(run.group())) is not None:
            large = "".join(sign for sign in run.group() if sign in _SINO_LARGE)
            yield Numeral(run.start(), run.end(), Decimal(worth), magnitude=large or run.group()[-1], bare=True)
    for pair in _NATIVE_PAIR.finditer(text):
        least, most = _PAIRS[pair.group()]
        yield Numeral(pair.start(), pair.end(), None, Decimal(least), Decimal(most))
    for word in _NATIVE.finditer(text):
        if word.end() == word.start():
            continue
        worth = _TENS.get(word["tens"] or "", 0) + _ONES.get(word["ones"] or "", 0)
        yield Numeral(word.start(), word.end(), Decimal(worth))


def _han(run: str, start: int) -> Numeral | None:
    """What a run of number signs is worth; None for digits in a row (a year), a lone sign of multitude and unknown small multiples."""
    more = any(sign in _MORE for sign in run)
    signs = "".join(sign for sign in run if sign not in _MORE)
    end = start + len(run)
    if signs[0] in "零〇":
        return None
    large = "".join(sign for sign in signs if sign in _LARGE)
    magnitude = large or next((sign for sign in reversed(signs) if sign in "百千"), "")
    if unknown := [index for index, sign in enumerate(signs) if sign in _UNKNOWN]:
        low, high = (_worth(signs.replace(signs[unknown[0]], digit)) for digit in "一九")
        if len(unknown) > 1 or low is None or high is None or not large:
            return None
        if unknown[0] == 0:  # 数十万: tens of, up to a hundred
            return Numeral(start, end, None, Decimal(low), Decimal(low * 10), magnitude)
        return Numeral(start, end, Decimal(_worth(signs.replace(signs[unknown[0]], "")) or low), magnitude=magnitude, bound=">")
    for index in range(len(signs) - 1):
        left, right = _DIGITS.get(signs[index]), _DIGITS.get(signs[index + 1])
        if left is not None and right is not None and left:
            if right != left + 1 or signs[index + 2 : index + 3] in _DIGITS:
                return None
            low, high = _worth(signs[: index + 1] + signs[index + 2 :]), _worth(signs[:index] + signs[index + 1 :])
            return Numeral(start, end, None, Decimal(low), Decimal(high), magnitude) if low and high else None
    worth = _worth(signs)
    if not worth:
        return None
    bare = signs[0] in _LARGE or signs[0] in "百千"
    return Numeral(start, end, Decimal(worth), magnitude=magnitude, bare=bare, bound=">" if more else "")


def _worth(signs: str) -> int | None:
    """The value of number signs in order, None when they are in no order a number has."""
    return _sum(signs, _DIGITS, _SMALL, _LARGE)


def _sino(run: str) -> int | None:
    """The value of a Korean run with a multitude in it; "구조" and the like, a digit before a lone 조, are other words."""
    if not any(sign in _SINO_SMALL or sign in _SINO_LARGE for sign in run) or (run[-1] == "조" and not set(run) & set(_SINO_SMALL)):
        return None
    return _sum(run, _SINO, _SINO_SMALL, _SINO_LARGE)


def _sum(signs: str, digits: dict[str, int], small: dict[str, int], large: dict[str, int]) -> int | None:
    total = section = 0
    digit: int | None = None
    last = 0
    for sign in signs:
        if sign in digits:
            if digit:
                return None
            digit = digits[sign]
        elif sign in small:
            if digit == 0 or (section and last <= small[sign]):
                return None
            section += (1 if digit is None else digit) * small[sign]
            digit, last = None, small[sign]
        else:
            scale = large[sign]
            section += digit or 0
            if total and total < scale:
                total = (total + section) * scale
            elif total:
                total += section * scale
            else:
                total = (section or 1) * scale
            section, digit, last = 0, None, scale
    if digit and last >= 100 and "零" not in signs and "〇" not in signs:
        return total + section + digit * last // 10  # 二万五
    return total + section + (digit or 0)
