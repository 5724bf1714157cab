"""What happened in the demo city from January to 14 November 2025, told with actions."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from khuevan.directory.public import Organisation, Person, Role
from khuevan.indicators.public import set_target
from khuevan.platform import clock
from khuevan.steering import actions
from khuevan.steering.actions.watch import climb_ladder, note_overdue
from khuevan.steering.models import Clause, Extension, Meeting, ReportingPeriod, Task
from khuevan.steering.queries.reporting import open_period_for
from khuevan.steering.rules import Group, Level, Proof, SourceKind, State, Visibility

from . import texts


MEETING = date(2025, 11, 14)
GOES_ON = datetime(2025, 11, 17, 8, tzinfo=clock.HANOI)
"""The Monday after: where the demo's own clock starts."""

CENTRAL = {"on_time": 83, "late": 15, "overdue": 12, "running": 77}
CITY = {"on_time": 88, "late": 12, "overdue": 18, "running": 61}
"""The figures of 14 November 2025: 187 central tasks; 18 of 197 city tasks overdue.
The orders of that day make the city's 179 into 197. What the reports do not say
(how many city tasks were done) is invented."""

UNVERIFIED_SHARE = 0.38


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens at an instant of the story."""

    at: datetime
    does: Callable[[], object]


class Story:
    """Plans every task's life first, then tells all of it in the order of time."""

    def __init__(self, bodies: dict[str, Organisation]) -> None:
        self.bodies = bodies
        self.dice = random.Random(57)  # noqa: S311 - the same story every time
        self.events: list[Event] = []
        self.tasks: dict[str, Task] = {}
        self.clauses: dict[tuple[Level, Group], Clause] = {}
        self.people: dict[tuple[str, Role], Person] = {}
        known = Person.objects.prefetch_related("appointments__organisation")
        for person in known.order_by("id"):
            for post in person.appointments.all():
                self.people.setdefault((post.organisation.code, Role(post.role)), person)  # fmt: skip
        self.leader = self.people["TU", Role.LEADER]
        self.office = self.people["TU.BCD57", Role.COMMITTEE_OFFICE]
        self.titles = self._titles()

    def tell(self) -> Iterator[float]:
        """Tell the story; yield how much of it has been told, from 0 to 1."""
        self._plan()
        self.events.sort(key=lambda event: event.at)
        for number, event in enumerate(self.events, start=1):
            with clock.telling(event.at):
                event.does()
            yield number / len(self.events)

    # ------------------------------------------------------------- planning

    def _plan(self) -> None:
        self._at(date(2025, 1, 6), self._register_sources)
        for level, figures, prefix in (
            (Level.CENTRAL, CENTRAL, "TW"),
            (Level.CITY, CITY, "TP"),
        ):
            number = 0
            for fate, many in figures.items():
                for _ in range(many):
                    number += 1
                    self._plan_task(f"{prefix}-{number:04d}", level, fate)
        day = date(2025, 3, 3)
        while day <= MEETING:
            self._at(day, self._watch, hour=7)
            day += timedelta(days=1)
        self._plan_rounds()
        self._at(MEETING, self._meet, hour=15)

    def _plan_task(self, code: str, level: Level, fate: str) -> None:
        title, output, proof, group, lead = next(self.titles)
        assigned, due, accepted = self._dates(fate)
        verifier = self.bodies["H26.VP" if lead.code != "H26.VP" else "TU.VP"]
        order = actions.Order(
            code=code,
            title=title,
            lead=lead,
            verifier=verifier,
            authority="Ban Chỉ đạo 57 Thành ủy",
            output=output,
            proof=proof,
            assigned_on=assigned,
            due_on=due,
            due_provenance="Phụ lục phân công nhiệm vụ của kế hoạch",
            lead_person=self.people[lead.code, Role.OFFICIAL],
            helpers=self._helpers(lead, due),
            level=level,
            visibility=self._visibility(),
        )
        self._at(assigned, lambda: self._assign(order, level, group), hour=8)
        self._plan_reports(code, lead, assigned, accepted or MEETING)
        if accepted:
            self._plan_acceptance(code, lead, proof, accepted)
        elif fate == "overdue":
            self._plan_trouble(code, lead, due)

    def _dates(self, fate: str) -> tuple[date, date, date | None]:
        dice = self.dice
        assigned = date(2025, 1, 10) + timedelta(days=dice.randrange(150))
        if fate in {"on_time", "late"}:
            due = assigned + timedelta(days=dice.randrange(60, 140))
            shift = (
                -dice.randrange(0, 20) if fate == "on_time" else dice.randrange(3, 25)
            )
            return assigned, due, due + timedelta(days=shift)
        if fate == "overdue":
            return (
                assigned,
                date(2025, 9, 15) + timedelta(days=dice.randrange(55)),
                None,
            )
        assigned = date(2025, 4, 1) + timedelta(days=dice.randrange(200))
        due = date(2025, 11, 24) + timedelta(days=dice.randrange(1, 400))
        return assigned, due, None

    def _helpers(self, lead: Organisation, due: date) -> tuple[actions.Helper, ...]:
        codes = ["H26.KHCN", "H26.NV", "H26.TC", "H26.TTPVHCC"]
        chosen = self.dice.sample(codes, self.dice.randrange(0, 3))
        return tuple(
            actions.Helper(self.bodies[c], "Phối hợp, cung cấp số liệu", due)
            for c in chosen
            if c != lead.code
        )

    def _visibility(self) -> Visibility:
        public = self.dice.random() < 0.25
        return Visibility.PUBLIC if public else Visibility.INTERNAL

    def _plan_reports(
        self, code: str, lead: Organisation, start: date, end: date
    ) -> None:
        day = start + timedelta(days=self.dice.randrange(12, 30))
        whole = max((end - start).days, 1)
        while day < end:
            progress = min(95, 100 * (day - start).days // whole)
            self._at(day, self._report, code, lead.code, progress, hour=10)
            day += timedelta(days=self.dice.randrange(24, 40))

    def _plan_acceptance(
        self, code: str, lead: Organisation, proof: Proof, accepted: date
    ) -> None:
        if proof is Proof.PHOTO or self.dice.random() < UNVERIFIED_SHARE:
            self._at(accepted, self._accept_by_report, code, hour=16)
            return
        claimed = accepted - timedelta(days=self.dice.randrange(1, 6))
        if self.dice.random() < 0.12:
            early = claimed - timedelta(days=6)
            self._at(early, self._claim, code, lead.code, proof, hour=9)
            self._at(early + timedelta(days=3), self._reject, code, hour=14)
        self._at(claimed, self._claim, code, lead.code, proof, hour=9)
        self._at(accepted, self._verify, code, hour=16)

    def _plan_trouble(self, code: str, lead: Organisation, due: date) -> None:
        self._at(due - timedelta(days=9), self._ask_time, code, lead.code, due, hour=9)
        self._at(due - timedelta(days=4), self._decide_time, code, hour=15)
        self._at(due - timedelta(days=12), self._ask_help, code, lead.code, hour=10)
        if self.dice.random() < 0.5:
            self._at(
                due + timedelta(days=5), self._difficulty, code, lead.code, hour=11
            )

    def _plan_rounds(self) -> None:
        for month in range(7, 11):
            first, last = date(2025, month, 1), date(2025, month + 1, 1) - timedelta(1)
            due = last + timedelta(days=5)
            self._at(first, self._open_round, first, last, due, hour=9)
            self._at(due + timedelta(days=1), self._close_round, first, hour=9)
        first = date(2025, 11, 1)
        self._at(first, self._open_round, first, date(2025, 11, 30), date(2025, 12, 5))

    def _at(
        self, day: date, does: Callable[..., object], *given: object, hour: int = 9
    ) -> None:
        minute = self.dice.randrange(60)
        day = min(day, MEETING)
        at = clock.at_local(day, time(hour, minute))
        self.events.append(Event(at, lambda: does(*given)))

    # -------------------------------------------------------------- telling

    def _register_sources(self) -> None:
        papers = (
            (Level.CENTRAL, SourceKind.RESOLUTION, "57-NQ/TW", "Nghị quyết về đột phá phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số quốc gia", "Bộ Chính trị", date(2024, 12, 22), "57-NQ/TW"),
            (Level.CITY, SourceKind.PLAN, "KH-TP-2025 (giả định)", "Kế hoạch của Thành phố thực hiện Nghị quyết 57 năm 2025", "Thành ủy Hà Nội", date(2025, 1, 5), ""),
        )  # fmt: skip
        for level, kind, number, title, issuer, issued, reference in papers:
            source = actions.register_source(
                kind=kind, number=number, title=title, issuer=issuer, level=level,
                issued_on=issued, legal_reference=reference, by=self.office,
            )  # fmt: skip
            for group in Group:
                self.clauses[level, group] = actions.add_clause(
                    source=source,
                    number=str(group.value),
                    text=CLAUSES[group],
                    group=group,
                    by=self.office,
                )

    def _assign(self, order: actions.Order, level: Level, group: Group) -> None:
        clause = self.clauses[level, group]
        self.tasks[order.code] = actions.assign_task(
            order=order, clause=clause, by=self.office
        )

    def _report(self, code: str, lead: str, progress: int) -> None:
        task = self._task(code)
        if task.state != State.OPEN:
            return
        actions.submit_report(
            task=task,
            progress=progress,
            figures={"Khối lượng đã hoàn thành (%)": progress},
            explanation="Đơn vị thực hiện theo kế hoạch, số liệu lấy từ hệ thống theo dõi.",
            next_step="Hoàn thành phần việc còn lại theo tiến độ",
            period=open_period_for(task),
            by=self.people[lead, Role.OFFICIAL],
        )

    def _claim(self, code: str, lead: str, proof: Proof) -> None:
        number = f"{self.dice.randrange(100, 900)}/VB-{code} (giả định)"
        piece = actions.Shown(
            proof=proof,
            note="Sản phẩm đã hoàn thành, kèm số liệu đối chiếu được.",
            document_number=number if proof is Proof.DOCUMENT else "",
            count=self.dice.randrange(120, 9000) if proof is Proof.COUNT else None,
        )
        by = self.people[lead, Role.HEAD]
        actions.claim_done(task=self._task(code), evidence=[piece], by=by)

    def _reject(self, code: str) -> None:
        task = self._task(code)
        reason = "Số liệu chưa khớp với hệ thống, thiếu danh sách kèm theo."
        actions.reject_claim(task=task, reason=reason, by=self._verifier(task))

    def _verify(self, code: str) -> None:
        task = self._task(code)
        actions.verify_claim(
            task=task,
            reason="Đã đối chiếu với hồ sơ gốc và số liệu hệ thống.",
            beyond=self.dice.random() < 0.2,
            by=self._verifier(task),
        )

    def _accept_by_report(self, code: str) -> None:
        task = self._task(code)
        actions.accept_by_report(task=task, accepted_on=clock.today(), by=self.office)

    def _ask_time(self, code: str, lead: str, due: date) -> None:
        actions.ask_extension(
            task=self._task(code),
            new_due_on=due + timedelta(days=60),
            reason="Chờ hướng dẫn của cơ quan cấp trên về tiêu chuẩn dữ liệu.",
            by=self.people[lead, Role.HEAD],
        )

    def _decide_time(self, code: str) -> None:
        waiting = Extension.objects.get(task__code=code, granted__isnull=True)
        actions.decide_extension(
            extension=waiting,
            granted=False,
            note="Không lùi hạn; báo cáo cụ thể phần việc còn vướng.",
            by=self.office,
        )

    def _ask_help(self, code: str, lead: str) -> None:
        task = self._task(code)
        other = self.bodies["H26.KHCN" if lead != "H26.KHCN" else "H26.TC"]
        request = actions.ask_agency(
            task=task,
            receiver=other,
            text="Đề nghị cho ý kiến về phương án kết nối và kinh phí.",
            by=self.people[lead, Role.OFFICIAL],
        )
        later = clock.now() + timedelta(days=self.dice.randrange(6, 20), hours=3)
        with clock.telling(min(later, clock.at_local(MEETING, time(9)))):
            actions.answer_request(
                request=request,
                receiver=task.lead,
                text="Đề nghị bổ sung thuyết minh trước khi cho ý kiến.",
                by=self.people[other.code, Role.OFFICIAL],
            )

    def _difficulty(self, code: str, lead: str) -> None:
        body = self.bodies["H26.TC" if lead != "H26.TC" else "H26.KHCN"]
        actions.raise_difficulty(
            task=self._task(code),
            kind=self.dice.choice(["institution", "data", "money", "coordination"]),
            text="Chưa có quy định về định mức chi nên chưa nghiệm thu được.",
            routed_to=body,
            by=self.people[lead, Role.HEAD],
        )

    def _open_round(self, first: date, last: date, due: date) -> None:
        actions.open_reporting_period(
            name=f"Báo cáo tháng {first.month}/{first.year}",
            starts_on=first,
            ends_on=last,
            due_at=clock.at_local(due, time(17)),
            by=self.office,
        )

    def _close_round(self, first: date) -> None:
        period = ReportingPeriod.objects.get(starts_on=first)
        actions.close_reporting_period(period=period, by=self.office)

    def _watch(self) -> None:
        note_overdue()
        climb_ladder()

    def _meet(self) -> None:
        """Hold the conference of 14 November 2025; its conclusions become tasks on the spot."""
        set_target(
            indicator="steering.overdue",
            points=[(MEETING, 0.0)],
            document="57-NQ/TW",
            by=self.office,
        )
        red = (
            Task.objects.running().filter(due_on__lt=MEETING).order_by("due_on", "code")
        )
        meeting = actions.call_meeting(
            title="Kết luận Hội nghị đánh giá tiến độ thực hiện Nghị quyết 57, ngày 14/11/2025",
            held_on=MEETING,
            chaired_by=self.leader,
            tasks=list(red[:12]),
            by=self.office,
        )
        for code, lead, title, output, proof, group, due, _ in texts.ORDERS:
            self._conclude(meeting, code, lead, title, output, proof, group, due)
        for number, (lead, title) in enumerate(texts.CLOSED_DATA, start=314):
            output = "Dịch vụ dữ liệu trả lời được qua nền tảng chia sẻ của thành phố"
            self._conclude(
                meeting, f"TP-0{number}", lead, title, output, Proof.COUNT,
                Group.INFRASTRUCTURE, "2025-11-30",
            )  # fmt: skip
        with clock.telling(clock.at_local(MEETING, time(17, 30))):
            actions.close_meeting(meeting=meeting, by=self.office)

    def _conclude(
        self,
        meeting: Meeting,
        code: str,
        lead: str,
        title: str,
        output: str,
        proof: Proof,
        group: Group,
        due: str,
    ) -> None:
        unit = self.bodies[lead]
        order = actions.Order(
            code=code,
            title=title,
            lead=unit,
            verifier=self.bodies["TU.VP" if lead == "H26.VP" else "H26.VP"],
            authority="Bí thư Thành ủy",
            output=output,
            proof=proof,
            assigned_on=MEETING,
            due_on=date.fromisoformat(due) if due else None,
            due_provenance="Kết luận hội nghị ngày 14/11/2025" if due else "",
            indicator=texts.BOUND[code] if proof is Proof.INDICATOR else "",
            indicator_periods=2,
            lead_person=self.people[lead, Role.HEAD],
            visibility=Visibility.PUBLIC,
        )
        actions.add_conclusion(
            meeting=meeting, words=f"{title}.", group=group, order=order, by=self.office
        )

    # -------------------------------------------------------------- helpers

    def _task(self, code: str) -> Task:
        return Task.objects.select_related("lead", "verifier", "parent").get(code=code)

    def _verifier(self, task: Task) -> Person:
        return self.people[task.verifier.code, Role.OFFICIAL]

    def _titles(self) -> Iterator[tuple[str, str, Proof, Group, Organisation]]:
        """Yield distinct titles over all groups with who would lead them, shuffled once."""
        units = [u for u in self.bodies.values() if u.kind in {"department", "commune"}]
        draw = self.dice.choice
        fill: dict[str, dict[str, Organisation]] = {
            "{who}": {u.short_name: u for u in units},
            "{data}": {word: self.bodies[code] for word, code in texts.DATA.items()},
            "{law}": {w: self.bodies[draw(texts.DRAFTERS)] for w in texts.LAW},
            "{field}": {w: self.bodies[draw(texts.SUPPORTERS)] for w in texts.FIELD},
        }
        made = [
            (title.replace(mark, word), output, proof, group, words[word])
            for group, topics in texts.TOPICS.items()
            for title, output, proof in topics
            for mark, words in fill.items()
            if mark in title
            for word in self.dice.sample(sorted(words), min(len(words), 32))
        ]
        self.dice.shuffle(made)
        return iter(made)


CLAUSES = {
    Group.AWARENESS: "Nâng cao nhận thức, đột phá về đổi mới tư duy, trách nhiệm người đứng đầu",
    Group.INSTITUTIONS: "Hoàn thiện thể chế; xóa bỏ rào cản cản trở phát triển",
    Group.INFRASTRUCTURE: "Tăng cường đầu tư, hoàn thiện hạ tầng cho khoa học, công nghệ và chuyển đổi số",
    Group.PEOPLE: "Phát triển, trọng dụng nhân lực chất lượng cao, nhân tài",
    Group.GOVERNMENT: "Đẩy mạnh chuyển đổi số trong hoạt động của các cơ quan",
    Group.ENTERPRISES: "Thúc đẩy khoa học, công nghệ, đổi mới sáng tạo trong doanh nghiệp",
    Group.COOPERATION: "Tăng cường hợp tác quốc tế",
}
