"""An electronic receipt (biên lai điện tử) as PDF/A-2b, made when somebody asks for it.

In the language of official papers, whoever reads it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import fontpkg_noto_serif
import typst
from django.conf import settings
from django.urls import reverse

from khuevan.payments.models import Receipt
from khuevan.payments.payables import paper_of
from khuevan.payments.queries import receipt_number
from khuevan.payments.rules.books import Payer
from khuevan.payments.rules.words import in_words
from khuevan.platform.clock import HANOI
from khuevan.platform.official.qr import qr_svg
from khuevan.platform.text import grouped


_TEMPLATE = Path(__file__).with_name("receipt.typ")
_FONTS = Path(str(fontpkg_noto_serif.__file__)).parent / "files"


def check_address(receipt: Receipt) -> str:
    """Return the address at which anybody checks a receipt."""
    return urljoin(settings.SITE_URL, reverse("payments-receipt", args=[receipt.code]))


def receipt_pdf(receipt: Receipt, about: str) -> bytes:
    """Return the receipt; `about` says what was paid for."""
    made: Any = typst.compile(
        str(_TEMPLATE),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        pdf_standards=["a-2b"],
        sys_inputs={"receipt": json.dumps(_plain(receipt, about), ensure_ascii=False)},
    )
    assert isinstance(made, bytes)
    return made


def _plain(receipt: Receipt, about: str) -> dict[str, Any]:
    issued = receipt.issued_at.astimezone(HANOI)
    order = receipt.order
    return {
        "paper": paper_of(order.subject).upper(),
        "issuer": receipt.organisation.name.upper(),
        "number": receipt_number(receipt),
        "day": issued.day,
        "month": issued.month,
        "year": issued.year,
        "payer": order.payer.full_name if order.payer else "",
        "about": about,
        "reference": order.pay_reference,
        "lines": [
            [line.name, grouped(line.amount)]
            for line in order.lines.all()
            if line.payer == Payer.APPLICANT
        ],
        "amount": grouped(receipt.amount),
        "words": in_words(receipt.amount),
        "code": receipt.code,
        "address": check_address(receipt),
        "qr": qr_svg(check_address(receipt)),
    }
