"""Acting for another never reaches further than that person does."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given, strategies as st

from khuevan.directory.actions.mandates import end_mandate, give_mandate
from khuevan.directory.actions.register import appoint
from khuevan.directory.models import Mandate, Person
from khuevan.directory.queries import holdings_of
from khuevan.directory.rules import (
    Authority,
    Holding,
    Lending,
    MandateConflict,
    Role,
    Scope,
    mandate_conflicts,
)
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import OrganisationFactory, make_person


UNITS = [UUID(int=n) for n in range(1, 6)]
units = st.sampled_from(UNITS)
own_holdings = st.lists(
    st.builds(Holding, st.sampled_from(Role), units), max_size=4
).map(tuple)
trees = st.dictionaries(units, units, max_size=4)


@given(own_holdings, own_holdings, st.sampled_from(Scope), trees)
def test_a_mandate_never_widens_beyond_the_principal(own, principal_s, scope, tree):
    lent = tuple(
        Holding(h.role, h.organisation_id, UUID(int=99), scope) for h in principal_s
    )
    alone = Authority.of(own, tree)
    principal = Authority.of(principal_s, tree)
    acting = Authority.of((*own, *lent), tree)
    for view in (acting, *(acting.within(s) for s in Scope)):
        assert view.organisations <= alone.organisations | principal.organisations
        assert view.reads_everything <= (
            alone.reads_everything or principal.reads_everything
        )
        for role in Role:
            assert view.has(role) <= (alone.has(role) or principal.has(role))
            for unit in UNITS:
                assert view.has_in(unit, role) <= (
                    alone.has_in(unit, role) or principal.has_in(unit, role)
                )


@given(
    own_holdings, own_holdings, st.sampled_from([Scope.STEERING, Scope.SIGNING]), trees
)
def test_a_narrow_mandate_counts_in_its_work_only(own, principal_s, scope, tree):
    lent = tuple(
        Holding(h.role, h.organisation_id, UUID(int=99), scope) for h in principal_s
    )
    acting = Authority.of((*own, *lent), tree)
    assert acting.holdings == own
    assert acting.organisations == Authority.of(own, tree).organisations
    other = Scope.SIGNING if scope is Scope.STEERING else Scope.STEERING
    assert acting.within(other).holdings == own
    assert acting.within(scope).holdings == (*own, *lent)


@given(own_holdings, trees)
def test_posts_of_one_s_own_are_the_only_ones_to_lend(own, tree):
    lent = tuple(Holding(h.role, h.organisation_id, UUID(int=99)) for h in own)
    assert Authority.of(lent, tree).own == ()
    assert Authority.of((*own, *lent), tree).own == own


days = st.integers(0, 30).map(lambda n: date(2026, 1, 1) + timedelta(n))


@given(days, days, days, days)
def test_lendings_overlap_when_they_share_a_day(a, b, c, d):
    one = Lending(UNITS[0], UNITS[1], Scope.EVERYTHING, min(a, b), max(a, b))
    two = Lending(UNITS[0], UNITS[2], Scope.EVERYTHING, min(c, d), max(c, d))
    all_days = {one.valid_from + timedelta(n) for n in range((one.valid_to - one.valid_from).days + 1)}  # fmt: skip
    shared = any(two.valid_from <= day <= two.valid_to for day in all_days)
    assert one.overlaps(two) is two.overlaps(one) is shared
    found = mandate_conflicts(one, [two], set())
    assert (MandateConflict.ALREADY_LENT in found) is shared


@pytest.fixture
def unit(db):
    return OrganisationFactory.create()


@pytest.fixture
def head(unit):
    return make_person(Role.HEAD, unit)


@pytest.fixture
def deputy(unit):
    return make_person(Role.OFFICIAL, unit)


def give(by, delegate, **changes):
    today = clock.today()
    order = {
        "delegate": delegate,
        "scope": Scope.EVERYTHING,
        "valid_from": today,
        "valid_to": today + timedelta(days=10),
        "reason": "Đi công tác",
        **changes,
    }
    return give_mandate(**order, by=by)


def fresh(person):
    return Person.objects.get(pk=person.pk)


def test_the_delegate_acts_as_the_principal(unit, head, deputy):
    mandate = give(head, deputy)
    authority = fresh(deputy).authority
    assert authority.has_in(unit.pk, Role.HEAD)
    assert authority.capacity(unit.pk, Role.HEAD).on_behalf_of == head.pk
    assert authority.capacity(unit.pk, Role.OFFICIAL).on_behalf_of is None
    (fact,) = facts_about(mandate.ref)
    assert fact.kind == "directory.mandate_given"
    assert fact.figures["delegate"] == deputy.ref
    assert "reason" not in fact.figures


def test_facts_say_on_whose_behalf(unit, head, deputy):
    give(head, deputy)
    newcomer = make_person()
    post = appoint(
        person=newcomer,
        organisation=unit,
        role=Role.OFFICIAL,
        title="Chuyên viên",
        valid_from=clock.today(),
        by=fresh(deputy),
    )
    (fact,) = facts_about(post.ref)
    assert fact.actor == deputy.ref
    assert fact.figures["on_behalf_of"] == head.ref


def test_of_many_people_two_questions_find_what_the_authority_of_each_has(unit, head, deputy, django_assert_num_queries):  # fmt: skip
    give(head, deputy)
    other = make_person(Role.OFFICIAL, unit)
    give(head, other, scope=Scope.SIGNING, despite_conflicts=True)
    gone = make_person(Role.OFFICIAL, unit)
    gone.appointments.update(valid_to=clock.today() - timedelta(days=1))
    people = [fresh(one) for one in (head, deputy, other, gone, make_person())]
    with django_assert_num_queries(2):
        found = holdings_of(people)
    assert {one.pk: set(found[one.pk]) for one in people} == {one.pk: set(one.authority.holdings) for one in people}  # fmt: skip
    assert len(found[deputy.pk]) == 2


@pytest.mark.parametrize("scope", [Scope.STEERING, Scope.SIGNING])
def test_a_scope_is_kept_within(unit, head, deputy, scope):
    give(head, deputy, scope=scope)
    authority = fresh(deputy).authority
    assert not authority.has(Role.HEAD)
    assert authority.within(scope).has_in(unit.pk, Role.HEAD)


def test_nothing_holds_before_or_after(unit, head, deputy):
    give(head, deputy)
    for shift in (-1, 11):
        with clock.telling(clock.now() + timedelta(days=shift)):
            assert not fresh(deputy).authority.has(Role.HEAD)


@pytest.mark.parametrize("who", ["head", "deputy"])
def test_either_side_ends_it(head, deputy, who):
    mandate = give(head, deputy)
    end_mandate(mandate=mandate, by={"head": head, "deputy": deputy}[who])
    assert not fresh(deputy).authority.has(Role.HEAD)
    with pytest.raises(RuleBroken):
        end_mandate(mandate=mandate, by=head)
    assert [f.kind for f in facts_about(mandate.ref)][-1] == "directory.mandate_ended"


def test_nobody_else_ends_it(head, deputy):
    mandate = give(head, deputy)
    with pytest.raises(PermissionDenied):
        end_mandate(mandate=mandate, by=make_person(Role.OPERATOR))
    assert fresh(deputy).authority.has(Role.HEAD)


def test_what_was_lent_is_not_passed_on(unit, head, deputy):
    third = make_person(Role.OFFICIAL, unit)
    give(head, deputy)
    give(fresh(deputy), third, despite_conflicts=True)
    assert not fresh(third).authority.has(Role.HEAD)


def test_holding_nothing_lends_nothing(unit, deputy):
    nobody = make_person()
    nobody.appointments.all().delete()
    with pytest.raises(RuleBroken):
        give(nobody, deputy)
    assert not Mandate.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_to": date(2020, 1, 1)},
        {"valid_from": date(2020, 1, 1)},
        {"valid_to": clock.today() + timedelta(days=367)},
        {"reason": "  "},
    ],
)
def test_faulty_mandates_change_nothing(head, deputy, changes):
    with pytest.raises(RuleBroken):
        give(head, deputy, **changes)
    assert not Mandate.objects.exists()


def test_strangers_and_oneself_are_no_delegates(head, unit):
    for other in (make_person(), head, make_person(organisation=unit, is_active=False)):
        with pytest.raises(RuleBroken):
            give(head, other)
    assert not Mandate.objects.exists()


def test_conflicts_are_told_before_they_happen(client, head, deputy, unit):
    third = make_person(Role.OFFICIAL, unit)
    give(head, deputy)
    with pytest.raises(RuleBroken):
        give(head, third)
    client.force_login(head)
    typed = {
        "delegate": str(third.pk), "scope": "everything", "reason": "Đi công tác",
        "valid_from": clock.today().isoformat(), "valid_to": clock.today().isoformat(),
    }  # fmt: skip
    page = client.post("/account/mandates/new/", typed, follow=True)
    assert Mandate.objects.count() == 1
    head.set_unusable_password()
    head.save()
    client.force_login(head)
    page = client.post("/account/mandates/new/", typed)
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()
    answer = client.post("/account/mandates/new/", {**typed, "anyway": "on"})
    assert answer.url == "/account/mandates/"
    assert Mandate.objects.count() == 2


def test_mandates_are_given_and_ended_on_pages(client, head, deputy):
    client.force_login(head)
    assert client.get("/account/mandates/new/").status_code == 200
    typed = {
        "delegate": str(deputy.pk), "scope": "steering", "reason": "Đi công tác",
        "valid_from": clock.today().isoformat(), "valid_to": clock.today().isoformat(),
    }  # fmt: skip
    assert client.post("/account/mandates/new/", typed).url == "/account/mandates/"
    mandate = Mandate.objects.get()
    assert "Đi công tác" in client.get("/account/mandates/").content.decode()
    stranger = make_person()
    client.force_login(stranger)
    assert client.post(f"/account/mandates/{mandate.pk}/end/").status_code == 404
    client.force_login(deputy)
    assert client.post(f"/account/mandates/{mandate.pk}/end/").status_code == 302
    mandate.refresh_from_db()
    assert mandate.ended_at
