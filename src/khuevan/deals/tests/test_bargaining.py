"""Negotiation: versions, what differs, what is agreed and stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connections, transaction

from khuevan.contracts.public import Milestone, Royalty, RoyaltyBase
from khuevan.deals import actions
from khuevan.deals.models import Deal, Version
from khuevan.deals.rules.bargaining import Proposed, compare
from khuevan.deals.rules.states import State, Turn
from khuevan.directory.public import Organisation
from khuevan.directory.tests.factories import OrganisationFactory
from khuevan.exchange.tests.factories import different
from khuevan.journal.public import facts_about
from khuevan.platform.errors import InputRefused, KhuevanError, RuleBroken

from .factories import TERMS, make_cast, make_deal, with_royalty


CHEAPER = replace(TERMS, milestones=(Milestone("Bàn giao", "Biên bản bàn giao", 30, 600_000_000),))  # fmt: skip


def propose(deal, terms, after, by):
    return actions.propose_terms(deal=deal, terms=terms, after=after, by=by)


@pytest.mark.django_db
def test_versions_go_back_and_forth_until_one_is_agreed(cast):
    deal = make_deal(cast, State.NEGOTIATING)
    propose(deal, TERMS, 0, cast.provider)
    deal.refresh_from_db()
    assert deal.turn == Turn.RECIPIENT
    second = propose(deal, CHEAPER, 1, cast.recipient)
    with pytest.raises(RuleBroken, match="binds"):
        actions.agree_terms(deal=deal, number=2, by=cast.provider)
    actions.agree_terms(deal=deal, number=2, by=cast.provider_head)
    deal.refresh_from_db()
    second.refresh_from_db()
    assert (deal.state, second.told.price, second.agreed_by) == (State.CONTRACTING, 600_000_000, cast.provider_head)  # fmt: skip
    assert [f.kind for f in facts_about(deal.ref)][-3:] == ["deals.terms_proposed", "deals.terms_proposed", "deals.terms_agreed"]  # fmt: skip


@pytest.mark.django_db
def test_nobody_answers_what_they_have_not_read(cast):
    deal = make_deal(cast, State.NEGOTIATING)
    propose(deal, TERMS, 0, cast.provider)
    with pytest.raises(RuleBroken, match="Version 1"):
        propose(deal, CHEAPER, 0, cast.recipient)
    propose(deal, CHEAPER, 1, cast.provider)
    with pytest.raises(RuleBroken, match="no longer stands"):
        actions.agree_terms(deal=deal, number=1, by=cast.recipient_head)
    with pytest.raises(RuleBroken, match="same as"):
        propose(deal, CHEAPER, 2, cast.recipient)
    with pytest.raises(RuleBroken, match="other side agrees"):
        actions.agree_terms(deal=deal, number=2, by=cast.provider_head)
    assert deal.versions.count() == 2


@pytest.mark.django_db
def test_a_version_is_taken_back_by_its_own_side_before_anybody_agrees(cast):
    deal = make_deal(cast, State.NEGOTIATING)
    propose(deal, TERMS, 0, cast.provider)
    with pytest.raises(RuleBroken, match="other side's"):
        actions.take_back_terms(deal=deal, number=1, by=cast.recipient)
    actions.take_back_terms(deal=deal, number=1, by=cast.provider)
    with pytest.raises(RuleBroken, match="no longer stands"):
        actions.agree_terms(deal=deal, number=1, by=cast.recipient_head)
    propose(deal, TERMS, 1, cast.recipient)
    with pytest.raises(PermissionDenied):
        propose(deal, CHEAPER, 2, cast.stranger)


@pytest.mark.django_db
def test_what_was_proposed_or_agreed_never_changes(cast):
    deal = make_deal(cast, State.CONTRACTING)
    with pytest.raises(RuleBroken, match="moved on"):
        propose(deal, CHEAPER, 1, cast.recipient)
    for change in ({"terms": {}}, {"agreed_at": None, "agreed_by": None}, {"note": "x"}):  # fmt: skip
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            Version.objects.filter(deal=deal).update(**change)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Version.objects.filter(deal=deal).delete()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": " "}, "name"), ({"objects": ()}, "objects"), ({"methods": ()}, "methods"),
        ({"milestones": ()}, "milestones"), ({"penalty": 10_001}, "penalty"),
        ({"broker": 100}, "broker"),
        ({"milestones": (Milestone("A", "", 1, 1),)}, "milestones"),
        ({"milestones": (Milestone("A", "B", 9, 1), Milestone("C", "D", 8, 1))}, "milestones"),
        ({"milestones": (Milestone("A", "B", 9, -1),)}, "milestones"),
        ({"milestones": (Milestone("A", "B", 9, 0),)}, "milestones"),
        ({"royalty": Royalty(RoyaltyBase.NET_PRICE, 0, 6, 12)}, "royalty"),
        ({"royalty": Royalty(RoyaltyBase.NET_PRICE, 100, 24, 12)}, "royalty"),
    ],
)  # fmt: skip
def test_terms_that_make_no_deal_are_refused_with_where(cast, change, where):
    deal = make_deal(cast, State.NEGOTIATING)
    with pytest.raises(InputRefused) as refused:
        propose(deal, replace(TERMS, **change), 0, cast.provider)
    assert where in {problem.where for problem in refused.value.problems}
    assert not deal.versions.exists()


@pytest.mark.django_db
def test_a_broker_of_a_state_funded_result_gets_ten_per_cent_at_most(cast):
    deal = make_deal(cast, State.NEGOTIATING, brokered=True)
    with pytest.raises(RuleBroken, match="76/2018"):
        propose(deal, replace(TERMS, broker=1_001), 0, cast.provider)
    assert not deal.versions.exists()
    propose(deal, replace(TERMS, broker=1_000), 0, cast.provider)


@pytest.mark.django_db
def test_a_broker_of_private_technology_gets_what_is_agreed(db):
    cast = make_cast(state_funded=False)
    deal = make_deal(cast, State.NEGOTIATING, brokered=True)
    propose(deal, replace(TERMS, broker=2_000), 0, cast.provider)


def test_a_version_is_compared_with_ones_own_and_the_others_last():
    third = replace(CHEAPER, term_months=36)
    told = compare([Proposed(1, "provider", TERMS), Proposed(2, "recipient", CHEAPER), Proposed(3, "provider", third)])  # fmt: skip
    assert [(c.own and c.own.number, c.other and c.other.number) for c in told] == [(None, None), (None, 1), (1, 2)]  # fmt: skip
    assert [d.field for d in told[2].own_changes] == ["milestones", "term_months"]
    assert [(d.field, d.before, d.after) for d in told[2].other_changes] == [("term_months", 60, 36)]  # fmt: skip


# --------------------------------------------------------- both at the same second


@pytest.fixture
def body(documents):
    """The exchange's operator, which emptied tables take away between tests."""
    if not Organisation.objects.filter(code="H26.KHCN").exists():
        OrganisationFactory.create(code="H26.KHCN")


