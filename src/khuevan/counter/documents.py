"""The papers the counter issues."""

from __future__ import annotations

import json
from pathlib import Path

import fontpkg_noto_serif
import typst

from .models import Result


_TEMPLATE = Path(__file__).with_name("result.typ")
_FONTS = Path(str(fontpkg_noto_serif.__file__)).parent / "files"


def result_pdf(result: Result) -> bytes:
    """Return the unsigned result as PDF/A-2b."""
    dossier = result.dossier
    told = {
        "title": dossier.title,
        "code": dossier.code,
        "agency": dossier.agency.name if dossier.agency else "",
        "applicant": dossier.applicant_name,
        "text": result.text or result.reason,
        "approved": result.outcome == "approved",
        "number": result.number,
    }
    made = typst.compile(
        str(_TEMPLATE),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        pdf_standards=["a-2b"],
        sys_inputs={"result": json.dumps(told, ensure_ascii=False)},
    )
    assert isinstance(made, bytes)
    return made
