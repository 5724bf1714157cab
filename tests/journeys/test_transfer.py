"""From a need to a paid, registered transfer: the whole way of a deal in real browsers."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from .test_exchange import Visits, comes_as, does, fills, is_published, saves


OFFER = {
    "title_vi": "Lớp phủ kỵ bụi cho tấm pin mặt trời vùng khô nóng",
    "summary_vi": "Lớp phủ nano trong suốt làm bụi mịn không bám vào kính tấm pin mặt trời, mưa nhẹ là trôi sạch; giữ công suất mà không phải rửa hằng tuần.",
    "advantage": "Công suất giảm 2 phần trăm thay vì 11 phần trăm sau 60 ngày không rửa",
    "advantage_against": "kính phủ thông thường",
    "description": "Phun một lớp ở nhiệt độ thường, khô trong 30 phút, bền 5 năm.",
    "trl": "7",
    "trl_evidence": "Đo 8 tháng trên 400 tấm pin mái nhà, có biên bản.",
    "ipc": "H02S 40/10",
    "nace": "35.11",
    "owners": "Viện Năng lượng: 100",
    "price_from": "600000000",
    "price_to": "900000000",
}
CHOSEN = {
    "kind": "research_result", "field": "energy", "stage": "pilot", "ip_status": "know_how",
    "state_funded": "yes", "territory": "country", "licence": "non_exclusive",
}  # fmt: skip
NEED = {
    "title_vi": "Giữ công suất tấm pin mặt trời trên mái xưởng khi bụi mịn nhiều",
    "summary_vi": "Tấm pin mặt trời trên mái xưởng mất công suất vì bụi mịn bám, phải thuê rửa hằng tuần; cần cách giữ kính sạch bụi mà không rửa thường xuyên.",
    "outcome": "Công suất giảm dưới 3 phần trăm sau 60 ngày không rửa",
    "data_available": "Công suất theo giờ của 1.200 tấm pin trong 2 năm",
    "criteria": "Chi phí mỗi mét vuông, độ bền",
    "trl": "6",
    "price_to": "2000000000",
    "deadline": "2030-12-31",
}
TERMS = {
    "standards": "TCVN về lớp phủ kính, theo hồ sơ", "field_of_use": "Mái xưởng của bên nhận",
    "place": "Hà Nội", "m0_title": "Bàn giao hồ sơ, đào tạo", "m0_shown_by": "Biên bản bàn giao",
    "m0_days": "30", "m0_amount": "300000000", "m1_title": "Phủ thử và nghiệm thu",
    "m1_shown_by": "Biên bản nghiệm thu", "m1_days": "90", "m1_amount": "400000000",
    "taxes": "Mỗi bên chịu thuế của mình", "warranty": "Phủ lại trong 15 ngày làm việc",
    "improvements": "Thuộc bên tạo ra", "liability": "Bồi thường thiệt hại thực tế",
    "ending": "Báo trước 60 ngày", "note": "Bản đầu, theo tin đăng.",
}  # fmt: skip
OFFICE = (
    ("h26-khcn-reception", "accept"), ("science", "draft"), ("science", "finish"),
    ("h26-khcn-division", "finish"), ("science-head", "sign"), ("h26-khcn-clerk", "seal"),
)  # fmt: skip
"""Who does what to the dossier that registers the contract."""


def test_a_need_becomes_a_registered_transfer_paid_by_milestones(visits: Visits) -> None:  # fmt: skip
    institute, firm = comes_as(visits, "vt-01-head"), comes_as(visits, "dn-01-head")
    offer = _lists(institute, visits, "offer", OFFER, CHOSEN)
    need = _lists(firm, visits, "need", NEED, {"field": "energy", "trial_possible": "yes"})  # fmt: skip
    deal = _asks_the_best_match(firm, need, offer)
    _does(institute, deal, "accept")
    for side in (firm, institute):
        _presses(side.goes_to(f"{deal}nda/"), "main form[method=post] button")
    _does(institute, deal, "memorandum", text="Hai bên muốn chuyển giao trong quý tới.", plan="Phủ thử 20 m² mái xưởng trong một tháng.")  # fmt: skip
    paper = institute.goes_to(deal).locator("main a[href*='/contracts/BGN-']").first
    _signs(institute, firm, paper.get_attribute("href"))
    _waits_for(
        institute, deal, "Thương thảo điều khoản"
    )  # the deal follows the journal
    _negotiate(institute, firm, deal)
    contract = _sign(institute, firm, deal)
    address = _files(firm, contract)
    _decides(visits, address)
    _waits_for(firm, deal, "Có hiệu lực từ")  # the deal follows the journal
    for number in (1, 2):
        _performs(institute, firm, deal, number)
    expect(firm.goes_to(deal).locator(".asof .tag")).to_have_text("Hoàn thành")
    page = firm.goes_to(deal)
    page.locator("button[name=points][value='5']").click()
    expect(page.get_by_text("Xin cảm ơn: đã ghi nhận.")).to_be_visible()
    known = institute.goes_to("/exchange/members/?kind=institute")
    known.get_by_role("link", name="Viện Nghiên cứu đô thị thông minh").first.click()
    expect(known.locator("dl.facts").last).to_contain_text("Giao dịch đã bàn giao")


def _waits_for(visitor, path, words) -> None:
    """Look at a page again until it says something, while the worker works."""
    for _ in range(60):
        page = visitor.goes_to(path)
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{path} never said {words}")


def _lists(member, visits, slug, told, chosen) -> str:
    page = member.goes_to(f"/exchange/new/{slug}/")
    fills(page, told, chosen)
    code = saves(page)
    does(member, code, "Gửi duyệt")
    is_published(visits, code)
    return code


def _asks_the_best_match(firm, need, offer) -> str:
    """Read why the offer fits, ask for contact and return the deal's address."""
    for _ in range(30):  # the index follows the journal
        page = firm.goes_to(f"/exchange/listings/{need}/matches/")
        best = page.locator("ol.matches > li").first
        if offer in best.inner_text():
            break
        page.wait_for_timeout(500)
    expect(best).to_contain_text("Cùng lĩnh vực: Năng lượng")
    expect(best).to_contain_text("TRL 7 nằm trong khoảng cần 6 đến 9")
    best.locator("h2 a").click()
    page.get_by_role("link", name="Đề nghị liên hệ").click()
    page.get_by_label("Bạn cần gì").fill("Cần thử lớp phủ này trên mái xưởng.")
    page.get_by_role("button", name="Đề nghị liên hệ").click()
    page.wait_for_url(re.compile(r"/exchange/deals/GD-"))
    return page.url.removeprefix(firm.city)


