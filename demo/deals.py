"""The demo's deals: one in every state between the exchange's members, told with actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from io import BytesIO
from random import Random

from pypdf import PdfWriter

from khuevan.contracts.public import (
    Crossing,
    Form,
    Method,
    Milestone,
    Object,
    Right,
    Royalty,
    RoyaltyBase,
    Terms,
    sign_contract,
)
from khuevan.deals import actions
from khuevan.deals.dated import nda_on
from khuevan.deals.joining import draw_up, follow
from khuevan.deals.models import Broker, Deal
from khuevan.deals.models.deals import Answer
from khuevan.deals.models.performing import MilestoneState
from khuevan.deals.rules.room import Level
from khuevan.directory.public import Appointment, Person, Role
from khuevan.exchange import actions as exchange
from khuevan.exchange.models import Listing, Member, ViewDay
from khuevan.exchange.rules.listings import Field, Kind, Licence, State as ListingState
from khuevan.exchange.rules.members import MemberKind
from khuevan.payments.public import orders_of, take_cash
from khuevan.platform import clock


MARK = "(giao dịch giả định)"
BROKER = "DN.02"
FIRM = "DN.01"
"""Deals most, so that one sign-in shows one side of everything."""
TODAY = date(2025, 11, 14)
PLANS = (
    ("asked", 2), ("brokered", 1), ("introduced", 6), ("reading", 12), ("negotiating", 17),
    ("countered", 19), ("contracting", 22), ("contracting", 21), ("performing", 30), ("delivered", 31),
    ("reporting", 33), ("closed", 34), ("disputed", 32), ("decided", 33), ("declined", 9),
    ("withdrawn", 15), ("silent", 31), ("terminated", 31), ("surveyed", 34), ("elsewhere", 35), ("drawn", 20), ("need", 16),
)  # fmt: skip
"""What each deal comes to, and how many days before the demo's today it began."""
BEFORE_NDA = ("asked", "brokered", "declined", "silent", "introduced")


class Deals:
    """Tells the exchange's first deals; the same each time."""

    def __init__(self) -> None:
        self.staff = self._post("H26.KHCN", Role.OFFICIAL)
        self.expert = self._expert()
        self.broker = self._broker()
        self.used: set[str] = set()

    def tell(self) -> Iterator[float]:
        """Tell them; yield how much has been told, from 0 to 1."""
        plans = sorted(PLANS, key=lambda plan: -plan[1])
        for number, (fate, days) in enumerate(plans):
            _Told(self, fate, TODAY - timedelta(days=days), number).tell()
            yield (number + 1) / len(PLANS)
        self._look()

    def _look(self) -> None:
        """Let invented readers look at what is listed, some listings far more often."""
        chance = Random(57)  # noqa: S311 - invented, and the same each time
        rows = Listing.objects.filter(state=ListingState.PUBLISHED).order_by("code")
        views = []
        for listing in rows:
            keen = chance.choice((1, 2, 3, 9))
            assert listing.published_at is not None
            first = clock.local_day(listing.published_at)
            for day in range((TODAY - first).days):
                if count := chance.randrange(keen + 1):
                    on = first + timedelta(days=day)
                    views.append(ViewDay(listing=listing, day=on, count=count))
        ViewDay.objects.bulk_create(views, batch_size=5000)

    # ------------------------------------------------------------------ who and what

    def _post(self, code: str, role: Role) -> Person:
        posts = Appointment.objects.filter(organisation__code=code, role=role)
        return posts.select_related("person").order_by("pk")[0].person

    def head_of(self, member: Member) -> Person:
        """Return who may bind a member."""
        assert member.organisation is not None
        return self._post(member.organisation.code, Role.HEAD)

    def _expert(self) -> Person:
        person = Person.objects.create(username="expert", full_name="Tô Minh Đạt", is_invented=True)  # fmt: skip
        with _at(TODAY - timedelta(days=36)):
            exchange.join_exchange(
                kind=MemberKind.EXPERT, person=person, by=person,
                profile_vi=f"Chuyên gia độc lập về chuyển giao công nghệ môi trường và vật liệu. {MARK}",
                fields=[Field.ENVIRONMENT, Field.MATERIALS],
            )  # fmt: skip
        return person

    def _broker(self) -> Broker:
        member = Member.objects.get(organisation__code=BROKER)
        with _at(TODAY - timedelta(days=36)):
            return actions.register_broker(member=member.pk, by=self.staff)

    def listing(
        self, start: date, *, need: bool, state_funded: bool = False
    ) -> Listing:
        """Return the next published listing of others that a deal has not begun over."""
        rows = Listing.objects.filter(
            state=ListingState.PUBLISHED, published_at__lt=_when(start, 9)
        ).exclude(member__organisation__code__in=(FIRM, BROKER))
        rows = rows.filter(kind=Kind.NEED) if need else rows.exclude(kind=Kind.NEED)
        if state_funded:
            rows = rows.filter(state_funded=True)
        found = rows.exclude(code__in=self.used).order_by("published_at", "code")[0]
        self.used.add(found.code)
        return found


