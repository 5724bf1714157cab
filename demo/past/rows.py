"""The rows and facts of a dossier of the past, as lines that COPY takes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from demo.names import FAMILY, GIVEN, MIDDLE
from khuevan.counter.rules.states import Status
from khuevan.journal import bulk
from khuevan.platform import clock
from khuevan.platform.text import fold

from .life import Life
from .shares import LAST


_NULL = r"\N"
DOSSIER = (
    "id", "code", "procedure", "version", "title", "sector", "channel", "applicant_name",
    "receiving_point_id", "support_point_id", "agency_id", "return_point_id", "parties",
    "business", "finance", "delivery", "sync", "outcome", "origin_system", "filed_at",
    "reception_due_at", "accepted_at", "limit_amount", "limit_unit", "cut_off",
    "original_due_at", "due_at", "ended_at", "returned_at", "supplements", "warned",
    "papers_due", "papers_digitised", "reused", "population_data", "e_result", "fee_due",
    "paid_online", "paid", "synced_at", "decision_note", "folded", "created_at",
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


@dataclass
class Lines:
    """What is about to be copied, by table."""

    dossiers: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    applications: list[str] = field(default_factory=list)
    intervals: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    def copy(self) -> None:
        """Send every table its lines."""
        _copy("counter_dossier", DOSSIER, self.dossiers)
        _copy("counter_application", APPLICATION, self.applications)
        _copy("counter_step", STEP, self.steps)
        _copy("counter_interval", INTERVAL, self.intervals)
        bulk.copy("".join(self.facts), "".join(self.heads))


def tell(life: Life, code: str, lines: Lines, chains: bulk.Chains) -> None:
    """Add the rows and facts of one dossier to the lines."""
    dice, filed = life.dice, life.filed
    key = _key(filed, dice)
    life.count()
    lines.dossiers.append(_dossier(life, key, code))
    lines.applications.append(_line(_key(filed, dice), key, dice.choice(life.kind.answers), "{}", 0, "citizen", "", "", "", "", "", "{}", filed))  # fmt: skip
    lines.steps.extend(_steps(life, key))
    for start, end in life.asked:
        lines.intervals.append(_line(_key(start, dice), key, "supplement", "settlement", "f", start, end))  # fmt: skip
    facts, head = chains.lines(f"counter.dossier:{key}", _facts(life, code))
    lines.facts.append(facts)
    lines.heads.append(head)


def _dossier(life: Life, key: UUID, code: str) -> str:
    name = f"{life.dice.choice(FAMILY)} {life.dice.choice(MIDDLE)} {life.dice.choice(GIVEN)}"  # fmt: skip
    refused, over = life.fate == "refused", life.over
    business = {Status.REFUSED: "refused", Status.STOPPED: "stopped", Status.SUPPLEMENT: "supplement", Status.IN_PROCESS: "in_process"}.get(life.status, "decided")  # fmt: skip
    delivery = ("e_delivered" if life.e_result else "handed_over") if life.back else "ready" if business == "decided" else "not_ready"  # fmt: skip
    ended = life.accepted if refused else life.ended if over else None
    parties = {life.unit.key, life.point}
    return _line(
        key, code, life.kind.code, life.kind.version, life.kind.title,
        life.kind.sector, life.channel, name, life.point,
        life.point if life.channel == "assisted" else None, life.unit.key, life.point,
        "{" + ",".join(map(str, parties)) + "}", business,
        ("paid" if life.fee else "none"), delivery, "acknowledged",
        "approved" if business == "decided" else "", "previous", life.filed,
        life.in_office(life.filed, 8), None if refused else life.accepted,
        None if refused else life.kind.days, "" if refused else "working_day", "none",
        None if refused else life.original_due, None if refused else life.due,
        ended, life.returned if life.back else None, life.rounds, "expired",
        life.papers, life.papers - (not life.digitised), life.reused, life.population, life.e_result, life.fee, life.paid_online, bool(life.fee),
        (ended or life.accepted) + timedelta(minutes=2), "", fold(f"{code} {name}"), life.filed,
    )  # fmt: skip


def _steps(life: Life, key: UUID) -> Iterator[str]:
    """Yield the steps that were done: reception, examination, signature, return."""
    if life.fate == "refused":
        return
    for node, duty, name, where, who, start, end, hours in _plan(life):
        if end > clock.end_of_day(LAST):
            return
        yield _line(
            _key(start, life.dice), key, node, "", "user", name, duty,
            "done", where, who, hours, start, None, end, who, "", "",
        )  # fmt: skip


def _plan(life: Life) -> Iterator[tuple[Any, ...]]:
    """Yield node, duty, name, place, person, beginning, end and hours of each step."""
    if life.kind.path:
        yield from _process(life)
        return
    unit = life.unit
    half = life.accepted + (life.ended - life.accepted) * 0.55
    most = life.accepted + (life.ended - life.accepted) * 0.9
    plan = [("reception", "Tiếp nhận hồ sơ", life.point, unit.official, life.filed, life.accepted, 4)]  # fmt: skip
    if life.opinions:
        plan.append(("handle", "Lấy ý kiến phối hợp", unit.key, unit.official, life.accepted, half, 16))  # fmt: skip
    plan.append(("handle", "Thẩm định hồ sơ", unit.key, unit.official, half if life.opinions else life.accepted, most, 8 * life.kind.days // 2))  # fmt: skip
    plan.append(("sign", "Ký kết quả", unit.key, unit.head, most, life.ended, 4))
    if life.fate == "decided":
        plan.append(("return", "Trả kết quả", life.point, unit.official, life.ended, life.returned, 8))  # fmt: skip
    for number, step in enumerate(plan, 1):
        yield f"s{number}", *step


def _process(life: Life) -> Iterator[tuple[Any, ...]]:
    """Yield the steps of the procedure's own process; what was stopped stops on the way."""
    unit, at = life.unit, life.accepted
    inner = [part for part in life.kind.path if part.duty not in {"reception", "return"}]  # fmt: skip
    shares = [part.hours * life.dice.triangular(0.3, 3.0, 0.8) + 0.1 for part in inner]
    for part in life.kind.path:
        if part.duty == "reception":
            yield part.node, part.duty, part.name, life.point, unit.official, life.filed, life.accepted, part.hours  # fmt: skip
        elif part.duty == "return":
            if life.fate == "decided":
                yield part.node, part.duty, part.name, life.point, unit.official, life.ended, life.returned, part.hours  # fmt: skip
        else:
            place = inner.index(part)
            if life.fate == "stopped" and place > len(inner) // 2:
                return
            upto = life.accepted + (life.ended - life.accepted) * (sum(shares[: place + 1]) / sum(shares))  # fmt: skip
            who = unit.head if part.duty == "sign" else unit.official
            yield part.node, part.duty, part.name, unit.key, who, at, upto, part.hours
            at = upto


