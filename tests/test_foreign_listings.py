"""A listing of another exchange is found and matched like ours, and changed by nobody here."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from khuevan.deals import actions as deals
from khuevan.directory.public import Organisation, Role
from khuevan.directory.tests.factories import make_person
from khuevan.exchange import actions, index
from khuevan.exchange.changes import keep_changes
from khuevan.exchange.models import Listing
from khuevan.exchange.queries.disclosing import reader_of
from khuevan.exchange.queries.matching import matches_of
from khuevan.exchange.queries.searching import search_listings
from khuevan.exchange.rules.listings import State, Verification
from khuevan.exchange.tests.factories import NEED, make_cast, make_listing
from khuevan.federation import pulling
from khuevan.federation.pulling import pull
from khuevan.federation.tests.factories import THERE, Feed, gone, listed, make_partner
from khuevan.matching.public import Asked
from khuevan.platform.errors import RuleBroken


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]
LEAKS = {
    "title_vi": "Cảm biến âm thanh tìm chỗ rò rỉ trên mạng lưới cấp nước",
    "summary_vi": "Cảm biến nghe tiếng nước rò rỉ trong ống ở khu phố cổ, chỉ ra chỗ rò mà không đào đường.",
}


@pytest.fixture
def cast(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.EXCHANGE_INDEX = tmp_path / "index"
    return make_cast()


@pytest.fixture
def feed(monkeypatch):
    found = Feed()
    monkeypatch.setattr(pulling, "fetch", found.fetch)
    return found


@pytest.fixture
def partner(cast, feed):
    made = make_partner()
    feed.says(listed(**LEAKS))
    pull(made)
    return made


@pytest.fixture
def foreign(partner):
    return Listing.objects.get(foreign__isnull=False)


def work():
    while index.follow() or keep_changes():
        pass


def test_it_is_found_and_matched_with_a_need_here(cast, foreign, feed, partner):
    need = make_listing(cast, State.PUBLISHED, NEED)
    work()
    found = search_listings(reader_of(None), Asked(text="cam bien ro ri"))
    assert [row.code for row in found.rows] == [foreign.code]
    fitting = matches_of(need, reader_of(cast.lister)).fitting
    [match] = [one for one in fitting if one.shown.code == foreign.code]
    assert any("Sàn công nghệ miền Nam" in reason for reason in match.reasons)
    feed.says(gone())
    partner.refresh_from_db()
    pull(partner)
    assert search_listings(reader_of(None), Asked(text="cam bien ro ri")).count == 0
    work()
    assert matches_of(need, reader_of(cast.lister)).fitting == ()


def test_a_foreign_need_is_matched_with_an_offer_here(cast, feed):
    offer = make_listing(cast, State.PUBLISHED)
    made = make_partner()
    feed.says(listed("BT26-000003", kind="need", title_vi="Xử lý màu và muối trong nước thải dệt nhuộm", summary_vi="Xưởng nhuộm cần màng lọc tách màu và muối khỏi nước thải để dùng lại nước.", trl=6, advantage="", advantage_against=""))  # fmt: skip
    pull(made)
    work()
    [match] = matches_of(offer, reader_of(cast.lister)).fitting
    assert match.shown.origin.code == "BT26-000003"


def test_it_is_not_given_on_as_if_it_were_ours(client, foreign):
    work()
    changes = client.get("/api/v1/exchange/changes").json()["changes"]
    assert changes == []
    export = b"".join(client.get("/api/v1/exchange/export.jsonl").streaming_content)
    assert [json.loads(line).get("code") for line in export.splitlines()] == [None]
    told = client.get(f"/api/v1/exchange/listings/{foreign.code}").json()
    assert told["origin"]["base"] == THERE


@pytest.mark.parametrize(
    "act",
    [
        lambda one, cast, who: actions.withdraw_listing(listing=one, words="Không còn chuyển giao", by=None),
        lambda one, cast, who: actions.return_listing(listing=one, words="Thiếu số đo của lợi thế", by=who),
        lambda one, cast, who: actions.verify_listing(listing=one, level=Verification.TRIALLED, words="Đã xem giấy tờ", by=who),
        lambda one, cast, who: actions.note_nda(listing=one, member=cast.firm, signed_on=one.published_at.date(), by=None),
    ],
)  # fmt: skip
def test_nobody_changes_it_here(cast, foreign, act):
    who = make_person(Role.OFFICIAL, Organisation.objects.get(code="H26.KHCN"))
    before = Listing.objects.values().get(pk=foreign.pk)
    with pytest.raises(RuleBroken, match="changed there"):
        act(foreign, cast, who)
    assert Listing.objects.values().get(pk=foreign.pk) == before


def test_contact_is_asked_for_at_the_origin(client, cast, foreign):
    client.force_login(cast.buyer)
    page = client.get(reverse("exchange-listing", args=[foreign.code])).content.decode()
    assert f"{THERE}/exchange/listings/CN26-000001/" in page
    assert reverse("deal-ask", args=[foreign.code]) not in page
    with pytest.raises(RuleBroken, match="ask for contact there"):
        deals.ask_contact(listing=foreign.code, member=cast.firm.pk, words="Chúng tôi muốn dùng thử cảm biến này", by=cast.buyer)  # fmt: skip
