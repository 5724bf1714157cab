"""Pages of the pool, as those it concerns meet them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.experts import actions
from khuevan.experts.models import Booking, Expert, MinutesPaper
from khuevan.experts.rules.bookings import State
from khuevan.experts.rules.pool import Standing, Tie
from khuevan.feedback.public import ratings_of
from khuevan.platform import clock
from khuevan.valuation.public import register_names

from .factories import (
    FIELD,
    QUESTION,
    WHY,
    make_applicant,
    make_expert,
    report,
    slot,
    stranger,
)


pytestmark = pytest.mark.django_db


@pytest.fixture
def to(client):
    """Call a page as somebody: `to(person).get(name, …)` or `.post(name, …, field=…)`."""

    class As:
        def __init__(self, person):
            client.logout()
            if person is not None:
                client.force_login(person)

        def get(self, name, /, *args, **query):
            return client.get(reverse(name, args=args), query)

        def post(self, name, /, *args, **told):
            return client.post(reverse(name, args=args), told)

    return As


def typed(instant):
    return instant.astimezone(clock.HANOI).strftime("%Y-%m-%dT%H:%M")


def question(*experts, **more):
    return {
        "experts": [str(e.pk) for e in experts], "title": "Màng lọc gốm", "question": QUESTION,
        "start_1": typed(slot()), "minutes": 60, **more,
    }  # fmt: skip


def test_everybody_reads_the_pool_without_contact_details(to, cast):
    person = cast.expert.person
    person.phone = "0912345678"
    person.save()
    for name, args in (("experts", []), ("expert", [cast.expert.pk])):
        page = to(None).get(name, *args).content.decode()
        assert person.full_name in page
        assert "600.000" in page or "600,000" in page
        assert person.email not in page
        assert "0912345678" not in page


def test_the_pool_is_narrowed_by_field_language_and_words(to, cast):
    register_names(fields={FIELD: "Environment", "energy": "Energy"}, kinds={})
    other = make_expert(cast.keeper, fields=["energy"], languages=["ja"], headline="Pin mặt trời")  # fmt: skip
    for query in ({"field": "energy"}, {"language": "ja"}, {"words": "pin mat troi"}):
        page = to(None).get("experts", **query).content.decode()
        assert other.person.full_name in page
        assert cast.expert.person.full_name not in page


def test_the_pool_takes_the_same_queries_however_many(to, cast):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            to(None).get("experts")
        counts.append(len(queries))
        for _ in range(4):
            make_expert(cast.keeper)
    assert counts[0] == counts[1]


def test_one_s_bookings_take_the_same_queries_however_many(to, cast):
    counts = []
    for days in (3, 9):
        cast.ask(starts=[slot(days)])
        to(cast.asker).get("expert-bookings")
        with CaptureQueriesContext(connection) as queries:
            assert to(cast.asker).get("expert-bookings").status_code == 200
        counts.append(len(queries))
        for more in range(4):
            cast.ask(starts=[slot(days + more)])
    assert counts[0] == counts[1]


def test_somebody_applies_and_the_keeper_admits_with_a_reason(to, cast):
    person = stranger()
    told = {"headline": "Pin mặt trời mái nhà", "fields_of": ["energy"], "languages": ["vi"], "amount": "1.200.000"}  # fmt: skip
    assert to(person).post("expert-apply", **{**told, "headline": "Pin"}).status_code == 422  # fmt: skip
    assert to(person).post("expert-apply", **told).status_code == 302
    expert = Expert.objects.get(person=person)
    assert to(None).get("expert", expert.pk).status_code == 404
    assert (
        expert.person.full_name in to(cast.keeper).get("expert-desk").content.decode()
    )
    assert to(cast.keeper).post("expert-action", expert.pk, "admit", reason=WHY).status_code == 302  # fmt: skip
    expert.refresh_from_db()
    assert expert.standing == Standing.ADMITTED
    assert expert.rates.get().amount == 1_200_000


def test_who_is_proposed_reads_it_and_agrees(to, cast):
    person = stranger()
    to(cast.asker).post("expert-propose", username=person.username, reason=WHY)
    expert = Expert.objects.get(person=person)
    assert WHY in to(person).get("expert", expert.pk).content.decode()
    to(person).post("expert-action", expert.pk, "agree", headline="Pin mặt trời mái nhà", fields_of=["energy"], languages=["vi"], amount="0")  # fmt: skip
    expert.refresh_from_db()
    assert expert.standing == Standing.APPLIED


def test_an_expert_keeps_their_own_page(to, cast):
    person, pk = cast.expert.person, cast.expert.pk
    do = to(person)
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    posts = (
        ("profile", {"headline": "Nước thải dệt nhuộm", "fields_of": [FIELD], "languages": ["vi"]}),
        ("rate", {"amount": "700 000", "valid_from": tomorrow}),
        ("tie", {"tie": "owns", "organisation": cast.firm.code}),
        ("absence", {"first": tomorrow, "last": tomorrow}),
        ("evidence", {"title": "Chứng chỉ", "file": SimpleUploadedFile("a.txt", b"chung chi")}),
    )  # fmt: skip
    for slug, told in posts:
        assert do.post("expert-action", pk, slug, **told).status_code == 302, slug
    page = do.get("expert", pk).content.decode()
    assert cast.firm.name in page
    paper = cast.expert.evidence.get()
    assert paper.file.sha256 in page
    assert to(cast.keeper).get("expert-paper", pk, paper.pk).content == b"chung chi"
    assert to(stranger()).get("expert-paper", pk, paper.pk).status_code == 403
    tie = cast.expert.interests.get()
    assert to(cast.keeper).post("expert-tie-end", tie.pk, valid_to=clock.today()).status_code == 404  # fmt: skip
    assert to(person).post("expert-tie-end", tie.pk, valid_to=clock.today().isoformat()).status_code == 302  # fmt: skip
    tie.refresh_from_db()
    assert tie.valid_to == clock.today()


def test_a_tie_is_told_to_whom_it_concerns_and_to_nobody_else(to, cast):
    actions.declare_interest(expert=cast.expert, tie=Tie.FAMILY, organisation=cast.firm, by=cast.expert.person)  # fmt: skip
    page = to(cast.asker).get("expert", cast.expert.pk).content.decode()
    assert cast.firm.name in page
    assert "gia đình" not in page
    assert reverse("expert-book") + f"?expert={cast.expert.pk}" not in page
    assert cast.firm.name not in to(stranger()).get("expert", cast.expert.pk).content.decode()  # fmt: skip


def test_a_question_is_put_answered_held_confirmed_and_paid(to, cast):
    answer = to(cast.asker).post("expert-book", **question(cast.expert, cast.second, organisation=cast.firm.pk))  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    booking = Booking.objects.get(expert=cast.expert)
    expert = to(cast.expert.person)
    told = {"start": booking.starts[0].isoformat()}
    assert expert.post("expert-booking-action", booking.code, "accept", **told).status_code == 422  # fmt: skip
    expert.post("expert-booking-action", booking.code, "accept", declared="on", **told)
    booking.refresh_from_db()
    assert booking.state == State.AGREED
    [event] = Calendar.from_ical(expert.get("expert-booking-calendar", booking.code).content).events  # fmt: skip
    assert event.decoded("dtstart") == booking.time.lower
    with clock.telling(booking.time.upper):
        told = {"asked": "Hỏi về độ bền", "found": "Mẫu thử chịu được", "advised": "Thử thêm ba tháng", "worked": 60}  # fmt: skip
        file = SimpleUploadedFile("so-lieu.txt", b"so lieu")
        to(cast.expert.person).post("expert-booking-action", booking.code, "report", file=file, **told)  # fmt: skip
        paper = MinutesPaper.objects.get()
        do = to(cast.asker)
        assert do.get("expert-booking-paper", booking.code, paper.pk).content == b"so lieu"  # fmt: skip
        do.post("expert-booking-action", booking.code, "confirm", version=1)
        page = do.get("expert-booking", booking.code).content.decode()
        assert "/payments/" in page
        assert "/payments/" not in to(cast.expert.person).get("expert-booking", booking.code).content.decode()  # fmt: skip
    booking.refresh_from_db()
    assert (booking.state, booking.amount) == (State.OWED, 600_000)


def test_advice_that_is_paid_is_rated_without_a_name(to, client, cast):
    booking = cast.closed()
    leads = to(cast.asker).get("expert-booking-rate", booking.code)
    assert leads.status_code == 302
    assert client.post(leads.url, {"good": "1", "stars": "5", "comment": ""}).status_code == 302  # fmt: skip
    assert [r.stars for r in ratings_of(booking.ref)] == [5]
    for person in (cast.expert.person, cast.keeper):
        assert to(person).get("expert-booking-rate", booking.code).status_code == 404
    page = to(None).get("expert", cast.expert.pk).content.decode()
    assert "★" not in page


def test_the_keeper_notes_what_left_for_the_bank(to, cast):
    booking = cast.closed()
    assert booking.code in to(cast.keeper).get("expert-desk").content.decode()
    told = {"reference": "UNC 7/2026"}
    assert to(cast.asker).post("expert-booking-pay-out", booking.code, **told).status_code == 403  # fmt: skip
    assert to(cast.keeper).post("expert-booking-pay-out", booking.code, **told).status_code == 302  # fmt: skip
    booking.refresh_from_db()
    assert booking.paid_out == "UNC 7/2026"


@pytest.mark.parametrize("slug", ["accept", "propose", "decline", "take", "report", "confirm", "dispute", "settle", "call-off"])  # fmt: skip
def test_a_booking_is_nothing_to_strangers_and_untouched_by_the_wrong_side(to, cast, slug):  # fmt: skip
    [booking] = cast.ask()
    assert to(stranger()).post("expert-booking-action", booking.code, slug).status_code == 404  # fmt: skip
    wrong = cast.expert.person if slug in {"take", "confirm", "dispute", "report", "settle"} else cast.keeper  # fmt: skip
    before = Booking.objects.values().get(pk=booking.pk)
    assert to(wrong).post("expert-booking-action", booking.code, slug, words=WHY, declared="on").status_code == 403  # fmt: skip
    assert Booking.objects.values().get(pk=booking.pk) == before


def test_only_the_keeper_opens_the_desk_and_decides(to, cast):
    applied = make_applicant()
    for person in (cast.asker, stranger(), make_person(Role.OFFICIAL)):
        assert to(person).get("expert-desk").status_code == 403
        assert to(person).post("expert-action", applied.pk, "admit", reason=WHY).status_code == 404  # fmt: skip
    applied.refresh_from_db()
    assert applied.standing == Standing.APPLIED


def test_every_form_of_a_booking_can_be_opened(to, cast):
    [asked] = cast.ask()
    for slug in ("accept", "propose", "decline", "call-off"):
        assert to(cast.expert.person).get("expert-booking-action", asked.code, slug).status_code == 200  # fmt: skip
    reported = cast.reported(starts=[slot(9)])
    for slug in ("confirm", "dispute"):
        assert to(cast.asker).get("expert-booking-action", reported.code, slug).status_code == 200  # fmt: skip
    with clock.telling(reported.since + timedelta(minutes=5)):
        actions.dispute(booking=reported, words=WHY, by=cast.asker)
        page = to(cast.expert.person).get("expert-booking-action", reported.code, "amend").content.decode()  # fmt: skip
        assert "Mẫu thử chịu được độ pH 12." in page
        reported.refresh_from_db()
        report(reported)
