"""Form 06, the control slip, and Form 07, the register: what the agencies keep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from khuevan.counter.models import Dossier
from khuevan.counter.queries.papers import HandOver, hand_overs, registered
from khuevan.counter.rules.clocks import Timeliness
from khuevan.counter.rules.states import Status
from khuevan.directory.public import Organisation, head_of, letterhead, signature_of
from khuevan.platform import clock
from khuevan.platform.official.form import (
    Document,
    Facts,
    Run,
    Runs,
    Table,
    text,
)
from khuevan.platform.official.pieces import day, rows_or_words

from .forms import CHANNELS, LETTERS, Form, day_of
from .heads import follow_address, register_address


JUDGED = {
    "before": "Trước hạn",
    "on_time": "Đúng hạn",
    "late": "Quá hạn",
    "running": "Đang thực hiện",
}
STATUSES = {
    Status.FILED: "Mới đăng ký",
    Status.ACCEPTED: "Được tiếp nhận",
    Status.REFUSED: "Không được tiếp nhận",
    Status.IN_PROCESS: "Đang xử lý",
    Status.SUPPLEMENT: "Yêu cầu bổ sung giấy tờ",
    Status.FINANCE: "Yêu cầu nghĩa vụ tài chính",
    Status.WITHDRAWING: "Công dân yêu cầu rút",
    Status.STOPPED: "Dừng xử lý",
    Status.PROCESSED: "Đã xử lý xong",
    Status.RETURNED: "Đã trả kết quả",
}
"""The national names, as the register writes them."""
_TIMELINESS = {
    Timeliness.ON_TIME: "Đúng hạn",
    Timeliness.LATE: "Quá hạn",
    Timeliness.RUNNING: "Trong hạn",
    Timeliness.OVERDUE: "Quá hạn",
}
_MARKS = re.compile(r"[.-]")
REGISTER_HEAD = (
    "STT", "Mã hồ sơ", "Thủ tục", "Người nộp", "Hình thức", "Cơ quan giải quyết",
    "Ngày nộp", "Ngày tiếp nhận", "Hẹn trả", "Xong", "Trả kết quả", "Trạng thái", "Thời hạn",
)  # fmt: skip


def control_slip(dossier: Dossier) -> Document:
    """Form 06: each step, handed over by whom to whom, when, in time or not."""
    assert dossier.agency is not None
    lines = hand_overs(dossier, clock.now())
    whose = Facts(
        (
            ("Mã hồ sơ", (Run(dossier.code or "", bold=True),)),
            ("Thủ tục", text(f"{dossier.title} (mã {dossier.procedure})")),
            ("Cơ quan giải quyết", text(dossier.agency.name)),
            ("Hẹn trả kết quả", text(day_of(dossier.due_at))),
        )
    )
    table = rows_or_words(
        ("STT", "Bước", "Bên giao", "Bên nhận", "Nhận lúc", "Hạn", "Xong lúc", "Kết quả"),
        (5, 17, 15, 19, 13, 13, 13, 11),
        (_hand_over(number, line) for number, line in enumerate(lines, start=1)),
        "Hồ sơ chưa qua bước nào.",
        numeric=frozenset({0}),
    )  # fmt: skip
    return Document(
        letterhead=letterhead(dossier.agency),
        number="",
        type_code="",
        type_name="PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
        about="",
        dated=clock.today(),
        blocks=(whose, table),
        signature=signature_of(
            head_of(dossier.agency), dossier.agency, "Thủ trưởng cơ quan"
        ),
        recipients=("Lưu: hồ sơ",),
        own_symbol=f"Mã hồ sơ: {dossier.code}",
        qr=follow_address(dossier),
        qr_words="Theo dõi hồ sơ:",
        landscape=True,
    )


def register(
    body: Organisation, since: date, until: date, dossiers: Iterable[Dossier]
) -> Document:
    """Form 07: every dossier of a body in a period."""
    return Document(
        letterhead=letterhead(body),
        number="",
        type_code="",
        type_name="SỔ THEO DÕI HỒ SƠ",
        about=f"từ ngày {day(since)} đến ngày {day(until)}",
        dated=clock.today(),
        blocks=(register_table(dossiers),),
        signature=signature_of(head_of(body), body, "Thủ trưởng cơ quan"),
        recipients=("Lưu",),
        own_symbol=f"Mã định danh: {body.code}",
        qr=register_address(body, since, until),
        qr_words="Xem sổ trên hệ thống:",
        landscape=True,
    )


def register_table(dossiers: Iterable[Dossier]) -> Table:
    """Return the register's rows as a table; codes may break after their marks."""
    rows = tuple(
        (
            text(line[0]),
            text(_MARKS.sub("\\g<0>\u200b", line[1])),
            *(text(value) for value in line[2:]),
        )
        for line in register_rows(dossiers)
    )
    widths = (4, 16, 16, 12, 10, 11, 10, 10, 10, 10, 10, 10, 8)
    return Table("", REGISTER_HEAD, rows, widths, frozenset({0}))


def register_rows(dossiers: Iterable[Dossier]) -> list[Sequence[Any]]:
    """Return the register's rows as words, for the page, the PDF and the sheet."""
    rows: list[Sequence[Any]] = []
    for number, dossier in enumerate(dossiers, start=1):
        told = registered(dossier)
        judged = told["timeliness"]
        rows.append(
            (
                number, told["code"], f"{told['title']} ({told['procedure']})",
                told["applicant"], CHANNELS[told["channel"]], told["agency"],
                *(day_of(told[name]) for name in ("filed_at", "accepted_at", "due_at", "ended_at", "returned_at")),
                STATUSES[told["status"]] if told["status"] else "–",
                _TIMELINESS[judged] if judged else "–",
            )
        )  # fmt: skip
    return rows


def _hand_over(number: int, line: HandOver) -> tuple[Runs, ...]:
    receiver = ", ".join(part for part in (line.receiver, line.organisation) if part)
    late = line.judged == "late"
    return (
        text(number), text(line.name), text(line.giver), text(receiver),
        text(_hour(line.entered_at)), text(_hour(line.due_at)), text(_hour(line.left_at)),
        (Run(JUDGED[line.judged], bold=late),),
    )  # fmt: skip


def _hour(instant: datetime | None) -> str:
    return f"{instant.astimezone(clock.HANOI):%H:%M %d/%m/%Y}" if instant else "–"


CONTROL_SLIP = Form(
    "06", "Phiếu kiểm soát quá trình giải quyết hồ sơ",
    lambda d: d.code is not None, control_slip,
)  # fmt: skip
FORMS = {form.number: form for form in (*LETTERS, CONTROL_SLIP)}
"""The forms of one dossier; Form 07 is of an agency and a period."""
