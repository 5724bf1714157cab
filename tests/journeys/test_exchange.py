"""The technology exchange: from a problem to an explained match, from a patent to its buyer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from khuevan.platform.clock import HANOI

from .conftest import Visitor


Visits = Callable[..., Visitor]
NEED = {
    "title_vi": "Giảm cặn vôi trong ống trao đổi nhiệt của trạm bơm",
    "summary_vi": "Ống trao đổi nhiệt của trạm bơm đóng cặn vôi sau vài tháng, phải dừng để tẩy bằng hóa chất; cần cách giữ ống sạch mà không dừng máy.",
    "outcome": "Số lần dừng tẩy cặn giảm từ 6 xuống 1 lần mỗi năm",
    "data_available": "Nhật ký dừng máy 3 năm, đã bỏ thông tin cá nhân",
    "criteria": "Chi phí mỗi năm, số giờ dừng máy",
    "trl": "5",
    "price_to": "3000000000",
    "deadline": "2030-12-31",
}
PATENT = {
    "title_vi": "Ống trao đổi nhiệt tự giữ sạch cặn vôi bằng lò xo rung",
    "summary_vi": "Lò xo rung theo dòng chảy giữ ống trao đổi nhiệt sạch cặn vôi, không phải dừng máy và không dùng hóa chất; đã lắp ở hai trạm bơm.",
    "advantage": "Dừng tẩy cặn 1 lần thay vì 6 lần mỗi năm",
    "advantage_against": "tẩy cặn bằng axit",
    "description": "Lò xo thép không gỉ đặt trong ống, rung nhờ dòng chảy.",
    "trl": "8",
    "trl_evidence": "Chạy 14 tháng ở hai trạm bơm, có biên bản.",
    "ipc": "F28G 1/08",
    "nace": "28.25",
    "ip_number": "1-2024-05678",
    "ip_until": "2042-05-04",
    "owners": "Viện Công nghệ môi trường Tô Lịch: 100",
    "price_from": "1000000000",
    "price_to": "1500000000",
}
CHOSEN = {
    "kind": "ip_right", "field": "energy", "stage": "pilot", "ip_status": "granted",
    "state_funded": "no", "territory": "country", "licence": "assignment",
}  # fmt: skip
START, STEP = 1_000_000_000, 50_000_000


def comes_as(visits: Visits, username: str) -> Visitor:
    visitor = visits()
    visitor.signs_in_as(username)
    return visitor


def fills(page: Page, told: dict[str, str], chosen: dict[str, str]) -> None:
    for name, words in told.items():
        page.locator(f"[name={name}]").fill(words)
    for name, value in chosen.items():
        page.locator(f"select[name={name}]").select_option(value)


def saves(page: Page) -> str:
    """Save a new listing and return its code."""
    page.get_by_role("button", name="Lưu").click()
    page.wait_for_url(re.compile(r"/exchange/listings/[A-Z]"))
    return page.url.rstrip("/").rpartition("/")[2]


def does(visitor: Visitor, code: str, what: str, **told: str) -> None:
    """Carry out one of the things a listing's page offers."""
    page = visitor.goes_to(f"/exchange/listings/{code}/")
    page.get_by_role("link", name=what, exact=True).click()
    for name, words in told.items():
        page.locator(f"[name={name}]").fill(words)
    page.get_by_role("button", name=what, exact=True).click()
    expect(page.get_by_text("Đã xong")).to_be_visible()


def is_published(visits: Visits, code: str) -> None:
    """Let two people of the exchange pass it."""
    does(comes_as(visits, "science"), code, "Thông qua lần một")
    does(comes_as(visits, "science-head"), code, "Đăng tin")


def is_verified(reviewer: Visitor, code: str) -> None:
    """Let the exchange vouch for its papers; whoever sees it reads on what that rests."""
    page = reviewer.goes_to(f"/exchange/listings/{code}/")
    page.get_by_role("link", name="Xác nhận thêm", exact=True).click()
    page.locator("[name=level][value=papers_checked]").check()
    page.locator("[name=words]").fill("Đã đối chiếu bằng độc quyền bản gốc.")
    page.get_by_role("button", name="Xác nhận thêm", exact=True).click()
    expect(page.get_by_text("Đã đối chiếu bằng độc quyền bản gốc.").first).to_be_visible()  # fmt: skip


def test_a_firm_posts_a_problem_and_says_which_match_fits(visits: Visits) -> None:
    firm = comes_as(visits, "enterprise")
    page = firm.goes_to("/exchange/new/need/")
    fills(page, NEED, {"field": "energy", "trial_possible": "yes"})
    code = saves(page)
    does(firm, code, "Gửi duyệt")
    is_published(visits, code)
    page = firm.goes_to(f"/exchange/listings/{code}/")
    page.get_by_role("link", name="Tin chào phù hợp với bài toán này").click()
    best = page.locator("ol.matches > li").first
    expect(best.get_by_text("Cùng lĩnh vực: Năng lượng")).to_be_visible()
    expect(best.get_by_text(re.compile("Phù hợp [0-9]+ phần trăm"))).to_be_visible()
    best.get_by_role("button", name="Phù hợp với chúng tôi").click()
    expect(page.get_by_text("Cảm ơn, ý kiến đã được ghi lại.")).to_be_visible()
    expect(page.locator("ol.matches > li").first).to_contain_text("Bạn đã cho biết:")
    second = page.locator("ol.matches > li").nth(1)
    title = second.locator("h2").inner_text()
    second.locator("summary").click()
    second.get_by_role("button", name="Gạt sang một bên").click()
    expect(page.locator("ul.matches").last).to_contain_text(title)


