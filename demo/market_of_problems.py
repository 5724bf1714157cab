"""The demo's DTMarket: invented problems of real-looking bodies, at every step of the way."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from khuevan.directory.public import Organisation, Person, Role
from khuevan.dtmarket import actions
from khuevan.dtmarket.models import Answer, Problem, Trial
from khuevan.dtmarket.rules.problems import Criterion
from khuevan.dtmarket.rules.trials import Metric, Step
from khuevan.exchange.models import Listing
from khuevan.exchange.rules.listings import Kind, State
from khuevan.platform import clock


CRITERIA = (
    Criterion("Mức đạt mục tiêu", 50),
    Criterion("Khả năng mở rộng", 30),
    Criterion("Chi phí", 20),
)
METRICS = (
    Metric(
        "Thời gian xử lý",
        "phút",
        Decimal(42),
        Decimal(25),
        "Nhật ký hệ thống của đơn vị (giả định)",
    ),
    Metric(
        "Tỷ lệ làm đúng ngay lần đầu",
        "phần trăm",
        Decimal(71),
        Decimal(85),
        "Sổ theo dõi của đơn vị (giả định)",
    ),
)
MARKET = "Đã tìm trên Sàn và hỏi ba nhà cung cấp: chưa có sản phẩm nào đạt mục tiêu tại Hà Nội. Tin giả định."
WHY = "Theo tổng điểm của hai người chấm. Tin giả định của thành phố mẫu."
SUPPLIERS = ("DN.02", "DN.03", "DN.05")
_START = date(2025, 10, 20)
STEPS = {
    "ordered": _START,
    "trial": _START,
    "scoring": _START,
    "open": date(2025, 11, 7),
}
"""How far each problem is by the demo's today, and when it was put out."""


@dataclass(frozen=True, slots=True)
class _Body:
    organisation: Organisation
    head: Person
    others: tuple[Person, Person]


def tell_problems() -> None:
    """Tell the problems; the same each time."""
    suppliers = [Organisation.objects.get(code=code) for code in SUPPLIERS]
    used: set[UUID] = set()
    for step, start in STEPS.items():
        listing = _need(start, used)
        owner = listing.member.organisation
        assert owner is not None
        body = _Body(owner, _of(owner, Role.HEAD)[0], _two(owner))
        with _at(start):
            problem = actions.put_out(
                need=listing.code, market=MARKET, budget=3_000_000_000,
                closes_at=clock.at_local(start + timedelta(days=11), time(17)),
                criteria=CRITERIA, metrics=METRICS, by=body.head,
            )  # fmt: skip
        _answers(problem, suppliers, start)
        if step != "open":
            _score(problem, body, all_of=step != "scoring")
        if step in ("trial", "ordered"):
            _try(problem, body, orders=step == "ordered")


def _need(before: date, but: set[UUID]) -> Listing:
    """Return the first published need that allows a trial, of a body with no problem out yet."""
    rows = Listing.objects.filter(
        kind=Kind.NEED, state=State.PUBLISHED, trial_possible=True, member__kind="agency",
        published_at__lt=clock.at_local(before, time()),
    ).exclude(member__in=but)  # fmt: skip
    found = (
        rows.select_related("member__organisation")
        .order_by("published_at", "code")
        .first()
    )
    assert found is not None
    but.add(found.member_id)
    return found


def _answers(problem: Problem, suppliers: list[Organisation], start: date) -> None:
    for n, house in enumerate(suppliers):
        with _at(start + timedelta(days=2 + n)):
            actions.answer(
                problem=problem, supplier=house, price=(900 + 350 * n) * 1_000_000, trial_days=12,
                solution=f"{house.short_name or house.name} dùng dữ liệu của đơn vị để dự báo và nhắc việc, triển khai trong ba tuần. Tin giả định.",
                by=_of(house, Role.HEAD, Role.MEMBER)[0],
            )  # fmt: skip


