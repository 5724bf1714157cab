"""The dossiers people live with on Friday 14 November 2025, told through actions.

About a hundred over the executable procedures, at Hoàn Kiếm ward and six departments:
fifty-six wait at the ward's desk, others at every duty, some late, one for a
supplement, one for money, one for its children, fourteen for a signature. Applicants
are invented, and so is everything they declare.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time

from django.db import transaction

from khuevan.catalogue.public import Channel, Definition, TestCase
from khuevan.counter import actions
from khuevan.counter.actions import interlinking, watch
from khuevan.counter.models import Dossier, Step
from khuevan.counter.rules.supplements import Asked
from khuevan.directory.public import Person
from khuevan.platform import clock
from khuevan.process.public import Duty, Kind
from khuevan.worktime.public import Term, Unit, due

from .names import FAMILY, GIVEN, MIDDLE
from .people import WARD
from .procedures import definitions
from .walking import Walker


EVENING = datetime(2025, 11, 14, 16, 55, tzinfo=clock.HANOI)
"""Where the story of dossiers stops: nothing is told after it."""
AT_THE_DESK = 56
TO_SIGN = 14
HOUSEHOLD, CHANGE, BENEFIT = "1.001612", "2.000720", "9.900004"
BIRTH, LINKED, MARRIAGE, COPIES = "1.001193", "2.000986", "1.000894", "2.000815"
PERMIT, LAND = "1.013225", "1.013949"
WARD_CODES = (HOUSEHOLD, BIRTH, COPIES, HOUSEHOLD, BENEFIT, MARRIAGE, PERMIT, CHANGE)
CHANNELS = (Channel.PORTAL, Channel.PORTAL, Channel.VNEID, Channel.PORTAL, Channel.ASSISTED, Channel.COUNTER)  # fmt: skip


class Living:
    """Tells each dossier's life up to where it stands on the evening of the story."""

    def __init__(self) -> None:
        self.dice = random.Random(1411)  # noqa: S311 - the same story every time
        self.known = {d.code: d for d in definitions()}
        self.walker = Walker()
        self.number = 0

    @transaction.atomic
    def tell(self, told: Callable[[float], None] = lambda share: None) -> int:
        """Tell all of it; return how many dossiers there are."""
        parts: tuple[Callable[[], None], ...] = (
            self._citizen, self._enterprise, self._family, self._land,
            self._to_sign, self._at_work, self._late, self._departments, self._finished,
            self._at_the_desk, self._watch,
        )  # fmt: skip
        for done, part in enumerate(parts, 1):
            part()
            told(done / len(parts))
        return self.number

    # ------------------------------------------------------------- the parts

    def _citizen(self) -> None:
        """The citizen persona: a certificate in the store, its reuse, a supplement asked."""
        citizen = self._person("citizen")
        shop = self._file(HOUSEHOLD, _at(3, 8, 20), citizen)
        self._walk(shop, _at(3, 8, 20), lambda step: False)
        change = self._file(CHANGE, _at(12, 20, 5), citizen)
        self._walk(change, _at(13, 8, 5), _at_duty(Duty.HANDLE))
        house = self._file(PERMIT, _at(5, 9, 40), citizen)
        self._walk(house, _at(5, 9, 40), _at_duty(Duty.HANDLE))
        with clock.telling(_at(12, 10, 15)):
            actions.ask_supplement(
                dossier=house,
                items=[Asked("ban_ve", "Bản vẽ mặt cắt móng thiếu kích thước; tệp chưa ký số.")],
                legal_basis="175/2024/NĐ-CP",
                guidance="Đề nghị đơn vị thiết kế xuất lại tệp PDF, ký số rồi nộp tại trang hồ sơ này.",
                by=self._person("handler"),
            )  # fmt: skip

    def _enterprise(self) -> None:
        """A firm that is recognised, and asks for a trial and a voucher after that."""
        firm = self._person("enterprise")
        recognised = self._file("9.900006", _at(3, 9, 0), firm)
        self._walk(recognised, _at(3, 9, 0), lambda step: False, most=3)
        trial = self._file("9.900008", _at(6, 14, 0), firm)
        self._walk(trial, _at(6, 14, 0), lambda step: step.kind == Kind.OPINIONS)
        with clock.telling(_at(13, 15, 0)):
            self._one_speaks(trial)
        voucher = self._file("9.900009", _at(12, 10, 0), firm)
        self._walk(voucher, _at(12, 10, 0), _at_duty(Duty.SIGN))
        self._file("9.900002", _at(14, 15, 20), firm)
        plant = self._file("9.900005", _at(4, 8, 30), firm)
        self._walk(plant, _at(4, 8, 30), lambda step: step.kind == Kind.OPINIONS)

    def _family(self) -> None:
        """A birth whose first child dossier is with the police now."""
        parent = self._file(LINKED, _at(13, 8, 10), self._person("citizen2"))
        self._walk(parent, _at(13, 8, 10), lambda step: step.kind == Kind.CALL)
        with clock.telling(_at(13, 15, 5)):
            interlinking.open_called()
        [child] = parent.children.all()
        self._walk(child, _at(13, 15, 30), _at_duty(Duty.HANDLE))

    def _land(self) -> None:
        """A change of land use whose clock stands until the money comes."""
        one = self._file(LAND, _at(3, 10, 0), self._person("citizen2"))
        self._walk(one, _at(3, 10, 0), lambda step: step.kind == Kind.MESSAGE, most=3)

    def _to_sign(self) -> None:
        """Results that were examined and checked: the leader signs them in one go."""
        for n in range(TO_SIGN):
            start = _at(12, 8 + n % 3, 5 * (n % 11))
            self._walk(self._file((HOUSEHOLD, BENEFIT)[n % 2], start), start, _at_duty(Duty.SIGN), most=2)  # fmt: skip

    def _at_work(self) -> None:
        """Dossiers that wait at each of the other duties of the ward."""
        for duty, many in ((Duty.ASSIGN, 4), (Duty.HANDLE, 8), (Duty.CHECK, 4), (Duty.CLERK, 3), (Duty.RETURN, 3)):  # fmt: skip
            for n in range(many):
                start = _at(13, 8 + n % 3, 7 * n)
                self._walk(self._file(HOUSEHOLD if n % 3 or duty is Duty.ASSIGN else CHANGE, start), start, _at_duty(duty), most=1)  # fmt: skip
        for n in range(2):
            start = _at(6, 9, 10 * n)
            self._walk(self._file(PERMIT, start), start, lambda step: step.kind == Kind.OPINIONS)  # fmt: skip

    def _late(self) -> None:
        """Dossiers whose date has passed, at the examination."""
        for n in range(5):
            start = _at(4 + n % 2, 9, 9 * n)
            self._walk(self._file((HOUSEHOLD, CHANGE)[n % 2], start), start, _at_duty(Duty.HANDLE))  # fmt: skip

    def _departments(self) -> None:
        """Justice, Construction, Health, Science: each has some at several duties."""
        wanted = (
            ("2.000635", Duty.HANDLE, 4), ("2.000635", Duty.SIGN, 3), ("2.000635", Duty.RECEPTION, 4),
            ("1.013236", Duty.ASSIGN, 2), ("9.900003", Duty.HANDLE, 3), ("9.900003", Duty.RECEPTION, 2),
            ("9.900007", Duty.CHECK, 2), ("9.900006", Duty.HANDLE, 2),
        )  # fmt: skip
        for code, duty, many in wanted:
            for n in range(many):
                start = _at(14 if code == "2.000635" else 12, 8 + n, 11 * n)
                self._walk(self._file(code, start), start, _at_duty(duty), most=1)

    def _finished(self) -> None:
        """Dossiers that ended well: signed results, handed over."""
        for n, code in enumerate((BIRTH, COPIES, HOUSEHOLD, MARRIAGE, "2.000635", BIRTH)):  # fmt: skip
            start = _at(10 + n % 2, 8, 9 * n)
            self._walk(self._file(code, start), start, lambda step: False, most=1)

    def _at_the_desk(self) -> None:
        """What came in since yesterday evening: the morning of whoever receives."""
        for n in range(AT_THE_DESK):
            start = _at(13, 17, 5 + n * 4) if n < 12 else _at(14, 7 + n % 9, (n * 17) % 55)  # fmt: skip
            self._file(WARD_CODES[n % len(WARD_CODES)], start)

    def _watch(self) -> None:
        """What the clock noted by then."""
        with clock.telling(EVENING):
            watch.note_unreceived()
            watch.climb_ladder()

    # ---------------------------------------------------------------- helpers

    def _file(self, code: str, at: datetime, applicant: Person | None = None) -> Dossier:  # fmt: skip
        """File a dossier of an author's case at an instant, for somebody invented."""
        definition, n = self.known[code], self.number
        self.number += 1
        case, name = definition.tests[0], self._name()
        if applicant is None:
            case = _as(case, definition, name, n)
        agency = self.walker.bodies[WARD if definition.agency == "commune" else definition.agency]  # fmt: skip
        with clock.telling(at):
            return self.walker.file(definition, case, applicant, agency, name)

    def _walk(
        self,
        dossier: Dossier,
        start: datetime,
        stop: Callable[[Step], bool],
        most: int = 4,
    ) -> None:
        """Do step after step, some working hours apart, until one to stop at or the evening."""
        at = start
        while (step := self.walker.next_step(dossier)) is not None and not stop(step):
            at = due(at, Term(self.dice.randint(1, most), Unit.HOUR)).instant
            if at > EVENING:
                return
            with clock.telling(at):
                self.walker.advance(dossier)

    def _one_speaks(self, dossier: Dossier) -> None:
        """Let one of the agencies that were asked answer; the others still owe it."""
        step = dossier.work.waiting().get(kind=Kind.OPINIONS)
        opinion = step.opinions.select_related("organisation").order_by("organisation__code")[0]  # fmt: skip
        by = self.walker.worker(opinion.organisation, Duty.HANDLE)
        actions.give_opinion(opinion=opinion, agrees=True, text="Thống nhất, đề nghị giới hạn tốc độ 15 km/giờ.", by=by)  # fmt: skip

    def _person(self, username: str) -> Person:
        return Person.objects.get(username=username)

    def _name(self) -> str:
        pick = self.dice.choice
        return f"{pick(FAMILY)} {pick(MIDDLE)} {pick(GIVEN)}"


def _as(case: TestCase, definition: Definition, name: str, n: int) -> TestCase:
    """Return a case told by somebody else, through a channel the procedure offers."""
    answers = dict(case.answers)
    said = {"ho_ten": name, "so_dinh_danh": f"0019900{n:05d}", "dien_thoai": f"0900{n:06d}"}  # fmt: skip
    answers |= {field: value for field, value in said.items() if field in answers}
    offered = {offer.channel for offer in definition.channels}
    channel = CHANNELS[n % len(CHANNELS)]
    return replace(case, answers=answers, channel=channel if channel in offered else case.channel)  # fmt: skip


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return clock.at_local(date(2025, 11, day), time(hour, minute))


def _at_duty(duty: Duty) -> Callable[[Step], bool]:
    return lambda step: step.duty == duty
