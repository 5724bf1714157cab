"""Asking, appointing, working, signing, settling; and the prices kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import InputRefused, RuleBroken
from khuevan.valuation import actions, queries
from khuevan.valuation.models import ReferencePrice, Valuation, Worksheet
from khuevan.valuation.queries import comparables_for, opinions_of, price_groups
from khuevan.valuation.rules.concluding import Right, State
from khuevan.valuation.rules.sheets import Method

from .factories import WHY, cost, make_appraiser, make_price, market, relief, stranger


pytestmark = pytest.mark.django_db


def kinds(subject: str) -> list[str]:
    """Return what the journal tells of a subject, the oldest first."""
    told = [fact.kind.removeprefix("valuation.") for fact in facts_about(subject)]
    return told


def test_a_firm_asks_and_two_houses_value(cast):
    made, opinions = cast.working()
    assert made.state == State.WORKING
    assert [each.seat for each in opinions] == [1, 2]
    assert made.code.startswith(f"GT-{clock.today().year}-")


def test_nobody_asks_for_another_s_house(cast):
    with pytest.raises(PermissionDenied):
        actions.ask_valuation(
            owner=cast.firm, title="Lọc nước", field="x", kind="y", right=Right.OWNERSHIP,
            purpose="transfer", state_funded=False, base_day=clock.today(), by=stranger(),
        )  # fmt: skip
    assert not Valuation.objects.exists()


def test_a_right_that_is_over_is_not_valued(cast):
    with pytest.raises(RuleBroken, match="protection is over"):
        cast.ask(protected_until=clock.today())
    assert not Valuation.objects.exists()


def test_what_the_state_paid_for_takes_two(cast):
    asked = cast.ask(state_funded=True)
    with pytest.raises(RuleBroken, match="the State paid"):
        actions.appoint(valuation=asked, appraisers=[cast.first], by=cast.asker)
    asked.refresh_from_db()
    assert asked.state == State.ASKED
    assert not asked.appraisals.exists()


def test_the_second_is_of_another_house(cast):
    house = cast.first.organisation
    sibling = actions.register_appraiser(
        person=make_person(Role.MEMBER, house), organisation=house, certificate="TĐV 9",
        fields=[], until=clock.today(), by=cast.keeper,
    )  # fmt: skip
    asked = cast.ask()
    for second in (sibling, cast.first):
        with pytest.raises(RuleBroken, match="of one house"):
            actions.appoint(
                valuation=asked, appraisers=[cast.first, second], by=cast.asker
            )
    assert not asked.appraisals.exists()


def test_whoever_is_of_the_house_that_asks_does_not_value(cast):
    own = actions.register_appraiser(
        person=cast.asker, organisation=cast.first.organisation, certificate="TĐV 8",
        fields=[], until=clock.today(), by=cast.keeper,
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="of the house that asks"):
        actions.appoint(valuation=cast.ask(), appraisers=[own], by=cast.asker)


def test_who_is_off_the_list_values_nothing(cast):
    actions.end_appraiser(appraiser=cast.first, by=cast.keeper)
    cast.first.refresh_from_db()
    with pytest.raises(RuleBroken, match="not on the list"):
        actions.appoint(valuation=cast.ask(), appraisers=[cast.first], by=cast.asker)
    with pytest.raises(RuleBroken, match="off the list already"):
        actions.end_appraiser(appraiser=cast.first, by=cast.keeper)


def test_nobody_puts_oneself_on_the_list(cast):
    with pytest.raises(RuleBroken, match="oneself"):
        actions.register_appraiser(
            person=cast.keeper, organisation=cast.firm, certificate="TĐV 7", fields=[],
            until=clock.today(), by=cast.keeper,
        )  # fmt: skip
    with pytest.raises(PermissionDenied):
        actions.register_appraiser(
            person=cast.asker, organisation=cast.firm, certificate="TĐV 7", fields=[],
            until=clock.today(), by=cast.asker,
        )  # fmt: skip


def test_a_certificate_that_is_over_is_refused(cast):
    with pytest.raises(RuleBroken, match="certificate is over"):
        actions.register_appraiser(
            person=stranger(), organisation=cast.firm, certificate="TĐV 7", fields=[],
            until=clock.today() - timedelta(days=1), by=cast.keeper,
        )  # fmt: skip


# ------------------------------------------------------------------- valuing


def test_one_opinion_concludes_with_the_weighted_mean(cast):
    made, [opinion] = cast.working(second=False)
    person = opinion.appraiser.person
    actions.keep_worksheet(
        appraisal=opinion, sheet=cost(1_000_000), weight=25, by=person
    )
    actions.keep_worksheet(appraisal=opinion, sheet=market(2_000_000, 2_000_000, 2_000_000), weight=75, by=person)  # fmt: skip
    actions.sign(appraisal=opinion, reasoning=WHY, by=person)
    made.refresh_from_db()
    assert (made.state, made.amount) == (State.CONCLUDED, 1_750_000)


def test_a_worksheet_is_worked_again_in_its_own_place(cast):
    _made, [opinion] = cast.working(second=False)
    person = opinion.appraiser.person
    for amount in (5, 7):
        actions.keep_worksheet(
            appraisal=opinion, sheet=cost(amount), weight=100, by=person
        )
    assert Worksheet.objects.get().value == 7
    actions.drop_worksheet(appraisal=opinion, method=Method.COST, by=person)
    assert not Worksheet.objects.exists()
    with pytest.raises(RuleBroken, match="no such worksheet"):
        actions.drop_worksheet(appraisal=opinion, method=Method.COST, by=person)


def test_a_bad_worksheet_changes_nothing(cast):
    made, [opinion] = cast.working(second=False, protected_until=clock.today() + timedelta(days=300))  # fmt: skip
    person = opinion.appraiser.person
    with pytest.raises(InputRefused):
        actions.keep_worksheet(
            appraisal=opinion, sheet=relief(1, 2), weight=100, by=person
        )
    with pytest.raises(RuleBroken, match="0 to 100"):
        actions.keep_worksheet(appraisal=opinion, sheet=cost(1), weight=101, by=person)
    assert not Worksheet.objects.exists()
    assert kinds(made.ref) == ["valuation_asked", "appraisers_appointed"]


def test_only_the_appraiser_works_on_an_opinion(cast):
    _made, [opinion, other] = cast.working()
    for person in (cast.asker, cast.keeper, other.appraiser.person):
        with pytest.raises(PermissionDenied):
            actions.keep_worksheet(
                appraisal=opinion, sheet=cost(1), weight=100, by=person
            )
    assert not Worksheet.objects.exists()


def test_weights_that_do_not_add_up_are_not_signed(cast):
    made, [opinion] = cast.working(second=False)
    person = opinion.appraiser.person
    with pytest.raises(RuleBroken, match="needs a worksheet"):
        actions.sign(appraisal=opinion, reasoning=WHY, by=person)
    actions.keep_worksheet(appraisal=opinion, sheet=cost(9), weight=60, by=person)
    with pytest.raises(RuleBroken, match="add up to 60"):
        actions.sign(appraisal=opinion, reasoning=WHY, by=person)
    made.refresh_from_db()
    assert made.state == State.WORKING


def test_a_signed_opinion_never_changes(cast):
    _made, [opinion, _other] = cast.working()
    person = opinion.appraiser.person
    actions.keep_worksheet(appraisal=opinion, sheet=cost(9), weight=100, by=person)
    actions.sign(appraisal=opinion, reasoning=WHY, by=person)
    opinion.refresh_from_db()
    for act in (
        lambda: actions.keep_worksheet(
            appraisal=opinion, sheet=cost(8), weight=100, by=person
        ),
        lambda: actions.drop_worksheet(
            appraisal=opinion, method=Method.COST, by=person
        ),
        lambda: actions.sign(appraisal=opinion, reasoning=WHY, by=person),
    ):
        with pytest.raises(RuleBroken, match="signed"):
            act()
    assert Worksheet.objects.get().value == 9
    [fact] = [
        f
        for f in facts_about(opinion.valuation.ref)
        if f.kind.endswith("opinion_signed")
    ]
    assert fact.figures["digest"] == opinion.digest
    assert "amount" not in fact.figures


def test_neither_appraiser_knows_the_other_before_both_signed(cast):
    made, [first, second] = cast.working()
    ana, binh = first.appraiser.person, second.appraiser.person
    actions.keep_worksheet(appraisal=first, sheet=cost(900), weight=100, by=ana)
    actions.sign(appraisal=first, reasoning=WHY, by=ana)
    for reader in (binh, cast.asker, cast.keeper):
        seen = opinions_of(made, reader)[0]
        assert (seen.signed, seen.readable, seen.amount, seen.sheets, seen.reasoning) == (True, False, None, (), "")  # fmt: skip
    assert opinions_of(made, ana)[0].amount == 900
    actions.keep_worksheet(appraisal=second, sheet=cost(1_000), weight=100, by=binh)
    actions.sign(appraisal=second, reasoning=WHY, by=binh)
    assert [each.amount for each in opinions_of(made, cast.asker)] == [900, 1_000]


def test_two_near_opinions_conclude_in_their_middle(cast):
    made = cast.signed(900, 1_000)
    assert (made.state, made.amount) == (State.CONCLUDED, 950)


def test_two_far_opinions_wait_for_who_keeps_the_list(cast):
    made = cast.signed(1_000, 2_000)
    assert (made.state, made.amount) == (State.DIFFERING, None)
    with pytest.raises(PermissionDenied):
        actions.settle(valuation=made, amount=1_500, why=WHY, by=cast.asker)
    with pytest.raises(RuleBroken, match="between them"):
        actions.settle(valuation=made, amount=2_001, why=WHY, by=cast.keeper)
    made.refresh_from_db()
    assert made.state == State.DIFFERING
    actions.settle(valuation=made, amount=1_400, why=WHY, by=cast.keeper)
    made.refresh_from_db()
    assert (made.state, made.amount, made.why) == (State.CONCLUDED, 1_400, WHY)


def test_what_has_a_value_is_not_called_off(cast):
    made = cast.signed(900)
    with pytest.raises(RuleBroken):
        actions.cancel_valuation(
            valuation=made, why="Không cần nữa, đã ký rồi", by=cast.asker
        )
    other = cast.ask()
    actions.cancel_valuation(
        valuation=other, why="Không chuyển giao nữa", by=cast.asker
    )
    other.refresh_from_db()
    assert other.state == State.CANCELLED


def test_a_valuation_is_seen_by_those_it_concerns(cast):
    made, [first, _second] = cast.working()
    rows = Valuation.objects
    for person in (cast.asker, first.appraiser.person):
        assert list(rows.visible_to(person)) == [made]
    for person in (stranger(), make_appraiser(cast.keeper).person, cast.keeper):
        assert not rows.visible_to(person).exists()
    assert list(rows.visible_to(cast.keeper, keeps=True)) == [made]


# -------------------------------------------------------------------- prices


def test_a_price_is_kept_once(cast):
    first = make_price(5_000_000, subject="deals.deal:1")
    again = make_price(6_000_000, subject="deals.deal:1")
    assert again == first
    assert ReferencePrice.objects.get().price == 5_000_000
    assert kinds(first.ref) == ["price_recorded"]


def test_a_price_nobody_pays_is_refused(cast):
    for more in (
        {"price": 0},
        {"price": 1, "agreed_on": clock.today() + timedelta(days=1)},
    ):
        with pytest.raises(RuleBroken):
            make_price(**more)
    assert not ReferencePrice.objects.exists()


def test_a_price_opens_once_both_sides_agreed(cast):
    kept = make_price(5_000_000)
    assert not ReferencePrice.objects.visible_to(cast.asker).exists()
    actions.open_price(subject=kept.subject, by=None)
    actions.open_price(subject=kept.subject, by=None)
    assert ReferencePrice.objects.visible_to(cast.asker).get() == kept
    assert kinds(kept.ref) == ["price_recorded", "price_opened"]
    with pytest.raises(PermissionDenied):
        actions.open_price(subject=kept.subject, by=cast.asker)


def test_groups_speak_only_when_nobody_s_price_is_told(cast):
    for n in range(1, 5):
        make_price(n * 1_000_000)
    assert {each.count for each in price_groups()} == {None}
    make_price(5_000_000)
    spoken = {
        (each.right, each.count, each.middle) for each in price_groups() if each.count
    }
    assert spoken == {(None, 5, 3_000_000), (Right.OWNERSHIP, 5, 3_000_000)}
    make_price(90_000_000, recorded_at=clock.now())
    again = {(g.right, g.count, g.middle) for g in price_groups() if g.count}
    assert again == spoken


def test_comparables_are_the_most_alike_and_always_the_same(cast):
    other = make_price(
        7, field="health", kind="software", title="Bệnh án", right=Right.EXCLUSIVE
    )
    alike = make_price(9, title="Màng lọc gốm cho nước thải (giả định)")
    asked = cast.ask()
    found = comparables_for(asked)
    assert [each.price.id for each in found] == [alike.pk, other.pk]
    assert found == comparables_for(asked)
    assert found[0].score > found[1].score


def test_opinions_take_two_queries(cast, django_assert_num_queries):
    made = cast.signed(900, 1_000)
    with django_assert_num_queries(2):
        queries.opinions_of(made, cast.asker)