def _presses(page: Page, button: str) -> None:
    page.locator(button).first.click()
    page.wait_for_load_state()
    assert not page.locator(".govuk-error-summary").count(), page.locator("main").inner_text()  # fmt: skip


def _does(side, deal, slug, **told) -> None:
    page = side.goes_to(deal)
    page.locator(f"main a[href='{deal}do/{slug}/']").click()
    for name, words in told.items():
        page.locator(f"[name={name}]").fill(words)
    page.locator("main form[method=post] button").first.click()
    expect(page).to_have_url(side.city + deal)


def _negotiate(institute, firm, deal) -> None:
    page = institute.goes_to(f"{deal}terms/new/")
    fills(page, TERMS, {})
    _presses(page, "main form[method=post] button")
    page = firm.goes_to(f"{deal}terms/new/")
    fills(page, {"warranty_months": "24", "note": "Xin bảo hành lâu hơn."}, {})
    _presses(page, "main form[method=post] button")
    page = institute.goes_to(f"{deal}terms/")
    expect(page.locator("section.card").first.locator("ins")).to_have_text("24")
    _presses(page, "main form[action$='/agree/'] button")


def _sign(institute, firm, deal) -> str:
    """Draw the contract up, sign it for both sides and return its address."""
    page = institute.goes_to(deal)
    page.get_by_role("button", name="Soạn hợp đồng").click()
    page.wait_for_url(re.compile("/contracts/"))
    contract = page.url.removeprefix(institute.city)
    _signs(institute, firm, contract)
    return contract


def _signs(institute, firm, contract) -> None:
    """Sign a paper for both sides."""
    for side in (institute, firm):
        page = side.goes_to(contract)
        page.locator(f"main a[href='{contract}sign/']").click()
        page.locator("[name=read]").check()
        page.locator("main form[method=post] button").last.click()
        expect(page).to_have_url(side.city + contract)


def _files(firm, contract) -> str:
    """Look the prefilled dossier through, file it, pay its fee; return its address."""
    link = "main a[href*='/dossiers/']"
    _waits_for(firm, contract, "xem lại rồi nộp")  # a reader of the journal opens it
    page = firm.page
    draft = page.locator(link).first.get_attribute("href")
    address = draft.removesuffix("filing/")
    page = firm.goes_to(f"{address}pages/1/")
    expect(page.locator("[name=to_chuc]")).to_have_value(re.compile("Sông Hồng"))
    fills(page, {"dien_thoai": "0912345678", "email": "phap-che@nhua.example"}, {})
    _presses(page, "main form[method=post] button")
    page = firm.goes_to(f"{address}check/")
    expect(page.locator("main")).to_contain_text("700.000.000")
    page.locator("main form[method=post] button").last.click()
    page.wait_for_url(re.compile("/receipt/"))
    _pays(page)
    return address


def _pays(page: Page) -> None:
    """Pay what the page asks for, in the bank of the sandbox."""
    page.locator("main a[href*='/payments/pay/']").first.click()
    page.locator("button[name=gateway]").first.click()
    page.locator("main form[method=post] button").first.click()
    expect(page.get_by_text("Ngân hàng thử nghiệm đã chuyển tiền")).to_be_visible()


def _decides(visits, address) -> None:
    """Let the department register the contract."""
    people = {name: comes_as(visits, name) for name in dict(OFFICE)}
    for name, slug in OFFICE:
        page = people[name].goes_to(address)
        page.locator(f"main a[href='{address}{slug}/']").click()
        page.locator("main form[method=post] button").first.click()
        expect(page).to_have_url(people[name].city + address)


def _performs(institute, firm, deal, number) -> None:
    """Pay a milestone into escrow, deliver it, accept it."""
    _pays(firm.goes_to(deal))
    for side, slug in ((institute, "deliver"), (firm, "accept")):
        way = f"{deal}milestones/{number}/{slug}/"
        for _ in range(20):  # the money's news comes by the bank's callback
            page = side.goes_to(deal)
            if page.locator(f"main [href='{way}'], main form[action='{way}']").count():
                break
            page.wait_for_timeout(500)
        page = side.goes_to(way)
        if page.locator("[name=evidence]").count():
            page.locator("[name=evidence]").fill("Biên bản hai bên đã ký, kèm số đo.")
        _presses(page, "main form[method=post] button")
