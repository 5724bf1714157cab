"""The demo's adviser pool: invented experts, and a booking in every state."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta

from khuevan.deals.models import Deal
from khuevan.deals.rules.states import State as DealState
from khuevan.directory.public import Appointment, Organisation, Person, Role
from khuevan.exchange.rules.listings import Field
from khuevan.experts import actions
from khuevan.experts.dated import declaration_on
from khuevan.experts.models import Booking, Expert
from khuevan.experts.rules.bookings import State
from khuevan.experts.rules.pool import Tie
from khuevan.payments.public import orders_of, take_cash
from khuevan.platform import clock


MARK = "(giả định)"
TODAY = date(2025, 11, 17)
FIRM = "DN.01"
ASKER = "enterprise"
WHY = f"Hồ sơ đầy đủ, kinh nghiệm được chứng minh bằng tài liệu kèm theo {MARK}."
POOL = (
    ("expert", "", (Field.ENVIRONMENT, Field.MATERIALS), ("vi", "en"), 800_000, "Xử lý nước thải và vật liệu lọc cho doanh nghiệp dệt nhuộm"),
    ("expert2", "Đoàn Thị Kim Oanh", (Field.DATA_AI, Field.DIGITAL), ("vi", "en"), 1_200_000, "Kiến trúc dữ liệu và mô hình dự báo cho sản xuất"),
    ("expert3", "Lưu Quốc Bảo", (Field.ENERGY,), ("vi", "de"), 900_000, "Điện mặt trời mái nhà và lưu trữ năng lượng"),
    ("expert4", "Kiều Anh Thư", (Field.HEALTH, Field.BIOTECH), ("vi", "en", "fr"), 1_500_000, "Đăng ký thiết bị y tế và thử nghiệm lâm sàng"),
    ("expert5", "Thân Đức Long", (Field.MANUFACTURING,), ("vi", "ja"), 1_000_000, "Tự động hóa dây chuyền, an toàn máy"),
    ("expert6", "Vi Thị Hạnh", (Field.AGRICULTURE, Field.BIOTECH), ("vi",), 500_000, "Công nghệ sau thu hoạch và truy xuất nguồn gốc"),
    ("expert7", "Chử Minh Quân", (Field.CONSTRUCTION,), ("vi", "en"), 700_000, "Vật liệu xây dựng xanh, kết cấu nhẹ"),
    ("expert8", "Phí Ngọc Ánh", (Field.DIGITAL,), ("vi", "en"), 600_000, "An toàn thông tin cho nền tảng dùng chung"),
    ("expert9", "Mạc Hồng Sơn", (Field.MATERIALS, Field.ENERGY), ("vi", "ru"), 850_000, "Pin, siêu tụ và vật liệu điện cực"),
    ("expert10", "Nghiêm Thùy Dương", tuple(Field)[:3], ("vi", "en"), 0, "Sở hữu trí tuệ và hợp đồng chuyển giao, tư vấn miễn phí"),
    ("expert11", "Ông Gia Khiêm", (Field.ENVIRONMENT,), ("vi", "ko"), 650_000, "Quan trắc không khí, cảm biến chi phí thấp"),
    ("expert12", "Trà Mỹ Lệ", (Field.HEALTH,), ("vi", "zh"), 750_000, "Y học cổ truyền và chuẩn hóa dược liệu"),
)  # fmt: skip
"""Username, name ("" where the demo has them already), fields, languages, đồng an hour."""
PLANS = (
    ("expert", State.ASKED, 1, "Chọn vật liệu lọc cho nước thải có muối cao"),
    ("expert", State.AGREED, 4, "Lộ trình nâng công suất trạm xử lý 500 m³ mỗi ngày"),
    ("expert", State.REPORTED, 9, "Đánh giá mẫu màng lọc của nhà cung cấp"),
    ("expert2", State.PROPOSED, 2, "Dữ liệu nào đủ để dự báo hỏng máy?"),
    ("expert3", State.OWED, 12, "Bài toán lưu trữ điện cho xưởng ba ca"),
    ("expert5", State.CLOSED, 20, "An toàn cho ô hàn tự động"),
    ("expert", State.CLOSED, 24, "So sánh hai công nghệ keo tụ"),
    ("expert9", State.DISPUTED, 11, "Tuổi thọ của bộ pin tái sử dụng"),
    ("expert4", State.DECLINED, 6, "Thủ tục thử nghiệm lâm sàng cho miếng dán"),
    ("expert7", State.CALLED_OFF, 8, "Tấm panel nhẹ cho nhà xưởng cải tạo"),
    ("expert8", State.LAPSED, 15, "Kiểm tra an toàn thông tin trước khi nghiệm thu"),
    ("expert11", State.ASKED, 1, "Độ lệch của cảm biến bụi mịn giá thấp"),
)  # fmt: skip
"""Who is asked, what it comes to, how many days before the demo's today, and what about."""


