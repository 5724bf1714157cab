"""Every page: clean for axe in both languages, no sideways scroll, light."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect


PUBLIC = (
    "/", "/city/", "/steering/commitments/", "/steering/tasks/TP-0303/", "/status/",
    "/accessibility/", "/law/", "/worktime/", "/indicators/",
    "/indicators/steering.done/", "/journal/", "/sign-in/", "/search/?q=du+lieu",
    "/nowhere/", "/organisations/", "/organisations/?q=ho+tay", "/api/",
    "/exchange/", "/exchange/?words=nuoc+thai&kind=technology", "/exchange/?words=zzz&field=energy",
    "/exchange/results/", "/exchange/results/?time=all&field=energy", "/experts/", "/events/",
    "/exchange/members/", "/auctions/", "/contracts/clauses/", "/contracts/verify/", "/law/57-nq-tw/", "/indicators/steering.overdue/",
)  # fmt: skip
SIGNED_IN = (
    "/steering/", "/steering/?on=2025-11-14", "/steering/inbox/", "/steering/tasks/",
    "/steering/tasks/new/", "/steering/tasks/TP-0303/", "/steering/tasks/TP-0303/visibility/",
    "/steering/sources/", "/steering/sources/new/", "/steering/reporting/",
    "/steering/reporting/new/", "/steering/difficulties/", "/steering/foresight/",
    "/steering/evaluation/", "/steering/register/", "/steering/meetings/",
    "/steering/meetings/new/", "/account/", "/account/who-read-my-data/",
    "/account/mandates/", "/notices/", "/notices/settings/", "/steering/report/",
    "/steering/report/?on=2025-11-14", "/steering/import/", "/steering/calendar/",
    "/steering/policy/", "/exchange/mine/", "/exchange/join/", "/exchange/searches/", "/contracts/",
)  # fmt: skip


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("who", [None, "office"], ids=["stranger", "office"])
def test_pages_are_accessible_and_fit(visits, who, language, size):
    visitor = visits(language=language, size=size)
    if who:
        visitor.signs_in_as(who)
    wrong = {}
    for path in SIGNED_IN if who else PUBLIC:
        visitor.goes_to(path)
        found = visitor.violations()
        if visitor.scrolls_sideways():
            found.append("scrolls sideways")
        if found:
            wrong[path] = found
    assert wrong == {}


OF_A_ROLE = {
    "dn-01-head": (
        "/exchange/mine/import/", "/exchange/results/", "/clients/", "/clients/new/",
        "/experts/bookings/", "/experts/apply/", "/auctions/",
    ),
    "operator": (
        "/status/", "/notices/deliveries/", "/notices/sandbox/", "/journal/webhooks/",
        "/sign-in/second-step/", "/account/password/", "/account/mandates/new/",
    ),
    "science-head": (
        "/exchange/results/", "/exchange/results/report/", "/exchange/results/report/?month=2025-10",
        "/exchange/partners/", "/exchange/mine/", "/clients/", "/payments/", "/experts/", "/events/",
        "/steering/inbox/", "/steering/tasks/TP-0303/report/",
        "/steering/tasks/TP-0303/claim/", "/steering/tasks/TP-0303/extension/",
        "/steering/tasks/TP-0303/difficulty/", "/steering/tasks/TP-0303/request/",
        "/steering/tasks/TP-0303/cascade/", "/steering/tasks/TP-0303/person/",
    ),
}  # fmt: skip


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("who", list(OF_A_ROLE))
def test_pages_of_a_role_are_accessible_and_fit(visits, who, size):
    visitor = visits(language="vi" if size == "phone" else "en", size=size)
    visitor.signs_in_as(who)
    wrong = {}
    for path in OF_A_ROLE[who]:
        visitor.goes_to(path)
        found = visitor.violations()
        if visitor.scrolls_sideways():
            found.append("scrolls sideways")
        if found:
            wrong[path] = found
    assert wrong == {}


FOLLOWED = {
    "/steering/sources/": "tbody a",
    "/steering/meetings/": "tbody a",
    "/steering/difficulties/": "tbody a",
    "/steering/": "section.card:last-of-type tbody a",
    "/steering/tasks/TW-0104/": "main a[href*='/requests/']",
    "/organisations/?q=so+tu+phap": "main li a, tbody a",
    "/law/": "tbody a, main li a",
    "/indicators/": "article a",
    "/auctions/": "tbody a",
    "/exchange/?auction=auction": "section.card a",
}
"""Pages that only a record has: the first link of its kind on a page."""


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_of_single_records_are_accessible_and_fit(visits, language, size):
    visitor = visits(language=language, size=size)
    visitor.signs_in_as("office")
    wrong = {}
    for path, link in FOLLOWED.items():
        page = visitor.goes_to(path)
        address = page.locator(link).first.get_attribute("href")
        visitor.goes_to(address)
        found = visitor.violations()
        if visitor.scrolls_sideways():
            found.append("scrolls sideways")
        if found:
            wrong[address] = found
    assert wrong == {}


OF_SERVICES = {
    "stranger": (
        "/procedures/", "/procedures/?q=khai+sinh", "/procedures/1.001612/",
        "/procedures/1.013225/", "/procedures/publicity/",
        "/centre/", "/centre/?q=hoan+kiem >> tbody a",
        "/centre/?q=hoan+kiem >> tbody a >> main a[href$='/book/']",
        "/dossiers/follow/", "/dossiers/verify/", "/measures/",
        "/measures/ >> main a[href*='/units/']", "/feedback/send/",
        "/feedback/follow/", "/feedback/answers/", "/feedback/ratings/",
    ),
    "citizen": (
        "/", "/dossiers/", "/dossiers/store/", "/dossiers/doubts/",
        "/dossiers/new/2.000720/", "/dossiers/ >> ul.papers li:has(.risk) a",
        "/dossiers/ >> ul.papers li:has(.risk) a >> main a[href$='/supplement/']",
        "/dossiers/ >> ul.papers li:has(.risk) a >> main a[href$='/withdraw/']",
        "/dossiers/ >> ul.papers li:has(.done) a",
        "/dossiers/ >> ul.papers li:has(.done) a >> main a[href*='/verify/']",
        "/dossiers/ >> ul.papers li:has(.done) a >> main a[href*='/payments/pay/']",
        "/dossiers/ >> ul.papers li:has(.done) a >> main a[href*='/forms/']",
    ),
    "reception": (
        "/dossiers/inbox/", "/dossiers/inbox/?duty=reception >> tbody a",
        "/dossiers/inbox/?duty=reception >> tbody a >> main a[href$='/accept/']",
        "/dossiers/inbox/?duty=reception >> tbody a >> main a[href$='/refuse/']",
        "/dossiers/inbox/?duty=reception >> tbody a >> main a[href$='/ask/']",
        "/dossiers/intake/", "/dossiers/register/", "/payments/", "/payments/days/",
        "/payments/refunds/", "/feedback/", "/feedback/enter/",
        "/centre/?q=hoan+kiem >> tbody a >> main a[href$='/desk/']",
    ),
    "handler": (
        "/dossiers/inbox/?duty=handle",
        "/dossiers/inbox/?duty=handle >> tbody a >> main a[href$='/draft/']",
        "/dossiers/inbox/?duty=handle >> tbody a >> main a[href$='/finish/']",
        "/dossiers/inbox/?duty=handle >> tbody a >> main a[href$='/note/']",
        "/dossiers/inbox/?duty=handle >> tbody a",
        "/dossiers/inbox/?duty=handle >> tbody a >> main a[href$='/ask/']",
        "/dossiers/inbox/?duty=handle >> tbody a >> main a[href$='/examine/']",
        "/dossiers/inbox/?duty=handle >> tbody a >> main a[href$='/apologise/']",
        "/dossiers/aside/", "/measures/guards/",
    ),
    "procedures": (
        "/procedures/desk/", "/procedures/desk/drafts/new/?code=1.001612",
        "/procedures/desk/import/", "/procedures/desk/faults/", "/dossiers/moving/1.001612/",
    ),
    "centre": (
        "/measures/", "/measures/dossiers/?flow=on_time", "/measures/processes/",
        "/measures/processes/1.001612/", "/centre/load/", "/dossiers/sync/",
        "/measures/ >> main a[href*='/units/']", "/measures/restructuring/",
    ),
    "science-head": (
        "/valuations/", "/valuations/new/", "/valuations/prices/", "/valuations/appraisers/",
        "/valuations/ >> tr:has(.done) a", "/valuations/ >> tr:has(.overdue) a",
        "/valuations/ >> tr:has(.overdue) a >> main a[href$='/settle/']",
    ),
    "commune": (
        "/dtmarket/", "/dtmarket/DT-2025-0001/", "/dtmarket/DT-2025-0002/", "/dtmarket/new/",
        "/dtmarket/DT-2025-0004/",
    ),
    "appraiser2": (
        "/valuations/GT-2025-0003/", "/valuations/GT-2025-0003/sheets/relief/",
        "/valuations/GT-2025-0003/sheets/market/", "/valuations/GT-2025-0003/sheets/cost/",
    ),
}  # fmt: skip
"""Pages of the services: an address, and the links to follow from there."""


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("who", list(OF_SERVICES))
def test_pages_of_services_are_accessible_and_fit(visits, who, size):
    visitor = visits(language="vi" if size == "phone" else "en", size=size)
    if who != "stranger":
        visitor.signs_in_as(who)
    wrong = {}
    for way in OF_SERVICES[who]:
        path, *links = way.split(" >> ")
        page = visitor.goes_to(path)
        for link in links:
            address = page.locator(link).first.get_attribute("href", timeout=3000)
            visitor.goes_to(address)
        found = visitor.violations()
        if visitor.scrolls_sideways():
            found.append("scrolls sideways")
        if visitor.status != 200:
            found.append(f"answered {visitor.status}")
        if found:
            wrong[way] = found
    assert wrong == {}


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_pages_of_filing_are_accessible_and_fit(visits, size):
    citizen = visits(language="vi" if size == "phone" else "en", size=size)
    page = citizen.signs_in_as("citizen2")
    citizen.goes_to("/dossiers/new/1.001612/")
    page.locator("main form button.govuk-button").last.click()
    draft = page.url.removeprefix(citizen.city).split("pages/")[0]
    wrong = {}
    for step in ("pages/1/", "pages/2/", "pages/3/", "papers/", "check/", "filing/", "wrong/ho_ten/"):  # fmt: skip
        citizen.goes_to(draft + step)
        found = citizen.violations()
        if step == "pages/2/":
            page.locator("main form[method=post] button").first.click()
            expect(page.get_by_role("alert")).to_be_visible()
            found += citizen.violations()
        if citizen.scrolls_sideways():
            found.append("scrolls sideways")
        if found:
            wrong[step] = found
    assert wrong == {}
    citizen.goes_to(draft + "filing/")
    page.locator("details:has(form[action$='/discard/']) summary").click()
    page.locator("form[action$='/discard/'] button").click()


@pytest.mark.parametrize("who", [None, "leader"], ids=["stranger", "leader"])
def test_a_first_view_is_light(visits, who):
    """At most 120 kB over the wire, everything included (compressed)."""
    visitor = visits()
    if who:
        visitor.signs_in_as(who)
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("Network.enable")
    received: list[float] = []
    session.on(
        "Network.loadingFinished", lambda e: received.append(e["encodedDataLength"])
    )
    heavy = {}
    for path in PUBLIC if who is None else SIGNED_IN:
        session.send("Network.clearBrowserCache")
        received.clear()
        visitor.goes_to(path)
        visitor.page.wait_for_load_state("networkidle")
        if sum(received) > 120_000:
            heavy[path] = round(sum(received) / 1000)
    assert heavy == {}
