"""Who is told what of dossiers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from khuevan.catalogue.public import Channel, published
from khuevan.catalogue.tests.factories import publish
from khuevan.counter import actions
from khuevan.counter.actions.children import open_child
from khuevan.counter.actions.moving import move_dossiers, undo_move
from khuevan.counter.actions.watch import climb_ladder, note_unreceived
from khuevan.counter.rules.states import Business, Delivery
from khuevan.directory.public import Organisation, Role
from khuevan.directory.tests.factories import make_person
from khuevan.notices.tests.factories import (
    carried_out,
    notices_of,
    posted,
    texts_by_sms,
)
from khuevan.platform import clock
from khuevan.process.public import Duty

from .factories import (
    GOOD,
    STEPS,
    definition,
    make_cast,
    make_dossier,
    make_draft,
    waiting,
    with_time,
)


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]


WORKING = datetime(2026, 11, 18, 10, tzinfo=clock.HANOI)


def told(kind):
    return {notice.person for notice in notices_of(f"counter.{kind}")}


def bodies(kind):
    return [n.body for n in notices_of(f"counter.{kind}")]


def test_filing_is_told_to_the_point_and_whoever_files_has_the_receipt(cast):
    make_dossier(Business.FILED, cast=cast)
    assert told("dossier_filed") == {cast.receiver, cast.officer}


def test_acceptance_names_agency_and_the_times(cast):
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    [notice] = notices_of("counter.dossier_accepted")
    assert notice.person == cast.citizen
    assert f"{dossier.due_at.astimezone(clock.HANOI):%d/%m/%Y}" in notice.subject
    assert cast.commune.short_name in notice.body
    assert dossier.title not in notice.subject, "subjects travel by SMS"


def test_who_handles_it_is_named_to_the_applicant(cast):
    make_dossier(Business.IN_PROCESS, cast=cast)
    assert cast.citizen in told("step_done")
    assert any(cast.officer.full_name in body for body in bodies("step_done"))


def test_whoever_is_given_a_step_is_told(cast):
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    actions.finish_step(step=waiting(dossier, Duty.ASSIGN), by=cast.division)
    actions.assign_step(step=waiting(dossier, Duty.HANDLE), person=cast.officer, by=cast.division)  # fmt: skip
    assert told("step_assigned") == {cast.officer}


@pytest.mark.parametrize(
    ("state", "kind"),
    [(Business.TO_COMPLETE, "supplement_asked"), (Business.SUPPLEMENT, "supplement_asked"),
     (Business.REFUSED, "dossier_refused"), (Business.STOPPED, "dossier_stopped"),
     (Business.WITHDRAWN, "dossier_withdrawn"), (Business.DECIDED, "dossier_decided")],
)  # fmt: skip
def test_every_change_of_state_reaches_the_applicant(cast, state, kind):
    make_dossier(state, cast=cast)
    assert cast.citizen in told(kind)


def test_the_result_is_told_when_it_leaves(cast):
    dossier = make_dossier(Business.DECIDED, cast=cast)
    actions.return_result(dossier=dossier, delivery=Delivery.HANDED_OVER, by=cast.receiver)  # fmt: skip
    assert told("result_returned") == {cast.citizen}


def test_what_nobody_received_is_told_to_applicant_point_and_centre(cast):
    centre = Organisation.objects.get(code="H26.TTPVHCC")
    director = make_person(Role.HEAD, centre)
    with clock.telling(clock.now() - timedelta(days=10)):
        make_dossier(Business.FILED, cast=cast)
    note_unreceived()
    assert {cast.citizen, cast.receiver, director} <= told("reception_overdue")


def test_warnings_reach_the_heads(cast):
    with clock.telling(clock.now() - timedelta(days=30)):
        make_dossier(Business.IN_PROCESS, cast=cast)
    climb_ladder()
    assert told("warning_given") == {cast.officer, cast.division, cast.head}


def test_a_doubted_value_reaches_the_registers_owner_and_its_answer_the_person(cast):
    police = Organisation.objects.get(code="H26.CATP")
    keeper = make_person(Role.OFFICIAL, police)
    draft = make_draft(cast)
    doubt = actions.doubt_value(
        dossier=draft, field="ho_ten", said="X", by=cast.citizen
    )
    assert told("data_doubted") == {keeper}
    actions.answer_doubt(doubt=doubt, mended=True, answer="Đã sửa", by=keeper)
    assert told("doubt_answered") == {cast.citizen}


def test_the_applicant_is_told_that_the_result_was_withdrawn(cast):
    dossier = make_dossier(Business.DECIDED, cast=cast)
    actions.withdraw_result(dossier=dossier, reason="Sai tên", by=cast.head)
    assert told("result_withdrawn") == {cast.citizen}
    assert not any("Sai tên" in body for body in bodies("result_withdrawn"))


def test_what_was_told_and_then_undone_is_told_too(cast):
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    actions.undo_last(dossier=dossier, by=cast.receiver)
    assert told("action_undone") == {cast.citizen}


def test_an_undo_of_what_the_applicant_never_heard_of_stays_inside(cast):
    dossier = make_dossier(Business.FILED, cast=cast)
    actions.take_step(step=waiting(dossier, Duty.RECEPTION), by=cast.receiver)
    actions.undo_last(dossier=dossier, by=cast.receiver)
    assert told("action_undone") == set()


def test_moving_to_a_new_version_and_back_is_told_with_the_day_that_stays(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    old, new = published(cast.procedure), publish(definition(code=cast.procedure))
    officer = make_person(Role.PROCEDURE_OFFICER)
    move = move_dossiers(source=old.id, target=new.id, by=officer)
    assert told("dossier_moved") == {cast.citizen}
    [body] = bodies("dossier_moved")
    assert f"{dossier.due_at.astimezone(clock.HANOI):%d/%m/%Y}" in body
    undo_move(move=move, by=officer)
    assert told("move_undone") == {cast.citizen}


def test_a_further_procedure_opened_for_somebody_is_told(db):
    publish(definition(code="9.990002"))
    call = {"name": "Đăng ký thường trú", "procedure": "9.990002"}
    cast = make_cast(with_time([*STEPS[:2], call, *STEPS[2:]]))
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    step = dossier.work.waiting().get(kind="call")
    open_child(step=step, agency=cast.commune, by=None)
    assert told("child_opened") == {cast.citizen}


# ------------------------------------------------------------ without an account


@pytest.fixture
def carriers(settings):
    settings.EMAIL_HOST = "mail.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.NOTICES_GATEWAYS = {"sms": "khuevan.notices.sandbox.Sandbox"}


def walk_in(cast, **contact):
    """File at the counter for somebody who has no account."""
    dossier = actions.start_draft(
        procedure=cast.procedure, channel=Channel.COUNTER, applicant=None,
        point=cast.commune, by=cast.receiver,
    )  # fmt: skip
    actions.describe_applicant(dossier=dossier, name="Lê Thị Bình", by=cast.receiver, **contact)  # fmt: skip
    actions.save_draft(dossier=dossier, answers=GOOD | {"ho_ten": "Lê Thị Bình"}, by=cast.receiver)  # fmt: skip
    actions.attach_paper(dossier=dossier, component="hop_dong_thue", form=0, by=cast.receiver)  # fmt: skip
    actions.file_dossier(dossier=dossier, agency=cast.commune, by=cast.receiver)
    return actions.accept_dossier(dossier=dossier, by=cast.receiver)


def test_who_has_no_account_is_told_by_sms_where_they_gave_a_number(cast, carriers):
    with clock.telling(WORKING):
        dossier = walk_in(cast, phone="0912 345 678")
        assert len(posted()) == carried_out() == 2
    (to, _filed), (again, accepted) = texts_by_sms()
    assert (to, again) == ("+84912345678", "+84912345678")
    assert dossier.code in accepted
    assert f"{reverse('dossier-follow')}?code={dossier.code}" in accepted
    assert "Lê Thị Bình" not in accepted
    assert carried_out() == 0


def test_who_gave_an_address_gets_an_e_mail_once(cast, carriers, mailoutbox):
    with clock.telling(WORKING):
        dossier = walk_in(cast, phone="0912345678", email="binh@example.org")
        posted()
        posted()
        carried_out()
    assert [m.to for m in mailoutbox] == [["binh@example.org"]] * 2
    assert cast.commune.short_name in mailoutbox[1].body
    assert dossier.code in mailoutbox[1].subject
    assert texts_by_sms() == []
    assert {p.state for p in posted()} == {"sent"}


def test_nobody_is_woken_and_who_has_an_account_is_told_there(cast, carriers):
    with clock.telling(WORKING.replace(hour=23)):
        walk_in(cast, phone="0912345678")
        make_dossier(Business.ACCEPTED, cast=cast)
        assert [p.to for p in posted()] == ["+84912345678"] * 2
        assert carried_out() == 0


def test_who_gave_neither_is_not_reached_and_holds_nothing_up(cast, carriers):
    walk_in(cast)
    assert posted() == []
    assert told("dossier_accepted") == set()
