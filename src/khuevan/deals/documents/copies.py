"""Watermarked copies: who reads, when, and in which deal, on every page.

PDF pages carry the mark themselves and a picture is set on a page with it. What has no
pages comes as an archive with a cover that says the same.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import fontpkg_noto_serif
import typst
from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from khuevan.platform.clock import HANOI
from khuevan.platform.errors import N_, RuleBroken


_TEMPLATE = Path(__file__).with_name("mark.typ")
_FONTS = Path(str(fontpkg_noto_serif.__file__)).parent / "files"
PDF = "application/pdf"
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})
MOST_PAGES = 500
A4_WIDTH = 595


@dataclass(frozen=True, slots=True)
class Copy:
    """A marked copy: its bytes, its name and its type."""

    content: bytes
    name: str
    media_type: str


def check_can_be_marked(content: bytes, media_type: str) -> None:
    """Refuse a PDF that is locked, broken or too long to mark."""
    if media_type != PDF:
        return
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise RuleBroken(N_("The PDF is locked: unlock it first."), field="file")
        pages = len(reader.pages)
    except (PyPdfError, ValueError, KeyError) as broken:
        raise RuleBroken(
            N_("The PDF cannot be read page by page: save it anew."), field="file"
        ) from broken
    if not 0 < pages <= MOST_PAGES:
        raise RuleBroken(
            N_("A PDF has 1 to %(most)s pages; split it."),
            field="file",
            most=MOST_PAGES,
        )


def marked_copy(
    content: bytes, *, name: str, media_type: str, deal: str, reader: str,
    at: datetime, mark: str,
) -> Copy:  # fmt: skip
    """Return a copy of a file that tells on every page who was handed it."""
    told = {
        "deal": deal, "reader": reader, "name": name, "mark": mark,
        "at": f"{at.astimezone(HANOI):%d/%m/%Y %H:%M}",
    }  # fmt: skip
    stem = f"{deal}-{mark}"
    if media_type == PDF:
        return Copy(_marked_pdf(content, told), f"{stem}.pdf", PDF)
    if media_type in PICTURES:
        return Copy(_marked_pdf(_picture_page(content), told), f"{stem}.pdf", PDF)
    return Copy(_archive(content, name, told), f"{stem}.zip", "application/zip")


def _marked_pdf(content: bytes, told: dict[str, str]) -> bytes:
    writer = PdfWriter(clone_from=BytesIO(content))
    layers: dict[tuple[float, float], Any] = {}
    for page in writer.pages:
        page.transfer_rotation_to_content()
        box = page.mediabox
        size = (float(box.width), float(box.height))
        if size not in layers:
            made = _typeset({**told, "kind": "layer", "width": size[0], "height": size[1]})  # fmt: skip
            layers[size] = PdfReader(BytesIO(made)).pages[0]
        # A page's origin need not be at its corner.
        page.merge_translated_page(layers[size], float(box.left), float(box.bottom))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _picture_page(content: bytes) -> bytes:
    """Return a PDF page as wide as A4 with the picture on it."""
    out = BytesIO()
    with Image.open(BytesIO(content)) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
        upright.save(out, "PDF", resolution=upright.width * 72 / A4_WIDTH, quality=90)
    return out.getvalue()


def _archive(content: bytes, name: str, told: dict[str, str]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        cover = _typeset({**told, "kind": "cover", "width": A4_WIDTH, "height": 842})
        packed.writestr("00-dau-ban-doc.pdf", cover)
        packed.writestr(name, content)
    return out.getvalue()


def _typeset(told: dict[str, Any]) -> bytes:
    made: Any = typst.compile(
        str(_TEMPLATE),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
    )
    assert isinstance(made, bytes)
    return made
