"""`kg fetch` asks only for what has changed, keeps whole files only, and says what to do offline."""

from pathlib import Path

import httpx
import pytest

from kg.errors import ServiceError, UnknownName
from kg.fetching import Source, fetch, source, sources

ONE = Source("one", "One", "CC0", "https://example.org/data", {"a.csv": "https://example.org/a.csv"})


def client(answer: httpx.Response | Exception, seen: list[httpx.Request] | None = None) -> httpx.Client:
    def respond(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx.Client(transport=httpx.MockTransport(respond))


def test_a_file_is_fetched_and_the_second_time_only_asked_about(tmp_path: Path) -> None:
    (first,) = fetch(ONE, tmp_path, client(httpx.Response(200, content=b"x,y\n", headers={"ETag": '"v1"'})))
    assert first.changed and (tmp_path / "a.csv").read_bytes() == b"x,y\n"
    seen: list[httpx.Request] = []
    (second,) = fetch(ONE, tmp_path, client(httpx.Response(304), seen))
    assert not second.changed and seen[0].headers["If-None-Match"] == '"v1"'


def test_a_file_that_was_deleted_is_fetched_again(tmp_path: Path) -> None:
    list(fetch(ONE, tmp_path, client(httpx.Response(200, content=b"x", headers={"ETag": '"v1"'}))))
    (tmp_path / "a.csv").unlink()
    seen: list[httpx.Request] = []
    list(fetch(ONE, tmp_path, client(httpx.Response(200, content=b"x"), seen)))
    assert "If-None-Match" not in seen[0].headers


def test_offline_says_what_to_do_and_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old")
    with pytest.raises(ServiceError, match=r"a.csv cannot be reached .* download the file from https://example.org/data"):
        list(fetch(ONE, tmp_path, client(httpx.ConnectError("no route"))))
    assert (tmp_path / "a.csv").read_text() == "old"


@pytest.mark.parametrize(
    "answer", [httpx.Response(404), httpx.Response(200, content=b"<html>", headers={"content-type": "text/html"})], ids=["missing", "page"]
)
def test_an_address_that_gives_no_table_is_told(answer: httpx.Response, tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match=r"new address at https://example\.org/data"):
        list(fetch(ONE, tmp_path, client(answer)))
    assert not (tmp_path / "a.csv").exists()


def test_epoch_is_a_source_with_five_files() -> None:
    assert len(source("epoch").files) == 5 and "epoch" in sources()
    with pytest.raises(UnknownName, match="known: epoch"):
        source("epok")
