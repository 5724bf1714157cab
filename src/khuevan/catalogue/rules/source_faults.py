"""What is wrong with rows of the national catalogue, and with the facts shipped of it.

Found and told by row and rule, kept as found; nothing is mended here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count

from khuevan.platform.text import fold, is_nfc

from .definition import Definition, Offer
from .source import (
    AMOUNT,
    CURRENCY,
    ENTRY,
    HEAD,
    SMALLEST_FEE,
    Row,
    amount_of,
    nfc,
    said,
    subjects_of,
    tiers_of,
)


_DISTRICT = re.compile(r"\b(?:quận|huyện)\b", re.IGNORECASE)
_TEST = re.compile(r"(?:^|\b)(?:test|thử nghiệm hệ thống|demo|abc|xxx|asdf?)(?:\b|$)", re.IGNORECASE)  # fmt: skip
_CODE = re.compile(r"\d\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})?")
_PROSE = (
    "trinh_tu_thuc_hien",
    "cach_thuc_thuc_hien",
    "thanh_phan_ho_so",
    "ket_qua_xu_ly",
    "yeu_cau_dieu_kien",
)
_FACTS = ("ten_thu_tuc", "linh_vuc", "co_quan_co_tham_quyen", "co_quan_thuc_hien")


@dataclass(frozen=True, slots=True)
class Found:
    """A fault of one row: which rule, at which place, what stands there."""

    row: int
    code: str
    rule: str
    place: str
    found: str


def find_faults(
    rows: Iterable[Row], numbers: Iterable[int] | None = None
) -> list[Found]:
    """Return every fault of a file's rows, in order.

    `numbers` are the rows' numbers in their file; else they are counted from 1.
    """
    found: list[Found] = []
    codes: dict[str, int] = {}
    titles: dict[str, int] = {}
    for number, row in zip(numbers or count(1), rows, strict=False):
        code = row["ma_thu_tuc"].strip()
        for rule, place, what in _faults_of(row, codes, titles):
            found.append(Found(number, code, rule, place, what[:300]))
        codes.setdefault(code, number)
        titles.setdefault(fold(row["ten_thu_tuc"]), number)
    return found


_Fault = tuple[str, str, str]


def _faults_of(
    row: Row, codes: Mapping[str, int], titles: Mapping[str, int]
) -> Iterable[_Fault]:
    code, title = row["ma_thu_tuc"].strip(), row["ten_thu_tuc"]
    if not _CODE.fullmatch(code):
        yield "code_malformed", "code", code
    if code in codes:
        yield "duplicate_code", "code", f"{code} ({codes[code]})"
    if fold(title) in titles:
        yield "duplicate_title", "title", f"{title[:200]} ({titles[fold(title)]})"
    if _TEST.search(title):
        yield "test_row", "title", title
    yield from _faults_of_guesses(row)
    yield from _faults_of_words(row)
    yield from _faults_of_channels(row["cach_thuc_thuc_hien"])
    if not said(row["can_cu_phap_ly"]):
        yield "legal_basis_missing", "legal", row["can_cu_phap_ly"]
    if not row["thanh_phan_ho_so"].strip():
        yield "components_missing", "components", ""


def _faults_of_guesses(row: Row) -> Iterable[_Fault]:
    """Yield what the row does not say and reading it had to assume."""
    if not tiers_of(row["cap_thuc_hien"]):
        yield "tier_guessed", "tier", row["cap_thuc_hien"]
    if not subjects_of(row["doi_tuong_thuc_hien"]):
        yield "subject_guessed", "subjects", row["doi_tuong_thuc_hien"]
    online = "Trực tuyến" in nfc(row["cach_thuc_thuc_hien"])
    yield "level_guessed", "level", "Trực tuyến" if online else ""


def _faults_of_words(row: Row) -> Iterable[_Fault]:
    for column in _FACTS:
        if not is_nfc(row[column]):
            yield "not_nfc", PLACES[column], row[column]
    if not said(row["co_quan_co_tham_quyen"]) and not said(row["co_quan_thuc_hien"]):
        yield "agency_missing", "agency_name", row["co_quan_thuc_hien"]
    for column in (*_FACTS, *_PROSE):
        named = _DISTRICT.search(nfc(row[column]))
        if named:
            text = nfc(row[column])
            around = text[max(0, named.start() - 60) : named.end() + 60]
            yield "district_named", PLACES[column], " ".join(around.split())


def _faults_of_channels(text: str) -> Iterable[_Fault]:
    body = nfc(text).removeprefix(HEAD)
    matches = list(ENTRY.finditer(body))
    if not matches or matches[0].start() > 0:
        yield "channel_unparsed", "channels", body
    for number, match in enumerate(matches):
        rest = match["rest"]
        if match["amount"] and not match["unit"]:
            shown = f"{match['channel']}: {match['amount']}"
            yield "limit_without_unit", f"channels[{number}].limit", shown
        for amount in AMOUNT.findall(rest):
            value = amount_of(amount)
            if value < SMALLEST_FEE:
                yield "fee_under_1000", f"channels[{number}].fee", f"{amount} VNĐ"
        if not match["amount"]:
            yield "limit_missing", f"channels[{number}].limit", match["channel"]
        if CURRENCY.match(rest):
            yield "fee_without_amount", f"channels[{number}].fee", rest[:80]


PLACES = {
    "ten_thu_tuc": "title",
    "linh_vuc": "sector",
    "co_quan_co_tham_quyen": "agency_name",
    "co_quan_thuc_hien": "executing",
    "trinh_tu_thuc_hien": "steps",
    "cach_thuc_thuc_hien": "channels",
    "thanh_phan_ho_so": "components",
    "ket_qua_xu_ly": "result",
    "yeu_cau_dieu_kien": "conditions",
}
"""Columns of the source and the places of a definition they fill."""

CORRECTABLE = frozenset(
    {
        "not_nfc",
        "limit_without_unit",
        "fee_under_1000",
        "fee_without_amount",
        "agency_missing",
        "duplicate_title",
        "test_row",
        "limit_missing",
    }
)
"""Rules whose faults one right value mends."""


def find_stated(definitions: Iterable[Definition]) -> list[Found]:
    """Return the faults the shipped facts still show; rows are counted from 1.

    They hold no prose, so that only what they state can be looked at.
    """
    found: list[Found] = []
    titles: dict[str, int] = {}
    for number, one in enumerate(definitions, start=1):
        for rule, place, what in _faults_of_facts(one, titles):
            found.append(Found(number, one.code, rule, place, what[:300]))
        titles.setdefault(fold(one.title), number)
    return found


def _faults_of_facts(one: Definition, titles: Mapping[str, int]) -> Iterable[_Fault]:
    if fold(one.title) in titles:
        yield "duplicate_title", "title", f"{one.title[:200]} ({titles[fold(one.title)]})"  # fmt: skip
    yield from _faults_of_names(one)
    if not one.agency_name and not one.executing:
        yield "agency_missing", "agency_name", one.agency_name
    if not one.legal:
        yield "legal_basis_missing", "legal", ""
    if not one.channels:
        yield "channel_unparsed", "channels", ""
    for number, offer in enumerate(one.channels):
        yield from _faults_of_offer(offer, f"channels[{number}]")


def _faults_of_names(one: Definition) -> Iterable[_Fault]:
    for place in ("title", "sector", "agency_name", "executing"):
        text = getattr(one, place)
        if not is_nfc(text):
            yield "not_nfc", place, text
        if _DISTRICT.search(nfc(text)):
            yield "district_named", place, " ".join(text.split())


def _faults_of_offer(offer: Offer, place: str) -> Iterable[_Fault]:
    if offer.limit is None:
        rule = "limit_without_unit" if offer.note else "limit_missing"
        yield rule, f"{place}.limit", f"{offer.channel}: {offer.note}".strip(": ")
    for amount in AMOUNT.findall(offer.fee):
        if amount_of(amount) < SMALLEST_FEE:
            yield "fee_under_1000", f"{place}.fee", f"{amount} VNĐ"
    if CURRENCY.match(offer.fee):
        yield "fee_without_amount", f"{place}.fee", offer.fee[:80]
