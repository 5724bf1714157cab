"""Four state machines on one dossier, and the national status they amount to.

They are kept apart because they move apart: a dossier is paid while it is examined,
and handed over after it was decided. The national table of moves (TrangThai 1–10,
services.md 6.2) is checked on every change, whatever machine moved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import TypeVar

from khuevan.platform.errors import N_, RuleBroken


S = TypeVar("S", bound=StrEnum)


class Business(StrEnum):
    """The legal life of a dossier."""

    DRAFT = "draft"  # bản nháp của người nộp
    FILED = "filed"  # mới đăng ký
    TO_COMPLETE = "to_complete"  # chờ bổ sung khi tiếp nhận
    REFUSED = "refused"  # không được tiếp nhận
    ACCEPTED = "accepted"  # được tiếp nhận
    IN_PROCESS = "in_process"  # đang xử lý
    SUPPLEMENT = "supplement"  # chờ bổ sung khi giải quyết
    WITHDRAWING = "withdrawing"  # công dân yêu cầu rút
    STOPPED = "stopped"  # dừng xử lý
    WITHDRAWN = "withdrawn"  # đã rút
    DECIDED = "decided"  # đã xử lý xong


class Finance(StrEnum):
    """The money side: fees, and duties on which the clock waits."""

    NONE = "none"
    NOTIFIED = "notified"  # đã thông báo, đồng hồ vẫn chạy
    WAITING = "waiting"  # chờ nghĩa vụ tài chính, đồng hồ dừng
    PAID = "paid"
    REFUNDING = "refunding"  # sẽ hoàn, tiền chưa về
    REFUNDED = "refunded"
    EXEMPT = "exempt"


class Delivery(StrEnum):
    """How the result reaches its owner."""

    NOT_READY = "not_ready"
    READY = "ready"
    E_DELIVERED = "e_delivered"
    HANDED_OVER = "handed_over"
    POSTED = "posted"
    RETURNED = "returned"  # bưu gửi bị trả lại


class Sync(StrEnum):
    """Where the national portal's copy is."""

    PENDING = "pending"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    CONFLICT = "conflict"


class Status(IntEnum):
    """National statuses (TrangThai)."""

    FILED = 1  # Mới đăng ký
    ACCEPTED = 2  # Được tiếp nhận
    REFUSED = 3  # Không được tiếp nhận
    IN_PROCESS = 4  # Đang xử lý
    SUPPLEMENT = 5  # Yêu cầu bổ sung giấy tờ
    FINANCE = 6  # Yêu cầu thực hiện nghĩa vụ tài chính
    WITHDRAWING = 7  # Công dân yêu cầu rút hồ sơ
    STOPPED = 8  # Dừng xử lý
    PROCESSED = 9  # Đã xử lý xong
    RETURNED = 10  # Đã trả kết quả


class Outcome(StrEnum):
    """What a decision said."""

    APPROVED = "approved"
    REJECTED = "rejected"


class Stage(StrEnum):
    """At which stage something was asked."""

    RECEPTION = "reception"
    SETTLEMENT = "settlement"


NATIONAL_MOVES: dict[Status, frozenset[Status]] = {
    Status.FILED: frozenset({Status.ACCEPTED, Status.REFUSED, Status.SUPPLEMENT, Status.WITHDRAWING}),
    Status.ACCEPTED: frozenset({Status.IN_PROCESS, Status.SUPPLEMENT, Status.FINANCE, Status.WITHDRAWING, Status.STOPPED, Status.PROCESSED}),
    Status.IN_PROCESS: frozenset({Status.SUPPLEMENT, Status.FINANCE, Status.WITHDRAWING, Status.STOPPED, Status.PROCESSED}),
    Status.SUPPLEMENT: frozenset({Status.ACCEPTED, Status.IN_PROCESS, Status.WITHDRAWING, Status.STOPPED}),
    Status.FINANCE: frozenset({Status.IN_PROCESS, Status.WITHDRAWING, Status.STOPPED, Status.PROCESSED}),
    Status.WITHDRAWING: frozenset({Status.IN_PROCESS, Status.STOPPED}),
    Status.PROCESSED: frozenset({Status.RETURNED}),
    Status.REFUSED: frozenset(),
    Status.STOPPED: frozenset(),
    Status.RETURNED: frozenset(),
}  # fmt: skip
"""Which national status may follow which (services.md 6.2)."""

