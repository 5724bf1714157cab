"""A contract in force is amended: agreed, drawn up, signed, registered, and then it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.books.public import balance
from khuevan.contracts.public import (
    Ending,
    Milestone as Told,
    Right,
    State as PaperState,
    Terms,
    call_off_contract,
    contract_of,
    contracts_of,
    note_decision,
    sign_contract,
)
from khuevan.deals import actions
from khuevan.deals.actions.escrow_common import BANK
from khuevan.deals.joining import draw_up, draw_up_change, follow
from khuevan.deals.models.performing import MilestoneState
from khuevan.deals.queries.amending import waiting_in
from khuevan.deals.queries.contracting import terms_of, terms_on
from khuevan.deals.rules.states import State, Turn
from khuevan.deals.tasks import look, take_facts
from khuevan.notices.tests.factories import notices_of
from khuevan.payments.public import orders_of
from khuevan.payments.tests.factories import payment, tell
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken

from .factories import (
    ROYALTY,
    TERMS,
    day,
    finish_work,
    later,
    make_cast,
    make_deal,
    open_dispute,
    pay,
    with_royalty,
)
from .test_performing import FIGURES


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]
FIRST, SECOND = TERMS.milestones
LATER = replace(SECOND, days=150, amount=400_000_000)
THIRD = Told("Đào tạo thêm", "Danh sách học viên", 200, 50_000_000)
WHY = "Xưởng mới chưa có điện ba pha"


def amended(*milestones: Told, **changes: Any) -> Terms:
    return replace(TERMS, milestones=milestones or TERMS.milestones, **changes)


OTHER = amended(FIRST, LATER, THIRD, place="Xưởng mới tại Đông Anh")


def propose(cast, deal, terms=OTHER):
    after = deal.versions.order_by("-number").first().number
    return actions.propose_change(deal=deal, terms=terms, after=after, note=WHY, by=cast.provider)  # fmt: skip


def agree(cast, deal, terms=OTHER):
    made = propose(cast, deal, terms)
    return actions.agree_change(deal=deal, number=made.number, by=cast.recipient_head)


def let_hold(cast, deal, effective_on=None):
    """Let the exchange's people note the day of an amendment signed on paper."""
    return actions.amend(deal=deal, effective_on=effective_on or clock.today(), by=cast.staff)  # fmt: skip


def sign(cast, paper):
    for person in (cast.provider_head, cast.recipient_head):
        sign_contract(contract=paper.id, by=person)


def read_all():
    while take_facts():
        pass


def refused_at(error):
    return [problem.where for problem in error.value.problems]


def milestones(deal):
    return [(m.number, m.title, m.amount, m.state) for m in deal.milestones.all()]


def asked(deal):
    """What the recipient is still asked for, by milestone."""
    return [sum(o.missing for o in orders_of(m.ref)) for m in deal.milestones.all()]


@pytest.fixture
def deal(cast):
    return make_deal(cast, State.PERFORMING)


@pytest.fixture
def private(db):
    """A cast over a technology the State has no part in."""
    return make_cast(state_funded=False)


@pytest.fixture
def signed_here(private):
    """A deal in effect whose contract both organisations signed here."""
    return sign_here(private)


def sign_here(cast):
    deal = make_deal(cast, State.CONTRACTING)
    sign(cast, draw_up(deal=deal, by=cast.recipient_head))
    read_all()
    deal.refresh_from_db()
    return deal


# ------------------------------------------------------------------- proposing


def test_the_work_goes_on_while_an_amendment_is_proposed(cast, deal):
    turn = deal.turn
    made = propose(cast, deal)
    deal.refresh_from_db()
    assert (deal.state, deal.turn) == (State.PERFORMING, turn)
    assert made.amends.told == terms_of(deal) == TERMS
    told = {notice.person for notice in notices_of("deals.change_proposed")}
    assert cast.recipient in told
    assert cast.provider not in told
    pay(deal.milestones.first())
    actions.deliver(milestone=deal.milestones.first(), evidence="Biên bản kèm theo", by=cast.provider)  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"), [("right", Right.OWNERSHIP), ("equity", 100), ("broker", 100)]
)
def test_what_makes_it_this_contract_is_not_amended(private, field, value):
    deal = make_deal(private, State.PERFORMING, brokered=True)
    with pytest.raises(InputRefused) as refused:
        propose(private, deal, replace(TERMS, **{field: value}))
    assert field in refused_at(refused)
    assert deal.versions.count() == 1


