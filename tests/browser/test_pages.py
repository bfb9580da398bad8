"""Every kind of page in a real browser: no errors, nothing asked of another server, no barrier for anyone, no sideways scrolling."""

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Served, addresses, watched

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("width", [390, 1200])
def test_every_page_is_quiet_accessible_and_fits(browser: Browser, served: Served, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        base_url=served.address,
        bypass_csp=True,  # for axe itself; the policy is tested below
    )
    page = watched(context, served)
    found: list[str] = []
    for address in addresses(served):
        page.emulate_media(color_scheme="light")
        page.goto(address)
        page.evaluate(AXE)
        found += [f"{address}: {line}" for line in barriers(page, "{resultTypes: ['violations']}")]
        # Only colours differ between the themes.
        page.emulate_media(color_scheme="dark")
        found += [f"{address}, dark: {line}" for line in barriers(page, "{runOnly: ['color-contrast'], resultTypes: ['violations']}")]
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if overflow > 0:
            found.append(f"{address}: {overflow} pixels too wide")
        if page.locator("h1").count() != 1 or not page.title():
            found.append(f"{address}: has no single h1 or no title")
    context.close()
    complaints = [line for line in served.complaints if "/no/such/page" not in line]
    assert not found, "\n".join(found)
    assert not complaints, "\n".join(complaints)


def barriers(page: Page, options: str) -> list[str]:
    """What axe finds: rule, help and the first elements."""
    violations = page.evaluate(f"axe.run(document, {options})")["violations"]
    return [f"{item['id']}: {item['help']}: " + "; ".join(node["html"][:140] for node in item["nodes"][:3]) for item in violations]


def test_policy_lets_the_pages_own_scripts_run_and_nothing_else(page: Page, served: Served) -> None:
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.broken = 1\">')")
    page.wait_for_timeout(100)
    assert page.evaluate("window.broken") is None
    assert page.locator("[data-theme-switch]").is_visible()


def test_hostile_document_does_nothing(page: Page, served: Served) -> None:
    page.on("dialog", lambda dialog: pytest.fail("a script of a document ran"))
    page.goto(f"/document/{served.catalogue.document('report.txt').row.id}?view=raw")
    assert '<script>alert("page")</script>' in page.locator(".document").inner_text()


def test_theme_is_remembered(page: Page) -> None:
    page.goto("/models")
    page.locator("[data-theme-switch]").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto("/labs")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 18, 22)"


def test_suggestions_lead_to_the_page_by_keyboard_alone(page: Page, served: Served) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("nimb")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/model/nimbus-2")


def test_marks_and_statements_light_up_together(page: Page, served: Served) -> None:
    page.goto(f"/document/{served.catalogue.document('report.txt').row.id}")
    mark = page.locator("mark[data-facts]").first
    ids = (mark.get_attribute("data-facts") or "").split()
    mark.hover()
    assert "lit" in (page.locator(f'[data-statement="{ids[0]}"]').get_attribute("class") or "")
    item = page.locator("[data-statement]").last
    item.locator("a").first.focus()
    chosen = item.get_attribute("data-statement") or "?"
    lit = [(mark.get_attribute("data-facts") or "").split() for mark in page.locator("mark.lit").all()]
    assert any(chosen in ids for ids in lit)


def test_span_links_scroll_to_the_passage_and_flash_it(page: Page, served: Served) -> None:
    row = served.catalogue.statements().items[-1]
    page.set_viewport_size({"width": 390, "height": 500})
    page.goto(f"/document/{row.statement.document_id}#span-{row.statement.id}")
    page.wait_for_selector("mark.lit")
    assert page.locator("mark.lit").first.is_visible()
    box = page.locator("mark.lit").first.bounding_box()
    assert box and 0 < box["y"] < 500


def test_tables_sort_and_filter(page: Page) -> None:
    page.goto("/documents")
    heads = page.locator("#documents th button")
    heads.first.click()
    first = page.locator("#documents tbody th").first.inner_text()
    heads.first.click()
    assert page.locator("#documents tbody th").first.inner_text() != first
    page.fill("[data-filter]", "report.txt")
    assert page.locator("#documents tbody tr:visible").count() == 1


def test_editor_completes_runs_links_and_shows_errors_at_their_line(page: Page, served: Served) -> None:
    page.goto("/sparql")
    area = page.locator("textarea")
    head = "PREFIX kg: <https://w3id.org/lab-facts/ontology#>\nSELECT ?model ?cost WHERE {\n"
    area.fill(head + "  GRAPH ?g { ?s kg:subject ?model ; kg:predicate kg:trainingCost ; kg:val")
    area.press("Control+End")
    area.press("Control+ ")
    page.wait_for_selector(".completions li")
    area.press("Escape")
    area.press_sequentially("ue ?cost }\n} ORDER BY DESC(?cost)")
    area.press("Control+Enter")
    page.wait_for_selector("#results table")
    assert page.locator("#results tbody tr").count() == 4
    assert page.locator("#results tbody a").first.get_attribute("href") == "/page/model/nimbus-2"
    page.wait_for_selector("#results svg")
    assert "/sparql?query=" in page.url
    area.fill("SELECT ?x WHERE {\n  ?x a ;;; }\n")
    area.press("Control+Enter")
    page.wait_for_selector("#results .problem")
    assert "Line 2" in page.locator("#results .problem").inner_text()
    assert page.locator(".tok-error").count() >= 1
    served.complaints.clear()


def test_newcomer_finds_out_why_sources_disagree_in_two_clicks(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Pre-training Nimbus-2 cost").first.click()
    why = page.locator("#why").inner_text()
    assert "$600,000" in why and "$900,000" in why and "Stratus Media" in why


def test_print_shows_the_fact_without_the_site_around_it(page: Page, served: Served) -> None:
    fact = served.catalogue.facts(subject="model/nimbus-2", predicate="trainingCost").items[0]
    page.goto(f"/fact/{fact.id}")
    page.emulate_media(media="print")
    assert not page.locator("header.top").is_visible()
    assert page.locator("h1").is_visible()
