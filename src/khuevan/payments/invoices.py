"""What an invoice for money that was released says: data for the seller's own e-invoice program.

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

from django.http import Http404, HttpResponse


@dataclass(frozen=True, slots=True)
class Invoice:
    """One payment to be invoiced; đồng before tax.

    `deal` and `listing` are codes, `issued_for` tells what of the deal it is, as part of a
    file's name. A name that the platform does not know is empty.
    """

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


def invoice_file(invoice: Invoice | None, kind: str) -> HttpResponse:
    """Return the data as a file, `kind` is json or xml; raises Http404 for others and for None."""
    written = {"json": (_as_json, "application/json"), "xml": (_as_xml, "application/xml")}  # fmt: skip
    if invoice is None or kind not in written:
        raise Http404
    write, media_type = written[kind]
    reply = HttpResponse(write(invoice), content_type=media_type)
    reply["Content-Disposition"] = f'attachment; filename="{invoice.deal}-{invoice.issued_for}.{kind}"'  # fmt: skip
    return reply


def _as_json(invoice: Invoice) -> bytes:
    """Return the data as JSON."""
    told = asdict(invoice) | {"day": invoice.day.isoformat()}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _as_xml(invoice: Invoice) -> bytes:
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