def test_a_patent_is_sent_back_once_then_listed_verified_auctioned_and_awarded(visits: Visits) -> None:  # fmt: skip
    institute = comes_as(visits, "vt-03-head")
    page = institute.goes_to("/exchange/new/offer/")
    fills(page, PATENT, CHOSEN)
    code = saves(page)
    does(institute, code, "Gửi duyệt")
    does(comes_as(visits, "science"), code, "Trả lại kèm lý do", words="Lợi thế cần nêu đo ở trạm bơm nào, trong bao lâu.")  # fmt: skip
    page = institute.goes_to(f"/exchange/listings/{code}/")
    expect(page.get_by_text("đo ở trạm bơm nào")).to_be_visible()
    page.get_by_role("link", name="Sửa", exact=True).click()
    page.locator("[name=advantage]").fill("Dừng tẩy cặn 1 lần thay vì 6 lần mỗi năm, đo ở trạm bơm Yên Sở năm 2025")  # fmt: skip
    saves(page)
    does(institute, code, "Gửi duyệt")
    is_published(visits, code)
    is_verified(comes_as(visits, "science"), code)
    bidders = [comes_as(visits, name) for name in ("dn-04-head", "dn-05-head")]
    auction = puts_up(institute, code)
    expect(institute.goes_to(f"/exchange/listings/{code}/").get_by_role("link", name=f"Đấu giá {auction}")).to_be_visible()  # fmt: skip
    for bidder in bidders:
        pays_the_deposit(bidder, auction)
    page = institute.goes_to(f"/auctions/{auction}/")
    page.locator("form[action$='/apply/'] button").click()
    expect(page.get_by_text("không ai trả giá cho tài sản của chính mình")).to_be_visible()  # fmt: skip
    for number, bidder in enumerate([*bidders, bidders[0]]):
        bids(bidder, auction, START + number * STEP)
    keeper = comes_as(visits, "science")
    closes(keeper, auction)
    outcome = keeper.page.locator("section.card").first
    expect(outcome).to_contain_text("Người đấu giá số 1 trúng với giá 1.100.000.000 ₫")
    notice = bidders[0].sees("/notices/", re.compile(f"Bạn trúng cuộc đấu giá {auction}"))  # fmt: skip
    expect(notice).to_be_visible()


def puts_up(institute: Visitor, code: str) -> str:
    """Put the listing up for auction: it opens in half a minute, and lasts about as long."""
    page = institute.goes_to(f"/exchange/listings/{code}/auction/")
    opens_at = datetime.now(HANOI) + timedelta(seconds=25)
    closes_at = opens_at + timedelta(seconds=45)
    told = {
        "start": START, "reserve": START, "step": STEP, "deposit": START // 10, "window": 0,
        "opens_at": f"{opens_at:%Y-%m-%dT%H:%M:%S}", "closes_at": f"{closes_at:%Y-%m-%dT%H:%M:%S}",
    }  # fmt: skip
    fills(page, {name: str(value) for name, value in told.items()}, {})
    page.get_by_role("button", name="Đưa ra đấu giá").click()
    page.wait_for_url(re.compile(f"/listings/{code}/$"))
    return f"DG-{code}-1"


def pays_the_deposit(bidder: Visitor, auction: str) -> None:
    page = bidder.goes_to(f"/auctions/{auction}/")
    page.locator("form[action$='/apply/'] button").click()
    page.wait_for_url(re.compile("/payments/pay/"))
    page.locator("button[name=gateway]").first.click()
    page.locator("main form[method=post] button").first.click()
    page.wait_for_load_state()


def bids(bidder: Visitor, auction: str, amount: int) -> None:
    page = bidder.goes_to(f"/auctions/{auction}/")
    for _ in range(60):
        if page.locator("[name=amount]").count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
    page.locator("[name=amount]").fill(str(amount))
    page.get_by_role("button", name="Trả giá").click()
    expect(page.locator("h1")).to_have_text("Đã nhận giá của bạn")


def closes(keeper: Visitor, auction: str) -> None:
    """Look again until the time is over, and close; the worker may have been faster."""
    page = keeper.goes_to(f"/auctions/{auction}/")
    for _ in range(90):
        if page.get_by_text("Kết quả", exact=True).count():
            return
        button = page.locator("form[action$='/close/'] button")
        if button.count():
            button.click()
            page.wait_for_load_state()
        page.wait_for_timeout(1_000)
        page.reload()
    raise AssertionError(f"{auction} was never decided")
