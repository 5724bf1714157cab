"""Who is told of what happens in a deal, and that every action leaves one fact."""

from __future__ import annotations

from datetime import timedelta

import pytest

from khuevan.contracts.public import sign_contract
from khuevan.deals import actions
from khuevan.deals.dated import nda_on
from khuevan.deals.models.deals import Answer
from khuevan.deals.rules.room import Level
from khuevan.deals.rules.states import State
from khuevan.journal.public import facts_about
from khuevan.notices.tests.factories import notices_of
from khuevan.platform import clock

from .factories import (
    TERMS,
    ask,
    later,
    make_deal,
    open_dispute,
    pay,
    with_royalty,
)
from .test_contact import pdf
from .test_performing import FIGURES


pytestmark = pytest.mark.django_db
WORDS = "Chúng tôi thấy như vậy là hợp lý"


def told(kind):
    return {notice.person for notice in notices_of(f"deals.{kind}")}


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_whoever_is_to_act_is_told_and_nobody_outside(cast):
    deal = ask(cast, brokered=True)
    assert told("contact_asked") == {cast.broker_person}
    actions.introduce(deal=deal, words=WORDS, by=cast.broker_person)
    assert told("contact_introduced") == {cast.provider, cast.provider_head}
    actions.accept_contact(deal=deal, by=cast.provider)
    both = {cast.provider, cast.provider_head, cast.recipient, cast.recipient_head}
    assert told("contact_accepted") == both - {cast.provider}
    actions.agree_nda(deal=deal, version=nda_on(clock.today()).version, by=cast.provider_head)  # fmt: skip
    assert told("nda_agreed") == {cast.recipient, cast.recipient_head}
    actions.withdraw(deal=deal, words=WORDS, by=cast.recipient)
    assert told("deal_withdrawn") == both - {cast.recipient} | {cast.broker_person}


@pytest.mark.usefixtures("feed_shows_this_transaction")
def test_the_reminded_side_is_told_and_money_held_is_told_to_the_provider(cast):
    deal = make_deal(cast, State.ASKED)
    with later(10):
        actions.chase(deal=deal, by=None)
        assert told("deal_reminded") == {cast.provider, cast.provider_head}
        actions.withdraw(deal=deal, words=WORDS, by=cast.recipient)
    deal = make_deal(cast, State.PERFORMING)
    pay(deal.milestones.first())
    assert told("milestone_paid") == {cast.provider, cast.provider_head}


def test_every_action_leaves_exactly_one_fact(cast):
    """Played through to the last report, dispute and survey included."""
    deal, count = ask(cast, brokered=True), 1

    def does(name, /, **told):
        nonlocal count
        made = getattr(actions, name)(**told)
        count += 1
        kinds = [f.kind for f in facts_about(deal.ref) if f.kind.startswith("deals.")]
        assert len(kinds) == count, (name, kinds[-3:])
        return made

    version = nda_on(clock.today()).version
    provider, head, buyer, bound, staff = cast.provider, cast.provider_head, cast.recipient, cast.recipient_head, cast.staff  # fmt: skip
    does("introduce", deal=deal, words=WORDS, by=cast.broker_person)
    does("accept_contact", deal=deal, by=provider)
    does("agree_nda", deal=deal, version=version, by=bound)
    does("agree_nda", deal=deal, version=version, by=head)
    file = does("put_file", deal=deal, content=pdf(), name="x.pdf", title="", level=Level.NDA, by=provider)  # fmt: skip
    does("read_file", file=file, by=buyer)
    does("take_out_file", file=file, by=provider)
    start = clock.now() + timedelta(hours=1)
    meeting = does("call_meeting", deal=deal, starts_at=start, ends_at=start + timedelta(hours=1), place="Hà Nội", agenda=WORDS, by=buyer)  # fmt: skip
    with later(1):
        does("write_minutes", meeting=meeting, words=WORDS, by=buyer)
    made = does("draft_memorandum", deal=deal, text=WORDS, plan=WORDS, by=provider)
    for person in (head, bound):
        sign_contract(contract=made.paper, by=person)
    does("note_memorandum_signed", memorandum=made, by=None)
    with later(30):
        does("ask_both", deal=deal, by=None)
        does("answer_survey", survey=deal.surveys.first(), answer=Answer.NO, by=provider)  # fmt: skip
    does("propose_terms", deal=deal, terms=TERMS, after=0, by=provider)
    does("take_back_terms", deal=deal, number=1, by=provider)
    does("propose_terms", deal=deal, terms=with_royalty(), after=1, by=provider)
    does("agree_terms", deal=deal, number=2, by=bound)
    today = clock.today()
    does("note_signed", deal=deal, signed_on=today, by=staff)
    does("note_registered", deal=deal, registered_on=today, by=staff)
    does("take_effect", deal=deal, effective_on=today, by=staff)
    first, second = deal.milestones.all()
    for milestone in (first, second):
        pay(milestone)
        count += 1  # the bank's word is an action of its own: hold_payment
    does("deliver", milestone=first, evidence=WORDS, by=provider)
    does("send_back_work", milestone=first, words=WORDS, by=buyer)
    does("deliver", milestone=first, evidence=WORDS, by=provider)
    does("accept_work", milestone=first, by=buyer)
    does("pay_out", deal=deal, amount=1, reference="FT1", by=staff)
    does("ask_end", deal=deal, words=WORDS, by=buyer)
    does("refuse_end", deal=deal, words=WORDS, by=provider)
    deal = open_dispute(cast, deal)
    count += 2
    does("decide_dispute", deal=deal, parts={2: 1}, goes_on=True, words=WORDS, by=cast.expert)  # fmt: skip
    report = deal.reports.first()
    with later((report.due_on - today).days + 1):
        does("note_late_report", report=report, by=None)
        does("file_report", report=report, figures=FIGURES, by=buyer)
        does("ask_end", deal=deal, words=WORDS, by=buyer)
        does("agree_end", deal=deal, by=head)
