"""What officials come to do with dossiers: a morning's inbox, a batch, a new version."""

from __future__ import annotations

import json

from playwright.sync_api import expect


WAITING = "/dossiers/inbox/?duty="


def test_an_official_works_an_inbox_of_fifty(visits):
    official = visits()
    page = official.signs_in_as("reception")
    official.goes_to(WAITING + "reception")
    ticks = page.locator("input[name=step]")
    expect(ticks).to_have_count(50)
    many = waiting_at_reception(page)
    for place in range(20):
        ticks.nth(place).check()
    page.locator("select[name=does]").select_option("accept")
    page.locator("form:has(select[name=does]) button").last.click()
    expect(page.locator("tbody tr")).to_have_count(20)
    assert official.violations() == []
    page.locator("button[value=yes]").click()
    expect(page.locator("main")).to_contain_text("20")
    official.goes_to(WAITING + "reception")
    assert waiting_at_reception(page) == many - 20


def waiting_at_reception(page):
    """Read how many wait in all; other journeys file there, too."""
    tab = page.locator("a[href='?duty=reception']").inner_text()
    return int(tab.rpartition("(")[2].rstrip(")"))


def test_a_leader_signs_a_batch(visits):
    leader = visits(size="phone")
    page = leader.signs_in_as("signer")
    leader.goes_to(WAITING + "sign")
    ticks = page.locator("input[name=step]")
    many = ticks.count()
    assert many >= 12
    for place in range(many):
        ticks.nth(place).check()
    page.locator("select[name=does]").select_option("sign")
    page.locator("form:has(select[name=does]) button").last.click()
    assert leader.violations() == []
    assert not leader.scrolls_sideways()
    page.locator("button[value=yes]").click()
    leader.goes_to(WAITING + "sign")
    expect(page.locator("input[name=step]")).to_have_count(0)


def test_a_procedure_officer_publishes_a_version_and_moves_the_dossiers(visits):
    officer = visits()
    page = officer.signs_in_as("procedures")
    officer.goes_to("/procedures/desk/drafts/new/?code=2.000720")
    area = page.locator("textarea[name=definition]")
    told = json.loads(area.input_value())
    told["process"] = told["process"].replace('kv:hours="10"', 'kv:hours="6"')
    area.fill(json.dumps(told, ensure_ascii=False))
    page.locator("form:has(textarea[name=definition]) button").first.click()
    assert officer.violations() == []
    told = {
        "name": "x.bpmn",
        "mimeType": "application/xml",
        "buffer": told["process"].encode(),
    }
    page.locator("form[action$='/process/'] input[name=file]").set_input_files(told)
    page.locator("form[action$='/process/'] button").click()
    assert officer.violations() == []
    page.locator(
        "form:has(input[name=process][type=hidden][value]) button"
    ).first.click()
    page.locator("form[action$='/publish/'] button").click()
    assert page.url.endswith("/procedures/2.000720/")
    page.locator("a[href*='/dossiers/moving/']").click()
    expect(page.locator("section").first).to_contain_text("6 ")
    assert officer.violations() == []
    page.locator("form[method=post] button.govuk-button").last.click()
    moved = "a[href*='/dossiers/moves/']"
    for _ in range(60):
        page.wait_for_load_state()
        if page.locator(moved).count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.locator(moved).first.click()
    for _ in range(60):  # batch by batch, in the background
        if page.locator("main ul li").count() >= 4:
            break
        page.wait_for_timeout(500)
        page.reload()
    assert page.locator("main ul li").count() >= 4
    assert officer.violations() == []
    page.locator("form[action$='/undo/'] button").click()
    for _ in range(60):
        page.wait_for_load_state()
        if not page.locator("form[action$='/undo/']").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.locator("form[action$='/undo/']")).to_have_count(0)
    officer.goes_to("/dossiers/moving/2.000720/")
    expect(page.locator("section").first).to_contain_text("6 ")  # they are back
