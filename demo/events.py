"""The demo's events: one that is over, one on the demo's day, one next month."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta

from khuevan.directory.public import Appointment, Organisation, Person, Role
from khuevan.events import actions
from khuevan.events.models import Event, Registration
from khuevan.events.rules.events import Kind
from khuevan.platform import clock


MARK = "(giả định)"
TODAY = date(2025, 11, 17)
PLACE = "Sàn giao dịch công nghệ, 258 Võ Chí Công"
GUESTS = (
    "Đinh Gia Hân", "Lại Quốc Cường", "Mai Phương Thảo", "Thạch Minh Trí", "Hứa Bích Ngọc",
    "Quản Đức Thành", "La Thị Yến", "Tăng Hoài Nam", "Cù Lan Chi", "Giáp Văn Toàn",
)  # fmt: skip
PEOPLE = ("enterprise", "citizen", "citizen2", "expert", "expert2", "expert5", "handler", "division")  # fmt: skip
QUESTIONS = (
    ("Màng lọc dùng được bao lâu thì phải thay?", "Ba năm theo số liệu của xưởng mẫu (giả định)."),
    ("Chi phí xử lý một mét khối nước là bao nhiêu?", "Khoảng bảy nghìn đồng, chưa kể nhân công (giả định)."),
    ("Doanh nghiệp nhỏ có được dùng thử không?", ""),
)  # fmt: skip


def tell_events() -> None:
    """Tell the events; the same each time."""
    body = Organisation.objects.get(code="H26.KHCN")
    posts = Appointment.objects.filter(organisation=body, role=Role.OFFICIAL)
    staff = posts.select_related("person").order_by("pk")[0].person
    _over(body, staff)
    _today(body, staff)
    with _at(TODAY, 7):
        coming = _draft(
            body, staff, Kind.MATCHING, TODAY + timedelta(days=30),
            "Phiên kết nối: nhu cầu của mười doanh nghiệp dệt may và thực phẩm", 60,
            "20; Khai mạc; Lãnh đạo Sở\n60; Mười bài toán; Các doanh nghiệp; /exchange/\n60; Gặp riêng từng cặp",
        )  # fmt: skip
        actions.publish(event=coming, by=staff)
        _register(coming, guests=4, people=3)


def _draft(body: Organisation, staff: Person, kind: Kind, day: date, title: str, seats: int, agenda: str, *, hour: int = 9) -> Event:  # fmt: skip
    return actions.draft_event(
        organiser=body, kind=kind, title=f"{title} {MARK}", seats=seats, agenda=agenda,
        summary="Sự kiện giả định của thành phố mẫu: ai cũng đăng ký được, không cần tài khoản.",
        place=PLACE, starts_at=_when(day, hour), ends_at=_when(day, hour + 8 if hour < 9 else hour + 3),
        opens_at=clock.now(), closes_at=_when(day, hour) + timedelta(hours=2), by=staff,
    )  # fmt: skip


def _register(event: Event, *, guests: int, people: int) -> list[Registration]:
    rows = [
        actions.register(event=event, name=name, email=f"khach{number}@example.org", by=None)
        for number, name in enumerate(GUESTS[:guests], 1)
    ]  # fmt: skip
    known = Person.objects.filter(username__in=PEOPLE[:people]).order_by("username")
    return rows + [actions.register(event=event, by=person) for person in known]


def _over(body: Organisation, staff: Person) -> None:
    day = TODAY - timedelta(days=11)
    with _at(day - timedelta(days=10), 9):
        event = _draft(
            body, staff, Kind.DEMO_DAY, day, "Ngày trình diễn công nghệ xử lý nước", 15,
            "15; Khai mạc; Sở Khoa học và Công nghệ\n45; Màng lọc gốm cho dệt nhuộm; Tô Minh Đạt; /exchange/\n30; Cảm biến giá thấp; Ông Gia Khiêm\n30; Hỏi đáp",
        )  # fmt: skip
        actions.publish(event=event, by=staff)
        rows = _register(event, guests=10, people=8)
        actions.withdraw(registration=rows[1], by=None)
        _ask(event, staff, rows)
    with _at(day, 9):
        seated = Registration.objects.filter(event=event, standing="registered")
        for number, row in enumerate(seated.order_by("made_at", "pk")):
            if number % 5:
                actions.count_in(registration=row, by=staff)
    with _at(day, 17):
        actions.note_held(
            event=event, by=staff,
            words=f"Ba công nghệ được trình diễn; năm doanh nghiệp hẹn gặp riêng, hai bên đã đề nghị liên hệ trên Sàn sau đó {MARK}.",
        )  # fmt: skip


def _today(body: Organisation, staff: Person) -> None:
    with _at(TODAY - timedelta(days=7), 9):
        event = _draft(
            body, staff, Kind.SEMINAR, TODAY, "Định giá công nghệ: hỏi gì trước khi ký", 12,
            "30; Ba cách định giá; Dương Khánh Linh; /valuations/prices/\n30; Khi hai ý kiến khác nhau; Tô Hữu Đạt\n60; Hỏi đáp",
            hour=8,
        )  # fmt: skip
        actions.publish(event=event, by=staff)
        rows = _register(event, guests=8, people=6)
        _ask(event, staff, rows)
    with _at(TODAY, 7):
        for row in rows[:5]:
            actions.count_in(registration=row, by=staff)


def _ask(event: Event, staff: Person, rows: list[Registration]) -> None:
    for number, (text, answer) in enumerate(QUESTIONS):
        asker = rows[2 + number]
        question = actions.ask_question(registration=asker, text=text, by=asker.person)
        for voter in rows[5 : 8 - number]:
            actions.vote(question=question, registration=voter, by=voter.person)
        if answer:
            actions.answer_question(question=question, answer=answer, by=staff)


def _when(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=clock.HANOI)


def _at(day: date, hour: int) -> AbstractContextManager[None]:
    return clock.telling(_when(day, hour))