_B, _F, _D = Business, Finance, Delivery
BUSINESS_MOVES: dict[Business, frozenset[Business]] = {
    _B.DRAFT: frozenset({_B.FILED}),
    _B.FILED: frozenset({_B.ACCEPTED, _B.TO_COMPLETE, _B.REFUSED, _B.WITHDRAWING}),
    _B.TO_COMPLETE: frozenset({_B.ACCEPTED, _B.WITHDRAWING, _B.STOPPED}),
    _B.ACCEPTED: frozenset({_B.IN_PROCESS, _B.SUPPLEMENT, _B.WITHDRAWING, _B.STOPPED, _B.DECIDED}),
    _B.IN_PROCESS: frozenset({_B.SUPPLEMENT, _B.WITHDRAWING, _B.STOPPED, _B.DECIDED}),
    _B.SUPPLEMENT: frozenset({_B.IN_PROCESS, _B.WITHDRAWING, _B.STOPPED}),
    _B.WITHDRAWING: frozenset({_B.IN_PROCESS, _B.WITHDRAWN}),
    _B.REFUSED: frozenset(),
    _B.STOPPED: frozenset(),
    _B.WITHDRAWN: frozenset(),
    _B.DECIDED: frozenset(),
}  # fmt: skip
FINANCE_MOVES: dict[Finance, frozenset[Finance]] = {
    _F.NONE: frozenset({_F.NOTIFIED, _F.WAITING, _F.EXEMPT, _F.PAID}),
    _F.NOTIFIED: frozenset({_F.PAID, _F.WAITING, _F.EXEMPT, _F.NONE}),
    _F.WAITING: frozenset({_F.PAID, _F.EXEMPT, _F.NONE, _F.NOTIFIED}),
    _F.PAID: frozenset({_F.REFUNDING, _F.NOTIFIED, _F.WAITING}),
    _F.REFUNDING: frozenset({_F.REFUNDED}),
    _F.REFUNDED: frozenset(),
    _F.EXEMPT: frozenset({_F.NOTIFIED, _F.WAITING}),
}
DELIVERY_MOVES: dict[Delivery, frozenset[Delivery]] = {
    _D.NOT_READY: frozenset({_D.READY}),
    _D.READY: frozenset({_D.E_DELIVERED, _D.HANDED_OVER, _D.POSTED}),
    _D.POSTED: frozenset({_D.RETURNED}),
    _D.RETURNED: frozenset({_D.HANDED_OVER, _D.POSTED}),
    _D.E_DELIVERED: frozenset({_D.HANDED_OVER, _D.POSTED}),
    _D.HANDED_OVER: frozenset(),
}
SYNC_MOVES: dict[Sync, frozenset[Sync]] = {
    Sync.PENDING: frozenset({Sync.SENT, Sync.FAILED}),
    Sync.SENT: frozenset({Sync.ACKNOWLEDGED, Sync.FAILED, Sync.CONFLICT, Sync.PENDING}),
    Sync.FAILED: frozenset({Sync.SENT, Sync.PENDING}),
    Sync.CONFLICT: frozenset({Sync.PENDING, Sync.ACKNOWLEDGED}),
    Sync.ACKNOWLEDGED: frozenset({Sync.PENDING}),
}

ENDED = frozenset({_B.REFUSED, _B.STOPPED, _B.WITHDRAWN, _B.DECIDED})
"""States in which nobody works on the dossier any more."""
SETTLING = frozenset({_B.ACCEPTED, _B.IN_PROCESS, _B.SUPPLEMENT, _B.WITHDRAWING})
"""States between acceptance and the end: the legal clock exists."""
_WITH_OWNER = frozenset({_D.E_DELIVERED, _D.HANDED_OVER, _D.POSTED, _D.RETURNED})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the three machines of the city are; the fourth, sync, only follows."""

    business: Business = Business.DRAFT
    finance: Finance = Finance.NONE
    delivery: Delivery = Delivery.NOT_READY

    @property
    def national(self) -> Status | None:
        """Return the national status; None while nothing was filed."""
        if self.business is Business.DECIDED:
            with_owner = self.delivery in _WITH_OWNER
            return Status.RETURNED if with_owner else Status.PROCESSED
        waiting = self.finance is Finance.WAITING
        if waiting and self.business in {Business.ACCEPTED, Business.IN_PROCESS}:
            return Status.FINANCE
        return _NATIONAL.get(self.business)

    def to(
        self,
        business: Business | None = None,
        finance: Finance | None = None,
        delivery: Delivery | None = None,
    ) -> Standing:
        """Return the standing after a move.

        Raises RuleBroken where one of the machines, or the national table, knows no
        such move.
        """
        after = replace(
            self,
            business=business or self.business,
            finance=finance or self.finance,
            delivery=delivery or self.delivery,
        )
        _allowed(self.business, after.business, BUSINESS_MOVES)
        _allowed(self.finance, after.finance, FINANCE_MOVES)
        _allowed(self.delivery, after.delivery, DELIVERY_MOVES)
        _consistent(after)
        before, now = self.national, after.national
        if before and now and before != now and now not in NATIONAL_MOVES[before]:
            raise RuleBroken(
                N_("National status %(before)s cannot become %(after)s."),
                before=int(before),
                after=int(now),
            )
        return after


_NATIONAL = {
    Business.FILED: Status.FILED,
    Business.TO_COMPLETE: Status.SUPPLEMENT,
    Business.REFUSED: Status.REFUSED,
    Business.ACCEPTED: Status.ACCEPTED,
    Business.IN_PROCESS: Status.IN_PROCESS,
    Business.SUPPLEMENT: Status.SUPPLEMENT,
    Business.WITHDRAWING: Status.WITHDRAWING,
    Business.STOPPED: Status.STOPPED,
    Business.WITHDRAWN: Status.STOPPED,
}


def _allowed(before: S, after: S, moves: dict[S, frozenset[S]]) -> None:
    if before is not after and after not in moves[before]:
        raise RuleBroken(
            N_("This cannot be done now: the dossier is “%(state)s”."),
            state=before.value,
        )


def _consistent(standing: Standing) -> None:
    """A result is delivered only after the decision; a stopped clock needs one to stop."""
    if (
        standing.delivery is not Delivery.NOT_READY
        and standing.business is not Business.DECIDED
    ):
        raise RuleBroken(N_("There is no result to hand over before the decision."))
