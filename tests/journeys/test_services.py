"""What people come to the city's services for, with everybody who has a part in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from playwright.sync_api import Page, expect

from .conftest import Visitor


HOUSEHOLD = "1.001612"
WARD = "UBND phường Hoàn Kiếm"
CONTRACT = "hop_dong_thue"
TYPED = 7
"""Answers of the form that nobody knew: the applicant gives them."""


def _scan(words: str) -> dict[str, object]:
    """Return a PDF as a browser sends it."""
    content = f"%PDF-1.4\n%%EOF\n{words}".encode()
    return {"name": "hop-dong.pdf", "mimeType": "application/pdf", "buffer": content}


def _files(citizen: Visitor, trade: str) -> tuple[str, int]:
    """File a household business from the search to the receipt.

    Returns the address of the dossier and how many answers were known beforehand.
    """
    page = citizen.goes_to("/procedures/")
    page.locator("main input[name=q]").fill("mo quan")
    page.locator("main form[role=search] button").click()
    page.locator(f"main a[href='/procedures/{HOUSEHOLD}/']").first.click()
    page.locator(f"a[href='/dossiers/new/{HOUSEHOLD}/']").click()
    page.locator("main form button.govuk-button").last.click()
    known = _known(page)
    page.locator("main form[method=post] button").first.click()
    page.locator("[name=ten_ho]").fill(trade)
    _chooses(page, "nganh", "an_uong")
    page.locator("[name=dia_chi_kinh_doanh]").fill("5 Hàng Trống, phường Hoàn Kiếm")
    _chooses(page, "quyen_su_dung", "thue")
    page.locator("main form[method=post] button").first.click()
    page.locator("[name=von]").fill("200000000")
    page.locator("[name=lao_dong]").fill("3")
    page.locator("[name=ngay_bat_dau]").fill("2025-12-01")
    page.locator("main form[method=post] button").first.click()
    page.locator(f"#file-{CONTRACT}").set_input_files([_scan(trade)])
    page.locator(f"#paper-{CONTRACT} form[enctype] button").click()
    page.locator("a[href$='/check/'].govuk-button").click()
    page.locator("select[name=agency]").select_option(label=WARD)
    page.locator("main form[method=post] button").last.click()
    assert page.url.endswith("/receipt/"), page.locator("main").inner_text()
    expect(page.locator("p.figure")).to_contain_text("H26.")
    return page.url.removesuffix("receipt/").removeprefix(citizen.city), known


def _known(page: Page) -> int:
    """Count the answers of a page that are there before anybody typed."""
    page.wait_for_load_state()
    fixed = page.locator("main .govuk-form-group > p.govuk-label").count()
    inputs = page.locator("main .govuk-form-group input.govuk-input").all()
    return fixed + sum(bool(control.input_value()) for control in inputs)


def _chooses(page: Page, name: str, value: str) -> None:
    """Answer a question, whichever control the form gave it."""
    page.wait_for_load_state()
    select = page.locator(f"select[name={name}]")
    if select.count():
        select.select_option(value)
    else:
        page.locator(f"input[name={name}][value={value}]").check()


def _pays(citizen: Visitor) -> None:
    """Pay what the receipt asks for, in the bank of the sandbox."""
    page = citizen.page
    page.locator("main a[href*='/payments/pay/']").first.click()
    page.locator("button[name=gateway]").first.click()
    page.locator("main form[method=post] button").first.click()
    expect(page.locator("a[href$='receipt.pdf']")).to_have_count(1)


def _does(
    official: Visitor,
    address: str,
    slug: str,
    fill: Callable[[Page], object] = lambda page: None,
) -> None:
    """Do one thing to a dossier from its page."""
    page = official.goes_to(address)
    page.locator(f"main a[href='{address}{slug}/']").click()
    fill(page)
    page.locator("main form[method=post] button").first.click()
    assert page.url == official.city + address, page.locator("main").inner_text()


def _asks(page: Page) -> None:
    page.locator(f"[name='ask:{CONTRACT}']").check()
    page.locator(f"[name='why:{CONTRACT}']").fill("Hợp đồng thiếu chữ ký bên cho thuê.")
    page.locator("[name=legal_basis]").fill("168/2025/NĐ-CP, Điều 26")
    page.wait_for_load_state()
    if page.locator("[name=override]").count():
        page.locator("[name=override]").fill("Bản nộp bổ sung bị mờ.")


def _refuses(page: Page) -> None:
    page.locator("[name=allowed][value=no]").check()
    page.locator("[name=note]").fill("Quyết định trên giấy tờ đã có.")


def _supplements(citizen: Visitor, address: str) -> None:
    page = citizen.goes_to(address)
    page.locator(f"main a[href='{address}supplement/']").first.click()
    page.locator("main input[type=file]").set_input_files([_scan("đủ chữ ký")])
    page.locator("button[name=send]").click()
    if page.url != citizen.city + address:  # without scripts a file is sent by itself
        page.locator("button[name=send]").click()
    assert page.url == citizen.city + address, page.locator("main").inner_text()


def test_a_household_business_from_filing_to_the_rating(visits):
    citizen = visits()
    page = citizen.signs_in_as("citizen")
    address, known = _files(citizen, "Phở Sen Hàng Trống (giả định)")
    assert known >= TYPED  # half of the form is there before anybody types
    code = page.locator("p.figure").inner_text().strip()
    _pays(citizen)

    staff = {name: visits() for name in ("reception", "division", "handler", "signer", "clerk")}  # fmt: skip
    for name, official in staff.items():
        official.signs_in_as(name)
    _does(staff["reception"], address, "accept")
    _does(
        staff["division"], address, "finish",
        lambda page: page.locator("select[name=handler]").select_option(label="Phan Đức Nam"),
    )  # fmt: skip
    _does(staff["handler"], address, "ask", _asks)
    _supplements(citizen, address)

    # Once is enough: a further request is the leader's to allow, and this one does not.
    _does(staff["handler"], address, "ask", _asks)
    citizen.goes_to(address)
    expect(page.locator(f"main a[href='{address}supplement/']")).to_have_count(0)
    _does(staff["signer"], address, "proposal", _refuses)
    _does(staff["handler"], address, "draft")
    _does(staff["handler"], address, "finish")
    _does(staff["division"], address, "finish")
    _does(staff["signer"], address, "sign")
    _does(staff["clerk"], address, "seal")
    _does(staff["reception"], address, "return")

    citizen.goes_to(address)
    signed = page.request.get(citizen.city + address + "result/").body()
    assert signed.startswith(b"%PDF")
    readers = page.locator("main").inner_text()
    for name in ("Lý Thu Trang", "Phan Đức Nam", "Đào Minh Sơn"):
        assert name in readers
    checked = page.locator("a[href*='/dossiers/verify/']").first.get_attribute("href")
    page.locator(f"form[action='{address}rate/'] button").click()
    page.locator("button[name=good][value='1']").click()
    page.locator(".tag.done").wait_for()

    stranger = visits()
    page = stranger.goes_to(checked)
    expect(page.locator(".tag.done")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text("Nguyễn Thu An")
    stranger.goes_to("/dossiers/verify/")
    for content, whole in (
        (signed, True),
        (signed.replace(b"/Type", b"/Tipe", 1), False),
    ):
        page.locator("input[type=file]").set_input_files(
            [{"name": "ket-qua.pdf", "mimeType": "application/pdf", "buffer": content}]
        )
        page.locator("main form[method=post] button").click()
        assert (page.locator(".card .tag.done").count() == 1) is whole

    page = stranger.goes_to("/dossiers/follow/")
    page.locator("[name=code]").fill(code)
    page.locator("[name=factor]").fill("0000")
    page.locator("main form button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("[name=code]").fill(code)
    page.locator("[name=factor]").fill("0057")
    page.locator("main form button").click()
    assert PurePosixPath(page.url).parent.name == "follow"
    expect(page.locator("ol.line li").nth(7)).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Nguyễn Thu An")


def test_the_same_is_filed_without_javascript_on_a_phone(visits):
    citizen = visits(scripts=False, size="phone")
    citizen.signs_in_as("citizen2")
    address, known = _files(citizen, "Bún Việt (giả định)")
    assert known >= TYPED
    _pays(citizen)
    official = visits()
    official.signs_in_as("reception")
    _does(official, address, "ask", _asks)
    _supplements(citizen, address)
    citizen.goes_to("/dossiers/")
    expect(citizen.page.locator(f"a[href='{address}']")).to_have_count(1)


def test_the_centre_manager_finds_the_worst_bottleneck_from_the_map(visits):
    manager = visits()
    page = manager.signs_in_as("centre")
    manager.goes_to("/measures/")
    page.locator("main a[href='/measures/processes/']").click()
    page.locator("main [role=search] input[name=q]").fill("ho kinh doanh")
    page.locator("main form[role=search] button").click()
    page.locator(f"a[href*='/processes/{HOUSEHOLD}/']").click()
    expect(page.locator("main svg").first).to_be_visible()
    worst = page.locator(".figures .card").first.locator("strong").inner_text()
    first = page.locator("table.stacked").first.locator("tbody th").first.inner_text()
    assert worst == first
    assert "→" in worst


def test_somebody_takes_a_number_and_is_called(visits):
    visitor = visits(size="phone", scripts=False)
    page = visitor.goes_to("/centre/?q=hoan+kiem")
    page.get_by_role("link", name=re.compile(WARD)).first.click()
    point = page.url.removeprefix(visitor.city)
    page.locator("form[action$='/ticket/'] button").click()
    ticket = page.url.removeprefix(visitor.city)
    number = re.search(r"\d+", visitor.heading().inner_text()).group()
    official = visits()
    desk = official.signs_in_as("reception")
    official.goes_to(f"{point}desk/")
    if desk.locator("button[value=open]").count():
        desk.locator("[name=number]").fill("1")
        desk.locator("button[value=open]").click()
    for _ in range(20):  # those who came before are served first
        desk.locator("button[value=call]").click()
        called = desk.locator(".card h2").inner_text()
        if number in re.findall(r"\d+", called):
            break
        _serves(desk)
    assert number in re.findall(r"\d+", called)
    visitor.goes_to(ticket)
    expect(page.locator("dl.holder")).to_contain_text("1")
    _serves(desk)
    desk.locator("button[value=close]").click()
    expect(desk.locator("button[value=open]")).to_have_count(1)


def _serves(desk: Page) -> None:
    for does in ("start", "finish"):
        desk.locator(f"button[value={does}]").click()
