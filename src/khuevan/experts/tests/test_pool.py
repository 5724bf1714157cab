"""Applying, being proposed, admitted, refused; ties, rates, absences, papers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from khuevan.directory.public import Role
from khuevan.directory.tests.factories import AppointmentFactory, make_person
from khuevan.experts import actions
from khuevan.experts.dated import cooling_on
from khuevan.experts.models import Absence, Evidence, Expert, Interest, Rate
from khuevan.experts.queries.conflicts import conflicts_among, conflicts_of
from khuevan.experts.queries.pool import rate_on
from khuevan.experts.rules.pool import Standing, Tie, counts
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken

from .factories import (
    FIELD,
    LONG_AGO,
    RATE,
    WHY,
    make_applicant,
    make_expert,
    make_firm,
    stranger,
)


pytestmark = pytest.mark.django_db


def kinds(subject: str) -> list[str]:
    return [fact.kind.removeprefix("experts.") for fact in facts_about(subject)]


def test_who_applied_is_admitted_by_the_keeper_with_a_reason(cast):
    expert = make_applicant()
    assert expert.standing == Standing.APPLIED
    assert expert.due_at is not None
    admitted = actions.admit(expert=expert, reason=WHY, by=cast.keeper)
    assert admitted.standing == Standing.ADMITTED
    assert admitted.due_at is None
    assert kinds(expert.ref) == ["expert_applied", "expert_admitted"]


@pytest.mark.parametrize("decide", [actions.admit, actions.refuse])
def test_nobody_else_admits_and_no_keeper_decides_on_themselves(cast, decide):
    own = make_applicant(cast.keeper)
    for expert, by in ((make_applicant(), stranger()), (own, cast.keeper)):
        with pytest.raises(PermissionDenied):
            decide(expert=expert, reason=WHY, by=by)
        expert.refresh_from_db()
        assert expert.standing == Standing.APPLIED


def test_a_refusal_takes_a_reason_and_may_be_followed_by_a_new_application(cast):
    expert = make_applicant()
    with pytest.raises(RuleBroken, match="at least 10"):
        actions.refuse(expert=expert, reason="Không", by=cast.keeper)
    expert.refresh_from_db()
    assert expert.standing == Standing.APPLIED
    actions.refuse(expert=expert, reason=WHY, by=cast.keeper)
    again = make_applicant(expert.person)
    assert again.pk == expert.pk
    assert again.standing == Standing.APPLIED


def test_nobody_applies_for_another_or_twice(cast):
    with pytest.raises(PermissionDenied):
        actions.apply(
            person=stranger(), headline="Xử lý nước thải", experience="", fields=[FIELD],
            languages=["vi"], amount=RATE, by=stranger(),
        )  # fmt: skip
    with pytest.raises(RuleBroken, match="in the pool"):
        make_applicant(cast.expert.person)
    assert Expert.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"headline": "Nước"}, "headline"), ({"fields": ["x"]}, "fields"),
        ({"languages": []}, "languages"), ({"amount": -1}, "amount"),
    ],
)  # fmt: skip
def test_a_profile_that_says_nothing_is_refused(cast, more, field):
    with pytest.raises(RuleBroken) as refused:
        make_applicant(**more)
    assert refused.value.field == field
    assert Expert.objects.count() == 2


def test_who_is_proposed_agrees_themselves_before_anything_is_shown(cast):
    person = stranger()
    expert = actions.propose_expert(person=person, reason=WHY, by=cast.asker)
    assert expert.standing == Standing.PROPOSED
    assert not Expert.objects.visible_to(cast.asker).filter(pk=expert.pk).exists()
    with pytest.raises(RuleBroken, match="stands now"):
        actions.admit(expert=expert, reason=WHY, by=cast.keeper)
    applied = actions.agree_to_apply(
        expert=expert, headline="Xử lý nước thải", experience="", fields=[FIELD],
        languages=["vi"], amount=RATE, by=person,
    )  # fmt: skip
    assert applied.standing == Standing.APPLIED
    with pytest.raises(RuleBroken, match="Apply yourself"):
        actions.propose_expert(person=cast.asker, reason=WHY, by=cast.asker)


def test_earlier_rates_stay_and_one_day_has_one(cast):
    later = clock.today() + timedelta(days=10)
    actions.set_rate(expert=cast.expert, amount=900_000, valid_from=later, by=cast.expert.person)  # fmt: skip
    assert rate_on(cast.expert, clock.today()) == RATE
    assert rate_on(cast.expert, later) == 900_000
    for day in (later, clock.today() - timedelta(days=1)):
        with pytest.raises(RuleBroken):
            actions.set_rate(expert=cast.expert, amount=1, valid_from=day, by=cast.expert.person)  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.set_rate(expert=cast.expert, amount=1, valid_from=later + timedelta(days=1), by=cast.keeper)  # fmt: skip
    assert Rate.objects.filter(expert=cast.expert).count() == 2


def test_who_leaves_the_pool_is_seen_no_more_and_not_while_booked(cast):
    cast.ask()
    with pytest.raises(RuleBroken, match="open bookings"):
        actions.withdraw_expert(expert=cast.expert, reason=WHY, by=cast.expert.person)
    cast.expert.refresh_from_db()
    assert cast.expert.standing == Standing.ADMITTED
    actions.withdraw_expert(expert=cast.second, reason=WHY, by=cast.keeper)
    assert list(Expert.objects.visible_to(stranger())) == [cast.expert]


# ----------------------------------------------------------------------------- ties


def declare(cast, organisation, tie=Tie.OWNS, **more):
    return actions.declare_interest(expert=cast.expert, tie=tie, organisation=organisation, by=cast.expert.person, **more)  # fmt: skip


@pytest.mark.parametrize("tie", [Tie.WORKED, Tie.OWNS, Tie.ADVISES, Tie.FAMILY])
def test_a_declared_tie_is_a_conflict_while_it_lasts_and_a_year_after(cast, tie):
    made = declare(cast, cast.firm, tie)
    today = clock.today()
    assert [c.tie for c in conflicts_of(cast.expert, [cast.firm.pk], today)] == [tie]
    assert conflicts_of(cast.second, [cast.firm.pk], today) == []
    assert conflicts_of(cast.expert, [make_firm().pk], today) == []
    actions.end_interest(interest=made, valid_to=today, by=cast.expert.person)
    assert conflicts_of(cast.expert, [cast.firm.pk], today + timedelta(days=365))
    assert conflicts_of(cast.expert, [cast.firm.pk], today + timedelta(days=366)) == []


def test_public_words_of_an_expert_hold_no_contacts(cast):
    told = {"fields": [FIELD], "languages": ["vi"]}
    before = (cast.expert.headline, cast.expert.experience)
    for words in (
        {"headline": "Xử lý nước, gọi 0912 345 678", "experience": ""},
        {"headline": "Xử lý nước thải dệt nhuộm", "experience": "Thư về toi@vidu.vn"},
    ):
        with pytest.raises(InputRefused, match="is a contact"):
            actions.change_profile(expert=cast.expert, **words, **told, paused=False, by=cast.expert.person)  # fmt: skip
        cast.expert.refresh_from_db()
        assert (cast.expert.headline, cast.expert.experience) == before
        person = stranger()
        with pytest.raises(InputRefused, match="is a contact"):
            actions.apply(person=person, **words, **told, amount=0, by=person)
        assert not Expert.objects.filter(person=person).exists()


def test_a_tie_to_come_is_none_yet():
    today = clock.today()
    assert not counts(today + timedelta(days=1), None, today, 365)
    assert counts(None, None, today, 365)
    assert not counts(LONG_AGO, LONG_AGO, today, 365)


def test_posts_of_the_directory_are_ties_without_being_declared(cast):
    AppointmentFactory.create(person=cast.expert.person, organisation=cast.firm, role=Role.MEMBER)  # fmt: skip
    [found] = conflicts_of(cast.expert, [cast.firm.pk], clock.today())
    assert (found.tie, found.name) == (Tie.POST, cast.firm.name)


def test_a_post_that_ended_is_a_tie_for_as_long_as_a_declared_one(cast):
    ended = clock.today() - timedelta(days=1)
    AppointmentFactory.create(person=cast.expert.person, organisation=cast.firm, valid_to=ended)  # fmt: skip
    cooling = cooling_on(clock.today())
    [found] = conflicts_of(cast.expert, [cast.firm.pk], clock.today())
    assert (found.tie, found.until) == (Tie.POST, ended)
    assert conflicts_of(cast.expert, [cast.firm.pk], ended + timedelta(days=cooling))
    assert not conflicts_of(cast.expert, [cast.firm.pk], ended + timedelta(days=cooling + 1))  # fmt: skip


def test_a_post_in_a_division_ties_to_its_body(cast):
    division = make_firm()
    division.parent = cast.firm
    division.save()
    AppointmentFactory.create(person=cast.expert.person, organisation=division)
    assert conflicts_of(cast.expert, [cast.firm.pk], clock.today())
    assert not conflicts_of(cast.second, [cast.firm.pk], clock.today())


def test_ties_of_many_experts_take_three_queries(cast, django_assert_num_queries):
    declare(cast, cast.firm)
    with django_assert_num_queries(3):
        found = conflicts_among([cast.expert, cast.second], [cast.firm.pk], clock.today())  # fmt: skip
    assert set(found) == {cast.expert.pk}


def test_a_tie_is_ended_once_and_by_the_expert(cast):
    made = declare(cast, cast.firm)
    with pytest.raises(PermissionDenied):
        actions.end_interest(interest=made, valid_to=clock.today(), by=cast.keeper)
    with pytest.raises(RuleBroken):
        actions.end_interest(interest=made, valid_to=clock.today() + timedelta(days=1), by=cast.expert.person)  # fmt: skip
    made.refresh_from_db()
    assert made.valid_to is None
    with pytest.raises(RuleBroken, match="directory"):
        declare(cast, cast.firm, Tie.POST)
    assert Interest.objects.count() == 1


def test_papers_are_kept_by_their_digest_and_absences_lie_ahead(cast):
    person = cast.expert.person
    paper = actions.put_evidence(expert=cast.expert, title="Bằng", content=b"Chung chi", name="bang.txt", by=person)  # fmt: skip
    assert len(paper.file.sha256) == 64
    with pytest.raises(InputRefused):
        actions.put_evidence(expert=cast.expert, title="Bằng", content=b"x", name="x.exe", by=person)  # fmt: skip
    today = clock.today()
    with pytest.raises(RuleBroken):
        actions.note_absence(expert=cast.expert, first=today, last=today - timedelta(days=1), by=person)  # fmt: skip
    assert Evidence.objects.count() == 1
    assert not Absence.objects.exists()


def test_an_application_nobody_answers_is_reminded_of_once(cast):
    expert = make_applicant()
    assert not actions.remind_of_application(expert=expert, by=None)
    with clock.telling(expert.due_at + timedelta(hours=1)):
        assert actions.remind_of_application(expert=expert, by=None)
        assert not actions.remind_of_application(expert=expert, by=None)
    with pytest.raises(PermissionDenied):
        actions.remind_of_application(expert=expert, by=make_person())


def test_an_expert_of_the_keeper_s_is_admitted_by_another(cast):
    other = make_person(Role.HEAD, cast.keeper.authority.holdings and cast.keeper.appointments.get().organisation)  # fmt: skip
    assert make_expert(other, cast.keeper).standing == Standing.ADMITTED
