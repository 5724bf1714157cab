"""Who handles what: a head's rule names the people, load decides among them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.counter import actions
from khuevan.counter.models import AssignmentRule
from khuevan.counter.rules.states import Business
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.journal.public import facts_about
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.process.public import Duty

from .factories import make_dossier, waiting


def handled(cast):
    """Let the division head send a dossier on without naming anybody; return by whom."""
    dossier = make_dossier(Business.ACCEPTED, cast=cast)
    actions.finish_step(step=waiting(dossier, Duty.ASSIGN), by=cast.division)
    return waiting(dossier, Duty.HANDLE).person


def rule(cast, *people, **kind):
    return actions.set_assignment(organisation=cast.commune, people=people, by=cast.division, **kind)  # fmt: skip


@pytest.fixture
def third(cast):
    return make_person(Role.OFFICIAL, cast.commune)


def test_without_a_rule_a_dossier_waits_in_the_pool(cast):
    assert handled(cast) is None


def test_load_decides_among_the_people_of_the_rule(cast, third):
    rule(cast, cast.officer, third)
    people = [handled(cast) for _ in range(4)]
    assert sorted(people.count(p) for p in (cast.officer, third)) == [2, 2]


def test_the_narrowest_rule_counts(cast, third):
    dossier = make_dossier(Business.FILED, cast=cast)
    rule(cast, cast.receiver)
    rule(cast, cast.officer, sector=dossier.sector)
    assert handled(cast) == cast.officer
    rule(cast, third, procedure=cast.procedure)
    rule(cast, cast.receiver, procedure="9.999999")
    assert handled(cast) == third


def test_who_is_away_or_has_an_interest_is_passed_over(cast, third):
    rule(cast, cast.officer, third)
    today = clock.today()
    actions.enter_absence(person=cast.officer, organisation=cast.commune, substitute=None, starts_on=today, ends_on=today + timedelta(days=3), by=cast.division)  # fmt: skip
    assert {handled(cast) for _ in range(2)} == {third}
    first = make_dossier(Business.FILED, cast=cast)
    actions.declare_interest(dossier=first, reason="Anh em", whole=True, by=third)
    assert handled(cast) is None, "nobody of the rule is there: the pool"


def test_assigning_by_load_keeps_to_the_rule(cast, third):
    rule(cast, third)
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    step = actions.assign_step(step=waiting(dossier, Duty.HANDLE), by=cast.division)
    assert step.person == third


def test_only_heads_set_rules_and_only_for_people_who_handle_there(cast):
    for person in (cast.officer, cast.citizen, cast.stranger):
        with pytest.raises(PermissionDenied):
            actions.set_assignment(organisation=cast.commune, people=[cast.officer], by=person)  # fmt: skip
    for people in ([], [cast.stranger], [cast.head]):
        with pytest.raises(RuleBroken):
            rule(cast, *people)
    with pytest.raises(RuleBroken):
        rule(cast, cast.officer, procedure=cast.procedure, sector="Hộ tịch")
    assert not AssignmentRule.objects.exists()


def test_a_head_sets_and_takes_away_a_rule_on_the_page(cast, client):
    client.force_login(cast.head)
    page = reverse("counter-assigning")
    sent = {"organisation": cast.commune.pk, "procedure": cast.procedure, "people": [cast.officer.pk]}  # fmt: skip
    assert client.post(page, sent).status_code == 302
    [kept] = AssignmentRule.objects.all()
    shown = client.get(page).text
    assert cast.officer.full_name in shown
    assert cast.procedure in shown
    traces = reverse("journal:traces", args=[kept.ref])
    assert client.get(traces).status_code == 200
    client.post(reverse("counter-assignment-drop", args=[kept.pk]))
    assert not AssignmentRule.objects.exists()
    assert facts_about(kept.ref)[-1].kind == "counter.assignment_dropped"
    client.force_login(cast.officer)
    assert client.get(page).status_code == 403
