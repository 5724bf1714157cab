"""Shadow measures: rounds, reasons that changed, visits, and whose each hour was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from khuevan.catalogue.public import Channel
from khuevan.counter.public import Business
from khuevan.counter.tests.factories import (
    LACKING,
    STEPS,
    ask,
    ask_for,
    bring,
    definition,
    examine,
    make_cast,
    make_dossier,
    name_duty,
    settle_duty,
    speak,
    stop,
    walk_in,
)
from khuevan.directory.tests.factories import OrganisationFactory
from khuevan.measures.queries import shadow as queries
from khuevan.measures.queries.shadow import Asked, shadow
from khuevan.platform import clock


@pytest.fixture
def cast(db):
    return make_cast()


def told(cast, **more):
    """Return the shadow measures of the next forty days."""
    today = clock.today()
    with clock.telling(clock.now() + timedelta(days=40)):
        return shadow(
            today, today + timedelta(days=40), procedure=cast.procedure, **more
        )


def after(days, hours=0):
    return clock.telling(clock.now() + timedelta(days=days, hours=hours))


def test_a_second_request_for_something_new_is_told_apart(cast):
    same, other, once = (make_dossier(Business.SUPPLEMENT, cast=cast) for _ in range(3))
    for dossier, reason in ((same, LACKING[0].reason), (other, "Thiếu công chứng")):
        bring(dossier, cast)
        ask_for(dossier, cast, reason)
        bring(dossier, cast)
        stop(dossier, cast)
    bring(once, cast)
    stop(once, cast)
    assert told(cast).asked == Asked(requests=5, dossiers=3, again=2, changed=1)


def test_visits_are_those_the_applicant_made_in_person(cast):
    online = make_dossier(Business.SUPPLEMENT, cast=cast)
    bring(online, cast)
    stop(online, cast)
    assert told(cast).visits == {}
    brought = make_dossier(Business.SUPPLEMENT, cast=cast)
    bring(brought, cast, form=1)
    stop(brought, cast)
    assert told(cast).visits == {"supplement": 1}
    walk_in(cast, Channel.COUNTER)  # not over yet
    assert told(cast).visits == {"supplement": 1}


def test_waiting_for_money_and_then_for_papers_is_told_apart(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    name_duty(dossier, cast)
    with after(1):
        settle_duty(dossier, cast)
        ask(dossier, cast)
    with after(3):
        bring(dossier, cast)
        stop(dossier, cast)
    hours = {one.party: one.hours for one in told(cast).waiting if one.applicant}
    assert hours == pytest.approx({"finance": 24, "supplement": 48}, abs=0.1)


def test_what_a_step_took_while_the_clock_stood_is_not_the_agency_s(cast):
    dossier = make_dossier(Business.SUPPLEMENT, cast=cast)
    with after(2):
        bring(dossier, cast)
    with after(3):
        examine(dossier, cast)
        stop(dossier, cast)
    hours = {one.party: one.hours for one in told(cast).waiting}
    assert hours["supplement"] == pytest.approx(48, abs=0.1)
    assert hours[cast.commune.short_name] == pytest.approx(24, abs=0.1)


@pytest.mark.django_db
def test_an_hour_several_agencies_are_asked_is_shared_not_doubled():
    asked = [OrganisationFactory.create(code=f"H26.Z{n}") for n in range(2)]
    steps = [*STEPS[:3], {"name": "Lấy ý kiến", "asked": "H26.Z0 H26.Z1", "hours": "4"}, *STEPS[3:]]  # fmt: skip
    cast = make_cast(definition(steps=steps))
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    examine(dossier, cast)
    with after(1):
        speak(dossier, asked[0])
    with after(2):
        speak(dossier, asked[1])
        stop(dossier, cast)
    hours = {one.party: one.hours for one in told(cast).waiting}
    assert hours[asked[0].short_name] == pytest.approx(12, abs=0.1)
    assert hours[asked[1].short_name] == pytest.approx(36, abs=0.1)
    assert sum(hours.values()) == pytest.approx(48, abs=0.1)


def test_what_is_not_looked_at_is_said(cast, client, monkeypatch):
    for _ in range(3):
        make_dossier(Business.STOPPED, cast=cast)
    whole = told(cast)
    assert (whole.cases, whole.looked_at) == (3, 3)
    monkeypatch.setattr(queries, "MOST", 2)
    cut = told(cast)
    assert (cut.cases, cut.looked_at) == (3, 2)
    client.force_login(cast.officer)
    page = client.get(reverse("measures-unit-shadow", args=[cast.commune.pk])).text
    assert "2 / 3" in page or "2 trên 3" in page or "2 trong 3" in page


def test_a_unit_has_a_page_of_what_its_rates_hide_for_whoever_holds_a_post(
    cast, client
):
    make_dossier(Business.STOPPED, cast=cast)
    address = reverse("measures-unit-shadow", args=[cast.commune.pk])
    assert client.get(address).status_code == 302
    client.force_login(cast.citizen)
    assert client.get(address).status_code == 403
    client.force_login(cast.officer)
    assert cast.commune.name in client.get(address).text
