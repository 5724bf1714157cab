"""What the programme is measured by: declared once, computed from the facts of tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from khuevan.directory.public import Organisation
from khuevan.indicators.public import Better, Delta, Indicator, Share, Span, declare
from khuevan.journal.public import Fact
from khuevan.platform import clock
from khuevan.platform.errors import N_

from .queries.summary import judged_on
from .rules import Basis, Standing, State
from .words import GROUPS, LEVELS


DIMENSIONS = ("level", "group", "organisation")
Reading = Callable[[Standing, date], tuple[int, int]]


def _cell(standing: Standing) -> dict[str, str]:
    return {
        "level": standing.level.value,
        "group": str(standing.group),
        "organisation": standing.lead,
    }


def _share(reading: Reading) -> Callable[[Fact], Share | None]:
    """Return what a task counts as from a fact on, by the standing the fact carries."""

    def share(fact: Fact) -> Share | None:
        if "standing" not in fact.figures:
            return None
        standing = Standing.from_figures(fact.figures["standing"])
        day = clock.local_day(fact.occurred_at)
        return Share(*_read(reading, standing, day), _cell(standing))

    return share


def _recompute(reading: Reading) -> Callable[[date], Iterable[Delta]]:
    """Return the same sums from every task's standing as of the end of a day."""

    def recompute(until: date) -> Iterable[Delta]:
        for one in judged_on(until):
            sums = _read(reading, one.standing, one.as_of)
            yield Delta(*sums, _cell(one.standing), until)

    return recompute


def _read(reading: Reading, standing: Standing, day: date) -> tuple[int, int]:
    return (0, 0) if standing.state is State.CANCELLED else reading(standing, day)


def _done(standing: Standing, day: date) -> tuple[int, int]:
    return int(standing.state is State.ACCEPTED), 1


def _on_time(standing: Standing, day: date) -> tuple[int, int]:
    if standing.state is not State.ACCEPTED or standing.accepted_on is None:
        return 0, 0
    return int(standing.due_on is None or standing.accepted_on <= standing.due_on), 1


def _verified(standing: Standing, day: date) -> tuple[int, int]:
    done = standing.state is State.ACCEPTED
    return int(done and standing.basis is not Basis.REPORT), int(done)


def _overdue(standing: Standing, day: date) -> tuple[int, int]:
    running = standing.state in {State.OPEN, State.CLAIMED}
    past = standing.due_on is not None and standing.due_on < day
    return int(running and past), int(running)


_SLICES = {"done": "done", "on_time": "done_on_time", "verified": "verified", "overdue": "overdue"}  # fmt: skip


def _records(name: str) -> Callable[[Mapping[str, str], Span, str], str]:
    def address(dims: Mapping[str, str], span: Span, part: str) -> str:
        query = {"level": "level", "group": "group", "organisation": "unit"}
        wanted = [f"{query[key]}={value}" for key, value in dims.items()]
        if part == "numerator":
            wanted.append(f"status={_SLICES[name]}")
        elif name in {"on_time", "verified"}:
            wanted.append("status=done")
        elif name == "overdue":
            wanted.append("status=open")
        if span.end < clock.today():
            wanted.append(f"on={span.end.isoformat()}")
        return f"{reverse('steering-tasks')}?{'&'.join(wanted)}"

    return address


def _labels(dimension: str, keys: Iterable[str]) -> Mapping[str, str]:
    if dimension == "organisation":
        wanted = [UUID(key) for key in keys]
        names = Organisation.objects.filter(pk__in=wanted).values_list(
            "pk", "short_name"
        )
        return {str(key): name for key, name in names}
    words: Mapping[str, object] = (
        {level.value: label for level, label in LEVELS.items()}
        if dimension == "level"
        else {str(group.value): label for group, label in GROUPS.items()}
    )
    return {key: gettext(str(words.get(key, key))) for key in keys}


def _declare(name: str, reading: Reading, **words: object) -> None:
    declare(
        Indicator(
            code=f"steering.{name}",
            unit="%",
            source=N_("the journal's facts about tasks"),
            dimensions=DIMENSIONS,
            kinds=("steering.",),
            standing=_share(reading),
            recompute=_recompute(reading),
            records=_records(name),
            labels=_labels,
            legal=("08-QC/TW", ""),
            public=True,
            **words,  # type: ignore[arg-type]
        )
    )


_declare(
    "done",
    _done,
    title=N_("Tasks done"),
    formula=N_("Tasks accepted divided by all tasks given; cancelled ones not counted"),
    numerator=N_("tasks accepted"),
    denominator=N_("tasks given"),
)
_declare(
    "on_time",
    _on_time,
    title=N_("Done on time"),
    formula=N_("Tasks accepted by their due date in force divided by tasks accepted"),
    numerator=N_("tasks accepted by their due date"),
    denominator=N_("tasks accepted"),
)
_declare(
    "verified",
    _verified,
    title=N_("Results verified"),
    formula=N_(
        "Tasks accepted after a second unit or an indicator showed the result, "
        "divided by tasks accepted"
    ),
    numerator=N_("tasks verified"),
    denominator=N_("tasks accepted"),
)
_declare(
    "overdue",
    _overdue,
    title=N_("Running tasks overdue"),
    formula=N_("Running tasks past their due date divided by running tasks"),
    numerator=N_("running tasks overdue"),
    denominator=N_("running tasks"),
    better=Better.LOWER,
)
