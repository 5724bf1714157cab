"""What a national portal is to us, whatever technology stands behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from khuevan.counter.rules.syncing import Held


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file the portal took: its name there, and the digest it computed."""

    id: str
    hash: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The portal took a message; `raw` is its answer as it came."""

    raw: str


class Refused(Exception):
    """The portal will never take this message as it is; somebody has to look."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        super().__init__(raw[:300])


class Holds(Refused):
    """The portal holds another status than we believe."""

    def __init__(self, raw: str, status: int) -> None:
        self.status = status
        super().__init__(raw)


class Unknown(Refused):
    """The portal has no dossier of this code."""


@dataclass(frozen=True, slots=True)
class Codes:
    """How one portal writes what has codes: field → our word → its code.

    Adapters differ (services.md 6.3, LoaiDoiTuong), so messages hold our words and
    each adapter brings its table.
    """

    table: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def encode(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Return a payload with every coded field in the portal's codes."""
        return {name: self._one(name, value) for name, value in payload.items()}

    def _one(self, name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [
                self.encode(one) if isinstance(one, Mapping) else one for one in value
            ]
        codes = self.table.get(name)
        return codes.get(str(value), value) if codes else value


LGSP = Codes(
    {
        "KenhThucHien": {"counter": 1, "portal": 2, "vneid": 2, "assisted": 2, "post": 3},
        "LoaiDoiTuong": {"citizen": 1, "enterprise": 2, "state_body": 3, "other": 4},
        "HinhThucTra": {"not_ready": 0, "ready": 0, "handed_over": 1, "posted": 2, "returned": 2, "e_delivered": 3},
    }
)  # fmt: skip
"""Codes of the adapter seen in 2026 (S-LGSP)."""
CITIZEN_FIRST = Codes(
    {**LGSP.table, "LoaiDoiTuong": {"citizen": 0, "enterprise": 1, "household": 2}}
)
"""The other numbering of applicants that is in use."""


class NationalPortal(Protocol):
    """Every call may raise Unavailable: then the same call again, later, does no harm."""

    codes: Codes

    def token(self) -> str:
        """Return a token for the next calls."""

    def request_code(self, ours: str) -> str:
        """Return the code a dossier goes by there; we propose our own."""

    def upload_file(self, content: bytes, name: str) -> Uploaded:
        """Hand over a file."""

    def create_dossier(self, payload: Mapping[str, Any], key: str) -> Taken:
        """Tell of a new dossier."""

    def update_progress(self, payload: Mapping[str, Any], key: str) -> Taken:
        """Tell of a step (CapNhatTienTrinh)."""

    def update_status(self, payload: Mapping[str, Any], key: str) -> Taken:
        """Tell of a status (CapNhatTrangThai)."""

    def listed(self, day: date) -> Sequence[Held]:
        """Return what the portal holds of the dossiers filed on a day."""
