"""The figures of the index and the records behind them are the same records."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.urls import reverse

from khuevan.catalogue.public import Result
from khuevan.counter.public import Business, Outcome
from khuevan.counter.tests.factories import (
    STEPS,
    ask,
    definition,
    examine,
    make_cast,
    make_dossier,
    make_signed,
    name_duty,
    seal,
    settle_duty,
    stop,
)
from khuevan.directory.public import Role
from khuevan.directory.tests.factories import make_person
from khuevan.feedback.tests.factories import rate_about, send_about
from khuevan.indicators.public import audit, catch_up, declared
from khuevan.measures.cases import ITEMS
from khuevan.measures.queries.members import used_between
from khuevan.measures.queries.records import Slice, records, things
from khuevan.measures.queries.scores import scorecard
from khuevan.measures.rules.index766 import Measured
from khuevan.measures.versions import index_named, index_versions
from khuevan.platform import clock


pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("feed_shows_this_transaction"),
]
LIVE = index_named("766-live")


@pytest.fixture
def cast(db):
    return make_cast()


@pytest.fixture
def reader(db):
    """Somebody who reads every dossier of the city."""
    return make_person(Role.INSPECTOR)


def counted(code, unit, until=None, since=None):
    """Return what an item of a unit counted; by default of the year so far."""
    until = until or clock.today()
    since = since or until.replace(month=1, day=1)
    catch_up()
    return scorecard(since, until, unit, LIVE).measured[code]


def decide_on_paper(cast):
    """Decide a dossier whose result is a document that is not electronic."""
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    make_signed(dossier, cast)
    seal(dossier, cast)
    dossier.refresh_from_db()
    return dossier


def paper_cast():
    return make_cast(definition(result=Result("KQ", "Giấy phép", electronic=False)))


@pytest.mark.parametrize("version", index_versions(), ids=lambda v: v.code)
def test_every_figure_of_the_index_is_as_many_records_as_its_list(
    cast, reader, version
):
    for state in (Business.FILED, Business.REFUSED, Business.IN_PROCESS, Business.SUPPLEMENT, Business.STOPPED, Business.WITHDRAWN, Business.DECIDED, Business.DECIDED):  # fmt: skip
        dossier = make_dossier(state, cast=cast)
    send_about(dossier.ref, cast.commune)
    catch_up()
    today = clock.today()
    since = today - timedelta(days=20)
    for unit in (None, cast.commune):
        key = unit.pk if unit else None
        told = scorecard(since, today, unit, version).measured
        for item in version.items:
            for part in ("numerator", "denominator"):
                wanted = Slice(item.code, since, today, hits=part == "numerator", unit=key)  # fmt: skip
                if item.code in ITEMS:
                    found = records(reader, wanted)
                    listed = found.counted
                    assert len(found.rows) == found.total
                else:
                    listed = things(reader, item.code, wanted, version).total
                assert listed == getattr(told[item.code], part), (item.code, part)


def test_what_is_missing_in_the_numerator_is_the_rest(cast, reader):
    for state in (Business.DECIDED, Business.SUPPLEMENT, Business.FILED):
        make_dossier(state, cast=cast)
    today = clock.today()
    for item in ITEMS:
        parts = [
            records(reader, Slice(item, today, today, hits=hits, misses=misses)).counted
            for hits, misses in ((True, False), (False, True), (False, False))
        ]
        assert parts[0] + parts[1] == parts[2]


def test_the_list_holds_only_what_its_reader_may_see(cast):
    make_dossier(Business.DECIDED, cast=cast)
    today = clock.today()
    wanted = Slice("PROGRESS_ON_TIME", today, today)
    assert len(records(cast.head, wanted).rows) == 1
    found = records(cast.stranger, wanted)
    assert (found.total, found.rows) == (1, [])


def test_a_dossier_late_and_complained_of_twice_is_unhappy_once(cast):
    good, disliked, complained, both = (
        make_dossier(Business.DECIDED, cast=cast) for _ in range(4)
    )
    running = make_dossier(Business.IN_PROCESS, cast=cast)
    rate_about(good.ref, cast.commune, good=True)
    rate_about(disliked.ref, cast.commune, good=False)
    send_about(complained.ref, cast.commune)
    send_about(both.ref, cast.commune)
    send_about(both.ref, cast.commune)
    rate_about(both.ref, cast.commune, good=False)
    send_about("", cast.commune)
    send_about(running.ref, cast.commune)
    with clock.telling(running.due_at + timedelta(days=1)):
        stop(running, cast)
        told = counted("DOSSIER_RECEIVING_SATISFACTION", cast.commune)
    assert told == Measured(1, 5)


def test_a_dossier_waiting_for_papers_counts_from_when_they_were_asked_for(cast):
    dossier = make_dossier(Business.SUPPLEMENT, cast=cast)
    late = make_dossier(Business.IN_PROCESS, cast=cast)
    with clock.telling(dossier.due_at + timedelta(days=30)):
        assert counted("PROGRESS_ON_TIME", cast.commune) == Measured(1, 2)
        ask(late, cast)  # asked for after its date: the clock stands where it was late
        assert counted("PROGRESS_ON_TIME", cast.commune) == Measured(1, 2)


def test_a_past_day_is_told_as_it_was_though_the_date_moved_since(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    overdue = clock.local_day(dossier.due_at + timedelta(days=3))
    with clock.telling(clock.now() + timedelta(hours=2)):
        ask_day = clock.today()
        name_duty(dossier, cast)
        dossier.refresh_from_db()
    with clock.telling(dossier.due_at + timedelta(days=20)):
        settle_duty(dossier, cast)
        dossier.refresh_from_db()
        assert dossier.due_at > clock.now()
        for day in (ask_day, overdue, clock.today()):
            assert counted("PROGRESS_ON_TIME", cast.commune, until=day, since=ask_day) == Measured(1, 1)  # fmt: skip
    with clock.telling(dossier.due_at + timedelta(days=9)):
        assert counted("PROGRESS_ON_TIME", cast.commune, since=ask_day) == Measured(0, 1)  # fmt: skip
        past = counted("PROGRESS_ON_TIME", cast.commune, until=overdue, since=ask_day)
        assert past == Measured(1, 1)


def test_a_dossier_that_was_overdue_on_a_past_day_stays_so(cast):
    dossier = make_dossier(Business.IN_PROCESS, cast=cast)
    day = clock.local_day(dossier.due_at + timedelta(days=2))
    with clock.telling(dossier.due_at + timedelta(days=5)):
        name_duty(dossier, cast)
    with clock.telling(dossier.due_at + timedelta(days=25)):
        settle_duty(dossier, cast)
        told = counted("PROGRESS_ON_TIME", cast.commune, until=day, since=day)
        assert told == Measured(0, 1)


def test_an_online_dossier_with_a_result_on_paper_is_not_served_online(cast):
    catch_up()
    today = clock.today()
    paper = paper_cast()
    decide_on_paper(paper)
    make_dossier(Business.IN_PROCESS, cast=paper)
    assert counted("ONLINE_DOSSIER_RATIO", paper.commune) == Measured(1, 2)
    assert counted("ORIGINAL_RESULT_AVAILABLE", paper.commune) == Measured(0, 1)
    [flow] = [i for i in declared() if i.code == "measures.served_online"]
    assert audit(flow).sound
    assert records(paper.head, Slice("ONLINE_DOSSIER_RATIO", today, today, misses=True)).total == 1  # fmt: skip


def test_a_procedure_that_gives_no_document_owes_no_electronic_one():
    noted = Result("KQ", "Ghi vào sổ", is_document=False)
    plain = make_cast(definition(steps=STEPS[:3], result=noted))
    dossier = make_dossier(Business.IN_PROCESS, cast=plain)
    examine(dossier, plain)
    dossier.refresh_from_db()
    assert (dossier.business, dossier.outcome) == (Business.DECIDED, Outcome.APPROVED)
    assert counted("ONLINE_DOSSIER_RATIO", plain.commune) == Measured(1, 1)
    assert counted("ORIGINAL_RESULT_AVAILABLE", plain.commune) == Measured(0, 0)


def test_use_of_procedures_is_counted_to_the_day_not_to_the_month(cast):
    today = clock.today()
    first = (today.replace(day=1) - timedelta(days=40)).replace(day=10)
    for days in (0, 5, 30):
        with clock.telling(clock.at_local(first + timedelta(days=days), time(9))):  # fmt: skip
            make_dossier(Business.FILED, cast=cast)
    catch_up()

    def filed(since, until):
        found = used_between(since, until, None)
        assert found.get(cast.procedure) == used_between(since, until, cast.commune).get(cast.procedure)  # fmt: skip
        return found[cast.procedure].filed

    assert filed(first, first + timedelta(days=4)) == 1
    assert filed(first, first + timedelta(days=5)) == 2
    assert filed(first, today) == 3
    assert filed(first + timedelta(days=1), today) == 2


def test_the_scorecard_leads_to_the_things_it_counts(cast, client, reader):
    make_dossier(Business.DECIDED, cast=cast)
    catch_up()
    client.force_login(reader)
    page = client.get(reverse("measures-unit", args=[cast.commune.pk])).text
    for item in index_versions()[-1].items:
        if item.code not in ITEMS:
            address = reverse("measures-things", args=[item.code])
            found = client.get(f"{address}?unit={cast.commune.pk}")
            assert found.status_code == 200, item.code
    assert reverse("measures-things", args=["ONLINE_SERVICE_RATIO"]) not in page
    assert reverse("measures-things", args=["PAY_PROCEDURE_USED"]) not in page
    listed = client.get(f"{reverse('measures-things', args=['ELECTRONIC_CERTIFIED_COPY'])}?unit={cast.commune.pk}").text  # fmt: skip
    assert cast.commune.short_name in listed
    assert client.get(reverse("measures-things", args=["nonsense"])).status_code == 404
    assert client.get(reverse("measures-things", args=["PROGRESS_ON_TIME"])).status_code == 404  # fmt: skip
