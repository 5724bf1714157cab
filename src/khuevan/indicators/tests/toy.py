"""A toy domain: tasks of units that open, are done and are done late; and calls."""

from datetime import date, datetime, timedelta

from khuevan.indicators.public import (
    Better,
    Delta,
    Golden,
    Indicator,
    Period,
    Record,
    Share,
)
from khuevan.journal.public import Fact
from khuevan.platform.clock import HANOI, local_day


NEW_YEAR = datetime(2026, 1, 1, 9, tzinfo=HANOI)


def fact(number, kind, subject="toy.task:1", day=0, unit="A", **figures):
    instant = NEW_YEAR + timedelta(days=day)
    return Fact(
        number, f"toy.{kind}", subject, None, None, instant, instant,
        {"unit": unit, **figures},
    )  # fmt: skip


class Toy:
    """A journal in memory; its records are what its facts say, worked out plainly."""

    def __init__(self):
        self.facts = []

    def tell(self, kind, subject="toy.task:1", day=0, unit="A", **figures):
        number = len(self.facts) + 1
        self.facts.append(fact(number, kind, subject, day, unit, **figures))

    def source(self, after, limit):
        start = int(after.split("-")[1])
        found = self.facts[start : start + limit]
        return found, f"0-{start + len(found)}"

    def standing_on(self, day):
        """Return (unit, counted share) of every task as of a day, from its last fact."""
        last = {}
        for told in sorted(self.facts, key=lambda f: (f.occurred_at, f.number)):
            if local_day(told.occurred_at) <= day and tasks_done(told) is not None:
                last[told.subject] = tasks_done(told)
        return list(last.values())

    def tasks_recomputed(self, until):
        for share in self.standing_on(until):
            yield Delta(share.numerator, share.denominator, share.dimensions, until)

    def calls_recomputed(self, until):
        for told in self.facts:
            yield from (
                Delta(
                    d.numerator,
                    d.denominator,
                    d.dimensions,
                    local_day(told.occurred_at),
                )
                for d in calls_answered(told)
            )


def tasks_done(told):
    unit = {"unit": told.figures["unit"]}
    shares = {
        "toy.task_opened": Share(0, 1, unit),
        "toy.task_done": Share(1, 1, unit),
        "toy.task_cancelled": Share(0, 0, unit),
    }
    return shares.get(told.kind)


def calls_answered(told):
    if told.kind == "toy.call_taken":
        yield Delta(int(told.figures["answered"]), 1, {"unit": told.figures["unit"]})


def tasks_indicator(toy):
    return Indicator(
        code="toy.tasks_done",
        title="Tasks done",
        formula="Tasks done divided by all tasks",
        numerator="tasks done",
        denominator="tasks",
        unit="%",
        source="the register of toys",
        dimensions=("unit",),
        kinds=("toy.task_opened", "toy.task_done", "toy.task_cancelled"),
        standing=tasks_done,
        recompute=toy.tasks_recomputed,
        records=lambda dims, span, part: [Record(f"{part} {dims} {span.end}", "/x/")],
        labels=lambda name, keys: {key: f"Đơn vị {key}" for key in keys},
        legal=("57-NQ/TW", "2"),
        public=True,
        goldens=(
            Golden(
                (fact(1, "task_opened"), fact(2, "task_done", day=3)),
                on=date(2026, 1, 2),
                numerator=0,
                denominator=1,
            ),
            Golden(
                (fact(1, "task_opened"), fact(2, "task_done", day=3)),
                on=date(2026, 1, 4),
                numerator=1,
                denominator=1,
                dimensions={"unit": "A"},
            ),
        ),
    )


def calls_indicator(toy):
    return Indicator(
        code="toy.calls_answered",
        title="Calls answered",
        formula="Calls answered divided by calls",
        numerator="calls answered",
        denominator="calls",
        unit="%",
        source="the telephone",
        better=Better.HIGHER,
        period=Period.MONTH,
        dimensions=("unit",),
        kinds=("toy.",),
        contributions=calls_answered,
        recompute=toy.calls_recomputed,
    )
