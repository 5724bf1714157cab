"""Pages of steering: forms that say what is wrong, second clicks, past days."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from khuevan.directory.tests.factories import OrganisationFactory
from khuevan.platform import clock
from khuevan.steering.models import Source, Task
from khuevan.steering.rules import State, Visibility

from .factories import make_task


pytestmark = pytest.mark.django_db


def key_in(page):
    return re.search(r'name="idempotency_key" value="([^"]+)"', page.content.decode())[
        1
    ]


def report(client, task, **changes):
    address = reverse("steering-task-action", args=[task.code, "report"])
    data = {
        "progress": 40, "figure_name": "dịch vụ", "figure": 2,
        "explanation": "Hai dịch vụ đã trả lời được",
    }  # fmt: skip
    return client.post(address, data | changes)


def test_a_second_click_reports_once(client, cast):
    task = make_task(cast=cast)
    client.force_login(cast.official)
    page = client.get(reverse("steering-task-action", args=[task.code, "report"]))
    key = key_in(page)
    first = report(client, task, idempotency_key=key)
    again = report(client, task, idempotency_key=key)
    assert (first.status_code, again.status_code) == (302, 302)
    assert first["Location"] == again["Location"]
    assert task.reports.count() == 1


def test_the_same_key_with_other_words_is_a_conflict(client, cast):
    task = make_task(cast=cast)
    client.force_login(cast.official)
    report(client, task, idempotency_key="k")
    assert report(client, task, idempotency_key="k", progress=90).status_code == 409
    assert task.reports.get().progress == 40


def test_a_mended_form_goes_through_under_its_key(client, cast):
    task = make_task(cast=cast)
    client.force_login(cast.official)
    wrong = report(client, task, idempotency_key="k", explanation="ngắn")
    assert wrong.status_code == 422
    assert "mười ký tự" in wrong.content.decode()
    assert not task.reports.exists()
    assert report(client, task, idempotency_key="k").status_code == 302


def test_a_broken_rule_stands_beside_its_field(client, cast):
    task = make_task(cast=cast)
    client.force_login(cast.head)
    address = reverse("steering-task-action", args=[task.code, "extension"])
    answer = client.post(
        address, {"new_due_on": task.due_on.isoformat(), "reason": "Chờ hướng dẫn mới"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="new_due_on-error"' in page
    assert "Hạn mới phải sau" in page
    assert not task.extensions.exists()


def test_a_source_is_registered_once_by_two_clicks(client, cast):
    client.force_login(cast.office)
    data = {
        "kind": "plan", "number": "12-KH/TU", "title": "Kế hoạch", "issuer": "Thành ủy",
        "level": "city", "issued_on": "2025-01-02", "idempotency_key": "s",
    }  # fmt: skip
    address = reverse("steering-source-new")
    first, again = client.post(address, data), client.post(address, data)
    assert first["Location"] == again["Location"]
    assert Source.objects.count() == 1
    again = client.post(address, data | {"idempotency_key": "t"})
    assert "đã được đăng ký" in again.content.decode()
    assert Source.objects.count() == 1


def test_bulk_changes_nothing_before_the_second_click(client, cast):
    task = make_task(cast=cast)
    client.force_login(cast.office)
    data = {"code": [task.code], "does": "publish"}
    page = client.post(reverse("steering-bulk"), data).content.decode()
    assert task.title in page
    assert Task.objects.get().visibility == Visibility.INTERNAL
    client.post(reverse("steering-bulk"), data | {"confirmed": "yes"})
    assert Task.objects.get().visibility == Visibility.PUBLIC


def test_a_stranger_sees_a_public_task_without_its_traces(client, cast):
    task = make_task(cast=cast, visibility=Visibility.PUBLIC)
    page = client.get(reverse("steering-task", args=[task.code])).content.decode()
    assert task.output in page
    assert cast.office.full_name not in page
    assert "Diễn biến" not in page


@pytest.mark.parametrize(
    "query",
    [
        "page=x",
        "page=-4",
        "group=99",
        "on=nonsense",
        "unit=1",
        "sort=password",
        "status=zz",
        "q=%00",
    ],
)
def test_nonsense_in_an_address_is_no_fault(client, cast, query):
    make_task(cast=cast)
    client.force_login(cast.office)
    answer = client.get(f"{reverse('steering-tasks')}?{query}")
    assert answer.status_code == 200


def test_the_dashboard_of_a_past_day_links_to_that_day(client, cast):
    make_task(State.ACCEPTED, cast=cast)
    client.force_login(cast.leader)
    day = clock.today() - timedelta(days=3)
    page = client.get(f"{reverse('steering')}?on={day}").content.decode()
    assert f"on={day}" in page


def test_cascade_from_the_page_makes_parts(client, cast):
    task = make_task(cast=cast)
    units = [OrganisationFactory.create(), OrganisationFactory.create()]
    client.force_login(cast.head)
    address = reverse("steering-task-action", args=[task.code, "cascade"])
    client.post(address, {"units": [str(u.pk) for u in units]})
    assert {part.lead for part in task.parts.all()} == set(units)
