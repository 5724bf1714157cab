"""Reading what a ministry's system says of our dossiers: one JSON object a line.

The names are those of the national payloads; times are yyyyMMddHHmmss of Hanoi.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import transaction

from khuevan.counter.actions.mirroring import Mirrored, mirror_dossier
from khuevan.counter.rules.states import Status
from khuevan.platform.clock import HANOI
from khuevan.platform.errors import N_, InputRefused, Problem


_TIMES = {
    "filed_at": "NgayNopHoSo",
    "accepted_at": "NgayTiepNhan",
    "due_at": "NgayHenTra",
    "ended_at": "NgayKetThucXuLy",
    "returned_at": "NgayTra",
}
_REFUSED = "tu_choi"


@transaction.atomic
def mirror_file(content: bytes, system: str) -> int:
    """Take over a file, all of it or nothing; return how many dossiers it told of.

    Raises InputRefused with every fault, named by row.
    """
    problems: list[Problem] = []
    taken = 0
    for number, line in enumerate(
        content.decode("utf-8-sig", "replace").splitlines(), 1
    ):
        if not line.strip():
            continue
        try:
            with transaction.atomic():
                mirror_dossier(told=_read(line, system), by=None)
            taken += 1
        except InputRefused as refused:
            problems += [
                Problem(f"{number}, {p.where}", p.what, p.mend, p.params)
                for p in refused.problems
            ]
    if problems:
        raise InputRefused(problems)
    return taken


def _read(line: str, system: str) -> Mirrored:
    try:
        told = json.loads(line)
        status = Status(int(told["TrangThai"]))
        names: dict[str, Any] = {
            field: str(told[name]) for field, name in _NAMES.items()
        }
        times: dict[str, Any] = {
            field: _time(told.get(name)) for field, name in _TIMES.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise InputRefused(
            [
                Problem(
                    "JSON",
                    N_("This row cannot be read: %(why)s"),
                    params={"why": repr(fault)[:100]},
                )
            ]
        ) from fault
    filed_at = times.pop("filed_at")
    if filed_at is None:
        raise InputRefused([Problem("NgayNopHoSo", N_("The time of filing is missing."))])  # fmt: skip
    return Mirrored(
        **names,
        **times,
        filed_at=filed_at,
        system=system,
        status=status,
        applicant_name=str(told.get("ChuHoSo") or ""),
        approved=told.get("KetQua") != _REFUSED,
    )


_NAMES = {"code": "MaHoSo", "procedure": "MaTTHC", "agency": "DonViXuLy"}


def _time(words: Any) -> datetime | None:
    if not words:
        return None
    return datetime.strptime(str(words), "%Y%m%d%H%M%S").replace(tzinfo=HANOI)
