"""From asking for contact to the memorandum: who may, what follows, what is refused."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from PIL import Image
from pypdf import PdfReader, PdfWriter

from khuevan.contracts.public import (
    Paper,
    State as PaperState,
    contracts_of,
    sign_contract,
)
from khuevan.deals import actions
from khuevan.deals.dated import nda_on
from khuevan.deals.joining import follow
from khuevan.deals.models import Broker, Consent, Deal, Party, Reading
from khuevan.deals.rules.room import Level
from khuevan.deals.rules.states import ENDS, Move, Part, State, Turn
from khuevan.deals.tasks import take_facts
from khuevan.directory.actions.mandates import give_mandate
from khuevan.directory.public import Person, Role, Scope
from khuevan.directory.tests.factories import AppointmentFactory, make_person
from khuevan.exchange.public import Clearance, listing_for
from khuevan.exchange.tests.factories import (
    NEED,
    Owner,
    State as ListingState,
    declare,
    different,
    make_listing,
    make_member,
    unprotect,
)
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.worktime.public import working_days_between

from .factories import (
    WHY,
    agree_on_memorandum,
    ask,
    draft,
    make_cast,
    make_deal,
    sign_ndas,
)


pytestmark = pytest.mark.django_db
NO = "Chúng tôi đã chuyển giao độc quyền cho bên khác"


def kinds(deal):
    return [fact.kind for fact in facts_about(deal.ref)]


def test_asking_puts_the_listed_side_to_act_within_its_clock(cast):
    deal = ask(cast)
    assert (deal.state, deal.turn, deal.asker) == (State.ASKED, Turn.PROVIDER, Part.RECIPIENT)  # fmt: skip
    assert working_days_between(clock.today(), clock.local_day(deal.due_at)) == 5
    assert deal.parties.get(part="provider").member == cast.exchange.institute.pk
    assert deal.state_funded is True
    assert deal.steps.get().words == WHY
    assert kinds(deal) == ["deals.contact_asked"]


def test_over_a_need_who_asks_is_the_provider_and_says_who_paid(cast):
    need = make_listing(cast.exchange, ListingState.PUBLISHED, NEED)
    deal = actions.ask_contact(listing=need.code, member=cast.buyer.pk, words=WHY, state_funded=True, by=cast.recipient)  # fmt: skip
    assert (deal.asker, deal.turn, deal.state_funded) == (Part.PROVIDER, Turn.RECIPIENT, True)  # fmt: skip


def test_both_sides_and_the_exchange_see_a_deal_and_nobody_else(cast):
    deal = ask(cast)
    for person, oversees in ((cast.provider, False), (cast.recipient, False), (cast.staff, True)):  # fmt: skip
        assert deal in Deal.objects.visible_to(person, oversees=oversees)
    for person in (cast.stranger, cast.broker_person):
        assert deal not in Deal.objects.visible_to(person)


def test_the_listed_side_accepts_or_declines_with_a_reason(cast):
    deal = ask(cast)
    with pytest.raises(PermissionDenied):
        actions.accept_contact(deal=deal, by=cast.recipient)
    with pytest.raises(RuleBroken, match="characters"):
        actions.decline_contact(deal=deal, words="Không", by=cast.provider)
    assert kinds(deal) == ["deals.contact_asked"]
    deal = actions.decline_contact(deal=deal, words=NO, by=cast.provider)
    assert (deal.state, deal.turn, deal.due_at) == (State.DECLINED, Turn.NOBODY, None)
    assert deal.steps.last().words == NO
    deal = actions.accept_contact(deal=ask(cast), by=cast.provider)
    assert (deal.state, deal.turn) == (State.INTRODUCED, Turn.BOTH)
    assert deal.introduced_at is not None


def test_a_broker_introduces_with_a_recommendation_or_declines(cast):
    deal = ask(cast, brokered=True)
    assert (deal.state, deal.turn) == (State.WITH_BROKER, Turn.BROKER)
    with pytest.raises(RuleBroken, match="moved on"):
        actions.accept_contact(deal=deal, by=cast.provider)
    deal = actions.introduce(deal=deal, words="Hai bên hợp nhau", by=cast.broker_person)
    assert (deal.state, deal.turn) == (State.ASKED, Turn.PROVIDER)
    assert deal.steps.last().part == Part.BROKER
    with pytest.raises(PermissionDenied):
        actions.decline_contact(deal=deal, words=NO, by=cast.broker_person)


def test_only_the_exchange_registers_brokers(cast):
    member, person = make_member()
    with pytest.raises(PermissionDenied):
        actions.register_broker(member=member.pk, by=person)
    broker = actions.register_broker(member=member.pk, by=cast.staff)
    with pytest.raises(RuleBroken, match="already"):
        actions.register_broker(member=member.pk, by=cast.staff)
    actions.end_broker(broker=broker, by=cast.staff)
    broker.refresh_from_db()
    with pytest.raises(RuleBroken, match="no broker"):
        actions.ask_contact(listing=cast.listing.code, member=cast.buyer.pk, words=WHY, broker=broker, by=cast.recipient)  # fmt: skip
    assert Broker.objects.in_force().count() == 1


def test_a_broker_does_not_act_for_a_side(cast):
    AppointmentFactory.create(person=cast.broker_person, organisation=cast.buyer.organisation, role=Role.OFFICIAL)  # fmt: skip
    with pytest.raises(RuleBroken, match="as well"):
        ask(cast, brokered=True)
    assert not Deal.objects.exists()


# -------------------------------------------------------------- dealing with oneself


def _ask_as(cast, member, by):
    return actions.ask_contact(listing=cast.listing.code, member=member.pk, words=WHY, by=by)  # fmt: skip


def test_nobody_deals_with_themselves(cast):
    both = make_person(Role.HEAD, cast.buyer.organisation)
    AppointmentFactory.create(person=both, organisation=cast.exchange.institute.organisation, role=Role.OFFICIAL)  # fmt: skip
    for member, by, why in (
        (cast.exchange.institute, cast.provider, "own listing"),
        (cast.buyer, cast.recipient, "same people"),
    ):
        with pytest.raises(RuleBroken, match=why):
            _ask_as(cast, member, by)
    assert not Deal.objects.exists()
    tries = [f for f in facts_about(cast.listing.ref) if f.kind == "exchange.misuse_refused"]  # fmt: skip
    assert [(f.actor, f.figures["rule"]) for f in tries] == [(cast.provider.ref, "self_dealing"), (cast.recipient.ref, "self_dealing")]  # fmt: skip


@pytest.mark.parametrize("owner", ["organisation", "person"])
def test_nobody_deals_over_what_they_own(db, owner):
    cast = make_cast()
    name = cast.buyer.name if owner == "organisation" else cast.recipient_head.full_name
    owners = (Owner("Viện Thử nghiệm", 6_000), Owner(name.upper(), 4_000))
    other = make_listing(
        cast.exchange, ListingState.PUBLISHED, different(7), owners=owners
    )
    with pytest.raises(RuleBroken, match="owners"):
        actions.ask_contact(listing=other.code, member=cast.buyer.pk, words=WHY, by=cast.recipient)  # fmt: skip
    assert facts_about(other.ref)[-1].figures["rule"] == "self_dealing"
    assert not Deal.objects.exists()


@pytest.mark.parametrize(
    "parties",
    [
        ({"owners": ["Công ty mẹ; 0101234567"], "accounts": ["111222333444; VCB"]}, {"owners": ["Cty mẹ 0101234567; 70%"], "accounts": ["999888777666; ACB"]}),
        ({"owners": ["Bà A; 001085001234"], "accounts": ["111222333444; VCB"]}, {"owners": ["Ông B; 001085005678"], "accounts": ["111 222 333 444"]}),
    ],
    ids=["one owner", "one account"],
)  # fmt: skip
def test_whose_owners_or_accounts_are_the_same_do_not_deal(cast, parties):
    mine, theirs = parties
    declare(cast.buyer, **mine)
    declare(cast.exchange.institute, **theirs)
    with pytest.raises(RuleBroken, match="declared the same"):
        ask(cast)
    assert not Deal.objects.exists()
    assert facts_about(cast.listing.ref)[-1].figures["rule"] == "self_dealing"


def test_whom_the_exchange_has_not_verified_asks_for_no_contact(cast):
    member, person = make_member(verified=False)
    with pytest.raises(RuleBroken, match="not verified"):
        _ask_as(cast, member, person)
    assert not Deal.objects.exists()
    assert facts_about(cast.listing.ref)[-1].figures["rule"] == "unverified_member"


def test_both_sides_are_told_that_the_right_is_held_no_more(cast, feed_shows_this_transaction):  # fmt: skip
    deal = ask(cast)
    take_facts()
    unprotect(cast.listing)
    while take_facts():
        pass
    assert [f.kind for f in facts_about(deal.ref)][-1] == "deals.protection_ended"


def test_who_comes_to_act_for_both_sides_later_acts_for_none(cast):
    deal = ask(cast)
    AppointmentFactory.create(person=cast.provider, organisation=cast.buyer.organisation, role=Role.OFFICIAL)  # fmt: skip
    again = Person.objects.get(pk=cast.provider.pk)
    with pytest.raises(PermissionDenied):
        actions.accept_contact(deal=deal, by=again)


def test_one_deal_at_a_time_over_a_listing(cast):
    deal = ask(cast)
    with pytest.raises(RuleBroken, match=deal.code):
        ask(cast)
    actions.withdraw(deal=deal, words="Chúng tôi đổi kế hoạch", by=cast.recipient)
    assert ask(cast).code != deal.code


def test_nobody_asks_for_others_or_over_what_is_not_published(cast):
    with pytest.raises(PermissionDenied):
        _ask_as(cast, cast.buyer, cast.stranger)
    draft = make_listing(cast.exchange, ListingState.DRAFT, NEED)
    with pytest.raises(RuleBroken, match="published"):
        actions.ask_contact(listing=draft.code, member=cast.buyer.pk, words=WHY, by=cast.recipient)  # fmt: skip
    assert not Deal.objects.exists()


# ------------------------------------------------------------------------------ NDA


def test_the_second_consent_opens_the_room_and_the_listing(cast):
    deal = make_deal(cast, State.INTRODUCED)
    version = nda_on(clock.today()).version
    assert listing_for(cast.recipient, cast.listing.code).clearance is Clearance.MEMBERS
    actions.agree_nda(deal=deal, version=version, by=cast.recipient_head)
    deal.refresh_from_db()
    assert (deal.state, deal.turn) == (State.INTRODUCED, Turn.PROVIDER)
    with pytest.raises(RuleBroken, match="agreed already"):
        actions.agree_nda(deal=deal, version=version, by=cast.recipient_head)
    actions.agree_nda(deal=deal, version=version, by=cast.provider_head)
    deal.refresh_from_db()
    assert (deal.state, deal.turn) == (State.CONFIDENTIAL, Turn.BOTH)
    assert listing_for(cast.recipient, cast.listing.code).clearance is Clearance.NDA
    assert [c.digest for c in deal.consents.all()] == [nda_on(clock.today()).digest] * 2
    assert kinds(deal)[-2:] == ["deals.nda_agreed", "deals.room_opened"]


def test_only_who_may_bind_agrees_to_the_nda(cast):
    deal = make_deal(cast, State.INTRODUCED)
    version = nda_on(clock.today()).version
    with pytest.raises(RuleBroken, match="binds"):
        actions.agree_nda(deal=deal, version=version, by=cast.recipient)
    for person in (cast.stranger, cast.staff):
        with pytest.raises(PermissionDenied):
            actions.agree_nda(deal=deal, version=version, by=person)
    with pytest.raises(RuleBroken, match="version"):
        actions.agree_nda(deal=deal, version="1999.1", by=cast.recipient_head)
    assert not Consent.objects.exists()


def test_whoever_the_head_lets_sign_may_bind(cast):
    deal = make_deal(cast, State.INTRODUCED)
    give_mandate(delegate=cast.recipient, scope=Scope.SIGNING, valid_from=clock.today(), valid_to=clock.today(), reason="Đi công tác nước ngoài", by=cast.recipient_head)  # fmt: skip
    signer = Person.objects.get(pk=cast.recipient.pk)
    actions.agree_nda(deal=deal, version=nda_on(clock.today()).version, by=signer)
    assert deal.consents.get().by == signer


def test_a_consent_cannot_be_changed(cast):
    make_deal(cast, State.CONFIDENTIAL)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Consent.objects.update(version="x")


@pytest.mark.parametrize("end", ["withdraw", "terminate"])
def test_what_the_nda_opened_closes_with_the_deal(cast, end):
    if end == "withdraw":
        deal = make_deal(cast, State.NEGOTIATING)
        actions.withdraw(deal=deal, words="Không thống nhất được giá", by=cast.recipient)  # fmt: skip
    else:
        deal = make_deal(cast, State.PERFORMING)
        actions.ask_end(deal=deal, words="Dây chuyền không còn cần nữa", by=cast.recipient)  # fmt: skip
        actions.agree_end(deal=deal, by=cast.provider_head)
    deal.refresh_from_db()
    assert deal.state in ENDS
    assert listing_for(cast.recipient, cast.listing.code).clearance is Clearance.MEMBERS


# ----------------------------------------------------------------------- data room


def pdf(pages=2, rotated=0, password=""):
    writer, out = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(width=400, height=300).rotate(rotated)
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


def put(cast, deal, content, name="ban-ve.pdf", level=Level.NDA):
    return actions.put_file(deal=deal, content=content, name=name, title="Bản vẽ", level=level, by=cast.provider)  # fmt: skip


@pytest.mark.parametrize("rotated", [0, 90])
def test_every_page_says_who_reads_when_and_in_which_deal(cast, rotated):
    deal = make_deal(cast, State.CONFIDENTIAL)
    handed = actions.read_file(file=put(cast, deal, pdf(3, rotated)), by=cast.recipient)
    pages = PdfReader(BytesIO(handed.copy.content)).pages
    assert len(pages) == 3
    for page in pages:
        words = page.extract_text()
        for told in (deal.code, cast.recipient.full_name, handed.reading.mark, f"{clock.today():%d/%m/%Y}"):  # fmt: skip
            assert told in words


def test_a_picture_and_a_table_are_marked_too(cast):
    deal = make_deal(cast, State.CONFIDENTIAL)
    out = BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    picture = actions.read_file(file=put(cast, deal, out.getvalue(), "anh.png"), by=cast.recipient)  # fmt: skip
    assert deal.code in PdfReader(BytesIO(picture.copy.content)).pages[0].extract_text()
    table = actions.read_file(file=put(cast, deal, b"a,b\n1,2\n", "so.csv"), by=cast.recipient)  # fmt: skip
    packed = zipfile.ZipFile(BytesIO(table.copy.content))
    assert packed.read("so.csv") == b"a,b\n1,2\n"
    [cover] = [name for name in packed.namelist() if name.endswith(".pdf")]
    assert cast.recipient.full_name in PdfReader(BytesIO(packed.read(cover))).pages[0].extract_text()  # fmt: skip


def test_every_reading_stands_in_the_log_and_stays(cast):
    deal = make_deal(cast, State.CONFIDENTIAL)
    file = put(cast, deal, pdf())
    actions.read_file(file=file, by=cast.recipient)
    actions.read_file(file=file, by=cast.recipient_head)
    actions.take_out_file(file=file, by=cast.provider)
    assert {r.person for r in file.readings.all()} == {cast.recipient, cast.recipient_head}  # fmt: skip
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Reading.objects.all().delete()
    assert kinds(deal).count("deals.file_read") == 2


def test_nobody_reads_without_an_nda_below_the_level_or_from_outside(cast):
    deal = make_deal(cast, State.CONFIDENTIAL)
    deep = put(cast, deal, pdf(), level=Level.MEMORANDUM)
    for person in (cast.recipient, cast.stranger, cast.staff, cast.expert):
        with pytest.raises(PermissionDenied):
            actions.read_file(file=deep, by=person)
    assert not Reading.objects.exists()
    agree_on_memorandum(cast, deal)
    actions.read_file(file=deep, by=cast.recipient)
    actions.withdraw(deal=deal, words="Chúng tôi đổi kế hoạch", by=cast.provider)
    with pytest.raises(PermissionDenied):
        actions.read_file(file=deep, by=cast.recipient)


def test_nothing_is_put_before_the_nda_and_nothing_that_cannot_be_marked(cast):
    deal = make_deal(cast, State.INTRODUCED)
    with pytest.raises(RuleBroken, match="moved on"):
        put(cast, deal, pdf())
    sign_ndas(cast, deal)
    with pytest.raises(RuleBroken, match="locked"):
        put(cast, deal, pdf(password="x"))
    with pytest.raises(RuleBroken, match="anew"):
        put(cast, deal, b"%PDF-1.7\nhello")
    file = put(cast, deal, pdf())
    with pytest.raises(PermissionDenied):
        actions.take_out_file(file=file, by=cast.recipient)
    actions.take_out_file(file=file, by=cast.provider)
    with pytest.raises(RuleBroken, match="no longer"):
        actions.read_file(file=file, by=cast.recipient)


# ------------------------------------------------------------ meetings, memorandum


def test_until_a_meeting_nobody_counts_as_silent(cast):
    deal = make_deal(cast, State.INTRODUCED)
    start = clock.now() + timedelta(days=40)
    meeting = actions.call_meeting(deal=deal, starts_at=start, ends_at=start + timedelta(hours=2), place="258 Võ Chí Công", agenda="Xem mẫu màng lọc", by=cast.recipient)  # fmt: skip
    deal.refresh_from_db()
    assert deal.due_at > start
    assert deal.turn == Turn.BOTH
    with pytest.raises(RuleBroken, match="not begun"):
        actions.write_minutes(meeting=meeting, words="Hai bên đã xem mẫu", by=cast.provider)  # fmt: skip
    with clock.telling(start + timedelta(hours=3)):
        actions.write_minutes(meeting=meeting, words="Hai bên đã xem mẫu", by=cast.provider)  # fmt: skip
        with pytest.raises(RuleBroken, match="are written"):
            actions.write_minutes(meeting=meeting, words="Viết lại biên bản", by=cast.recipient)  # fmt: skip


@pytest.mark.parametrize(
    ("start", "hours", "place", "why"),
    [(-1, 1, "Hà Nội", "to come"), (1, 0, "Hà Nội", "ends after"), (1, 13, "Hà Nội", "ends after"), (1, 1, " ", "where")],
)  # fmt: skip
def test_a_meeting_lies_ahead_ends_and_is_somewhere(cast, start, hours, place, why):
    deal = make_deal(cast, State.INTRODUCED)
    at = clock.now() + timedelta(days=start)
    with pytest.raises(RuleBroken, match=why):
        actions.call_meeting(deal=deal, starts_at=at, ends_at=at + timedelta(hours=hours), place=place, agenda="Xem mẫu màng lọc", by=cast.recipient)  # fmt: skip
    assert not deal.meetings.exists()


def papers(deal):
    return [(paper.paper, paper.state) for paper in contracts_of(deal.ref)]


def test_both_signatures_on_the_latest_memorandum_begin_the_negotiation(cast):
    deal = make_deal(cast, State.CONFIDENTIAL)
    first = draft(cast, deal)
    deal.refresh_from_db()
    assert deal.turn == Turn.BOTH
    sign_contract(contract=first.paper, by=cast.provider_head)
    with pytest.raises(RuleBroken, match="Sign the memorandum"):
        actions.agree_memorandum(deal=deal, number=1, by=cast.recipient_head)
    second = draft(cast, deal, text="Hai bên sẽ thử trong hai tháng", by=cast.recipient)
    assert papers(deal) == [(Paper.MEMORANDUM, PaperState.CANCELLED), (Paper.MEMORANDUM, PaperState.DRAWN_UP)]  # fmt: skip
    with pytest.raises(RuleBroken):
        sign_contract(contract=first.paper, by=cast.recipient_head)
    for person, state in ((cast.recipient_head, State.CONFIDENTIAL), (cast.provider_head, State.NEGOTIATING)):  # fmt: skip
        sign_contract(contract=second.paper, by=person)
        follow(deal)
        deal.refresh_from_db()
        assert deal.state == state
    assert deal.negotiating_at is not None
    assert papers(deal)[-1] == (Paper.MEMORANDUM, PaperState.IN_FORCE)


def test_a_draft_that_says_the_same_keeps_its_paper_and_its_signature(cast):
    deal = make_deal(cast, State.CONFIDENTIAL)
    first = draft(cast, deal)
    sign_contract(contract=first.paper, by=cast.provider_head)
    assert draft(cast, deal, by=cast.recipient).paper == first.paper
    assert papers(deal) == [(Paper.MEMORANDUM, PaperState.HALF_SIGNED)]


@pytest.mark.parametrize(("change", "refused"), [({"plan": ""}, RuleBroken), ({"term_months": 0}, InputRefused)])  # fmt: skip
def test_a_memorandum_that_says_too_little_is_not_drawn_up(cast, change, refused):
    deal = make_deal(cast, State.CONFIDENTIAL)
    with pytest.raises(refused):
        draft(cast, deal, **change)
    assert not deal.memoranda.exists()
    assert contracts_of(deal.ref) == []


def test_a_memorandum_nobody_signed_goes_with_its_deal(cast):
    deal = make_deal(cast, State.CONFIDENTIAL)
    draft(cast, deal)
    actions.withdraw(deal=deal, words=NO, by=cast.recipient)
    assert papers(deal) == [(Paper.MEMORANDUM, PaperState.CANCELLED)]


def test_where_a_side_is_an_expert_the_other_side_agrees_to_the_draft(cast):
    deal = make_deal(cast, State.CONFIDENTIAL)
    Party.objects.filter(deal=deal, part="provider").update(organisation=None, person=cast.provider_head)  # fmt: skip
    made = draft(cast, deal, by=cast.recipient)
    assert made.paper is None
    with pytest.raises(RuleBroken, match="newer"):
        actions.agree_memorandum(deal=deal, number=made.number, by=cast.recipient_head)
    actions.agree_memorandum(deal=deal, number=made.number, by=cast.provider_head)
    deal.refresh_from_db()
    assert deal.state == State.NEGOTIATING


@pytest.mark.parametrize("state", [State.ASKED, State.INTRODUCED, State.CONFIDENTIAL, State.NEGOTIATING, State.CONTRACTING])  # fmt: skip
def test_a_side_withdraws_with_a_reason_before_the_contract(cast, state):
    deal = make_deal(cast, state)
    with pytest.raises(PermissionDenied):
        actions.withdraw(deal=deal, words=NO, by=cast.stranger)
    actions.withdraw(deal=deal, words=NO, by=cast.recipient_head)
    deal.refresh_from_db()
    assert (deal.state, deal.steps.last().words) == (State.WITHDRAWN, NO)
    with pytest.raises(RuleBroken, match="moved on"):
        actions.withdraw(deal=deal, words=NO, by=cast.recipient_head)


def test_every_move_leaves_its_words_and_its_maker(cast):
    deal = make_deal(cast, State.CONTRACTING)
    moves = [(s.move, s.part) for s in deal.steps.all()]
    assert moves == [
        ("", "recipient"), (Move.ACCEPT, "provider"), (Move.SIGN_NDA, "provider"),
        (Move.OPEN_ROOM, "recipient"), (Move.DRAFT_MEMORANDUM, "provider"),
        (Move.AGREE_MEMORANDUM, ""), (Move.PROPOSE_TERMS, "provider"),
        (Move.AGREE_TERMS, "recipient"),
    ]  # fmt: skip
