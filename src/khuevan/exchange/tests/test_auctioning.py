"""A listing under auction: what may be auctioned, who may bid, what it binds."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, strategies as st

from khuevan.auctions.public import Form, auctions_about, database_now
from khuevan.auctions.tests.factories import (
    Auction,
    Bidder,
    actions as auctions,
    bidding as asking,
    clock_restored,
    doubts_of,
    make_key,
    pay,
    pay_price,
    set_clock,
)
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import (
    AppointmentFactory,
    PersonFactory,
    make_person,
)
from khuevan.exchange import actions
from khuevan.exchange.models import ListingAuction, MemberParty
from khuevan.exchange.prices import take_prices
from khuevan.exchange.queries.disclosing import reader_of
from khuevan.exchange.queries.searching import search_listings
from khuevan.exchange.rules.auctioning import (
    PartyKind,
    Side,
    beside,
    check_side,
    party_key,
    read_parties,
)
from khuevan.exchange.rules.listings import Kind, Licence, Owner, State
from khuevan.exchange.rules.screening import Screening
from khuevan.journal.public import facts_about
from khuevan.matching.public import Asked
from khuevan.notices.tests.factories import notices_of
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import NEED, different, make_listing, make_member, operator


pytestmark = pytest.mark.django_db
START = 1_000_000_000
CONSENT = "Công ty Thử nghiệm đồng ý tại biên bản số 5 ngày 2/11/2026"
DECISION = "Quyết định 77/QĐ-SKHCN ngày 3/11/2026 cho phép chuyển giao"
REASON = "Không chuyển giao nữa, đã có người mua"


@pytest.fixture(autouse=True)
def real_clock_afterwards(db):
    with clock_restored():
        yield


@pytest.fixture
def patent(cast):
    return make_listing(cast, State.PUBLISHED, kind=Kind.IP_RIGHT, licence=Licence.ASSIGNMENT)  # fmt: skip


def terms(**changes):
    opens_at = database_now() + timedelta(hours=1)
    return {
        "form": Form.ENGLISH, "start": START, "reserve": START, "step": 50_000_000,
        "deposit": 100_000_000, "opens_at": opens_at, "window": 120,
        "closes_at": opens_at + timedelta(hours=2), "consent": CONSENT, "decision": DECISION,
    } | changes  # fmt: skip


def put_up(cast, listing, **changes):
    row = actions.auction_listing(listing=listing, by=cast.lister, **terms(**changes))
    return Auction.objects.get(code=row.code)


def bidder(
    owners=("Chủ; 001085000058",), accounts=("0123456789; Ngân hàng A",), **more
):
    member, person = make_member(**more)
    actions.declare_parties(member=member, owners=owners, accounts=accounts, by=person)
    return member, person


_numbers = iter(range(10**9, 10**10))


def stranger():
    """Return a bidder who belongs to nobody."""
    return bidder((f"Chủ; {next(_numbers)}",), (f"{next(_numbers)}; Ngân hàng",))[1]


def refused(act, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        act()


# --------------------------------------------------------- what may be auctioned


def test_a_member_puts_a_listing_up_and_the_operator_holds_the_auction(cast, patent):
    auction = put_up(cast, patent)
    assert auction.keeper == operator()
    assert auction.subject == patent.ref
    assert auction.title == patent.title_vi
    assert auction.announced_by is None
    fact = facts_about(patent.ref)[-1]
    assert fact.kind == "exchange.listing_auctioned"
    assert (fact.actor, fact.figures["auction"]) == (cast.lister.ref, auction.code)


@pytest.mark.parametrize(
    ("changes", "told", "sentence"),
    [
        ({"kind": Kind.SERVICE, "licence": None}, {}, "no single buyer"),
        ({"licence": Licence.NON_EXCLUSIVE}, {}, "one buyer"),
        ({"licence": Licence.OPEN}, {}, "one buyer"),
        ({}, {"consent": " "}, "2 owners"),
        ({}, {"decision": ""}, "money of the State"),
        ({}, {"form": Form.SEALED}, "opening key"),
        ({}, {"deposit": 1}, "deposit is between"),
        ({}, {"reserve": START - 1}, "reserve"),
    ],
)
def test_what_may_not_be_auctioned_is_refused_and_nothing_changes(cast, changes, told, sentence):  # fmt: skip
    made = {"kind": Kind.IP_RIGHT, "licence": Licence.EXCLUSIVE} | changes
    listing = make_listing(cast, State.PUBLISHED, **made)
    refused(lambda: put_up(cast, listing, **told), sentence)
    assert not ListingAuction.objects.exists()
    assert not Auction.objects.exists()


def test_the_seller_chooses_sealed_bids_and_who_opens_them(client, cast, patent):
    key, holders = make_key(operator())
    client.force_login(cast.lister)
    address = reverse("exchange-action", args=[patent.code, "auction"])
    page = client.get(address).text
    assert "2/3: Chánh Thanh tra Sở" in page
    told = {name: f"{value:%Y-%m-%dT%H:%M}" if name.endswith("_at") else value for name, value in terms(form="sealed").items()}  # fmt: skip
    opens = (database_now() + timedelta(hours=2)).astimezone(clock.HANOI)
    told |= {"step": "", "opens_at": f"{opens:%Y-%m-%dT%H:%M}", "closes_at": f"{opens + timedelta(hours=2):%Y-%m-%dT%H:%M}"}  # fmt: skip
    without = client.post(address, told)
    assert (without.status_code, Auction.objects.count()) == (422, 0)
    assert client.post(address, told | {"opening_key": str(key.pk)}).status_code == 302
    auction = Auction.objects.get()
    assert (auction.form, auction.keeper) == ("sealed", operator())
    person = stranger()
    pay(auctions.apply(auction=auction, by=person))
    set_clock(auction.opens_at)
    auctions.seal_bid(auction=auction, amount=START + 7, key="1", by=person)
    set_clock(auction.closes_at)
    auctions.close(auction=auction, by=None)
    for holder in holders[1:]:
        auctions.enter_key(auction=auction, private_key=holder.private_key, by=holder.person)  # fmt: skip
    assert auctions_about(patent.ref)[0].outcome.price == START + 7


def test_a_need_and_a_draft_are_not_auctioned(cast):
    refused(lambda: put_up(cast, make_listing(cast, State.PUBLISHED, NEED)), "no single buyer")  # fmt: skip
    draft = make_listing(cast, State.DRAFT, licence=Licence.ASSIGNMENT)
    refused(lambda: put_up(cast, draft), "Only a published listing")


def test_restricted_technology_needs_its_licence_first(cast, patent):
    patent.screening = Screening.RESTRICTED
    patent.save()
    refused(lambda: put_up(cast, patent), "restricted technologies")


def test_one_owner_with_private_money_needs_no_papers(cast):
    listing = make_listing(cast, State.PUBLISHED, licence=Licence.ASSIGNMENT, owners=(Owner("Viện", 10_000),), state_funded=False)  # fmt: skip
    assert put_up(cast, listing, consent="", decision="")


def test_only_the_member_puts_it_up_and_only_once(cast, patent):
    with pytest.raises(PermissionDenied):
        actions.auction_listing(listing=patent, by=cast.buyer, **terms())
    put_up(cast, patent)
    refused(lambda: put_up(cast, patent), "under auction")
    assert len(auctions_about(patent.ref)) == 1


def test_an_announcement_past_the_listings_page_is_refused(cast, patent):
    told = {k: v for k, v in terms().items() if k not in {"consent", "decision"}}
    refused(
        lambda: auctions.announce(code="DG-X", title="x", subject=patent.ref, keeper=operator(), by=cast.second, **told),
        "from its own page",
    )  # fmt: skip


# ------------------------------------------------------------------ what it binds


@pytest.mark.parametrize(
    "act",
    [
        lambda listing, cast: actions.withdraw_listing(listing=listing, words=REASON, by=cast.lister),
        lambda listing, cast: actions.revise_listing(listing=listing, by=cast.lister),
        lambda listing, cast: actions.return_listing(listing=listing, words=REASON, by=cast.first),
    ],
    ids=["withdraw", "rewrite", "send back"],
)  # fmt: skip
def test_what_people_bid_for_stays_as_it_is(cast, patent, act):
    put_up(cast, patent)
    refused(lambda: act(patent, cast), "call the auction off first")
    patent.refresh_from_db()
    assert patent.state == State.PUBLISHED
    actions.call_off_auction(listing=patent, words=REASON, by=cast.lister)
    act(patent, cast)
    patent.refresh_from_db()
    assert patent.state != State.PUBLISHED


@pytest.mark.parametrize("form", [Form.ENGLISH, Form.SEALED])
def test_once_somebody_bid_only_the_exchange_calls_the_auction_off(
    client, cast, patent, form
):
    key = make_key(operator())[0] if form is Form.SEALED else None
    auction = put_up(cast, patent, form=form, opening_key=key and key.pk)
    pay(auctions.apply(auction=auction, by=(person := stranger())))
    client.force_login(cast.lister)
    page, offer = reverse("exchange-listing", args=[patent.code]), reverse("exchange-action", args=[patent.code, "call-off"])  # fmt: skip
    assert offer in client.get(page).text
    set_clock(auction.opens_at)
    bid = auctions.seal_bid if form is Form.SEALED else auctions.place_bid
    bid(auction=auction, amount=START, key="1", by=person)
    assert offer not in client.get(page).text
    events = auction.events.count()
    refused(lambda: actions.call_off_auction(listing=patent, words=REASON, by=cast.lister), "Somebody bid already")  # fmt: skip
    auction.refresh_from_db()
    assert (auction.state, auction.events.count()) == ("running", events)
    official = make_person(Role.OFFICIAL, operator())
    auctions.cancel(auction=auction, reason=REASON, by=official)
    auction.refresh_from_db()
    assert auction.state == "cancelled"
    assert REASON in auction.events.get(kind="cancelled").body


def test_a_sold_listing_is_bound_until_it_is_settled_and_does_not_expire(cast, patent):
    auction = put_up(cast, patent)
    pay(auctions.apply(auction=auction, by=(person := stranger())))
    set_clock(auction.opens_at)
    auctions.place_bid(auction=auction, amount=START, key="1", by=person)
    set_clock(auction.closes_at)
    auctions.close(auction=auction, by=None)
    refused(lambda: actions.revise_listing(listing=patent, by=cast.lister), "yet to pay")  # fmt: skip
    refused(lambda: actions.call_off_auction(listing=patent, words=REASON, by=cast.lister), "No auction")  # fmt: skip
    assert patent.expires_on
    with clock.telling(clock.at_local(patent.expires_on + timedelta(days=2), clock.now().time())):  # fmt: skip
        assert not actions.expire_listing(listing=patent, by=None)
        pay_price(auction)
        assert actions.expire_listing(listing=patent, by=None)


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_the_price_of_a_paid_auction_is_kept_for_everybody_to_read(
    client, cast, patent
):
    auction = put_up(cast, patent)
    pay(auctions.apply(auction=auction, by=(person := stranger())))
    set_clock(auction.opens_at)
    auctions.place_bid(auction=auction, amount=START, key="1", by=person)
    set_clock(auction.closes_at)
    auctions.close(auction=auction, by=None)
    while take_prices():
        pass
    address = reverse("valuation-prices")
    assert patent.title_vi not in client.get(address).content.decode()
    pay_price(auction)
    for _again in range(2):
        while take_prices():
            pass
    page = client.get(address).content.decode()
    assert patent.title_vi in page
    assert "1.000.000.000" in page


def test_a_paid_price_and_its_fee_give_the_data_of_an_invoice_to_whom_they_concern(client, cast, patent, monkeypatch):  # fmt: skip
    monkeypatch.setattr(
        "khuevan.auctions.actions.selling.exchange_fee_on", lambda day: 150
    )
    auction = put_up(cast, patent)
    pay(auctions.apply(auction=auction, by=(person := stranger())))
    pay(auctions.apply(auction=auction, by=(loser := stranger())))
    set_clock(auction.opens_at)
    auctions.place_bid(auction=auction, amount=START, key="1", by=person)
    set_clock(auction.closes_at)
    auctions.close(auction=auction, by=None)

    def got(who, what="price", kind="json"):
        client.force_login(who)
        return client.get(reverse("auction-invoice", args=[auction.code, what, kind]))

    assert got(cast.lister).status_code == 404
    pay_price(auction)
    official = make_person(Role.OFFICIAL, operator())
    for who in (cast.lister, person, official):
        told = got(who).json()
        assert (told["amount"], told["seller"], told["buyer"]) == (START, cast.institute.name, person.full_name)  # fmt: skip
    for who in (cast.lister, official):
        told = got(who, "fee").json()
        assert (told["amount"], told["seller"], told["buyer"]) == (15_000_000, operator().name, cast.institute.name)  # fmt: skip
    assert b"<TgTCThue>1000000000</TgTCThue>" in got(cast.lister, kind="xml").content
    assert reverse("auction-invoice", args=[auction.code, "fee", "xml"]) in client.get(reverse("auction", args=[auction.code])).text  # fmt: skip
    refusals = [got(loser), got(person, "fee"), got(official, "gift"), got(official, "price", "pdf")]  # fmt: skip
    assert [answer.status_code for answer in refusals] == [404] * 4


def test_only_the_member_calls_an_auction_off(cast, patent):
    auction = put_up(cast, patent)
    with pytest.raises(PermissionDenied):
        actions.call_off_auction(listing=patent, words=REASON, by=cast.buyer)
    auction.refresh_from_db()
    assert auction.state == "running"


# --------------------------------------------------------------------- who may bid


def test_two_bidders_who_belong_to_nobody_are_admitted(cast, patent):
    auction = put_up(cast, patent)
    for _ in range(2):
        auctions.apply(auction=auction, by=stranger())
    assert auction.bidders.count() == 2


def colleague_of_the_owner(cast):
    return make_person(Role.OFFICIAL, cast.institute.organisation)


def co_owner(cast):
    _member, person = bidder(("Ai đó; 099999999999",), ("999999999; X",))
    person.full_name = "Công ty Thử nghiệm"
    person.save()
    return person


def owned_by_the_seller(cast):
    return bidder((cast.institute.name,), ("999999999; X",))[1]


def pays_like_the_seller(cast):
    actions.declare_parties(member=cast.institute, owners=["Bộ"], accounts=["12 345 678 901 Vietcombank"], by=cast.lister)  # fmt: skip
    return bidder(("Ai đó; 099999999999",), ("12345678901; VCB",))[1]


def undeclared(cast):
    return cast.buyer


def not_a_member(cast):
    return PersonFactory.create()


def says_no_account(cast):
    member, person = make_member()
    actions.declare_parties(member=member, owners=["Chủ; 001085000099"], accounts=[], by=person)  # fmt: skip
    return person


def acts_for_both(cast):
    """Belongs to a firm one of whose people speaks for the seller as well."""
    member, person = bidder()
    both = make_person(Role.MEMBER, member.organisation)
    AppointmentFactory.create(person=both, organisation=cast.institute.organisation, role=Role.MEMBER)  # fmt: skip
    return person


RULES = {
    colleague_of_the_owner: "own_listing", co_owner: "owner_of_lot",
    owned_by_the_seller: "owner_of_lot", pays_like_the_seller: "account_of_seller",
    acts_for_both: "represents_seller",
}  # fmt: skip


def tries_at(auction):
    """Return who was refused for misuse, by which rule."""
    facts = facts_about(auction.ref)
    return [(f.actor, f.figures["rule"]) for f in facts if f.kind == "auctions.bidder_refused"]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (acts_for_both, "acts for the seller as well"),
        (colleague_of_the_owner, "lists this itself"),
        (co_owner, "owners do not bid"),
        (owned_by_the_seller, "owners do not bid"),
        (pays_like_the_seller, "same bank account as the seller"),
        (undeclared, "declare"),
        (not_a_member, "Join the exchange"),
        (says_no_account, "declare"),
    ],
)
def test_who_belongs_to_the_seller_does_not_bid(cast, patent, who, sentence):
    auction = put_up(cast, patent)
    person = who(cast)
    refused(lambda: auctions.apply(auction=auction, by=person), sentence)
    assert not Bidder.objects.exists()
    # Who declared nothing yet tried nothing that nobody may.
    noted = [(person.ref, RULES[who])] if who in RULES else []
    assert tries_at(auction) == noted


def same_organisation(member):
    return make_person(Role.MEMBER, member.organisation)


def shared_owner(member):
    return bidder(("Người khác tên; 001 085 000 058",), ("999999999; X",))[1]


def owned_by_the_other(member):
    return bidder((member.name,), ("999999999; X",))[1]


def shared_account(member):
    return bidder(("Ai đó; 099999999999",), ("012-345-6789 (A)",))[1]


def shared_representative(member):
    other, person = bidder((f"Chủ; {next(_numbers)}",), (f"{next(_numbers)}; X",))
    both = make_person(Role.MEMBER, member.organisation)
    AppointmentFactory.create(person=both, organisation=other.organisation, role=Role.MEMBER)  # fmt: skip
    return person


TOGETHER = {
    same_organisation: "same_body", shared_owner: "shared_owner",
    owned_by_the_other: "shared_owner", shared_account: "shared_account",
    shared_representative: "shared_representative",
}  # fmt: skip


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (shared_representative, "acts for another bidder as well"),
        (same_organisation, "bids as one"),
        (shared_owner, "share an owner"),
        (owned_by_the_other, "share an owner"),
        (shared_account, "same bank account as another"),
    ],
)
def test_bidders_who_belong_together_bid_as_one(cast, patent, who, sentence):
    auction = put_up(cast, patent)
    member, first = bidder()
    auctions.apply(auction=auction, by=first)
    person = who(member)
    refused(lambda: auctions.apply(auction=auction, by=person), sentence)
    assert tries_at(auction) == [(person.ref, TOGETHER[who])]
    assert Bidder.objects.count() == 1


def counted(act):
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


def test_a_hundred_bidders_are_looked_at_with_the_questions_of_two(cast, patent):
    auction = put_up(cast, patent)
    few = [pay(auctions.apply(auction=auction, by=stranger())) for _ in range(2)]
    assert len(few) == 2
    look = lambda: doubts_of(Auction.objects.get(pk=auction.pk))  # noqa: E731
    applicants = [stranger(), stranger()]
    asked = counted(look), counted(lambda: auctions.apply(auction=auction, by=applicants[0]))  # fmt: skip
    for _ in range(10):
        pay(auctions.apply(auction=auction, by=stranger()))
    assert (counted(look), counted(lambda: auctions.apply(auction=auction, by=applicants[1]))) == asked  # fmt: skip
    assert look() == []


def test_who_asked_to_bid_in_the_same_moment_is_looked_at_under_the_lock(cast, patent, monkeypatch):  # fmt: skip
    auction = put_up(cast, patent)
    auctions.apply(auction=auction, by=stranger())
    _member, first = bidder()
    _other, second = bidder(("Người khác tên; 001085000058",), ("999999999; X",))
    locked = asking.locked

    def another_comes_first(found):
        monkeypatch.setattr(asking, "locked", locked)
        auctions.apply(auction=auction, by=first)
        return locked(found)

    monkeypatch.setattr(asking, "locked", another_comes_first)
    refused(lambda: auctions.apply(auction=auction, by=second), "share an owner")
    assert not Bidder.objects.filter(person=second).exists()


@given(st.lists(st.tuples(st.sets(st.sampled_from("abcde"), max_size=2), st.sets(st.sampled_from("abcdevwxyz"), max_size=2)), max_size=6))  # fmt: skip
def test_held_only_against_those_beside_it_a_bidder_is_refused_as_against_all(told):
    sides = {
        uuid4(): Side(names=frozenset(names), owners=frozenset(owners), declared=True, verified=True)
        for names, owners in told
    }  # fmt: skip
    near = beside(sides)
    for key, side in sides.items():
        others = [other for one, other in sides.items() if one != key]
        assert said(side, near[key]) == said(side, others)


def said(side, others):
    try:
        check_side(side, Side(), others)
    except RuleBroken as broken:
        return broken.misuse
    return ""


def test_who_turns_out_to_belong_together_is_flagged_to_the_keeper(client, cast, patent):  # fmt: skip
    auction = put_up(cast, patent)
    member, first = bidder()
    second_member, second = bidder(("Ai đó; 099999999999",), ("999999999; X",))
    for person in (first, second):
        pay(auctions.apply(auction=auction, by=person))
    client.force_login(cast.first)
    page = reverse("auction", args=[auction.code])
    assert "sẽ bị từ chối" not in client.get(page).text
    actions.declare_parties(member=second_member, owners=["Chủ; 001085000058"], accounts=["999999999; X"], by=second)  # fmt: skip
    assert client.get(page).text.count("chung chủ sở hữu với một người đấu giá khác") == 2  # fmt: skip
    client.force_login(first)
    assert "chung chủ sở hữu" not in client.get(page).text
    assert member != second_member


@pytest.fixture
def together(cast, patent):
    """An auction that is over, won by one of two who turned out to share an owner."""
    auction = put_up(cast, patent)
    _member, first = bidder()
    second_member, second = bidder(("Ai đó; 099999999999",), ("999999999; X",))
    for person in (first, second):
        pay(auctions.apply(auction=auction, by=person))
    actions.declare_parties(member=second_member, owners=["Chủ; 001085000058"], accounts=["999999999; X"], by=second)  # fmt: skip
    set_clock(auction.opens_at)
    auctions.place_bid(auction=auction, amount=START, key="1", by=first)
    set_clock(auction.closes_at)
    auctions.close(auction=auction, by=None)
    auction.refresh_from_db()
    return auction


def told_in(auction, kind):
    return [f for f in facts_about(auction.ref) if f.kind == f"auctions.{kind}"]


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_the_award_waits_for_a_word_where_its_winner_is_flagged(client, cast, together):
    assert together.state == "closed"
    flags = told_in(together, "bidder_flagged")
    assert [(f.figures["bidder"], f.figures["rule"]) for f in flags] == [(1, "shared_owner"), (2, "shared_owner")]  # fmt: skip
    assert told_in(together, "award_held")[0].figures["bidder"] == 1
    assert told_in(together, "auction_decided") == []
    assert cast.first in {n.person for n in notices_of("auctions.bidder_flagged")}
    page = reverse("auction", args=[together.code])
    client.force_login(cast.first)
    assert "chung chủ sở hữu" in client.get(page).text
    award = reverse("auction-award", args=[together.code])
    assert award in client.get(page).text
    assert client.post(award, {"words": "ngắn"}).status_code == 422
    together.refresh_from_db()
    assert together.state == "closed"
    words = "Đã xem hồ sơ: hai chủ trùng tên, khác mã số"
    assert client.post(award, {"words": words}).status_code == 302
    together.refresh_from_db()
    assert together.state == "decided"
    assert words in client.get(page).text
    client.logout()
    assert words not in client.get(page).text
    assert client.post(award, {"words": words}).status_code == 302  # to sign in


def test_only_the_keeper_lets_an_award_pass_and_only_once(cast, together):
    with pytest.raises(PermissionDenied):
        auctions.award(auction=together, words=REASON, by=cast.lister)
    auctions.award(auction=together, words=REASON, by=cast.first)
    refused(lambda: auctions.award(auction=together, words=REASON, by=cast.first), "as it stands")  # fmt: skip
    assert len(told_in(together, "auction_decided")) == 1


def test_a_flagged_winner_is_refused_by_cancelling_and_deposits_go_back(cast, together):
    auctions.cancel(auction=together, reason=REASON, by=cast.first)
    assert len(told_in(together, "deposit_returned")) == 2
    assert told_in(together, "auction_decided") == []


def test_what_was_flagged_is_flagged_once(cast, together):
    assert auctions.flag_bidders(auction=together, by=None) == 0
    assert len(told_in(together, "bidder_flagged")) == 2


def test_people_of_the_same_name_are_not_one(cast, patent):
    auction = put_up(cast, patent)
    for _ in range(2):
        person = stranger()
        person.full_name = "Nguyễn Văn Nam"
        person.save()
        auctions.apply(auction=auction, by=person)
    assert auction.bidders.count() == 2


@given(st.text("aăâbcdđeêởộữ XYZĐ0123456789;-.\n", max_size=300))
def test_a_party_is_known_by_its_code_or_its_name(text):
    for line in read_parties(text, PartyKind.OWNER):
        assert party_key(line)
        assert party_key(line.upper()) == party_key(line)


@pytest.mark.parametrize(
    ("kind", "one", "same"),
    [
        (PartyKind.ACCOUNT, "0123456789; VCB chi nhánh 2", "0123456789"),
        (PartyKind.ACCOUNT, "0123456789; MB 24/7", "0123 456 789"),
        (PartyKind.ACCOUNT, "12345678; ACB", "12345678 Ngân hàng ACB"),
        (PartyKind.OWNER, "Nguyễn Văn A; 001085001234; 60%", "001085001234"),
        (PartyKind.OWNER, "Công ty B, mã số 0101-234-567", "0101234567 Cty B"),
    ],
)
def test_what_stands_beside_a_code_says_nothing_of_who_it_is(kind, one, same):
    assert party_key(one, kind) == party_key(same, kind)


# --------------------------------------------------------------------------- pages


def test_the_listing_and_its_auction_lead_to_each_other(client, cast, patent):
    client.force_login(cast.lister)
    address = reverse("exchange-action", args=[patent.code, "auction"])
    page = reverse("exchange-listing", args=[patent.code])
    assert address in client.get(page).text
    told = {name: f"{value:%Y-%m-%dT%H:%M}" if name.endswith("_at") else value for name, value in terms(form="english").items()}  # fmt: skip
    told["opens_at"] = f"{(database_now() + timedelta(hours=2)).astimezone(clock.HANOI):%Y-%m-%dT%H:%M}"  # fmt: skip
    told["closes_at"] = f"{(database_now() + timedelta(hours=4)).astimezone(clock.HANOI):%Y-%m-%dT%H:%M}"  # fmt: skip
    wrong = client.post(address, told | {"consent": ""})
    assert wrong.status_code == 422
    assert "2 chủ sở hữu" in wrong.text
    assert client.post(address, told).status_code == 302
    [auction] = auctions_about(patent.ref)
    assert address not in client.get(page).text
    assert reverse("auction", args=[auction.code]) in client.get(page).text
    assert CONSENT in client.get(page).text
    client.logout()
    assert CONSENT not in client.get(page).text
    assert page in client.get(reverse("auction", args=[auction.code])).text


def test_the_catalogue_filters_on_what_is_under_auction(client, cast, patent, indexed):
    make_listing(cast, State.PUBLISHED, different(1))
    auction = put_up(cast, patent)
    indexed()
    on_sale = Asked(marks=frozenset({"auction"}))
    assert [row.code for row in search_listings(reader_of(None), on_sale).rows] == [patent.code]  # fmt: skip
    assert "?auction=auction" in client.get(reverse("exchange")).text
    auctions.cancel(auction=auction, reason=REASON, by=cast.second)
    indexed()
    assert search_listings(reader_of(None), on_sale).count == 0


def test_only_the_member_reads_and_writes_what_it_declares(client, cast):
    address = reverse("exchange-member-parties", args=[cast.firm.pk])
    client.force_login(cast.lister)
    assert client.get(address).status_code == 403
    client.force_login(cast.buyer)
    told = {"owners": "Lê Văn Chủ; 001085000058\n\nLê Văn Chủ ; 001085000058", "accounts": "123456789; VCB"}  # fmt: skip
    assert client.post(address, told).status_code == 302
    assert MemberParty.objects.filter(member=cast.firm).count() == 2
    assert "001085000058" in client.get(address).text
    client.force_login(cast.lister)
    page = client.get(reverse("exchange-member", args=[cast.firm.pk])).text
    assert "001085000058" not in page


def test_a_refused_bidder_reads_why_on_the_page(client, cast, patent):
    auction = put_up(cast, patent)
    client.force_login(cast.lister)
    answer = client.post(reverse("auction-apply", args=[auction.code]), follow=True)
    assert "không ai trả giá cho tài sản của chính mình" in answer.text


def test_too_many_owners_are_refused_whole(cast):
    many = [f"Chủ {n}; {10**9 + n}" for n in range(21)]
    refused(lambda: actions.declare_parties(member=cast.firm, owners=many, accounts=[], by=cast.buyer), "at most 20")  # fmt: skip
    assert not MemberParty.objects.exists()