def test_a_delivered_milestone_stays_as_it_was_agreed(cast, deal):
    actions.deliver(milestone=deal.milestones.first(), evidence="Biên bản kèm theo", by=cast.provider)  # fmt: skip
    for first in (replace(FIRST, days=31), replace(FIRST, amount=1), SECOND):
        with pytest.raises(InputRefused, match="Milestone 1 is delivered") as refused:
            propose(cast, deal, amended(first, SECOND))
        assert "milestones" in refused_at(refused)
    assert deal.versions.count() == 1


def test_a_paid_milestone_keeps_its_sum_but_not_its_day(cast, deal):
    pay(deal.milestones.first())
    for after in (amended(replace(FIRST, amount=1), SECOND),):
        with pytest.raises(InputRefused, match="Milestone 1 is paid in"):
            propose(cast, deal, after)
    assert deal.versions.count() == 1
    propose(cast, deal, amended(replace(FIRST, days=45), SECOND))


def test_an_amendment_leaves_something_to_deliver(cast, deal):
    first = deal.milestones.first()
    pay(first)
    actions.deliver(milestone=first, evidence="Biên bản kèm theo", by=cast.provider)
    actions.accept_work(milestone=first, by=cast.recipient)
    with pytest.raises(InputRefused, match="No milestone is left"):
        propose(cast, deal, amended(FIRST))
    assert deal.versions.count() == 1


def test_where_all_is_accepted_only_other_terms_are_amended(cast):
    deal = make_deal(cast, State.REPORTING, with_royalty())
    with pytest.raises(InputRefused, match="All milestones are accepted"):
        propose(cast, deal, with_royalty(amended(FIRST, SECOND, THIRD)))
    assert propose(cast, deal, with_royalty(amended(territory="ASEAN"))).amends


def test_nothing_is_proposed_over_what_was_not_read_nor_the_same_again(cast, deal):
    with pytest.raises(RuleBroken, match="hold already"):
        propose(cast, deal, TERMS)
    made = propose(cast, deal)
    with pytest.raises(RuleBroken, match="came in meanwhile"):
        actions.propose_change(deal=deal, terms=OTHER, after=made.number - 1, by=cast.recipient)  # fmt: skip
    with pytest.raises(RuleBroken, match="same as version"):
        propose(cast, deal, OTHER)
    with pytest.raises(PermissionDenied):
        actions.propose_change(deal=deal, terms=OTHER, after=made.number, by=cast.staff)
    assert deal.versions.count() == 2


def test_an_amendment_is_taken_back_only_by_its_side(cast, deal):
    made = propose(cast, deal)
    with pytest.raises(RuleBroken, match="other side's version"):
        actions.take_back_change(deal=deal, number=made.number, by=cast.recipient)
    actions.take_back_change(deal=deal, number=made.number, by=cast.provider)
    with pytest.raises(RuleBroken, match="no longer stands"):
        actions.agree_change(deal=deal, number=made.number, by=cast.recipient_head)
    assert waiting_in(deal) is None


def test_the_terms_agreed_once_are_not_agreed_as_an_amendment(cast, deal):
    for act in (actions.agree_change, actions.take_back_change):
        with pytest.raises(RuleBroken, match="no longer stands"):
            act(deal=deal, number=1, by=cast.recipient_head)
    assert terms_of(deal) == TERMS


# -------------------------------------------------------------------- agreeing


def test_only_who_binds_the_other_side_agrees(cast, deal):
    made = propose(cast, deal)
    for person in (cast.recipient, cast.provider_head):
        with pytest.raises(RuleBroken):
            actions.agree_change(deal=deal, number=made.number, by=person)
    assert waiting_in(deal) is None


