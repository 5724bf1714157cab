"""Problems in a given state, reached only through the actions that lead there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time, timedelta
from decimal import Decimal

from khuevan.directory.public import Organisation, OrganisationKind, Person, Role
from khuevan.directory.tests.factories import OrganisationFactory, make_person
from khuevan.dtmarket import actions
from khuevan.dtmarket.models import Answer, Paper, Problem, Trial
from khuevan.dtmarket.rules.problems import Criterion
from khuevan.dtmarket.rules.trials import Metric, Step
from khuevan.exchange.public import State as Listed
from khuevan.exchange.tests.factories import (
    NEED,
    make_cast as make_exchange,
    make_listing,
    make_member,
)
from khuevan.platform import clock


MARKET = "Đã tìm trên Sàn và hỏi ba nhà cung cấp: chưa có thứ nào dò được mà không đào đường."
WHY = "Theo tổng điểm của hai người chấm, cách nhau rõ rệt."
CRITERIA = (Criterion("Độ chính xác", 60), Criterion("Chi phí", 40))
METRICS = (
    Metric(
        "Thất thoát",
        "phần trăm",
        Decimal(18),
        Decimal(12),
        "Đồng hồ tổng của công ty nước",
    ),
    Metric(
        "Điểm rò tìm đúng",
        "phần trăm",
        Decimal(40),
        Decimal(80),
        "Biên bản đào kiểm tra",
    ),
)
BUDGET = 60_000_000_000
GOOD = "Thất thoát; {0}; 11,5; 100\nThất thoát; {1}; 11; 100\nThất thoát; {2}; 12,5; 100\nĐiểm rò tìm đúng; {0}; 85; 20\nĐiểm rò tìm đúng; {1}; 90; 20\nĐiểm rò tìm đúng; {2}; 81; 20"


@dataclass
class Cast:
    """A body with a problem, and two firms that may solve it."""

    agency: Organisation
    head: Person
    first: Person
    second: Person
    firm: Organisation
    seller: Person
    other: Organisation
    rival: Person
    auditor: Organisation
    need: str

    def put_out(self, **more: object) -> Problem:
        told: dict[str, object] = {
            "need": self.need, "market": MARKET, "budget": BUDGET, "criteria": CRITERIA,
            "metrics": METRICS, "closes_at": clock.now() + timedelta(days=14), **more,
        }  # fmt: skip
        return actions.put_out(**told, by=self.first)  # type: ignore[arg-type]

    def answer(
        self, problem: Problem, house: Organisation | None = None, **more: object
    ) -> Answer:
        house = house or self.firm
        told: dict[str, object] = {
            "supplier": house, "solution": "Cảm biến âm dọc ống và mô hình định vị điểm rò.",
            "price": 900_000_000, "trial_days": 120, **more,
        }  # fmt: skip
        by = self.seller if house == self.firm else self.rival
        return actions.answer(problem=problem, **told, by=by)  # type: ignore[arg-type]

    def scored(
        self, *, first: int = 80, second: int = 60
    ) -> tuple[Problem, Answer, Answer]:
        """Return a problem whose two answers both people of the body scored."""
        problem = self.put_out()
        mine, theirs = self.answer(problem), self.answer(problem, self.other)
        with clock.telling(problem.closes_at):
            actions.begin_scoring(problem=problem, by=self.first)
            for answer, points in ((mine, first), (theirs, second)):
                for person in (self.first, self.second):
                    actions.score(answer=answer, given=points_of(points), by=person)
        problem.refresh_from_db()
        return problem, mine, theirs

    def shortlisted(self) -> tuple[Problem, Answer]:
        problem, mine, _theirs = self.scored()
        actions.make_shortlist(problem=problem, chosen=[mine], why=WHY, by=self.head)
        problem.refresh_from_db()
        mine.refresh_from_db()
        return problem, mine

    def on_trial(self) -> tuple[Problem, Trial]:
        problem, mine = self.shortlisted()
        start = clock.today()
        trial = actions.begin_trial(
            answer=mine,
            starts_on=start,
            ends_on=start + timedelta(days=200),
            decision="57/QĐ-UBND",
            by=self.head,
        )
        problem.refresh_from_db()
        return problem, trial

    def measured(self) -> tuple[Problem, Trial]:
        """Return a running trial with readings that reach its targets."""
        problem, trial = self.on_trial()
        with clock.telling(later(trial, 40)):
            actions.keep_readings(trial=trial, lines=good(trial), by=self.first)
            self.keep(problem, Step.READINGS, trial)
        return problem, trial

    def keep(self, problem: Problem, step: Step, trial: Trial | None = None, **more: object) -> Paper:  # fmt: skip
        """Keep a paper of a problem, of a trial where one is named."""
        told: dict[str, object] = {
            "title": "Số liệu đồng hồ tổng", "content": f"{step} {problem.code}".encode(), "name": "so-lieu.txt", **more,
        }  # fmt: skip
        return actions.keep_paper(problem=problem, step=step, trial=trial, **told, by=self.first)  # type: ignore[arg-type]  # fmt: skip

    def succeeded(self) -> tuple[Problem, Trial]:
        problem, trial = self.measured()
        with clock.telling(later(trial, 41)):
            actions.end_trial(
                trial=trial, succeeded=True, why="Đạt cả hai chỉ tiêu.", by=self.head
            )
        problem.refresh_from_db()
        trial.refresh_from_db()
        return problem, trial

    def audited(self, cost: int = 1_000_000_000) -> tuple[Problem, Trial]:
        problem, trial = self.succeeded()
        actions.audit_trial(
            trial=trial, auditor=self.auditor, cost=cost, paper="12/BCKT", by=self.first
        )
        self.keep(problem, Step.AUDIT, trial)
        trial.refresh_from_db()
        return problem, trial


def points_of(points: int) -> dict[str, tuple[int, str]]:
    """Return the same points for every criterion."""
    return {c.name: (points, "Có số liệu chạy thử kèm theo.") for c in CRITERIA}


def later(trial: Trial, days: int):
    """Return an instant so many days after a trial's first."""
    return clock.at_local(trial.starts_on + timedelta(days=days), time(9))


def good(trial: Trial) -> str:
    """Return readings of three days that reach the targets."""
    days = [
        (trial.starts_on + timedelta(days=d)).strftime("%d/%m/%Y") for d in (10, 20, 30)
    ]
    return GOOD.format(*days)


def make_cast() -> Cast:
    """Return everybody a problem takes, with a published need of the body."""
    exchange = make_exchange()
    member, head = make_member(OrganisationKind.COMMUNE)
    agency = member.organisation
    assert agency is not None
    listing = make_listing(
        replace(exchange, institute=member, lister=head), Listed.PUBLISHED, NEED
    )
    firm, other = exchange.firm.organisation, make_member()[0].organisation
    assert firm is not None
    assert other is not None
    return Cast(
        agency, make_person(Role.HEAD, agency), make_person(Role.OFFICIAL, agency),
        make_person(Role.OFFICIAL, agency), firm, exchange.buyer, other,
        make_person(Role.MEMBER, other), OrganisationFactory.create(), listing.code,
    )  # fmt: skip
