"""A bid is sealed in the bidder's browser: the server never sees what was bid."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from khuevan.auctions import actions
from khuevan.auctions.models import Bid
from khuevan.auctions.queries import outcome_of
from khuevan.auctions.rules.terms import Form

from .factories import RESERVE, ask_for_key, clock_restored, make_cast, set_clock
from .test_live import CHROMIUM, in_a_thread


pytestmark = [pytest.mark.journey, pytest.mark.slow]
VECTOR = json.loads((Path(__file__).parent / "sealed_bid.json").read_text())
SEAL = """async ({ vector, module }) => (await import(module)).seal(vector)"""


@pytest.fixture
def cast(transactional_db, documents):
    with clock_restored():
        cast = make_cast(Form.SEALED)
        cast.open()
        yield cast


@pytest.fixture
def visit(live_server, cast):
    """Open a page, the auction's as its first bidder; return it and what the browser sent."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])  # fmt: skip

        def opened(address="", person=None, scripts=True):
            context = browser.new_context(java_script_enabled=scripts, locale="vi-VN")
            context.add_cookies(in_a_thread(lambda: signed_in(person or cast.people[0])))  # fmt: skip
            page = context.new_page()
            sent, faults = [], []
            page.on("request", lambda asked: sent.append(asked.post_data or ""))
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.goto(live_server.url + (address or reverse("auction", args=[cast.auction.code])))  # fmt: skip
            return page, sent, faults

        def signed_in(person):
            client = Client()
            client.force_login(person)
            morsels = client.cookies.items()
            return [{"name": name, "value": morsel.value, "url": live_server.url} for name, morsel in morsels]  # fmt: skip

        yield opened
        browser.close()


def test_the_browser_makes_the_box_of_the_example(visit, live_server):
    page, _, _ = visit()
    told = page.evaluate(SEAL, {"vector": VECTOR, "module": "/static/auctions/sealing.js"})  # fmt: skip
    assert told["box"] == VECTOR["box"]
    assert told["commitment"] == VECTOR["commitment"]
    assert hashlib.sha256(told["kept"].encode()).hexdigest() == VECTOR["commitment"]


def test_a_bid_sealed_in_the_browser_wins_and_its_bidder_can_prove_it(visit, cast, tmp_path):  # fmt: skip
    page, sent, faults = visit()
    expect(page.locator("[data-sealed-here]")).to_be_visible()
    expect(page.locator("[data-sealed-there]")).to_be_hidden()
    amount = page.locator("#id_amount")
    amount.fill("12")
    page.locator("form[data-public-keys] button").click()
    assert "1.000.000.000" in amount.evaluate("field => field.validationMessage")
    amount.fill("1.200.000.12")
    page.locator("form[data-public-keys] button").click()
    assert "1.000.000.000" in amount.evaluate("field => field.validationMessage")
    amount.fill("1.200.000.123")
    page.locator("form[data-public-keys] button").click()
    expect(page.locator("[data-proof]")).to_be_visible()
    expect(page.locator("[data-proof-amount]")).to_have_text("1.200.000.123")
    assert [body for body in sent if "1200000123" in body.replace(".", "")] == []
    assert any("box=" in body and "amount" not in body for body in sent)
    with page.expect_download() as download:
        page.locator("[data-proof-file]").click()
    download.value.save_as(tmp_path / "proof.txt")
    kept = (tmp_path / "proof.txt").read_bytes()
    page.get_by_role("link", name="Trở lại cuộc đấu giá").click()
    expect(page.locator("[data-commitment]")).to_contain_text("1.200.000.123")
    assert faults == []

    def opened():
        assert hashlib.sha256(kept).hexdigest() == Bid.objects.get().commitment
        cast.end()
        cast.tell(0, 1)
        assert (outcome_of(cast.auction).winner, outcome_of(cast.auction).price) == (1, RESERVE + 123)  # fmt: skip

    in_a_thread(opened)


def test_without_scripts_the_server_seals_and_the_page_says_so(visit, cast):
    page, _, _ = visit(scripts=False)
    expect(page.locator("[data-sealed-there]")).to_contain_text("máy chủ")
    expect(page.locator("[data-sealed-here]")).to_be_hidden()
    page.locator("#id_amount").fill(str(RESERVE))
    page.locator("form[data-public-keys] button").click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main")).to_contain_text("khuevan-auction-receipt/1")
    in_a_thread(lambda: Bid.objects.get(sealed__gt=""))


def makes_a_key(visit, key, holder, file):
    """Let one holder make their part in a browser of their own and save it as a file."""
    page, sent, faults = visit(reverse("auction-key", args=[key.pk]), holder.person)
    page.locator("[data-make]").click()
    with page.expect_download() as download:
        page.locator("[data-save]").click()
    download.value.save_as(file)
    other = file.with_name("other.json")
    other.write_text(file.read_text().replace('"private_key": "', '"private_key": "00')[:-1])  # fmt: skip
    page.locator("[data-saved]").set_input_files(other)
    expect(page.locator("[data-slip]")).to_be_visible()
    expect(page.locator("[data-hand-in]")).to_be_disabled()
    page.locator("[data-saved]").set_input_files(file)
    expect(page.locator("[data-slip]")).to_be_hidden()
    page.locator("[data-hand-in]").click()
    expect(page.locator("h1")).to_have_text("Khóa mở giá kín")
    private = json.loads(file.read_text())["private_key"]
    assert [body for body in sent if private in body] == []
    assert any(json.loads(file.read_text())["public_key"] in body for body in sent)
    assert faults == []


def test_three_people_make_keys_in_their_browsers_and_two_of_them_open_the_bids(visit, cast, tmp_path):  # fmt: skip
    key, holders = in_a_thread(lambda: asked(cast))
    files = [tmp_path / f"{number}.json" for number in range(3)]
    for holder, file in zip(holders, files, strict=True):
        makes_a_key(visit, key, holder, file)

    def sold():
        made = make_cast(Form.SEALED, keeper=cast.keeper, by=cast.official, opening_key=key.pk)  # fmt: skip
        made.open()
        made.seal(1, RESERVE)
        made.seal(2, RESERVE + 7)
        set_clock(made.closes_at)
        actions.close(auction=made.auction, by=None)
        return made.auction

    auction = in_a_thread(sold)
    tell = reverse("auction-open", args=[auction.code])
    page, _, _ = visit(tell, holders[1].person)
    page.locator("#file").set_input_files(files[0])
    expect(page.locator("[data-slip]")).to_be_visible()
    expect(page.locator("#id_private_key")).to_have_value("")
    page.locator("#file").set_input_files(files[1])
    expect(page.locator("[data-slip]")).to_be_hidden()
    page.locator("form[data-tell-key] button").click()
    expect(page.locator("main")).to_contain_text("chờ những người giữ khóa mở giá")
    page, _, faults = visit(reverse("auction-keys"), holders[2].person)
    page.get_by_role("link", name=auction.title).click()
    page.locator("#file").set_input_files(files[2])
    expect(page.locator("#id_private_key")).not_to_have_value("")
    page.locator("form[data-tell-key] button").click()
    expect(page.locator("main")).to_contain_text(
        "Người đấu giá số 2 trúng với giá 1.200.000.007"
    )
    assert faults == []


def asked(cast):
    key = ask_for_key(cast.keeper, cast.official)
    return key, list(key.holders.select_related("person"))
