"""Pages of auctions: watching needs nobody's leave, bidding a deposit, opening the holders."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from khuevan.auctions.models import Auction, Bid, OpeningKey
from khuevan.auctions.queries import database_now, outcome_of
from khuevan.auctions.rules.replay import Why
from khuevan.auctions.rules.terms import Form, State
from khuevan.auctions.sealing import make_holder_key
from khuevan.auctions.views import watching
from khuevan.directory.tests.factories import PersonFactory
from khuevan.payments.public import orders_of
from khuevan.platform import clock
from khuevan.platform.models import FirstAnswer

from .factories import (
    HOLDERS,
    RESERVE,
    START,
    STEP,
    make_cast,
    pay_price,
    set_clock,
)


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    monkeypatch.setattr(watching, "REMEMBERED_SECONDS", 0)
    watching._shown.clear()


@pytest.fixture
def cast(db):
    cast = make_cast()
    cast.open()
    return cast


def at(cast, name="auction", *more):
    return reverse(name, args=[cast.auction.code, *more])


def send(client, cast, amount, key="a"):
    return client.post(at(cast, "auction-bid"), {"amount": amount, "key": key})


def test_anybody_watches_and_bidders_are_numbers(cast, client):
    cast.bid(2, START)
    page = client.get(at(cast)).text
    assert "1.000.000.000" in page
    assert "Người đấu giá số 2" in page
    assert cast.people[1].full_name not in page
    assert cast.auction.title in client.get(reverse("auctions")).text


def test_who_has_seen_how_it_stands_is_told_nothing_until_it_changes(cast, client):
    fresh = client.get(at(cast, "auction-live")).text
    [address] = re.findall(r'hx-get="([^"]+)"', fresh)
    quiet = client.get(address)
    assert (quiet.status_code, quiet.content) == (204, b"")
    cast.bid(1, START)
    assert "1.000.000.000" in client.get(address).text
    # The end is news, too, before anybody has closed the auction.
    [address] = re.findall(r'hx-get="([^"]+)"', client.get(at(cast, "auction-live")).text)  # fmt: skip
    set_clock(cast.closes_at)
    assert client.get(address).status_code == 200
    assert client.get(reverse("auction-live", args=["NONE"])).status_code == 404


def test_thousands_who_ask_within_a_moment_are_told_the_same(cast, client, monkeypatch, django_assert_num_queries):  # fmt: skip
    monkeypatch.setattr(watching, "REMEMBERED_SECONDS", 60)
    first = client.get(at(cast, "auction-live"))
    # The only question left is whether an outage lies ahead; servers remember that, too.
    with django_assert_num_queries(1):
        assert client.get(at(cast, "auction-live")).content == first.content
    [address] = re.findall(r'hx-get="([^"]+)"', first.text)
    with django_assert_num_queries(1):
        assert client.get(address).status_code == 204


def test_a_falling_price_is_news_every_time_it_falls(client):
    cast = make_cast(Form.DUTCH)
    cast.open()
    [address] = re.findall(r'hx-get="([^"]+)"', client.get(at(cast, "auction-live")).text)  # fmt: skip
    set_clock(cast.opens_at + timedelta(seconds=59))
    assert client.get(address).status_code == 204
    set_clock(cast.opens_at + timedelta(seconds=60))
    assert "950.000.000" in client.get(address).text


def test_the_audit_is_handed_out_to_anybody(cast, client):
    cast.bid(1, START)
    told = json.loads(client.get(at(cast, "auction-audit")).content)
    assert told["events"][-1]["kind"] == "bid"


def test_a_bidder_asks_pays_and_bids(cast, client):
    person = PersonFactory.create()
    client.force_login(person)
    assert "Đăng ký" in client.get(at(cast)).text
    answer = client.post(at(cast, "auction-apply"))
    assert "/payments/" in answer.url
    assert send(client, cast, START).status_code == 422
    assert Bid.objects.count() == 0


def test_a_bid_typed_with_dots_is_the_whole_amount_and_a_half_typed_one_no_bid(
    cast, client
):
    client.force_login(cast.people[0])
    refused = send(client, cast, "1.000.000.00")
    assert (refused.status_code, Bid.objects.count()) == (422, 0)
    assert "1.500.000" in refused.text
    assert send(client, cast, "1.000.000.000").status_code == 200
    assert Bid.objects.get().amount == START


def test_a_bid_is_answered_with_its_signed_receipt_and_twice_is_once(cast, client):
    client.force_login(cast.people[0])
    first = send(client, cast, START)
    assert first.status_code == 200
    assert f"— {re.findall(r'— (.*?) ', first.text)[0]}" in first.text
    assert send(client, cast, START).text.count("khuevan-auction-receipt/1") == 1
    assert Bid.objects.count() == 1
    number = Bid.objects.get().event.number
    mine = client.get(at(cast, "auction-receipt", number))
    assert mine.text.startswith("khuevan-auction-receipt/1\n")
    client.force_login(cast.people[1])
    assert client.get(at(cast, "auction-receipt", number)).status_code == 404


def test_a_refused_bid_says_why_and_gets_a_new_key(cast, client):
    cast.bid(2, START)
    client.force_login(cast.people[0])
    answer = send(client, cast, START + 1)
    assert (answer.status_code, Bid.objects.count()) == (422, 1)
    assert "1.050.000.000" in answer.text
    assert 'name="key" value="a"' not in answer.text
    assert send(client, cast, "x").status_code == 422


def test_of_a_sealed_bid_nothing_is_kept_that_could_be_read(client):
    cast = make_cast(Form.SEALED)
    cast.open()
    client.force_login(cast.people[0])
    answer = send(client, cast, 1_234_567_891)
    assert "1.234.567.891" in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert not FirstAnswer.objects.exists()
    assert "1.234.567.891" not in client.get(at(cast)).text


def test_holders_tell_their_keys_on_their_own_logins_and_the_bids_open(client):
    cast = make_cast(Form.SEALED)
    cast.open()
    cast.seal(1, RESERVE)
    address = at(cast, "auction-open")
    first, second, third = cast.holders
    client.force_login(first.person)
    assert 'name="private_key"' not in client.get(address).text
    cast.end()
    for other in (cast.people[0], cast.official):
        client.force_login(other)
        assert client.post(address, {"private_key": first.private_key}).status_code == 403  # fmt: skip
        assert address not in client.get(at(cast)).text
    client.force_login(first.person)
    assert address in client.get(at(cast)).text
    wrong = client.post(address, {"private_key": second.private_key})
    assert wrong.status_code == 422
    assert second.private_key not in wrong.text
    assert client.post(address, {"private_key": first.private_key.upper()}).status_code == 302  # fmt: skip
    assert address not in client.get(at(cast)).text
    assert "chưa đưa khóa" in client.get(at(cast)).text
    assert outcome_of(cast.auction) is None
    client.force_login(third.person)
    assert cast.auction.title in client.get(reverse("auction-keys")).text
    assert client.post(address, {"private_key": third.private_key}).status_code == 302
    assert outcome_of(cast.auction).winner == 1
    assert "trúng với giá" in client.get(at(cast)).text


def test_the_keeper_closes_and_the_winner_pays_on_their_page(cast, client):
    cast.bid(1, RESERVE)
    client.force_login(cast.official)
    close = at(cast, "auction-end", "close")
    client.post(close)
    cast.auction.refresh_from_db()
    assert cast.auction.state == State.RUNNING
    set_clock(cast.closes_at)
    assert client.get(at(cast)).text.count(close) == 1
    client.post(close)
    client.post(at(cast, "auction-end", "default"))
    cast.auction.refresh_from_db()
    assert cast.auction.state == State.DECIDED  # there is still time to pay
    pay = reverse("payments-pay", args=[orders_of(cast.auction.ref)[0].token])
    client.force_login(cast.people[1])
    assert pay not in client.get(at(cast)).text
    client.force_login(cast.people[0])
    assert pay in client.get(at(cast)).text
    assert "1.100.000.000" in client.get(at(cast)).text
    pay_price(cast.auction)
    assert pay not in client.get(at(cast)).text
    assert cast.auction.state == State.SETTLED
    assert client.get(at(cast, "auction-pay-out")).status_code == 403
    client.force_login(cast.official)
    page = client.get(at(cast)).text
    assert "Phải trả bên bán" in page
    assert "1.200.000.000" in page
    told = {"amount": RESERVE + 1, "reference": "FT1"}
    assert client.post(at(cast, "auction-pay-out"), told).status_code == 422
    assert client.post(at(cast, "auction-pay-out"), told | {"amount": RESERVE}).status_code == 302  # fmt: skip
    assert "Chi trả cho bên bán, FT1" in client.get(at(cast)).text
    assert client.post(at(cast, "auction-end", "nothing")).status_code == 404


def test_the_keeper_cancels_with_a_reason_everybody_reads(cast, client):
    client.force_login(cast.official)
    address = at(cast, "auction-cancel")
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "x"}).status_code == 422
    assert client.post(address, {"reason": "Chủ bằng rút hồ sơ"}).status_code == 302
    client.logout()
    assert "Chủ bằng rút hồ sơ" in client.get(at(cast)).text
    assert outcome_of(cast.auction).why is Why.CANCELLED


def announcement(**changes):
    opens = (database_now() + timedelta(hours=2)).astimezone(clock.HANOI)
    return {
        "code": "BSC-1", "title": "Bằng sáng chế", "subject": "things.patent:7",
        "form": "sealed", "start": START, "reserve": START, "deposit": START // 10,
        "opens_at": f"{opens:%Y-%m-%dT%H:%M}",
        "closes_at": f"{opens + timedelta(hours=1):%Y-%m-%dT%H:%M}",
    } | changes  # fmt: skip


def test_an_official_asks_holders_and_announces_once_they_made_their_parts(client):
    cast = make_cast(bidders=0)
    client.force_login(cast.official)
    assert client.post(reverse("auction-new"), announcement()).status_code == 422
    people = [PersonFactory.create() for _ in range(3)]
    lines = [f"{person.username}; {post}" for person, post in zip(people, HOLDERS, strict=True)]  # fmt: skip
    asked = {"holders": "\n\n".join(lines), "threshold": 2}
    for wrong, said in (
        (lines[0], "2"), (f"{lines[0]}\nkhong-ai; Thanh tra", "khong-ai"),
        (f"{lines[0]}\n{people[1].username}", "dấu chấm phẩy"),
        (f"{lines[0]}\n{people[0].username}; Thanh tra", people[0].username),
    ):  # fmt: skip
        refused = client.post(reverse("auction-key-new"), asked | {"holders": wrong})
        assert (refused.status_code, said in refused.text) == (422, True)
    assert not OpeningKey.objects.exists()
    assert client.post(reverse("auction-key-new"), asked).status_code == 302
    key = OpeningKey.objects.get()
    assert "2/3: Chánh Thanh tra Sở" not in client.get(reverse("auction-new")).text
    page = reverse("auction-key", args=[key.pk])
    assert "data-make-key" not in client.get(page).text
    for person in people:
        client.force_login(person)
        assert "data-make-key" in client.get(page).text
        assert client.post(page, {"public_key": "0" * 64}).status_code == 422
        made = make_holder_key().public_key
        assert client.post(page, {"public_key": made}).status_code == 302
        assert made in client.get(page).text
    client.force_login(PersonFactory.create())
    assert client.get(page).status_code == 404
    client.force_login(cast.official)
    sealed = announcement(opening_key=str(key.pk))
    assert "2/3: Chánh Thanh tra Sở" in client.get(reverse("auction-new")).text
    assert client.post(reverse("auction-new"), sealed).status_code == 302
    assert "Công chứng viên" in client.get(reverse("auction", args=["BSC-1"])).text
    made = Auction.objects.get(code="BSC-1")
    assert made.keeper == cast.keeper
    assert made.closes_at - made.opens_at == timedelta(hours=1)
    again = client.post(reverse("auction-new"), announcement(form="english", step=STEP))
    assert (again.status_code, "BSC-1" in again.text) == (422, True)
    wrong = client.post(
        reverse("auction-new"),
        announcement(code="B-2", form="english", step=STEP, deposit=1),
    )
    assert "5 % đến 20 %" in wrong.text
    english = announcement(code="B-3", form="english", step=STEP, window=60)
    assert client.post(reverse("auction-new"), english).status_code == 302
    assert Auction.objects.filter(code__in=["B-2", "B-3"]).count() == 1


def test_who_keeps_nothing_announces_nothing(cast, client):
    client.force_login(cast.people[0])
    assert client.get(reverse("auction-new")).status_code == 403
    for name in ("auction-open", "auction-cancel"):
        assert client.get(at(cast, name)).status_code == 403
    assert client.post(at(cast, "auction-end", "close")).status_code == 403


def test_a_long_audit_costs_no_more_questions(cast, client, django_assert_max_num_queries):  # fmt: skip
    for turn in range(20):
        cast.bid(turn % 2 + 1, START + turn * STEP)
    client.force_login(cast.people[0])
    with django_assert_max_num_queries(26):
        client.get(at(cast))
