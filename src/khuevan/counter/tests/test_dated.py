"""The ladder and the limits of a dossier hold from a day on, each by its document."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import product

import pytest
from django.db import connection

from khuevan.catalogue.public import Channel, Limit, Offer
from khuevan.counter import actions, dated
from khuevan.counter.actions import watch
from khuevan.counter.models import Dossier
from khuevan.counter.rules.clocks import Judged, Timeliness, judge
from khuevan.counter.rules.states import Business
from khuevan.law.public import check_rules
from khuevan.platform import clock
from khuevan.platform.errors import RuleBroken

from .factories import BASIS, LACKING, definition, make_cast, make_dossier


CHANGE = date(2026, 11, 20)
NEWER = """
[[ladder]]
valid_from = 2026-11-20
half_share = 0.25
soon_share = 0.9
soon_days = 4
last_days = 2

[[limit]]
code = "new_dates"
most = 2
document = "118/2025/NĐ-CP"
article = ""
valid_from = 2026-11-20

[[limit]]
code = "requests"
most = 2
document = "766/QĐ-TTg"
article = ""
valid_from = 2026-11-20
"""


def at(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=clock.HANOI)


@pytest.fixture
def changed(tmp_path, monkeypatch):
    """Let newer rows hold from 20/11/2026 on."""
    file = tmp_path / "clocks.toml"
    file.write_text(dated.FILE.read_text(encoding="utf-8") + NEWER, encoding="utf-8")
    monkeypatch.setattr(dated, "FILE", file)
    dated.ladders.cache_clear()
    dated.limits.cache_clear()
    yield
    dated.ladders.cache_clear()
    dated.limits.cache_clear()


def test_the_newest_row_of_a_day_holds_and_the_first_one_before_it(changed):
    days = (date(2020, 1, 1), CHANGE - timedelta(days=1), CHANGE)
    assert [dated.most_on("requests", day) for day in days] == [1, 1, 2]
    assert [dated.ladder_on(day).soon_days for day in days] == [2, 2, 4]


def test_the_limits_stand_on_documents_in_the_register(db):
    assert {basis.reference for basis in dated.bases()} == {"118/2025/NĐ-CP", "766/QĐ-TTg"}  # fmt: skip
    assert [f for f in check_rules(CHANGE) if f.source == "counter"] == []


def test_what_sql_counts_as_in_time_is_what_one_dossier_is_judged(db, changed):
    changed_at = clock.at_local(CHANGE, datetime.min.time())
    ends = [changed_at + timedelta(seconds=s) for s in (-1, 0, 1)]
    cases = [*product(ends, ends, range(4))]
    values = ", ".join(["(%s::timestamptz, %s::timestamptz, %s)"] * len(cases))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {dated.in_time_sql()} FROM (VALUES {values}) c (ended_at, due_at, supplements)",
            [given for case in cases for given in case],
        )  # fmt: skip
        counted = [row[0] for row in cursor.fetchall()]
    judged = [
        judge(
            Judged(changed_at - timedelta(days=9), ended, due, supplements), ended,
            dated.most_on("requests", clock.local_day(ended)),
        )
        for ended, due, supplements in cases
    ]  # fmt: skip
    assert counted == [one is Timeliness.ON_TIME for one in judged]
    assert {True, False} == set(counted)


def asked_twice(cast) -> Dossier:
    dossier = make_dossier(Business.SUPPLEMENT, cast=cast)
    item = dossier.requests.get().items.get()
    actions.answer_item(item=item, content=b"%PDF-1.4 hai\n%%EOF\n", name="a.pdf", by=cast.citizen)  # fmt: skip
    actions.complete_supplement(dossier=dossier, by=cast.citizen)
    actions.ask_supplement(dossier=dossier, items=LACKING, legal_basis=BASIS, by=cast.officer)  # fmt: skip
    dossier.refresh_from_db()
    return dossier


def test_a_second_request_is_ordinary_once_the_rule_allows_two(cast, changed):
    with clock.telling(at("19/11/2026 09:00")), pytest.raises(RuleBroken, match="leader"):  # fmt: skip
        asked_twice(cast)
    with clock.telling(at("20/11/2026 09:00")):
        dossier = asked_twice(cast)
        assert dossier.timeliness() == Timeliness.RUNNING
    assert dossier.requests.get(round=2).allowed_by is None


def test_as_many_new_dates_are_given_as_the_rule_of_the_day_says(cast, changed):
    with clock.telling(at("18/11/2026 09:00")):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)  # due Mon 23/11
        actions.apologise(dossier=dossier, new_date=date(2026, 11, 27), reason="Chờ", by=cast.officer)  # fmt: skip
        with pytest.raises(RuleBroken, match=r"\(1\) is reached"):
            actions.apologise(dossier=dossier, new_date=date(2026, 11, 30), reason="Chờ", by=cast.officer)  # fmt: skip
    with clock.telling(at("20/11/2026 09:00")):
        actions.apologise(dossier=dossier, new_date=date(2026, 11, 30), reason="Chờ", by=cast.officer)  # fmt: skip
        with pytest.raises(RuleBroken, match=r"\(2\) is reached"):
            actions.apologise(dossier=dossier, new_date=date(2026, 12, 4), reason="Chờ", by=cast.officer)  # fmt: skip
    dossier.refresh_from_db()
    assert clock.local_day(dossier.due_at) == date(2026, 11, 30)


def long_dossier() -> Dossier:
    """Return a dossier accepted now that has forty working days."""
    offers = tuple(Offer(c, Limit(40, "working_day")) for c in Channel)
    cast = make_cast(definition(channels=offers))
    return make_dossier(Business.IN_PROCESS, cast=cast)


def warned_at(dossier: Dossier, moment: datetime) -> str:
    with clock.telling(moment):
        watch.climb_ladder()
    dossier.refresh_from_db()
    return dossier.warned


@pytest.mark.parametrize(
    ("accepted", "share"), [("02/03/2026 09:00", 0.5), ("23/11/2026 09:00", 0.25)]
)
def test_the_first_rung_is_the_share_of_the_day(db, changed, accepted, share):
    with clock.telling(at(accepted)):
        dossier = long_dossier()
    there = dossier.accepted_at + (dossier.due_at - dossier.accepted_at) * share
    assert warned_at(dossier, there - timedelta(seconds=1)) == ""
    assert warned_at(dossier, there) == "half"


@pytest.mark.parametrize(
    ("accepted", "calm", "soon"),
    [
        ("17/11/2026 09:00", "17/11/2026 16:00", "18/11/2026 09:00"),  # 2 days before
        ("20/11/2026 09:00", None, "20/11/2026 09:01"),  # 4 days: at once
    ],
)
def test_the_second_rung_is_the_working_days_of_the_day(
    cast, changed, accepted, calm, soon
):
    with clock.telling(at(accepted)):
        dossier = make_dossier(Business.IN_PROCESS, cast=cast)  # three working days
    if calm:
        assert warned_at(dossier, at(calm)) == ""
    assert warned_at(dossier, at(soon)) == "soon"