def tell_experts() -> None:
    """Tell the pool and its bookings; the same each time."""
    keeper = _post("H26.KHCN", Role.OFFICIAL)
    with _at(TODAY - timedelta(days=34)):
        pool = {row[0]: _expert(keeper, *row) for row in POOL}
        _ties(pool)
        _waiting()
    for username, state, days, title in PLANS:
        _tell(pool[username], keeper, state, TODAY - timedelta(days=days), title)
    _about_a_deal(pool["expert11"])


def _about_a_deal(expert: Expert) -> None:
    """Ask about the deal in dispute: the question belongs to it and names its sides."""
    deal = Deal.objects.filter(state=DealState.DISPUTED).order_by("code")[0]
    with _at(TODAY, 7):
        actions.ask_experts(
            experts=[expert], title=f"Ý kiến độc lập về {deal.code}",
            question=f"Biên bản chạy thử và số liệu đo của hai bên khác nhau ở đâu? {MARK}",
            starts=[_when(TODAY + timedelta(days=5), 9)], minutes=90, matter=deal.ref,
            place="Sàn giao dịch công nghệ, 258 Võ Chí Công",
            by=_post(FIRM, Role.HEAD), organisation=Organisation.objects.get(code=FIRM),
        )  # fmt: skip


def _expert(
    keeper: Person, username: str, name: str, fields: tuple[Field, ...],
    languages: tuple[str, ...], amount: int, headline: str,
) -> Expert:  # fmt: skip
    person = _person(username, name)
    applied = actions.apply(
        person=person, headline=headline, fields=[f.value for f in fields],
        languages=list(languages), amount=amount, by=person,
        experience=f"Hơn mười năm làm việc trong lĩnh vực này; đã tư vấn cho nhiều dự án {MARK}.",
    )  # fmt: skip
    actions.put_evidence(
        expert=applied, title="Lý lịch khoa học", name="ly-lich-khoa-hoc.txt",
        content=f"Lý lịch khoa học {MARK}: {person.full_name}".encode(), by=person,
    )  # fmt: skip
    return actions.admit(expert=applied, reason=WHY, by=keeper)


def _person(username: str, name: str) -> Person:
    if not name:
        return Person.objects.get(username=username)
    return Person.objects.create(username=username, full_name=name, is_invented=True)


def _ties(pool: dict[str, Expert]) -> None:
    """Let three experts have ties: one of them to the firm that asks most."""
    told = (("expert6", Tie.ADVISES, FIRM), ("expert2", Tie.OWNS, "DN.02"), ("expert5", Tie.WORKED, "VT.02"))  # fmt: skip
    for username, tie, code in told:
        actions.declare_interest(
            expert=pool[username], tie=tie, valid_from=date(2022, 1, 1),
            organisation=Organisation.objects.get(code=code), by=pool[username].person,
        )  # fmt: skip


def _waiting() -> None:
    """Let one apply and one be proposed: they wait on the keeper's desk."""
    applicant = _person("expert13", "Bế Văn Lực")
    with _at(TODAY - timedelta(days=2)):
        actions.apply(
            person=applicant, headline="Robot cộng tác trong lắp ráp", experience="",
            fields=[Field.MANUFACTURING.value], languages=["vi"], amount=550_000, by=applicant,
        )  # fmt: skip
        actions.propose_expert(
            person=_person("expert14", "Tống Khánh Vy"), by=_post(FIRM, Role.HEAD),
            reason=f"Đã giúp chúng tôi chọn công nghệ sấy rất hiệu quả {MARK}.",
        )  # fmt: skip


