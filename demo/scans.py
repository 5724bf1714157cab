"""Papers as people would hand them in: a page that says what it is, plainly invented."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fontpkg_noto_serif
import typst


_FONTS = Path(str(fontpkg_noto_serif.__file__)).parent / "files"
_PAGE = """
#let told = json(bytes(sys.inputs.told))
#set page(paper: "a4", margin: 2.5cm)
#set text(font: "Noto Serif", size: 12pt, lang: "vi")
#align(center)[#text(size: 10pt)[Giấy tờ giả định của thành phố mẫu] \\ #v(1cm) #text(size: 18pt, weight: "bold")[#told.name]]
#v(1cm)
Người nộp: #told.applicant \\
Thủ tục: #told.procedure
#v(1cm)
#for n in range(9) [#line(length: 100%, stroke: 0.4pt + gray) #v(0.55cm)]
#v(1cm)
#align(right)[Ký tên (giả định)]
"""


def scan(name: str, applicant: str, procedure: str) -> bytes:
    """Return a PDF of one page for a paper of a dossier."""
    told = json.dumps({"name": name, "applicant": applicant, "procedure": procedure})
    with TemporaryDirectory() as folder:
        page = Path(folder) / "scan.typ"
        page.write_text(_PAGE, encoding="utf-8")
        made: Any = typst.compile(
            str(page), font_paths=[str(_FONTS)], ignore_system_fonts=True,
            sys_inputs={"told": told},
        )  # fmt: skip
    return bytes(made)
