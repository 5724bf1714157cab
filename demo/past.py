"""The dossiers of July to November 2025, as the city's earlier systems handed them over.

1,243,294 dossiers at scale 1 (the count of the report of 14 November 2025), each with
its steps and its facts, written through COPY. They came from other systems, so their
counted columns (digitised, electronic result, paid online) are what those systems
reported, drawn so that the computed shares are the report's. People are invented.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from multiprocessing import get_context
from uuid import UUID

from django.db import connection, connections, transaction

from khuevan.catalogue.public import Published, Tier, in_force as versions_in_force
from khuevan.counter.models import Dossier
from khuevan.counter.rules.states import Status
from khuevan.directory.public import Appointment, Organisation, Role
from khuevan.journal import bulk
from khuevan.platform import clock
from khuevan.platform.text import fold
from khuevan.worktime.public import (
    Calendar,
    Pause,
    Term,
    Unit,
    add_working_days,
    due,
    is_working_day,
    load as load_calendar,
)


FIRST, LAST = date(2025, 7, 1), date(2025, 11, 12)
ALL = 1_243_294
"""Dossiers received from 1-7 to 12-11-2025 (report of 14 November 2025)."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What the demo's living dossiers (`demo.dossiers`) had come to by the last day."""

    filed: int
    decided: int
    digitised: int
    electronic: int
    with_fee: int
    paid_online: int


LIVING = Counted(filed=46, decided=8, digitised=8, electronic=8, with_fee=4, paid_online=0)  # fmt: skip
"""They count in the report's figures too; a journey holds these numbers to the story."""
DIGITISED, ELECTRONIC, ONLINE_PAID = 0.8589, 0.8772, 0.9973
"""The report's shares: digitised, electronic results, paid online."""
LATE, ONE_REQUEST, TWO_REQUESTS, REFUSED, STOPPED, WITH_FEE, OPINIONS = (
    0.031, 0.07, 0.006, 0.011, 0.006, 0.34, 0.08,
)  # fmt: skip
"""What the report does not say: invented shares."""
CHANNELS = (("portal", 0.83), ("vneid", 0.09), ("assisted", 0.07), ("counter", 0.008), ("post", 0.002))  # fmt: skip
PROCEDURES = 420
"""How many procedures carry the past's dossiers; the rest was not asked for."""
CHUNK = 10_000
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")  # fmt: skip
_MIDDLE = ("Văn", "Thị", "Quang", "Thu", "Minh", "Đức", "Ngọc", "Hải", "Thanh")
_GIVEN = ("Anh", "Bình", "Chi", "Dũng", "Giang", "Hạnh", "Khánh", "Linh", "Mai", "Nam", "Phúc", "Quân", "Sơn", "Trang", "Việt")  # fmt: skip
_NULL = r"\N"

DOSSIER = (
    "id", "code", "procedure", "version", "title", "sector", "channel", "applicant_name",
    "receiving_point_id", "support_point_id", "agency_id", "return_point_id", "parties",
    "business", "finance", "delivery", "sync", "outcome", "origin_system", "filed_at",
    "reception_due_at", "accepted_at", "limit_amount", "limit_unit", "cut_off",
    "original_due_at", "due_at", "ended_at", "returned_at", "supplements", "warned",
    "papers_due", "papers_digitised", "reused", "population_data", "e_result", "fee_due",
    "paid_online", "synced_at", "decision_note", "folded", "created_at",
)  # fmt: skip
STEP = (
    "id", "dossier_id", "node", "via", "kind", "name", "duty", "state",
    "organisation_id", "person_id", "hours", "entered_at", "due_at", "left_at",
    "done_by_id", "outcome", "remark",
)  # fmt: skip
APPLICATION = (
    "id", "dossier_id", "answers", "provenance", "page", "subject", "national_id",
    "phone", "email", "address", "represents", "consent", "saved_at",
)  # fmt: skip
INTERVAL = ("id", "dossier_id", "why", "stage", "restarts", "starts_at", "ends_at")


@dataclass(frozen=True, slots=True)
class Body:
    """An agency of the past: who it is, and who works there."""

    key: UUID
    code: str
    official: UUID
    head: UUID


@dataclass(frozen=True, slots=True)
class Kind:
    """A procedure as the past used it."""

    code: str
    version: UUID
    title: str
    sector: str
    commune: bool
    days: int
    agency: int  # place in the list of departments