def _tell(expert: Expert, keeper: Person, state: State, day: date, title: str) -> None:
    asker = Person.objects.get(username=ASKER)
    ahead = state in (State.ASKED, State.PROPOSED, State.AGREED)
    soon = TODAY + timedelta(days=7 if state == State.ASKED else 4)
    meeting = _when(soon if ahead else day + timedelta(days=2), 14)
    with _at(day):
        asked = actions.ask_experts(
            experts=[expert], title=title, minutes=120, by=asker,
            question=f"Chúng tôi cần một ý kiến độc lập: {title.lower()}. Tài liệu sẽ gửi trước buổi làm việc {MARK}.",
            starts=[meeting, meeting + timedelta(days=1)],
            organisation=Organisation.objects.get(code=FIRM), place="Sàn giao dịch công nghệ, 258 Võ Chí Công",
        )  # fmt: skip
    _Told(asked.bookings.get(), asker, keeper, day).to(state)


class _Told:
    """One booking on its way to a state."""

    def __init__(self, booking: Booking, asker: Person, keeper: Person, day: date) -> None:  # fmt: skip
        self.booking, self.asker, self.keeper, self.day = booking, asker, keeper, day
        self.expert = booking.expert.person
        self.version = declaration_on(day).version

    def to(self, state: State) -> None:
        """Tell it to its state."""
        ends = {State.DECLINED: self._decline, State.LAPSED: self._lapse, State.PROPOSED: self._propose}  # fmt: skip
        if state == State.ASKED:
            return
        if state in ends:
            ends[state]()
            return
        with _at(self.day, 15):
            actions.accept(booking=self.booking, start=self.booking.starts[0], declared=self.version, by=self.expert)  # fmt: skip
        if state == State.CALLED_OFF:
            with _at(self.day, 17):
                actions.call_off(booking=self.booking, words=f"Chúng tôi hoãn dự án sang năm {MARK}.", by=self.asker)  # fmt: skip
        elif state != State.AGREED:
            self._report(state)

    def _report(self, state: State) -> None:
        with _at(self.day + timedelta(days=2), 17):
            actions.write_minutes(
                booking=self.booking, asked="Doanh nghiệp hỏi về phương án kỹ thuật và chi phí.",
                found=f"Số liệu hiện có đủ để chọn sơ bộ; còn thiếu kết quả đo dài ngày {MARK}.",
                advised=f"Nên thử trong một tháng với quy mô nhỏ rồi mới đầu tư {MARK}.", worked=150,
                papers=[(f"Ghi chú buổi tư vấn {MARK}".encode(), "ghi-chu.txt")], by=self.expert,
            )  # fmt: skip
        if state == State.REPORTED:
            return
        with _at(self.day + timedelta(days=3), 10):
            if state == State.DISPUTED:
                actions.dispute(booking=self.booking, words=f"Buổi làm việc chỉ kéo dài hai giờ {MARK}.", by=self.asker)  # fmt: skip
                return
            actions.confirm(booking=self.booking, version=1, by=self.asker)
            if state == State.CLOSED:
                [order] = orders_of(self.booking.ref)
                take_cash(order_id=order.id, by=self.keeper)

    def _decline(self) -> None:
        with _at(self.day, 16):
            actions.decline(booking=self.booking, words=f"Tuần này tôi đi công tác dài ngày {MARK}.", by=self.expert)  # fmt: skip

    def _propose(self) -> None:
        with _at(self.day, 16):
            actions.propose_time(booking=self.booking, start=_when(TODAY + timedelta(days=6), 9), declared=self.version, by=self.expert)  # fmt: skip

    def _lapse(self) -> None:
        for _ in range(2):
            self.booking.refresh_from_db()
            assert self.booking.due_at is not None
            with clock.telling(self.booking.due_at + timedelta(minutes=5)):
                actions.chase(booking=self.booking, by=None)


def _post(code: str, role: Role) -> Person:
    posts = Appointment.objects.filter(organisation__code=code, role=role)
    return posts.select_related("person").order_by("pk")[0].person


def _when(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=clock.HANOI)


def _at(day: date, hour: int = 9) -> AbstractContextManager[None]:
    return clock.telling(_when(day, hour))
