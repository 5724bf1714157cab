"""A document as PDF/A-2b: tagged, fonts embedded, the same bytes for the same content."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import fontpkg_noto_serif
import typst
from django.conf import settings

from .form import NATIONAL_HEAD, PARTY_HEAD, Block, Document, Layout
from .qr import qr_svg


_TEMPLATE = Path(__file__).with_name("official.typ")
_FONTS = Path(str(fontpkg_noto_serif.__file__)).parent / "files"


def as_pdf(document: Document) -> bytes:
    """Return the document's bytes."""
    made: Any = typst.compile(
        str(_TEMPLATE),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        pdf_standards=["a-2b"],
        sys_inputs={"document": json.dumps(_plain(document), ensure_ascii=False)},
    )
    assert isinstance(made, bytes)
    return made


def _plain(document: Document) -> dict[str, Any]:
    head, dated = document.letterhead, document.dated
    party = head.layout is Layout.PARTY
    last = len(document.recipients) - 1
    return {
        "layout": head.layout.value,
        "parent": head.parent,
        "issuer": head.issuer,
        "head": [PARTY_HEAD] if party else list(NATIONAL_HEAD),
        "symbol": document.symbol.replace(" ", "\u00a0"),
        "place_and_date": document.place_and_date,
        "type_name": document.type_name,
        "about": document.about,
        "year": dated.year,
        "month": dated.month,
        "day": dated.day,
        "blocks": [_block(block) for block in document.blocks],
        "signature": asdict(document.signature),
        "countersignature": document.countersignature
        and asdict(document.countersignature),
        "qr": qr_svg(document.qr) if document.qr else "",
        "qr_words": document.qr_words,
        "qr_address": document.qr,
        "landscape": document.landscape,
        "recipients": [
            f"{receiver}{';' if at < last else '.'}"
            for at, receiver in enumerate(document.recipients)
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    plain = asdict(block)
    if "numeric" in plain:
        plain["numeric"] = sorted(plain["numeric"])
        plain["rows"] = [
            [[_run(run) for run in runs] for runs in row] for row in plain["rows"]
        ]
    if "pairs" in plain:
        plain["pairs"] = [
            [name, [_run(run) for run in runs]] for name, runs in plain["pairs"]
        ]
    if "runs" in plain:
        plain["runs"] = [_run(run) for run in plain["runs"]]
    return plain


def _run(run: dict[str, Any]) -> dict[str, Any]:
    return run | {"href": run["href"] and urljoin(settings.SITE_URL, run["href"])}