def _facts(life: Life, code: str) -> list[bulk.Told]:
    """Return the facts the actions would have left, as far as they lie in the past."""
    until = clock.end_of_day(LAST)
    body, point = f"directory.organisation:{life.unit.key}", f"directory.organisation:{life.point}"  # fmt: skip
    official, head = f"directory.person:{life.unit.official}", f"directory.person:{life.unit.head}"  # fmt: skip

    def told(kind: str, at: datetime, status: Status, who: str | None, where: str | None, **more: object) -> bulk.Told:  # fmt: skip
        figures = {
            "code": code, "procedure": life.kind.code, "unit": str(life.unit.key),
            "channel": life.channel, "status": int(status), **more,
        }  # fmt: skip
        return bulk.Told(f"counter.{kind}", who, where, at, figures)

    facts = [told("dossier_filed", life.filed, Status.FILED, None, None, point=str(life.point), prefilled=0, fields=0)]  # fmt: skip
    if life.fate == "refused":
        facts.append(told("dossier_refused", life.accepted, Status.REFUSED, official, point))  # fmt: skip
        return [f for f in facts if f.occurred_at <= until]
    due_on = clock.local_day(life.original_due).isoformat()
    facts.append(told("dossier_accepted", life.accepted, Status.ACCEPTED, official, point, due_on=due_on, synced=True))  # fmt: skip
    for number, (start, end) in enumerate(life.asked, 1):
        facts.append(told("supplement_asked", start, Status.SUPPLEMENT, official, body, round=number, stage="settlement", items=1, verifying=0))  # fmt: skip
        if end:
            facts.append(told("supplement_completed", end, Status.IN_PROCESS, None, None, round=number))  # fmt: skip
    counted = {
        "accepted": True,
        "on_time": life.on_time,
        "digitised": life.digitised, "papers": life.papers,
        "papers_digitised": life.papers - (not life.digitised), "reused": life.reused,
        "population": life.population, "electronic": life.e_result,
        "hours": (life.ended - life.accepted) // timedelta(hours=1),
        "result_due": True, "filed_on": clock.local_day(life.filed).isoformat(),
        "fee": life.fee, "paid_online": life.paid_online, "paid": bool(life.fee), "rounds": life.rounds,
    }  # fmt: skip
    if life.fate == "stopped":
        facts.append(told("dossier_stopped", life.ended, Status.STOPPED, head, body, by_the_clock=False, **counted))  # fmt: skip
    else:
        facts.append(told("dossier_decided", life.ended, Status.PROCESSED, head, body, outcome="approved", **counted))  # fmt: skip
        facts.append(told("result_returned", life.returned, Status.RETURNED, official, point, delivery="handed_over"))  # fmt: skip
    return [f for f in facts if f.occurred_at <= until]


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
