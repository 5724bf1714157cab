"""A deal in real browsers: every page fits and is clean for axe; one is begun and negotiated."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect


LISTS = ("/exchange/deals/?state=", "/exchange/deals/brokers/", "/exchange/deals/split/?profit=1000000001&author=30&broker=10&science=50")  # fmt: skip
STATES = (
    "with_broker", "asked", "introduced", "confidential", "negotiating", "contracting",
    "performing", "reporting", "disputed", "silent", "terminated", "closed",
)  # fmt: skip


def faults(visitor):
    found = visitor.violations()
    return [*found, "scrolls sideways"] if visitor.scrolls_sideways() else found


def address_of(visitor, state, scope="mine"):
    page = visitor.goes_to(f"/exchange/deals/?scope={scope}&state={state}")
    return page.locator("tbody a").first.get_attribute("href")


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize(("who", "scope"), [("dn-01-head", "mine"), ("science", "exchange")])  # fmt: skip
def test_pages_of_deals_are_accessible_and_fit(visits, who, scope, size):
    visitor = visits(language="vi" if size == "phone" else "en", size=size)
    visitor.signs_in_as(who)
    wrong = {}
    addresses = [*LISTS, *(address_of(visitor, state, scope) for state in STATES)]
    if who == "dn-01-head":
        room, terms = (address_of(visitor, s) for s in ("confidential", "negotiating"))
        addresses += [f"{terms}terms/", f"{terms}terms/new/", f"{room}nda/", f"{room}do/file/", f"{room}do/meeting/"]  # fmt: skip
    for address in addresses:
        visitor.goes_to(address)
        if found := faults(visitor):
            wrong[address] = found
    assert wrong == {}
    assert visitor.faults == []


def test_a_deal_is_asked_for_accepted_and_signed_for_in_browsers(visits):
    """Without a script: the forms of a deal need none."""
    firm = visits(language="vi", size="phone", scripts=False)
    firm.signs_in_as("dn-01-head")
    page = firm.goes_to("/exchange/?words=vat+lieu&kind=offer")
    found = page.locator("section.card h2 a")
    expect(found.first).to_be_visible()
    ask = page.get_by_role("link", name="Đề nghị liên hệ")
    for address in [one.get_attribute("href") for one in found.all()][::-1]:
        firm.goes_to(address)
        if ask.count():  # others have a deal of this firm already
            break
    title = page.locator("h1").inner_text()
    ask.click()
    page.get_by_label("Bạn cần gì").fill(
        "Chúng tôi cần thử vật liệu này cho xưởng mới."
    )
    page.get_by_role("button", name="Đề nghị liên hệ").click()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("dl.holder")).to_contain_text("Bên giao")
    page.get_by_role("link", name="Rút khỏi giao dịch").click()
    page.get_by_label("Vì sao").fill("Chúng tôi đổi kế hoạch sang năm.")
    page.get_by_role("button", name="Rút khỏi giao dịch").click()
    expect(page.locator(".asof")).to_contain_text(re.compile("Đã rút lui"))


def test_a_version_is_answered_with_another_and_both_read_what_differs(visits):
    agency = visits(language="vi", size="desk")
    agency.signs_in_as("dn-01-head")
    page = agency.goes_to(address_of(agency, "negotiating"))
    page.get_by_role("link", name="Thương thảo điều khoản").click()
    page.get_by_role("link", name="Đề xuất điều khoản khác").click()
    page.get_by_label("Bảo hành (tháng)").fill("24")
    page.get_by_label("Điều gì thay đổi").fill("Xin bảo hành lâu hơn.")
    page.get_by_role("button", name="Gửi đề xuất").click()
    newest = page.locator("section.card").first
    expect(newest).to_contain_text("Xin bảo hành lâu hơn.")
    changed = newest.locator("tr", has_text="Bảo hành (tháng)").first
    expect(changed.locator("ins")).to_have_text("24")
    expect(changed.locator("del")).not_to_have_text("24")


def test_an_agreed_deal_becomes_a_contract_signed_by_both(visits):
    firm = visits()
    firm.signs_in_as("dn-01-head")
    address = address_of(firm, "contracting")
    page = firm.goes_to(address)
    sides = page.locator("dl.facts dd").all_inner_texts()[:2]
    other = next(
        side
        for side in sides
        if "(" not in side or ("giả định" in side and "bên bạn" not in side)
    )
    page.get_by_role("button", name="Soạn hợp đồng").click()
    expect(page.locator("main")).to_contain_text("Văn bản và chữ ký")
    contract = page.url.removeprefix(firm.city)
    assert faults(firm) == []
    signs(firm, contract)
    expect(page.locator("dl.holder")).not_to_contain_text("Hai bên")

    institute = visits(size="phone", scripts=False)
    institute.signs_in_as(head_of(firm, other.strip()))
    signs(institute, contract)
    expect(institute.page.locator(".tag.done")).to_have_count(3)
    for _ in range(60):  # the deal follows its contract through the journal
        page = firm.goes_to(address)
        if "ký ngày" in page.locator("main").inner_text():
            break
        page.wait_for_timeout(500)
    expect(page.locator("main")).to_contain_text("ký ngày")


def signs(visitor, contract):
    """Sign a contract from its page."""
    page = visitor.goes_to(contract)
    page.locator(f"main a[href='{contract}sign/']").click()
    page.locator("[name=read]").check()
    page.locator("main form[method=post] button").last.click()
    expect(page).to_have_url(visitor.city + contract)


def head_of(visitor, name):
    """Return the account of who heads an organisation of the demo."""
    page = visitor.goes_to(f"/organisations/?q={quote(name)}")
    code = page.locator("main li", has_text=name).locator(".muted").first.inner_text()
    return f"{code.lower().replace('.', '-')}-head"
