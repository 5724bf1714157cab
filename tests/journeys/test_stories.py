"""What people come to do, from the first click to the last."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


def test_a_leader_goes_from_a_red_figure_to_a_new_task(visits):
    leader = visits()
    page = leader.signs_in_as("leader")
    expect(leader.heading()).to_have_text("Toàn cảnh thực hiện Nghị quyết 57")
    page.get_by_role("link", name="18 đang quá hạn").click()
    expect(page.locator("tbody tr")).to_have_count(18)
    page.locator("tbody a").first.click()
    expect(page.locator("dl.holder")).to_contain_text("Quá hạn")
    leader.goes_to("/steering/meetings/new/")
    page.get_by_label("Tên").fill("Họp giao ban về nhiệm vụ quá hạn")
    page.get_by_role("button", name="Triệu tập").click()
    page.get_by_label("Kết luận", exact=True).fill("Hoàn thành dứt điểm trong tháng 11")
    page.get_by_label("Nhóm nhiệm vụ Nghị quyết 57").select_option("3")
    page.get_by_label("Mã", exact=False).first.fill("TP-0999")
    page.get_by_label("Nội dung nhiệm vụ").fill("Mở dữ liệu công chứng cho các sở")
    page.get_by_label("Đơn vị chủ trì").select_option(label="Sở Tư pháp")
    page.get_by_label("Kết quả phải có khi hoàn thành").fill(
        "Dịch vụ công chứng trả lời được"
    )
    page.get_by_label("Đơn vị thứ hai kiểm chứng").select_option(
        label="Văn phòng UBND Thành phố"
    )
    page.get_by_role("button", name="Ghi kết luận").click()
    page.get_by_role("link", name=re.compile("TP-0999")).click()
    expect(leader.heading()).to_have_text("Mở dữ liệu công chứng cho các sở")
    head = visits()
    head.signs_in_as("justice-head")
    name = "Mở dữ liệu công chứng cho các sở"
    expect(head.page.get_by_role("link", name=name)).to_have_count(1)
    notice = head.sees("/notices/", re.compile("TP-0999"))
    notice.click()
    expect(head.heading()).to_have_text(name)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_official_reports_claims_and_is_verified(visits, scripts):
    code = "TP-0316" if scripts else "TP-0315"
    who = "justice" if scripts else "h26-ct-official"
    official = visits(scripts=scripts)
    page = official.signs_in_as(who)
    expect(official.heading()).to_have_text("Đang chờ đơn vị bạn")
    official.goes_to(f"/steering/tasks/{code}/")
    page.get_by_role("link", name="Báo cáo", exact=True).last.click()
    page.get_by_role("button", name="Báo cáo").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Tiến độ, theo phần trăm").fill("60")
    page.get_by_label("Đếm cái gì").fill("dịch vụ dữ liệu đã kết nối")
    page.get_by_label("Bao nhiêu", exact=True).fill("2")
    page.get_by_label("Số liệu nói lên điều gì").fill(
        "Hai trong bốn dịch vụ đã trả lời được"
    )
    page.get_by_role("button", name="Báo cáo").click()
    expect(page.locator("main")).to_contain_text("60 %")
    page.get_by_role("link", name="Báo đã hoàn thành").click()
    page.get_by_label("Số lượng bản ghi (không bắt buộc)").fill("4")
    page.get_by_label("Bằng chứng cho thấy gì").fill("Bốn dịch vụ trả lời qua nền tảng")
    page.get_by_role("button", name="Báo đã hoàn thành").click()
    expect(page.locator("dl.holder")).to_contain_text("kiểm chứng kết quả")
    checker = visits(scripts=scripts)
    page = checker.signs_in_as("verifier")
    checker.goes_to(f"/steering/tasks/{code}/")
    page.get_by_role("link", name="Kiểm chứng", exact=True).click()
    page.get_by_label("Bạn đã xem xét gì").fill("Đã gọi thử bốn dịch vụ")
    page.get_by_role("button", name="Kiểm chứng").click()
    expect(page.locator("dl.holder")).to_contain_text("Hoàn thành đúng hạn")


def test_an_official_works_with_the_keyboard_alone(visits):
    official = visits()
    page = official.signs_in_as("science")
    page.keyboard.press("j")
    focused = page.evaluate("document.activeElement.closest('tr') !== null")
    assert focused
    page.keyboard.press("Enter")
    page.wait_for_url("**/steering/tasks/**")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Báo cáo":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/report/")
    expect(official.heading()).to_have_text("Báo cáo")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"


def test_an_inspector_reads_the_register_and_changes_nothing(visits):
    inspector = visits()
    page = inspector.signs_in_as("inspector")
    expect(inspector.heading()).to_have_text("Sổ kỷ luật")
    expect(page.locator("tbody tr").nth(20)).to_be_visible()
    page.locator("tbody th a").first.click()
    expect(page.get_by_role("group", name="Việc bạn có thể làm")).to_have_count(0)
    code = page.url.rstrip("/").rsplit("/", 1)[1]
    for slug in ("report", "claim", "verify", "cancel"):
        inspector.goes_to(f"/steering/tasks/{code}/{slug}/")
        expect(page.locator("main form")).to_have_count(0)
    inspector.goes_to(f"/steering/tasks/{code}/")
    expect(page.get_by_role("group", name="Việc bạn có thể làm")).to_have_count(0)


def test_a_stranger_sees_only_what_is_public(visits):
    stranger = visits()
    page = stranger.goes_to("/")
    page.get_by_role("link", name="Xem thành phố đang làm đến đâu").click()
    expect(stranger.heading()).to_have_text("Toàn cảnh thực hiện Nghị quyết 57")
    stranger.goes_to("/search/?q=ket+noi+du+lieu+ho+tich")
    expect(
        page.get_by_role("link", name=re.compile("hộ tịch, công chứng"))
    ).to_have_count(1)
    for path in ("/steering/", "/steering/register/", "/steering/tasks/"):
        stranger.goes_to(path)
        assert "/sign-in/" in page.url
    answer = page.request.get(stranger.city + "/steering/tasks/TP-0000/")
    assert answer.status == 404