def test_what_was_delivered_meanwhile_is_not_agreed_to(cast, deal):
    made = propose(cast, deal, amended(replace(FIRST, days=60), SECOND))
    actions.deliver(milestone=deal.milestones.first(), evidence="Biên bản kèm theo", by=cast.provider)  # fmt: skip
    with pytest.raises(InputRefused, match="Milestone 1 is delivered"):
        actions.agree_change(deal=deal, number=made.number, by=cast.recipient_head)
    assert waiting_in(deal) is None


def test_what_an_agreed_amendment_changes_waits_for_it(cast, deal):
    agree(cast, deal, amended(replace(FIRST, days=45), LATER))
    first = deal.milestones.first()
    with pytest.raises(RuleBroken, match="amendment changes this milestone"):
        actions.deliver(milestone=first, evidence="Biên bản kèm theo", by=cast.provider)
    first.refresh_from_db()
    assert first.state == MilestoneState.DUE
    # Its sum stays: it may be paid in. That of the second does not: nobody is asked.
    assert asked(deal) == [FIRST.amount, 0]
    assert terms_of(deal) == TERMS
    with pytest.raises(RuleBroken, match="agreed and waits"):
        propose(cast, deal, amended(FIRST, THIRD))


def test_given_up_everything_is_as_it_was(cast, deal):
    made = agree(cast, deal)
    assert asked(deal) == [FIRST.amount, 0]
    actions.drop_change(deal=deal, words=WHY, by=cast.recipient_head)
    made.refresh_from_db()
    assert made.reopened_at is not None
    assert waiting_in(deal) is None
    assert (terms_of(deal), asked(deal)) == (TERMS, [FIRST.amount, SECOND.amount])
    pay(deal.milestones.last())
    agree(cast, deal, amended(FIRST, replace(SECOND, days=100)))


def test_giving_up_binds_and_needs_something_to_give_up(cast, deal):
    with pytest.raises(RuleBroken, match="No amendment"):
        actions.drop_change(deal=deal, words=WHY, by=cast.recipient_head)
    agree(cast, deal)
    with pytest.raises(RuleBroken, match="binds"):
        actions.drop_change(deal=deal, words=WHY, by=cast.recipient)
    assert waiting_in(deal) is not None


# --------------------------------------------------------------------- holding


def test_milestones_and_money_follow_the_amended_terms(cast, deal):
    first = deal.milestones.first()
    pay(first)
    actions.deliver(milestone=first, evidence="Biên bản kèm theo", by=cast.provider)
    actions.accept_work(milestone=first, by=cast.recipient)
    agree(cast, deal)
    let_hold(cast, deal)
    deal.refresh_from_db()
    assert terms_of(deal) == OTHER
    assert terms_on(deal, day(-1)) == TERMS
    assert milestones(deal) == [
        (1, FIRST.title, FIRST.amount, MilestoneState.ACCEPTED),
        (2, SECOND.title, LATER.amount, MilestoneState.DUE),
        (3, THIRD.title, THIRD.amount, MilestoneState.DUE),
    ]
    assert deal.milestones.get(number=2).due_on == deal.effective_on + timedelta(days=150)  # fmt: skip
    assert clock.local_day(deal.due_at) == deal.effective_on + timedelta(days=150)
    assert asked(deal) == [0, LATER.amount, THIRD.amount]
    finish_rest(cast, deal)
    deal.refresh_from_db()
    assert deal.state == State.CLOSED
    assert balance(deal.book, BANK).standing == OTHER.price
    assert balance(deal.book, deal.owed).standing == OTHER.price


def finish_rest(cast, deal):
    for milestone in deal.milestones.filter(state=MilestoneState.DUE):
        pay(milestone)
        actions.deliver(milestone=milestone, evidence="Biên bản kèm theo", by=cast.provider)  # fmt: skip
        actions.accept_work(milestone=milestone, by=cast.recipient)


