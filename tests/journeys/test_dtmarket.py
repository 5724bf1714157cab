"""A body runs a trial on DTMarket: from its need to the order."""

from __future__ import annotations

import re

from playwright.sync_api import expect


ON_TRIAL = "/dtmarket/DT-2025-0002/"


def test_a_body_puts_a_problem_out_and_a_firm_answers(visits):
    body = visits()
    body.signs_in_as("commune")
    page = body.goes_to("/exchange/mine/")
    need = page.get_by_role("link", name=re.compile("Tách rác hữu cơ")).first
    need = need.get_attribute("href").rstrip("/").rsplit("/", 1)[1]
    page = body.goes_to(f"/dtmarket/new/?need={need}")
    page.locator("[name=market]").fill(
        "Đã hỏi ba nhà cung cấp, chưa có máy nào tách được tại chợ."
    )
    page.locator("[name=budget]").fill("900000000")
    page.locator("[name=closes_at]").fill("2026-03-02T17:00")
    page.locator("[name=criteria]").fill("Mức đạt mục tiêu; 70\nChi phí; 20")
    page.locator("[name=metrics]").fill("Rác tách đúng; phần trăm; 35; 80; cân tại chợ")
    page.locator("main form button").last.click()
    expect(page.get_by_role("alert")).to_contain_text("90")
    page.locator("[name=criteria]").fill("Mức đạt mục tiêu; 70\nChi phí; 30")
    page.locator("main form button").last.click()
    expect(body.heading()).to_contain_text("Tách rác hữu cơ")
    assert body.violations() == []
    address = page.url.removeprefix(body.city)

    firm = visits(size="phone", scripts=False)
    firm.signs_in_as("enterprise")
    page = firm.goes_to(address)
    page.locator(f"main a[href='{address}answer/']").click()
    page.locator("[name=solution]").fill(
        "Băng tải nhỏ có cảm biến màu và độ ẩm, đặt cạnh điểm gom."
    )
    page.locator("[name=price]").fill("650000000")
    page.locator("[name=trial_days]").fill("90")
    page.locator("main form button").last.click()
    expect(page.locator("main")).to_contain_text("650.000.000")
    body.goes_to(address)
    expect(body.page.locator("main")).not_to_contain_text("650.000.000")


def test_a_trial_is_measured_succeeds_and_is_ordered(visits):
    body = visits()
    body.signs_in_as("commune")
    page = body.goes_to(ON_TRIAL)
    page.locator(f"main a[href^='{ON_TRIAL}trials/'][href$='/readings/']").click()
    assert body.violations() == []
    assert not body.scrolls_sideways()
    page.locator("[name=lines]").fill("Thời gian xử lý; hôm qua; ít; 5")
    page.locator("main form button").last.click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("[name=lines]").fill(
        "Thời gian xử lý; 14/11/2025; 18; 300\nTỷ lệ làm đúng ngay lần đầu; 14/11/2025; 92,5; 300"
    )
    page.locator("main form button").last.click()
    expect(page.locator("main")).to_contain_text("1.150")
    _keeps(body, "readings", "Số liệu một cửa tháng 11")
    _does(body, "end", {"why": "Hai chỉ tiêu đều đạt."}, chosen="yes")
    _does(body, "audit", {"auditor": "TDG.02", "cost": "500000000", "paper": "KT-21"})
    expect(page.locator("main")).to_contain_text(
        "150.000.000"
    )  # 30 % of the audited cost
    _keeps(body, "audit", "Báo cáo kiểm toán KT-21")
    _does(body, "support", {})
    page.locator(f"main a[href='{ON_TRIAL}order/']").click()
    page.locator("[name=number]").fill("ĐH-33")
    page.locator("[name=title]").fill("Triển khai tại mọi điểm tiếp nhận")
    page.locator("[name=amount]").fill("1200000000")
    page.locator("main form button").last.click()
    expect(page.locator("main")).to_contain_text("ĐH-33")
    told = page.request.get(f"{body.city}{ON_TRIAL}ocds.json").json()
    assert {r["tag"][0] for r in told["releases"]} == {
        "tender",
        "tenderUpdate",
        "planningUpdate",
        "award",
        "contract",
    }


def _keeps(body, step: str, title: str) -> None:
    """Keep a paper of the trial from the problem's page."""
    page = body.page
    page.locator(f"main a[href='{ON_TRIAL}papers/new/']").click()
    assert body.violations() == []
    page.locator("[name=step]").select_option(step)
    page.locator("[name=trial]").select_option(index=1)
    page.locator("[name=title]").fill(title)
    page.locator("[name=file]").set_input_files(
        files=[{"name": "so.txt", "mimeType": "text/plain", "buffer": title.encode()}]
    )
    page.locator("main form button").last.click()
    expect(page).to_have_url(body.city + ON_TRIAL)
    expect(page.locator("main")).to_contain_text(title)


def _does(body, what: str, told: dict[str, str], chosen: str = "") -> None:
    """Do one thing to the trial from the problem's page."""
    page = body.page
    page.locator(f"main a[href^='{ON_TRIAL}trials/'][href$='/{what}/']").click()
    for name, value in told.items():
        page.locator(f"[name={name}]").fill(value)
    if chosen:
        page.locator(f"[value={chosen}]").check()
    page.locator("main form button").last.click()
    expect(page).to_have_url(body.city + ON_TRIAL)