@dataclass(frozen=True)
class City:
    """Everything a writer needs, ready to be sent to another process."""

    communes: list[Body]
    weights: list[int]
    departments: list[Body]
    points: list[UUID]
    kinds: list[Kind]
    kind_weights: list[float]


@dataclass
class Share:
    """Picks exactly a share of what passes by: rounding errors never add up."""

    of: float
    gone: float = 0.5

    def takes(self) -> bool:
        self.gone += self.of
        if self.gone >= 1:
            self.gone -= 1
            return True
        return False


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
        writer = Writer(city)
        for part in parts:
            done += writer.write(part)
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


_writer: Writer | None = None


def _begin(city: City) -> None:
    global _writer
    connections.close_all()
    _writer = Writer(city)


def _write(part: Part) -> int:
    assert _writer is not None
    return _writer.write(part)


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


def gather() -> City:
    """Collect the agencies, their people and the procedures once."""
    people: dict[tuple[UUID, str], UUID] = {}
    for unit, role, person in Appointment.objects.order_by("-valid_from", "id").values_list("organisation_id", "role", "person_id"):  # fmt: skip
        people.setdefault((unit, role), person)

    def made(organisation: Organisation) -> Body:
        return Body(
            organisation.pk,
            organisation.code,
            people[organisation.pk, Role.OFFICIAL],
            people[organisation.pk, Role.HEAD],
        )

    communes = list(Organisation.objects.filter(kind="commune", area__isnull=False).select_related("area").order_by("code"))  # fmt: skip
    departments = list(Organisation.objects.filter(kind="department", code__startswith="H26.").order_by("code"))  # fmt: skip
    chosen = _kinds(len(departments))
    return City(
        communes=[made(c) for c in communes],
        weights=[max(c.area.population, 3_000) for c in communes],
        departments=[made(d) for d in departments],
        points=list(Organisation.objects.filter(kind="point").order_by("code").values_list("pk", flat=True)),
        kinds=chosen,
        kind_weights=[1 / (rank + 3) ** 0.9 for rank in range(len(chosen))],
    )  # fmt: skip