class _Told:
    """One deal on its way; every step a working day or so after the last."""

    def __init__(self, city: Deals, fate: str, start: date, number: int) -> None:
        self.city, self.fate, self.day, self.number = city, fate, start, number
        brokered = fate in {"brokered", "negotiating"}
        self.listing = city.listing(start, need=fate == "need", state_funded=brokered)
        firm = Member.objects.get(organisation__code=FIRM)
        self.asker = city.head_of(firm)
        self.lister = city.head_of(self.listing.member)
        with self._next(0):
            self.deal = actions.ask_contact(
                listing=self.listing.code, member=firm.pk, by=self.asker,
                words=f"Chúng tôi muốn tìm hiểu để dùng trong năm tới, mong được trao đổi trực tiếp. {MARK}",
                broker=city.broker if brokered else None,
                state_funded=False if fate == "need" else None,
            )  # fmt: skip
        need = fate == "need"
        self.provider, self.recipient = (self.asker, self.lister) if need else (self.lister, self.asker)  # fmt: skip

    def tell(self) -> None:
        """Tell the deal to what becomes of it."""
        if self.fate in BEFORE_NDA:
            self._before_nda()
            return
        self._meet()
        if self.fate in {"surveyed", "elsewhere"}:
            self._survey()
        elif self.fate == "reading":
            self._draft()
        elif self.fate == "withdrawn":
            with self._next():
                actions.withdraw(deal=self.deal, words="Kết quả thử không phù hợp với dây chuyền của chúng tôi.", by=self.asker)  # fmt: skip
                actions.rate(deal=self.deal, points=3, words="Nên cho xem số liệu đo trước khi gặp.", by=self.asker)  # fmt: skip
        else:
            self._draft()
            with self._next():
                self._sign_memorandum()
            self._bargain()

    def _before_nda(self) -> None:
        if self.fate == "declined":
            with self._next():
                actions.decline_contact(deal=self.deal, words="Chúng tôi đang đàm phán độc quyền với bên khác.", by=self.lister)  # fmt: skip
        elif self.fate == "introduced":
            with self._next():
                actions.accept_contact(deal=self.deal, by=self.lister)
            with self._next():
                actions.agree_nda(deal=self.deal, version=nda_on(self.day).version, by=self.lister)  # fmt: skip
        elif self.fate == "silent":
            while self.deal.due_at is not None and self.deal.due_at < _when(TODAY, 9):
                with clock.telling(self.deal.due_at + timedelta(minutes=5)):
                    actions.chase(deal=self.deal, by=None)
                self.deal.refresh_from_db()

    def _meet(self) -> None:
        if Deal.objects.get(pk=self.deal.pk).state == "with_broker":
            broker = self.city.head_of(Member.objects.get(pk=self.city.broker.member))
            with self._next():
                actions.introduce(deal=self.deal, words="Hai bên bổ sung cho nhau: một bên có công nghệ, một bên có dây chuyền.", by=broker)  # fmt: skip
        with self._next():
            actions.accept_contact(deal=self.deal, by=self.lister)
        version = nda_on(self.day).version
        with self._next():
            for head in (self.lister, self.asker):
                actions.agree_nda(deal=self.deal, version=version, by=head)
            file = actions.put_file(deal=self.deal, content=_paper(), name="thuyet-minh.pdf", title="Thuyết minh kỹ thuật", level=Level.NDA, by=self.provider)  # fmt: skip
            actions.put_file(deal=self.deal, content=b"thong_so,gia_tri\ncong_suat,200\n", name="so-do.csv", title="Số liệu đo", level=Level.MEMORANDUM, by=self.provider)  # fmt: skip
        with self._next():
            actions.read_file(file=file, by=self.recipient)
            actions.call_meeting(
                deal=self.deal, starts_at=_when(self.day + timedelta(days=1), 14), ends_at=_when(self.day + timedelta(days=1), 16),
                place="Sàn giao dịch công nghệ, 258 Võ Chí Công", agenda="Xem mẫu, trao đổi điều kiện thử nghiệm.", by=self.recipient,
            )  # fmt: skip

    def _draft(self) -> None:
        meeting = self.deal.meetings.get()
        with self._next(2):
            if meeting.starts_at < clock.now():
                actions.write_minutes(meeting=meeting, words="Hai bên đã xem mẫu; bên nhận đề nghị thử một tháng tại xưởng.", by=self.provider)  # fmt: skip
            actions.draft_memorandum(
                deal=self.deal, by=self.provider,
                text="Hai bên mong muốn chuyển giao trong quý tới; giá và phạm vi quyền sẽ thương thảo.",
                plan=f"Bên giao cho thử một tháng, bên nhận chịu chi phí lắp đặt. {MARK}",
                term_months=6, confidential_years=3,
            )  # fmt: skip

    def _sign_memorandum(self) -> None:
        """Let both sign its paper; where a side is an expert, the other agrees to the draft."""
        memorandum = self.deal.memoranda.get()
        if memorandum.paper is None:
            actions.agree_memorandum(deal=self.deal, number=1, by=self.recipient)
            return
        for head in (self.provider, self.recipient):
            sign_contract(contract=memorandum.paper, by=head)
        follow(Deal.objects.get(pk=self.deal.pk))

    def _terms(self, factor: int = 100) -> Terms:
        price = (self.listing.price_from or self.listing.price_to or 500_000_000) * factor // 100  # fmt: skip
        first = price * 4 // 10
        days = 10 if self.fate in {"closed", "reporting"} else 30
        royal = self.fate in {"reporting", "countered"}
        owns = self.listing.licence == Licence.ASSIGNMENT
        return Terms(
            name=self.listing.title_vi, objects=(Object.KNOW_HOW, Object.PROCESS),
            content=self.listing.description or self.listing.summary_vi,
            product=self.listing.title_vi, standards="Theo hồ sơ công nghệ",
            form=Form.INDEPENDENT, crossing=Crossing.DOMESTIC,
            right=Right.OWNERSHIP if owns else Right.USE,
            exclusive=factor != 100, sub_transfer=False, field_of_use="Sản xuất của bên nhận",
            territory="Việt Nam", methods=(Method.DOCUMENTS, Method.TRAINING),
            place="Hà Nội",
            milestones=(
                Milestone("Bàn giao hồ sơ, đào tạo", "Biên bản bàn giao", days, first),
                Milestone("Chạy thử và nghiệm thu", "Biên bản nghiệm thu", 3 * days, price - first),
            ),
            royalty=Royalty(RoyaltyBase.NET_REVENUE, 350, 6, 36, 10_000_000) if royal else None,
            equity=0, taxes="Mỗi bên chịu thuế của mình", term_months=60,
            warranty_months=12, warranty="Sửa hoặc thay trong 15 ngày làm việc",
            improvements="Thuộc bên tạo ra; bên kia được dùng", confidential_years=5,
            penalty=800, liability="Bồi thường thiệt hại thực tế",
            ending="Báo trước 60 ngày", disputes="Hòa giải trên sàn, sau đó Tòa án tại Hà Nội",
            broker=500 if self.fate == "negotiating" else 0,
        )  # fmt: skip

    def _bargain(self) -> None:
        with self._next():
            actions.propose_terms(deal=self.deal, terms=self._terms(), after=0, note="Bản đầu, theo tin đăng.", by=self.provider)  # fmt: skip
        if self.fate in {"negotiating", "need"}:
            return
        with self._next():
            actions.propose_terms(deal=self.deal, terms=self._terms(90), after=1, note="Xin giảm 10 % và được độc quyền.", by=self.recipient)  # fmt: skip
        if self.fate == "countered":
            return
        with self._next():
            actions.agree_terms(deal=self.deal, number=2, by=self.provider)
        if self.fate == "contracting":
            return
        if self.fate == "drawn":
            with self._next():
                draw_up(deal=Deal.objects.get(pk=self.deal.pk), by=self.provider)
            return
        with self._next():
            today = clock.today()
            actions.note_signed(deal=self.deal, signed_on=today, by=self.city.staff)
            actions.take_effect(deal=self.deal, effective_on=today, by=self.city.staff)
        self._perform()

    def _perform(self) -> None:
        first, second = self.deal.milestones.all()
        with self._next():
            self._pay(first.ref)
        acts: dict[str, Callable[[], None]] = {
            "delivered": lambda: self._deliver(1),
            "reporting": lambda: self._finish(second.ref),
            "closed": lambda: self._finish(second.ref),
            "disputed": lambda: self._dispute(decide=False),
            "decided": lambda: self._dispute(decide=True),
            "terminated": self._terminate,
        }
        if act := acts.get(self.fate):
            act()

    def _pay(self, subject: str) -> None:
        [order] = orders_of(subject)
        take_cash(order_id=order.id, by=self.city.staff)

    def _deliver(self, number: int) -> None:
        with self._next():
            actions.deliver(milestone=self.deal.milestones.get(number=number), evidence="Biên bản bàn giao kèm theo, hai bên đã ký.", content=_paper(), name="bien-ban.pdf", by=self.provider)  # fmt: skip

    def _finish(self, second: str) -> None:
        for milestone in self.deal.milestones.filter(state=MilestoneState.DUE):
            if milestone.paid_at is None:
                self._pay_on(second)
            self._deliver(milestone.number)
            with self._next():
                actions.accept_work(milestone=milestone, by=self.recipient)
        with self._next():
            actions.rate(deal=self.deal, points=5, words="Ai giữ việc và hạn đến ngày nào luôn rõ ràng.", by=self.provider)  # fmt: skip
            actions.rate(deal=self.deal, points=4, by=self.recipient)

    def _pay_on(self, subject: str) -> None:
        with self._next(0):
            self._pay(subject)

    def _dispute(self, *, decide: bool) -> None:
        self._deliver(1)
        with self._next():
            actions.open_dispute(deal=self.deal, words="Công suất đo được chỉ đạt 70 % so với hồ sơ.", by=self.recipient)  # fmt: skip
            actions.name_mediator(deal=self.deal, person=self.city.expert, by=self.city.staff)  # fmt: skip
        if decide:
            held = self.deal.milestones.get(number=1)
            with self._next():
                actions.decide_dispute(
                    deal=self.deal, parts={1: held.amount * 7 // 10}, goes_on=True, by=self.city.expert,
                    words="Bên giao được 70 % số tiền của mốc, tương ứng công suất đo được; hai bên tiếp tục mốc sau.",
                )  # fmt: skip

    def _terminate(self) -> None:
        with self._next():
            actions.ask_end(deal=self.deal, words="Chúng tôi dừng dự án nhà xưởng mới.", by=self.recipient)  # fmt: skip
        with self._next():
            actions.agree_end(deal=self.deal, by=self.provider)
            actions.rate(deal=self.deal, points=2, words="Mất thời gian vì bên kia đổi kế hoạch.", by=self.provider)  # fmt: skip

    def _survey(self) -> None:
        self.day = TODAY - timedelta(days=2)
        with self._next():
            actions.ask_both(deal=self.deal, by=None)
            for survey in self.deal.surveys.filter(part="provider"):
                if self.fate == "elsewhere":
                    actions.answer_survey(survey=survey, answer=Answer.ELSEWHERE, value=650_000_000, by=self.provider)  # fmt: skip
                else:
                    actions.answer_survey(survey=survey, answer=Answer.TALKING, by=self.provider)  # fmt: skip

    def _next(self, days: int = 1) -> AbstractContextManager[None]:
        """Hold the clock so many days on, never past the demo's today."""
        self.day = min(self.day + timedelta(days=days), TODAY)
        return clock.telling(_when(self.day, 9) + timedelta(minutes=self.number))


def _when(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=clock.HANOI)


def _at(day: date) -> AbstractContextManager[None]:
    return clock.telling(_when(day, 9))


def _paper() -> bytes:
    """Return a two-page PDF, plainly empty."""
    writer, out = PdfWriter(), BytesIO()
    for _ in range(2):
        writer.add_blank_page(width=595, height=842)
    writer.write(out)
    return out.getvalue()
