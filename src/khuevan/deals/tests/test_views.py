"""Pages of deals: from a listing's button to a closed deal, and who sees how much."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from defusedxml import ElementTree
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from khuevan.contracts.public import Milestone, contracts_of
from khuevan.deals import actions
from khuevan.deals.dated import nda_on
from khuevan.deals.joining import follow
from khuevan.deals.models import Broker, Deal, Reading
from khuevan.deals.models.deals import Answer
from khuevan.deals.queries.deals import Wanted, list_deals
from khuevan.deals.rules.room import Level
from khuevan.deals.rules.states import State
from khuevan.deals.term_forms import initial_of
from khuevan.exchange.tests.factories import (
    NEED,
    State as ListingState,
    different,
    make_listing,
    make_member,
)
from khuevan.platform import clock

from .factories import (
    TERMS,
    WHY,
    ask,
    finish_work,
    later,
    make_cast,
    make_deal,
    open_dispute,
    pay,
    with_royalty,
)
from .test_contact import pdf


pytestmark = pytest.mark.django_db


@pytest.fixture
def to(client):
    """Call a page as somebody: `to(person).get(name, …)` or `.post(name, …, field=…)`."""

    class As:
        def __init__(self, person):
            client.force_login(person)

        def get(self, name, /, *args, **query):
            return client.get(reverse(name, args=args), query)

        def post(self, name, /, *args, **data):
            return client.post(reverse(name, args=args), data)

    return As


def again(deal):
    deal.refresh_from_db()
    return deal


def test_a_deal_is_carried_from_the_listing_to_its_end_on_pages(to, cast):
    code = cast.listing.code
    assert reverse("deal-ask", args=[code]) in to(cast.recipient).get("exchange-listing", code).text  # fmt: skip
    assert to(cast.recipient).post("deal-ask", code, member=cast.buyer.pk, words="x").status_code == 422  # fmt: skip
    answer = to(cast.recipient).post("deal-ask", code, member=cast.buyer.pk, words=WHY)
    deal = Deal.objects.get()
    assert answer.url == reverse("deal", args=[deal.code])
    assert to(cast.provider).get("deal-action", deal.code, "accept").status_code == 200
    to(cast.provider).post("deal-action", deal.code, "accept")
    version = nda_on(clock.today()).version
    assert version in to(cast.provider_head).get("deal-nda", deal.code).text
    for head in (cast.provider_head, cast.recipient_head):
        to(head).post("deal-nda", deal.code, version=version)
    assert again(deal).state == State.CONFIDENTIAL
    file = SimpleUploadedFile("ban-ve.pdf", pdf(), "application/pdf")
    to(cast.provider).post("deal-action", deal.code, "file", file=file, level="nda", title="Bản vẽ")  # fmt: skip
    start = clock.now() + timedelta(days=3)
    to(cast.recipient).post("deal-action", deal.code, "meeting", starts_at=f"{start:%Y-%m-%dT%H:%M}", ends_at=f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M}", place="258 Võ Chí Công", agenda="Xem bản vẽ màng lọc")  # fmt: skip
    assert deal.meetings.count() == 1
    to(cast.provider).post("deal-action", deal.code, "memorandum", text="Hai bên thử trong ba tháng", plan="Bên giao gửi mẫu trước", term_months=6, confidential_years=2)  # fmt: skip
    [paper] = contracts_of(deal.ref)
    assert paper.address in to(cast.recipient_head).get("deal", deal.code).text
    for head in (cast.recipient_head, cast.provider_head):
        assert "Đọc và ký bản ghi nhớ" in to(head).get("deal", deal.code).text
        to(head).post("contract-action", paper.number, "sign", read="on")
        assert "Đọc và ký bản ghi nhớ" not in to(head).get("deal", deal.code).text  # fmt: skip
    follow(again(deal))
    assert again(deal).state == State.NEGOTIATING
    first = to(cast.provider).get("deal-propose", deal.code)
    assert cast.listing.title_vi in first.text
    told = {k: v for k, v in initial_of(TERMS).items() if v not in (None, "")} | {"after": 0, "note": "Bản đầu"}  # fmt: skip
    assert to(cast.provider).post("deal-propose", deal.code, **told).status_code == 302
    assert deal.versions.get().told == TERMS
    to(cast.recipient_head).post("deal-answer", deal.code, "agree", number=1)
    assert again(deal).state == State.CONTRACTING
    today = clock.today().isoformat()
    to(cast.staff).post("deal-action", deal.code, "signed", signed_on=today)
    to(cast.staff).post("deal-action", deal.code, "effect", effective_on=today)
    assert again(deal).state == State.PERFORMING
    for milestone in deal.milestones.all():
        page = to(cast.recipient).get("deal", deal.code)
        assert "/payments/" in page.text
        pay(milestone)
        file = SimpleUploadedFile("bien-ban.pdf", pdf(), "application/pdf")
        to(cast.provider).post("deal-milestone", deal.code, milestone.number, "deliver", evidence="Biên bản bàn giao", file=file)  # fmt: skip
        assert to(cast.recipient).get("deal-evidence", deal.code, milestone.number).status_code == 200  # fmt: skip
        to(cast.recipient).post("deal-milestone", deal.code, milestone.number, "accept")
    assert again(deal).state == State.CLOSED


@pytest.mark.parametrize("state", [s for s in State if s not in {State.DISPUTED, State.DECLINED, State.WITHDRAWN, State.SILENT, State.CLOSED, State.TERMINATED}])  # fmt: skip
def test_every_state_has_a_page_for_everybody_in_it_and_for_nobody_else(to, cast, state):  # fmt: skip
    deal = make_deal(cast, state, with_royalty())
    for person in (cast.provider, cast.recipient_head, cast.staff):
        assert to(person).get("deal", deal.code).status_code == 200
    for name, args in (("deal", ()), ("deal-terms", ()), ("deal-nda", ()), ("deal-action", ("withdraw",))):  # fmt: skip
        assert to(cast.stranger).get(name, deal.code, *args).status_code == 404
    assert to(cast.staff).get("deal-terms", deal.code).status_code == 403


def test_the_exchange_sees_where_a_deal_stands_not_what_it_says(to, cast):
    deal = make_deal(cast, State.NEGOTIATING)
    actions.propose_terms(deal=deal, terms=TERMS, after=0, note="Giá thấp nhất của chúng tôi", by=cast.provider)  # fmt: skip
    text = to(cast.staff).get("deal", deal.code).text
    assert "Giá thấp nhất" not in text
    assert "Giá thấp nhất" in to(cast.recipient).get("deal", deal.code).text


def test_a_lister_who_hides_is_known_once_introduced(to, db):
    cast = make_cast(different(3), levels={"provider": "nda"})
    deal = ask(cast)
    name = cast.exchange.institute.name
    text = to(cast.recipient).get("deal", deal.code).text + to(cast.recipient).get("deals").text  # fmt: skip
    assert name not in text
    actions.decline_contact(deal=deal, words="Chúng tôi đã bán cho bên khác", by=cast.provider)  # fmt: skip
    declined = to(cast.recipient).get("deal", deal.code).text
    assert name not in declined
    assert cast.provider.full_name not in declined
    assert to(cast.recipient).get("journal:traces", deal.ref).status_code == 404
    assert to(cast.provider).get("journal:traces", deal.ref).status_code == 200
    other = ask(cast)
    actions.accept_contact(deal=other, by=cast.provider)
    assert to(cast.recipient).get("journal:traces", other.ref).status_code == 200
    assert name in to(cast.recipient).get("deal", other.code).text


def test_both_see_what_differs_field_by_field_in_words(to, cast):
    deal = make_deal(cast, State.NEGOTIATING)
    actions.propose_terms(deal=deal, terms=TERMS, after=0, by=cast.provider)
    told = {k: v for k, v in initial_of(TERMS).items() if v not in (None, "")} | {"after": 1, "exclusive": "on", "penalty": "7,5", "m1_amount": "400.000.000"}  # fmt: skip
    assert to(cast.recipient).post("deal-propose", deal.code, **told).status_code == 302
    text = to(cast.provider).get("deal-terms", deal.code).text
    for words in ("7,5 %", "8 %", "400.000.000", "499.999.999"):
        assert words in text
    assert "{" not in text.partition("<main")[2].partition("</main")[0]
    second = deal.versions.get(number=2).told
    assert (second.exclusive, second.penalty, second.milestones[1].amount) == (True, 750, 400_000_000)  # fmt: skip
    assert second.milestones[0] == TERMS.milestones[0]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"penalty": "101"}, "penalty"), ({"penalty": "nhiều"}, "penalty"), ({"name": ""}, "name"),
        ({"objects": []}, "objects"), ({"m0_amount": "-5"}, "m0_amount"),
        ({"royalty_base": "net_price"}, "royalty_rate"), ({"m1_days": 1}, "Các mốc"),
        ({"form": "gift"}, "form"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_terms_is_said_and_nothing_kept(to, cast, change, where):
    deal = make_deal(cast, State.NEGOTIATING)
    told = {k: v for k, v in initial_of(TERMS).items() if v not in (None, "")} | {"after": 0} | change  # fmt: skip
    answer = to(cast.provider).post("deal-propose", deal.code, **told)
    assert answer.status_code == 422
    assert f"{where}" in answer.text.partition("error-summary__list")[2].partition("</ul>")[0]  # fmt: skip
    assert not deal.versions.exists()


def test_a_royalty_is_told_by_the_form(to, cast):
    deal = make_deal(cast, State.NEGOTIATING)
    terms = with_royalty()
    told = {k: v for k, v in initial_of(terms).items() if v not in (None, "")} | {"after": 0}  # fmt: skip
    to(cast.provider).post("deal-propose", deal.code, **told)
    assert deal.versions.get().told == terms


def test_who_answers_late_keeps_what_they_wrote(to, cast):
    deal = make_deal(cast, State.NEGOTIATING)
    actions.propose_terms(deal=deal, terms=TERMS, after=0, by=cast.provider)
    told = {k: v for k, v in initial_of(TERMS).items() if v not in (None, "")} | {"after": 0, "place": "Bắc Ninh"}  # fmt: skip
    answer = to(cast.recipient).post("deal-propose", deal.code, **told)
    assert answer.status_code == 422
    assert "Bắc Ninh" in answer.text


def test_a_copy_is_handed_out_by_post_and_logged_for_its_owner(to, cast):
    deal = make_deal(cast, State.CONFIDENTIAL)
    file = actions.put_file(deal=deal, content=pdf(), name="x.pdf", title="Bản vẽ", level=Level.NDA, by=cast.provider)  # fmt: skip
    assert to(cast.recipient).get("deal-file", deal.code, file.pk).status_code == 405
    answer = to(cast.recipient).post("deal-file", deal.code, file.pk)
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    mark = Reading.objects.get().mark
    assert mark in to(cast.provider).get("deal", deal.code).text
    assert mark not in to(cast.recipient).get("deal", deal.code).text
    for person in (cast.stranger, cast.staff):
        assert to(person).post("deal-file", deal.code, file.pk).status_code in (403, 404)  # fmt: skip
    to(cast.provider).post("deal-file-out", deal.code, file.pk)
    assert "Bản vẽ" not in to(cast.recipient).get("deal", deal.code).text.partition("<ol")[0]  # fmt: skip


def test_a_meeting_goes_into_a_calendar(to, cast):
    deal = make_deal(cast, State.INTRODUCED)
    start = clock.now() + timedelta(days=2)
    meeting = actions.call_meeting(deal=deal, starts_at=start, ends_at=start + timedelta(hours=1), link="https://example.org/hop", agenda="Xem mẫu màng lọc", by=cast.provider)  # fmt: skip
    told = Calendar.from_ical(to(cast.recipient).get("deal-meeting", deal.code, meeting.pk).content)  # fmt: skip
    [event] = told.walk("VEVENT")
    assert event["summary"].startswith(deal.code)
    assert event.decoded("dtstart") == start.replace(microsecond=0)
    assert to(cast.stranger).get("deal-meeting", deal.code, meeting.pk).status_code == 404  # fmt: skip
    with later(3):
        to(cast.recipient).post("deal-minutes", deal.code, meeting.pk, words="Hai bên hẹn thử mẫu")  # fmt: skip
    meeting.refresh_from_db()
    assert meeting.minutes


def test_invoice_data_say_who_what_and_how_much(to, cast):
    deal = make_deal(cast, State.PERFORMING)
    assert to(cast.provider).get("deal-invoice", deal.code, "milestone", 1, "xml").status_code == 404  # fmt: skip
    finish_work(cast, deal)
    told = json.loads(to(cast.provider).get("deal-invoice", deal.code, "milestone", 1, "json").content)  # fmt: skip
    assert (told["amount"], told["seller"], told["buyer"]) == (300_000_001, cast.exchange.institute.name, cast.buyer.name)  # fmt: skip
    root = ElementTree.fromstring(to(cast.recipient).get("deal-invoice", deal.code, "milestone", 2, "xml").content)  # fmt: skip
    assert root.findtext(".//TgTCThue") == "499999999"
    assert to(cast.stranger).get("deal-invoice", deal.code, "milestone", 1, "xml").status_code == 404  # fmt: skip
    for what, number, kind in (("milestone", 9, "xml"), ("milestone", 1, "pdf"), ("gift", 1, "xml")):  # fmt: skip
        assert to(cast.provider).get("deal-invoice", deal.code, what, number, kind).status_code == 404  # fmt: skip


def test_a_mediator_decides_on_a_page(to, cast):
    deal = make_deal(cast, State.PERFORMING)
    pay(deal.milestones.first())
    open_dispute(cast, deal)
    assert to(cast.staff).get("deal-action", deal.code, "mediator").status_code == 200
    assert to(cast.expert).get("deal-terms", deal.code).status_code == 200
    told = {"goes_on": "no", "words": "Công suất chỉ đạt một nửa"}
    assert to(cast.expert).post("deal-action", deal.code, "decide", **told).status_code == 422  # fmt: skip
    assert to(cast.recipient).post("deal-action", deal.code, "decide", **told, part_1=0).status_code == 403  # fmt: skip
    to(cast.expert).post("deal-action", deal.code, "decide", **told, part_1="100.000.000")  # fmt: skip
    assert again(deal).state == State.TERMINATED
    assert deal.milestones.first().released == 100_000_000


def test_reports_payouts_and_endings_have_their_pages(to, cast):
    deal = make_deal(cast, State.REPORTING, with_royalty())
    with later(200):
        assert to(cast.recipient).get("deal-report", deal.code, 1).status_code == 200
        figures = {"sales": "2.000.000.000", "discounts": 0, "reductions": 0, "returns": 0}  # fmt: skip
        to(cast.recipient).post("deal-report", deal.code, 1, **figures)
    assert deal.reports.first().royalty == 70_000_000
    assert to(cast.provider).get("deal-pay-out", deal.code).status_code == 403
    to(cast.staff).post(
        "deal-pay-out", deal.code, amount="800.000.000", reference="FT1"
    )
    to(cast.provider).post("deal-action", deal.code, "end", words="Hai bên đã thôi sản xuất")  # fmt: skip
    to(cast.recipient_head).post("deal-action", deal.code, "agree-end")
    assert again(deal).state == State.TERMINATED


def test_one_tap_answers_the_survey(to, cast):
    deal = make_deal(cast, State.INTRODUCED)
    with later(30):
        actions.ask_both(deal=deal, by=None)
    survey = deal.surveys.get(part="provider")
    assert str(survey.pk) in to(cast.provider).get("deal", deal.code).text
    to(cast.provider).post("deal-survey", deal.code, survey.pk, answer="elsewhere", value="1.000.000")  # fmt: skip
    survey.refresh_from_db()
    assert (survey.answer, survey.value) == (Answer.ELSEWHERE, 1_000_000)
    mine = deal.surveys.get(part="recipient")
    assert to(cast.provider).post("deal-survey", deal.code, mine.pk, answer="no").status_code == 403  # fmt: skip


def test_brokers_are_registered_and_chosen(to, cast):
    member, _person = make_member()
    assert to(cast.provider).get("deal-brokers").status_code == 200
    assert to(cast.provider).post("deal-brokers", member=member.pk).status_code == 403
    to(cast.staff).post("deal-brokers", member=member.pk)
    assert Broker.objects.in_force().count() == 2
    to(cast.recipient).post("deal-ask", cast.listing.code, member=cast.buyer.pk, words=WHY, broker=cast.broker.pk)  # fmt: skip
    deal = Deal.objects.get()
    assert deal.state == State.WITH_BROKER
    assert deal.code in to(cast.broker_person).get("deals", scope="broker").text
    to(cast.broker_person).post("deal-action", deal.code, "introduce", words="Hai bên hợp nhau")  # fmt: skip
    assert again(deal).state == State.ASKED
    broker = Broker.objects.in_force().get(member=member.pk)
    to(cast.staff).post("deal-broker-end", broker.pk)
    assert Broker.objects.in_force().count() == 1


def test_asking_over_a_need_says_who_paid(to, cast):
    need = make_listing(cast.exchange, ListingState.PUBLISHED, NEED)
    told = {"member": cast.buyer.pk, "words": WHY}
    assert to(cast.recipient).post("deal-ask", need.code, **told).status_code == 422
    to(cast.recipient).post("deal-ask", need.code, **told, state_funded="no")
    assert Deal.objects.get().state_funded is False


def test_the_worksheet_divides_a_profit(to, cast):
    text = to(cast.provider).get("deal-split", profit="1.000.000.001", author="30", broker="10", science="50").text  # fmt: skip
    assert "300.000.001" in text or "300.000.000" in text
    assert to(cast.provider).get("deal-split", profit="1", author="30", broker="11", science="50").status_code == 422  # fmt: skip
    assert to(cast.provider).get("deal-split").status_code == 200


def test_what_is_not_offered_is_not_done(to, cast):
    deal = make_deal(cast, State.ASKED)
    assert (
        to(cast.recipient).post("deal-action", deal.code, "accept").status_code == 403
    )
    assert to(cast.provider).post("deal-action", deal.code, "nonsense").status_code == 404  # fmt: skip
    assert to(cast.recipient).get("deal-action", deal.code, "accept").url == reverse("deal", args=[deal.code])  # fmt: skip
    assert again(deal).state == State.ASKED


# ---------------------------------------------------------------------------- lists


def test_a_list_is_narrowed_and_the_first_due_comes_first(cast):
    first = make_deal(cast, State.ASKED)
    assert [r.code for r in list_deals(cast.provider, Wanted())[0]] == [first.code]
    assert list_deals(cast.provider, Wanted(turn=True))[1] == 1
    assert list_deals(cast.recipient, Wanted(turn=True))[1] == 0
    assert list_deals(cast.staff, Wanted(scope="exchange", words=first.code[-4:]))[1] == 1  # fmt: skip
    assert list_deals(cast.staff, Wanted())[1] == 0
    assert list_deals(cast.stranger, Wanted(scope="exchange"))[1] == 0
    assert list_deals(cast.provider, Wanted(state="ended"))[1] == 0
    assert list_deals(cast.provider, Wanted(late=True))[1] == 0
    with later(30):
        [row] = list_deals(cast.provider, Wanted(late=True))[0]
    assert row.late


def test_a_list_needs_as_many_queries_for_many_deals_as_for_one(cast):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as told:
            list_deals(cast.staff, Wanted(scope="exchange"))
        return len(told)

    ask(cast)
    few = queries()
    for number in range(4):
        listing = make_listing(cast.exchange, ListingState.PUBLISHED, different(number))
        actions.ask_contact(listing=listing.code, member=cast.buyer.pk, words=WHY, by=cast.recipient)  # fmt: skip
    assert queries() == few <= 8


def test_many_milestones_fit_the_form(to, cast):
    deal = make_deal(cast, State.NEGOTIATING)
    many = tuple(Milestone(f"Mốc {n}", "Biên bản", n, n) for n in range(1, 13))
    told = {k: v for k, v in initial_of(TERMS).items() if not k.startswith("m") and v not in (None, "")} | {"after": 0, "methods": ["documents"]}  # fmt: skip
    for n, milestone in enumerate(many):
        told |= {f"m{n}_title": milestone.title, f"m{n}_shown_by": milestone.shown_by, f"m{n}_days": milestone.days, f"m{n}_amount": milestone.amount}  # fmt: skip
    to(cast.provider).post("deal-propose", deal.code, **told)
    assert deal.versions.get().told.milestones == many


def test_a_listing_leads_to_the_deal_one_has_over_it(to, cast):
    ask = reverse("deal-ask", args=[cast.listing.code])
    assert ask in to(cast.recipient).get("exchange-listing", cast.listing.code).text
    deal = make_deal(cast)
    page = to(cast.recipient).get("exchange-listing", cast.listing.code).text
    assert ask not in page
    assert reverse("deal", args=[deal.code]) in page
    actions.withdraw(deal=deal, words="Không thống nhất được giá", by=cast.recipient)
    assert ask in to(cast.recipient).get("exchange-listing", cast.listing.code).text


def test_the_exchange_is_told_that_nobody_decided_on_its_fee(to, cast, monkeypatch):
    words, missing = "Sàn chưa thu phí", "khuevan.deals.views.lists.fee_undecided_after"
    monkeypatch.setattr(missing, lambda day: None)
    assert words not in to(cast.staff).get("deals").text
    monkeypatch.setattr(missing, lambda day: date(2028, 2, 2))
    assert words in to(cast.staff).get("deals").text
    assert words not in to(cast.provider).get("deals").text
