"""The demo city's catalogue: 2,146 procedures, 1,086 of them fully online.

The facts of 1,601 real province and commune level procedures come with the platform.
Which of them Hanoi offers fully online is not known here: the demo assigns levels so
that the counts are those of the report of 14 November 2025, and fills up with
procedures that are plainly invented.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

from khuevan.catalogue.actions import draft_version
from khuevan.catalogue.models import Procedure
from khuevan.catalogue.public import (
    Channel,
    Definition,
    Legal,
    Level,
    Limit,
    Offer,
    PartialReason,
    Tier,
    builtin_definitions,
    load_builtin,
    publish_definition,
)
from khuevan.directory.public import Person
from khuevan.platform import clock

from .laws import register_laws
from .procedures import definitions
from .procedures.business import HOUSEHOLD, proposal


FULL, PART = 1_086, 1_060
"""Fully and partly online procedures of the city (report of 14 November 2025)."""
KEY = 50
"""Key procedures the city restructures."""
FROM = date(2025, 7, 1)
_SECTORS = ("Khoa học và công nghệ", "Văn hóa", "Du lịch", "Xây dựng", "Nông nghiệp", "Giáo dục", "Y tế", "Công Thương", "Nội vụ", "Tư pháp")  # fmt: skip
_ACTS = ("Xác nhận", "Cấp giấy phép", "Cấp lại giấy phép", "Gia hạn", "Đăng ký", "Thông báo", "Công nhận", "Hỗ trợ")  # fmt: skip


def publish_catalogue(told: Callable[[int, int], None], by: Person | None) -> None:
    """Publish the executable procedures, then the facts of all others."""
    runnable = [replace(one, is_key=True) for one in definitions()]
    register_laws(Person.objects.get(username="operator"))
    with clock.telling(clock.at_local(FROM, time(7))):
        for definition in runnable:
            publish_definition(definition=definition, valid_from=FROM, by=by)
        levels = _Levels(runnable)
        load_builtin(
            adapt=levels.assign, more=list(_invented(runnable)), told=told, by=by
        )
    officer = Person.objects.get(username="procedures")
    held = Procedure.objects.get(code=HOUSEHOLD)
    draft_version(definition=proposal(), procedure=held, by=officer)


def _invented(runnable: list[Definition]) -> list[Definition]:
    """Return as many invented procedures as the report counts beyond the known ones."""
    known = {d.code for d in (*runnable, *builtin_definitions())}
    return [_made_up(number) for number in range(FULL + PART - len(known))]


def _made_up(number: int) -> Definition:
    act, sector = _ACTS[number % len(_ACTS)], _SECTORS[number // len(_ACTS) % len(_SECTORS)]  # fmt: skip
    days = (3, 5, 7, 10, 15)[number % 5]
    return Definition(
        code=f"9.{number + 1:06d}",
        title=f"{act} trong lĩnh vực {sector.lower()} số {number + 1} (giả định)",
        sector=sector,
        level=Level.FULL,
        tier=Tier.CITY if number % 3 else Tier.COMMUNE,
        agency="" if number % 3 else "commune",
        decision=f"{1000 + number}/QĐ-UBND (giả định)",
        channels=tuple(
            Offer(c, Limit(days, "working_day")) for c in (Channel.PORTAL, Channel.COUNTER, Channel.POST)
        ),
        legal=(Legal("118/2025/NĐ-CP"),),
    )  # fmt: skip


def _key_codes(many: int, taken: set[str]) -> set[str]:
    """Choose key procedures beside those that run: whose source says the most.

    Which fifty the city chose is not known here: the mark is assumed.
    """
    told = [
        d for d in builtin_definitions()
        if d.code not in taken and d.fees and d.legal and d.result and all(o.limit for o in d.channels)
    ]  # fmt: skip
    told.sort(key=lambda d: (-len(d.channels), -len(d.legal), d.code))
    return {d.code for d in told[:many]}


class _Levels:
    """Gives levels in turn until each has the report's count."""

    def __init__(self, runnable: list[Definition]) -> None:
        full = sum(d.level is Level.FULL for d in runnable)
        self.taken = {d.code for d in runnable}
        self.key = self.taken | _key_codes(KEY - len(self.taken), self.taken)
        self.full, self.part = FULL - full, PART - (len(runnable) - full)
        self.seen = 0

    def assign(self, definition: Definition) -> Definition:
        """Return the definition with its level in the demo city."""
        if definition.code in self.taken:
            return definition
        self.seen += 1
        definition = replace(definition, is_key=definition.code in self.key)
        rest = self.full + self.part
        # Spread evenly: the share of fully online ones stays the same all along.
        if self.full * self.seen // rest > self.full * (self.seen - 1) // rest:
            return replace(definition, level=Level.FULL, partial_reason=None, partial_basis=())  # fmt: skip
        return replace(
            definition,
            level=Level.PART,
            partial_reason=PartialReason.TECHNICAL,
            partial_basis=(Legal("224/2026/NĐ-CP", "14"),),
        )
