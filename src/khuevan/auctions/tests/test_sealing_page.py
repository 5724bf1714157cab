"""A bid is sealed in the bidder's browser: the server never sees what was bid."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from khuevan.auctions import actions
from khuevan.auctions.models import Bid
from khuevan.auctions.queries import outcome_of
from khuevan.auctions.rules.terms import Form

from .factories import RESERVE, clock_restored, make_cast
from .test_live import CHROMIUM, in_a_thread


pytestmark = [pytest.mark.journey, pytest.mark.slow]
VECTOR = json.loads((Path(__file__).parent / "sealed_bid.json").read_text())
SEAL = """async ({ vector, module }) => {
  const { seal } = await import(module);
  const bytes = (digits) => Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
  const pkcs8 = bytes("302e020100300506032b656e04220420" + vector.ours);
  const raw = Uint8Array.from(atob(vector.box), (c) => c.charCodeAt(0)).slice(0, 32);
  const ours = {
    privateKey: await crypto.subtle.importKey("pkcs8", pkcs8, { name: "X25519" }, true, ["deriveBits"]),
    publicKey: await crypto.subtle.importKey("raw", raw, { name: "X25519" }, true, []),
  };
  return seal({ ...vector, publicKey: vector.public_key, ours });
}"""


@pytest.fixture
def cast(transactional_db, documents):
    with clock_restored():
        cast = make_cast(Form.SEALED)
        cast.open()
        yield cast


@pytest.fixture
def visit(live_server, cast, client):
    """Open the auction's page as its first bidder; return it and what the browser sent."""
    client.force_login(cast.people[0])
    cookies = [
        {"name": name, "value": morsel.value, "url": live_server.url}
        for name, morsel in client.cookies.items()
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])  # fmt: skip

        def opened(scripts=True):
            context = browser.new_context(java_script_enabled=scripts, locale="vi-VN")
            context.add_cookies(cookies)
            page = context.new_page()
            sent, faults = [], []
            page.on("request", lambda asked: sent.append(asked.post_data or ""))
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.goto(live_server.url + reverse("auction", args=[cast.auction.code]))
            return page, sent, faults

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
    page.locator("form[data-public-key] button").click()
    assert "1.000.000.000" in amount.evaluate("field => field.validationMessage")
    amount.fill("1.200.000.12")
    page.locator("form[data-public-key] button").click()
    assert "1.000.000.000" in amount.evaluate("field => field.validationMessage")
    amount.fill("1.200.000.123")
    page.locator("form[data-public-key] button").click()
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
        actions.open_bids(auction=cast.auction, shares=cast.shares[:2], by=cast.official)  # fmt: skip
        assert (outcome_of(cast.auction).winner, outcome_of(cast.auction).price) == (1, RESERVE + 123)  # fmt: skip

    in_a_thread(opened)


def test_without_scripts_the_server_seals_and_the_page_says_so(visit, cast):
    page, _, _ = visit(scripts=False)
    expect(page.locator("[data-sealed-there]")).to_contain_text("máy chủ")
    expect(page.locator("[data-sealed-here]")).to_be_hidden()
    page.locator("#id_amount").fill(str(RESERVE))
    page.locator("form[data-public-key] button").click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main")).to_contain_text("khuevan-auction-receipt/1")
    in_a_thread(lambda: Bid.objects.get(sealed__gt=""))