def _kinds(departments: int) -> list[Kind]:
    """Choose the procedures people asked for, communes' and the city's in turn."""
    dice = random.Random(57)  # noqa: S311 - the same past every time
    versions = [v for v in versions_in_force(LAST) if not v.definition.is_party]
    dice.shuffle(versions)
    ours = [v for v in versions if v.definition.tier is Tier.COMMUNE][: PROCEDURES // 2]
    city = [v for v in versions if v.definition.tier is Tier.CITY][: PROCEDURES // 2]
    mixed = [v for pair in zip(ours, city, strict=False) for v in pair]
    return [_kind(v, dice, departments) for v in mixed]


def _kind(version: Published, dice: random.Random, departments: int) -> Kind:
    definition = version.definition
    limits = [o.limit.amount for o in definition.channels if o.limit and o.limit.unit == "working_day"]  # fmt: skip
    days = limits[0] if limits and 0 < limits[0] <= 30 else dice.choice((3, 5, 7, 10, 15))  # fmt: skip
    return Kind(
        definition.code, version.id, definition.title[:500], definition.sector[:200],
        definition.tier is Tier.COMMUNE, days, dice.randrange(departments),
    )  # fmt: skip


@dataclass
class Lines:
    """What is about to be copied, by table."""

    dossiers: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    applications: list[str] = field(default_factory=list)
    intervals: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)


class Writer:
    """Makes and copies dossiers, part by part, with shares carried on."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.calendar: Calendar = load_calendar()
        self.digitised, self.electronic, self.online = map(Share, (DIGITISED, ELECTRONIC, ONLINE_PAID))  # fmt: skip
        self.communes = list(accumulate(city.weights))
        self.kinds = list(accumulate(city.kind_weights))
        self.day_after = lru_cache(maxsize=50_000)(
            lambda day, days: add_working_days(day, days, calendar=self.calendar)
        )

    def write(self, part: Part) -> int:
        """Write one part in one transaction; return how many dossiers it had."""
        dice = random.Random(part.seed)  # noqa: S311
        for share, more in zip((self.digitised, self.electronic, self.online), part.owed, strict=True):  # fmt: skip
            share.gone += more
        numbers: dict[str, int] = {}
        lines = Lines()
        with transaction.atomic(), bulk.writing() as chains:
            for n in range(part.count):
                one = Past(self, dice, part, n)
                one.tell(numbers, lines, chains)
            _copy("counter_dossier", DOSSIER, lines.dossiers)
            _copy("counter_application", APPLICATION, lines.applications)
            _copy("counter_step", STEP, lines.steps)
            _copy("counter_interval", INTERVAL, lines.intervals)
            bulk.copy("".join(lines.facts), "".join(lines.heads))
        return part.count


class Past:
    """One dossier of the past: what happened to it, then its rows."""

    def __init__(self, writer: Writer, dice: random.Random, part: Part, n: int) -> None:
        self.writer, self.dice, self.part = writer, dice, part
        self.n = n
        city = writer.city
        self.kind = dice.choices(city.kinds, cum_weights=writer.kinds)[0]
        if self.kind.commune:
            self.unit = dice.choices(city.communes, cum_weights=writer.communes)[0]
        else:
            self.unit = city.departments[self.kind.agency]
        self.point = self.unit.key if self.kind.commune else dice.choice(city.points)
        self.channel = dice.choices([c for c, _ in CHANNELS], [w for _, w in CHANNELS])[0]  # fmt: skip
        self._live()

    def _live(self) -> None:
        """Decide what happened and when."""
        dice, writer, kind = self.dice, self.writer, self.kind
        self.filed = self._filed()
        self.accepted = self._in_office(self.filed, dice.expovariate(1 / 2.0))
        day = clock.local_day(self.accepted)
        draw = dice.random()
        self.rounds = 2 if draw < TWO_REQUESTS else 1 if draw < TWO_REQUESTS + ONE_REQUEST else 0  # fmt: skip
        fate = dice.random()
        self.fate = "refused" if fate < REFUSED else "stopped" if fate < REFUSED + STOPPED else "decided"  # fmt: skip
        share = dice.triangular(1.05, 1.9, 1.1) if dice.random() < LATE else dice.triangular(0.02, 0.98, 0.6)  # fmt: skip
        used = max(0, round(kind.days * share - (0.5 if share < 1 else 0)))
        self.due = clock.at_local(writer.day_after(day, kind.days), time(17))
        self.original_due = self.due
        self.pause: tuple[datetime, datetime] | None = None
        if self.rounds and self.fate == "decided" and used >= 1:
            self._wait_for_papers(day, used)
        else:
            self.rounds = 0
        self.ended = self._on(writer.day_after(day, used), self.accepted)
        if self.pause:
            lost = (self.pause[1] - self.pause[0]).days
            self.ended = self._on(writer.day_after(clock.local_day(self.ended), lost), self.pause[1])  # fmt: skip
        self.returned = self._in_office(self.ended, dice.expovariate(1 / 3.0))
        self.opinions = kind.days >= 5 and dice.random() < OPINIONS

    def _wait_for_papers(self, day: date, used: int) -> None:
        asked = self._on(self.writer.day_after(day, max(0, used - 1)), self.accepted)
        back = self._on(self.writer.day_after(clock.local_day(asked), self.dice.randrange(1, 5)), asked)  # fmt: skip
        self.pause = asked, back
        self.due = due(
            self.accepted, Term(self.kind.days, Unit.WORKING_DAY),
            calendar=self.writer.calendar, pauses=[Pause(asked, back)],
        ).instant  # fmt: skip

    def _filed(self) -> datetime:
        dice = self.dice
        hour = dice.choices(range(24), _HOURS)[0]
        at = time(
            hour, dice.randrange(60), dice.randrange(60), dice.randrange(1_000_000)
        )
        return clock.at_local(self.part.day, at)

    def _in_office(self, start: datetime, hours: float) -> datetime:
        """Return an instant in office hours, some hours on."""
        local = start.astimezone(clock.HANOI)
        day = local.date()
        minutes = (local.hour - 8) * 60 + local.minute
        if minutes >= 9 * 60 or not is_working_day(day, calendar=self.writer.calendar):
            day, minutes = self.writer.day_after(day, 1), 0
        minutes = max(minutes, 0) + int(hours * 60) + 1
        while minutes >= 9 * 60:
            day, minutes = self.writer.day_after(day, 1), minutes - 9 * 60
        at = clock.at_local(day, time(8 + minutes // 60, minutes % 60, self.dice.randrange(60)))  # fmt: skip
        return max(at, start + timedelta(seconds=30))

    def _on(self, day: date, after: datetime) -> datetime:
        """Return an instant of a working day, after another instant."""
        at = clock.at_local(day, time(self.dice.randrange(8, 17), self.dice.randrange(60), self.dice.randrange(60)))  # fmt: skip
        return at if at > after else after + timedelta(minutes=self.dice.randrange(5, 50))  # fmt: skip

    def tell(self, numbers: dict[str, int], lines: Lines, chains: bulk.Chains) -> None:
        """Add this dossier's rows to the lines."""
        until = clock.end_of_day(LAST)
        self.over = self.ended <= until
        self.back = self.over and self.returned <= until and self.fate == "decided"
        number = numbers[self.unit.code] = numbers.get(self.unit.code, 0) + 1
        self.code = f"{self.unit.code}-{self.part.day:%y%m%d}-{self.part.first_of_day + number:04d}"  # fmt: skip
        self.key = _key(self.filed, self.dice)
        self._flags()
        lines.dossiers.append(self._dossier())
        lines.applications.append(_line(_key(self.filed, self.dice), self.key, "{}", "{}", 0, "citizen", "", "", "", "", "", "{}", self.filed))  # fmt: skip
        lines.steps.extend(self._steps())
        if self.pause:
            lines.intervals.append(_line(_key(self.pause[0], self.dice), self.key, "supplement", "settlement", "f", *self.pause))  # fmt: skip
        facts, head = chains.lines(f"counter.dossier:{self.key}", self._facts(until))
        lines.facts.append(facts)
        lines.heads.append(head)

    def _flags(self) -> None:
        writer = self.writer
        decided = self.over and self.fate == "decided"
        self.digitised = decided and writer.digitised.takes()
        self.papers = self.dice.randrange(1, 6)
        self.reused = self.digitised and self.dice.random() < 0.4
        self.population = self.dice.random() < 0.8
        self.e_result = decided and writer.electronic.takes()
        self.fee = self.dice.choice((30_000, 50_000, 100_000, 150_000)) if self.dice.random() < WITH_FEE else 0  # fmt: skip
        self.paid_online = decided and bool(self.fee) and writer.online.takes()

    @property
    def status(self) -> Status:
        if self.fate == "refused":
            return Status.REFUSED
        if not self.over:
            return Status.IN_PROCESS
        if self.fate == "stopped":
            return Status.STOPPED
        return Status.RETURNED if self.back else Status.PROCESSED

    def _dossier(self) -> str:
        name = f"{self.dice.choice(_FAMILY)} {self.dice.choice(_MIDDLE)} {self.dice.choice(_GIVEN)}"  # fmt: skip
        refused, over = self.fate == "refused", self.over
        business = {Status.REFUSED: "refused", Status.STOPPED: "stopped", Status.IN_PROCESS: "in_process"}.get(self.status, "decided")  # fmt: skip
        delivery = ("e_delivered" if self.e_result else "handed_over") if self.back else "ready" if business == "decided" else "not_ready"  # fmt: skip
        ended = self.accepted if refused else self.ended if over else None
        parties = {self.unit.key, self.point}
        return _line(
            self.key, self.code, self.kind.code, self.kind.version, self.kind.title,
            self.kind.sector, self.channel, name, self.point,
            self.point if self.channel == "assisted" else None, self.unit.key, self.point,
            "{" + ",".join(map(str, parties)) + "}", business,
            ("paid" if self.fee else "none"), delivery, "acknowledged",
            "approved" if business == "decided" else "", "previous", self.filed,
            self._in_office(self.filed, 8), None if refused else self.accepted,
            None if refused else self.kind.days, "" if refused else "working_day", "none",
            None if refused else self.original_due, None if refused else self.due,
            ended, self.returned if self.back else None, self.rounds, "expired",
            self.papers, self.papers - (not self.digitised), self.reused, self.population, self.e_result, self.fee, self.paid_online,
            (ended or self.accepted) + timedelta(minutes=2), "", fold(f"{self.code} {name}"), self.filed,
        )  # fmt: skip

    def _steps(self) -> Iterator[str]:
        """Yield the steps that were done: reception, examination, signature, return."""
        if self.fate == "refused":
            return
        unit, until = self.unit, clock.end_of_day(LAST)
        half = self.accepted + (self.ended - self.accepted) * 0.55
        most = self.accepted + (self.ended - self.accepted) * 0.9
        plan = [("reception", "Tiếp nhận hồ sơ", self.point, unit.official, self.filed, self.accepted, 4)]  # fmt: skip
        if self.opinions:
            plan.append(("handle", "Lấy ý kiến phối hợp", unit.key, unit.official, self.accepted, half, 16))  # fmt: skip
        plan.append(("handle", "Thẩm định hồ sơ", unit.key, unit.official, half if self.opinions else self.accepted, most, 8 * self.kind.days // 2))  # fmt: skip
        plan.append(("sign", "Ký kết quả", unit.key, unit.head, most, self.ended, 4))
        if self.fate == "decided":
            plan.append(("return", "Trả kết quả", self.point, unit.official, self.ended, self.returned, 8))  # fmt: skip
        for number, (duty, name, where, who, start, end, hours) in enumerate(plan, 1):
            if end > until:
                return
            yield _line(
                _key(start, self.dice), self.key, f"s{number}", "", "user", name, duty,
                "done", where, who, hours, start, None, end, who, "", "",
            )  # fmt: skip

    def _facts(self, until: datetime) -> list[bulk.Told]:
        """Return the facts the actions would have left, as far as they lie in the past."""
        body, point = f"directory.organisation:{self.unit.key}", f"directory.organisation:{self.point}"  # fmt: skip
        official, head = f"directory.person:{self.unit.official}", f"directory.person:{self.unit.head}"  # fmt: skip

        def told(kind: str, at: datetime, status: Status, who: str | None, where: str | None, **more: object) -> bulk.Told:  # fmt: skip
            figures = {
                "code": self.code, "procedure": self.kind.code, "unit": str(self.unit.key),
                "channel": self.channel, "status": int(status), **more,
            }  # fmt: skip
            return bulk.Told(f"counter.{kind}", who, where, at, figures)

        facts = [told("dossier_filed", self.filed, Status.FILED, None, None, point=str(self.point), prefilled=0, fields=0)]  # fmt: skip
        if self.fate == "refused":
            facts.append(told("dossier_refused", self.accepted, Status.REFUSED, official, point))  # fmt: skip
            return [f for f in facts if f.occurred_at <= until]
        due_on = clock.local_day(self.original_due).isoformat()
        facts.append(told("dossier_accepted", self.accepted, Status.ACCEPTED, official, point, due_on=due_on, synced=True))  # fmt: skip
        if self.pause:
            facts.append(told("supplement_asked", self.pause[0], Status.SUPPLEMENT, official, body, round=1, stage="settlement", items=1, verifying=0))  # fmt: skip
            facts.append(told("supplement_completed", self.pause[1], Status.IN_PROCESS, None, None, round=1))  # fmt: skip
        counted = {
            "accepted": True,
            "on_time": self.ended <= self.due and self.rounds < 2,
            "digitised": self.digitised, "papers": self.papers,
            "papers_digitised": self.papers - (not self.digitised), "reused": self.reused,
            "population": self.population, "electronic": self.e_result,
            "fee": self.fee, "paid_online": self.paid_online, "rounds": self.rounds,
        }  # fmt: skip
        if self.fate == "stopped":
            facts.append(told("dossier_stopped", self.ended, Status.STOPPED, head, body, by_the_clock=False, **counted))  # fmt: skip
        else:
            facts.append(told("dossier_decided", self.ended, Status.PROCESSED, head, body, outcome="approved", **counted))  # fmt: skip
            facts.append(told("result_returned", self.returned, Status.RETURNED, official, point, delivery="handed_over"))  # fmt: skip
        return [f for f in facts if f.occurred_at <= until]


_HOURS = [1, 1, 0, 0, 0, 1, 2, 6, 14, 16, 14, 10, 5, 8, 14, 15, 12, 7, 4, 5, 7, 6, 4, 2]


def _key(at: datetime, dice: random.Random) -> UUID:
    """Return a UUIDv7 of an instant of the past."""
    value = int(at.timestamp() * 1000) << 80 | 0x7 << 76 | dice.getrandbits(12) << 64
    return UUID(int=value | 0b10 << 62 | dice.getrandbits(62))


def _line(*values: object) -> str:
    return "\t".join(map(_text, values)) + "\n"


def _text(value: object) -> str:
    if value is None:
        return _NULL
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value)


def _copy(table: str, columns: Iterable[str], lines: list[str]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as sink:  # fmt: skip
        sink.write("".join(lines))
