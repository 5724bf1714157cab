"""Planned outages: announced in time, seen by everybody, refused when too late."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken
from khuevan.web.actions import announce_outage, call_off_outage
from khuevan.web.models import Outage


pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 6, 3, tzinfo=UTC)


def announce(by, days, **changes):
    starts = FRIDAY + timedelta(days=days)
    fields = {
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "reason": "Nâng cấp cơ sở dữ liệu",
    }
    with clock.telling(FRIDAY):
        return announce_outage(**(fields | changes), by=by)


def test_seven_working_days_notice_is_enough():
    operator = make_person(Role.OPERATOR)
    assert announce(operator, 12).reason == "Nâng cấp cơ sở dữ liệu"


def test_six_working_days_notice_is_refused():
    operator = make_person(Role.OPERATOR)
    with pytest.raises(RuleBroken) as refused:
        announce(operator, 10)
    assert refused.value.field == "starts_at"
    assert not Outage.objects.exists()


def test_force_majeure_needs_no_notice():
    operator = make_person(Role.OPERATOR)
    assert announce(operator, 0.1, is_force_majeure=True)


@pytest.mark.parametrize("role", [Role.LEADER, Role.OFFICIAL, Role.INSPECTOR])
def test_only_operators_announce(role):
    with pytest.raises(PermissionDenied):
        announce(make_person(role), 30)
    assert not Outage.objects.exists()


def test_everybody_sees_it_coming_on_every_page(client):
    outage = announce(make_person(Role.OPERATOR), 20)
    with clock.telling(FRIDAY + timedelta(days=15)):
        assert "Nâng cấp cơ sở dữ liệu" in client.get(reverse("home")).content.decode()
        call_off_outage(outage=outage, by=make_person(Role.OPERATOR))
        assert "Nâng cấp cơ sở" not in client.get(reverse("home")).content.decode()


def test_an_operator_announces_on_the_status_page(client):
    client.force_login(make_person(Role.OPERATOR))
    data = {
        "starts_at": "2025-11-10T20:00",
        "ends_at": "2025-11-10T19:00",
        "reason": "x",
    }
    answer = client.post(reverse("status"), data)
    assert answer.status_code == 422
    assert not Outage.objects.exists()
    later = clock.today() + timedelta(days=30)
    data |= {"starts_at": f"{later}T20:00", "ends_at": f"{later}T21:00"}
    assert client.post(reverse("status"), data).status_code == 302
    assert Outage.objects.get().ends_at.hour == 14


def test_a_stranger_cannot_announce(client):
    answer = client.post(reverse("status"), {"reason": "x"})
    assert answer.status_code == 403
    assert not Outage.objects.exists()


def test_during_an_outage_everybody_but_operators_is_told_to_wait(client):
    announce(make_person(Role.OPERATOR), 0, is_force_majeure=True)
    with clock.telling(FRIDAY + timedelta(minutes=30)):
        answer = client.get(reverse("home"))
        assert (answer.status_code, answer["Retry-After"]) == (503, "5400")
        assert "Nâng cấp cơ sở dữ liệu" in answer.content.decode()
        assert client.get(reverse("status")).status_code == 200
        client.force_login(make_person(Role.OPERATOR))
        assert client.get(reverse("city")).status_code == 200
    with clock.telling(FRIDAY + timedelta(hours=3)):
        client.logout()
        assert client.get(reverse("home")).status_code == 200
