"""The life of a dossier, told action by action."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from khuevan.catalogue.public import Channel
from khuevan.counter import actions
from khuevan.counter.actions import watch
from khuevan.counter.models import Dossier, StoredPaper
from khuevan.counter.queries.inbox import waiting_for
from khuevan.counter.queries.mine import next_words
from khuevan.counter.rules.states import Business, Delivery, Finance, Outcome, Status
from khuevan.counter.rules.supplements import Asked
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.journal.public import facts_about
from khuevan.platform import clock, files
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.platform.signing import verify_pdf
from khuevan.process.public import Duty
from khuevan.worktime.public import DayKind, Term, Unit, add_override

from .factories import (
    BASIS,
    LACKING,
    make_dossier,
    make_draft,
    make_signed,
    name_duty,
    settle_duty,
    waiting,
)


def kinds(dossier):
    return [f.kind.removeprefix("counter.") for f in facts_about(dossier.ref)]


def at(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=clock.HANOI)


def told_at(text: str):
    return clock.telling(at(text))


# ------------------------------------------------------------------ filing


def test_what_the_sign_in_proves_is_filled_in_and_cannot_be_typed_over(cast):
    dossier = make_draft(cast, ho_ten="Ai đó khác")
    application = dossier.application
    assert application.answers["ho_ten"] == cast.citizen.full_name
    assert application.answers["dien_thoai"] == "0912345678"
    assert application.provenance["ho_ten"]["source"] == "sign_in"
    assert application.provenance["ten_ho"]["source"] == "applicant"


def test_filing_gives_a_code_a_reception_clock_and_the_first_step(cast):
    with told_at("21/11/2026 09:00"):  # a Saturday
        dossier = make_dossier(Business.FILED, cast=cast)
    assert dossier.code == f"{cast.commune.code}-261121-0001"
    assert dossier.status == Status.FILED
    assert dossier.reception_due_at == at("23/11/2026 17:00")
    assert waiting(dossier, Duty.RECEPTION).organisation == cast.commune


def test_filing_twice_gives_the_first_receipt(cast):
    dossier = make_draft(cast)
    first = actions.file_dossier(dossier=dossier, agency=cast.commune, by=cast.citizen)
    again = actions.file_dossier(dossier=dossier, agency=cast.commune, by=cast.citizen)
    assert first.code == again.code
    assert kinds(dossier).count("dossier_filed") == 1


def test_everything_missing_is_said_at_once_and_nothing_is_filed(cast):
    dossier = actions.start_draft(
        procedure=cast.procedure, channel=Channel.PORTAL, applicant=cast.citizen, by=cast.citizen
    )  # fmt: skip
    with pytest.raises(InputRefused) as refused:
        actions.file_dossier(dossier=dossier, agency=cast.commune, by=cast.citizen)
    assert {p.where for p in refused.value.problems} == {"ten_ho", "von", "hop_dong_thue"}  # fmt: skip
    dossier.refresh_from_db()
    assert dossier.business == Business.DRAFT
    assert "dossier_filed" not in kinds(dossier)


def test_a_stranger_neither_edits_nor_sees_a_draft(cast):
    dossier = make_draft(cast)
    for person in (cast.stranger, cast.receiver, cast.head):
        assert not Dossier.objects.visible_to(person).filter(pk=dossier.pk).exists()
        with pytest.raises(PermissionDenied):
            actions.save_draft(dossier=dossier, answers={"von": 1}, by=person)
    dossier.application.refresh_from_db()
    assert dossier.application.answers["von"] == 50_000_000


# ------------------------------------------------------- the law's clock


def test_the_legal_clock_counts_from_acceptance_over_a_day_off(cast):
    with told_at("20/11/2026 08:00"):
        dossier = make_dossier(Business.ACCEPTED, cast=cast)
    # 24/11 is Vietnam Culture Day.
    assert dossier.due_at == at("26/11/2026 17:00")


@pytest.mark.parametrize(
    ("rule", "due"),
    [("pause", "02/12/2026 17:00"), ("restart", "03/12/2026 17:00")],
)
def test_a_supplement_in_settlement_pauses_or_restarts_as_the_procedure_says(
    db, rule, due
):
    from khuevan.catalogue.public import ClockStart, SupplementRules  # noqa: PLC0415

    from .factories import definition, make_cast  # noqa: PLC0415

    cast = make_cast(
        definition(supplement=SupplementRules(at_settlement=ClockStart(rule)))
    )
    with told_at("23/11/2026 08:30"):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)
        assert dossier.due_at == at("27/11/2026 17:00")
    with told_at("25/11/2026 09:00"):
        request = actions.ask_supplement(dossier=dossier, items=LACKING, legal_basis=BASIS, by=cast.officer)  # fmt: skip
    with told_at("30/11/2026 09:00"):
        [item] = request.items.all()
        actions.answer_item(item=item, content=b"%PDF-1.4 hai\n%%EOF\n", name="a.pdf", by=cast.citizen)  # fmt: skip
        dossier = actions.complete_supplement(dossier=dossier, by=cast.citizen)
    assert dossier.due_at == at(due)
    assert dossier.business == Business.IN_PROCESS


def test_after_a_supplement_at_reception_the_period_counts_from_the_full_dossier(cast):
    with told_at("20/11/2026 08:00"):
        dossier = make_dossier(Business.TO_COMPLETE, cast=cast)
        assert dossier.status == Status.SUPPLEMENT
    with told_at("25/11/2026 08:00"):
        item = dossier.requests.get().items.get()
        actions.answer_item(item=item, content=b"%PDF-1.4 hai\n%%EOF\n", name="a.pdf", by=cast.citizen)  # fmt: skip
        actions.complete_supplement(dossier=dossier, by=cast.citizen)
        dossier = actions.accept_dossier(dossier=dossier, by=cast.receiver)
    assert dossier.due_at == at("30/11/2026 17:00")


def test_what_was_completed_is_the_reception_s_again_and_watched(cast):
    with told_at("20/11/2026 08:00"):
        dossier = make_dossier(Business.TO_COMPLETE, cast=cast)
        assert not waiting_for(cast.receiver).filter(dossier=dossier).exists()
        assert "waits for you" in next_words(dossier)
    with told_at("24/11/2026 08:00"):
        assert watch.note_unreceived() == 0  # it is the applicant's turn
        item = dossier.requests.get().items.get()
        actions.answer_item(item=item, content=b"%PDF-1.4 hai\n%%EOF\n", name="a.pdf", by=cast.citizen)  # fmt: skip
        dossier = actions.complete_supplement(dossier=dossier, by=cast.citizen)
        assert waiting_for(cast.receiver).filter(dossier=dossier).exists()
        assert "waits for you" not in next_words(dossier)
        assert watch.note_unreceived() == 0
    with told_at("26/11/2026 09:00"):
        assert watch.note_unreceived() == 1
        assert watch.note_unreceived() == 0


def test_waiting_for_money_stops_the_clock_and_shows_as_status_six(cast):
    with told_at("23/11/2026 08:30"):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    with told_at("25/11/2026 09:00"):
        dossier = name_duty(dossier, cast)
        assert dossier.status == Status.FINANCE
        with pytest.raises(RuleBroken, match="status 6 cannot become 5"):
            actions.ask_supplement(dossier=dossier, items=LACKING, legal_basis=BASIS, by=cast.officer)  # fmt: skip
    with told_at("26/11/2026 09:00"):
        dossier = settle_duty(dossier, cast)
    assert (dossier.status, dossier.finance) == (Status.IN_PROCESS, Finance.PAID)
    assert dossier.due_at == at("30/11/2026 17:00")


# -------------------------------------------------------------- supplement


def test_a_second_request_needs_the_leader_and_counts_as_late(cast):
    dossier = make_dossier(Business.SUPPLEMENT, cast=cast)
    item = dossier.requests.get().items.get()
    actions.answer_item(item=item, content=b"%PDF-1.4 hai\n%%EOF\n", name="a.pdf", by=cast.citizen)  # fmt: skip
    dossier = actions.complete_supplement(dossier=dossier, by=cast.citizen)
    for person, why in ((cast.officer, "Còn thiếu"), (cast.head, "")):
        with pytest.raises(RuleBroken, match="leader"):
            actions.ask_supplement(
                dossier=dossier, items=LACKING, legal_basis=BASIS, override=why, by=person
            )  # fmt: skip
    dossier.refresh_from_db()
    assert dossier.supplements == 1
    actions.ask_supplement(
        dossier=dossier, items=LACKING, legal_basis=BASIS, override="Phát sinh mới", by=cast.head
    )  # fmt: skip
    dossier.refresh_from_db()
    assert dossier.timeliness() == "overdue"


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([], "whole list"),
        ([Asked("ban_sao_cccd", "Thiếu")], "no component"),
        ([Asked("giay_to_tuy_than", "Thiếu")], "already holds"),
        ([Asked("hop_dong_thue", " ")], "what is wrong"),
    ],
)
def test_only_lawful_things_are_asked_for(cast, items, sentence):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    with pytest.raises(RuleBroken, match=sentence):
        actions.ask_supplement(dossier=dossier, items=items, legal_basis=BASIS, by=cast.officer)  # fmt: skip
    dossier.refresh_from_db()
    assert (dossier.business, dossier.supplements) == (Business.IN_PROCESS, 0)


def test_a_paper_the_city_holds_is_asked_for_only_to_verify_and_that_is_recorded(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    actions.ask_supplement(
        dossier=dossier,
        items=[Asked("giay_to_tuy_than", "Số khác nhau", verification="Dữ liệu lệch")],
        legal_basis=BASIS,
        by=cast.officer,
    )
    [fact] = [f for f in facts_about(dossier.ref) if f.kind == "counter.supplement_asked"]  # fmt: skip
    assert fact.figures["verifying"] == 1


# ---------------------------------------------------------------- deciding


def test_a_result_is_signed_sealed_kept_and_handed_over(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    dossier = make_signed(dossier, cast)
    assert dossier.status == Status.IN_PROCESS  # signed is not yet issued
    dossier = actions.seal_result(dossier=dossier, by=cast.clerk)
    assert (dossier.status, dossier.outcome) == (Status.PROCESSED, Outcome.APPROVED)
    person, organisation = verify_pdf(files.read(dossier.result.file))
    assert person.intact
    assert (person.signer, organisation.signer) == (cast.head.full_name, cast.commune.name)  # fmt: skip
    assert organisation.covers_whole_document
    stored = StoredPaper.objects.visible_to(cast.citizen).get()
    assert stored.content == "household_business"
    assert not StoredPaper.objects.visible_to(cast.head).exists()
    dossier = actions.return_result(dossier=dossier, delivery=Delivery.E_DELIVERED, by=cast.receiver)  # fmt: skip
    assert dossier.status == Status.RETURNED
    assert not dossier.work.waiting().exists()


def test_a_check_can_send_the_draft_back_to_the_same_handler(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=cast.officer)
    actions.finish_step(step=waiting(dossier, Duty.CHECK), outcome="redo", remark="Sửa lại", by=cast.division)  # fmt: skip
    assert waiting(dossier, Duty.HANDLE).person == cast.officer


def test_several_results_are_signed_together_or_not_at_all(cast):
    ready = [make_dossier(Business.IN_PROCESS, cast=cast) for _ in range(2)]
    for dossier in ready:
        actions.draft_result(dossier=dossier, outcome=Outcome.APPROVED, text="Đồng ý", by=cast.officer)  # fmt: skip
        actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=cast.officer)
        actions.finish_step(step=waiting(dossier, Duty.CHECK), by=cast.division)
    early = make_dossier(Business.IN_PROCESS, cast=cast)
    with pytest.raises(RuleBroken, match=early.code):
        actions.sign_results(dossiers=[*ready, early], by=cast.head)
    assert all("result_signed" not in kinds(d) for d in ready)
    actions.sign_results(dossiers=ready, by=cast.head)
    assert all("result_signed" in kinds(d) for d in ready)


def test_nobody_signs_what_they_drafted(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    actions.draft_result(dossier=dossier, outcome=Outcome.APPROVED, by=cast.head)
    actions.finish_step(step=waiting(dossier, Duty.HANDLE), by=cast.officer)
    actions.finish_step(step=waiting(dossier, Duty.CHECK), by=cast.division)
    with pytest.raises(RuleBroken, match="drafted"):
        actions.sign_results(dossiers=[dossier], by=cast.head)


def test_a_no_on_the_merits_is_a_written_result_with_its_reason(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    with pytest.raises(RuleBroken, match="why"):
        actions.draft_result(dossier=dossier, outcome=Outcome.REJECTED, by=cast.officer)


# ------------------------------------------------------------------ people


def test_only_whoever_holds_the_duty_does_a_step(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    step = waiting(dossier, Duty.HANDLE)
    other = make_person(Role.OFFICIAL, cast.commune)
    for person in (cast.clerk, cast.head, cast.stranger, cast.citizen, other):
        with pytest.raises(PermissionDenied):
            actions.finish_step(step=step, by=person)
    step.refresh_from_db()
    assert step.state == "waiting"


def test_steps_are_spread_by_load(cast):
    busy = make_dossier(Business.IN_PROCESS, cast=cast)
    assert waiting(busy, Duty.HANDLE).person == cast.officer
    other = make_dossier(Business.ACCEPTED, cast=cast)
    actions.finish_step(step=waiting(other, Duty.ASSIGN), by=cast.division)
    actions.assign_step(step=waiting(other, Duty.HANDLE), by=cast.division)
    assert waiting(other, Duty.HANDLE).person == cast.receiver


# -------------------------------------------------------- stops and apologies


def test_an_apology_goes_out_a_day_before_and_only_once(cast):
    with told_at("20/11/2026 08:00"):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)  # due Thu 26/11
    new = date(2026, 11, 30)
    with told_at("25/11/2026 17:01"), pytest.raises(RuleBroken, match="17:00 25/11/2026"):  # fmt: skip
        actions.apologise(dossier=dossier, new_date=new, reason="Chờ ý kiến", by=cast.officer)  # fmt: skip
    assert not apologised(dossier)
    with told_at("25/11/2026 17:00"):
        dossier = actions.apologise(dossier=dossier, new_date=new, reason="Chờ ý kiến", by=cast.officer)  # fmt: skip
        assert dossier.due_at == at("30/11/2026 17:00")
        with pytest.raises(RuleBroken, match=r"\(1\) is reached"):
            actions.apologise(dossier=dossier, new_date=date(2026, 12, 3), reason="Lại chờ", by=cast.officer)  # fmt: skip
    dossier.refresh_from_db()
    assert dossier.due_at == at("30/11/2026 17:00")


def apologised(dossier):
    dossier.refresh_from_db()
    return dossier.reappointed_at is not None or "apology_sent" in kinds(dossier)


def test_how_long_ahead_an_apology_goes_out_is_the_period_of_that_day(
    cast, monkeypatch
):
    asked = []
    two = lambda *which: asked.append(which) or Term(2, Unit.WORKING_DAY)  # noqa: E731
    monkeypatch.setattr("khuevan.counter.actions.clocks.period", two)
    with told_at("20/11/2026 08:00"):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)  # due Thu 26/11
    # Tuesday 24/11 is a holiday: two working days before Thursday is Monday.
    with told_at("25/11/2026 09:00"), pytest.raises(RuleBroken, match=r"17:00 23/11/2026 .*: 2"):  # fmt: skip
        actions.apologise(dossier=dossier, new_date=date(2026, 11, 30), reason="Chờ ý kiến", by=cast.officer)  # fmt: skip
    assert asked == [("apology_notice", date(2026, 11, 25))]
    assert not apologised(dossier)


def test_the_new_date_is_a_working_day(cast):
    with told_at("20/11/2026 08:00"):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)
        with pytest.raises(RuleBroken, match=r"28/11/2026 is a day off.* 30/11/2026"):
            actions.apologise(dossier=dossier, new_date=date(2026, 11, 28), reason="Chờ ý kiến", by=cast.officer)  # fmt: skip
    assert not apologised(dossier)


def test_a_saturday_worked_by_decision_counts_for_apologies(cast):
    for saturday in (21, 28):
        add_override(
            day=date(2026, 11, saturday), kind=DayKind.WORK, reason="Làm bù",
            document="15/CĐ-UBND", by=make_person(Role.OPERATOR),
        )  # fmt: skip
    with told_at("18/11/2026 08:00"):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)  # due Sat 21/11
        assert dossier.due_at == at("21/11/2026 17:00")
        dossier = actions.apologise(dossier=dossier, new_date=date(2026, 11, 28), reason="Chờ ý kiến", by=cast.officer)  # fmt: skip
    assert dossier.due_at == at("28/11/2026 17:00")


def test_one_not_accepted_yet_is_withdrawn_at_once_another_after_a_decision(cast):
    fresh = make_dossier(Business.FILED, cast=cast)
    fresh = actions.ask_withdrawal(dossier=fresh, by=cast.citizen)
    assert fresh.status == Status.STOPPED
    running = make_dossier(Business.WITHDRAWING, cast=cast)
    running = actions.decide_withdrawal(dossier=running, granted=False, reason="Đã ký", by=cast.officer)  # fmt: skip
    assert running.status == Status.IN_PROCESS


def test_nobody_withdraws_somebody_elses_dossier_or_one_that_is_decided(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    with pytest.raises(PermissionDenied):
        actions.ask_withdrawal(dossier=dossier, by=cast.stranger)
    done = make_dossier(Business.DECIDED, cast=cast)
    with pytest.raises(RuleBroken, match="decided"):
        actions.ask_withdrawal(dossier=done, by=cast.citizen)


def test_a_stopped_dossier_leaves_no_work_behind(cast):
    dossier = make_dossier(Business.STOPPED, cast=cast)
    assert dossier.status == Status.STOPPED
    assert not dossier.work.standing().exists()


# -------------------------------------------------------------------- undo


def test_ones_last_action_is_undone_with_everything_it_changed(cast):
    dossier = make_dossier(Business.FILED, cast=cast)
    actions.accept_dossier(dossier=dossier, by=cast.receiver)
    dossier = actions.undo_last(dossier=dossier, by=cast.receiver)
    assert (dossier.status, dossier.accepted_at, dossier.due_at) == (Status.FILED, None, None)  # fmt: skip
    assert waiting(dossier, Duty.RECEPTION)
    assert kinds(dossier)[-1] == "action_undone"
    assert actions.accept_dossier(dossier=dossier, by=cast.receiver).accepted_at


def test_nobody_undoes_anothers_action_or_an_old_one_or_a_signature(cast):
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    with pytest.raises(RuleBroken, match="no action of yours"):
        actions.undo_last(dossier=dossier, by=cast.officer)
    with clock.telling(clock.now() + timedelta(minutes=31)), pytest.raises(RuleBroken, match="half an hour"):  # fmt: skip
        actions.undo_last(dossier=dossier, by=cast.receiver)
    signed = make_signed(make_dossier(Business.IN_PROCESS, cast=cast), cast)
    with pytest.raises(RuleBroken, match="no action of yours"):
        actions.undo_last(dossier=signed, by=cast.head)


# --------------------------------------------------------------- who sees it


def test_a_dossier_is_seen_by_its_owner_its_agency_and_whoever_reads_everything(cast):
    dossier = make_dossier(Business.FILED, cast=cast)
    inspector = make_person(Role.INSPECTOR)
    sees = {
        who: Dossier.objects.visible_to(getattr(cast, who))
        .filter(pk=dossier.pk)
        .exists()
        for who in ("citizen", "receiver", "head", "clerk", "stranger")
    }
    assert sees == {"citizen": True, "receiver": True, "head": True, "clerk": True, "stranger": False}  # fmt: skip
    assert Dossier.objects.visible_to(inspector).filter(pk=dossier.pk).exists()