def _together(*acts):
    start, told = Barrier(len(acts)), []

    def run(act):
        try:
            start.wait()
            act()
            told.append("done")
        except (KhuevanError, DatabaseError) as refused:
            told.append(type(refused).__name__)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))
    return sorted(told)


@pytest.mark.django_db(transaction=True)
def test_two_who_act_at_once_never_make_two_agreed_versions(body):
    for number in range(5):
        cast = make_cast(different(number))
        deal = make_deal(cast, State.NEGOTIATING)
        propose(deal, TERMS, 0, cast.provider)
        told = _together(
            lambda deal=deal, cast=cast: actions.agree_terms(deal=deal, number=1, by=cast.recipient_head),
            lambda deal=deal, cast=cast: propose(deal, CHEAPER, 1, cast.recipient),
            lambda deal=deal, cast=cast: actions.take_back_terms(deal=deal, number=1, by=cast.provider),
            lambda deal=deal, cast=cast: propose(deal, with_royalty(), 1, cast.provider),
        )  # fmt: skip
        agreed = deal.versions.exclude(agreed_at=None).count()
        assert agreed <= 1
        state = Deal.objects.get(pk=deal.pk).state
        assert (state == State.CONTRACTING) == (agreed == 1)
        assert told.count("done") >= 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_propose_at_once_one_reads_first(body):
    cast = make_cast()
    deal = make_deal(cast, State.NEGOTIATING)
    told = _together(
        lambda: propose(deal, TERMS, 0, cast.provider),
        lambda: propose(deal, CHEAPER, 0, cast.recipient),
    )
    assert told == ["RuleBroken", "done"]
    assert deal.versions.count() == 1
