"""The review page in a browser: opened from disk, with its own script only, it writes the corrections a person decides on."""

import json
from pathlib import Path

from playwright.sync_api import Browser

from kg.corrections import read_corrections
from kg.review import Reviewed, review_page
from kg.text import identity
from tests.kg.test_review import ALL, COST, RAW


def test_reviewing_a_page_gives_corrections_and_asks_for_nothing(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("".join(review_page([Reviewed("note.txt", identity(RAW), ALL)])), encoding="utf-8")
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(("file:", "blob:")) else complaints.append(request.url))
    page.goto(path.as_uri())
    item = page.locator("li[data-record]", has_text="training cost")
    page.locator("mark", has_text="Zephyr-9 cost").hover()
    assert "lit" in (item.get_attribute("class") or "")
    page.locator("h1").hover()
    assert "lit" not in (item.get_attribute("class") or "")
    assert page.locator(".saved").is_hidden()
    item.get_by_role("button", name="right").click()
    item.get_by_role("button", name="wrong").click()
    saved = tmp_path / "corrections.jsonl"
    with page.expect_download() as download:
        page.get_by_role("link", name="Save them").click()
    download.value.save_as(saved)
    (correction,) = read_corrections(saved)
    assert (correction.action, correction.id, correction.record) == ("reject", COST.id, json.loads(json.dumps(COST.to_json())))
    assert page.locator(".uncounted[title]").all_inner_texts() == ["2025", "41"]
    assert complaints == []
    page.close()
