"""Officials who are away and officials with an interest: what is entered, what follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.catalogue.public import Channel
from khuevan.counter import actions
from khuevan.counter.access import may_assign, may_give_opinion
from khuevan.counter.models import Absence, Interest, Opinion
from khuevan.counter.queries.inbox import opinions_for, waiting_for
from khuevan.counter.rules.states import Business
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.process.public import Duty

from .factories import STEPS, definition, make_cast, make_dossier, waiting


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person)
        return client

    return sign_in


def away(cast, person, substitute=None, *, start=0, days=3, by=None):
    first = clock.today() + timedelta(days=start)
    return actions.enter_absence(
        person=person, organisation=cast.commune, substitute=substitute,
        starts_on=first, ends_on=first + timedelta(days=days), reason="Nghỉ phép",
        by=by or person,
    )  # fmt: skip


def declare(dossier, by, *, whole=False):
    return actions.declare_interest(dossier=dossier, reason="Người nhà", whole=whole, by=by)  # fmt: skip


def told(thing):
    return [f.kind for f in facts_about(thing.ref)]


def walk_in(cast, national_id):
    """Return a dossier of an applicant without an account, filed at the counter."""
    dossier = actions.start_draft(procedure=cast.procedure, channel=Channel.COUNTER, applicant=None, point=cast.commune, by=cast.receiver)  # fmt: skip
    actions.describe_applicant(dossier=dossier, name="Trần Thị B", national_id=national_id, by=cast.receiver)  # fmt: skip
    actions.save_draft(dossier=dossier, answers={"ho_ten": "Trần Thị B", "ten_ho": "Phở Sen", "von": 5}, page=1, by=cast.receiver)  # fmt: skip
    actions.attach_paper(dossier=dossier, component="hop_dong_thue", content=b"%PDF-1.4\n%%EOF\n", name="a.pdf", by=cast.receiver)  # fmt: skip
    return actions.file_dossier(dossier=dossier, agency=cast.commune, by=cast.receiver)


# --------------------------------------------------------------- absences


def test_an_absent_official_is_replaced_by_the_substitute(cast):
    other = make_person(Role.OFFICIAL, cast.commune)
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    absence = away(cast, cast.officer, other)
    assert told(absence) == ["counter.absence_entered"]
    assert waiting(dossier, Duty.HANDLE) in waiting_for(other)
    actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=other)
    assert waiting(dossier, Duty.CHECK)


def test_new_work_of_somebody_away_goes_to_the_substitute_or_the_pool(cast):
    other = make_person(Role.OFFICIAL, cast.commune)
    away(cast, cast.officer, other)
    assert waiting(make_dossier(Business.IN_PROCESS, cast=cast), Duty.HANDLE).person == other  # fmt: skip


def test_a_substitute_who_could_not_do_the_step_does_not_get_it(cast):
    away(cast, cast.officer, cast.clerk)
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    assert waiting(dossier, Duty.HANDLE).person is None


def test_a_substitute_with_an_interest_does_not_get_the_step(cast):
    other = make_person(Role.OFFICIAL, cast.commune)
    declare(make_dossier(Business.FILED, cast=cast), other, whole=True)
    away(cast, cast.officer, other)
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    assert waiting(dossier, Duty.HANDLE).person is None


def test_an_absence_that_ended_early_or_is_to_come_changes_nothing(cast):
    other = make_person(Role.OFFICIAL, cast.commune)
    absence = actions.end_absence(absence=away(cast, cast.officer, other), by=cast.officer)  # fmt: skip
    assert told(absence) == ["counter.absence_entered", "counter.absence_ended"]
    away(cast, cast.officer, other, start=1)
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    assert waiting(dossier, Duty.HANDLE).person == cast.officer
    with pytest.raises(PermissionDenied):
        actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=other)


def test_a_head_enters_and_ends_an_absence_for_their_people_nobody_else_does(cast):
    for person in (cast.receiver, cast.stranger, cast.citizen):
        with pytest.raises(PermissionDenied):
            away(cast, cast.officer, by=person)
    assert not Absence.objects.exists()
    absence = away(cast, cast.officer, cast.receiver, by=cast.division)
    for person in (cast.receiver, cast.stranger):
        with pytest.raises(PermissionDenied):
            actions.end_absence(absence=absence, by=person)
    absence.refresh_from_db()
    assert absence.ended_at is None
    assert actions.end_absence(absence=absence, by=cast.head).ended_at
    with pytest.raises(RuleBroken, match="over already"):
        actions.end_absence(absence=absence, by=cast.head)
    assert told(absence).count("counter.absence_ended") == 1


@pytest.mark.parametrize(
    ("days", "match"),
    [
        ({"start": -1}, "in the past"),
        ({"days": -1}, "before it begins"),
        ({"days": 366}, "a year at most"),
    ],
)
def test_days_that_make_no_sense_are_refused(cast, days, match):
    with pytest.raises(RuleBroken, match=match):
        away(cast, cast.officer, **days)
    assert not Absence.objects.exists()


def test_a_day_is_entered_once(cast):
    first = away(cast, cast.officer, start=2, days=2)
    for start, days in ((0, 2), (4, 9), (3, 0), (0, 30)):
        with pytest.raises(RuleBroken, match=f"{first.starts_on:%d/%m/%Y}"):
            away(cast, cast.officer, start=start, days=days)
    assert Absence.objects.get() == first
    away(cast, cast.officer, start=0, days=1)
    away(cast, cast.officer, start=5)
    assert Absence.objects.count() == 3


def test_who_stands_in_holds_a_post_there_and_is_there(cast):
    away(cast, cast.receiver)
    for person, match in (
        (cast.stranger, "holds no post"),
        (cast.receiver, "away in those days as well"),
        (cast.officer, "Nobody stands in for oneself"),
    ):
        with pytest.raises(RuleBroken, match=match):
            away(cast, cast.officer, person)
    assert not Absence.objects.filter(person=cast.officer).exists()


def test_a_head_enters_no_absence_for_somebody_of_another_body(cast):
    with pytest.raises(RuleBroken, match="holds no post"):
        away(cast, cast.stranger, by=cast.head)
    assert not Absence.objects.exists()


# -------------------------------------------------------------- interests


def test_whoever_has_an_interest_stands_aside_from_all_of_the_applicant(cast):
    declare(make_dossier(Business.FILED, cast=cast), cast.officer, whole=True)
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    with pytest.raises(RuleBroken, match="interest"):
        actions.finish_step(step=waiting(dossier, Duty.ASSIGN), handler=cast.officer, by=cast.division)  # fmt: skip
    dossier.refresh_from_db()
    assert dossier.business == Business.ACCEPTED
    actions.finish_step(step=waiting(dossier, Duty.ASSIGN), by=cast.division)
    actions.assign_step(step=waiting(dossier, Duty.HANDLE), by=cast.division)
    assert waiting(dossier, Duty.HANDLE).person == cast.receiver


def test_an_interest_in_one_dossier_leaves_the_others(cast):
    one, other = (make_dossier(Business.IN_PROCESS, cast=cast) for _ in range(2))
    declare(one, cast.officer)
    assert waiting(one, Duty.HANDLE).person is None
    assert waiting(other, Duty.HANDLE).person == cast.officer
    assert set(waiting_for(cast.officer)) == {waiting(other, Duty.HANDLE)}
    with pytest.raises(PermissionDenied):
        actions.take_step(step=waiting(one, Duty.HANDLE), by=cast.officer)
    with pytest.raises(RuleBroken, match="no action of yours"):
        actions.undo_last(dossier=one, by=cast.division)
    assert waiting(one, Duty.HANDLE).person is None
    [fact] = [f for f in facts_about(one.ref) if f.kind == "counter.interest_declared"]
    assert (fact.figures["handed_back"], fact.figures["whole"]) == (1, False)


def test_an_interest_in_the_applicant_hands_all_their_steps_back(cast):
    one, other = (make_dossier(Business.IN_PROCESS, cast=cast) for _ in range(2))
    declare(one, cast.officer, whole=True)
    for dossier in (one, other):
        assert waiting(dossier, Duty.HANDLE).person is None
    assert not waiting_for(cast.officer).exists()


def test_an_interest_that_was_withdrawn_holds_nobody_back(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    interest = declare(dossier, cast.officer)
    with pytest.raises(PermissionDenied):
        actions.withdraw_interest(interest=interest, by=cast.head)
    interest.refresh_from_db()
    assert interest.withdrawn_at is None
    actions.withdraw_interest(interest=interest, by=cast.officer)
    with pytest.raises(RuleBroken, match="withdrawn already"):
        actions.withdraw_interest(interest=interest, by=cast.officer)
    assert told(dossier).count("counter.interest_withdrawn") == 1
    actions.take_step(step=waiting(dossier, Duty.HANDLE), by=cast.officer)
    assert declare(dossier, cast.officer)


def test_an_interest_is_declared_once_with_a_reason_by_who_could_get_work(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    for person in (cast.stranger, cast.citizen):
        with pytest.raises(PermissionDenied):
            declare(dossier, person)
    with pytest.raises(RuleBroken, match="what connects you"):
        actions.declare_interest(dossier=dossier, reason=" ", by=cast.officer)
    assert not Interest.objects.exists()
    assert waiting(dossier, Duty.HANDLE).person == cast.officer
    declare(dossier, cast.officer)
    for whole in (False, True):
        with pytest.raises(RuleBroken, match="already"):
            declare(dossier, cast.officer, whole=whole)
    assert Interest.objects.count() == 1


def test_nobody_stands_aside_from_all_of_an_applicant_without_an_account(cast):
    dossier = walk_in(cast, "001190000077")
    with pytest.raises(RuleBroken, match="no account"):
        declare(dossier, cast.officer, whole=True)
    assert not Interest.objects.exists()
    declare(dossier, cast.officer)
    assert waiting(dossier, Duty.RECEPTION) not in waiting_for(cast.officer)


def test_a_head_with_an_interest_gives_the_step_to_nobody(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    step = waiting(dossier, Duty.HANDLE)
    assert may_assign(cast.head, step)
    declare(dossier, cast.head)
    with pytest.raises(PermissionDenied):
        actions.assign_step(step=step, person=cast.receiver, by=cast.head)
    assert waiting(dossier, Duty.HANDLE).person == cast.officer


def test_who_has_an_interest_does_not_speak_for_the_agency_that_was_asked(db):
    asked = OrganisationFactory.create(code="H26.Y7")
    steps = [*STEPS[:3], {"name": "Lấy ý kiến", "asked": "H26.Y7", "hours": "4"}, *STEPS[3:]]  # fmt: skip
    cast = make_cast(definition(steps=steps))
    speaker, colleague = (make_person(Role.OFFICIAL, asked) for _ in range(2))
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=cast.officer)
    [opinion] = opinions_for(speaker)
    dossier.refresh_from_db()
    declare(dossier, speaker)
    assert opinions_for(speaker) == []
    assert not may_give_opinion(speaker, opinion)
    with pytest.raises(PermissionDenied):
        actions.give_opinion(opinion=opinion, agrees=True, text="Được", by=speaker)
    assert Opinion.objects.get().given_at is None
    assert opinions_for(colleague) == [opinion]
    actions.give_opinion(opinion=opinion, agrees=True, text="Được", by=colleague)
    assert waiting(dossier, Duty.CHECK)


def test_the_dossier_of_ones_own_national_number_is_ones_own(cast):
    cast.officer.national_id = "001190000088"
    cast.officer.save()
    own, other = walk_in(cast, "001190000088"), walk_in(cast, "001190000099")
    assert waiting(own, Duty.RECEPTION) not in waiting_for(cast.officer)
    assert waiting(other, Duty.RECEPTION) in waiting_for(cast.officer)
    with pytest.raises(PermissionDenied):
        actions.accept_dossier(dossier=own, by=cast.officer)
    own.refresh_from_db()
    assert own.business == Business.FILED
    actions.accept_dossier(dossier=own, by=cast.receiver)
    with pytest.raises(RuleBroken, match="interest"):
        actions.finish_step(step=waiting(own, Duty.ASSIGN), handler=cast.officer, by=cast.division)  # fmt: skip
    assert waiting(own, Duty.ASSIGN)


# ------------------------------------------------------------------ pages


def test_the_inbox_leads_to_the_page_where_an_absence_is_entered_and_ended(cast, as_):
    client = as_(cast.officer)
    address = reverse("counter-aside")
    assert address in client.get(reverse("counter-inbox")).text
    assert "Vắng mặt và lợi ích liên quan" in client.get(address).text
    post = cast.officer.appointments.get()
    data = {"post": post.pk, "substitute": cast.receiver.pk, "starts_on": clock.today(), "ends_on": clock.today(), "why": "Đi công tác"}  # fmt: skip
    assert client.post(reverse("counter-absence-new"), data).status_code == 302
    absence = Absence.objects.get()
    assert (absence.person, absence.substitute, absence.reason) == (cast.officer, cast.receiver, "Đi công tác")  # fmt: skip
    again = client.post(reverse("counter-absence-new"), data)
    assert again.status_code == 422
    assert "đã được nhập" in again.text
    assert Absence.objects.count() == 1
    end = reverse("counter-absence-end", args=[absence.pk])
    assert as_(cast.stranger).post(end).status_code == 404
    assert as_(cast.receiver).post(end).status_code == 403
    absence.refresh_from_db()
    assert absence.ended_at is None
    as_(cast.head).post(end)
    absence.refresh_from_db()
    assert absence.ended_at is not None


def test_nobody_enters_an_absence_for_a_colleague_on_the_page(cast, as_):
    data = {"post": cast.officer.appointments.get().pk, "starts_on": clock.today(), "ends_on": clock.today()}  # fmt: skip
    answer = as_(cast.receiver).post(reverse("counter-absence-new"), data)
    assert answer.status_code == 422
    assert list(answer.context_data["absence_form"].errors) == ["post"]
    assert not Absence.objects.exists()


def test_an_interest_is_declared_by_code_and_withdrawn_on_the_page(cast, as_):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    client, address = as_(cast.officer), reverse("counter-interest-new")
    wrong = client.post(address, {"code": "H26-1", "reason": "Người nhà"})
    assert wrong.status_code == 422
    assert list(wrong.context_data["interest_form"].errors) == ["code"]
    assert not Interest.objects.exists()
    client.post(address, {"code": dossier.code, "reason": "Em ruột", "whole": "on"})
    interest = Interest.objects.get()
    assert (interest.person, interest.applicant) == (cast.officer, cast.citizen)
    assert "Em ruột" in as_(cast.head).get(reverse("counter-aside")).text
    assert "Em ruột" not in as_(cast.receiver).get(reverse("counter-aside")).text
    back = reverse("counter-interest-withdraw", args=[interest.pk])
    assert as_(cast.receiver).post(back).status_code == 404
    as_(cast.officer).post(back)
    interest.refresh_from_db()
    assert interest.withdrawn_at is not None


def test_the_page_of_a_dossier_lets_its_official_stand_aside(cast, as_):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    address = reverse("dossier-action", args=[dossier.pk, "interest"])
    client = as_(cast.officer)
    assert address in client.get(reverse("dossier", args=[dossier.pk])).text
    assert client.post(address, {"reason": "Người nhà"}).status_code == 302
    assert waiting(dossier, Duty.HANDLE).person is None
    assert address not in client.get(reverse("dossier", args=[dossier.pk])).text


def test_only_who_works_on_dossiers_gets_the_page(cast, as_):
    address = reverse("counter-aside")
    got = {who: as_(getattr(cast, who)).get(address).status_code for who in ("officer", "head", "clerk", "citizen")}  # fmt: skip
    assert got == {"officer": 200, "head": 200, "clerk": 200, "citizen": 403}
    assert as_(make_person(Role.INSPECTOR)).get(address).status_code == 403


def test_the_page_asks_no_more_for_many_rows(cast, as_, django_assert_max_num_queries):
    for person in (cast.officer, cast.receiver, cast.clerk):
        away(cast, person)
        declare(make_dossier(Business.FILED, cast=cast), person)
    client = as_(cast.head)
    with django_assert_max_num_queries(18):
        client.get(reverse("counter-aside"))
