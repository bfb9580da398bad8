"""A rewritten text: pieces kept, replaced and repeated, each mapped to the raw document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import SpanError
from kg.text import Link, identity
from loaders.readers.rewriting import Edit, Piece, assembled, rewritten


def test_kept_replaced_and_deleted_parts_map_to_what_they_stand_for() -> None:
    text = rewritten(identity("one **two** three"), [Edit(4, 6), Edit(9, 11), Edit(11, 12, "  ")], "x")
    assert text.content == "one two  three"
    assert text.raw_span(4, 7) == (6, 9)
    assert text.raw_span(7, 9) == (11, 12)
    assert text.raw_span(0, 14) == (0, 17)
    assert text.kinds == ("x",)


def test_an_insertion_stands_between_its_neighbours() -> None:
    text = rewritten(identity("ab"), [Edit(1, 1, "---")])
    assert text.content == "a---b"
    assert text.raw_span(1, 4) == (1, 1)
    assert text.raw_span(0, 5) == (0, 2)


def test_links_move_with_their_words_and_go_with_them() -> None:
    text = rewritten(identity("[ab] and [cd]"), [Edit(0, 1), Edit(3, 4), Edit(9, 13)], links=[Link(1, 3, "x"), Link(10, 12, "y")])
    assert [(text.content[link.start : link.end], link.address) for link in text.links] == [("ab", "x")]


def test_a_repeated_part_is_quoted_where_it_was_first() -> None:
    text = assembled(identity("AB"), [Piece(0, 1), Piece(1, 2), Piece(0, 1, again=True), Piece(2, 2, "!")])
    assert text.content == "ABA!"
    assert text.copies == ((2, 3),)
    assert text.raw_span(2, 3) == (0, 1)
    assert text.raw_span(1, 4) == (1, 2)


def test_edits_on_edits_still_map_to_the_raw_text() -> None:
    once = rewritten(identity("a<b>c</b>d"), [Edit(1, 4), Edit(5, 9)])
    twice = rewritten(once, [Edit(1, 2, "CC")])
    assert twice.content == "aCCd"
    assert twice.raw_span(1, 2) == (4, 5)


@pytest.mark.parametrize("span", ((-1, 1), (0, 0), (1, 3), (2, 1)))
def test_a_range_outside_the_text_has_no_raw_span(span: tuple[int, int]) -> None:
    with pytest.raises(SpanError, match="is not inside"):
        identity("ab").raw_span(*span)


@given(st.text("abcdef", max_size=20), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 4), st.text("XY", max_size=3)), max_size=6))
def test_any_edits_leave_a_rising_map(raw: str, changes: list[tuple[int, int, str]]) -> None:
    text = rewritten(identity(raw), [Edit(min(start, len(raw)), min(start + size, len(raw)), put) for start, size, put in changes])
    assert len(text.content) == len(text.starts) == len(text.ends)
    assert list(text.starts) == sorted(text.starts)
    assert list(text.ends) == sorted(text.ends)
    assert all(
        raw[start:end] == character
        for character, start, end in zip(text.content, text.starts, text.ends, strict=True)
        if character in "abcdef"
    )
