"""Role × route: one table of what each kind of person gets from each address."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import URLResolver, get_resolver, reverse

from khuevan.directory.public import Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.journal.public import facts_of
from khuevan.platform import clock
from khuevan.steering import actions
from khuevan.steering.models import Task
from khuevan.steering.tests.factories import make_cast, make_task
from khuevan.steering.tests.test_actions import make_period


pytestmark = pytest.mark.django_db

WHO = (
    "stranger", "outsider", "official", "head", "checker", "inspector", "office", "leader",
)  # fmt: skip
IN = 302  # led to the sign-in page

# route name: what each of WHO gets, in that order. An outsider is an official of a
# unit that has no part in the task: for them the task does not exist.
TABLE = {
    "home": (200, 302, 302, 302, 302, 302, 302, 302),
    "city": (200,) * 8,
    "search": (200,) * 8,
    "status": (200,) * 8,
    "accessibility": (200,) * 8,
    "law-list": (200,) * 8,
    "worktime": (200,) * 8,
    "indicator-list": (200,) * 8,
    "journal:overview": (200,) * 8,
    "steering-commitments": (200,) * 8,
    "sign-in": (200, 302, 302, 302, 302, 302, 302, 302),
    "clients": (IN, 200, 200, 200, 200, 200, 200, 200),
    "client-new": (IN, 403, 403, 200, 403, 403, 403, 403),
    "federation": (IN, 403, 403, 403, 403, 200, 200, 200),
    "federation-new": (IN, 403, 403, 403, 403, 403, 403, 403),
    "account": (IN, 200, 200, 200, 200, 200, 200, 200),
    "steering": (IN, 200, 200, 200, 200, 200, 200, 200),
    "steering-inbox": (IN, 200, 200, 200, 200, 200, 200, 200),
    "steering-tasks": (IN, 200, 200, 200, 200, 200, 200, 200),
    "steering-sources": (IN, 200, 200, 200, 200, 200, 200, 200),
    "steering-reporting": (IN, 200, 200, 200, 200, 200, 200, 200),
    "steering-difficulties": (IN, 200, 200, 200, 200, 200, 200, 200),
    "steering-foresight": (IN, 200, 200, 200, 200, 200, 200, 200),
    "steering-evaluation": (IN, 200, 200, 200, 200, 200, 200, 200),
    "steering-register": (IN, 200, 200, 200, 200, 200, 200, 200),
    "steering-meetings": (IN, 403, 403, 403, 403, 200, 200, 200),
    "steering-meeting": (IN, 403, 403, 403, 403, 200, 200, 200),
    "steering-meeting-new": (IN, 403, 403, 403, 403, 403, 200, 200),
    "steering-source-new": (IN, 403, 403, 403, 403, 403, 200, 200),
    "steering-clause-new": (IN, 403, 403, 403, 403, 403, 200, 200),
    "steering-task-new": (IN, 403, 403, 403, 403, 403, 200, 200),
    "steering-period-new": (IN, 403, 403, 403, 403, 403, 200, 200),
    "steering-report": (IN, 403, 403, 403, 403, 200, 200, 200),
    "steering-policy": (IN, 403, 403, 403, 403, 200, 200, 200),
    "steering-import": (IN, 403, 403, 403, 403, 403, 200, 200),
    "notices": (IN, 200, 200, 200, 200, 200, 200, 200),
    "notices-settings": (IN, 200, 200, 200, 200, 200, 200, 200),
    "who-read-my-data": (IN, 200, 200, 200, 200, 200, 200, 200),
    "mandates": (IN, 200, 200, 200, 200, 200, 200, 200),
    "counter-inbox": (IN, 200, 200, 200, 200, 403, 403, 403),
    "counter-aside": (IN, 200, 200, 200, 200, 403, 403, 403),
    "organisations": (200,) * 8,
    "api": (200,) * 8,
    "steering-source": (IN, 404, 200, 200, 200, 200, 200, 200),
    "steering-task": (404, 404, 200, 200, 200, 200, 200, 200),
    "steering-task-action": (IN, 404, 200, 200, 403, 403, 403, 403),
    "steering-unit": (IN, 404, 200, 200, 404, 200, 200, 200),
    "steering-difficulty": (IN, 404, 200, 200, 200, 200, 200, 200),
    "steering-request": (IN, 404, 200, 200, 200, 200, 200, 200),
    "steering-extension": (IN, 404, 200, 200, 200, 200, 200, 200),
    "steering-register-answer": (IN, 404, 404, 200, 404, 404, 404, 404),
}


@pytest.fixture
def world(db):
    """A small city: one internal task with everything that can hang on it."""
    cast = make_cast()
    task = make_task(cast=cast)
    other = OrganisationFactory.create()
    difficulty = actions.raise_difficulty(
        task=task, kind="data", text="Chưa có tiêu chuẩn", routed_to=other, by=cast.head
    )
    asked = actions.ask_agency(
        task=task, receiver=other, text="Đề nghị cho ý kiến", by=cast.official
    )
    extension = actions.ask_extension(
        task=task,
        new_due_on=task.due_on + timedelta(days=3),
        reason="Chờ văn bản hướng dẫn",
        by=cast.head,
    )
    actions.close_reporting_period(period=make_period(cast, -1), by=cast.office)
    meeting = actions.call_meeting(
        title="Họp", held_on=clock.today(), chaired_by=cast.leader, by=cast.office
    )
    people = {
        "stranger": AnonymousUser(),
        "outsider": make_person(Role.OFFICIAL),
        "official": cast.official,
        "head": cast.head,
        "checker": cast.checker,
        "inspector": cast.inspector,
        "office": cast.office,
        "leader": cast.leader,
    }
    [missed] = facts_of(["steering.report_missed"])
    arguments = {
        "steering-meeting": [meeting.pk],
        "steering-source": [task.clause.source_id],
        "steering-clause-new": [task.clause.source_id],
        "steering-task": [task.code],
        "steering-task-action": [task.code, "report"],
        "steering-unit": [cast.lead.pk],
        "steering-difficulty": [difficulty.pk],
        "steering-request": [asked.pk],
        "steering-extension": [extension.pk],
        "steering-register-answer": [missed.number],
    }
    return people, arguments


def test_every_role_gets_what_the_table_says(client, world):
    people, arguments = world
    wrong = []
    for route, expected in TABLE.items():
        address = reverse(route, args=arguments.get(route, []))
        for who, status in zip(WHO, expected, strict=True):
            client.logout()
            if who != "stranger":
                client.force_login(people[who])
            found = client.get(address).status_code
            if found != status:
                wrong.append((route, who, status, found))
    assert wrong == []


@pytest.mark.parametrize("slug", ["report", "claim", "verify", "reject", "cancel"])
@pytest.mark.parametrize("who", ["inspector", "outsider", "stranger"])
def test_who_may_not_act_changes_nothing_by_post(client, world, slug, who):
    people, arguments = world
    [code, _] = arguments["steering-task-action"]
    if who != "stranger":
        client.force_login(people[who])
    before = Task.objects.values().get(code=code)
    data = {
        "progress": 10, "figure_name": "x", "figure": 1, "explanation": "x" * 20,
        "proof": "document", "note": "x" * 20, "document_number": "1",
        "reason": "x" * 20, "decision": "TB 1",
    }  # fmt: skip
    answer = client.post(reverse("steering-task-action", args=[code, slug]), data)
    assert answer.status_code in {302, 403, 404}
    if answer.status_code == 302:
        assert answer.url.startswith("/sign-in/")
    assert Task.objects.values().get(code=code) == before


# --------------------------------------------------------------- every address

OPEN_TO_ALL = {
    "home", "city", "search", "status", "accessibility", "set-language", "sign-in",
    "sign-out", "organisation", "steering-commitments", "steering-task", "law-list",
    "law-document", "worktime", "indicator-list", "indicator", "indicator-records",
    "overview", "checkpoint", "proof", "consistency", "health-live", "health-ready",
    "metrics", "api", "oauth-token", "oauth-revoke", "oauth-metadata", "api-root", "openapi-json", "list_commitments", "steering-calendar",
    "dossier-follow", "dossier-followed",
    "dossier-verify", "dossier-check", "sandbox-portal",
    "auctions", "auction", "auction-live", "auction-audit",
    "payments-pay", "payments-start", "payments-receipt-file", "payments-receipt",
    "payments-callback", "payments-sandbox", "feedback-send", "feedback-follow",
    "feedback-followed", "feedback-answers", "feedback-answer", "feedback-rate",
    "feedback-ratings",
    "procedures", "procedure", "procedure-changes", "procedure-publicity",
    "list_procedures", "read_procedure", "measures", "measures-unit", "measures-open",
    "measures-open-file", "centre",
    "exchange", "exchange-suggestions", "exchange-file", "exchange-listing", "exchange-dublin-core", "exchange-paper",
    "exchange-members", "exchange-member", "list_listings", "read_listing", "search_listings", "match_listing",
    "list_changes", "export_json_lines", "export_csv", "list_members", "read_member",
    "list_problems", "read_problem", "list_events", "read_event",
    "draft_listing", "change_listing",  # they share addresses with what everybody reads
    "dtmarket", "dtmarket-problem", "dtmarket-paper", "dtmarket-ocds", "dtmarket-ocds-all",
    "results", "results-file", "read_statistics",
    "valuation-prices", "valuation-appraisers",
    "experts", "expert",
    "events", "event", "event-feed", "event-calendar", "event-register", "event-ticket", "event-withdraw",
    "event-rate", "event-questions", "event-wall", "event-vote",
    "contract-clauses", "contract-verify", "contract-check",
    "centre-point", "centre-ticket-new", "centre-ticket", "centre-book", "centre-booking",
}  # fmt: skip
"""Routes that need no signing in: everything else turns a stranger away."""

SIGNING_IN = ("/sign-in/", "/^sign-in/", "/sign-out/", "/organisations/")
"""Everything below these addresses is for people who have not signed in yet."""

EXAMPLES = {
    "uuid": "018f2f6e-0000-7000-8000-000000000000",
    "uuidstr": "018f2f6e-0000-7000-8000-000000000000",
    "int": "1",
    "slug": "x",
    "str": "x",
    "code": "TP-1",
}


def _routes(resolver=None, prefix="/"):
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry, path)
        elif entry.name not in OPEN_TO_ALL and not path.startswith(SIGNING_IN):
            yield re.sub(r"<(\w+):\w+>", lambda m: EXAMPLES[m.group(1)], path)


@pytest.mark.parametrize("route", sorted(set(_routes())))
def test_every_other_route_turns_a_stranger_away(client, route):
    for send in (client.get, client.post):
        answer = send(route)
        assert answer.status_code in {302, 401, 403, 405}
        if answer.status_code == 302:
            assert answer.url.startswith("/sign-in/")
