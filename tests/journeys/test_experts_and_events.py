"""Advice is asked for and accepted; a visitor registers, is counted at the door and asks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


PAGES = {
    "-": ("/experts/", "/events/", "/events/SK-2025-001/", "/events/SK-2025-003/register/"),
    "enterprise": ("/experts/bookings/", "/experts/bookings/TV-2025-0003-1/", "/experts/ask/", "/experts/apply/"),
    "science": ("/experts/desk/", "/events/new/", "/events/SK-2025-002/door/", "/events/SK-2025-002/questions/"),
}  # fmt: skip


@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("who", list(PAGES))
def test_pages_of_experts_and_events_are_accessible_and_fit(visits, who, size):
    visitor = visits(language="vi" if size == "phone" else "en", size=size)
    if who != "-":
        visitor.signs_in_as(who)
    wrong = {}
    for address in PAGES[who]:
        visitor.goes_to(address)
        found = visitor.violations()
        if visitor.scrolls_sideways():
            found = [*found, "scrolls sideways"]
        if found:
            wrong[address] = found
    assert wrong == {}
    assert visitor.faults == []


def test_a_firm_asks_an_expert_who_declares_and_accepts(visits):
    """Without a script: the forms need none."""
    firm = visits(language="vi", size="phone", scripts=False)
    firm.signs_in_as("enterprise")
    page = firm.goes_to("/experts/ask/")
    expect(page.locator("main")).to_contain_text("Vi Thị Hạnh")  # tied to the firm
    expect(page.get_by_label(re.compile("^Vi Thị Hạnh"))).to_have_count(0)
    page.get_by_label(re.compile("^Chử Minh Quân")).check()
    page.locator("[name=title]").fill("Tấm vách nhẹ chịu ẩm")
    page.locator("[name=question]").fill("Loại tấm vách nào hợp với xưởng có hơi nước?")
    page.locator("[name=start_1]").fill("2025-12-03T09:00")
    page.locator("main form button").last.click()
    expect(firm.heading()).to_have_text("Tấm vách nhẹ chịu ẩm")
    address = page.url.removeprefix(firm.city)

    expert = visits(language="vi", size="phone")
    expert.signs_in_as("expert7")
    page = expert.goes_to(address)
    page.get_by_role("link", name="Nhận lời").click()
    page.locator("[name=start]").first.check()
    page.locator("main form button").last.click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("[name=declared]").check()
    page.locator("main form button").last.click()
    expect(page.locator("main")).to_contain_text("Tôi cam đoan")
    expect(page.locator(".asof")).to_contain_text("Đã hẹn giờ")
    assert expert.violations() == []


def test_a_visitor_registers_is_counted_and_asks(visits):
    visitor = visits(language="vi", size="phone", scripts=False)
    page = visitor.goes_to("/events/SK-2025-003/")
    page.get_by_role("link", name="Đăng ký tham dự").click()
    page.get_by_label("Tên của bạn").fill("Ninh Hoài An")
    page.get_by_label("Thư điện tử của bạn").fill("ninh.hoai.an@example.org")
    page.get_by_role("button", name="Đăng ký tham dự").click()
    expect(page.locator(".qr svg")).to_be_visible()
    ticket = page.locator("h2 code").inner_text()
    page.get_by_role("link", name="Hỏi đáp").click()
    page.get_by_label("Câu hỏi của bạn").fill(
        "Doanh nghiệp nhỏ có được gặp riêng không?"
    )
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator("#wall")).to_contain_text("gặp riêng")

    staff = visits(language="vi", size="phone")
    staff.signs_in_as("science")
    page = staff.goes_to("/events/SK-2025-003/door/")
    page.get_by_label("Vé").fill(ticket.lower())
    page.get_by_role("button", name="Tra vé").click()
    expect(staff.heading()).to_have_text("Ninh Hoài An")
    page.get_by_role("button", name="Điểm danh").click()
    expect(page.locator(".flash")).to_contain_text("Sớm nhất một ngày trước")
    page = staff.goes_to("/events/SK-2025-002/door/")
    page.locator("main ul a").first.click()
    page.get_by_role("button", name="Nhầm: bỏ điểm danh").click()
    page.get_by_role("button", name="Điểm danh").click()
    expect(page.locator("main")).to_contain_text("Đã điểm danh")
    assert staff.violations() == []
