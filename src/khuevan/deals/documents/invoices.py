"""What an invoice for a released payment says: data for the seller's own e-invoice program.

The names in the XML are those of the format of Decisions 1450/QĐ-TCT (2021) and 1510/QĐ-TCT (2022),
written from memory as far as the platform knows the values. It is no invoice: number, signature and
the tax authority's code are the seller's program's. Tax codes are not kept in the directory, and
the rate of VAT is the seller's to state: the transfer of technology may be outside VAT.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from khuevan.deals.models import Deal, Milestone, RoyaltyReport
from khuevan.platform import clock


@dataclass(frozen=True, slots=True)
class Invoice:
    """One payment to be invoiced; đồng before tax."""

    deal: str
    listing: str
    issued_for: str
    day: date
    seller: str
    buyer: str
    item: str
    unit: str
    quantity: int
    amount: int
    currency: str
    payment: str
    reference: str


def invoice_of(deal: Deal, thing: Milestone | RoyaltyReport, reference: str) -> Invoice | None:  # fmt: skip
    """Return what is invoiced for a released milestone or a reported royalty, None before.

    A milestone is released on acceptance, or by a mediator's decision: then on that day.

    `reference` is the number of the order it was paid by.
    """
    names = {party.part: party.name for party in deal.parties.all()}
    if isinstance(thing, Milestone):
        released_at = thing.accepted_at or thing.decided_at
        if not thing.released or released_at is None:
            return None
        day, amount = clock.local_day(released_at), thing.released
        item, what = f"Mốc {thing.number}: {thing.title}", f"moc-{thing.number}"
    else:
        if not thing.royalty or thing.filed_at is None:
            return None
        day, amount = clock.local_day(thing.filed_at), thing.royalty
        item = f"Phí kỳ vụ kỳ {thing.number} ({thing.first:%d/%m/%Y} – {thing.last:%d/%m/%Y})"  # fmt: skip
        what = f"ky-{thing.number}"
    return Invoice(
        deal.code, deal.listing_code, what, day, names["provider"], names["recipient"],
        f"{deal.title}. {item}", "lần", 1, amount, "VND", "Chuyển khoản", reference,
    )  # fmt: skip


def as_json(invoice: Invoice) -> bytes:
    """Return the data as JSON."""
    told = asdict(invoice) | {"day": invoice.day.isoformat()}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def as_xml(invoice: Invoice) -> bytes:
    """Return the data as XML with the tax authority's names."""
    root = Element("HDon")
    told = SubElement(root, "DLHDon")
    _add(SubElement(told, "TTChung"), {
        "PBan": "2.0.1", "THDon": "Hóa đơn bán hàng", "NLap": invoice.day.isoformat(),
        "DVTTe": invoice.currency, "HTTToan": invoice.payment,
    })  # fmt: skip
    content = SubElement(told, "NDHDon")
    _add(SubElement(content, "NBan"), {"Ten": invoice.seller, "MST": ""})
    _add(SubElement(content, "NMua"), {"Ten": invoice.buyer, "MST": ""})
    line = SubElement(SubElement(content, "DSHHDVu"), "HHDVu")
    _add(line, {
        "TChat": "1", "STT": "1", "THHDVu": invoice.item, "DVTinh": invoice.unit,
        "SLuong": str(invoice.quantity), "DGia": str(invoice.amount),
        "ThTien": str(invoice.amount), "TSuat": "",
    })  # fmt: skip
    _add(SubElement(content, "TToan"), {"TgTCThue": str(invoice.amount)})
    more = SubElement(SubElement(told, "TTKhac"), "TTin")
    _add(more, {"TTruong": "Giao dịch", "KDLieu": "string", "DLieu": f"{invoice.deal} {invoice.reference}"})  # fmt: skip
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _add(parent: Element, values: dict[str, str]) -> None:
    for name, value in values.items():
        SubElement(parent, name).text = value
