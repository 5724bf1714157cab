"""What happened to one dossier of the past, and when."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate

from khuevan.counter.public import most_on
from khuevan.counter.rules.states import Status
from khuevan.platform import clock
from khuevan.worktime.public import (
    Calendar,
    Pause,
    Term,
    Unit,
    add_working_days,
    closing_of,
    due,
    is_working_day,
    load as load_calendar,
)

from .city import City
from .shares import (
    CHANNELS,
    DIGITISED,
    ELECTRONIC,
    HOURS,
    LAST,
    LATE,
    ONE_REQUEST,
    ONLINE_PAID,
    OPINIONS,
    REFUSED,
    STOPPED,
    TWO_REQUESTS,
    WITH_FEE,
    Share,
)


class World:
    """What lives are drawn from: the city, its calendar, and shares carried on."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.calendar: Calendar = load_calendar()
        self.most_requests = most_on("requests", LAST)
        self.digitised, self.electronic, self.online = map(Share, (DIGITISED, ELECTRONIC, ONLINE_PAID))  # fmt: skip
        self.communes = list(accumulate(city.weights))
        self.kinds = list(accumulate(city.kind_weights))
        self.day_after = lru_cache(maxsize=50_000)(
            lambda day, days: add_working_days(day, days, calendar=self.calendar)
        )
        self.closing = lru_cache(lambda day: closing_of(day, calendar=self.calendar))


class Life:
    """One dossier of the past: filed on a day, in a world, as the dice fall."""

    def __init__(self, world: World, dice: random.Random, day: date) -> None:
        self.world, self.dice, self.day = world, dice, day
        city = world.city
        self.kind = dice.choices(city.kinds, cum_weights=world.kinds)[0]
        if self.kind.commune:
            self.unit = dice.choices(city.communes, cum_weights=world.communes)[0]
        else:
            self.unit = city.departments[self.kind.agency]
        self.point = self.unit.key if self.kind.commune else dice.choice(city.points)
        self.channel = dice.choices([c for c, _ in CHANNELS], [w for _, w in CHANNELS])[0]  # fmt: skip
        self._live()

    def _live(self) -> None:
        """Decide what happened and when."""
        dice, world, kind = self.dice, self.world, self.kind
        self.filed = self._filed()
        self.accepted = self.in_office(self.filed, dice.expovariate(1 / 2.0))
        until = clock.end_of_day(LAST)
        if self.accepted > until:  # nothing of the past is left lying at reception
            self.accepted = self.filed + (until - self.filed) * dice.random()
        day = clock.local_day(self.accepted)
        draw = dice.random()
        rounds = 2 if draw < TWO_REQUESTS else 1 if draw < TWO_REQUESTS + ONE_REQUEST else 0  # fmt: skip
        fate = dice.random()
        self.fate = "refused" if fate < REFUSED else "stopped" if fate < REFUSED + STOPPED else "decided"  # fmt: skip
        share = dice.triangular(1.05, 1.9, 1.1) if dice.random() < LATE else dice.triangular(0.02, 0.98, 0.6)  # fmt: skip
        used = max(0, round(kind.days * share - (0.5 if share < 1 else 0)))
        self.due = world.closing(world.day_after(day, kind.days))
        self.original_due = self.due
        self.pauses: list[tuple[datetime, datetime]] = []
        if rounds and self.fate == "decided" and used >= 1:
            self._wait_for_papers(day, used, rounds)
        self.ended = self._on(world.day_after(day, used), self.accepted)
        if self.pauses:
            lost = sum((back - asked).days for asked, back in self.pauses)
            self.ended = self._on(world.day_after(clock.local_day(self.ended), lost), self.pauses[-1][1])  # fmt: skip
        self.returned = self.in_office(self.ended, dice.expovariate(1 / 3.0))
        self.opinions = kind.days >= 5 and dice.random() < OPINIONS

    def _wait_for_papers(self, day: date, used: int, rounds: int) -> None:
        """Ask for papers towards the end of the work; again on the day they came."""
        world, dice = self.world, self.dice
        asked = self._on(world.day_after(day, max(0, used - 1)), self.accepted)
        for _ in range(rounds):
            back = self._on(world.day_after(clock.local_day(asked), dice.randrange(1, 5)), asked)  # fmt: skip
            self.pauses.append((asked, back))
            asked = self._on(clock.local_day(back), back)
        self.due = self._due(self.pauses)

    def _due(self, pauses: list[tuple[datetime, datetime]]) -> datetime:
        return due(
            self.accepted, Term(self.kind.days, Unit.WORKING_DAY),
            calendar=self.world.calendar, pauses=[Pause(*one) for one in pauses],
        ).instant  # fmt: skip

    def _filed(self) -> datetime:
        dice = self.dice
        hour = dice.choices(range(24), HOURS)[0]
        at = time(
            hour, dice.randrange(60), dice.randrange(60), dice.randrange(1_000_000)
        )
        return clock.at_local(self.day, at)

    def in_office(self, start: datetime, hours: float) -> datetime:
        """Return an instant in office hours, some hours on."""
        local = start.astimezone(clock.HANOI)
        day = local.date()
        minutes = (local.hour - 8) * 60 + local.minute
        if minutes >= 9 * 60 or not is_working_day(day, calendar=self.world.calendar):
            day, minutes = self.world.day_after(day, 1), 0
        minutes = max(minutes, 0) + int(hours * 60) + 1
        while minutes >= 9 * 60:
            day, minutes = self.world.day_after(day, 1), minutes - 9 * 60
        at = clock.at_local(day, time(8 + minutes // 60, minutes % 60, self.dice.randrange(60)))  # fmt: skip
        return max(at, start + timedelta(seconds=30))

    def _on(self, day: date, after: datetime) -> datetime:
        """Return an instant of a working day, after another instant."""
        at = clock.at_local(day, time(self.dice.randrange(8, 17), self.dice.randrange(60), self.dice.randrange(60)))  # fmt: skip
        return at if at > after else after + timedelta(minutes=self.dice.randrange(5, 50))  # fmt: skip

    def count(self) -> None:
        """Decide what the earlier system counted of it by the last day."""
        until = clock.end_of_day(LAST)
        self.over = self.ended <= until
        asked = [one for one in self.pauses if one[0] <= until]
        self.rounds = len(asked)
        self.waits = bool(asked) and asked[-1][1] > until
        if self.pauses and not self.over:  # what will have come later is not known yet
            self.due = self._due([one for one in asked if one[1] <= until])
        self.asked = [(start, end if end <= until else None) for start, end in asked]
        self.back = self.over and self.returned <= until and self.fate == "decided"
        world = self.world
        decided = self.over and self.fate == "decided"
        self.digitised = decided and world.digitised.takes()
        self.papers = self.dice.randrange(1, 6)
        self.reused = self.digitised and self.dice.random() < 0.4
        self.population = self.dice.random() < 0.8
        self.e_result = decided and world.electronic.takes()
        self.fee = self.dice.choice((30_000, 50_000, 100_000, 150_000)) if self.dice.random() < WITH_FEE else 0  # fmt: skip
        self.paid_online = decided and bool(self.fee) and world.online.takes()

    @property
    def on_time(self) -> bool:
        return self.ended <= self.due and self.rounds <= self.world.most_requests

    @property
    def status(self) -> Status:
        if self.fate == "refused":
            return Status.REFUSED
        if self.waits:
            return Status.SUPPLEMENT
        if not self.over:
            return Status.IN_PROCESS
        if self.fate == "stopped":
            return Status.STOPPED
        return Status.RETURNED if self.back else Status.PROCESSED