def test_a_dropped_milestone_is_paid_no_more_and_may_come_back(cast, deal):
    agree(cast, deal, amended(FIRST))
    let_hold(cast, deal)
    assert milestones(deal)[1][3] == MilestoneState.DROPPED
    assert asked(deal) == [FIRST.amount, 0]
    agree(cast, deal, amended(FIRST, THIRD))
    let_hold(cast, deal)
    assert milestones(deal)[1] == (2, THIRD.title, THIRD.amount, MilestoneState.DUE)
    assert asked(deal) == [FIRST.amount, THIRD.amount]
    assert [v.replaced_on for v in deal.versions.all()] == [day(), day(), None]


def test_part_of_a_sum_that_came_in_goes_back_where_the_sum_changes(cast, deal):
    second = deal.milestones.last()
    [order] = orders_of(second.ref)
    tell(payment(order, 1_000_000, "PART1"))
    agree(cast, deal)
    let_hold(cast, deal)
    old, new = orders_of(second.ref)
    assert (old.missing, new.missing) == (0, LATER.amount)
    assert balance(deal.book, BANK).standing == 0


def test_the_deal_waits_for_an_amendment_that_brings_more_work(cast, deal):
    agree(cast, deal, amended(FIRST, SECOND, THIRD))
    finish_work(cast, deal)
    deal.refresh_from_db()
    assert (deal.state, deal.delivered_at) == (State.PERFORMING, None)
    let_hold(cast, deal)
    finish_rest(cast, deal)
    deal.refresh_from_db()
    assert deal.state == State.CLOSED


def test_given_up_the_deal_that_waited_is_closed(cast, deal):
    agree(cast, deal, amended(FIRST, SECOND, THIRD))
    finish_work(cast, deal)
    actions.drop_change(deal=deal, words=WHY, by=cast.recipient_head)
    deal.refresh_from_db()
    assert deal.state == State.CLOSED


def test_an_amendment_holds_on_a_day_that_came_and_not_before_it_was_agreed(cast, deal):
    with pytest.raises(RuleBroken, match="No amendment"):
        let_hold(cast, deal)
    agree(cast, deal)
    with pytest.raises(RuleBroken, match="day has come"):
        let_hold(cast, deal, day(1))
    with pytest.raises(RuleBroken, match="after it was agreed"):
        let_hold(cast, deal, day(-1))
    with pytest.raises(PermissionDenied):
        actions.amend(deal=deal, effective_on=day(), by=cast.recipient_head)
    assert terms_of(deal) == TERMS


def test_a_dispute_keeps_no_amendment_waiting(cast, deal):
    agree(cast, deal)
    open_dispute(cast, deal)
    let_hold(cast, deal)
    deal.refresh_from_db()
    assert (deal.state, terms_of(deal)) == (State.DISPUTED, OTHER)


def test_periods_that_are_over_keep_the_royalty_they_had(cast):
    deal = make_deal(cast, State.PERFORMING, with_royalty())
    first, second, third = [r.last for r in deal.reports.all()]
    with later((first - clock.today()).days + 10):
        dearer = replace(ROYALTY, rate=700, every_months=3, least=0)
        agree(cast, deal, replace(TERMS, royalty=dearer))
        let_hold(cast, deal)
        rows = list(deal.reports.all())
        assert [r.number for r in rows] == [1, 2, 3, 4, 5]
        assert rows[0].last == first
        assert rows[1].first == first + timedelta(days=1)
        assert (rows[2].last, rows[4].last) == (second, third)
        finish_work(cast, deal)
        filed = actions.file_report(report=rows[0], figures=FIGURES, by=cast.recipient)
        assert filed.royalty == filed.base * 350 // 10_000
    with later((rows[1].last - clock.today()).days + 1):
        filed = actions.file_report(report=rows[1], figures=FIGURES, by=cast.recipient)
        assert filed.royalty == filed.base * 700 // 10_000


def test_a_royalty_agreed_later_is_not_owed_for_what_is_over(cast, deal):
    with later(200):
        agree(cast, deal, with_royalty())
        let_hold(cast, deal)
        rows = list(deal.reports.all())
    assert [r.number for r in rows] == [1, 2]
    assert rows[0].first < day(200) <= rows[0].last
    assert deal.versions.last().told.royalty == ROYALTY


