"""A partner, and what its feed says; the real feed is asked in the journey of two."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from khuevan.directory.public import OrganisationKind
from khuevan.directory.tests.factories import OrganisationFactory
from khuevan.federation.actions import Agreement, agree_partner
from khuevan.federation.models import Partner
from khuevan.federation.rules import Side, Trust
from khuevan.platform.outside import Answer


THERE = "https://san.example.org"
FIELDS = {
    "title_vi": "Cảm biến đo độ mặn nước sông cho trạm bơm",
    "summary_vi": "Cảm biến đo độ mặn từng giờ và báo cho trạm bơm trước khi nước mặn vào kênh.",
    "field": "environment",
    "trl": 7,
    "advantage": "Sai số 0,1 phần nghìn thay vì 0,5",
    "advantage_against": "máy đo cầm tay",
    "member": "Viện Thủy lợi miền Nam",
}


def agreement(**changes: Any) -> Agreement:
    """Return an agreement with another exchange."""
    told: dict[str, Any] = {
        "name": "Sàn công nghệ miền Nam",
        "address": THERE,
        "organisation": changes.pop("organisation", None)
        or OrganisationFactory.create(kind=OrganisationKind.INSTITUTE),
        "client_id": "018f2f6e-0000-7000-8000-000000000000",
        "secret": "kvs_bi-mat",
        "takes": list(Side),
        "trust": Trust.TRUSTED,
        "agreed_on": date(2026, 1, 5),
        "document": "Biên bản ghi nhớ 12/BGN",
    }
    return Agreement(**told | changes)


def make_partner(**changes: Any) -> Partner:
    return agree_partner(agreement=agreement(**changes), by=None)


def listed(code: str = "CN26-000001", change: str = "published", origin: str = "", **fields: Any) -> dict[str, Any]:  # fmt: skip
    """Return a line of the partner's feed with its listing."""
    return {
        "code": code,
        "change": change,
        "listing": {
            "kind": fields.pop("kind", "technology"),
            "verification": "papers_checked",
            "published_at": "2026-10-01T03:00:00Z",
            "expires_on": "2030-10-01",
            "fields": FIELDS | fields,
            "origin": {"base": origin} if origin else None,
        },
    }


def gone(code: str = "CN26-000001", change: str = "withdrawn") -> dict[str, Any]:
    return {"code": code, "change": change, "listing": None}


class Feed:
    """Answers as a partner does: pages by cursor, a token for credentials."""

    def __init__(self) -> None:
        self.pages: dict[str, list[dict[str, Any]]] = {}
        self.exchange = THERE
        self.asked: list[str] = []
        self.broken: Callable[[str], Answer | None] = lambda url: None

    def says(self, *changes: dict[str, Any]) -> None:
        """Add a page after those there are."""
        self.pages[str(len(self.pages))] = list(changes)

    def fetch(self, method: str, url: str, body: bytes, headers: dict[str, str], **_: Any) -> Answer:  # fmt: skip
        self.asked.append(url)
        if found := self.broken(url):
            return found
        if url.endswith("/oauth/token"):
            return _answer({"access_token": "kvt_x"})
        cursor = url.partition("since=")[2].partition("&")[0]
        place = int(cursor or 0)
        if place > len(self.pages):
            return Answer(422, "422 Unprocessable", b"{}")
        page = self.pages.get(str(place), [])
        after = min(place + 1, len(self.pages))
        told = {"exchange": self.exchange, "licence": "https://example.org/cc", "changes": page,
                "cursor": str(after), "more": after < len(self.pages)}  # fmt: skip
        return _answer(told)


def _answer(told: dict[str, Any]) -> Answer:
    return Answer(200, "200 OK", json.dumps(told).encode())
