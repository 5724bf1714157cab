"""One visible set: whoever reads, by whichever way, the same dossiers are there."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings, strategies as st

from khuevan.catalogue.public import Channel
from khuevan.counter import actions
from khuevan.counter.models import Dossier, Step
from khuevan.counter.public import find_dossiers
from khuevan.counter.queries.hot import named_dossier, newest_dossiers
from khuevan.counter.queries.inbox import waiting_for
from khuevan.counter.queries.papers import register_of
from khuevan.counter.rules.states import Business
from khuevan.directory.public import Organisation, Person, Role
from khuevan.directory.tests.factories import (
    AppointmentFactory,
    OrganisationFactory,
    PersonFactory,
    make_person,
)
from khuevan.platform import clock

from .factories import GOOD, make_dossier, make_draft


API = "/api/v1/dossiers"
EVERYTHING = {Role.LEADER, Role.COMMITTEE_OFFICE, Role.INSPECTOR}
STATES = [Business.FILED, Business.SUPPLEMENT, Business.WITHDRAWN, Business.DECIDED]


@dataclass
class World:
    """Dossiers of every kind of party, the bodies around them, and their people.

    `above` stands over the point, `below` under the deciding commune, `returner` only
    returns, `elsewhere` has no part in anything.
    """

    dossiers: list[Dossier]
    bodies: dict[str, Organisation]
    people: dict[str, Person]


@pytest.fixture
def world(cast) -> World:
    above = OrganisationFactory.create()
    point = OrganisationFactory.create(kind="point", parent=above)
    bodies = {
        "commune": cast.commune,
        "below": OrganisationFactory.create(parent=cast.commune),
        "above": above,
        "point": point,
        "returner": OrganisationFactory.create(kind="point"),
        "elsewhere": OrganisationFactory.create(),
    }
    desk = make_person(Role.OFFICIAL, point)
    crossing = actions.file_dossier(
        dossier=make_draft(cast), agency=cast.commune, point=point,
        return_point=bodies["returner"], by=cast.citizen,
    )  # fmt: skip
    walk_in = actions.file_application(
        procedure=cast.procedure, channel=Channel.ASSISTED,
        applicant=actions.Declared("Bà Sáu", phone="0987654321"),
        answers=GOOD | {"ho_ten": "Bà Sáu"}, shown=["hop_dong_thue"],
        agency=cast.commune, point=point, by=desk,
    )  # fmt: skip
    plain = [make_dossier(state, cast=cast) for state in STATES]
    return World(
        [make_draft(cast), crossing, walk_in, *plain],
        bodies,
        {"citizen": cast.citizen, "newcomer": PersonFactory.create(), "filer": desk},
    )


REACH = {"commune": {"commune", "below"}, "above": {"above", "point"}}
"""What a post in a body reaches: the body and those below it."""


def expected(world, person, posts, dossier):
    """Return by the words of the rule, without any query, whether somebody sees it."""
    if person.pk in {dossier.applicant_id, dossier.filed_by_id}:
        return True
    if dossier.business == Business.DRAFT:
        return False
    reached = set().union(*(REACH.get(body, {body}) for _, body in posts))
    parties = {dossier.agency_id, dossier.receiving_point_id, dossier.return_point_id, dossier.support_point_id}  # fmt: skip
    return any(role in EVERYTHING for role, _ in posts) or any(
        world.bodies[body].pk in parties for body in reached
    )


def check_queries(world, person, seen):
    """Every query of the app that returns dossiers agrees with the visible set."""
    filed = {d.pk for d in world.dossiers if d.pk in seen and d.business != Business.DRAFT}  # fmt: skip
    assert set(Dossier.objects.visible_to(person).values_list("pk", flat=True)) == seen
    newest = newest_dossiers(person, words="", state="", limit=200)
    assert {d.pk for d in newest} == filed
    steps = Step.objects.visible_to(person).values_list("dossier_id", flat=True)
    assert set(steps) == set(Step.objects.filter(dossier__in=seen).values_list("dossier_id", flat=True))  # fmt: skip
    assert set(waiting_for(person).values_list("dossier_id", flat=True)) <= filed
    today = clock.today()
    for body in world.bodies.values():
        listed = set(register_of(person, body, today, today).values_list("pk", flat=True))  # fmt: skip
        there = {d.pk for d in world.dossiers if body.pk in {d.agency_id, d.receiving_point_id}}  # fmt: skip
        assert listed == filed & there
    for dossier in world.dossiers:
        if dossier.business != Business.DRAFT:
            found = find_dossiers(person=person, text=dossier.code)
            assert bool(found) == (dossier.pk in seen)
            try:
                named = named_dossier(dossier.pk, person) is not None
            except Dossier.DoesNotExist:
                named = False
            assert named == (dossier.pk in seen)


def check_doors(world, person, seen, dossier, client):
    """The API's lists and the API's and the pages' ways to one dossier agree, too."""
    client.force_login(person)
    filed = {str(d.pk): d for d in world.dossiers if d.pk in seen and d.business != Business.DRAFT}  # fmt: skip

    def listed(**asked):
        return {d["id"] for d in client.get(API, {"limit": 200, **asked}).json()["dossiers"]}  # fmt: skip

    assert listed() == set(filed)
    same = {key for key, one in filed.items() if one.business == dossier.business}
    if dossier.business != Business.DRAFT:
        assert listed(state=dossier.business) == same
        assert listed(q=dossier.code) == {str(dossier.pk)} & set(filed)
    visible = dossier.pk in seen
    one = client.get(f"{API}/{dossier.pk}").status_code
    assert (one == 200) == (str(dossier.pk) in filed)
    page = client.get(reverse("dossier", args=[dossier.pk])).status_code
    assert (page != 404) == visible
    paper = dossier.papers.filter(file__isnull=False).first()
    if paper is not None:
        opened = client.get(reverse("paper-file", args=[paper.pk])).status_code
        assert (opened == 200) == visible
    result = client.get(reverse("dossier-result", args=[dossier.pk])).status_code
    assert (result == 200) == (visible and dossier.business == Business.DECIDED)
    traces = client.get(reverse("journal:traces", args=[dossier.ref])).status_code
    # Whoever reads the whole journal reads every trace: codes and dates.
    assert (traces == 200) == (visible or person.authority.reads_everything)
    withdraw = client.get(reverse("dossier-withdraw", args=[dossier.pk])).status_code
    assert (withdraw != 404) == (person.pk in {dossier.applicant_id, dossier.filed_by_id})  # fmt: skip
    mine = client.get(reverse("my-dossiers")).text
    for one in world.dossiers:
        assert (str(one.pk) in mine) == (person.pk == one.applicant_id)