def test_a_royalty_given_up_leaves_what_was_owed_before(cast):
    deal = make_deal(cast, State.REPORTING, with_royalty())
    first = deal.reports.first()
    with later((first.last - clock.today()).days + 10):
        agree(cast, deal, amended())
        let_hold(cast, deal)
        assert [r.number for r in deal.reports.all()] == [1]
        deal.refresh_from_db()
        assert (deal.state, deal.turn) == (State.REPORTING, Turn.RECIPIENT)
        actions.file_report(report=first, figures=FIGURES, by=cast.recipient)
        pay(first)
    deal.refresh_from_db()
    assert deal.state == State.CLOSED


# ---------------------------------------------------------------------- papers


def test_signed_by_both_organisations_the_amendment_holds(private, signed_here):
    deal = signed_here
    before = contract_of(deal.ref)
    agree(private, deal)
    paper = draw_up_change(deal=deal, by=private.recipient)
    assert draw_up_change(deal=deal, by=private.provider).id == paper.id
    with pytest.raises(RuleBroken, match=paper.number):
        actions.drop_change(deal=deal, words=WHY, by=private.recipient_head)
    with pytest.raises(RuleBroken, match="own page"):
        let_hold(private, deal)
    assert terms_of(deal) == TERMS
    sign(private, paper)
    read_all()
    deal.refresh_from_db()
    assert (deal.state, terms_of(deal)) == (State.PERFORMING, OTHER)
    former, now = [c for c in contracts_of(deal.ref) if c.paper is before.paper]
    assert (former.state, former.ending) == (PaperState.ENDED, Ending.AMENDED)
    assert (now.amends, now.ends_on) == (before.number, before.ends_on)
    assert asked(deal) == [FIRST.amount, LATER.amount, THIRD.amount]
    read_all()
    look()
    assert deal.versions.filter(replaced_on=None).count() == 1


def test_what_had_to_be_registered_is_amended_from_the_certificate_on(cast):
    deal = sign_here(cast)
    contract = contract_of(deal.ref)
    register(cast, contract)
    read_all()
    deal.refresh_from_db()
    assert deal.state == State.PERFORMING
    agree(cast, deal)
    paper = draw_up_change(deal=deal, by=cast.recipient)
    sign(cast, paper)
    read_all()
    signed = contracts_of(deal.ref)[-1]
    assert (signed.state, signed.due_on) == (PaperState.SIGNED, day(90))
    assert terms_of(deal) == TERMS
    register(cast, signed)
    read_all()
    assert terms_of(deal) == OTHER
    assert contract_of(deal.ref).id == paper.id


def register(cast, contract):
    """Note a certificate that was given outside the counter."""
    note_decision(contract=contract.id, approved=True, number="11/GCN", decided_on=clock.today(), by=cast.staff)  # fmt: skip


def test_a_paper_called_off_leaves_the_terms_that_hold(private, signed_here):
    deal = signed_here
    agree(private, deal)
    paper = draw_up_change(deal=deal, by=private.recipient)
    call_off_contract(contract=paper.id, words="Sai ngày bàn giao", by=private.provider_head)  # fmt: skip
    read_all()
    assert waiting_in(deal) is None
    assert (terms_of(deal), asked(deal)) == (TERMS, [FIRST.amount, SECOND.amount])
    assert contract_of(deal.ref).state is PaperState.IN_FORCE
    with pytest.raises(RuleBroken, match="No amendment"):
        draw_up_change(deal=deal, by=private.recipient)
    agree(private, deal)
    assert draw_up_change(deal=deal, by=private.recipient).id != paper.id


def test_an_amendment_does_not_outlive_its_deal(cast):
    deal = sign_here(cast)
    register(cast, contract_of(deal.ref))
    read_all()
    deal.refresh_from_db()
    agree(cast, deal)
    paper = draw_up_change(deal=deal, by=cast.recipient)
    sign(cast, paper)
    actions.ask_end(deal=deal, words="Dây chuyền không còn cần nữa", by=cast.recipient)
    actions.agree_end(deal=deal, by=cast.provider_head)
    states = [c.state for c in contracts_of(deal.ref) if not c.number.startswith("BGN")]
    assert states == [PaperState.ENDED, PaperState.CANCELLED]
    read_all()
    deal.refresh_from_db()
    assert deal.state == State.TERMINATED