def _score(problem: Problem, body: _Body, *, all_of: bool) -> None:
    with clock.telling(problem.closes_at):
        actions.begin_scoring(problem=problem, by=body.head)
        for n, answer in enumerate(
            problem.answers.select_related("supplier").order_by("sent_at")
        ):
            for m, person in enumerate(body.others[: 2 if all_of or n == 0 else 1]):
                given = {
                    c.name: (
                        88 - 9 * n - 3 * m,
                        "Có số liệu chạy thử kèm theo (giả định).",
                    )
                    for c in CRITERIA
                }
                actions.score(answer=answer, given=given, by=person)
    if all_of:
        with clock.telling(problem.closes_at + timedelta(hours=1)):
            best = list(Answer.objects.filter(problem=problem).order_by("sent_at")[:2])
            actions.make_shortlist(problem=problem, chosen=best, why=WHY, by=body.head)


def _try(problem: Problem, body: _Body, *, orders: bool) -> None:
    start = clock.local_day(problem.closes_at) + timedelta(days=1)
    answer = Answer.objects.filter(problem=problem).order_by("sent_at").first()
    assert answer is not None
    with _at(start):
        last = start + timedelta(days=9 if orders else 89)
        trial = actions.begin_trial(
            answer=answer,
            starts_on=start,
            ends_on=last,
            decision="TN-01 (giả định)",
            by=body.head,
        )
    for day, (minutes, share, cases) in enumerate(
        ((31, 78, 160), (26, 84, 190), (20, 89, 240), (19, 91, 260)), start=2
    ):
        with _at(start + timedelta(days=day)):
            today = clock.today().strftime("%d/%m/%Y")
            lines = f"{METRICS[0].name}; {today}; {minutes}; {cases}\n{METRICS[1].name}; {today}; {share}; {cases}"
            actions.keep_readings(trial=trial, lines=lines, by=body.others[0])
    with _at(start + timedelta(days=6)):
        _paper(problem, body, Step.DECISION, "Quyết định thử nghiệm TN-01 (giả định)", trial)  # fmt: skip
        _paper(problem, body, Step.READINGS, "Số liệu hằng tuần của đơn vị (giả định)", trial)  # fmt: skip
    if orders:
        _order(problem, trial, body, start)


def _order(problem: Problem, trial: Trial, body: _Body, start: date) -> None:
    with _at(start + timedelta(days=8)):
        actions.end_trial(
            trial=trial,
            succeeded=True,
            why="Hai chỉ tiêu đều đạt; mở rộng được cho các phường khác. Tin giả định.",
            by=body.head,
        )
    with _at(start + timedelta(days=10)):
        auditor = Organisation.objects.get(code="TDG.01")
        actions.audit_trial(
            trial=trial,
            auditor=auditor,
            cost=640_000_000,
            paper="KT-07 (giả định)",
            by=body.others[0],
        )
        _paper(problem, body, Step.AUDIT, "Báo cáo kiểm toán KT-07 (giả định)", trial)
        actions.pay_support(trial=trial, by=body.head)
        actions.order(
            problem=problem,
            number="ĐH-12 (giả định)",
            title=f"Triển khai: {problem.title}"[:250],
            amount=1_850_000_000,
            signed_on=clock.today(),
            by=body.head,
        )
        _paper(problem, body, Step.ORDER, "Hợp đồng đặt hàng ĐH-12 (giả định)")


def _paper(problem: Problem, body: _Body, step: Step, title: str, trial: Trial | None = None) -> None:  # fmt: skip
    actions.keep_paper(
        problem=problem, trial=trial, step=step, title=title, public=step is not Step.READINGS,
        content=f"{title}. {problem.code}. Tin giả định.".encode(), name=f"{step}.txt",
        by=body.others[0],
    )  # fmt: skip


def _of(body: Organisation, *roles: Role) -> list[Person]:
    rows = Person.objects.filter(
        appointments__organisation=body, appointments__role__in=roles
    )
    return list(rows.distinct().order_by("pk"))


def _two(body: Organisation) -> tuple[Person, Person]:
    first, second, *_rest = _of(body, Role.OFFICIAL, Role.DIVISION_HEAD, Role.HEAD)
    return first, second


def _at(day: date) -> AbstractContextManager[None]:
    return clock.telling(datetime.combine(day, time(9), tzinfo=clock.HANOI))