@given(
    who=st.sampled_from(["citizen", "filer", "newcomer"]),
    posts=st.lists(
        st.tuples(
            st.sampled_from(Role),
            st.sampled_from(["commune", "below", "above", "point", "returner", "elsewhere"]),
        ),
        max_size=2,
    ),
    number=st.integers(0, 2 + len(STATES)),
)  # fmt: skip
@example(who="newcomer", posts=[(Role.INSPECTOR, "elsewhere")], number=0)
@example(who="newcomer", posts=[(Role.OFFICIAL, "returner")], number=1)
@example(who="newcomer", posts=[(Role.HEAD, "above")], number=2)
@example(who="newcomer", posts=[(Role.CLERK, "below")], number=6)
@settings(
    max_examples=20, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
def test_every_way_of_reading_shows_the_same_dossiers(
    client, world, who, posts, number
):
    """For any person, any posts, any parties and any state."""
    with transaction.atomic():
        if who == "filer":
            posts = [(Role.OFFICIAL, "point"), *posts]
        for role, body in posts if who != "filer" else posts[1:]:
            AppointmentFactory.create(person=world.people[who], organisation=world.bodies[body], role=role)  # fmt: skip
        person = Person.objects.get(pk=world.people[who].pk)
        seen = {d.pk for d in world.dossiers if expected(world, person, posts, d)}
        check_queries(world, person, seen)
        check_doors(world, person, seen, world.dossiers[number], client)
        transaction.set_rollback(True)