def test_a_contract_on_paper_is_amended_on_paper(cast, deal):
    agree(cast, deal)
    with pytest.raises(RuleBroken, match="on paper"):
        draw_up_change(deal=deal, by=cast.recipient)
    with pytest.raises(PermissionDenied):
        draw_up_change(deal=deal, by=cast.stranger)
    follow(deal)
    assert len(contracts_of(deal.ref)) == 1
    assert terms_of(deal) == TERMS


# ----------------------------------------------------------------------- pages


def test_both_sides_see_what_differs_and_agree_on_the_page(client, private, signed_here):  # fmt: skip
    deal = signed_here
    propose(private, deal)
    page = reverse("deal", args=[deal.code])
    client.force_login(private.recipient_head)
    assert "Đọc điểm khác và trả lời" in client.get(page).content.decode()
    terms = client.get(reverse("deal-terms", args=[deal.code])).content.decode()
    assert "Xưởng mới tại Đông Anh" in terms
    assert "Sửa đổi gì so với phiên bản 1" in terms
    number = deal.versions.last().number
    client.post(reverse("deal-answer", args=[deal.code, "agree"]), {"number": number})
    assert waiting_in(deal) is not None
    assert "Lập phụ lục" in client.get(page).content.decode()
    answer = client.post(reverse("deal-contract", args=[deal.code]))
    assert answer.url == contracts_of(deal.ref)[-1].address
    assert contracts_of(deal.ref)[-1].number in client.get(page).content.decode()
    assert client.get(reverse("deal-propose", args=[deal.code])).status_code == 302


def test_the_form_of_an_amendment_starts_from_the_terms_that_hold(client, private, signed_here):  # fmt: skip
    deal = signed_here
    client.force_login(private.recipient)
    address = reverse("deal-propose", args=[deal.code])
    form = client.get(address).context_data["form"]
    assert form.initial["m1_amount"] == "499.999.999"
    sent = {k: v for k, v in form.initial.items() if v is not None} | {"m1_days": "99"}
    sent = {k: v for k, v in sent.items() if v is not False}
    assert client.post(address, sent).status_code == 302
    assert deal.versions.last().amends_id
    assert deal.versions.last().told.milestones[1].days == 99
    sent |= {"right": "ownership", "after": deal.versions.last().number}
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert "phụ lục" in refused.content.decode().lower()


def test_an_amendment_that_is_agreed_to_too_late_says_why(client, cast, deal):
    made = propose(cast, deal, amended(replace(FIRST, days=60), SECOND))
    actions.deliver(milestone=deal.milestones.first(), evidence="Biên bản kèm theo", by=cast.provider)  # fmt: skip
    client.force_login(cast.recipient_head)
    answer = client.post(reverse("deal-answer", args=[deal.code, "agree"]), {"number": made.number}, follow=True)  # fmt: skip
    assert "Mốc 1" in answer.content.decode()
    assert waiting_in(deal) is None


def test_what_was_given_up_and_what_held_before_are_shown_so(client, cast, deal):
    agree(cast, deal)
    actions.drop_change(deal=deal, words=WHY, by=cast.recipient_head)
    agree(cast, deal, amended(FIRST, LATER))
    let_hold(cast, deal)
    client.force_login(cast.recipient)
    for name in ("deal", "deal-terms"):
        page = client.get(reverse(name, args=[deal.code])).content.decode()
        assert "Không sửa đổi" in page
        assert f"có hiệu lực đến {day():%d/%m/%Y}" in page


def test_strangers_and_staff_read_no_amendment(client, cast, deal):
    propose(cast, deal)
    client.force_login(cast.staff)
    assert "Đông Anh" not in client.get(reverse("deal", args=[deal.code])).content.decode()  # fmt: skip
    assert client.get(reverse("deal-terms", args=[deal.code])).status_code == 403
