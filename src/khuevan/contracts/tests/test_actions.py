"""Drawing up, signing, calling off, ending, amending: through the actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from pypdf import PdfReader

from khuevan.contracts import actions, public
from khuevan.contracts.models import Contract
from khuevan.contracts.rules.clauses import CONTENTS, Paper
from khuevan.contracts.rules.duty import Kind, Side
from khuevan.contracts.rules.states import Ending, State
from khuevan.contracts.rules.terms import Crossing, Form, Right
from khuevan.contracts.tasks import watch
from khuevan.contracts.values import Origin, Sides
from khuevan.journal.public import facts_about
from khuevan.platform import clock, files
from khuevan.platform.errors import InputRefused, RuleBroken

from .factories import (
    INTENT,
    RESTRICTED,
    STATE_MONEY,
    TERMS,
    draw,
    make_contract,
    new_subject,
    sign_both,
)


pytestmark = pytest.mark.django_db


def row(contract) -> Contract:
    return Contract.objects.get(pk=contract.id)


def kinds(contract) -> list[str]:
    return [fact.kind.partition(".")[2] for fact in facts_about(contract.ref)]


def words_of(contract) -> str:
    path = files.path_of(row(contract).file.sha256)
    return " ".join(" ".join(p.extract_text() for p in PdfReader(path).pages).split())


def later(days: int):
    return clock.telling(clock.now() + timedelta(days=days))


# ---------------------------------------------------------------- drawing up


def test_a_contract_is_drawn_up_with_all_fourteen_contents(cast):
    contract = draw(cast, subject="things.deal:7")
    assert (contract.state, contract.paper) == (State.DRAWN_UP, Paper.LICENCE)
    assert contract.due_on == clock.today() + timedelta(days=30)
    assert {s["number"] for s in row(contract).drawn["sections"]} == set(CONTENTS)
    [fact] = facts_about(contract.ref)
    assert fact.figures["about"] == "things.deal:7"


def test_the_paper_says_what_was_agreed_in_figures_and_words(cast):
    words = words_of(draw(cast))
    assert "HỢP ĐỒNG CHUYỂN QUYỀN SỬ DỤNG CÔNG NGHỆ" in words
    assert "800.000.000 đồng (bằng chữ: Tám trăm triệu đồng)" in words
    assert "kỳ vụ 2,5 % của doanh thu thuần, 6 tháng một lần, trong 24 tháng" in words
    assert cast.institute.name in words
    assert cast.firm.name in words
    assert "{" not in words
    assert "Căn cứ Luật 07/2017/QH14 (Luật Chuyển giao công nghệ)" in words


def test_across_the_border_the_paper_is_in_both_languages(cast):
    words = words_of(draw(cast, crossing=Crossing.INBOUND))
    assert "bản tiếng Việt được dùng" in words
    assert "VND 800,000,000 (in words: Eight hundred million dong)" in words
    assert "Giấy chứng nhận đăng ký chuyển giao công nghệ" in words


@pytest.mark.parametrize(
    ("changes", "paper", "title"),
    [
        ({"right": Right.OWNERSHIP}, Paper.ASSIGNMENT, "CHUYỂN NHƯỢNG QUYỀN SỞ HỮU"),
        ({"form": Form.CAPITAL, "equity": 2_550}, Paper.CAPITAL, "GÓP VỐN BẰNG CÔNG NGHỆ"),
    ],
)  # fmt: skip
def test_what_passes_decides_the_kind_of_paper(cast, changes, paper, title):
    contract = draw(cast, **changes)
    assert contract.paper is paper
    assert title in words_of(contract)


def test_drawn_up_again_with_the_same_terms_it_is_the_same_contract(cast):
    subject = new_subject()
    assert draw(cast, subject=subject) == draw(cast, subject=subject)
    assert Contract.objects.count() == 1


def test_a_thing_has_one_contract_at_a_time(cast):
    subject = new_subject()
    first = draw(cast, subject=subject)
    with pytest.raises(RuleBroken, match=first.number):
        draw(cast, subject=subject, place="Nơi khác")
    assert Contract.objects.count() == 1
    actions.call_off_contract(contract=first.id, words="Nhầm", by=cast.taker)
    second = draw(cast, subject=subject, place="Nơi khác")
    assert public.contract_of(subject) == second
    assert [c.number for c in public.contracts_of(subject)] == [first.number, second.number]  # fmt: skip


def test_faulty_terms_are_refused_with_every_fault_and_nothing_is_kept(cast):
    with pytest.raises(InputRefused) as refused:
        draw(
            cast, name="", penalty=2_000, origin=Origin(state_funded=True), broker=5_000
        )
    assert [p.where for p in refused.value.problems] == ["name", "broker", "penalty"]
    assert not Contract.objects.exists()


def test_nobody_makes_a_contract_with_themselves(cast):
    with pytest.raises(RuleBroken, match="two sides"):
        actions.draw_up_contract(
            subject=new_subject(), terms=TERMS, by=None,
            sides=Sides(cast.firm, cast.firm),
        )  # fmt: skip
    assert not Contract.objects.exists()


def test_a_stranger_draws_nothing_up(cast):
    with pytest.raises(PermissionDenied):
        actions.draw_up_contract(subject=new_subject(), terms=TERMS, sides=cast.sides, by=cast.stranger)  # fmt: skip
    assert not Contract.objects.exists()


def test_a_memorandum_transfers_nothing_and_owes_nothing(cast):
    subject = new_subject()
    memo = actions.draw_up_memorandum(subject=subject, intent=INTENT, sides=cast.sides, by=cast.giver)  # fmt: skip
    again = actions.draw_up_memorandum(subject=subject, intent=INTENT, sides=cast.sides, by=cast.taker)  # fmt: skip
    assert again == memo
    words = words_of(memo)
    assert "BẢN GHI NHỚ" in words
    assert "không ràng buộc các bên phải ký hợp đồng" in words
    memo = sign_both(memo, cast)
    assert (memo.state, memo.duty.kind) == (State.IN_FORCE, Kind.NONE)
    assert public.contract_of(subject) is None
    assert draw(cast, subject=subject).state is State.DRAWN_UP


# ------------------------------------------------------------ when it takes effect


def test_a_plain_contract_is_in_force_on_the_day_the_last_side_signs(cast):
    contract = make_contract(cast, State.IN_FORCE)
    assert contract.signed_on == contract.in_force_on == clock.today()
    assert contract.duty.kind is Kind.VOLUNTARY
    assert contract.due_on is None
    assert contract.ends_on.year == clock.today().year + 3
    assert facts_about(contract.ref)[-1].figures["state"] == "in_force"


def test_state_money_makes_the_contract_wait_for_its_certificate(cast):
    contract = make_contract(cast, State.SIGNED)
    assert (contract.duty.kind, contract.duty.filer) == (Kind.MANDATORY, Side.TAKER)
    assert contract.in_force_on is None
    assert contract.due_on == clock.today() + timedelta(days=90)
    figures = facts_about(contract.ref)[-1].figures
    assert figures["duty"] == "mandatory"
    assert figures["due_on"] == contract.due_on.isoformat()


def test_restricted_technology_goes_the_licence_way(cast):
    contract = sign_both(draw(cast, origin=RESTRICTED), cast)
    assert (contract.state, contract.duty.kind) == (State.SIGNED, Kind.LICENCE)
    assert contract.due_on == clock.today() + timedelta(days=60)
    licensed = actions.note_decision(
        contract=contract.id, approved=True, number="12/GP-BKHCN",
        decided_on=clock.today(), by=cast.staff,
    )  # fmt: skip
    assert licensed.state is State.IN_FORCE
    assert licensed.certificate == "12/GP-BKHCN"


def test_the_duty_is_that_of_the_day_of_the_last_signature(cast):
    with clock.telling(datetime(2026, 3, 31, 5, tzinfo=clock.UTC)):
        contract = draw(cast, origin=STATE_MONEY)
        actions.sign_contract(contract=contract.id, by=cast.giver)
    with clock.telling(datetime(2026, 4, 1, 5, tzinfo=clock.UTC)):
        contract = actions.sign_contract(contract=contract.id, by=cast.taker)
    assert contract.duty.document == "115/2025/QH15"
    assert contract.due_on == date(2026, 6, 30)


# -------------------------------------------------- decisions from outside


def test_a_refused_contract_stays_without_effect_with_the_reasons(cast):
    contract = sign_both(draw(cast, crossing=Crossing.INBOUND), cast)
    refused = actions.note_decision(
        contract=contract.id, approved=False, number="5/BKHCN", decided_on=clock.today(),
        reason="Không có đối tượng công nghệ", by=cast.staff,
    )  # fmt: skip
    assert refused.state is State.SIGNED
    assert refused.in_force_on is None
    assert refused.refusal == "Không có đối tượng công nghệ"
    called_off = actions.call_off_contract(contract=contract.id, words="Không đăng ký được", by=cast.taker)  # fmt: skip
    assert called_off.state is State.CANCELLED


def test_what_was_filed_at_the_ministry_is_late_no_more(cast):
    contract = make_contract(cast, State.SIGNED, crossing=Crossing.INBOUND)
    with pytest.raises(PermissionDenied):
        actions.note_filing(contract=contract.id, filed_on=clock.today(), by=cast.giver)
    for wrong in (date(2020, 1, 1), clock.today() + timedelta(days=1)):
        with pytest.raises(RuleBroken, match="both sides signed"):
            actions.note_filing(contract=contract.id, filed_on=wrong, by=cast.taker)
    assert row(contract).filed_on is None
    filed = actions.note_filing(contract=contract.id, filed_on=clock.today(), by=cast.taker)  # fmt: skip
    assert filed.filed_on == clock.today()
    with later(91):
        watch()
    assert kinds(contract)[-1] == "registration_filed"


def test_what_the_counter_takes_is_not_noted_as_filed_elsewhere(cast):
    contract = make_contract(cast, State.SIGNED)
    with pytest.raises(RuleBroken, match="not filed elsewhere"):
        actions.note_filing(contract=contract.id, filed_on=clock.today(), by=cast.taker)
    assert row(contract).filed_on is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"decided_on": date(2020, 1, 1)}, "after both sides signed"),
        ({"number": " "}, "number of its paper"),
        ({"approved": False}, "reasons"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(cast, changes, sentence):
    contract = sign_both(draw(cast, crossing=Crossing.INBOUND), cast)
    told = {"approved": True, "number": "1", "decided_on": clock.today()} | changes
    with pytest.raises(RuleBroken, match=sentence):
        actions.note_decision(contract=contract.id, **told, by=cast.staff)
    assert row(contract).state == State.SIGNED


def test_the_sides_do_not_note_the_authoritys_decision_themselves(cast):
    contract = sign_both(draw(cast, crossing=Crossing.INBOUND), cast)
    with pytest.raises(PermissionDenied):
        actions.note_decision(contract=contract.id, approved=True, number="1", decided_on=clock.today(), by=cast.taker)  # fmt: skip
    assert row(contract).state == State.SIGNED


def test_what_waits_for_no_decision_takes_none(cast):
    contract = make_contract(cast, State.IN_FORCE)
    with pytest.raises(RuleBroken, match="no decision"):
        actions.note_decision(contract=contract.id, approved=True, number="1", decided_on=clock.today(), by=cast.staff)  # fmt: skip
    assert row(contract).certificate == ""


# --------------------------------------------------- calling off, ending, time


@pytest.mark.parametrize("state", [State.DRAWN_UP, State.HALF_SIGNED])
def test_what_is_not_signed_by_both_may_be_called_off(cast, state):
    contract = make_contract(cast, state)
    called_off = actions.call_off_contract(contract=contract.id, words="Thôi", by=cast.taker)  # fmt: skip
    assert called_off.state is State.CANCELLED
    with pytest.raises(RuleBroken, match="no signature"):
        actions.sign_contract(contract=contract.id, by=cast.taker)


@pytest.mark.parametrize("state", [State.SIGNED, State.IN_FORCE, State.ENDED])
def test_what_both_signed_is_not_called_off(cast, state):
    contract = make_contract(cast, state)
    with pytest.raises(RuleBroken):
        actions.call_off_contract(contract=contract.id, words="Thôi", by=cast.taker)
    assert row(contract).state == state


def test_ending_before_the_time_needs_its_reason(cast):
    contract = make_contract(cast, State.IN_FORCE)
    with pytest.raises(RuleBroken, match="before its time"):
        actions.end_contract(contract=contract.id, ending=Ending.TERMINATED, by=cast.giver)  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.end_contract(contract=contract.id, ending=Ending.COMPLETED, by=cast.stranger)  # fmt: skip
    assert row(contract).state == State.IN_FORCE
    ended = actions.end_contract(contract=contract.id, ending=Ending.TERMINATED, words="Vi phạm", by=cast.giver)  # fmt: skip
    assert (ended.state, ended.ending, ended.ended_on) == (State.ENDED, Ending.TERMINATED, clock.today())  # fmt: skip


def test_signatures_that_do_not_come_are_noted_once(cast):
    contract = make_contract(cast, State.HALF_SIGNED)
    with later(30):
        watch()
        assert row(contract).late_at is None
    with later(31):
        watch()
        actions.note_late(contract=contract.id, by=None)
    assert kinds(contract)[-1] == "contract_fell_late"
    assert kinds(contract).count("contract_fell_late") == 1
    assert actions.sign_contract(contract=contract.id, by=cast.taker).state is State.IN_FORCE  # fmt: skip
    assert row(contract).late_at is None


def test_a_dossier_that_is_not_filed_in_ninety_days_is_late(cast):
    contract = make_contract(cast, State.SIGNED)
    with later(90):
        watch()
        assert "contract_fell_late" not in kinds(contract)
    with later(91):
        watch()
        assert kinds(contract)[-1] == "contract_fell_late"


def test_what_is_not_late_is_not_noted(cast):
    contract = draw(cast)
    with pytest.raises(RuleBroken, match="not late"):
        actions.note_late(contract=contract.id, by=None)
    with pytest.raises(PermissionDenied):
        actions.note_late(contract=contract.id, by=cast.staff)


def test_a_contract_whose_term_is_over_ends_the_day_after(cast):
    contract = make_contract(cast, State.IN_FORCE, term_months=6, royalty=None)
    with clock.telling(clock.end_of_day(contract.ends_on)):
        watch()
        assert row(contract).state == State.IN_FORCE
    with clock.telling(clock.end_of_day(contract.ends_on + timedelta(days=1))):
        watch()
    ended = row(contract)
    assert (ended.state, ended.ending, ended.ended_on) == (State.ENDED, Ending.TERM_OVER, contract.ends_on)  # fmt: skip


# ------------------------------------------------------------------ amendments


def test_an_amendment_takes_the_place_of_the_contract_when_both_signed_it(cast):
    former = make_contract(cast, State.IN_FORCE)
    terms = replace(TERMS, place="Xưởng mới")
    amendment = actions.draw_up_amendment(contract=former.id, terms=terms, by=cast.taker)  # fmt: skip
    assert amendment.amends == former.number
    assert former.number in words_of(amendment)
    assert public.contract_of(former.subject).number == former.number
    sign_both(amendment, cast)
    assert (row(former).state, row(former).ending) == (State.ENDED, Ending.AMENDED)
    assert public.contract_of(former.subject).number == amendment.number
    assert facts_about(amendment.ref)[-1].figures["state"] == "in_force"


def test_an_amendment_of_a_registered_contract_is_registered_itself(cast):
    signed = make_contract(cast, State.SIGNED)
    in_force = actions.note_decision(contract=signed.id, approved=True, number="9", decided_on=clock.today(), by=cast.staff)  # fmt: skip
    amendment = actions.draw_up_amendment(contract=in_force.id, terms=replace(TERMS, place="B"), by=None)  # fmt: skip
    amendment = sign_both(amendment, cast)
    assert (amendment.state, amendment.duty.kind) == (State.SIGNED, Kind.MANDATORY)
    assert row(in_force).state == State.IN_FORCE


def test_only_what_is_in_force_is_amended_and_once_at_a_time(cast):
    drawn_up = draw(cast)
    terms = replace(TERMS, place="B")
    with pytest.raises(RuleBroken, match="in force"):
        actions.draw_up_amendment(contract=drawn_up.id, terms=terms, by=cast.giver)
    contract = make_contract(cast, State.IN_FORCE)
    with pytest.raises(RuleBroken, match="hold already"):
        actions.draw_up_amendment(contract=contract.id, terms=TERMS, by=cast.giver)
    amendment = actions.draw_up_amendment(contract=contract.id, terms=terms, by=cast.giver)  # fmt: skip
    assert actions.draw_up_amendment(contract=contract.id, terms=terms, by=cast.taker) == amendment  # fmt: skip
    with pytest.raises(RuleBroken, match=amendment.number):
        actions.draw_up_amendment(contract=contract.id, terms=replace(TERMS, place="C"), by=None)  # fmt: skip


def test_an_amendment_signed_after_the_contract_ended_stands_for_itself(cast):
    former = make_contract(cast, State.IN_FORCE)
    amendment = actions.draw_up_amendment(contract=former.id, terms=replace(TERMS, place="B"), by=None)  # fmt: skip
    ended = actions.end_contract(contract=former.id, ending=Ending.COMPLETED, by=cast.giver)  # fmt: skip
    assert sign_both(amendment, cast).state is State.IN_FORCE
    assert row(ended).ending == Ending.COMPLETED


def test_the_time_of_an_amended_contract_is_counted_from_the_first(cast):
    former = make_contract(cast, State.IN_FORCE)
    with clock.telling(clock.now() + timedelta(days=100)):
        amendment = actions.draw_up_amendment(contract=former.id, terms=replace(TERMS, place="B"), by=None)  # fmt: skip
        assert f"{former.in_force_on:%d/%m/%Y}" in words_of(amendment)
        amendment = sign_both(amendment, cast)
    assert amendment.in_force_on == former.in_force_on + timedelta(days=100)
    assert amendment.ends_on == former.ends_on


def test_an_amendment_that_waits_for_the_state_is_called_off_once_nothing_is_left_to_amend(cast):  # fmt: skip
    signed = make_contract(cast, State.SIGNED)
    former = actions.note_decision(contract=signed.id, approved=True, number="9", decided_on=clock.today(), by=cast.staff)  # fmt: skip
    amendment = actions.draw_up_amendment(contract=former.id, terms=replace(TERMS, place="B"), by=None)  # fmt: skip
    sign_both(amendment, cast)
    with pytest.raises(RuleBroken, match="cannot be called off"):
        actions.call_off_contract(contract=amendment.id, words="Thôi", by=cast.giver)
    assert row(amendment).state == State.SIGNED
    actions.end_contract(contract=former.id, ending=Ending.COMPLETED, by=cast.giver)
    actions.call_off_contract(contract=amendment.id, words="Thôi", by=cast.giver)
    assert row(amendment).state == State.CANCELLED


# ------------------------------------------------------------- what is refused


def test_an_intent_that_says_nothing_is_no_memorandum(cast):
    with pytest.raises(InputRefused):
        actions.draw_up_memorandum(subject=new_subject(), intent=replace(INTENT, plan=""), sides=cast.sides, by=cast.giver)  # fmt: skip
    assert not Contract.objects.exists()


def test_calling_off_and_ending_say_why_and_how(cast):
    contract = draw(cast)
    with pytest.raises(RuleBroken, match="why it is called off"):
        actions.call_off_contract(contract=contract.id, words=" ", by=cast.giver)
    with pytest.raises(RuleBroken, match="by itself"):
        actions.end_contract(contract=contract.id, ending=Ending.AMENDED, by=cast.giver)
    assert row(contract).state == State.DRAWN_UP


def test_only_the_system_lets_contracts_run_out_and_follows_dossiers(cast):
    contract = make_contract(cast, State.IN_FORCE)
    for act in (actions.let_run_out, actions.follow_dossier):
        with pytest.raises(PermissionDenied):
            act(contract=contract.id, by=cast.staff)
    with pytest.raises(RuleBroken, match="not over"):
        actions.let_run_out(contract=contract.id, by=None)
    assert row(contract).state == State.IN_FORCE


def test_faults_are_told_to_other_rooms_by_day(cast):
    terms = replace(TERMS, broker=2_000)
    assert public.faults(terms, on=clock.today()) == ()
    [fault] = public.faults(terms, on=clock.today(), state_funded=True)
    assert fault.where == "broker"
    assert str(row(draw(cast))).startswith("HDCG-")
