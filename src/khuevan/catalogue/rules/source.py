"""Rows of the national catalogue: what they say, and what is wrong with them.

The source flattens its tables into running text: channel, time, fees and description
follow each other without a break. What can be told apart is; what cannot is reported
by row and rule and kept as found. Nothing is mended here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace

from .definition import (
    Channel,
    Component,
    Definition,
    Fee,
    FeeKind,
    Legal,
    Level,
    Limit,
    Offer,
    Result,
    Subject,
    Tier,
)
from .tables import table_of


COLUMNS = (
    "ma_thu_tuc",
    "ten_thu_tuc",
    "so_quyet_dinh",
    "cap_thuc_hien",
    "linh_vuc",
    "doi_tuong_thuc_hien",
    "co_quan_co_tham_quyen",
    "dia_chi_tiep_nhan",
    "trinh_tu_thuc_hien",
    "cach_thuc_thuc_hien",
    "thanh_phan_ho_so",
    "can_cu_phap_ly",
    "co_quan_thuc_hien",
    "yeu_cau_dieu_kien",
    "ket_qua_xu_ly",
)
"""The columns the importer reads; others may be there."""

NOTHING = "Không có thông tin"
SMALLEST_FEE = 1_000
"""The least a fee can be in đồng: below it the source left out “.000”."""

HEAD = "Hình thức nộpThời gianPhí, lệ phíMô tả"
_CHANNELS = {
    "Trực tiếp": Channel.COUNTER,
    "Trực tuyến": Channel.PORTAL,
    "Dịch vụ bưu chính": Channel.POST,
}
_UNITS = {
    "Ngày làm việc": "working_day",
    "Ngày": "day",
    "Giờ làm việc": "hour",
    "Giờ": "hour",
    "Tháng": "month",
}
_NAME = "|".join(_CHANNELS)
_TIME = r"(?:(?P<amount>\d+)\s?(?P<unit>Ngày làm việc|Giờ làm việc|Ngày|Giờ|Tháng)?|Không có thông tin|Không quy định)"
_NEXT = rf"(?:{_NAME})(?:\d|Không có thông tin|Không quy định)"
ENTRY = re.compile(rf"(?P<channel>{_NAME}){_TIME}(?P<rest>.*?)(?={_NEXT}|$)", re.DOTALL)
_FREE = ("Miễn phí", NOTHING)
AMOUNT = re.compile(r"(\d[\d.,]*) ?(?:VNĐ|Việt Nam Đồng)")
CURRENCY = re.compile(r"VNĐ|Việt Nam Đồng|USD")
_COPIES = re.compile(r"(\d+) bản chính(?:,\s*(\d+) bản sao)?|(\d+) bản sao")
_COMPONENT_HEAD = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
_ATTACHED = re.compile(r"\.(?:docx?|pdf|xlsx?|rar|zip)$", re.IGNORECASE)
_LONGEST_FILE_NAME = 60
_ISSUERS = (
    "UBTVQH|UBND|HĐND|CP|TTg|BLĐTBXH|BVHTTDL|BNNPTNT|BTNMT|BNNMT|BKHCN|BTTTT|BGDĐT|BKHĐT|BGTVT|"
    "BQLDA|BTNTM|BNN|BCA|BTC|BXD|BTP|BYT|BCT|BNV|BQP|BNG|NHNN|VPCP|TANDTC|VKSNDTC|TTCP|BTM|BTS"
)
_LEGAL = re.compile(
    rf"(?<!\d)\d{{1,4}}/\d{{4}}/(?:QH\d{{2}}|UBTVQH\d{{2}}|(?:NĐ|NQ|TTLT|TT|QĐ|CT|PL)(?:-(?:{_ISSUERS}))+)"
)
_RESULT = re.compile(r"^(.*?)Mã: (KQ\.[A-Z0-9.]+?\d{3,6})(?=\D|$)", re.DOTALL)
Row = Mapping[str, str]


def read_row(row: Row) -> Definition:
    """Return the definition a row states, as far as it can be told."""
    channels = read_channels(row["cach_thuc_thuc_hien"])
    # What the source does not say is assumed, and told as a fault of its own.
    tiers = tiers_of(row["cap_thuc_hien"]) or (Tier.MINISTRY,)
    agency = said(row["co_quan_co_tham_quyen"]) or said(row["co_quan_thuc_hien"])
    components = read_components(row["thanh_phan_ho_so"])
    online = any(o.channel is Channel.PORTAL for o in channels)
    return Definition(
        code=row["ma_thu_tuc"].strip(),
        title=row["ten_thu_tuc"].strip(),
        sector=row["linh_vuc"].strip(),
        # The source does not say the level: a channel online is all it knows.
        level=Level.FULL if online else Level.PART,
        tier=tiers[0],
        tiers=tiers if len(tiers) > 1 else (),
        agency="commune" if tiers[0] is Tier.COMMUNE else agency[:300],
        agency_name=agency,
        executing=said(row["co_quan_thuc_hien"]),
        receiving=said(row["dia_chi_tiep_nhan"]),
        forms=tuple(dict.fromkeys(c.template for c in components if c.template)),
        decision=row["so_quyet_dinh"].strip(),
        subjects=subjects_of(row["doi_tuong_thuc_hien"]) or (Subject.CITIZEN,),
        steps=_steps(row["trinh_tu_thuc_hien"]),
        conditions=said(row["yeu_cau_dieu_kien"]),
        result=_result(row["ket_qua_xu_ly"]),
        channels=channels,
        components=components,
        fees=fees_of(channels),
        legal=tuple(Legal(number) for number in read_legal(row["can_cu_phap_ly"])),
    )


def read_channels(text: str) -> tuple[Offer, ...]:
    """Return the channels a flattened text names, each with its limit and fee text."""
    body = nfc(text).removeprefix(HEAD)
    return tuple(_offer(match) for match in ENTRY.finditer(body))


def read_components(text: str) -> tuple[Component, ...]:
    """Return the papers a flattened text lists, with numbers of originals and copies."""
    found: list[Component] = []
    for part in nfc(text).split(_COMPONENT_HEAD)[1:]:
        start = 0
        for match in _COPIES.finditer(part):
            name, template = _without_template(part[start : match.start()])
            start = match.end()
            if name:
                originals, copies = int(match[1] or 0), int(match[2] or match[3] or 0)
                code = f"c{len(found) + 1}"
                found.append(
                    Component(code, name, originals=originals, copies=copies, template=template)
                )  # fmt: skip
    return tuple(found)


def read_legal(text: str) -> tuple[str, ...]:
    """Return the numbers of the legal documents a text names, each once."""
    return tuple(dict.fromkeys(_LEGAL.findall(nfc(text))))


def _offer(match: re.Match[str]) -> Offer:
    rest = match["rest"]
    unit = _UNITS.get(match["unit"] or "")
    limit = Limit(int(match["amount"]), unit) if match["amount"] and unit else None
    note = "" if limit or not match["amount"] else match["amount"]
    free = next((word for word in _FREE if rest.startswith(word)), "")
    fee = "" if free == NOTHING else free or rest[:1000].strip()
    return Offer(_CHANNELS[match["channel"]], limit, note, fee)


def fees_of(offers: Iterable[Offer]) -> tuple[Fee, ...]:
    """Return the fee where every channel names exactly one amount or none at all."""
    offers = list(offers)
    amounts: dict[Channel, set[int]] = {}
    for offer in offers:
        own = set(map(amount_of, AMOUNT.findall(offer.fee)))
        amounts[offer.channel] = amounts.get(offer.channel, set()) | own
    if not any(amounts.values()) or any(len(own) > 1 for own in amounts.values()):
        return ()
    told = " ".join(offer.fee for offer in offers)
    by_ministry = "finance_ministry" if "TT-BTC" in told else "other"
    set_by = "council" if "Hội đồng nhân dân" in told else by_ministry
    plain = {channel: next(iter(own), 0) for channel, own in amounts.items()}
    fee = Fee("f1", "Phí, lệ phí", FeeKind.FEE, set_by)
    if len(set(plain.values())) == 1:
        return (replace(fee, amount=next(iter(plain.values()))),)
    rows = [
        ({"channel": f"'{channel.value}'"}, {"amount": str(amount)})
        for channel, amount in plain.items()
    ]
    rows.append(({"channel": ""}, {"amount": str(max(plain.values()))}))
    return (replace(fee, table=table_of(rows)),)


def tiers_of(text: str) -> tuple[Tier, ...]:
    """Return the tiers a text names, the city first, then communes, then ministries."""
    named = nfc(text)
    words = (("Cấp tỉnh", Tier.CITY), ("Cấp xã", Tier.COMMUNE), ("Cấp bộ", Tier.MINISTRY))  # fmt: skip
    return tuple(tier for word, tier in words if word in named)


_SUBJECTS = (
    ("công dân", Subject.CITIZEN),
    ("cán bộ", Subject.CITIZEN),
    ("hộ kinh doanh", Subject.HOUSEHOLD_BUSINESS),
    ("doanh nghiệp,", Subject.ENTERPRISE),
    ("hợp tác xã", Subject.ENTERPRISE),
    ("tổ chức", Subject.ORGANISATION),
    ("người nước ngoài", Subject.FOREIGNER),
)


def subjects_of(text: str) -> tuple[Subject, ...]:
    """Return who may apply by a text, empty where it names nobody known."""
    named = nfc(text).lower().replace("(không bao gồm doanh nghiệp, htx)", "") + ","
    return tuple(dict.fromkeys(who for word, who in _SUBJECTS if word in named))


def _steps(text: str) -> tuple[str, ...]:
    told = said(text)
    parts = re.split(r"\n(?=\s*Bước\s*\d)", told) if told else []
    return tuple(part.strip() for part in parts if part.strip())


def _result(text: str) -> Result | None:
    told = said(text)
    if not told:
        return None
    coded = _RESULT.match(nfc(told))
    if coded:
        return Result(coded[2], coded[1].strip()[:500])
    return Result("", told.split("Từ khóa")[0].strip()[:500])


def _without_template(text: str) -> tuple[str, str]:
    """Part a paper's name from the file name that runs on from it, where one does."""
    name = text.strip()
    if not _ATTACHED.search(name):
        return name, ""
    for at in range(max(1, len(name) - _LONGEST_FILE_NAME), len(name)):
        if name[at].isupper() and (name[at - 1].islower() or name[at - 1] in ").;"):
            return name[:at].strip(), name[at:]
    return name, ""


def amount_of(text: str) -> int:
    """Return an amount in đồng written with stops or commas."""
    return int(re.sub(r"[.,]", "", text))


def said(text: str) -> str:
    """Return what a cell says, empty where it only says that there is nothing."""
    told = text.strip()
    return "" if told == NOTHING else told


def nfc(text: str) -> str:
    """Return a composed copy to read patterns in; what is kept stays as found."""
    return unicodedata.normalize("NFC", text)
