"""What is done twice, too early, or by somebody with no part; experts as sides."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from pypdf import PdfReader

from khuevan.deals import actions
from khuevan.deals.dated import bases, nda_on, share_rule_on
from khuevan.deals.models import Deal
from khuevan.deals.payable import _milestone_paid, _royalty_paid
from khuevan.deals.queries.deals import Wanted, list_deals
from khuevan.deals.rules.room import Level, readable
from khuevan.deals.rules.shares import check_broker
from khuevan.deals.rules.states import Part, State
from khuevan.deals.tasks import watch
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import AppointmentFactory
from khuevan.exchange.tests.factories import make_expert
from khuevan.notices.tests.factories import notices_of
from khuevan.payments.public import orders_of
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import (
    WHY,
    ask,
    day,
    finish_work,
    later,
    make_deal,
    open_dispute,
    pay,
    with_royalty,
)
from .test_contact import pdf
from .test_performing import FIGURES, WRONG


pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_an_expert_deals_and_binds_in_person(cast):
    member, person = make_expert()
    deal = actions.ask_contact(listing=cast.listing.code, member=member.pk, words=WHY, by=person)  # fmt: skip
    assert deal.parties.get(part="recipient").name == person.full_name
    actions.accept_contact(deal=deal, by=cast.provider)
    assert person in {n.person for n in notices_of("deals.contact_accepted")}
    actions.agree_nda(deal=deal, version=nda_on(clock.today()).version, by=person)
    assert [row.mine for row in list_deals(person, Wanted())[0]] == [frozenset({Part.RECIPIENT})]  # fmt: skip


def test_what_was_ended_or_taken_out_is_not_ended_again(cast):
    actions.end_broker(broker=cast.broker, by=cast.staff)
    with pytest.raises(RuleBroken, match="no broker"):
        actions.end_broker(broker=cast.broker, by=cast.staff)
    deal = make_deal(cast, State.CONFIDENTIAL)
    file = actions.put_file(deal=deal, content=pdf(), name="x.pdf", title="", level=Level.NDA, by=cast.provider)  # fmt: skip
    actions.take_out_file(file=file, by=cast.provider)
    with pytest.raises(RuleBroken, match="no longer"):
        actions.take_out_file(file=file, by=cast.provider)
    with pytest.raises(PermissionDenied):
        actions.take_out_file(file=file, by=cast.stranger)


def test_a_side_is_no_broker_and_nobody_registers_who_is_not_there(cast):
    with pytest.raises(RuleBroken, match="no such member"):
        actions.register_broker(member=uuid4(), by=cast.staff)
    broker = actions.register_broker(member=cast.buyer.pk, by=cast.staff)
    with pytest.raises(RuleBroken, match="between two others"):
        actions.ask_contact(listing=cast.listing.code, member=cast.buyer.pk, words=WHY, broker=broker, by=cast.recipient)  # fmt: skip
    assert not Deal.objects.exists()


def test_a_full_room_takes_nothing_more(cast, monkeypatch):
    monkeypatch.setattr("khuevan.deals.actions.room.MOST_FILES", 1)
    monkeypatch.setattr("khuevan.deals.documents.copies.MOST_PAGES", 1)
    deal = make_deal(cast, State.CONFIDENTIAL)
    told = {"deal": deal, "name": "x.pdf", "title": "", "level": Level.NDA, "by": cast.provider}  # fmt: skip
    with pytest.raises(RuleBroken, match="pages"):
        actions.put_file(content=pdf(2), **told)
    actions.put_file(content=pdf(1), **told)
    with pytest.raises(RuleBroken, match="at most 1"):
        actions.put_file(content=pdf(1), **told)


def test_the_contract_is_noted_once_and_in_order(cast):
    deal = make_deal(cast, State.CONTRACTING)
    with pytest.raises(RuleBroken, match="after it was signed"):
        actions.note_registered(deal=deal, registered_on=day(), by=cast.staff)
    actions.note_signed(deal=deal, signed_on=day(), by=cast.staff)
    with pytest.raises(RuleBroken, match="already"):
        actions.note_signed(deal=deal, signed_on=day(), by=cast.staff)
    with pytest.raises(RuleBroken, match="No money"):
        actions.pay_out(deal=deal, amount=1, reference="FT", by=cast.staff)


def test_what_the_bank_tells_twice_is_held_once(cast, settings):
    deal = make_deal(cast, State.PERFORMING)
    first = deal.milestones.first()
    pay(first)
    [order] = orders_of(first.ref)
    first.refresh_from_db()
    before = first.paid_at
    _milestone_paid(first.ref, order, None)
    first.refresh_from_db()
    assert first.paid_at == before
    settings.PAYMENTS_SANDBOX = False
    with pytest.raises(RuleBroken, match="number of the transfer"):
        actions.pay_out(deal=deal, amount=1, reference=" ", by=cast.staff)
    assert actions.note_returned(milestone=first, order=order, by=None) == 0


def test_the_paper_for_money_in_escrow_is_no_receipt_of_fees(client, cast):
    first = make_deal(cast, State.PERFORMING).milestones.first()
    pay(first)
    [order] = orders_of(first.ref)
    answer = client.get(reverse("payments-receipt-file", args=[order.token]))
    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert "ĐÃ NHẬN TIỀN BẢO CHỨNG" in text
    assert "LỆ PHÍ" not in text


def test_a_milestone_is_delivered_once_and_sent_back_once(cast):
    deal = make_deal(cast, State.PERFORMING)
    first = deal.milestones.first()
    told = {"milestone": first, "evidence": "Biên bản kèm theo", "by": cast.provider}
    actions.deliver(**told)
    with pytest.raises(RuleBroken, match="already"):
        actions.deliver(**told)
    actions.send_back_work(milestone=first, words=WRONG, by=cast.recipient)
    with pytest.raises(RuleBroken, match="not delivered"):
        actions.send_back_work(milestone=first, words=WRONG, by=cast.recipient)


def test_money_for_a_dropped_milestone_is_refused(cast):
    deal = make_deal(cast, State.PERFORMING)
    first = deal.milestones.first()
    [order] = orders_of(first.ref)
    actions.ask_end(deal=deal, words=WRONG, by=cast.recipient)
    actions.agree_end(deal=deal, by=cast.provider_head)
    with pytest.raises(RuleBroken, match="give the money back"):
        _milestone_paid(first.ref, order, None)


def test_a_report_is_filed_and_paid_once(cast):
    deal = make_deal(cast, State.REPORTING, with_royalty())
    report = deal.reports.first()
    with later((report.last - clock.today()).days + 1):
        actions.file_report(report=report, figures=FIGURES, by=cast.recipient)
        with pytest.raises(RuleBroken, match="already"):
            actions.file_report(report=report, figures=FIGURES, by=cast.recipient)
        pay(report)
        report.refresh_from_db()
        before = report.paid_at
        _royalty_paid(report.ref, orders_of(report.ref)[0], None)
        report.refresh_from_db()
        assert report.paid_at == before


def test_in_a_dispute_only_the_mediator_ends_and_with_a_decision(cast):
    deal = open_dispute(cast, make_deal(cast, State.PERFORMING))
    with pytest.raises(RuleBroken, match="mediator decides"):
        actions.agree_end(deal=deal, by=cast.expert)
    AppointmentFactory.create(person=cast.staff, organisation=cast.buyer.organisation, role=Role.OFFICIAL)  # fmt: skip
    with pytest.raises(RuleBroken, match="apart"):
        actions.name_mediator(deal=deal, person=type(cast.staff).objects.get(pk=cast.staff.pk), by=None)  # fmt: skip


def test_a_dispute_without_held_money_is_decided_all_the_same(cast):
    deal = open_dispute(cast, make_deal(cast, State.PERFORMING))
    actions.decide_dispute(deal=deal, parts={}, goes_on=False, words=WRONG, by=cast.expert)  # fmt: skip
    deal.refresh_from_db()
    assert deal.state == State.TERMINATED


def test_an_ended_deal_is_chased_no_more(cast):
    deal = ask(cast)
    actions.withdraw(deal=deal, words=WRONG, by=cast.recipient)
    assert not actions.chase(deal=deal, by=None)
    watch(0)


def test_the_watch_marks_late_reports_and_asks(cast):
    deal = make_deal(cast, State.REPORTING, with_royalty())
    first = deal.reports.first()
    with later((first.due_on - clock.today()).days + 1):
        watch(0)
    first.refresh_from_db()
    assert first.late_at is not None


def test_every_rule_of_the_law_names_its_document():
    assert {"76/2018/NĐ-CP", "459/NQ-HĐND"} <= {basis.reference for basis in bases()}


def test_a_list_keeps_one_state_or_what_waits_for_the_exchange(cast):
    deal = ask(cast)
    assert list_deals(cast.provider, Wanted(state="asked"))[1] == 1
    assert list_deals(cast.provider, Wanted(state="introduced"))[1] == 0
    assert list_deals(cast.staff, Wanted(scope="exchange", turn=True))[1] == 0
    for _ in range(2):
        deal.refresh_from_db()
        with clock.telling(deal.due_at):
            actions.chase(deal=deal, by=None)
    assert list_deals(cast.staff, Wanted(scope="exchange", turn=True))[1] == 1


def test_no_room_is_read_before_the_nda_or_after_the_end():
    assert not readable(Level.NDA, State.INTRODUCED)
    assert not readable(Level.NDA, State.CLOSED)
    assert readable(Level.NDA, State.CONFIDENTIAL)
    assert not readable(Level.MEMORANDUM, State.CONFIDENTIAL)


@pytest.mark.parametrize("share", [-1, 10_001])
def test_a_brokers_share_is_a_share(share):
    with pytest.raises(RuleBroken, match="between 0 and 100"):
        check_broker(share, state_funded=False, rule=share_rule_on(clock.today()))


# ------------------------------------------------------------------- on their pages


def page(client, person, name, *args):
    client.force_login(person)
    return client.get(reverse(name, args=args))


def test_the_journal_says_in_words_what_happened_to_who_may_see_the_deal(client, cast):
    deal = make_deal(cast, State.PERFORMING)
    finish_work(cast, deal)
    for person, status in ((cast.provider, 200), (cast.staff, 200), (cast.stranger, 404)):  # fmt: skip
        assert page(client, person, "journal:traces", deal.ref).status_code == status
    assert "nghiệm thu" in page(client, cast.provider, "journal:traces", deal.ref).text
    assert page(client, cast.stranger, "journal:traces", cast.broker.ref).status_code == 200  # fmt: skip
    client.logout()
    assert client.get(reverse("journal:traces", args=[deal.ref])).status_code in (302, 404)  # fmt: skip


def test_a_royalty_is_told_in_words_and_invoiced(client, cast):
    deal = make_deal(cast, State.REPORTING, with_royalty())
    text = page(client, cast.provider, "deal-terms", deal.code).text
    assert "3,5 %" in text
    assert "10.000.000" in text
    report = deal.reports.first()
    assert page(client, cast.provider, "deal-invoice", deal.code, "royalty", 1, "json").status_code == 404  # fmt: skip
    with later((report.last - clock.today()).days + 1):
        actions.file_report(report=report, figures=FIGURES, by=cast.recipient)
    told = page(client, cast.provider, "deal-invoice", deal.code, "royalty", 1, "json").json()  # fmt: skip
    assert told["amount"] == 63_000_000


def test_a_stale_answer_says_why(client, cast):
    deal = make_deal(cast, State.NEGOTIATING)
    client.force_login(cast.recipient_head)
    answer = client.post(reverse("deal-answer", args=[deal.code, "agree"]), {"number": 7}, follow=True)  # fmt: skip
    assert answer.status_code == 200
    assert client.post(reverse("deal-answer", args=[deal.code, "x"]), {"number": 7}).status_code == 404  # fmt: skip
    assert client.post(reverse("deal-answer", args=[deal.code, "agree"]), {"number": "x"}).status_code == 403  # fmt: skip
    contracting = client.get(reverse("deal-propose", args=[deal.code]))
    assert contracting.status_code == 200


def test_who_asks_without_being_a_member_joins_first(client, cast):
    client.force_login(cast.stranger)
    assert client.get(reverse("deal-ask", args=[cast.listing.code])).url == reverse("exchange-join")  # fmt: skip
    assert client.get(reverse("deal-ask", args=["CN00-000000"])).status_code == 404
    assert reverse("deals") in page(client, cast.provider, "exchange-mine").text
    own = page(client, cast.provider, "exchange-listing", cast.listing.code).text
    assert reverse("deal-ask", args=[cast.listing.code]) not in own
