"""How the terms read inside a paper: in the law's Vietnamese, and in English beside it.

These are words of a paper, not of the interface: they do not follow the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from khuevan.payments.public import in_words

from .rules.duty import Duty, Side
from .rules.english import dong_in_english
from .rules.faults import per_cent
from .rules.intent import Intent
from .rules.terms import Form, Method, Object, Royalty, RoyaltyBase, Terms


@dataclass(frozen=True, slots=True)
class Two:
    """The same words in both languages."""

    vi: str
    en: str


SIDES = {
    Side.GIVER: Two("Bên giao", "Giver"),
    Side.TAKER: Two("Bên nhận", "Taker"),
}
_OBJECTS = {
    Object.KNOW_HOW: Two("bí quyết kỹ thuật, bí quyết công nghệ", "know-how"),
    Object.PROCESS: Two(
        "phương án, quy trình, giải pháp, thông số, bản vẽ, công thức, phần mềm, dữ liệu",
        "plans, processes, solutions, parameters, drawings, formulas, software, data",
    ),
    Object.IMPROVEMENT: Two(
        "giải pháp hợp lý hóa sản xuất, đổi mới công nghệ",
        "solutions that rationalise production or renew technology",
    ),
    Object.MACHINERY: Two("máy móc, thiết bị đi kèm", "accompanying machinery"),
}
_FORMS = {
    Form.INDEPENDENT: Two("chuyển giao công nghệ độc lập", "independent transfer"),
    Form.IN_PROJECT: Two("trong dự án đầu tư", "within an investment project"),
    Form.CAPITAL: Two(
        "góp vốn bằng công nghệ", "contribution of technology as capital"
    ),
    Form.FRANCHISE: Two("nhượng quyền thương mại", "franchise"),
    Form.IP_TRANSFER: Two(
        "chuyển giao quyền sở hữu trí tuệ", "transfer of intellectual property"
    ),
    Form.MACHINERY_PURCHASE: Two(
        "mua, bán máy móc, thiết bị kèm đối tượng công nghệ",
        "purchase of machinery with technology",
    ),
    Form.OTHER: Two("hình thức khác", "another form"),
}
_METHODS = {
    Method.DOCUMENTS: Two("chuyển giao tài liệu công nghệ", "handing over documents"),
    Method.TRAINING: Two("đào tạo", "training"),
    Method.EXPERTS: Two("cử chuyên gia tư vấn kỹ thuật", "sending experts"),
    Method.EQUIPMENT: Two("chuyển giao máy móc, thiết bị kèm theo", "handing over equipment"),
    Method.OTHER: Two("phương thức khác do các bên thỏa thuận", "another way the sides agree on"),
}  # fmt: skip
_BASES = {
    RoyaltyBase.NET_PRICE: Two("giá bán tịnh", "net selling price"),
    RoyaltyBase.NET_REVENUE: Two("doanh thu thuần", "net revenue"),
    RoyaltyBase.PROFIT_BEFORE_TAX: Two("lợi nhuận trước thuế", "profit before tax"),
    RoyaltyBase.PROFIT_AFTER_TAX: Two("lợi nhuận sau thuế", "profit after tax"),
}


def money(amount: int) -> Two:
    """Return a sum in figures and in words."""
    plain = f"{amount:,}"
    return Two(
        f"{plain.replace(',', '.')} đồng (bằng chữ: {in_words(amount)})",
        f"VND {plain} (in words: {dong_in_english(amount)})",
    )


def share(hundredths: int) -> Two:
    """Return hundredths of a per cent as a share: 2,5 %."""
    return Two(f"{per_cent(hundredths)} %", f"{per_cent(hundredths, '.')}%")


@dataclass(frozen=True, slots=True)
class Amended:
    """The contract a paper takes the place of, and since when its days are counted."""

    number: str
    since: str


FIRST = Amended("", "")
"""What a contract amends that amends nothing."""


def terms_in_words(
    terms: Terms, duty: Duty, day: date, *, certificate: str, amended: Amended
) -> tuple[dict[str, str], dict[str, str]]:
    """Return what fills the places of clauses, in Vietnamese and in English."""
    filer = SIDES[duty.filer or Side.TAKER]
    told: dict[str, Two | str] = {
        **{name: getattr(terms, name) for name in _AS_WRITTEN},
        "objects": _listed([_OBJECTS[one] for one in terms.objects]),
        "form": _FORMS[terms.form],
        "methods": _listed([_METHODS[one] for one in terms.methods]),
        "price": money(terms.price),
        "equity": share(terms.equity),
        "broker": share(terms.broker),
        "penalty": share(terms.penalty),
        "term_months": str(terms.term_months),
        "warranty_months": str(terms.warranty_months),
        "confidential_years": str(terms.confidential_years),
        "certificate": certificate,
        "amended": amended.number,
        "since": amended.since,
        "filer": filer.vi,
        "filer_en": filer.en,
        "duty_days": str((duty.due_on - day).days) if duty.due_on else "",
        **_royalty(terms.royalty),
    }
    return _apart(told)


def intent_in_words(intent: Intent) -> tuple[dict[str, str], dict[str, str]]:
    """Return what fills the places of a memorandum's clauses, in both languages."""
    return _apart({name: str(value) for name, value in intent.to_json().items()})


_AS_WRITTEN = (
    "name", "content", "product", "standards", "field_of_use", "territory", "place",
    "taxes", "warranty", "improvements", "liability", "ending", "disputes", "other",
)  # fmt: skip


def _royalty(royalty: Royalty | None) -> dict[str, Two | str]:
    if royalty is None:
        return {}
    return {
        "royalty_rate": share(royalty.rate),
        "royalty_base": _BASES[royalty.base],
        "royalty_every": str(royalty.every_months),
        "royalty_months": str(royalty.months),
        "royalty_least": money(royalty.least),
    }


def _listed(words: list[Two]) -> Two:
    return Two("; ".join(w.vi for w in words), "; ".join(w.en for w in words))


def _apart(told: dict[str, Two | str]) -> tuple[dict[str, str], dict[str, str]]:
    vi = {n: w.vi if isinstance(w, Two) else w.strip() for n, w in told.items()}
    en = {n: w.en if isinstance(w, Two) else w.strip() for n, w in told.items()}
    return vi, en
