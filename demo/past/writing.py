"""Writing the past, a part of a day at a time, by as many processes as one likes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from multiprocessing import get_context

from django.db import connection, connections, transaction

from khuevan.counter.models import Dossier
from khuevan.journal import bulk
from khuevan.worktime.public import is_working_day, load as load_calendar

from .city import City, gather
from .life import Life, World
from .rows import Lines, tell
from .shares import ALL, DIGITISED, ELECTRONIC, FIRST, LAST, LIVING, ONLINE_PAID


CHUNK = 10_000


def write_past(scale: float, told: Callable[[float], None], processes: int = 1) -> int:
    """Write the past's dossiers at a scale; return how many.

    A chunk of one day is one transaction. Where the past is there already, nothing is
    written: a load that was cut short is begun again on an empty database.
    """
    if Dossier.objects.filter(origin_system="previous").exists():
        return 0
    total = round(ALL * scale) - LIVING.filed
    city = gather()
    parts = list(_parts(total, _owed()))
    done = 0
    if processes == 1:
        world = World(city)
        for part in parts:
            done += write_part(world, part)
            told(done / total)
        carry_numbers_on()
        return done
    connections.close_all()
    context = get_context("fork")
    with ProcessPoolExecutor(processes, context, _begin, (city,)) as pool:
        for count in pool.map(_write, parts):
            done += count
            told(done / total)
    carry_numbers_on()
    return done


def carry_numbers_on() -> None:
    """Let the running numbers of each agency and day go on after the past's last one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO counter_dossiernumber (id, agency, day, last)"
            " SELECT gen_random_uuid(), split_part(code, '-', 1),"
            " to_date(split_part(code, '-', 2), 'YYMMDD'), max(split_part(code, '-', 3)::int)"
            " FROM counter_dossier WHERE origin_system = 'previous' GROUP BY 2, 3"
            " ON CONFLICT (agency, day) DO UPDATE SET"
            " last = greatest(counter_dossiernumber.last, excluded.last)"
        )  # fmt: skip


_world: World | None = None


def _begin(city: City) -> None:
    global _world
    connections.close_all()
    _world = World(city)


def _write(part: Part) -> int:
    assert _world is not None
    return write_part(_world, part)


@dataclass(frozen=True, slots=True)
class Part:
    """Some dossiers of one day: their numbers of the whole and where codes go on."""

    day: date
    count: int
    seed: int
    first_of_day: int
    owed: tuple[float, float, float] = (0.0, 0.0, 0.0)


def _owed() -> tuple[float, float, float]:
    """Return by how much the living dossiers miss each share: the past makes up for it."""
    decided, fees = LIVING.decided, LIVING.with_fee
    return (
        decided * DIGITISED - LIVING.digitised,
        decided * ELECTRONIC - LIVING.electronic,
        fees * ONLINE_PAID - LIVING.paid_online,
    )


def _parts(total: int, owed: tuple[float, float, float]) -> Iterator[Part]:
    """Spread the dossiers over the days: ten times more on a working day."""
    none = (0.0, 0.0, 0.0)
    calendar = load_calendar()
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    weights = [10.0 if is_working_day(d, calendar=calendar) else 1.0 for d in days]
    reached = [round(total * w / sum(weights)) for w in accumulate(weights)]
    before = 0
    for number, (day, upto) in enumerate(zip(days, reached, strict=True)):
        left, first = upto - before, 0
        before = upto
        while left:
            count = min(left, CHUNK)
            yield Part(day, count, number * 1000 + first // CHUNK, first, owed)
            left, first, owed = left - count, first + count, none


def write_part(world: World, part: Part) -> int:
    """Write one part in one transaction; return how many dossiers it had."""
    dice = random.Random(part.seed)  # noqa: S311
    for share, more in zip((world.digitised, world.electronic, world.online), part.owed, strict=True):  # fmt: skip
        share.gone += more
    numbers: Counter[str] = Counter()
    lines = Lines()
    with transaction.atomic(), bulk.writing() as chains:
        for _ in range(part.count):
            life = Life(world, dice, part.day)
            agency = life.unit.code
            numbers[agency] += 1
            code = f"{agency}-{part.day:%y%m%d}-{part.first_of_day + numbers[agency]:04d}"  # fmt: skip
            tell(life, code, lines, chains)
        lines.copy()
    return part.count
